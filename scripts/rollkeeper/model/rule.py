"""How a rule is declared: a function of one subject, its id, its severity and its options."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Check

INJECTED = frozenset({"today"})
"""Keyword arguments that the engine gives to a rule; they are not options of a policy."""


@dataclass(frozen=True)
class Option:
    """One option of a rule, read from the function's signature."""

    name: str
    type: Any
    default: Any


@dataclass(frozen=True)
class Rule:
    """A rule of the catalogue."""

    id: str
    on: type
    severity: Severity
    needs: str | None
    check: Check

    @property
    def family(self) -> str:
        """The file or folder below `rules` that declares the rule, such as `terms`."""
        return self.check.__module__.removeprefix("rollkeeper.rules.").partition(".")[0]

    @property
    def summary(self) -> str:
        """The first line of the docstring: what is wrong."""
        return self.documentation.partition("\n")[0]

    @property
    def documentation(self) -> str:
        """The whole docstring."""
        return inspect.getdoc(self.check) or ""

    @cached_property
    def wants_today(self) -> bool:
        """Whether the rule asks for the day on which it is judged."""
        return "today" in inspect.signature(self.check).parameters

    @cached_property
    def options(self) -> Mapping[str, Option]:
        """The options that a policy may set, with types and defaults, by name."""
        hints = get_type_hints(self.check)
        return {
            name: Option(name, hints[name], parameter.default)
            for name, parameter in inspect.signature(self.check).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY and name not in INJECTED
        }
