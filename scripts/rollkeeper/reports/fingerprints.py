"""What stays the same about a finding when lines move, days pass and messages are reworded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

from rollkeeper.model.report import Finding


def fingerprints(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Return each finding with a text that no other of them has."""
    seen: Counter[str] = Counter()
    for finding in findings:
        parts = (finding.rule, finding.programme, finding.path, finding.entry, *finding.field)
        mark = sha256(json.dumps(parts).encode("ascii")).hexdigest()[:16]
        seen[mark] += 1
        yield finding, f"{mark}:{seen[mark]}"
