"""The differences between a roster and the lists that others keep, as one table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from rollkeeper.grammar.escaping import markdown_message

RULE = "differs-from-list"
"""The rule that finds them."""


class DifferenceRow(NamedTuple):
    """One difference: where it is, as Markdown, what it is, and since when it is there."""

    where: str
    message: str
    since: date


def difference_table(rows: Iterable[DifferenceRow]) -> str:
    """Return a table in Markdown with a row for each difference; empty without any."""
    written = "".join(
        f"| {each.where} | {markdown_message(each.message)} | {each.since} |\n" for each in rows
    )
    return f"| where | difference | since |\n| --- | --- | --- |\n{written}" if written else ""
