"""The report for a person at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from rollkeeper.grammar.escaping import terminal
from rollkeeper.grammar.wording import counted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.reports import sentences as words
from rollkeeper.reports.source_lines import Lines

WIDTH = 100
"""Columns of a report where nobody says how wide the terminal is."""

_LEAST_QUOTED = 20
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLOURS = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[33m",
    Severity.NOTICE: "\x1b[36m",
}
_LONGEST_SEVERITY = max(map(len, Severity))


class _Paint:
    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def __call__(self, style: str, text: str) -> str:
        return f"{style}{text}{_PLAIN}" if self._colour and text else text


def render(report: Report, *, colour: bool = False, width: int = WIDTH) -> str:
    """Write the report for a terminal of `width` columns, grouped by file.

    With `colour`, ANSI sequences mark what matters. Nothing else in the text can be one.
    """
    paint = _Paint(colour=colour)
    lines = Lines(report.texts)
    text = list(_changes(report, paint))
    for path, findings in groupby(words.open_findings(report), key=lambda f: f.path):
        text.append(paint(_BOLD, terminal(path)))
        for finding in findings:
            text += _finding(finding, lines, paint, width)
        text.append("")
    text += _apart("Already there before this change", words.old_findings(report), paint)
    text += _apart("Waived", words.waived_findings(report), paint)
    text += _summary(report, paint, width)
    return "\n".join(text) + "\n"


def _changes(report: Report, paint: _Paint) -> Iterator[str]:
    told = words.changes(report)
    if told:
        yield paint(_BOLD, f"{words.CHANGES}:")
        yield from (f"  {terminal(line)}" for line in told)
        yield ""


def _finding(finding: Finding, lines: Lines, paint: _Paint, width: int) -> Iterator[str]:
    where = f"{finding.place.line}:{finding.place.column}"
    severity = paint(_COLOURS[finding.severity], finding.severity.value.ljust(_LONGEST_SEVERITY))
    entry = f" ({terminal(finding.entry)})" if finding.entry else ""
    yield f"  {where:<8} {severity} {terminal(finding.rule)}{entry}"
    yield f"    {terminal(finding.message)}"
    number = str(finding.place.line)
    quote = lines.quote(
        finding.path, finding.place, max(_LEAST_QUOTED, width - len(number) - len("      | "))
    )
    if quote:
        margin = " " * len(number)
        yield paint(_DIM, f"     {number} | ") + quote.line
        yield paint(_DIM, f"     {margin} | ") + paint(_COLOURS[finding.severity], quote.carets)
    remedy = words.remedy(finding)
    if remedy:
        yield f"    {terminal(remedy)}"


def _apart(title: str, findings: Sequence[Finding], paint: _Paint) -> Iterator[str]:
    if not findings:
        return
    yield paint(_BOLD, f"{title} ({len(findings):,}):")
    for finding in findings:
        where = f"{terminal(finding.path)}:{finding.place.line}"
        entry = f" ({terminal(finding.entry)})" if finding.entry else ""
        yield f"  {where} {terminal(finding.rule)}{entry}: {terminal(finding.message)}"
        if finding.waiver is not None:
            yield f"    {terminal(words.excuse(finding))}"
    yield ""


def _summary(report: Report, paint: _Paint, width: int) -> Iterator[str]:
    nothing = words.nothing_looked_at(report)
    if nothing:
        yield paint(_COLOURS[Severity.ERROR], terminal(nothing))
    gravest = next((each for each in Severity if report.count(each)), None)
    yield paint(_COLOURS[gravest] if gravest else _BOLD, words.totals(report))
    yield terminal(words.looked_at(report))
    if report.skipped:
        yield f"Skipped {counted(len(report.skipped), 'rule')}:"
        for reason, rules in words.skipped(report):
            line = f"{terminal(reason)}: {', '.join(terminal(rule) for rule in rules)}"
            yield textwrap.fill(
                line, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
            )
