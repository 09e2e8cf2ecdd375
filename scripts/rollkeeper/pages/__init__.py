"""Public pages: Markdown from a roster, between markers, identical each time."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import date

from rollkeeper.grammar.escaping import SPLIT, markdown_text, terminal
from rollkeeper.grammar.markers import MarkerError, splice
from rollkeeper.grammar.masking import masked
from rollkeeper.model.limits import MAX_DIFFERENCE
from rollkeeper.model.roster import Programme
from rollkeeper.pages.ambassadors import ambassadors
from rollkeeper.pages.partners import partners
from rollkeeper.pages.table import tables

__all__ = ["MarkerError", "difference", "page_text", "splice"]

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
