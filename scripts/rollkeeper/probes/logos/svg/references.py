"""How much an SVG draws when each reference to one of its own parts is followed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from rollkeeper.grammar.wording import quoted
from rollkeeper.model.limits import MAX_SVG_DEPTH, MAX_SVG_DRAWN, MAX_SVG_REFERENCES

_ENDLESS = MAX_SVG_DRAWN + 1
"""Counting stops here, just beyond the limit."""


class Reference(NamedTuple):
    """A reference from an element, by its number, to an id.

    `each` says that it is drawn for every part of the element, as a group's fill is.
    """

    source: int
    target: str
    each: bool
    line: int


class Graph:
    """The elements of a drawing, numbered in the order of the file, and their references."""

    def __init__(self) -> None:
        """Start with no element."""
        self.ends: list[int] = []
        self.lines: list[int] = []
        self.gradients: set[int] = set()
        self.by_id: dict[str, list[int]] = {}
        self.references: list[Reference] = []

    def open(self, line: int) -> int:
        """Begin an element and return its number."""
        self.ends.append(len(self.ends) + 1)
        self.lines.append(line)
        return len(self.ends) - 1

    def close(self, element: int) -> None:
        """End an element: everything opened since is inside it."""
        self.ends[element] = len(self.ends)

    def defects(self) -> Iterator[tuple[str, int]]:
        """Return what is wrong, and on which line: too many references, circles, bombs."""
        if not self.references:
            return
        if len(self.references) > MAX_SVG_REFERENCES:
            yield (
                f"refers to its own parts more than {MAX_SVG_REFERENCES:,} times; simplify it",
                self.references[MAX_SVG_REFERENCES].line,
            )
            return
        yield from _Weighing(self).defects()


class _Weighing:
    """One walk over a graph's references, each target weighed once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.references = sorted(graph.references)
        self.sources = [reference.source for reference in self.references]
        self.weights: dict[str, int] = {}
        self.heights: dict[str, int] = {}
        self.open: set[str] = set()
        self.wrong: dict[str, tuple[str, int]] = {}

    def defects(self) -> Iterator[tuple[str, int]]:
        total = len(self.graph.ends)
        for reference in self.references:
            total = min(_ENDLESS, total + self._drawn(reference, 1))
            if total == _ENDLESS and "bomb" not in self.wrong:
                message = (
                    f"draws more than {MAX_SVG_DRAWN:,} elements once its references, such as "
                    "`<use>` and patterns, are followed; simplify it"
                )
                self.wrong["bomb"] = (message, reference.line)
        yield from self.wrong.values()

    def _drawn(self, reference: Reference, depth: int) -> int:
        weight = self._weight(reference, depth)
        if reference.each and weight > 1:
            weight *= self.graph.ends[reference.source] - reference.source
        return min(weight, _ENDLESS)

    def _weight(self, reference: Reference, depth: int) -> int:
        target = reference.target
        if target in self.weights:
            if self.heights[target] + depth > MAX_SVG_DEPTH:
                self._chain(reference)
            return self.weights[target]
        if target in self.open:
            self.wrong.setdefault(
                "circle",
                (
                    f"refers to itself in a circle: {quoted('#' + target)} is drawn with itself",
                    reference.line,
                ),
            )
            return 0
        if depth > MAX_SVG_DEPTH:
            self._chain(reference)
            return 0
        self.open.add(target)
        weight, height = 0, 0
        for number in self.graph.by_id.get(target, ()):
            inside = self._inside(number)
            drawn = sum(self._drawn(inner, depth + 1) for inner in inside)
            height = max([height, *(1 + self.heights.get(inner.target, 0) for inner in inside)])
            parts = 1 if number in self.graph.gradients else self.graph.ends[number] - number
            weight = min(_ENDLESS, weight + parts + drawn)
        self.open.discard(target)
        self.weights[target], self.heights[target] = weight, height
        return weight

    def _inside(self, number: int) -> list[Reference]:
        first = bisect_left(self.sources, number)
        return self.references[first : bisect_left(self.sources, self.graph.ends[number])]

    def _chain(self, reference: Reference) -> None:
        self.wrong.setdefault(
            "chain",
            (
                f"has a chain of more than {MAX_SVG_DEPTH} references to references; simplify it",
                reference.line,
            ),
        )
