"""Which files of a pull request are read, and why others are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rollkeeper.grammar.globs import fixed_folder, is_glob, matches, matches_any
from rollkeeper.grammar.wording import cut
from rollkeeper.loading.head import FileChange, Head, HeadRefusedError, TreeItem
from rollkeeper.model.change import FileMode, FileStatus, TouchedFile
from rollkeeper.model.limits import (
    MAX_HEAD_BYTES_READ,
    MAX_PUBLIC_PAGE_BYTES,
    MAX_ROSTER_FILES,
    MAX_UNCHECKED,
    ROSTER,
)
from rollkeeper.model.logo_limits import MAX_LOGO_BYTES
from rollkeeper.model.policy import Policy
from rollkeeper.model.verdict import UncheckedFile, UncheckedReason

EVERYTHING = "*"
"""The path where a reason is about a pull request as a whole."""

_LONGEST_PATH = 400
_MOST_GOVERNING = 20
_WORKFLOWS = (".github/workflows/", ".github/actions/")
"""Folders that decide what runs, from the top of the repository. Policies have their own."""
_OWN_CODE = ("schemas/", "scripts/", "action.yml")
"""The same for a repository that holds Rollkeeper itself."""
_REFUSED: Mapping[str, UncheckedReason] = {
    FileMode.LINK: UncheckedReason.LINK,
    FileMode.SUBMODULE: UncheckedReason.SUBMODULE,
}


@dataclass(frozen=True, slots=True)
class FileChoice:
    """What a pull request touches: what is read of it, what is refused and why, and the rest.

    `fetched` has by path what is read, `refused` the reason for what is not, and `sizes` the bytes
    of all contents that are read. `files` are all that it touches, and `outside` counts those that
    belong to no roster.
    """

    fetched: Mapping[str, TreeItem]
    refused: Mapping[str, UncheckedReason]
    sizes: Mapping[str, int]
    files: tuple[TouchedFile, ...]
    outside: int

    @property
    def unchecked(self) -> tuple[UncheckedFile, ...]:
        """The files that are not read or must not be merged as they are, each with the reason."""
        named = [UncheckedFile(cut(path, _LONGEST_PATH), why) for path, why in self.refused.items()]
        if len(named) > MAX_UNCHECKED:
            named[MAX_UNCHECKED - 1 :] = [UncheckedFile(EVERYTHING, UncheckedReason.MORE)]
        return tuple(named)


class Scope:
    """The files that belong to the rosters of some policies, and how large each may be."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        limits = {each.roster: each.limits["max_bytes"] for each in policies}
        self.rosters = {path: most for path, most in limits.items() if not is_glob(path)}
        self.patterns = {path: most for path, most in limits.items() if is_glob(path)}
        self.lists = {each.members.file for each in policies if each.members and each.members.file}
        """Outside lists of members: the base's are read, whatever a change does to them."""
        self._pages = {page.path for each in policies for page in each.pages}
        self._plates = tuple(f"{folder}/" for each in policies for folder in each.plate_folders)
        self.folders = {each.logos.strip("/") for each in policies if each.logos}
        self.logos_by_roster = {
            each.roster: each.logos.strip("/") for each in policies if each.logos
        }

    @property
    def largest(self) -> int:
        """The most bytes that any file may have."""
        return max(
            ROSTER["max_bytes"],
            MAX_PUBLIC_PAGE_BYTES,
            *self.rosters.values(),
            *self.patterns.values(),
        )

    def is_roster(self, path: str) -> bool:
        """Return whether a file is a roster, or one of several of a roster."""
        return path in self.rosters or matches_any(self.patterns, path)

    def most(self, path: str) -> int | None:
        """Return the most bytes that a file may have, None where it belongs to no roster."""
        if path in self.rosters:
            return self.rosters[path]
        several = [most for pattern, most in self.patterns.items() if matches(pattern, path)]
        if several:
            return max(several)
        if path in self._pages or path.startswith(self._plates):
            return MAX_PUBLIC_PAGE_BYTES
        return MAX_LOGO_BYTES if self.is_logo(path) else None

    def is_logo(self, path: str) -> bool:
        """Return whether a file is directly in a folder of logos."""
        return path.rpartition("/")[0] in self.folders

    def parents(self) -> Iterator[str]:
        """Yield the rosters, pages and folders of logos, and the folders that they are in.

        Of the files of a pattern only the folders are known that all of them are in.
        """
        fixed = filter(None, map(fixed_folder, self.patterns))
        for path in (*self.rosters, *self._pages, *self.folders, *fixed):
            parts = path.split("/")
            yield from ("/".join(parts[:length]) for length in range(1, len(parts) + 1))


