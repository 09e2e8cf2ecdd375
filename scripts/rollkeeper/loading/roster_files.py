"""The files of a roster: found by their pattern without following links, and read by their format.

A roster of several files has the limits of one of a single file: on bytes, values and entries.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from rollkeeper.grammar.globs import ANY_FOLDERS, is_glob, matches, matches_name
from rollkeeper.grammar.wording import cut
from rollkeeper.loading.files import read_inside
from rollkeeper.loading.json_reader import read_json
from rollkeeper.loading.toml_reader import read_toml
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.limits import MAX_FOLDER_DEPTH, MAX_LISTED_FILES, MAX_ROSTER_FILES
from rollkeeper.model.policy import Policy
from rollkeeper.model.roster import Defect, Roster
from rollkeeper.model.tree import START, List, Map, Value

_READERS: Mapping[str, Callable[[bytes, str, Mapping[str, int]], Roster]] = {
    ".json": read_json,
    ".toml": read_toml,
}
"""What reads a file by how its name ends; every other is YAML."""


def is_yaml(path: str) -> bool:
    """Return whether a file is read as YAML, by its name."""
    return PurePosixPath(path).suffix.casefold() not in _READERS


def read_roster_file(data: bytes, path: str, limits: Mapping[str, int]) -> Roster:
    """Read one file by its format; what is wrong with it is in its defects, never raised."""
    return _READERS.get(PurePosixPath(path).suffix.casefold(), read_yaml)(data, path, limits)


def read_files(
    root: Path,
    policy: Policy,
    texts: Mapping[str, bytes | None],
    unread: Mapping[str, str],
) -> Roster | tuple[Roster, ...]:
    """Read the files of a policy's roster: one, or for a pattern all that match, by their paths.

    `texts` holds files in place of those in the folder, None where one is not there; `unread` the
    reasons why some are not read. A roster in place of files says why none were read.
    """
    if not is_glob(policy.roster):
        return (_read(root, policy.roster, policy.limits, texts, unread),)
    listing = list_files(root, policy.roster)
    names = {*listing.paths, *listing.refused}
    names |= {path for path in (*texts, *unread) if matches(policy.roster, path)}
    names -= {path for path, data in texts.items() if data is None}
    if listing.too_many or len(names) > MAX_ROSTER_FILES:
        message = f"more than {MAX_ROSTER_FILES:,} files match {cut(policy.roster)}; split it"
        if listing.too_many:
            message = f"{cut(policy.roster)}: there are {listing.too_many} to look for it in"
        return Roster(policy.roster, "", None, (Defect("yaml-limit", message, START),))
    refused = {**{path: f"{path} {why}" for path, why in listing.refused.items()}, **unread}
    limits = dict(policy.limits)
    files = []
    for path in sorted(names):
        file = _read(root, path, limits, texts, refused)
        limits["max_bytes"] -= len(file.text.encode(errors="replace"))
        limits["max_nodes"] -= _nodes(file.data)
        if min(limits["max_bytes"], limits["max_nodes"]) < 0:
            message = (
                "the files of the roster together are larger than one may be; raise "
                "`limits: {max_bytes, max_nodes}` in the policy"
            )
            return Roster(policy.roster, "", None, (Defect("yaml-limit", message, START),))
        files.append(replace(file, is_part=True))
    return tuple(files)


def together(path: str, files: Sequence[Roster]) -> Roster:
    """Return files as one roster, whose defects say in which file they are."""
    defects = (replace(each, path=file.path) for file in files for each in file.defects)
    whole = all(file.data is not None for file in files)
    data, left_out = List() if whole else None, sum(file.left_out for file in files)
    return Roster(path, "", data, tuple(defects), tuple(files), left_out=left_out)


def _read(
    root: Path,
    path: str,
    limits: Mapping[str, int],
    texts: Mapping[str, bytes | None],
    unread: Mapping[str, str],
) -> Roster:
    data, why_not = texts.get(path), unread.get(path, "")
    if data is None and not why_not:
        data, why_not = read_inside(root, path, max(limits["max_bytes"], 0))
    if data is None:
        return Roster(path, "", None, (Defect("roster-shape", why_not, START),))
    return read_roster_file(data, path, limits)


def _nodes(value: Value) -> int:
    """Count the values of a file, so that many files are no more than one may be."""
    count, waiting = 0, [value]
    while waiting:
        here = waiting.pop()
        count += 1
        if isinstance(here, Map):
            count += len(here)
            waiting.extend(here.values())
        elif isinstance(here, List):
            waiting.extend(here)
    return count


@dataclass
class FileListing:
    """The files that a pattern matches, and those among them that are not read, with the reason.

    `too_many` says what there was too much of to look at all.
    """

    paths: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    too_many: str = ""
    looked: int = 0


def list_files(root: Path, pattern: str) -> FileListing:
    """List the files below `root` that a pattern matches; links are not followed."""
    found = FileListing()
    _look(root, found, "", pattern.split("/"), 0)
    found.paths.sort()
    return found


def _look(root: Path, found: FileListing, folder: str, parts: Sequence[str], depth: int) -> None:
    """Look for the rest of a pattern in a folder."""
    if found.too_many:
        return
    if depth > MAX_FOLDER_DEPTH:
        found.too_many = f"more than {MAX_FOLDER_DEPTH} folders within folders"
        return
    if parts[0] == ANY_FOLDERS:
        _look(root, found, folder, parts[1:], depth)
        for path, item in _items(root, found, folder):
            if item.is_dir(follow_symlinks=False) and not item.name.startswith("."):
                _look(root, found, path, parts, depth + 1)
        return
    for path, item in _items(root, found, folder):
        if matches_name(parts[0], item.name):
            _take(root, found, path, item, parts, depth)


def _take(  # noqa: PLR0913, PLR0917 - one step of a walk with its state
    root: Path,
    found: FileListing,
    path: str,
    item: os.DirEntry[str],
    parts: Sequence[str],
    depth: int,
) -> None:
    """Take a file whose name the pattern matches, or look on in a folder."""
    if item.is_symlink():
        if len(parts) == 1 or not is_glob(parts[0]):
            found.refused[path] = "is a symbolic link; links are not followed"
    elif len(parts) > 1 and item.is_dir(follow_symlinks=False):
        _look(root, found, path, parts[1:], depth + 1)
    elif len(parts) == 1 and item.is_file(follow_symlinks=False):
        found.paths.append(path)


def _items(root: Path, found: FileListing, folder: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Return what is in a folder, each with its path from the root; nothing where there is none."""
    try:
        with os.scandir(f"{root}/{folder}") as items:
            listed = []
            for item in items:
                found.looked += 1
                if found.looked > MAX_LISTED_FILES:
                    found.too_many = f"more than {MAX_LISTED_FILES:,} files and folders"
                    return
                listed.append(item)
    except FileNotFoundError:
        return
    except OSError as error:
        found.refused[folder] = f"cannot be listed: {error.strerror}"
        return
    for item in listed:
        path = f"{folder}/{item.name}" if folder else item.name
        if not path.isprintable() or any("\udc80" <= sign <= "\udcff" for sign in path):
            shown = ascii(path)[1:-1]
            found.refused[shown] = "has a name that cannot be written; rename it"
            continue
        yield path, item
