"""Addresses split between shards: all of one registrable domain go to the same one.

So no domain is visited by two at once, and its pauses are kept.
"""

from __future__ import annotations

from hashlib import sha256

from rollkeeper.probes.web.targets import target_of


def shard_of(address: str, shards: int) -> int:
    """Return which of so many shards visits an address, from 1; the same on every machine."""
    if shards == 1:
        return 1
    return int.from_bytes(sha256(domain_of(address).encode()).digest()[:8]) % shards + 1


def domain_of(address: str) -> str:
    """Return the registrable domain of an address, or the address where it has none."""
    target = target_of(address)
    return target.domain if target else address
