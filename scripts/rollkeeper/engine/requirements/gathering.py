"""What an expression gathers from a whole roster, gathered once and outside of the library.

The library copies at each step of `filter` and `map` all that was gathered before: to keep 100 of
20,000 entries takes it seven seconds. Where what is gathered depends on nothing but the roster,
such as `roster.filter(e, e.tier == "gold")`, it is taken out of the expression and gathered here,
with one run of the library for each entry. Whatever is unusual is left to the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import cel

_TOKEN = re.compile(
    r"""
      (?P<comment>//[^\n]*+)
    | (?P<text>"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')
    | (?P<word>[A-Za-z_]\w*+)
    | (?P<sign>[^\s\w])
    | [0-9]\w*+
    """,
    re.VERBOSE | re.DOTALL,
)
_PREFIXED = frozenset({"b", "r", "br", "rb"})
"""Words that make the text behind them one of bytes, or one in which `\\` is a sign as any."""
_MACRO = re.compile(r"\.\s*+(?:all|exists|exists_one|filter|map)\s*+\(\s*+([A-Za-z_]\w*+)\s*+,")
_RESERVED = frozenset({"entry", "old", "roster", "rosters", "today"})
_OPENING, _CLOSING = "([{", ")]}"
_PLAIN = (str, bool, int, float, list, dict, type(None))
_names = count(1)
Compile = Callable[[str], "cel.Program"]
Run = Callable[["cel.Program", str, Any], Any]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What `filter` (it `keeps` entries) or `map` gathers of a list, and the variable for it.

    `of` is where the list is: the variable `roster`, another of these, or `rosters` and a name.
    """

    name: str
    of: tuple[str, ...]
    keeps: bool
    variable: str
    program: cel.Program

    def result(self, entries: Sequence[Any], run: Run) -> list[Any] | None:
        """Return what is gathered; None where the library has to say what is wrong."""
        found = []
        for entry in entries:
            value = run(self.program, self.variable, entry)
            if self.keeps:
                if not isinstance(value, bool):
                    return None
                if value:
                    found.append(entry)
            elif isinstance(value, _PLAIN):
                found.append(value)
            else:
                return None
        return found


@dataclass(frozen=True, slots=True)
class _Found:
    """A `filter` or a `map` in a text."""

    start: int
    end: int
    of: tuple[str, ...]
    macro: str
    variable: str
    body: str


def gather(source: str, compiled: Compile) -> tuple[str, tuple[Gathered, ...]]:
    """Take out of an expression what can be gathered before; return the rest and what was taken."""
    taken: dict[str, Gathered] = {}
    if _is_unusual(source) or _RESERVED.intersection(_MACRO.findall(source)):
        return source, ()
    while found := next(_closed(source, taken, compiled), None):
        one, program = found
        name = f"gathered_{next(_names)}"
        taken[name] = Gathered(name, one.of, one.macro == "filter", one.variable, program)
        source = f"{source[: one.start]}{name}{source[one.end :]}"
    return source, tuple(taken.values())


def _is_unusual(source: str) -> bool:
    """Return whether there are texts over several lines, raw ones or bytes."""
    tokens = list(_TOKEN.finditer(source))
    return any(
        after.lastgroup == "text"
        and before.end() == after.start()
        and (before.lastgroup == "text" or before[0].lower() in _PREFIXED)
        for before, after in pairwise(tokens)
    )


def _closed(
    source: str, taken: Mapping[str, Gathered], compiled: Compile
) -> Iterator[tuple[_Found, cel.Program]]:
    """Return what depends on nothing that changes from entry to entry."""
    for found in _macros(source, taken):
        bound = {found.variable, *_MACRO.findall(found.body)}
        try:
            free = compiled(found.body)
            program = compiled(f"[{found.variable}].map({found.variable}, (\n{found.body}\n))")
        except ValueError:
            continue
        own = {"others", "uint", "unique"}.intersection(free.functions())
        if not own and not set(free.variables()) - bound - {"today"}:
            yield found, program


def _macros(source: str, taken: Mapping[str, Gathered]) -> Iterator[_Found]:
    tokens = [each for each in _TOKEN.finditer(source) if each.lastgroup != "comment"]
    words = [each[0] for each in tokens]
    for at, token in enumerate(tokens):
        if at and words[at - 1] == ".":
            continue
        length, of = _receiver(words[at : at + 4], taken)
        rest = at + length
        match words[rest : rest + 5] if length else ():
            case [".", ("filter" | "map") as macro, "(", variable, ","] if variable.isidentifier():
                end = _closing(words, rest + 5)
                if end is not None:
                    body = source[tokens[rest + 4].end() : tokens[end].start()]
                    yield _Found(token.start(), tokens[end].end(), of, macro, variable, body)


def _receiver(words: Sequence[str], taken: Mapping[str, Gathered]) -> tuple[int, tuple[str, ...]]:
    """Return of how many words the list is named that a macro is called on, and the list."""
    match words:
        case [name, *_] if name == "roster" or name in taken:
            return 1, (name,)
        case ["rosters", ".", name, *_] if name.isidentifier():
            return 3, ("rosters", name)
        case ["rosters", "[", text, "]"] if text[:1] in {'"', "'"} and "\\" not in text:
            return 4, ("rosters", text[1:-1])
    return 0, ()


def _closing(words: Sequence[str], start: int) -> int | None:
    """Return where the bracket closes that is open; None where more than one body is given."""
    depth = 0
    for at in range(start, len(words)):
        word = words[at]
        if word in _OPENING:
            depth += 1
        elif word in _CLOSING:
            if not depth:
                return at if word == ")" else None
            depth -= 1
        elif word == "," and not depth:
            return None
    return None
