"""What another repository asks of the action, as its environment has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rollkeeper.grammar.wording import quoted
from rollkeeper.jobs.job import CHECKS, families_of
from rollkeeper.reports.formats import FORMATS

_PASSED_ON = ("root", "policies", "since", "today", "fail-on")
"""Inputs that are options of the job by the same name."""

FIRST_TIME = (
    "The base has no policies yet. This is the first time: the rosters are judged by the policies "
    "proposed here."
)
_SEPARATORS = re.compile(r"[\s,]+")


class InputError(ValueError):
    """An input of the action cannot be used; the message names it and what it takes."""


@dataclass(frozen=True, slots=True)
class ActionInputs:
    """What the action is asked for: the job's arguments, and what goes beyond them."""

    arguments: tuple[str, ...]
    programmes: tuple[str, ...]
    checks: tuple[str, ...]
    format: str
    first_time: bool = False
    """Whether the base has no policies yet, so that the first ones judge themselves."""

    @property
    def families(self) -> frozenset[str]:
        """The families of rules that the checks are made of."""
        return families_of(self.checks)


def read_inputs(environ: Mapping[str, str]) -> ActionInputs:
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
    values = {name: given(name) for name in _PASSED_ON if given(name)}
    first = first_policies(values.get("root", "."), values.get("policies", ""))
    if first is not None:
        values["policies"] = str(first)
    arguments = tuple(f"--{name}={value}" for name, value in values.items())
    return ActionInputs(
        arguments, several("programmes"), checks or tuple(CHECKS), form, first is not None
    )


def first_policies(root: str, policies: str) -> Path | None:
    """Return the policies that judge themselves, None where there are some to judge by.

    `policies` is in a checkout of the base beside that of `root`: where it is not there, but its
    counterpart is, the change brings the first policies of the repository.
    """
    wanted = Path(policies)
    if not policies or wanted.exists() or not Path(*wanted.parts[:1]).is_dir():
        return None
    counterpart = Path(*Path(root).parts[:1], *wanted.parts[1:])
    return counterpart if len(wanted.parts) > 1 and counterpart.is_dir() else None