def choose_files(head: Head, changes: Sequence[FileChange], scope: Scope) -> FileChoice:
    """Choose what to read: files of the rosters, plain ones, none larger than would be read.

    Executable files are read as well, but they are no pass. Raises HeadRefusedError where all
    together are too much.
    """
    mine = [each for each in changes if scope.most(each.path) is not None]
    for pattern in scope.patterns:
        if sum(matches(pattern, each.path) for each in mine) > MAX_ROSTER_FILES:
            message = f"it changes more than {MAX_ROSTER_FILES:,} files of one roster"
            raise HeadRefusedError(UncheckedReason.TOO_MUCH, message)
    oids = [each.after.oid for each in mine if each.after is not None and each.after.plain]
    sizes = head.sizes(oids)
    there = head.items(head.commit, scope.parents())
    refused = {path: _REFUSED[item.mode] for path, item in there.items() if item.mode in _REFUSED}
    fetched: dict[str, TreeItem] = {}
    for change in mine:
        why = _why_not(change, scope, sizes)
        if why is None and change.after is not None:
            fetched[change.path] = change.after
            if change.after.mode == FileMode.EXECUTABLE:
                refused[change.path] = UncheckedReason.EXECUTABLE
        elif why is not None:
            refused[change.path] = why
    read = {item.oid: sizes[item.oid] for item in fetched.values()}
    if sum(read.values()) > MAX_HEAD_BYTES_READ:
        message = f"its files have more than {MAX_HEAD_BYTES_READ:,} bytes"
        raise HeadRefusedError(UncheckedReason.TOO_MUCH, message)
    return FileChoice(
        fetched=fetched,
        refused=refused,
        sizes=read,
        files=tuple(_touched(each, scope, sizes) for each in changes),
        outside=len(changes) - len(mine),
    )


def governing_files(
    head: Head, changes: Sequence[FileChange], policies: str
) -> tuple[tuple[str, ...], int]:
    """Return the first files that decide how rosters are judged, and how many more there are.

    `policies` is the folder of the policies.
    """
    # In other repositories these folders may hold anything.
    own = bool(head.items(head.merge_base, ["scripts/rollkeeper/"]))
    guarded = (*_WORKFLOWS, *(_OWN_CODE if own else ()))
    paths = sorted(
        each.path
        for each in changes
        if head.whole(each.path).startswith(guarded) or each.path.startswith(f"{policies}/")
    )
    named = tuple(cut(path, _LONGEST_PATH) for path in paths[:_MOST_GOVERNING])
    return named, len(paths) - len(named)


def _why_not(change: FileChange, scope: Scope, sizes: Mapping[str, int]) -> UncheckedReason | None:
    """Return why the file of a change is not read; None where it is, or is rightly gone."""
    after = change.after
    if after is None:
        return UncheckedReason.GONE if change.path in scope.rosters else None
    if not after.plain:
        return _REFUSED.get(after.mode, UncheckedReason.SUBMODULE)
    if not change.storable:
        return UncheckedReason.NAME
    most = scope.most(change.path) or 0
    return None if sizes.get(after.oid, scope.largest + 1) <= most else UncheckedReason.TOO_LARGE


def _touched(change: FileChange, scope: Scope, sizes: Mapping[str, int]) -> TouchedFile:
    after, size = change.after, None
    if after is not None and after.plain and scope.most(change.path) is not None:
        size = sizes.get(after.oid, scope.largest + 1)
    path = cut(change.path, _LONGEST_PATH) if len(change.path) > _LONGEST_PATH else change.path
    status = change.status
    if after is not None and change.before is not None and after.mode != change.before.mode:
        status = FileStatus.TYPE_CHANGE if not after.plain else status
    return TouchedFile(path, status, after.mode if after else None, size)
