"""How much an SVG draws when each reference to one of its own parts is followed."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

from rollkeeper.grammar.wording import quoted
from rollkeeper.model.logo_limits import (
    MAX_SVG_DASHES,
    MAX_SVG_DEPTH,
    MAX_SVG_DRAWN,
    MAX_SVG_GEOMETRY,
    MAX_SVG_PASSES,
    MAX_SVG_REFERENCES,
)
from rollkeeper.probes.logos.svg.weights import outline

_NONE: Mapping[int, float] = MappingProxyType({})


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
        self.outlines: list[tuple[int, str]] = []
        self.dash = math.inf
        self.passes: list[float] = []
        self.opacity: list[float] = []
        self.filters: dict[int, float] = {}
        self.by_id: dict[str, list[int]] = {}
        self.references: list[Reference] = []

    def open(self, line: int) -> int:
        """Begin an element and return its number."""
        self.ends.append(len(self.ends) + 1)
        self.lines.append(line)
        for weights in (self.passes, self.opacity):
            weights.append(0.0)
        return len(self.ends) - 1

    def close(self, element: int) -> None:
        """End an element: everything opened since is inside it."""
        self.ends[element] = len(self.ends)

    def defects(self) -> Iterator[tuple[str, int]]:
        """Return what is wrong, and on which line: too many references, circles, bombs."""
        if len(self.references) > MAX_SVG_REFERENCES:
            yield (
                f"refers to its own parts more than {MAX_SVG_REFERENCES:,} times; simplify it",
                self.references[MAX_SVG_REFERENCES].line,
            )
            return
        if self.references:
            elements = _Weighing(self, [1.0] * len(self.ends), MAX_SVG_DRAWN)
            yield from elements.defects(
                f"draws more than {MAX_SVG_DRAWN:,} elements once its references, such as "
                "`<use>` and patterns, are followed; simplify it"
            )
            if elements.wrong:
                return  # circles and chains would be reported again
        yield from _Weighing(self, self._outlines(len), MAX_SVG_GEOMETRY).defects(
            f"draws more than {MAX_SVG_GEOMETRY:,} characters of path data once its references are "
            "followed, which is too heavy for a browser; simplify its paths"
        )
        if self.dash < math.inf:
            longest = MAX_SVG_DASHES * self.dash
            yield from _Weighing(self, self._outlines(outline), longest).defects(
                f"may draw more than {MAX_SVG_DASHES:,} dashes, which is too heavy for a browser; "
                "draw longer dashes, or lines without"
            )
        yield from _Weighing(self, self._passes(), MAX_SVG_PASSES, self.filters).defects(
            "is too heavy for a browser: its filters, masks and transparent groups go over the "
            f"picture more than {MAX_SVG_PASSES:,} times; remove some of them"
        )

    def _outlines(self, measure: Callable[[str], float]) -> list[float]:
        """Return what the outlines of each element measure."""
        measures = [0.0] * len(self.ends)
        for number, value in self.outlines:
            measures[number] += measure(value)
        return measures

    def _passes(self) -> list[float]:
        """Return the passes of each element; a single shape takes none for its opacity."""
        return [
            own + opacity * (end - number > 1)
            for number, (own, opacity, end) in enumerate(
                zip(self.passes, self.opacity, self.ends, strict=True)
            )
        ]


class _Weighing:
    """One walk over a graph's references, each target weighed once.

    `weights` are those of the elements themselves; `filters` of filters, which weigh something only
    where they are applied. Counting stops just beyond `most`.
    """

    def __init__(
        self,
        graph: Graph,
        weights: Sequence[float],
        most: float,
        filters: Mapping[int, float] = _NONE,
    ) -> None:
        self.graph = graph
        self.most = most
        self.filters = filters
        self.before = [0.0, *accumulate(weights)]
        """What all elements before one weigh together."""
        self.references = sorted(graph.references)
        self.sources = [reference.source for reference in self.references]
        self.weights: dict[str, float] = {}
        self.heights: dict[str, int] = {}
        self.open: set[str] = set()
        self.wrong: dict[str, tuple[str, int]] = {}

    def defects(self, too_heavy: str) -> Iterator[tuple[str, int]]:
        """Return what is wrong, and on which line."""
        total = self.before[-1]
        if total > self.most:
            self.wrong["bomb"] = (too_heavy, 1)
        for reference in self.references:
            total += self._drawn(reference, 1)
            if total > self.most:
                self.wrong.setdefault("bomb", (too_heavy, reference.line))
        yield from self.wrong.values()

    def _drawn(self, reference: Reference, depth: int) -> float:
        weight = self._weight(reference, depth)
        if reference.each and weight > 1:
            weight *= self.graph.ends[reference.source] - reference.source
        return weight

    def _weight(self, reference: Reference, depth: int) -> float:
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
        weight, height = 0.0, 0
        for number in self.graph.by_id.get(target, ()):
            inside = self._inside(number)
            drawn = sum(self._drawn(inner, depth + 1) for inner in inside)
            height = max([height, *(1 + self.heights.get(inner.target, 0) for inner in inside)])
            weight = min(self.most + 1, weight + self._own(number) + drawn)
        self.open.discard(target)
        self.weights[target], self.heights[target] = weight, height
        return weight

    def _own(self, number: int) -> float:
        """Return what an element weighs with all that is in it; of a gradient only itself is."""
        end = number + 1 if number in self.graph.gradients else self.graph.ends[number]
        return self.filters.get(number, 0.0) + self.before[end] - self.before[number]

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
