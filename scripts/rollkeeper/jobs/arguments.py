"""Values on the command line, of `rollkeeper` and of the scripts."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

SHELLS = ("bash", "zsh", "fish")
"""The shells for which completion is written."""


def day(text: str) -> date:
    """Return a day such as 2026-11-21."""
    from rollkeeper.grammar.dates import InvalidDate, parse_date  # noqa: PLC0415 - start-up time

    found = parse_date(text)
    if isinstance(found, InvalidDate):
        raise argparse.ArgumentTypeError(found.message)
    return found


def folder(text: str) -> Path:
    """Return a folder that is there."""
    found = Path(text)
    if not found.is_dir():
        message = f"{text!r} is not a folder"
        raise argparse.ArgumentTypeError(message)
    return found


def shards(text: str) -> int | None:
    """Return a number of processes; None for `auto`."""
    from rollkeeper.model.limits import MAX_SHARDS  # noqa: PLC0415 - start-up time

    if text == "auto":
        return None
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MAX_SHARDS:
        return int(text)
    message = f"{text!r} is neither auto nor a number from 1 to {MAX_SHARDS}"
    raise argparse.ArgumentTypeError(message)


def output_file(text: str) -> Path:
    """Return a file that can be written: refused now, and not after minutes of checking."""
    found = Path(text)
    if found.is_dir():
        message = f"{text!r} is a folder; name a file in it"
        raise argparse.ArgumentTypeError(message)
    if not found.parent.is_dir():
        message = f"there is no folder {str(found.parent)!r}; create it, or name another file"
        raise argparse.ArgumentTypeError(message)
    return found
