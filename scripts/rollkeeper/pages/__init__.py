"""Public pages: Markdown from a roster, between markers, identical each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from rollkeeper.grammar.escaping import markdown_text
from rollkeeper.grammar.markers import MarkerError, splice, with_notice
from rollkeeper.model.page import LogoImage, Page
from rollkeeper.model.roster import Programme
from rollkeeper.pages.ambassadors import ambassadors
from rollkeeper.pages.cells import one_line
from rollkeeper.pages.data import data
from rollkeeper.pages.partners import partners
from rollkeeper.pages.table import tables
from rollkeeper.pages.view import PageView

__all__ = ["MarkerError", "page_text", "splice"]

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
    body = _body(view) + _invitation(view)
    generated = with_notice(f"{body}\n", programme.roster.path)
    if existing is not None and existing.strip():
        return splice(existing, generated, name=programme.name)
    return f"# {markdown_text(view.title)}\n\n{splice(None, generated, name=programme.name)}"


def _body(view: PageView) -> str:
    template = view.layout.template
    if template is None:
        return _KINDS[view.layout.kind or "table"](view)
    from rollkeeper.pages.templates import templated  # noqa: PLC0415 - few communities have one

    return templated(view, template.name, template.text)


def _invitation(view: PageView) -> str:
    invitation = view.layout.invitation
    if invitation is None:
        return ""
    text = markdown_text(one_line(view.wording(invitation.text, "")))
    target = view.target(invitation.target).replace("&", "&amp;")
    return f"\n**[{text}](<{target}>)**\n"
