"""The report as the output of one job and the input of the next, which bounds its size."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from rollkeeper.model.limits import HANDOVER_BYTES
from rollkeeper.model.report import Finding, Report
from rollkeeper.reports.json import write

_LEFT_OUT = "handover"


def packed(report: Report, most: int = HANDOVER_BYTES) -> dict[str, Any]:
    """Return the report as data that takes `most` bytes of JSON at most, without its texts.

    Where it is larger the most severe findings are kept, and `skipped` says how many were left out.
    """
    ranked = sorted(report.findings, key=_rank)
    taken = len(ranked)
    while True:
        data = write.as_data(_with(report, ranked[:taken]))
        size = len(json.dumps(data))
        if size <= most or not taken:
            return data
        taken = min(taken - 1, taken * most // size)


def _rank(finding: Finding) -> tuple[bool, int]:
    return (not finding.counts, finding.severity.rank)


def _with(report: Report, findings: list[Finding]) -> Report:
    left = len(report.findings) - len(findings)
    if not left:
        return report
    reason = f"{left:,} findings did not fit; the summary of the run that checked has more of them"
    return replace(report, findings=tuple(findings), skipped={**report.skipped, _LEFT_OUT: reason})
