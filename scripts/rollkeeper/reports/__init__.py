"""Reports: text from values, one module for each format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from rollkeeper.model.report import Report
from rollkeeper.model.rule import Catalogue
from rollkeeper.reports import github, markdown, sarif, text
from rollkeeper.reports.catalogue import catalogue_markdown, catalogue_text, rule_text
from rollkeeper.reports.json import write as machine

__all__ = ["FORMATS", "catalogue_markdown", "catalogue_text", "render", "rule_text"]


class _Wishes(NamedTuple):
    colour: bool
    width: int
    catalogue: Catalogue


_FORMATS: Mapping[str, Callable[[Report, _Wishes], str]] = {
    "text": lambda report, wishes: text.render(report, colour=wishes.colour, width=wishes.width),
    "github": lambda report, _: github.render(report),
    "markdown": lambda report, _: markdown.render(report),
    "json": lambda report, _: machine.render(report),
    "sarif": lambda report, wishes: sarif.render(report, wishes.catalogue),
}

FORMATS = tuple(_FORMATS)
"""The names of the formats."""


def render(
    report: Report,
    format: str,  # noqa: A002 - the command line's own word
    *,
    colour: bool = False,
    width: int = text.WIDTH,
    catalogue: Catalogue,
) -> str:
    """Write `report` in one of `FORMATS`.

    `colour` and `width` (in columns) are for a terminal and only matter to `text`; `catalogue`
    gives `sarif` its descriptions of the rules. Raises KeyError for a format that there is not.
    """
    return _FORMATS[format](report, _Wishes(colour, width, catalogue))
