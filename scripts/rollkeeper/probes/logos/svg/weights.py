"""How heavy a drawing is for a browser, apart from how many elements it draws.

One pass is going over the canvas once, as for a colour matrix; how many others take was measured
with Chromium. Everything counts as often as it is drawn: what is used twice is drawn twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

GEOMETRY = frozenset({"d", "points", "r", "rx", "ry", "width", "height", "pathLength"})
"""Attributes that make an outline: each character is work, and each number may make it longer."""
LAYERED = frozenset({"opacity", "mix-blend-mode", "mask", "clip-path", "filter"})
"""Properties by which what is drawn is drawn aside first, then put onto the rest."""

_PRIMITIVES = {
    "feGaussianBlur": 5.0, "feDropShadow": 6.0, "feDiffuseLighting": 13.0,
    "feSpecularLighting": 13.0, "feDisplacementMap": 3.0, "feMergeNode": 0.0, "feFuncA": 0.0,
    "feFuncB": 0.0, "feFuncG": 0.0, "feFuncR": 0.0, "feDistantLight": 0.0, "fePointLight": 0.0,
    "feSpotLight": 0.0,
}  # fmt: skip
"""Passes of a filter's steps; all others take one."""
_SCALED = {
    "feMorphology": ("radius", 3.0), "feTurbulence": ("numOctaves", 2.0),
    "feConvolveMatrix": ("order", 2.0),
}  # fmt: skip
"""Steps whose passes grow with an attribute: its name, and the passes for each of its units.

The unit of a radius is a hundredth of the canvas."""
_BLURRING = frozenset({"blur", "drop-shadow"})
_BLUR = 5.0
_MASK, _CLIP, _LAYER = 1.0, 0.1, 0.1
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_AROUND, _THROUGH_ZERO = 7.0, 2.0
_SPREAD, _HUNDRED = 20.0, 100.0
_ORDER = 3.0
"""The order of a matrix that does not say it."""


def primitive(local: str, attributes: Mapping[str, str], side: float) -> float:
    """Return the passes of one step of a filter; `side` is the canvas's shorter side in units."""
    if local not in _SCALED:
        return _PRIMITIVES.get(local, 1.0)
    name, each = _SCALED[local]
    numbers = [float(found[0]) for found in _NUMBER.finditer(attributes.get(name, "")[:100])]
    if local == "feConvolveMatrix":
        across, down = (numbers * 2)[:2] if numbers else (_ORDER, _ORDER)
        return 1.0 + each * abs(across * down)
    if local == "feMorphology":
        # Its radius may be enlarged by the units of the filter and by transforms.
        return _SPREAD + each * _HUNDRED * sum(map(abs, numbers)) / side
    return 1.0 + each * sum(map(abs, numbers))


def outline(value: str) -> float:
    """Return how long an outline may be at most, in user units.

    A single number may be a radius; from one point to the next it is no further than through zero.
    """
    numbers = [abs(float(found)) for found in _NUMBER.findall(value)]
    return sum(numbers) * (_AROUND if len(numbers) == 1 else _THROUGH_ZERO)


def layers(name: str, values: Iterable[Any]) -> float:
    """Return the passes that a property adds to what it is set on; `values` are CSS tokens."""
    tokens = [token for token in values if token.type not in {"whitespace", "comment"}]
    if not tokens or getattr(tokens[0], "lower_value", "") in {"none", "normal", "inherit"}:
        return 0.0
    if name == "opacity":
        whole = 100 if tokens[0].type == "percentage" else 1
        return _LAYER * (getattr(tokens[0], "value", 0) != whole)
    if name == "mask":
        return _MASK
    if name == "clip-path":
        return _CLIP
    if name == "mix-blend-mode":
        return _LAYER
    functions = [token.lower_name for token in tokens if token.type == "function"]
    blurs = sum(function in _BLURRING for function in functions)
    # Each blur of a chain goes over what the ones before it have spread.
    return _BLUR * blurs**3 + len(functions)


@dataclass(slots=True)
class SelectorWork:
    """Parts of selectors, by how many elements a browser tries each on for one element."""

    one: int = 0
    ancestors: int = 0
    siblings: int = 0

    def add(self, prelude: Iterable[Any], *, nested: bool) -> None:
        """Count a rule's selectors; a nested rule tries those around it at each step, too."""
        selector: list[Any] = []
        for part in (*prelude, None):
            if part is not None and part != ",":
                selector.append(part)
                continue
            parts, siblings, ancestors = _parts(selector)
            if siblings or nested:
                self.siblings += parts
            elif ancestors:
                self.ancestors += parts
            else:
                self.one += parts
            selector = []

    def merge(self, other: SelectorWork) -> None:
        """Add what another sheet has."""
        self.one += other.one
        self.ancestors += other.ancestors
        self.siblings += other.siblings

    def steps(self, elements: int, depth: int) -> int:
        """Return the steps of matching them all with so many elements, so deep in one another."""
        each = self.one + self.ancestors * depth + self.siblings * elements
        return each * elements


def _parts(selector: list[Any]) -> tuple[int, bool, bool]:
    """Count the parts of one selector; say whether it looks at siblings, and at ancestors."""
    waiting = list(selector)
    while waiting and waiting[-1].type == "whitespace":
        waiting.pop()
    while waiting and waiting[0].type == "whitespace":
        waiting.pop(0)
    parts, siblings, ancestors = 0, False, False
    while waiting:
        token = waiting.pop()
        if token.type == "literal":
            parts += token.value in {"*", "&"}
        else:
            parts += token.type not in {"whitespace", "comment"}
        ancestors |= token.type == "whitespace"
        siblings |= token == "~" or (token.type == "ident" and token.lower_value == "of")  # noqa: S105 - a token of CSS
        if token.type == "function":
            waiting += token.arguments
        elif token.type in {"() block", "[] block"}:
            waiting += token.content
    return parts, siblings, ancestors
