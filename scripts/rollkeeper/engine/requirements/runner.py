"""Expressions run over one entry at a time, or over a roster as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from rollkeeper.engine.requirements.expressions import BUILT_IN, FUNCTIONS, Expression, library
from rollkeeper.engine.requirements.functions import RefusedError, day, plain
from rollkeeper.engine.requirements.lookups import Entries, Lookups
from rollkeeper.grammar.wording import cut, quoted
from rollkeeper.model.roster import PAST
from rollkeeper.model.tree import FieldPath

if TYPE_CHECKING:
    import cel


class Truth(Enum):
    """How an expression came out."""

    TRUE = auto()
    FALSE = auto()
    MISSING = auto()
    BROKEN = auto()


class Result(NamedTuple):
    """A truth; for `MISSING` the field that the entry does not have, for `BROKEN` the reason."""

    truth: Truth
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What expressions see: a roster on a day, and beside it other rosters and an earlier state.

    `before` has each entry as it was before the change, None for a new one; it is None itself
    where there is no change. `status` are the paths of the field that says whether an entry is
    active. All are plain values, so that they can be passed to another process.
    """

    roster: Entries
    today: date
    status: Sequence[FieldPath] = ()
    rosters: Mapping[str, Entries] = field(default_factory=dict)
    before: Sequence[Mapping[str, Any] | None] | None = None
    roster_before: Entries = ()


_FAILURES = (KeyError, TypeError, ValueError, RuntimeError, IndexError, ArithmeticError)
"""What the library raises where an expression has no value."""
NOT_A_TRUTH = ", not true or false"
_WHOLE = -1
"""The index of what is no entry: the roster as a whole."""


