"""CEL expressions: what they read, whether they compile and what they may cost.

An expression sees `entry`, `old`, `roster`, `rosters` and `today`; one about a whole roster has no
`entry`. All days are text as in the roster, `2026-11-21`, so that `entry.end < today` means what
it says; `timestamp(today + "T00:00:00Z")` is there for arithmetic, and functions for what is
common.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rollkeeper.engine.requirements.functions import GROWING, PLAIN
from rollkeeper.engine.requirements.gathering import Gathered, gather
from rollkeeper.grammar.wording import cut, listed, nearest, quoted
from rollkeeper.model.limits import MAX_EXPRESSION_LENGTH

if TYPE_CHECKING:
    import cel

VARIABLES = ("entry", "old", "roster", "rosters", "today")
OF_AN_ENTRY = ("others", "unique")
"""The functions that ask about the entry that is judged."""
FUNCTIONS = tuple(
    sorted((*PLAIN, *OF_AN_ENTRY, "active", "count", "days_since", "days_until", "find"))
)
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
_LOOP = re.compile(r"\b(?:all|exists|exists_one|existsOne|filter|map)\b")
"""What may be a loop; a field of that name only costs a process."""
_LOOKUPS = frozenset({"count", "find", *OF_AN_ENTRY})
_ROSTERS = re.compile(r"""\brosters\b(?:\.([A-Za-z_]\w*+)|\[\s*+(["'])([\w-]++)\2\s*+\])?""")
"""Every use of `rosters`, with the programme where it is named."""
_ASKED = re.compile(r"""\b(?:count|find)\(\s*+(["'])([\w-]++)\1\s*+,\s*+(["'])[^"']*+\3\s*+,""")
"""A look-up in the roster of a programme: two texts, the programme and the field, and a value."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that can be run: as a whole, or its `rest` once something is `gathered`.

    `chains` are the fields that it names, such as `contact.email`; it may read others as well where
    it `uses_whole` entries, and the status where it `uses_active`. `programmes` are those whose
    rosters it names; None where it may use any. It `uses_roster` where it reads other entries of
    the programme's own, and `uses_old` where it reads the state before a change. The length of a
    `costly` one sets no bound on its time: it loops, matches patterns, lets texts grow or uses a
    whole roster.
    """

    program: cel.Program
    gathered: tuple[Gathered, ...]
    rest: cel.Program
    chains: tuple[tuple[str, ...], ...]
    reads_rosters: bool
    uses_old: bool
    programmes: frozenset[str] | None
    uses_whole: bool
    uses_active: bool
    uses_roster: bool
    costly: bool

    def may_use(self, programme: str) -> bool:
        """Whether it may read the roster of a programme."""
        return self.programmes is None or programme in self.programmes


def library() -> Any:  # noqa: ANN401 - the module `cel`
    """Import the CEL library, which takes as long as the rest of a start: only when it is needed.

    It logs each exception of a function before it raises it; reporting that once is enough.
    """
    logging.getLogger("cel").setLevel(logging.CRITICAL)
    import cel  # noqa: PLC0415 - see above

    return cel


def compile_expression(source: str, *, of_roster: bool = False) -> Expression | str:
    """Compile an expression, or return what is wrong with it.

    `of_roster` says that it is asked of a roster as a whole.
    """
    if len(source) > MAX_EXPRESSION_LENGTH:
        return f"{len(source):,} characters long; at most {MAX_EXPRESSION_LENGTH:,} are allowed"
    try:
        program: cel.Program = library().compile(source)
    except ValueError as error:
        return f"not a CEL expression: {_first_error(str(error))}"
    bound, variables = set(_BINDING.findall(source)), set(program.variables())
    functions = set(program.functions())
    wrong = _unknown_names(sorted(variables - bound), sorted(functions))
    wrong = wrong or (_without_entry(variables - bound, functions) if of_roster else None)
    if wrong:
        return wrong
    uses = set(_USE.findall(source))
    chains = sorted(tuple(use.split(".")[1:]) for use in uses - {_ACTIVE})
    of_rosters = bool(variables & {"roster", "rosters"})
    form = "{}" if of_roster else _BOUND
    rest, gathered = gather(source, library().compile) if of_rosters else (source, ())
    whole = library().compile(form.format(source))
    return Expression(
        program=whole,
        gathered=gathered,
        rest=library().compile(form.format(rest)) if gathered else whole,
        chains=tuple(chains),
        reads_rosters=of_rosters,
        uses_old="old" in variables,
        programmes=_programmes(source),
        uses_whole=() in chains,
        uses_active=_ACTIVE in uses,
        uses_roster="roster" in variables or bool(functions & _LOOKUPS),
        costly=of_rosters
        or bool(functions & {"matches", *GROWING})
        or _LOOP.search(source) is not None,
    )


def _unknown_names(variables: Sequence[str], functions: Sequence[str]) -> str | None:
    if unknown := [name for name in variables if name not in VARIABLES]:
        return _unknown("variable", unknown[0], VARIABLES)
    known = (*FUNCTIONS, *sorted(BUILT_IN))
    if unknown := [name for name in functions if name.isidentifier() and name not in known]:
        return _unknown("function", unknown[0], known)
    return None


def _without_entry(variables: Collection[str], functions: Collection[str]) -> str | None:
    if "entry" in variables:
        return "there is no `entry` with `scope: roster`; write `roster.all(e, …)` or the like"
    if used := [name for name in OF_AN_ENTRY if name in functions]:
        return f"`{used[0]}` asks about an entry, and there is none with `scope: roster`"
    return None


def _programmes(source: str) -> frozenset[str] | None:
    """Return the programmes whose rosters are named; None where `rosters` is used as a whole."""
    named = [dotted or indexed for dotted, _, indexed in _ROSTERS.findall(source)]
    asked = (name for _, name, _ in _ASKED.findall(source))
    return frozenset({*named, *asked}) if all(named) else None


def _first_error(text: str) -> str:
    """Return what the library's parser says first, without the expression that it repeats."""
    found = re.search(r"ERROR: <input>:(\d+):(\d+): (.*)", text)
    if found is None:
        return cut(text, 200)
    at = f"at character {found[2]}" + (f" of line {found[1]}" if found[1] != "1" else "")
    return f"{cut(found[3], 200)}, {at}"


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    near = nearest(name, known)
    hint = f"did you mean `{near}`?" if near else f"known are {listed(known, most=60)}"
    return f"unknown {what} {quoted(name)}; {hint}"
