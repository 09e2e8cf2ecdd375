"""Markdown for step summaries and issues, grouped by file and entry."""

from __future__ import annotations

from rollkeeper.grammar.escaping import markdown_code, markdown_message, markdown_text
from rollkeeper.grammar.wording import counted, cut
from rollkeeper.model.limits import MAX_MESSAGE, MAX_SUMMARY
from rollkeeper.model.report import Report
from rollkeeper.reports import sentences
from rollkeeper.reports.blocks import Layout, blocks, explained, fill, skipped
from rollkeeper.reports.rendering import PLAIN, RenderSettings

_ROOM_FOR_NOTICE = 200
_LAYOUT = Layout(
    group=lambda finding: finding.path,
    rank=lambda findings: findings[0].path,
    headings=lambda section, path: (f"\n#### {section}\n", f"\n**{markdown_code(path)}**\n"),
    title=lambda _, entry: "The file itself" if entry is None else markdown_code(entry),
    line=lambda finding: (
        f"- **{finding.severity}** line {finding.place.line}, {explained(finding)}"
    ),
)


def render(report: Report, _: RenderSettings = PLAIN, *, limit: int = MAX_SUMMARY) -> str:
    """Write the report in at most `limit` characters.

    What does not fit is cut after a whole entry, and a last line says how much is left out.
    Everything that came from a file is escaped; a rule's messages put values into code spans.
    """
    head = _head(report)
    head += _changes(report, (limit - len(head)) // 4)
    tail = _skipped(report, (limit - len(head)) // 4)
    room = limit - len(head) - len(tail) - _ROOM_FOR_NOTICE
    body, shown = fill(blocks(report, _LAYOUT), room)
    some = sentences.first_of(shown, report)
    notice = f"\n*Shown: {some}.*\n" if some else ""
    return f"{head}{body}{notice}{tail}"


def _head(report: Report) -> str:
    reason = sentences.not_a_pass(report)
    warning = f"**{markdown_message(reason)}**\n\n" if reason else ""
    checked = markdown_message(f"Checked {sentences.scope(report)}.")
    return f"### Rollkeeper: {sentences.totals(report)}\n\n{warning}{checked}\n"


def _changes(report: Report, room: int) -> str:
    """List what the change does, as far as there is room."""
    lines = sentences.changes(report)
    if not lines:
        return ""
    text = f"\n#### {sentences.CHANGES}\n\n"
    for number, line in enumerate(lines):
        item = f"- {markdown_text(cut(line, MAX_MESSAGE))}\n"
        if len(text) + len(item) > room:
            return f"{text}\n*and {len(lines) - number:,} more*\n" if number else ""
        text += item
    return text


def _skipped(report: Report, room: int) -> str:
    if not report.skipped:
        return ""
    title = f"\n#### Skipped {counted(len(report.skipped), 'rule')}\n"
    reasons = skipped(report)
    return f"{title}\n{reasons}" if len(title) + len(reasons) < room else title
