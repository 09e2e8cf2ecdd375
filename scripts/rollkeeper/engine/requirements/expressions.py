"""CEL expressions: what they read, whether they compile and what they may cost.

An expression sees `entry`, `roster` and `today`. All days are text as in the roster, `2026-11-21`,
so that `entry.end < today` means what it says; `timestamp(today + "T00:00:00Z")` is there for
arithmetic, and `days_until` and `days_since` for the common cases.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rollkeeper.grammar.wording import cut, listed, nearest, quoted
from rollkeeper.model.limits import MAX_EXPRESSION_LENGTH

if TYPE_CHECKING:
    import cel

VARIABLES = ("entry", "roster", "today")
FUNCTIONS = ("active", "days_since", "days_until", "evidence")
BUILT_IN = frozenset({
    "bytes", "contains", "double", "duration", "dyn", "endsWith", "getDate", "getDayOfMonth",
    "getDayOfWeek", "getDayOfYear", "getFullYear", "getHours", "getMilliseconds", "getMinutes",
    "getMonth", "getSeconds", "int", "matches", "size", "startsWith", "string", "timestamp", "type",
    "uint",
})  # fmt: skip
"""The functions that the CEL library itself provides."""
_BOUND = "[entry].map(entry, (\n{}\n))"
"""What is run: the entry is converted once, however often an expression uses it."""
_ACTIVE = "active(entry)"
_USE = re.compile(r"\bactive\(entry\)|\bentry\b(?:\.[A-Za-z_]\w*\b(?!\s*(?:\(|//)))*")
"""Every use of `entry` with the fields that follow.

The library reports the variables of an expression and not their fields. Nothing that an expression
reads is lost by this: a text or a comment that mentions `entry` adds fields, and any use that is
not plain `entry.field` means all of them.
"""
_BINDING = re.compile(r"\((?:\s|//[^\n]*+)*+([A-Za-z_]\w*+)(?:\s|//[^\n]*+)*+,")
"""The name that a loop binds, `m` in `.all(m, …`, which the library lists among the variables."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that can be run.

    `chains` are the fields that it names, such as `contact.email`; it may read others as well where
    it `uses_whole` entries, and the status where it `uses_active`. The length of a `costly` one
    sets no bound on its time: it loops, matches patterns or uses the whole roster.
    """

    program: cel.Program
    chains: tuple[tuple[str, ...], ...]
    uses_whole: bool
    uses_active: bool
    uses_roster: bool
    costly: bool


def library() -> Any:  # noqa: ANN401 - the module `cel`
    """Import the CEL library, which takes as long as the rest of a start: only when it is needed.

    It logs each exception of a function before it raises it; reporting that once is enough.
    """
    logging.getLogger("cel").setLevel(logging.CRITICAL)
    import cel  # noqa: PLC0415 - see above

    return cel


def compile_expression(source: str) -> Expression | str:
    """Compile an expression, or return what is wrong with it."""
    if len(source) > MAX_EXPRESSION_LENGTH:
        return f"{len(source):,} characters long; at most {MAX_EXPRESSION_LENGTH:,} are allowed"
    try:
        program: cel.Program = library().compile(source)
    except ValueError as error:
        return f"not a CEL expression: {_first_error(str(error))}"
    bound, variables = set(_BINDING.findall(source)), program.variables()
    if unknown := [name for name in variables if name not in bound and name not in VARIABLES]:
        return _unknown("variable", unknown[0], VARIABLES)
    functions, known = program.functions(), (*FUNCTIONS, *sorted(BUILT_IN))
    if unknown := [name for name in functions if name.isidentifier() and name not in known]:
        return _unknown("function", unknown[0], known)
    uses = set(_USE.findall(source))
    chains = sorted(tuple(use.split(".")[1:]) for use in uses - {_ACTIVE})
    return Expression(
        program=library().compile(_BOUND.format(source)),
        chains=tuple(chains),
        uses_whole=() in chains,
        uses_active=_ACTIVE in uses,
        uses_roster="roster" in variables,
        costly=bool(bound) or "roster" in variables or "matches" in functions,
    )


def _first_error(text: str) -> str:
    """Return what the library's parser says first, without the expression that it repeats."""
    found = re.search(r"ERROR: <input>:(\d+):(\d+): (.*)", text)
    if found is None:
        return cut(text, 200)
    at = f"at character {found[2]}" + (f" of line {found[1]}" if found[1] != "1" else "")
    return f"{cut(found[3], 200)}, {at}"


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    near = nearest(name, known)
    hint = f"did you mean `{near}`?" if near else f"known are {listed(known, most=40)}"
    return f"unknown {what} {quoted(name)}; {hint}"
