"""A report as it may be published: the addresses and numbers of people in it are masked.

A person's own terminal shows everything. What goes to GitHub, or into the log of one of its runs,
goes through here first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from rollkeeper.grammar.masking import masked
from rollkeeper.model.policy import Waiver
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roster import Fix

_LINE_END = re.compile("\r\n|\r|\n")


def published(report: Report) -> Report:
    """Return a report in which every text from outside is masked; paths and places stay.

    Of the files that it quotes only the lines are left that a finding is about, and their
    neighbours.
    """
    return replace(
        report,
        findings=tuple(map(_finding, report.findings)),
        skipped={rule: masked(reason) for rule, reason in report.skipped.items()},
        texts=_quoted(report),
        incomplete=None if report.incomplete is None else masked(report.incomplete),
        changes={name: tuple(map(masked, parts)) for name, parts in report.changes.items()},
    )


def _quoted(report: Report) -> Mapping[str, str]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for finding in report.findings:
        line = finding.place.line
        wanted[finding.path] |= {line - 1, line, line + 1}
    texts = {}
    for path, lines in wanted.items():
        numbered = enumerate(_LINE_END.split(report.texts.get(path, "")), start=1)
        kept = (masked(text) if number in lines else "" for number, text in numbered)
        if path in report.texts:
            texts[path] = "\n".join(kept)
    return texts


def _finding(finding: Finding) -> Finding:
    return replace(
        finding,
        message=masked(finding.message),
        entry=None if finding.entry is None else masked(finding.entry),
        field=tuple(masked(key) if isinstance(key, str) else key for key in finding.field),
        fix=finding.fix and _fix(finding.fix),
        waiver=finding.waiver and _waiver(finding.waiver),
    )


def _fix(fix: Fix) -> Fix:
    """Mask what a fix says; a value that would be masked is left out, or someone would write it."""
    value = fix.value if fix.value is None or masked(fix.value) == fix.value else None
    return replace(fix, summary=masked(fix.summary), value=value)


def _waiver(waiver: Waiver) -> Waiver:
    return replace(
        waiver, entry=masked(waiver.entry), by=masked(waiver.by), reason=masked(waiver.reason)
    )
