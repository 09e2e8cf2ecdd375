"""What the shards of an audit saw, as a value: a run elsewhere judges it, and visits nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from rollkeeper.model.account import AccountFacts, AccountKey
from rollkeeper.model.visit import Observation


class Shard(NamedTuple):
    """One of the `of` parts that an audit is split into, counted from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        """Return what it is called in messages."""
        return f"shard {self.number} of {self.of}"


@dataclass(frozen=True, slots=True)
class Observations:
    """What one shard saw, or several that were merged.

    `visits` are by programme and address: programmes may look for different words on one page.
    `accounts` are None where GitHub was not asked; `lists` are files at addresses, or why there is
    none. `obstacle` is why no website could be visited at all.
    """

    visits: Mapping[str, Mapping[str, Observation]] = field(default_factory=dict)
    accounts: Mapping[AccountKey, AccountFacts] | None = None
    lists: Mapping[str, bytes | str] = field(default_factory=dict)
    obstacle: str | None = None
    asked_github: bool = False
    """Whether GitHub's API was asked about addresses of GitHub."""
    shards: int = 1
    missing: Mapping[int, str] = field(default_factory=dict)
    """The shards whose share was not checked, by their number, with the reason."""

    @property
    def incomplete(self) -> str | None:
        """Why not everything was checked that should have been; None where it was."""
        if self.obstacle is not None:
            return f"websites could not be visited: {self.obstacle}"
        said = [
            f"{Shard(number, self.shards)}: {why}" for number, why in sorted(self.missing.items())
        ]
        if len(said) > _MOST_NAMED:
            said[_MOST_NAMED:] = [f"and {len(said) - _MOST_NAMED} shards more"]
        return f"not everything was checked ({'; '.join(said)})" if said else None


_MOST_NAMED = 5
"""Shards that are named one by one."""
