"""The one place that runs git."""

from __future__ import annotations

import os
import signal
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from rollkeeper.grammar.escaping import terminal
from rollkeeper.model.limits import GIT_MEMORY, GIT_SECONDS

_LIMITED = 'ulimit -f "$0" && ulimit -d "$1" && shift && exec "$@"'
"""The shell's way to bound what a program writes, in blocks of 512 bytes, and its memory in KiB."""
_NO_SIGNAL = "trap '' XFSZ && "
_BLOCK = 512
_TOO_MUCH = ("died of signal", "File too large", "ut of memory", "Cannot allocate memory")
_SAID = 2_000
"""Bytes of what git says last that are kept."""


class UnknownRevisionError(Exception):
    """Git does not know what there was at the given revision; the message says why."""


class GitError(Exception):
    """Git failed; the message says at what, and the last that git `said` of it."""

    said = ""


class GitLimitError(GitError):
    """Git was stopped because what it was given is too much."""


class GitTimeoutError(GitLimitError):
    """Git was stopped because it took too long."""


class FsckError(GitError):
    """Git refuses what it was given because it is malformed."""


@dataclass(frozen=True, slots=True)
class GitLimits:
    """How long a call of git may take, in seconds, and the bytes of its memory and of any file.

    `most` is what each file may have that it writes, standard output included. Git is ended by a
    signal when it writes more. Where it has children do the work it would not say why they ended:
    `tell` it by an error instead.
    """

    seconds: float = GIT_SECONDS
    most: int = 1024 * 1024
    memory: int = GIT_MEMORY
    tell: bool = False


def run_git(
    folder: Path,
    *arguments: str,
    check: bool = True,
    data: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder; raise CalledProcessError where it fails, unless not to `check` it.

    `data` is its standard input; `environment` are variables besides our own.
    """
    command = ["git", "-C", str(folder), *arguments]
    env = None if environment is None else {**os.environ, **environment}
    try:
        return subprocess.run(  # noqa: S603 - fixed program, no shell
            command, capture_output=True, check=check, timeout=GIT_SECONDS, input=data, env=env
        )
    except subprocess.CalledProcessError as error:
        error.add_note(error.stderr.decode(errors="replace"))
        raise


@contextmanager
def bounded_git(
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str],
    limits: GitLimits,
    lines: Iterable[str] = (),
) -> Iterator[IO[bytes]]:
    """Run git with an environment of its own and with limits; return a file with what it wrote.

    `lines` go to its standard input. Where it takes too long, git and all that it started are
    ended. Raises GitError where git fails, as one of the above where that is the reason.
    """
    script = _NO_SIGNAL + _LIMITED if limits.tell else _LIMITED
    bounds = (str(-(-limits.most // _BLOCK)), str(limits.memory // 1024))
    command = ["/bin/sh", "-c", script, *bounds, "git", "-C", str(folder), *arguments]
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as said,
    ):
        given.writelines(f"{line}\n".encode() for line in lines)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - fixed program; the shell's script is fixed too
            command,
            stdin=given,
            stdout=out,
            stderr=said,
            env=dict(environment),
            start_new_session=True,
        )
        try:
            status = process.wait(limits.seconds)
        except subprocess.TimeoutExpired as error:
            message = f"git {arguments[0]} took more than {limits.seconds:g} seconds"
            raise GitTimeoutError(message) from error
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if status:
            said.seek(max(0, said.seek(0, os.SEEK_END) - _SAID))
            raise _failure(arguments[0], status, said.read().decode(errors="replace"), limits)
        out.seek(0)
        yield out


def _failure(command: str, status: int, said: str, limits: GitLimits) -> GitError:
    # A signal ends what writes too much, and what runs out of stack.
    if status < 0 or any(words in said for words in _TOO_MUCH):
        return GitLimitError(
            f"git {command} took too much memory or more than {limits.most:,} bytes"
        )
    lines = [terminal(line) for line in said.splitlines() if line.strip()]
    kind = GitError
    if "fsck error" in said:
        kind = FsckError
        lines = [line for line in lines if line.startswith("error:")][:1] or lines
    error = kind(f"git {command} failed: {lines[-1] if lines else f'exit status {status}'}")
    error.said = "\n".join(lines)
    return error


def revision(folder: Path, name: str = "HEAD") -> str:
    """Return a commit by its name, by default the one that is checked out in a folder.

    Raises CalledProcessError where there is none.
    """
    return run_git(folder, "rev-parse", name).stdout.decode().strip()


def checked_out(folder: Path) -> str | None:
    """Return the commit that is checked out in a folder; None where that is not known."""
    try:
        return revision(folder)
    except (OSError, subprocess.SubprocessError):
        return None


def default_branch(folder: Path) -> str | None:
    """Return the branch that `origin` calls its default; None where that is not known."""
    try:
        done = run_git(folder, "symbolic-ref", "--short", "refs/remotes/origin/HEAD", check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    name = done.stdout.decode(errors="replace").strip().removeprefix("origin/")
    return name if done.returncode == 0 and name else None


def prefix(folder: Path) -> str:
    """Return where a folder is in its repository, with a slash at the end; empty at the top."""
    return run_git(folder, "rev-parse", "--show-prefix").stdout.decode().rstrip("\n")


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
