"""An outside list of members beside the roster that is compared with it."""

from __future__ import annotations

from dataclasses import dataclass

from rollkeeper.model.policy import MemberSource
from rollkeeper.model.roster import Programme


@dataclass(frozen=True, slots=True)
class Membership:
    """A programme and the names on its list of members; `fault` says why there are none."""

    programme: Programme
    source: MemberSource
    names: tuple[str, ...] = ()
    fault: str = ""
