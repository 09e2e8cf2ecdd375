"""The page of any other roster: a table, or one for each group."""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.model.page import Column
from rollkeeper.model.roster import Entry
from rollkeeper.pages.cells import cell, table
from rollkeeper.pages.groups import grouped, written_heading
from rollkeeper.pages.view import PageView

USUAL = tuple(map(Column.of, ("name", "description", "offerings")))


def tables(view: PageView) -> str:
    """Write the active entries, with the columns that the policy names."""
    active = [entry for entry in view.programme.entries if entry.active]
    columns = view.layout.columns or filled(view, USUAL, active) or USUAL[:1]
    text = "\n".join(
        written_heading(view, group.title, 2, len(group.entries))
        + table(view, columns, group.entries)
        for group in grouped(view, active, view.layout.group_by)
    )
    return text or f"{view.words['nothing']}\n"


def filled(
    view: PageView, columns: Sequence[Column], entries: Sequence[Entry]
) -> tuple[Column, ...]:
    """Leave out the columns in which no entry has anything."""
    return tuple(each for each in columns if any(cell(view, entry, each) for entry in entries))
