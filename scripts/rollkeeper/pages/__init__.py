"""Public pages: Markdown from a roster, between markers, identical each time."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from datetime import date

from rollkeeper.grammar.escaping import SPLIT, markdown_text, terminal
from rollkeeper.grammar.markers import MarkerError, splice, with_notice
from rollkeeper.grammar.masking import masked
from rollkeeper.model.limits import MAX_DIFFERENCE
from rollkeeper.model.page import LogoImage, Page
from rollkeeper.model.roster import Programme
from rollkeeper.pages.ambassadors import ambassadors
from rollkeeper.pages.cells import one_line
from rollkeeper.pages.data import data
from rollkeeper.pages.partners import partners
from rollkeeper.pages.table import tables
from rollkeeper.pages.view import PageView

__all__ = ["MarkerError", "difference", "page_text", "splice"]

_KINDS: Mapping[str, Callable[[PageView], str]] = {
    "partners": partners,
    "ambassadors": ambassadors,
    "table": tables,
}


def page_text(
    programme: Programme,
    page: Page,
    existing: str | None,
    *,
    today: date,
    images: Mapping[int, LogoImage] | None = None,
) -> str:
    """Return the whole text of one of a programme's pages.

    Only the part between the programme's markers changes in an existing page; one that does not
    exist yet, or is blank, begins with the programme's title. A page of data is written whole.
    `images` are the logos that can be shown, by the index of their entries.
    Raises MarkerError when the markers of the existing page cannot be used.
    """
    view = PageView(programme, page, today, images or {})
    if page.layout.kind == "data":
        return data(view)
    body = _KINDS[page.layout.kind or "table"](view) + _invitation(view)
    generated = with_notice(f"{body}\n", programme.roster.path)
    if existing is not None and existing.strip():
        return splice(existing, generated, name=programme.name)
    return f"# {markdown_text(view.title)}\n\n{splice(None, generated, name=programme.name)}"


def _invitation(view: PageView) -> str:
    invitation = view.layout.invitation
    if invitation is None:
        return ""
    text = markdown_text(one_line(view.wording(invitation.text, "")))
    target = view.target(invitation.target).replace("&", "&amp;")
    return f"\n**[{text}](<{target}>)**\n"


def difference(
    old: str, new: str, *, name: str, most: int = MAX_DIFFERENCE, public: bool = False
) -> str:
    """Return a unified diff of at most `most` lines, safe for a terminal and, masked, for a log.

    Empty where nothing differs; a difference in line ends alone is described in a sentence.
    """
    if old == new:
        return ""
    lines = list(
        difflib.unified_diff(old.splitlines(), new.splitlines(), name, name, lineterm="", n=1)
    )
    if not lines:
        return f"{terminal(name)}: only line ends differ\n"
    more = len(lines) - most
    # The first character says what became of the line, and is not part of it.
    kept = [line[:1] + _masked(line[1:]) if public else line for line in lines[:most]]
    shown = [terminal(line) for line in kept]
    shown += [f"... and {more:,} more lines"] if more > 0 else []
    return "".join(f"{line}\n" for line in shown)


def _masked(line: str) -> str:
    """Mask a line of a page, in which an address is parted so that no reader links it."""
    return masked(line.replace(SPLIT, ""))
