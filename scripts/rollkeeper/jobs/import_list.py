"""`rollkeeper import`: a list that a community keeps, as a roster."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from rollkeeper.grammar.wording import nearest
from rollkeeper.jobs.output import write_data
from rollkeeper.loading.imported_file import ImportedList, ImportOptions, import_list
from rollkeeper.model.list_formats import LIST_FORMATS
from rollkeeper.model.list_limits import MAX_SOURCE_BYTES

STANDARD_INPUT = Path("-")


def imported(parsed: Namespace) -> ImportedList:
    """Import what the command line asks for, and write the roster; raise ValueError or OSError."""
    if parsed.output is not None and os.path.lexists(parsed.output) and not parsed.force:
        message = f"{parsed.output} is there already; add --force to replace it"
        raise ValueError(message)
    fields = dict(each.partition("=")[::2] for each in parsed.set)
    options = ImportOptions(fields, parsed.section, parsed.headings_as)
    shown = "standard input" if parsed.file == STANDARD_INPUT else str(parsed.file)
    try:
        made = import_list(_name(parsed), _data(parsed.file), options)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        message = f"{shown}: {reason}{_instead(parsed.file)}"
        raise ValueError(message) from error
    write_data(made.yaml_text, parsed.output)
    return made


def _name(parsed: Namespace) -> str:
    """Return a name whose end says the format."""
    if parsed.format is not None:
        return f"list{LIST_FORMATS[parsed.format]}"
    return "list.md" if parsed.file == STANDARD_INPUT else Path(parsed.file).name


def _data(file: Path) -> bytes:
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_SOURCE_BYTES + 1)
    with file.open("rb") as opened:
        return opened.read(MAX_SOURCE_BYTES + 1)


def _instead(file: Path) -> str:
    """Return which file beside the one that is not there was probably meant."""
    if file == STANDARD_INPUT or file.exists():
        return ""
    near = nearest(file.name, _names(file.parent))
    return f"; did you mean {file.with_name(near)}?" if near else ""


def _names(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as items:
            yield from (item.name for _, item in zip(range(1000), items, strict=False))
    except OSError:
        return
