"""Outside lists beside the roster that is compared with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rollkeeper.model.policy import MemberSource, OutsideList
from rollkeeper.model.roster import Programme


@dataclass(frozen=True, slots=True)
class Membership:
    """A programme and the names on its list of members; `fault` says why there are none."""

    programme: Programme
    source: MemberSource
    names: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of an outside list: its names, and its values by what they are compared with."""

    names: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListComparison:
    """A programme and all items of one of its outside lists; `fault` says why there are none."""

    programme: Programme
    outside: OutsideList
    items: tuple[ListItem, ...] = ()
    fault: str = ""
