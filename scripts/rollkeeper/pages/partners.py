"""The page of a partner programme: logos and a table for each group."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import quote

from rollkeeper.grammar.escaping import html_attribute, link_target
from rollkeeper.model.policy import Column, Policy
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.pages.cells import cell, one_line, table
from rollkeeper.pages.groups import grouped

_LOGO = re.compile(r"(?!.*\.\.)[^\W_][\w.+@,~=-]*\.(?:svg|png)\Z", re.IGNORECASE)
"""A file directly in the logo folder: rules are stricter, this keeps links safe."""

_EMPTY = "No partners are listed yet.\n"
_USUAL = tuple(map(Column.of, ("name", "description", "offerings")))


def partners(programme: Programme, _: date) -> str:
    """Write the partners that have not withdrawn: logos that link to websites, then a table."""
    layout = programme.policy.layout
    active = [entry for entry in programme.entries if entry.active]
    columns = layout.columns or _filled(_USUAL, active)
    parts = []
    for group in grouped(active, layout.group_by, layout.order):
        wall = "".join(_logos(programme.policy, group.entries, layout.logo_height))
        shown = f"<p>\n{wall}</p>\n\n" if wall else ""
        parts.append(f"{group.heading(2)}{shown}{table(columns, group.entries)}")
    return "\n".join(parts) or _EMPTY


def _filled(columns: Sequence[Column], entries: Sequence[Entry]) -> Sequence[Column]:
    """Leave out the columns in which no entry has anything."""
    kept = [each for each in columns if any(cell(entry, each) for entry in entries)]
    return kept or columns[:1]


def _logos(policy: Policy, entries: Sequence[Entry], height: int) -> Iterator[str]:
    for entry in entries:
        source = _source(policy, entry.text("logo") or "")
        if source is None:
            continue
        name = html_attribute(one_line(entry.name))
        image = f'<img src="{html_attribute(source)}" alt="{name}" height="{height}">'
        target = link_target(entry.text("website") or "")
        if target is None:
            yield f"  {image}\n"
        else:
            yield f'  <a href="{html_attribute(target)}">{image}</a>\n'


def _source(policy: Policy, reference: str) -> str | None:
    """Return the address of a logo from the page's folder, or None for what names no logo."""
    if policy.logos is None or policy.page is None:
        return None
    folder = posixpath.normpath(policy.logos)
    name = reference.strip().removeprefix("./").removeprefix(f"{folder}/")
    if not _LOGO.match(name):
        return None
    return quote(posixpath.relpath(f"{folder}/{name}", posixpath.dirname(policy.page) or "."))
