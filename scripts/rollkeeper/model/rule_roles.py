"""Which roles of an entry a rule reads, found in its code.

A rule asks an entry for a role by its name, as in `entry.texts("website")`, so the names in the
code of its function, and of the functions of rules that it calls, are what it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

from rollkeeper.model.roles import DEFAULT_ROLES

_RULES = "rollkeeper.rules"
_READ_AS_ATTRIBUTES = {"terms": "terms"}
"""Attributes of a programme that were read from a role."""


def roles_read(check: Callable[..., Any]) -> frozenset[str]:
    """Return the ids of the roles that a rule's function reads.

    An entry's name, which every message gives, and its status are read as properties of the entry
    and are not among them.
    """
    return frozenset(_of_function(check, set()))


def _of_function(function: Any, done: set[object]) -> Iterator[str]:  # noqa: ANN401 - what a name stands for
    if not isinstance(function, FunctionType) or function in done:
        return
    done.add(function)
    for code in _codes(function.__code__):
        yield from _of_values(code.co_consts)
        for name in code.co_names:
            if name in _READ_AS_ATTRIBUTES:
                yield _READ_AS_ATTRIBUTES[name]
            there = function.__globals__.get(name)
            if getattr(there, "__module__", "").startswith(_RULES):
                yield from _of_function(there, done)
            elif isinstance(there, tuple | frozenset):
                yield from _of_values(tuple(there))


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Return the code of a function and of those inside it, such as comprehensions."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)


def _of_values(values: tuple[Any, ...]) -> Iterator[str]:
    for value in values:
        for each in value if isinstance(value, tuple | frozenset) else (value,):
            if isinstance(each, str) and each in DEFAULT_ROLES:
                yield each
