"""Logo folders: what entries name, what else is there, and what the files hold."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from pathlib import Path
from typing import NamedTuple

from rollkeeper.grammar.logo_paths import normal_folder
from rollkeeper.model.logo import Logo, LogoDefect, LogoFolder
from rollkeeper.model.logo_limits import MAX_LOGO_DEPTH, MAX_LOGO_FILES
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath
from rollkeeper.probes.logos.files import inspect_files, unread
from rollkeeper.probes.logos.references import LogoIndex, ResolvedReference, resolve

_NOWHERE = Logo(None, (), None, None)
"""The logo of a reference that leads to no file."""


class _Use(NamedTuple):
    """A reference of an entry and what it leads to."""

    entry: Entry
    field: FieldPath
    text: str
    dark: bool
    found: ResolvedReference


@dataclass(frozen=True, slots=True)
class _Programme:
    """A programme's references, and the folder in which its logos are."""

    name: str
    index: LogoIndex
    uses: tuple[_Use, ...]
    unread: bool
    plated: bool

    def files(self) -> Iterator[str]:
        """Return the paths in the folder that entries name or perhaps mean."""
        for use in self.uses:
            yield from filter(None, (use.found.name, use.found.meant, use.found.near))


def inspect_folders(
    root: Path,
    programmes: Sequence[Programme],
    *,
    others: Sequence[Programme] = (),
    only: frozenset[str] | None = None,
) -> Mapping[str, LogoFolder]:
    """Inspect the logos of programmes, by name: those that entries name, then those that none does.

    Where `only` is given files at other paths are identified, but not inspected. `others` are
    programmes that are not checked but may name the same files.

    Each file is opened once, only as a regular file below the policy's `logos` folder, and what is
    wrong in it is part of the first logo that it is. A file that no entry of any programme names
    belongs to the first programme with its folder; it is one only in a folder where entries have
    logos. Never raises for one file or one reference: what is wrong is a `LogoDefect` of its
    `Logo`. A policy without a logo folder has an empty one.
    """
    indexes: dict[str, LogoIndex] = {}
    known = [_read(root, each, indexes) for each in (*programmes, *others)]
    used = {f"{each.index.folder}/{name}" for each in known for name in each.files()}
    asked = known[: len(programmes)]
    by_folder: dict[str, list[_Programme]] = defaultdict(list)
    for each in known:
        by_folder[each.index.folder].append(each)
    inspected: dict[str, Mapping[str, Logo]] = {}
    shown: set[str] = set()
    logos: dict[str, LogoFolder] = {}
    for each in asked:
        folder = each.index.folder
        orphans: list[str] = []
        if folder not in inspected:
            if not any(other.unread and _overlap(folder, other.index.folder) for other in known):
                orphans = _orphans(each.index, by_folder[folder], used)
                used.update(f"{folder}/{name}" for name in orphans)
            names = {name for other in by_folder[folder] for name in other.files()} | {*orphans}
            files = sorted(names & each.index.files)
            inspected[folder] = inspect_files(root, folder, files, only=only)
        named = (_logo(use, inspected[folder], shown) for use in each.uses)
        unnamed = (inspected[folder].get(name) or unread(folder, name) for name in orphans)
        logos[each.name] = LogoFolder(each.name, folder, (*named, *unnamed), plated=each.plated)
    return logos


def _orphans(index: LogoIndex, programmes: Sequence[_Programme], used: set[str]) -> list[str]:
    """Return what no entry names in the folders where entries have logos."""
    homes = {name.rpartition("/")[0] for each in programmes for name in each.files()} or {""}
    return sorted(
        name
        for name in index.names
        if name.rpartition("/")[0] in homes and f"{index.folder}/{name}" not in used
    )


def _read(root: Path, programme: Programme, indexes: dict[str, LogoIndex]) -> _Programme:
    policy = programme.policy
    folder = normal_folder(policy.logos or "")
    if folder not in indexes:
        indexes[folder] = list_folder(root, folder) if folder else LogoIndex("")
    index = indexes[folder]
    uses = (
        _Use(entry, path, text, dark, resolve(text, index, policy.logo_prefix))
        for entry, dark in product(programme.entries if folder else (), (False, True))
        for path, text in entry.texts("logo_dark" if dark else "logo")
    )
    is_unread = bool(folder) and programme.roster.unread is not None
    plated = bool(programme.policy.plate_folders)
    return _Programme(programme.name, index, tuple(uses), is_unread, plated)


def _overlap(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _logo(use: _Use, inspected: Mapping[str, Logo], shown: set[str]) -> Logo:
    """Return the logo of a reference; what is in a file that was `shown` before is left out."""
    found = use.found
    # A file under an unsafe name is no orphan, and what is in it is checked all the same.
    logo = inspected.get(found.name or found.meant or "", _NOWHERE)
    if logo.file is not None and logo.file in shown:
        logo = Logo(None, (), None, logo.file, digest=logo.digest)
    elif logo.file is not None:
        shown.add(logo.file)
    own = (found.defect,) if found.defect else ()
    return replace(
        logo,
        entry=use.entry,
        field=use.field,
        reference=use.text,
        dark=use.dark,
        defects=(*own, *logo.defects),
    )


def list_folder(root: Path, folder: str) -> LogoIndex:
    """List a folder and those in it, unless it, or a folder above it, is a link."""
    current = root
    for step in folder.split("/"):
        current = current / step
        if current.is_symlink():
            message = f"the folder {folder} is a symbolic link or behind one"
            return LogoIndex(folder, defect=LogoDefect("logo-is-link", message))
    found: dict[str, set[str]] = defaultdict(set)
    waiting, count = [""], 0
    try:
        while waiting:
            at = waiting.pop()
            with os.scandir(f"{current}/{at}") as listing:
                for item in listing:
                    count += 1
                    if count > MAX_LOGO_FILES:
                        message = f"the folder {folder} has more than {MAX_LOGO_FILES:,} files"
                        return LogoIndex(folder, defect=LogoDefect("logo-missing", message))
                    path = f"{at}{item.name}"
                    found[_kind(item)].add(path)
                    if item.is_dir(follow_symlinks=False) and path.count("/") < MAX_LOGO_DEPTH:
                        waiting.append(f"{path}/")
    except FileNotFoundError:
        return LogoIndex(folder, defect=LogoDefect("logo-missing", f"there is no folder {folder}"))
    except OSError as error:
        message = f"the folder {folder} cannot be read: {error.strerror}"
        return LogoIndex(folder, defect=LogoDefect("logo-missing", message))
    kinds = {kind: frozenset(names) for kind, names in found.items()}
    return LogoIndex(
        folder,
        files=kinds.get("files", frozenset()),
        links=kinds.get("links", frozenset()),
        others=kinds.get("others", frozenset()),
        folders=kinds.get("folders", frozenset()),
        above=_files_above(current),
    )


def _kind(item: os.DirEntry[str]) -> str:
    if item.is_symlink():
        return "links"
    if item.is_file(follow_symlinks=False):
        return "files"
    return "folders" if item.is_dir(follow_symlinks=False) else "others"


def _files_above(folder: Path) -> frozenset[str]:
    """Return the files in the folder that a logo folder is in, as far as they can be listed."""
    with os.scandir(folder.parent) as listing:
        first = islice(listing, MAX_LOGO_FILES)
        return frozenset(item.name for item in first if item.is_file(follow_symlinks=False))
