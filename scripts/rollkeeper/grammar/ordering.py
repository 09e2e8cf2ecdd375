"""Which of several things are out of order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def outside_longest_run(ranks: Sequence[int]) -> list[int]:
    """Return the positions outside a longest rising subsequence: the fewest that must move."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for position, rank in enumerate(ranks):
        length = bisect_left(tails, rank)
        previous.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(rank)
            ends.append(position)
        else:
            tails[length] = rank
            ends[length] = position
    kept = set()
    position = ends[-1] if ends else -1
    while position >= 0:
        kept.add(position)
        position = previous[position]
    return [position for position in range(len(ranks)) if position not in kept]
