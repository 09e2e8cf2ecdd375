"""Text for people: grouped by file, each value quoted in its line, in colour on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from rollkeeper.grammar.escaping import terminal
from rollkeeper.grammar.wording import counted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report, Standing
from rollkeeper.reports import sentences
from rollkeeper.reports.rendering import PLAIN, RenderSettings
from rollkeeper.reports.source_lines import Lines

_LEAST_QUOTED = 20
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLOURS = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[33m",
    Severity.NOTICE: "\x1b[36m",
}
_LONGEST_SEVERITY = max(map(len, Severity))
_APART = (Standing.ALREADY_THERE, Standing.WAIVED)


Paint = Callable[[str, str], str]
"""Writes a text in a style, or as it is."""


def render(report: Report, settings: RenderSettings = PLAIN) -> str:
    """Write the report for a terminal of `settings.width` columns.

    With `settings.colour`, ANSI sequences mark what matters. Nothing else in the text can be one.
    """
    paint, width = _painted if settings.colour else _plain, settings.width
    lines = Lines(report.texts)
    text = list(_changes(report, paint))
    (_, found), *others = sentences.sections(report)
    for path, findings in groupby(found, key=lambda finding: finding.path):
        text.append(paint(_BOLD, terminal(path)))
        for finding in findings:
            text += _finding(finding, lines, paint, width)
        text.append("")
    for (title, apart), standing in zip(others, _APART, strict=True):
        text += _apart(title, apart, report.count(standing=standing), paint)
    text += _summary(report, paint, width)
    return "\n".join(text) + "\n"


def _painted(style: str, text: str) -> str:
    return f"{style}{text}{_PLAIN}" if text else text


def _plain(_: str, text: str) -> str:
    return text


def _changes(report: Report, paint: Paint) -> Iterator[str]:
    changes = sentences.changes(report)
    if changes:
        yield paint(_BOLD, f"{sentences.CHANGES}:")
        yield from (f"  {terminal(line)}" for line in changes)
        yield ""


def _finding(finding: Finding, lines: Lines, paint: Paint, width: int) -> Iterator[str]:
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
    remedy = sentences.remedy(finding)
    if remedy:
        yield f"    {terminal(remedy)}"


def _apart(title: str, findings: Sequence[Finding], number: int, paint: Paint) -> Iterator[str]:
    if not findings:
        return
    yield paint(_BOLD, f"{title} ({number:,}):")
    for finding in findings:
        where = f"{terminal(finding.path)}:{finding.place.line}"
        entry = f" ({terminal(finding.entry)})" if finding.entry else ""
        yield f"  {where} {terminal(finding.rule)}{entry}: {terminal(finding.message)}"
        if finding.waiver is not None:
            yield f"    {terminal(sentences.excuse(finding))}"
    yield ""


def _summary(report: Report, paint: Paint, width: int) -> Iterator[str]:
    warning = sentences.not_a_pass(report)
    if warning:
        yield paint(_COLOURS[Severity.ERROR], terminal(warning))
    for line in sentences.left_out(report):
        yield terminal(f"Shown of {line}")
    worst = next((each for each in Severity if report.count(each)), None)
    yield paint(_COLOURS[worst] if worst else _BOLD, sentences.totals(report))
    yield terminal(f"Checked {sentences.scope(report)}.")
    if report.skipped:
        yield f"Skipped {counted(len(report.skipped), 'rule')}:"
        for reason, rules in sentences.skipped(report):
            line = f"{terminal(reason)}: {', '.join(terminal(rule) for rule in rules)}"
            yield textwrap.fill(
                line, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
            )
