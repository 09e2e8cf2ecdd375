"""Tabs in the indentation of a YAML file, which YAML forbids, as the spaces that they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.limits import ROSTER

_WIDTHS = (2, 4, 8)
_INDENT = re.compile(r"^[ \t]*+(?:-[ \t]++)*+", re.MULTILINE)


def without_tabs(text: str, limits: Mapping[str, int] = ROSTER) -> str | None:
    """Return a file with spaces for the tabs before each line's first sign.

    None where that leaves it unreadable, or where it means one thing with tabs of two columns and
    another with tabs of four or eight.
    """
    kept = None
    for width in _WIDTHS:
        spaced = _INDENT.sub(partial(_expanded, width), text)
        read = read_yaml(spaced.encode(), "", limits)
        if read.data is None or read.defects:
            continue
        if kept is None:
            kept = spaced, read.data
        elif kept[1] != read.data:
            return None
    return kept[0] if kept is not None else None


def _expanded(width: int, indent: re.Match[str]) -> str:
    return indent[0].expandtabs(width)