class Runner:
    """Runs expressions over what they see."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._lookups = Lookups(seen.roster, seen.rosters)
        self._has_rosters = False
        self._index = _WHOLE
        self._is_gathered: dict[str, bool] = {}
        self._refusals: list[str] = []
        self._shown: dict[str, Any] = {}
        self._context: cel.Context = library().Context(
            {"today": seen.today.isoformat(), "old": None},
            {name: self._noting(function) for name, function in self._functions().items()},
        )
        # Not variables: where one changes, the library copies all others, the roster with them.
        # What is None here is looked for there, so that `old` is null for a new entry.
        self._context.set_variable_resolver(self._resolve)

    def _resolve(self, name: str) -> Any:  # noqa: ANN401 - any value of a roster
        return self._shown.get(name)

    def _functions(self) -> dict[str, Callable[..., Any]]:
        today = self._seen.today
        return plain(library()) | {
            "active": self._active,
            "count": self._lookups.count,
            "days_since": lambda given: (today - day(given)).days,
            "days_until": lambda given: (day(given, last=True) - today).days,
            "find": self._lookups.find,
            "others": lambda path: self._lookups.shared(path, self._index),
            "unique": lambda path: not self._lookups.shared(path, self._index),
        }

    def _noting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Keep why a function refuses: the library wraps every exception in text of its own."""

        def called(*given: Any) -> Any:  # noqa: ANN401 - any value of a roster
            try:
                return function(*given)
            except RefusedError as error:
                self._refusals.append(str(error))
                raise

        return called

    def run(self, expression: Expression, index: int = _WHOLE) -> Result:
        """Run an expression over the entry at an index, or over the roster as a whole."""
        value = self.value(expression, index)
        if isinstance(value, Result):
            return value
        if isinstance(value, bool):
            return Result(Truth.TRUE if value else Truth.FALSE)
        return Result(Truth.BROKEN, f"the result is {_kind(value)}{NOT_A_TRUTH}")

    def value(self, expression: Expression, index: int = _WHOLE) -> Any:  # noqa: ANN401 - of CEL
        """Return the value of an expression, or a Result that says why there is none."""
        gathers = bool(expression.gathered) and self._gathers(expression)
        program = expression.rest if gathers else expression.program
        self._show(expression, index)
        self._refusals.clear()
        try:
            value = program.execute(self._context)
        except KeyError as error:
            entry = self._shown.get("entry", {})
            return Result(Truth.MISSING, _missing(expression, entry, str(error.args[0])))
        except _FAILURES as error:
            if self._refusals:
                return Result(Truth.BROKEN, self._refusals[-1])
            if expression.uses_old and index != _WHOLE and self._shown["old"] is None:
                return Result(Truth.BROKEN, _NO_OLD)
            return Result(Truth.BROKEN, _reason(error))
        return value if index == _WHOLE else value[0]

    def _gathers(self, expression: Expression) -> bool:
        """Return whether all that an expression gathers from rosters is there as variables."""
        made: dict[str, Any] = {"roster": self._seen.roster}
        for each in expression.gathered:
            if each.name not in self._is_gathered:
                source, *name = each.of
                entries = self._seen.rosters.get(name[0]) if name else made[source]
                try:
                    result = None if entries is None else each.result(entries, self._run_over)
                except _FAILURES:
                    result = None
                self._is_gathered[each.name] = result is not None
                if result is not None:
                    self._context.add_variable(each.name, result)
                    made[each.name] = result
            if not self._is_gathered[each.name]:
                return False
        return True

    def _run_over(self, program: cel.Program, variable: str, entry: object) -> object:
        self._shown = {variable: entry}
        return program.execute(self._context)[0]

    def _show(self, expression: Expression, index: int) -> None:
        """Let an expression see what it reads."""
        seen = self._seen
        if not self._has_rosters and expression.reads_rosters:
            self._context.add_variable("roster", list(seen.roster))
            self._context.add_variable("rosters", dict(seen.rosters))
            self._has_rosters = True
        self._index = index
        if index == _WHOLE:
            self._shown = {"old": list(seen.roster_before)} if expression.uses_old else {}
            return
        self._shown = {"entry": self._read_by(expression, seen.roster[index])}
        if expression.uses_old:
            self._shown["old"] = None if seen.before is None else seen.before[index]

    def _read_by(self, expression: Expression, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is read of an entry: converting a value costs more than judging it."""
        if expression.uses_whole:
            return entry
        keys = {chain[0] for chain in expression.chains}
        if expression.uses_active:
            keys.update(str(path[0]) for path in self._seen.status)
        return {key: entry[key] for key in keys if key in entry}

    def _active(self, entry: object) -> bool:
        if not isinstance(entry, dict):
            message = "active() takes an entry, as in active(entry)"
            raise RefusedError(message)
        found = (_at(entry, path) for path in self._seen.status)
        status = next((each for each in found if isinstance(each, str) and each.strip()), "")
        return status.strip().casefold() not in PAST


_NO_OLD = "`old` is null, because the entry is new; write `old != null && …`"
_IN_A_FUNCTION = re.compile(
    r"Function '(\w+)' error: Python function call failed: (\w+): (.*?)\. Check [^.]*\.\Z",
    re.DOTALL,
)
_KINDS: Mapping[type, str] = {
    bool: "true or false", dict: "a mapping", int: "a number", float: "a number", list: "a list",
    str: "a text",
}  # fmt: skip


def _kind(value: object) -> str:
    """Return what a value is, and not the value: a fault of the policy is the same for all."""
    return "nothing" if value is None else _KINDS.get(type(value), f"a {type(value).__name__}")


def _at(value: Any, path: FieldPath) -> Any:  # noqa: ANN401 - any value of a roster
    for step in path:
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def _missing(expression: Expression, entry: Mapping[str, Any], key: str) -> str:
    """Name the missing field as the expression does: `contact.email`, not only `email`."""
    for chain in expression.chains:
        for length, step in enumerate(chain, 1):
            holder = _at(entry, chain[: length - 1])
            if step == key and isinstance(holder, dict) and key not in holder:
                return quoted(".".join(chain[:length]))
    return quoted(key)


_REASONS: Mapping[type[Exception], str] = {
    IndexError: "index beyond the end of a list",
    ZeroDivisionError: "division by zero",
    OverflowError: "a number is too large",
    TypeError: "a value has the wrong type for this operation",
}


def _reason(error: Exception) -> str:
    if type(error) in _REASONS:
        return _REASONS[type(error)]
    text = str(error)
    if failed := _IN_A_FUNCTION.match(text):
        wrong_type = failed[2] in {"AttributeError", "TypeError"}
        return _called_wrongly(failed[1]) if wrong_type else cut(failed[3], 160)
    if text.startswith("Undefined variable or function"):
        return _undefined(text.split("'")[1])
    return cut(text.partition(". Check ")[0], 160)


def _undefined(name: str) -> str:
    """Explain a name that the library does not find when it runs."""
    if name == "entry":
        return "the entry has a value that expressions cannot use"
    if name in BUILT_IN or name in FUNCTIONS:
        return _called_wrongly(name)
    return f"unknown variable {quoted(name)}"


def _called_wrongly(name: str) -> str:
    return f"{quoted(name)} is called with a value of the wrong type"
