"""Expressions run over one entry at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from rollkeeper.engine.requirements.expressions import BUILT_IN, FUNCTIONS, Expression, library
from rollkeeper.grammar.dates import InvalidDate, parse_date
from rollkeeper.grammar.evidence import has_evidence
from rollkeeper.grammar.wording import cut, quoted
from rollkeeper.model.roster import PAST
from rollkeeper.model.tree import FieldPath

if TYPE_CHECKING:
    import cel


class Truth(Enum):
    """How an expression came out for one entry."""

    TRUE = auto()
    FALSE = auto()
    MISSING = auto()
    BROKEN = auto()


class Result(NamedTuple):
    """A truth; for `MISSING` the field that the entry does not have, for `BROKEN` the reason."""

    truth: Truth
    detail: str = ""


class Runner:
    """Runs expressions over the entries of one roster on one day.

    `status` are the paths of the field that says whether an entry is active.
    """

    def __init__(
        self, roster: Sequence[Mapping[str, Any]], status: Sequence[FieldPath], today: date
    ) -> None:
        self._roster = roster
        self._roster_is_known = False
        self._status = status
        self._today = today
        self._refusals: list[str] = []
        self._shown: Mapping[str, Any] = {}
        functions: dict[str, Callable[..., Any]] = {
            "active": self._active,
            "days_until": self._days_until,
            "days_since": lambda day: -self._days_until(day),
            "evidence": self._evidence,
        }
        self._context: cel.Context = library().Context({"today": today.isoformat()}, functions)
        # Not a variable: where one changes, the library copies all others, the roster with them.
        self._context.set_variable_resolver(lambda name: self._shown if name == "entry" else None)

    def run(self, expression: Expression, entry: Mapping[str, Any]) -> Result:
        """Run an expression over an entry."""
        if expression.uses_roster and not self._roster_is_known:
            self._context.add_variable("roster", list(self._roster))
            self._roster_is_known = True
        self._shown = self._read_by(expression, entry)
        self._refusals.clear()
        try:
            value = expression.program.execute(self._context)[0]
        except KeyError as error:
            return Result(Truth.MISSING, _missing(expression, entry, str(error.args[0])))
        except (TypeError, ValueError, RuntimeError, IndexError, ArithmeticError) as error:
            return Result(Truth.BROKEN, self._refusals[-1] if self._refusals else _reason(error))
        if isinstance(value, bool):
            return Result(Truth.TRUE if value else Truth.FALSE)
        return Result(Truth.BROKEN, f"the result is {quoted(value)}, not true or false")

    def _read_by(self, expression: Expression, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is read of an entry: converting a value costs more than judging it."""
        if expression.uses_whole:
            return entry
        keys = {chain[0] for chain in expression.chains}
        if expression.uses_active:
            keys.update(str(path[0]) for path in self._status)
        return {key: entry[key] for key in keys if key in entry}

    def _active(self, entry: object) -> bool:
        if not isinstance(entry, dict):
            message = "active() takes an entry, as in active(entry)"
            raise self._refusal(message)
        found = (_at(entry, path) for path in self._status)
        status = next((each for each in found if isinstance(each, str) and each.strip()), "")
        return status.strip().casefold() not in PAST

    def _days_until(self, day: object) -> int:
        read = parse_date(str(day))
        if isinstance(read, InvalidDate):
            raise self._refusal(read.message)
        return (read - self._today).days

    def _evidence(self, criteria: object) -> int:
        if not isinstance(criteria, dict | list):
            message = "evidence() takes a mapping or a list of criteria with links"
            raise self._refusal(message)
        items = criteria.values() if isinstance(criteria, dict) else criteria
        return sum(has_evidence(each) for each in items)

    def _refusal(self, message: str) -> ValueError:
        """Keep a message, for the library wraps every exception in text of its own."""
        self._refusals.append(message)
        return ValueError(message)


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


def _reason(error: Exception) -> str:
    match error:
        case IndexError():
            return "index beyond the end of a list"
        case ZeroDivisionError():
            return "division by zero"
        case OverflowError():
            return "a number is too large"
        case TypeError():
            return "a value has the wrong type for this operation"
    text = str(error)
    if text.startswith("Undefined variable or function"):
        return _undefined(text.split("'")[1])
    return cut(text.partition(". Check ")[0], 160)


def _undefined(name: str) -> str:
    """Explain a name that the library does not find when it runs."""
    if name == "entry":
        return "the entry has a value that expressions cannot use"
    if name in BUILT_IN or name in FUNCTIONS:
        return f"{quoted(name)} is called with a value of the wrong type"
    return f"unknown variable {quoted(name)}"
