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

EVENT_BYTES = 25 * MIB
"""The largest event payload; GitHub delivers none that is larger."""

SUMMARY_BYTES = MIB
"""The largest summary of one workflow step; GitHub drops a larger one whole."""

HANDOVER_BYTES = 120_000
"""What one job hands to the next, as one line: Linux takes 128 KiB as one environment variable."""

ISSUE_CHARACTERS = 60_000
"""The longest text of an issue or comment that we write; GitHub refuses more than 65,536."""

MAX_LOGO_BYTES = MIB
"""A larger logo file is not opened, whatever a policy allows."""

MAX_LOGO_FILES = 20_000
"""Names read from one logo folder before it is given up on."""

MAX_PNG_SIDE = 8_192
"""Pixels of one side of a PNG before it is taken for a decompression bomb."""

MAX_PNG_PIXELS = 4_096 * 4_096
"""Pixels of a PNG in all."""

MAX_PNG_INFLATED = 80 * MIB
"""Bytes that a PNG's picture data may unpack to."""

MAX_PNG_CHUNKS = 4_096
"""Chunks of one PNG."""

MAX_PNG_TEXT = 64 * 1024
"""Bytes of one text chunk of a PNG, packed or unpacked, and of any chunk of unknown use."""

MAX_PNG_TEXTS = MIB
"""Bytes of all text chunks of a PNG, unpacked."""

MAX_PNG_PROFILE = MIB
"""Bytes that a colour profile may unpack to."""

MAX_ENTRY_FAULTS = 50
"""Schema faults listed for one entry; the rest are counted in one line."""
MAX_ROSTER_FAULTS = 20_000
"""Schema faults listed for one roster; beyond them the rest of it is not judged, and that is said."""

MAX_URL = 512
"""Characters of a web address."""
