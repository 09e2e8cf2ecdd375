"""CEL expressions: read before they run, then run over one entry at a time.

An expression sees `entry`, `roster` and `today`. All days are text as in the roster, `2026-11-21`, so
that `entry.end < today` says what it seems to say; `timestamp(today + "T00:00:00Z")` is there for
whoever wants to reckon, and `days_until` and `days_since` for whoever does not.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from rollkeeper.grammar.dates import InvalidDate, parse_date
from rollkeeper.grammar.evidence import has_evidence
from rollkeeper.grammar.wording import cut, listed, nearest, quoted
from rollkeeper.model.limits import MAX_EXPRESSION_LENGTH, MAX_EXPRESSION_LOOPS
from rollkeeper.model.roster import PAST

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
"""The functions that the CEL library has of its own."""
LOOPS = frozenset({"all", "exists", "exists_one", "existsOne", "filter", "map"})
_BOUND = "[entry].map(entry, (\n{}\n))"
"""What is run: the entry is converted once, however often an expression speaks of it."""
_WORDS = frozenset({"true", "false", "null", "in"})
_TOKEN = re.compile(
    r"""(?P<text>[rR][bB]?(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"[^"\n]*"|'[^'\n]*')
        |[bB]?(?:\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}
        |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    |(?P<number>[0-9][\w.]*)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<gap>\s+|//[^\n]*)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that can be run.

    `reads` are the fields of the entry that it looks at, None for all of it; `chains` are the same
    with all that follows, such as `contact.email`. `costly` expressions loop, match patterns or
    look at the whole roster, so that no bound on their time can be told from their length.
    """

    program: cel.Program
    reads: frozenset[str] | None
    chains: tuple[tuple[str, ...], ...]
    asks_active: bool
    asks_roster: bool
    costly: bool


class Truth:
    """How an expression came out for one entry."""

    TRUE = "true"
    FALSE = "false"
    MISSING = "missing"
    BROKEN = "broken"


class Result(NamedTuple):
    """A verdict, and for the last two of them what stands in the way."""

    verdict: str
    detail: str = ""


_TRUE, _FALSE = Result(Truth.TRUE), Result(Truth.FALSE)


@cache
def library() -> Any:  # noqa: ANN401 - the module `cel` itself
    """Load the CEL library without its command line, which costs seven times as much.

    Importing `cel` imports a terminal toolkit as well; only the compiled half is wanted. It logs
    each refusal of a function before it raises it: to say it once is enough.
    """
    logging.getLogger("cel").setLevel(logging.CRITICAL)
    package = find_spec("cel")
    name = "cel.cel"
    folders = package.submodule_search_locations if package else None
    spec = PathFinder.find_spec(name, folders)
    if spec is None or spec.loader is None:
        import cel  # noqa: PLC0415 - the plain way, where the package is built otherwise

        return cel
    if name not in sys.modules:
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[name] = module
    return sys.modules[name]


def compile_expression(source: str) -> Expression | str:
    """Compile an expression, or say in words what is wrong with it."""
    if len(source) > MAX_EXPRESSION_LENGTH:
        return f"is {len(source):,} characters long; at most {MAX_EXPRESSION_LENGTH:,} are read"
    try:
        program: cel.Program = library().compile(source)
    except ValueError as error:
        return f"is not an expression: {_first_defect(str(error))}"
    reading = _read(source)
    if reading.depth > MAX_EXPRESSION_LOOPS:
        return (
            f"has {reading.depth} loops within one another (`all`, `exists`, `map`, …); "
            f"at most {MAX_EXPRESSION_LOOPS} are run"
        )
    if reading.unknown:
        return _not_known("variable", reading.unknown, VARIABLES)
    functions = [name for name in program.functions() if name.isidentifier()]
    strange = [name for name in functions if name not in BUILT_IN and name not in FUNCTIONS]
    if strange:
        return _not_known("function", strange, (*FUNCTIONS, *sorted(BUILT_IN)))
    return Expression(
        program=library().compile(_BOUND.format(source)),
        reads=None if reading.whole else frozenset(chain[0] for chain in reading.chains),
        chains=tuple(reading.chains),
        asks_active=reading.asks_active,
        asks_roster="roster" in program.variables(),
        costly=reading.depth > 0 or "matches" in functions or "roster" in program.variables(),
    )


def _first_defect(text: str) -> str:
    """Take what the library's parser says first, without the expression that it repeats."""
    found = re.search(r"ERROR: <input>:(\d+):(\d+): (.*)", text)
    if found is None:
        return cut(text, 200)
    at = f"at character {found[2]}" + (f" of line {found[1]}" if found[1] != "1" else "")
    return f"{cut(found[3], 200)}, {at}"


def _not_known(what: str, names: Sequence[str], known: Sequence[str]) -> str:
    near = nearest(names[0], known)
    hint = f"did you mean `{near}`?" if near else f"there are {listed(known, most=40)}"
    return f"speaks of the {what} {quoted(names[0])}, which there is not; {hint}"


@dataclass(slots=True)
class _Reading:
    """What can be told of an expression from its words."""

    unknown: list[str]
    chains: list[tuple[str, ...]]
    depth: int = 0
    whole: bool = False
    asks_active: bool = False


def _read(source: str) -> _Reading:
    words = [
        (found.lastgroup or "", found.group())
        for found in _TOKEN.finditer(source)
        if found.lastgroup != "gap"
    ]
    words += [("mark", "")] * 4
    reading = _Reading(unknown=[], chains=[])
    open_brackets: list[str | None] = []
    for at, (kind, word) in enumerate(words):
        if kind == "mark" and word in {"(", "[", "{"}:
            open_brackets.append(_bound_by(words, at) if word == "(" else None)
            depth = sum(name is not None for name in open_brackets)
            reading.depth = max(reading.depth, depth)
        elif kind == "mark" and word in {")", "]", "}"} and open_brackets:
            open_brackets.pop()
        elif kind == "name" and words[at - 1][1] != "." and words[at + 1][1] != "(":
            if word == "entry" and "entry" not in open_brackets:
                _note_entry(reading, words, at)
            elif word not in VARIABLES and word not in open_brackets and word not in _WORDS:
                reading.unknown.append(word)
    return reading


def _bound_by(words: Sequence[tuple[str, str]], at: int) -> str | None:
    """Return the variable that a loop binds which opens its bracket here: `x` in `.all(x, …`."""
    before = [word for _, word in words[max(at - 2, 0) : at]]
    if before[:1] == ["."] and before[-1] in LOOPS and words[at + 2][1] == ",":
        return words[at + 1][1]
    return None


def _note_entry(reading: _Reading, words: Sequence[tuple[str, str]], at: int) -> None:
    """Note which of its fields is meant where the expression says `entry`."""
    chain: list[str] = []
    here = at + 1
    while words[here][1] == "." and words[here + 1][0] == "name" and words[here + 2][1] != "(":
        chain.append(words[here + 1][1])
        here += 2
    if chain:
        reading.chains.append(tuple(chain))
    elif [word for _, word in words[max(at - 2, 0) : at + 2]] == ["active", "(", "entry", ")"]:
        reading.asks_active = True
    else:
        reading.whole = True


class Runner:
    """Runs expressions over the entries of one roster on one day.

    `status` are the paths of the field that says whether an entry is active.
    """

    def __init__(
        self, roster: Sequence[Mapping[str, Any]], status: Sequence[tuple[Any, ...]], today: date
    ) -> None:
        self._roster = roster
        self._status = status
        self._today = today
        self._said: list[str] = []
        self._functions: dict[str, Callable[..., Any]] = {
            "active": self._active,
            "days_until": self._days_until,
            "days_since": lambda day: -self._days_until(day),
            "evidence": self._evidence,
        }
        self._shown: Mapping[str, Any] = {}
        self._refused = False
        self._knows_roster = False
        self._context = self._new_context()

    def _new_context(self) -> cel.Context:
        context: cel.Context = library().Context(
            {"today": self._today.isoformat()}, self._functions
        )
        return context

    def look_at(self, entry: Mapping[str, Any], expressions: Sequence[Expression]) -> None:
        """Make an entry the one that expressions speak of.

        Converting a value costs more than judging it, so only what is read is shown.
        """
        self._shown = self._read_by(entry, expressions)
        self._refused = False
        if self._knows_roster:
            return
        try:
            self._context.add_variable("entry", self._shown)
        except (ValueError, TypeError, OverflowError):
            self._refused = True

    def _read_by(
        self, entry: Mapping[str, Any], expressions: Sequence[Expression]
    ) -> Mapping[str, Any]:
        reads: set[str] = set()
        for each in expressions:
            if each.reads is None:
                return entry
            reads.update(each.reads)
            if each.asks_active:
                reads.update(str(path[0]) for path in self._status)
        return {key: entry[key] for key in reads if key in entry}

    def _learn_roster(self) -> None:
        """Convert the roster, once.

        From then on the entry is not a variable: where one changes, the library copies all others.
        """
        self._context = self._new_context()
        self._context.add_variable("roster", list(self._roster))
        self._context.set_variable_resolver(lambda name: self._shown if name == "entry" else None)
        self._knows_roster = True

    def run(self, expression: Expression, entry: Mapping[str, Any]) -> Result:
        """Run an expression over the entry that `look_at` was given."""
        if expression.asks_roster and not self._knows_roster:
            self._learn_roster()
        if self._refused:
            return Result(Truth.BROKEN, "it holds a value that expressions cannot take")
        self._said.clear()
        try:
            value = expression.program.execute(self._context)[0]
        except KeyError as error:
            return Result(Truth.MISSING, _missing(expression, entry, str(error.args[0])))
        except (TypeError, ValueError, RuntimeError, IndexError, ArithmeticError) as error:
            return Result(Truth.BROKEN, self._said[-1] if self._said else _in_words(error))
        if value is True:
            return _TRUE
        if value is False:
            return _FALSE
        return Result(Truth.BROKEN, f"it gives {quoted(value)} and not true or false")

    def _active(self, entry: object) -> bool:
        if not isinstance(entry, dict):
            message = "active() takes an entry, as in active(entry)"
            raise self._refusal(message)
        statuses = (_at(entry, path) for path in self._status)
        status = next((each for each in statuses if isinstance(each, str) and each.strip()), "")
        return status.strip().casefold() not in PAST

    def _days_until(self, day: object) -> int:
        read = (
            parse_date(day) if isinstance(day, str) else InvalidDate(f"{quoted(day)} is not a date")
        )
        if isinstance(read, InvalidDate):
            raise self._refusal(read.message)
        return (read - self._today).days

    def _evidence(self, criteria: object) -> int:
        if isinstance(criteria, dict):
            return sum(has_evidence(each) for each in criteria.values())
        if isinstance(criteria, list):
            return sum(has_evidence(each) for each in criteria)
        message = "evidence() takes a mapping or a list of criteria with links"
        raise self._refusal(message)

    def _refusal(self, message: str) -> ValueError:
        """Keep a message, for the library wraps every exception in words of its own."""
        self._said.append(message)
        return ValueError(message)


def _at(value: Any, path: tuple[Any, ...]) -> Any:  # noqa: ANN401 - any value of a roster
    for step in path:
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def _missing(expression: Expression, entry: Mapping[str, Any], key: str) -> str:
    """Name the missing field as the expression does: `contact.email`, not only `email`."""
    for chain in expression.chains:
        for length in _ends(chain, key):
            holder, field = _at(entry, chain[: length - 1]), chain[length - 1]
            if isinstance(holder, dict) and field not in holder:
                return quoted(".".join(chain[:length]))
    return quoted(key)


def _ends(chain: tuple[str, ...], key: str) -> Iterator[int]:
    return (number for number, step in enumerate(chain, 1) if step == key)


def _in_words(error: Exception) -> str:
    match error:
        case IndexError():
            return "it asks for more items than a list has"
        case ZeroDivisionError():
            return "it divides by zero"
        case OverflowError():
            return "it reckons with numbers that are too large"
        case TypeError():
            return "a value is of another kind than it expects"
    text = str(error)
    if text.startswith("Undefined variable or function"):
        name = text.split("'")[1] if "'" in text else "a function"
        return f"{quoted(name)} gets a value of a kind that it does not take"
    return cut(text.partition(". Check ")[0], 160)
