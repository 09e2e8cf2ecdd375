"""The differences between rosters and the lists that others keep, as one table."""

from __future__ import annotations

from rollkeeper.grammar.escaping import markdown_message, markdown_text
from rollkeeper.grammar.wording import counted
from rollkeeper.model.report import Report, Standing

RULE = "differs-from-list"
MOST_ROWS = 100
"""Differences that the table has before it says how many more there are."""


def list_differences(report: Report, most: int = MOST_ROWS) -> str:
    """Return the open findings about lists that others keep as a table; empty without any.

    A row has the entry, or what is only on a list, and the place where the roster, or the policy,
    says so.
    """
    found = [each for each in report.findings if each.rule == RULE and each.counts]
    if not found:
        return ""
    rows = (
        f"| {markdown_text(each.entry or '')} | {markdown_message(each.message)} "
        f"| {markdown_text(f'{each.path}, line {each.place.line}')} |\n"
        for each in found[:most]
    )
    more = (
        len(found)
        - len(found[:most])
        + sum(
            number
            for group, number in report.left_out.items()
            if group.rule == RULE and group.standing is Standing.OPEN
        )
    )
    text = f"| entry | difference | where |\n| --- | --- | --- |\n{''.join(rows)}"
    return text + (f"\nAnd {counted(more, 'more difference')}.\n" if more else "")
