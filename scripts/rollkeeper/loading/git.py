"""The one place that runs git."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from rollkeeper.model.limits import GIT_SECONDS


class UnknownRevisionError(Exception):
    """Git does not know what there was at the given revision; the message says why."""


def run_git(
    folder: Path, *arguments: str, check: bool = True
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder; raise CalledProcessError where it fails, unless not to `check` it."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=check, timeout=GIT_SECONDS)  # noqa: S603 - fixed program, no shell
    except subprocess.CalledProcessError as error:
        error.add_note(error.stderr.decode(errors="replace"))
        raise


def revision(folder: Path) -> str:
    """Return the commit that is checked out in a folder; raise CalledProcessError for none."""
    return run_git(folder, "rev-parse", "HEAD").stdout.decode().strip()


def blob(folder: Path, revision: str, path: str) -> bytes | None:
    """Return a file as it was at a revision; None where it or the revision is unknown."""
    done = run_git(folder, "cat-file", "blob", f"{revision}:{path}", check=False)
    return done.stdout if done.returncode == 0 else None


@contextmanager
def state_before(root: Path, since: str) -> Iterator[Path]:
    """Return a folder with the community's files as they were at the merge base with `since`.

    Raises UnknownRevisionError when git does not know the revision.
    """
    base = _known(root, "merge-base", since, "HEAD").decode().strip()
    archive = _known(root, "archive", "--format=tar", base, "--", ".")
    with tempfile.TemporaryDirectory(prefix="rollkeeper-") as folder:
        with tarfile.open(fileobj=BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        yield Path(folder)


def _known(root: Path, *arguments: str) -> bytes:
    try:
        return run_git(root, *arguments).stdout
    except FileNotFoundError as error:
        message = "git is not installed, so nothing can be compared with an earlier state"
        raise UnknownRevisionError(message) from error
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = (error.stderr or b"").decode(errors="replace").strip().splitlines()
        message = f"git {arguments[0]} failed: {said[-1] if said else 'no answer'}"
        raise UnknownRevisionError(message) from error
