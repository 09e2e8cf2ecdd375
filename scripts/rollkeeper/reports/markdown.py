"""The report for step summaries, comments and issues, in GitHub's Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from rollkeeper.grammar.escaping import markdown_code, markdown_message, markdown_text
from rollkeeper.grammar.wording import counted, cut
from rollkeeper.model.limits import MAX_MESSAGE, MAX_SUMMARY
from rollkeeper.model.report import Finding, Report
from rollkeeper.reports import sentences as words

_ROOM_FOR_NOTICE = 200


class _Block(NamedTuple):
    """What is said of one entry: written whole or not at all."""

    section: str
    path: str
    text: str
    findings: int


def render(report: Report, *, limit: int = MAX_SUMMARY) -> str:
    """Write the report in at most `limit` characters, grouped by file and entry.

    What does not fit is cut after a whole entry, and a last line says how much is left out.
    Whatever came from a file is escaped; a rule's messages put values into code spans.
    """
    head = _head(report)
    head += _changes(report, (limit - len(head)) // 4)
    tail = _skipped(report, (limit - len(head)) // 4)
    room = limit - len(head) - len(tail) - _ROOM_FOR_NOTICE
    body, left = _fill(_blocks(report), room)
    notice = ""
    if left:
        findings = counted(sum(block.findings for block in left), "finding")
        notice = f"\n*Cut here for want of room: {findings} on {len(left):,} more entries.*\n"
    return f"{head}{body}{notice}{tail}"


def _head(report: Report) -> str:
    nothing = words.nothing_looked_at(report)
    warning = f"**{markdown_message(nothing)}**\n\n" if nothing else ""
    looked = markdown_message(words.looked_at(report))
    return f"### Rollkeeper: {words.totals(report)}\n\n{warning}{looked}\n"


def _changes(report: Report, room: int) -> str:
    """List what the change does, as far as there is room."""
    told = words.changes(report)
    if not told:
        return ""
    text = f"\n#### {words.CHANGES}\n\n"
    for number, line in enumerate(told):
        item = f"- {markdown_text(cut(line, MAX_MESSAGE))}\n"
        if len(text) + len(item) > room:
            return f"{text}\n*and {len(told) - number:,} more*\n" if number else ""
        text += item
    return text


def _skipped(report: Report, room: int) -> str:
    if not report.skipped:
        return ""
    title = f"\n#### Skipped {counted(len(report.skipped), 'rule')}\n"
    reasons = "".join(
        f"- {', '.join(markdown_code(rule) for rule in rules)}: {markdown_message(reason)}\n"
        for reason, rules in words.skipped(report)
    )
    return f"{title}\n{reasons}" if len(title) + len(reasons) < room else title


def _fill(blocks: Iterator[_Block], room: int) -> tuple[str, list[_Block]]:
    """Take blocks as long as there is room; give their text and the blocks that are left."""
    text: list[str] = []
    left: list[_Block] = []
    last = ("", "")
    for block in blocks:
        headings = ""
        if block.section != last[0]:
            headings += f"\n#### {block.section}\n"
        if block[:2] != last:
            headings += f"\n**{markdown_code(block.path)}**\n"
        size = len(headings) + len(block.text)
        if left or size > room:
            left.append(block)
            continue
        text += headings, block.text
        room -= size
        last = (block.section, block.path)
    return "".join(text), left


def _blocks(report: Report) -> Iterator[_Block]:
    yield from _section("Found", words.open_findings(report), _line)
    yield from _section("Already there before this change", words.old_findings(report), _line)
    yield from _section("Waived", words.waived_findings(report), _waived_line)


def _section(
    title: str, findings: Iterable[Finding], line: Callable[[Finding], str]
) -> Iterator[_Block]:
    groups: dict[tuple[str, str | None], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.path, finding.entry), []).append(finding)
    # An entry whose findings stand apart in its file is told of once, under its first file.
    for (path, entry), group in sorted(groups.items(), key=lambda item: item[0][0]):
        yield _Block(title, path, _entry(entry, group, line), len(group))


def _entry(name: str | None, findings: Sequence[Finding], line: Callable[[Finding], str]) -> str:
    heading = "The file itself" if name is None else markdown_code(name)
    return f"\n{heading}\n\n" + "".join(map(line, findings))


def _line(finding: Finding) -> str:
    remedy = words.remedy(finding)
    fix = f"\n  {markdown_message(remedy)}" if remedy else ""
    message = markdown_message(finding.message)
    rule = markdown_code(finding.rule)
    return f"- **{finding.severity}** line {finding.place.line}, {rule}: {message}{fix}\n"


def _waived_line(finding: Finding) -> str:
    return f"{_line(finding)}  {markdown_message(words.excuse(finding))}\n"
