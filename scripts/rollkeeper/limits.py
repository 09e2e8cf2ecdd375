"""Every limit on what is read, in one place. A policy may lower or raise those it names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MIB = 1024 * 1024

ROSTER: Mapping[str, int] = MappingProxyType(
    {
        "max_bytes": 16 * MIB,
        "max_nodes": 2_000_000,
        "max_depth": 12,
        "max_scalar": 65_536,
        "max_indent": 1_000,
    }
)
"""Limits on one YAML file: bytes, nodes, nesting, characters of one value, blanks before one."""

MAX_FAULTS = 100
"""Faults listed for one file before the reader gives up on it."""
