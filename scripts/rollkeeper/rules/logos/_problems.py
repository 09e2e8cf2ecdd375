"""How rules name a logo and report its defects."""

from __future__ import annotations

from collections.abc import Iterator

from rollkeeper.grammar.wording import cut
from rollkeeper.model.limits import MAX_SHOWN
from rollkeeper.model.logo import Logo
from rollkeeper.model.report import Problem
from rollkeeper.model.tree import Place


def shown_file(logo: Logo) -> str:
    """Name a logo's file, or the entry's reference where there is none."""
    return cut(logo.file or logo.reference or "the logo", MAX_SHOWN)


def has_live_text(logo: Logo) -> bool:
    """Return whether a logo shows text that a rendering without fonts does not have."""
    return any(defect.rule == "svg-live-text" for defect in logo.defects)


def is_seen(logo: Logo) -> bool:
    """Return whether what is drawn without fonts proves that a logo can be seen on its page."""
    if logo.picture is None or logo.picture.box is None:
        return False
    return bool(logo.picture.on_dark if logo.dark else logo.picture.on_white)


def about(logo: Logo, message: str) -> Problem:
    """Return a problem whose message continues from the file's name."""
    return Problem(f"{shown_file(logo)} {message}")


def defects(logo: Logo, rule: str, remedy: str | None = None) -> Iterator[Problem]:
    """Return the problems of one rule, in the file itself where the defect has a line there.

    `remedy` is added where the defects do not each have their own. What is wrong in the same words
    at several places is reported at the first of them.
    """
    said = set()
    for defect in logo.defects:
        if defect.rule != rule or defect.message in said:
            continue
        said.add(defect.message)
        message = f"{defect.message}; {remedy}" if remedy else defect.message
        if logo.file is None:
            yield Problem(message)
        elif defect.line is None:
            yield about(logo, message)
        else:
            whose = f"the logo of {cut(logo.entry.name)}" if logo.entry else shown_file(logo)
            place = Place(defect.line, 1, defect.line, 1)
            yield Problem(f"{whose} {message}", path=logo.file, place=place)
