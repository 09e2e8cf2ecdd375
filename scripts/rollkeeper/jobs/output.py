"""Where the result of a command goes: the terminal, or the file that `--output` names."""

from __future__ import annotations

import io
import sys
from pathlib import Path


class OutputError(Exception):
    """What a command has to say cannot be written; the message says why and what to do."""


def escape_what_cannot_be_shown() -> None:
    r"""Have a terminal that is not UTF-8 show `\u0141` for a character that it does not know.

    Otherwise one name in another alphabet would end the report with an error.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(errors="backslashreplace")


def write_output(text: str, output: Path | None) -> None:
    """Write text to a file, or to the terminal where that is None; raise OutputError."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"--output: {output} cannot be written: {error.strerror}"
        raise OutputError(message) from error


def write_data(text: str, output: Path | None) -> None:
    """Write what a program reads back: as `write_output`, but nothing in it may be escaped."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError as error:
        if output is None:
            character = ascii(error.object[error.start])
            message = (
                f"this terminal's encoding, {encoding}, has no {character}; "
                "name a file with --output"
            )
            raise OutputError(message) from error
    write_output(text, output)
