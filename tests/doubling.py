"""Hostile input of twice the size: what each kind of it costs.

A module `doubling_*.py` beside this one has `KINDS`: a name, what makes the input of a size, what is
done with it, and the size to begin with.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from time import process_time
from typing import Any, NamedTuple

MOST = 2.5
"""How many times the CPU of half the input may be taken: four times would be quadratic."""
FLOOR = 0.01
"""Seconds of CPU that are nothing: below, a ratio says more about the clock than about the code."""
LONG_ENOUGH = 0.02
"""Seconds of CPU from which on the growth is measured."""
LARGEST = 4_000_000
ATTEMPTS = 4


class Kind(NamedTuple):
    """One kind of hostile input. `limit` is the size beyond which nothing is read any more."""

    name: str
    make: Callable[[int], Any]
    use: Callable[[Any], object]
    size: int = 2_000
    limit: int = LARGEST


def cost(kind: Kind, size: int, repetitions: int = 2) -> float:
    """Return the least CPU seconds that an input of a size takes."""
    given = kind.make(size)
    taken = []
    gc.disable()  # as the commands do
    try:
        for _ in range(repetitions):
            start = process_time()
            kind.use(given)
            taken.append(process_time() - start)
    finally:
        gc.enable()
    return min(taken)


def growth(kind: Kind) -> tuple[float, float]:
    """Return the CPU of an input, and of one twice as large, at a size where it can be measured."""
    size = kind.size
    while True:
        small = cost(kind, size)
        if small >= LONG_ENOUGH or size * 2 > kind.limit:
            # What another process adds here costs another attempt, and hides nothing.
            return small, cost(kind, min(size * 2, kind.limit), repetitions=1)
        # Not all at once: what grows with the square is to be found while it still ends.
        size = min(size * (2 if small > FLOOR else 4), kind.limit)


def too_much(kind: Kind) -> str:
    """Return how the CPU grows, where that is more than in proportion; empty otherwise.

    Another process on the machine makes a figure larger and never smaller, so one attempt that is in
    proportion is enough.
    """
    seen = []
    for _ in range(ATTEMPTS):
        small, large = growth(kind)
        if large <= max(small * MOST, FLOOR):
            return ""
        seen.append(f"{small:.3f} s, then {large:.3f} s")
    return f"{kind.name}: {'; '.join(seen)}"


def ids(kinds: Iterable[Kind]) -> list[str]:
    """Return the names of kinds."""
    return [kind.name for kind in kinds]
