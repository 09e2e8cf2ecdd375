"""The page of any other roster: a table, or one for each group."""

from __future__ import annotations

from datetime import date

from rollkeeper.model.policy import Column
from rollkeeper.model.roster import Programme
from rollkeeper.pages.cells import table
from rollkeeper.pages.groups import grouped

_EMPTY = "Nothing is listed yet.\n"


def tables(programme: Programme, _: date) -> str:
    """Write the active entries, with the columns that the policy names."""
    layout = programme.policy.layout
    active = [entry for entry in programme.entries if entry.active]
    columns = layout.columns or (Column.of("name"),)
    groups = grouped(active, layout.group_by, layout.order)
    text = "\n".join(f"{group.heading(2)}{table(columns, group.entries)}" for group in groups)
    return text or _EMPTY
