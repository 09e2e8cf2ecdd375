"""What a change brings in, told from what was there before it."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path as File

from rollkeeper.model import Finding, Report

GIT_SECONDS = 60


class UnknownRevisionError(Exception):
    """Git cannot tell what stood at the given revision; the message says why."""


@contextmanager
def state_before(root: File, since: str) -> Iterator[File]:
    """Give a folder with the community's files as they were at the merge base with `since`.

    Raises UnknownRevisionError when git does not know the revision.
    """
    base = _git(root, "merge-base", since, "HEAD").decode().strip()
    with tempfile.TemporaryDirectory(prefix="rollkeeper-") as folder:
        _export(root, base, File(folder))
        yield File(folder)


def already_there(report: Report, earlier: Report) -> Report:
    """Mark the findings that an earlier state of the same community had as well.

    It is to be judged by the same policies and the same code. Findings are compared by entry, not
    by line: a moved entry or a reformatted file brings nothing in.
    """
    before = Counter(_key(finding) for finding in earlier.findings)
    marked = []
    for finding in report.findings:
        key = _key(finding)
        old = before[key] > 0
        before[key] -= old
        marked.append(replace(finding, already_there=old))
    return replace(report, findings=tuple(marked))


def _key(finding: Finding) -> tuple[str, ...]:
    """Give what stays the same of a finding when its entry moves or lines shift."""
    field = tuple(str(step) for step in finding.field)
    subject = finding.entry or finding.path
    return (finding.rule, finding.programme, subject, *field)


def _export(root: File, revision: str, target: File) -> None:
    """Write the community's files as they were at a revision into an empty folder."""
    archive = _git(root, "archive", "--format=tar", revision, "--", ".")
    with tarfile.open(fileobj=BytesIO(archive)) as tar:
        tar.extractall(target, filter="data")


def _git(root: File, *arguments: str) -> bytes:
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
