"""What files a change of a roster may bring with it."""

from __future__ import annotations

from collections.abc import Mapping

from rollkeeper.grammar.wording import cut, listed, quoted
from rollkeeper.model.change import FileMode, TouchedFile, TouchedFiles
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.tree import Place
from rollkeeper.rules.declaring import Problems, rule

MIB = 1024 * 1024
MOST_FILES = 20
"""Files that are reported one by one."""
_LONGEST_PATH = 120
_WHAT: Mapping[str, str] = {
    FileMode.LINK: "a symbolic link, which can point to any file",
    FileMode.SUBMODULE: "a submodule, which is another repository",
    "040000": "a folder",
}
_TOP = Place(1, 1, 1, 1)


def _in_file(file: TouchedFile, message: str) -> Problem:
    return Problem(f"{cut(file.path, _LONGEST_PATH)} {message}", path=file.path, place=_TOP)


@rule("path-out-of-scope", on=TouchedFiles, severity=Severity.WARNING)
def out_of_scope(touched: TouchedFiles, *, also: tuple[str, ...] = ()) -> Problems:
    """A change to a roster also changes unrelated files.

    These are easily overlooked in a review, and may be workflows or policies. Change them in a
    separate pull request. Rosters, logo folders and pages are in scope; `also` lists further files,
    and folders that end in a slash.
    """
    others = [
        file.path
        for file in touched.files
        if not touched.in_scope(file.path) and not _named(file.path, also)
    ]
    for path in others[:MOST_FILES]:
        shown = cut(path, _LONGEST_PATH)
        message = f"{shown} is not part of any roster: change it in a pull request of its own"
        yield Problem(message, path=path, place=_TOP)
    if len(others) > MOST_FILES:
        rest = others[MOST_FILES:]
        message = f"{len(rest):,} more files are not part of any roster: {listed(rest)}"
        yield Problem(message, path=rest[0], place=_TOP)


def _named(path: str, also: tuple[str, ...]) -> bool:
    return any(path == each or (each.endswith("/") and path.startswith(each)) for each in also)


@rule("file-not-plain", on=TouchedFiles, severity=Severity.ERROR)
def not_plain(touched: TouchedFiles) -> Problems:
    """A roster, logo or page is a link, a submodule or executable.

    Such a file is not what it appears to be in a review, and links are not followed. Commit a plain
    file that is not executable.
    """
    for file in touched.files:
        if file.mode is None or file.mode == FileMode.PLAIN or not touched.in_scope(file.path):
            continue
        if file.mode == FileMode.EXECUTABLE:
            message = "is executable: remove the permission (`chmod -x`) and commit again"
        else:
            what = _WHAT.get(file.mode, f"of the unknown mode {quoted(file.mode)}")
            message = f"is {what}: commit the file itself"
        yield _in_file(file, message)


@rule("files-too-large", on=TouchedFiles, severity=Severity.ERROR)
def too_large(touched: TouchedFiles, *, max_bytes: int = MIB) -> Problems:
    """A file in a change is too large to be checked.

    A file that was not checked must not be merged, and once merged it stays in the history of the
    repository. Make the file smaller. `max_bytes` is the limit for logos and pages; the limit for
    rosters is in `limits` in the policy.
    """
    for file in touched.files:
        most = touched.rosters.get(file.path, max_bytes)
        if file.size is not None and file.size > most and touched.in_scope(file.path):
            message = f"is larger than the {most:,} bytes that are allowed: make it smaller"
            yield _in_file(file, message)
