"""Several files written as one: a repository is as before, or has all of them.

The files are written into a folder of their own, and a journal of them is put beside them in one
step. Only then does each file take its place, and no file that is there is replaced. A run that was
killed before the journal was there is undone by the next one, and one that was killed after it is
completed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from rollkeeper.loading.files import LinkError, read_inside
from rollkeeper.model.list_limits import MAX_STAGED_BYTES

FOLDER = ".rollkeeper-init"
JOURNAL = "journal.json"
TARGETS = re.compile(
    r"(?:policies|rosters)/[a-z0-9][a-z0-9-]*\.yaml\Z|\.github/workflows/rosters(?:-[a-z]+)?\.yml\Z"
)
"""The files that may be written; a journal that names any other is not one of ours."""


class StagingError(Exception):
    """The files cannot be written, or an earlier run cannot be completed; the message says why."""


def is_interrupted(root: Path) -> bool:
    """Return whether an earlier run was killed while it wrote."""
    return os.path.lexists(root / FOLDER)


def recover(root: Path) -> tuple[str, ...] | None:
    """Complete or undo what an interrupted run left; return the files that it completed.

    None means that nothing had been decided yet, and the repository is as before. Raises
    StagingError where the folder is not what a run leaves.
    """
    folder = root / FOLDER
    if folder.is_symlink() or not folder.is_dir():
        message = f"{FOLDER} is not a folder that rollkeeper init left; move it away"
        raise StagingError(message)
    if not os.path.lexists(folder / JOURNAL):
        shutil.rmtree(folder)
        return None
    files = _journal(root)
    _place(root, files)
    return tuple(files)


def write_all(root: Path, files: Mapping[str, bytes]) -> None:
    """Write new files below `root`, all or none of them.

    Raises LinkError where a folder on the way is a symbolic link, StagingError where a file is
    there already, and OSError where the disk refuses.
    """
    for path in files:
        _check_target(root, path)
    folder = root / FOLDER
    folder.mkdir()
    listed = {}
    for number, (path, data) in enumerate(files.items()):
        _write(folder / str(number), data)
        listed[path] = hashlib.sha256(data).hexdigest()
    _write(folder / "unfinished.json", json.dumps(listed).encode())
    (folder / "unfinished.json").replace(folder / JOURNAL)
    _sync(folder)
    _place(root, listed)


def _check_target(root: Path, path: str) -> None:
    if not TARGETS.match(path):
        message = f"{path} is not a file that rollkeeper init writes"
        raise StagingError(message)
    for parent in reversed(PurePosixPath(path).parents[:-1]):
        if (root / parent).is_symlink():
            message = f"{path} is behind the symbolic link {parent} and is not written"
            raise LinkError(message)
        if (root / parent).exists() and not (root / parent).is_dir():
            message = f"{parent} is not a folder; {path} cannot be written"
            raise StagingError(message)


def _write(file: Path, data: bytes) -> None:
    with file.open("xb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    """Make what a folder lists permanent, where the system can."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _journal(root: Path) -> dict[str, str]:
    """Return the files of a journal with the digest of each."""
    data, why_not = read_inside(root, f"{FOLDER}/{JOURNAL}", MAX_STAGED_BYTES)
    try:
        listed = json.loads(data or b"")
    except (ValueError, RecursionError):
        listed = None
    if not isinstance(listed, dict) or not all(isinstance(each, str) for each in listed.values()):
        message = f"{FOLDER}/{JOURNAL} is not a journal {why_not}; move {FOLDER} away"
        raise StagingError(message)
    for path in listed:
        _check_target(root, path)
    return listed


def _place(root: Path, files: Mapping[str, str]) -> None:
    """Move each staged file to its place, unless a file is there, and remove the folder."""
    for number, (path, digest) in enumerate(files.items()):
        staged = f"{FOLDER}/{number}"
        if os.path.lexists(root / path):
            continue
        data, why_not = read_inside(root, staged, MAX_STAGED_BYTES)
        if data is None or hashlib.sha256(data).hexdigest() != digest:
            message = f"{staged} is not what was written {why_not}; move {FOLDER} away"
            raise StagingError(message)
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        try:
            # A link is made only where nothing is there: no file is ever replaced.
            os.link(root / staged, root / path, follow_symlinks=False)
        except FileExistsError:
            continue
        except OSError:
            # A file system without hard links: at worst a file is replaced that came just now.
            (root / staged).replace(root / path)
    (root / FOLDER / JOURNAL).replace(root / FOLDER / "done.json")
    shutil.rmtree(root / FOLDER)
