"""Which commit is checked out here, and which day it is."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path as File


def revision(folder: File) -> str:
    """Give the commit that is checked out in a folder; raises CalledProcessError where none is."""
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 - fixed program, no shell
    return done.stdout.strip()


def today() -> int:
    """Give the day as a number, such as 20261121."""
    return int(datetime.now(tz=UTC).strftime("%Y%m%d"))
