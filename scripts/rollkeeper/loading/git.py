"""The one place that runs git."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from rollkeeper.model.limits import GIT_SECONDS


class UnknownRevisionError(Exception):
    """Git does not know what there was at the given revision; the message says why."""


def revision(folder: Path) -> str:
    """Return the commit that is checked out in a folder."""
    return _git(folder, "rev-parse", "HEAD").decode().strip()


def blob(folder: Path, revision: str, path: str) -> bytes | None:
    """Return a file as it was at a revision; None where git knows of none there."""
    try:
        return _git(folder, "cat-file", "blob", f"{revision}:{path}")
    except UnknownRevisionError as error:
        if isinstance(error.__cause__, subprocess.CalledProcessError):
            return None
        raise


def today() -> int:
    """Return the day as a number, such as 20261121."""
    return int(datetime.now(tz=UTC).strftime("%Y%m%d"))


@contextmanager
def state_before(root: Path, since: str) -> Iterator[Path]:
    """Return a folder with the community's files as they were at the merge base with `since`.

    Raises UnknownRevisionError when git does not know the revision.
    """
    base = _git(root, "merge-base", since, "HEAD").decode().strip()
    archive = _git(root, "archive", "--format=tar", base, "--", ".")
    with tempfile.TemporaryDirectory(prefix="rollkeeper-") as folder:
        with tarfile.open(fileobj=BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        yield Path(folder)


def _git(root: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=GIT_SECONDS)  # noqa: S603 - fixed program, no shell
    except FileNotFoundError as error:
        message = "git is not installed, so nothing can be compared with an earlier state"
        raise UnknownRevisionError(message) from error
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = (error.stderr or b"").decode(errors="replace").strip().splitlines()
        message = f"git {arguments[0]} failed: {said[-1] if said else 'no answer'}"
        raise UnknownRevisionError(message) from error
    return done.stdout
