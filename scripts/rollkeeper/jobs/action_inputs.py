"""What another repository asks of the action, as its environment has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rollkeeper.engine.families import families
from rollkeeper.grammar.wording import quoted
from rollkeeper.model.report import Report
from rollkeeper.reports.formats import FORMATS

CHECKS: Mapping[str, Callable[[], frozenset[str]]] = {
    "entries": lambda: families(without=("logos", "seats", "terms", "websites")),
    "logos": lambda: frozenset({"logos"}),
    "terms": lambda: frozenset({"seats", "terms"}),
    "websites": lambda: frozenset({"websites"}),
}
"""Each check that can be asked for, and the families of rules it is made of."""

_HANDED_ON = ("root", "policies", "since", "today", "fail-on")
"""Inputs that are options of the job by the same name."""

_SEPARATORS = re.compile(r"[\s,]+")


class InputError(ValueError):
    """An input of the action cannot be used; the message names it and what it takes."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the action is asked for: the job's arguments, and what goes beyond them."""

    arguments: tuple[str, ...]
    programmes: tuple[str, ...]
    checks: tuple[str, ...]
    format: str

    @property
    def families(self) -> frozenset[str]:
        """The families of rules that the checks are made of."""
        return frozenset[str]().union(*(CHECKS[check]() for check in self.checks))


def read_inputs(environ: Mapping[str, str]) -> Inputs:
    """Read the inputs from `INPUT_ROOT` and the like; one that is empty was not given.

    Raises InputError.
    """

    def given(name: str) -> str:
        return environ.get(f"INPUT_{name.upper().replace('-', '_')}", "").strip()

    def several(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, _SEPARATORS.split(given(name)))))

    checks, form = several("checks"), given("format") or "json"
    for check in checks:
        if check not in CHECKS:
            message = f"`checks` has {quoted(check)}, but takes only {', '.join(CHECKS)}"
            raise InputError(message)
    if form not in FORMATS:
        message = f"`format` is {quoted(form)}, but must be one of {', '.join(FORMATS)}"
        raise InputError(message)
    arguments = tuple(f"--{name}={given(name)}" for name in _HANDED_ON if given(name))
    return Inputs(arguments, several("programmes"), checks or tuple(CHECKS), form)


def seen_from_the_repository(report: Report, root: Path) -> Report:
    """Name files as seen from the top of the repository, which is how annotations name them.

    A community may live in a folder of it. Where `root` lies in no repository nothing changes.
    """
    folder = root.resolve()
    top = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)
    if top == folder:
        return report
    prefix = folder.relative_to(top).as_posix()
    findings = tuple(replace(each, path=f"{prefix}/{each.path}") for each in report.findings)
    texts = {f"{prefix}/{path}": text for path, text in report.texts.items()}
    return replace(report, findings=findings, texts=texts)
