"""How rules speak of a logo: which file, whose, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from rollkeeper.grammar.wording import cut
from rollkeeper.model.logo import Logo
from rollkeeper.model.report import Problem
from rollkeeper.model.tree import Place

LONGEST_PATH = 120
"""Characters of a path that a message shows before it is cut."""


def shown_file(logo: Logo) -> str:
    """Name a logo's file, or what the entry says where there is none."""
    return cut(logo.file or logo.reference or "the logo", LONGEST_PATH)


def about(logo: Logo, message: str) -> Problem:
    """Make a problem that goes on from the file's name; it stands at the entry's logo field."""
    return Problem(f"{shown_file(logo)} {message}")


def defects(logo: Logo, rule: str, remedy: str | None = None) -> Iterator[Problem]:
    """Tell the flaws that a rule judges, in the file itself where they have a line there.

    `remedy` is added where the flaws do not each have their own.
    """
    for defect in logo.defects:
        if defect.rule != rule:
            continue
        message = f"{defect.message}; {remedy}" if remedy else defect.message
        if logo.file is None:
            yield Problem(message)
        elif defect.line is None:
            yield about(logo, message)
        else:
            whose = f"the logo of {cut(logo.entry.name)}" if logo.entry else shown_file(logo)
            place = Place(defect.line, 1, defect.line, 1)
            yield Problem(f"{whose} {message}", path=logo.file, place=place)
