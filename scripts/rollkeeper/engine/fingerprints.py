"""What stays the same about a finding when lines move, days pass and messages are reworded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

from rollkeeper.grammar.masking import masked
from rollkeeper.model.report import Finding


def fingerprints(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Return each finding with a text that no other of them has."""
    seen: Counter[str] = Counter()
    for finding in findings:
        # In a report that has been published names are masked, and the marks are to be the same.
        entry = finding.entry and masked(finding.entry)
        keys = (masked(key) if isinstance(key, str) else key for key in finding.field)
        parts = (finding.rule, finding.programme, finding.path, entry, *keys)
        mark = sha256(json.dumps(parts).encode("ascii")).hexdigest()[:16]
        seen[mark] += 1
        yield finding, f"{mark}:{seen[mark]}"
