"""Public pages: Markdown from a roster, between markers, identical each time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from rollkeeper.grammar.escaping import markdown_text
from rollkeeper.grammar.markers import MarkerError, splice
from rollkeeper.model.roster import Programme
from rollkeeper.pages.ambassadors import ambassadors
from rollkeeper.pages.partners import partners
from rollkeeper.pages.table import tables

__all__ = ["MarkerError", "page_text", "splice"]

_KINDS: Mapping[str, Callable[[Programme, date], str]] = {
    "partners": partners,
    "ambassadors": ambassadors,
    "table": tables,
}
_PLAIN_PATH = re.compile(r"(?!.*--)[\w./ -]+\Z")


def page_text(programme: Programme, existing: str | None, *, today: date) -> str:
    """Return the whole text of a programme's page.

    Only the part between the programme's markers changes in an existing page; one that does not
    exist yet, or is blank, begins with the programme's title.
    Raises MarkerError when the markers of the existing page cannot be used.
    """
    roster = programme.roster.path if _PLAIN_PATH.match(programme.roster.path) else "the roster"
    notice = (
        f"<!-- Written from {roster} by `rollkeeper render`: change the roster, not this part. -->"
    )
    generated = f"{notice}\n\n{_KINDS[programme.policy.layout.kind](programme, today)}\n"
    if existing is not None and existing.strip():
        return splice(existing, generated, name=programme.name)
    title = markdown_text(programme.policy.title)
    return f"# {title}\n\n{splice(None, generated, name=programme.name)}"
