"""The report on its way from the job that looks to the job that writes.

It travels as an output of the one job and an environment variable of the other, and has to be
small enough for both.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from rollkeeper.model.limits import HANDOVER_BYTES
from rollkeeper.model.report import Finding, Report
from rollkeeper.reports.json import write as machine

_LEFT_OUT = "handover"


def packed(report: Report, most: int = HANDOVER_BYTES) -> dict[str, Any]:
    """Return the report as data that takes `most` bytes of JSON at most, without its texts.

    Where it is larger the gravest findings go first, and the report says under `skipped` how many
    were left behind.
    """
    ranked = sorted(report.findings, key=_rank)
    taken = len(ranked)
    while True:
        data = machine.as_data(_with(report, ranked[:taken]))
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
    reason = f"{left:,} findings did not fit; the summary of the run that looked has more of them"
    return replace(report, findings=tuple(findings), skipped={**report.skipped, _LEFT_OUT: reason})
