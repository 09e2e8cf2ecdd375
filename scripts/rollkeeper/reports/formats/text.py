"""Text for people: each value quoted in its lines, in colour on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from rollkeeper.grammar.escaping import hyperlink, terminal
from rollkeeper.grammar.wording import counted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report, Standing
from rollkeeper.model.tree import Place
from rollkeeper.reports import sentences
from rollkeeper.reports.addresses import rule_address
from rollkeeper.reports.rendering import PLAIN, Detail, RenderSettings
from rollkeeper.reports.source_lines import Lines, Quote, columns

_LEAST_WIDTH = 40
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLOURS = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[33m",
    Severity.NOTICE: "\x1b[36m",
}
_LONGEST_SEVERITY = max(map(len, Severity))
_APART = (Standing.ALREADY_THERE, Standing.WAIVED)


def render(report: Report, settings: RenderSettings = PLAIN) -> str:
    """Write the report for a terminal of `settings.width` columns.

    With `settings.colour`, ANSI sequences mark what matters. Nothing else in the text can be one.
    """
    page = _Page(settings, Lines(report.texts))
    text: list[str] = [] if settings.detail is Detail.QUIET else list(page.changes(report))
    if settings.statistics:
        text += page.statistics(report)
    else:
        (_, found), *others = sentences.sections(report)
        for _, alike in groupby(found, key=_group):
            text += page.group(list(alike))
        if settings.detail is not Detail.QUIET:
            for (title, apart), standing in zip(others, _APART, strict=True):
                text += page.apart(title, apart, report.count(standing=standing))
    text += page.summary(report)
    return "".join(f"{line}\n" for line in text)


def summary(report: Report, settings: RenderSettings) -> list[str]:
    """Write the last lines of a report, which say how the run went."""
    return list(_Page(settings, Lines({})).summary(report))


def _group(finding: Finding) -> tuple[str, Place, str | None]:
    """Return what findings share that are listed above one quote."""
    return finding.path, finding.place, finding.entry


class _Page:
    """What the lines of a report are written with."""

    def __init__(self, settings: RenderSettings, lines: Lines) -> None:
        self._settings = settings
        self._lines = lines
        self._width = max(_LEAST_WIDTH, settings.width)
        self._verbose = settings.detail is Detail.VERBOSE

    def _paint(self, style: str, text: str) -> str:
        return f"{style}{text}{_PLAIN}" if style and text and self._settings.colour else text

    def changes(self, report: Report) -> Iterator[str]:
        """Write what the change does, where states were compared."""
        changes = sentences.changes(report)
        if changes:
            yield self._paint(_BOLD, f"{sentences.CHANGES}:")
            yield from (f"  {terminal(line)}" for line in changes)
            yield ""

    def group(self, findings: Sequence[Finding]) -> Iterator[str]:
        """Write findings of one place: the place, their messages, and the lines once."""
        first = findings[0]
        where = f"{terminal(first.path)}:{first.place.line}:{first.place.column}"
        entry = f" ({terminal(first.entry)})" if first.entry else ""
        yield self._paint(_BOLD, where) + entry
        for finding in findings:
            yield from self._message(finding)
        margin = len(str(first.place.line + 1))
        width = self._width - margin - len("   | ")
        quote = self._lines.quote(first.path, first.place, width)
        if quote is not None:
            worst = min((each.severity for each in findings), key=lambda each: each.rank)
            yield from self._quote(quote, first.place.line, margin, _COLOURS[worst])
        for remedy in dict.fromkeys(filter(None, map(sentences.remedy, findings))):
            yield from self._wrapped(f"  {terminal(remedy)}", "    ")
        yield ""

    def _message(self, finding: Finding) -> Iterator[str]:
        severity, rule = finding.severity, terminal(finding.rule)
        head = f"  {severity} {rule}:"
        first, *rest = self._wrapped(f"{head} {terminal(finding.message)}", "    ", kept=len(head))
        painted = self._paint(_COLOURS[severity], severity.value)
        yield f"  {painted} {self._linked(finding.rule)}:{first[len(head) :]}"
        yield from rest
        address = rule_address(finding.rule) if self._verbose else None
        if address is not None:
            yield f"    {address}"

    def _linked(self, rule: str) -> str:
        """Return a rule's id, as a link to its documentation where a terminal shows it."""
        address = rule_address(rule) if self._settings.interactive else None
        return terminal(rule) if address is None else hyperlink(rule, address)

    def _quote(self, quote: Quote, number: int, margin: int, style: str) -> Iterator[str]:
        numbered = ((number - 1, quote.before), (number, quote.line), (number + 1, quote.after))
        for each, line in numbered:
            if line is not None:
                yield (self._paint(_DIM, f"  {each:>{margin}} | ") + line).rstrip()
            if each == number:
                yield self._paint(_DIM, f"  {'':>{margin}} | ") + self._paint(style, quote.carets)

    def apart(self, title: str, findings: Sequence[Finding], number: int) -> Iterator[str]:
        """List findings that cannot fail the run, one by one."""
        if not findings:
            return
        yield self._paint(_BOLD, f"{title} ({number:,}):")
        for finding in findings:
            place = f"{terminal(finding.path)}:{finding.place.line}:{finding.place.column}"
            entry = f" ({terminal(finding.entry)})" if finding.entry else ""
            text = f"  {place} {terminal(finding.rule)}{entry}: {terminal(finding.message)}"
            yield from self._wrapped(text, "    ")
            if finding.waiver is not None:
                yield from self._wrapped(f"    {terminal(sentences.excuse(finding))}", "      ")
        yield ""

    def statistics(self, report: Report) -> Iterator[str]:
        """Count the findings that can fail the run by rule, the most frequent first."""
        numbers: Counter[tuple[Severity, str]] = Counter()
        for finding in report.findings:
            if finding.counts:
                numbers[finding.severity, finding.rule] += 1
        for group, left in report.left_out.items():
            if group.standing is Standing.OPEN:
                numbers[group.severity, group.rule] += left
        ranked = sorted(numbers.items(), key=lambda item: (-item[1], item[0][0].rank, item[0][1]))
        widest = max((len(f"{number:,}") for number in numbers.values()), default=0)
        for (severity, rule), number in ranked:
            label = self._paint(_COLOURS[severity], f"{severity:<{_LONGEST_SEVERITY}}")
            yield f"{number:>{widest},} {label} {self._linked(rule)}"
        if ranked:
            yield ""

    def summary(self, report: Report) -> Iterator[str]:
        """Write how the run went: last, because a terminal shows the end first."""
        warning = sentences.not_a_pass(report)
        if warning:
            yield from self._wrapped(terminal(warning), "  ", _COLOURS[Severity.ERROR])
        for line in sentences.left_out(report):
            yield terminal(f"Shown of {line}")
        if self._settings.detail is Detail.QUIET:
            return
        worst = next((each for each in Severity if report.count(each)), None)
        style = _COLOURS[worst] if worst else _BOLD
        yield from self._wrapped(terminal(sentences.outcome(report)), "  ", style)
        for line in sentences.fixable(report):
            yield terminal(line)
        if not self._verbose:
            return
        yield f"Checked with {counted(len(report.ran), 'rule')} on {report.today}."
        if report.skipped:
            yield f"Skipped {counted(len(report.skipped), 'rule')}:"
            for reason, rules in sentences.skipped(report):
                line = f"  {terminal(reason)}: {', '.join(map(terminal, rules))}"
                yield from _lines(line, "    ", self._width)

    def _wrapped(self, text: str, indent: str, style: str = "", *, kept: int = 0) -> Iterator[str]:
        """Wrap a line where a terminal shows it; in a file or a pipe each message is one line."""
        interactive = self._settings.interactive
        lines = _lines(text, indent, self._width, kept=kept) if interactive else (text,)
        return (self._paint(style, line) for line in lines)


def _lines(text: str, indent: str, width: int, *, kept: int = 0) -> Iterator[str]:
    """Break a text at its spaces into lines of `width` columns at most, unless a word is longer.

    The first `kept` characters, and the spaces that it begins with, stay on one line.
    """
    kept = max(kept, len(text) - len(text.lstrip(" ")))
    line, begun = text[:kept], False
    for word in text[kept:].split(" "):
        if begun and columns(line) + 1 + columns(word) > width:
            yield line
            line, begun = indent, False
        line = f"{line} {word}" if begun else f"{line}{word}"
        begun = True
    yield line
