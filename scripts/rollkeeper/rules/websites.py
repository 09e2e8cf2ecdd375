"""Websites: whether they can still be reached."""

from __future__ import annotations

from rollkeeper.model import Problem, Severity
from rollkeeper.rule import Problems, rule
from rollkeeper.visit import Trouble, Visit
from rollkeeper.wording import quoted

_GONE = {
    404: "there is no such page (404)",
    410: "the page is gone for good (410)",
    500: "the server fails (500)",
    502: "the server fails (502)",
    504: "the server fails (504)",
}
"""Other answers, such as 403 and 429, mean that a visitor with a browser may well see the page."""
_DEAD = frozenset({Trouble.NO_SUCH_NAME, Trouble.NOT_PUBLIC, Trouble.NO_CONNECTION, Trouble.SILENT})


@rule("website-unreachable", on=Visit, severity=Severity.WARNING)
def unreachable(visit: Visit) -> Problems:
    """A website did not answer, or answered that the page is gone.

    A dead link on the public page speaks badly of the entry and of the community. Try it in a
    browser: correct the address if the site has moved, or ask the people behind the entry.
    """
    if visit.status is not None:
        why = _GONE.get(visit.status)
    else:
        why = visit.trouble if visit.trouble in _DEAD else None
    if why is not None:
        message = (
            f"{quoted(visit.url)} cannot be reached: {why}; correct the address if the site has "
            "moved, or ask the people behind the entry"
        )
        yield Problem(message, visit.field)
