"""The report as the output of one job and the input of the next, which bounds its size."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from rollkeeper.engine.finding_list import finding_identity
from rollkeeper.model.limits import HANDOVER_BYTES
from rollkeeper.model.report import ANY, Finding, FindingGroup, Report
from rollkeeper.reports.json import write
from rollkeeper.reports.publishing import published

_MOST_GROUPS = 100
"""Groups of findings left out that are counted one by one; of more, by severity alone."""


def packed(report: Report, most: int = HANDOVER_BYTES) -> dict[str, Any]:
    """Return the report as data that takes `most` bytes of JSON at most, without its texts.

    Where it is larger the most severe findings are kept, and the others are counted.
    """
    report = published(report)
    ranked = sorted(report.findings, key=_rank)
    taken = len(ranked)
    while True:
        data = write.as_data(_with(report, ranked, taken))
        size = len(json.dumps(data))
        if size <= most or not taken:
            return data
        taken = min(taken - 1, taken * most // size)


def _rank(finding: Finding) -> tuple[bool, int]:
    return (not finding.counts, finding.severity.rank)


def _with(report: Report, ranked: Sequence[Finding], taken: int) -> Report:
    """Return the report with some of its findings, counting the others with those left out."""
    left = Counter(report.left_out)
    digest = sha256(report.left_out_digest.encode())
    for finding in ranked[taken:]:
        left[finding.group] += 1
        digest.update(finding_identity(finding))
    if len(left) > _MOST_GROUPS:
        left = _merged(left)
    return replace(
        report,
        findings=tuple(ranked[:taken]),
        left_out=dict(left),
        left_out_digest=digest.hexdigest() if left else "",
    )


def _merged(left: Mapping[FindingGroup, int]) -> Counter[FindingGroup]:
    merged: Counter[FindingGroup] = Counter()
    for group, number in left.items():
        merged[group._replace(programme=ANY, rule=ANY)] += number
    return merged
