"""The page of a partner programme: logos, and what else is known in a table beside them."""

from __future__ import annotations

from collections.abc import Sequence

from rollkeeper.grammar.escaping import html_text
from rollkeeper.model.page import Column
from rollkeeper.model.roster import Entry
from rollkeeper.pages.cells import HTML, MARKDOWN, cell, heading, linked_name
from rollkeeper.pages.groups import Group, grouped, written_heading
from rollkeeper.pages.logos import height_of, logo
from rollkeeper.pages.table import USUAL, filled
from rollkeeper.pages.view import PageView

_BLANKS = "&nbsp;" * 20
"""The heading above logos: on narrow screens pictures yield, and nothing else keeps them wide."""


def partners(view: PageView) -> str:
    """Write the partners that have not withdrawn, by group: as a table, or as logos alone.

    A group whose entries have nothing else has logos alone, and so has every group where the policy
    wants no columns.
    """
    active = [entry for entry in view.programme.entries if entry.active]
    given = view.layout.columns
    parts = []
    for group in grouped(view, active, view.layout.group_by):
        columns = filled(view, USUAL, group.entries) if given is None else given
        more = [each for each in columns if not _is_name(group.entries, each)]
        title = written_heading(view, group.title, 2, len(group.entries))
        shown = _table(view, group, more) if more else _wall(view, group)
        parts.append(f"{title}{shown}")
    return "\n".join(parts) or f"{view.words['no_partners']}\n"


def _is_name(entries: Sequence[Entry], column: Column) -> bool:
    return any(column.path in entry.roles.get("name", ()) for entry in entries[:1])


def _wall(view: PageView, group: Group) -> str:
    """Write the logos of a group in cells of one size, then the names of those that have none."""
    height = height_of(view, group)
    shown = {entry.index: logo(view, entry, height) for entry in group.entries}
    logos = "".join(f"{each}\n" for each in shown.values() if each)
    rest = (entry for entry in group.entries if not shown[entry.index])
    names = " · ".join(linked_name(view, entry, MARKDOWN) for entry in rest)
    parts = [f'<p align="center">\n{logos}</p>\n'] if logos else []
    parts += [f"{names}\n"] if names else []
    return "\n".join(parts)


def _table(view: PageView, group: Group, columns: Sequence[Column]) -> str:
    """Write a row for each entry: its logo, its name with its description, and the columns.

    Where few have a logo, it stands above the name: a column of its own would be empty.
    """
    height = height_of(view, group)
    there = sum(entry.index in view.images for entry in group.entries)
    apart = 2 * there >= len(group.entries)
    below = [each for each in columns if each.path == ("description",) and not each.named]
    others = [each for each in columns if each not in below]
    rows = []
    for entry in group.entries:
        shown = logo(view, entry, height, in_cell=False)
        texts = (cell(view, entry, each, HTML) for each in below)
        lines = [f"<b>{linked_name(view, entry, HTML)}</b>", *texts]
        cells = ["<br>".join(filter(None, lines if apart else [shown, *lines]))]
        cells += [cell(view, entry, each, HTML) for each in others]
        row = "".join(f"<td>{each}</td>" for each in cells)
        rows.append(
            f'<tr><td align="center">{shown}</td>{row}</tr>\n' if apart else f"<tr>{row}</tr>\n"
        )
    heads = [view.words["name"], *(heading(view, each) for each in others)]
    titles = "".join(f'<th align="left">{html_text(each)}</th>' for each in heads)
    first = f"<th>{_BLANKS}</th>" if apart else ""
    return f"<table>\n<tr>{first}{titles}</tr>\n{''.join(rows)}</table>\n"
