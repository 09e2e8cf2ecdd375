"""The page of any other roster: a table, or one for each group."""

from __future__ import annotations

from datetime import date

from rollkeeper.model.policy import Column, PageLayout
from rollkeeper.model.roster import Programme
from rollkeeper.pages.cells import table
from rollkeeper.pages.groups import grouped

_EMPTY = "Nothing is listed yet.\n"


def tables(programme: Programme, layout: PageLayout, today: date) -> str:  # noqa: ARG001 - every kind of page is called alike
    """Write the active entries, with the columns that the policy names."""
    active = [entry for entry in programme.entries if entry.active]
    columns = layout.columns or (Column.of("name"),)
    return (
        "\n".join(
            f"{group.heading(2)}{table(columns, group.entries)}"
            for group in grouped(active, layout.group_by, layout.order)
        )
        or _EMPTY
    )
