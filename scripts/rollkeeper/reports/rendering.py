"""A report written in the format that was asked for."""

from __future__ import annotations

from enum import IntEnum
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import NamedTuple

from rollkeeper.model.report import Report
from rollkeeper.model.rule import Catalogue
from rollkeeper.reports import formats
from rollkeeper.reports.publishing import published


class Detail(IntEnum):
    """How much a report for people says besides its findings."""

    QUIET = 0
    """Findings alone."""
    NORMAL = 1
    VERBOSE = 2
    """Also which rules were skipped and why, and where each rule is described."""


class RenderSettings(NamedTuple):
    """What a format may use beside the report; each uses what it needs.

    `colour` and `width` (in columns) describe the terminal, `catalogue` describes the rules.
    `interactive` says that a terminal shows it: long lines are wrapped, and rules are links.
    `public` says that others than the user read it: addresses of people are masked.
    `statistics` asks for the number of findings of each rule in place of the findings.
    """

    colour: bool = False
    width: int = 100
    interactive: bool = False
    catalogue: Catalogue = MappingProxyType({})
    public: bool = False
    detail: Detail = Detail.NORMAL
    statistics: bool = False


PLAIN = RenderSettings()
"""For a file or a log: no colour, and rules known by their id alone."""


def render(report: Report, name: str, settings: RenderSettings = PLAIN) -> str:
    """Write `report` in one of `formats.FORMATS`; raise KeyError for any other name."""
    shown = published(report) if settings.public else report
    text: str = _module(name).render(shown, settings)
    return text


def description(name: str) -> str:
    """Return the first line of a format's docstring."""
    return (_module(name).__doc__ or "").partition("\n")[0]


def _module(name: str) -> ModuleType:
    if name not in formats.FORMATS:
        raise KeyError(name)
    return import_module(f"{formats.__name__}.{name}")
