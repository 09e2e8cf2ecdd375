"""Lay out a pull request's state in folders to be checked, beside the state before it.

What it does not touch is the default branch's. Where something was refused, such as a link, a
harmless stand-in of the same kind takes its place, so that the rules say what is wrong with it.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rollkeeper.grammar.globs import matches
from rollkeeper.jobs.pull_requests.head_files import FileChoice, Scope
from rollkeeper.loading.head import FileChange, Head, TreeItem
from rollkeeper.loading.roster_files import list_files
from rollkeeper.model.logo_limits import MAX_LOGO_FILES
from rollkeeper.model.verdict import UncheckedReason

_NOWHERE = "refused"
"""Where a link leads that stands in for one of the pull request's."""


@dataclass(frozen=True, slots=True)
class States:
    """The folders of a pull request's state, of the state before it, and the base's checkout.

    `tip` is the commit that is checked out in the base.
    """

    after: Path
    before: Path
    base: Path
    tip: str


def lay_out(
    head: Head, changes: Sequence[FileChange], choice: FileChoice, scope: Scope, states: States
) -> None:
    """Lay out both states; contents of the base that its checkout lacks are fetched."""
    layout = _Layout(head, {each.path: each for each in changes}, choice, states)
    for path in sorted(choice.refused):
        if scope.most(path) is None:
            layout.newer(path)
    for path in scope.parents():
        if scope.most(path) is not None:
            layout.file(path)
    for pattern in scope.patterns:
        there = (*list_files(states.base, pattern).paths, *layout.touched)
        for path in sorted({path for path in there if matches(pattern, path)}):
            layout.file(path)
    for folder in scope.folders:
        rosters = [path for path, logos in scope.logos_by_roster.items() if logos == folder]
        layout.logos(folder, rosters)
    layout.write()
    for path in scope.lists:
        # The base's, whatever the pull request does to it: no one adds themselves to it.
        if scope.most(path) is None:
            _copy(states.base / path, states.before / path)
            _copy(states.base / path, states.after / path)


class _Layout:
    """What belongs into both states, and writes it at the end."""

    def __init__(
        self,
        head: Head,
        touched: Mapping[str, FileChange],
        choice: FileChoice,
        states: States,
    ) -> None:
        self.head, self.touched, self.choice, self.states = head, touched, choice, states
        self.contents: dict[str, list[Path]] = {}
        """The files to be written by the ids of their contents."""
        self.sizes = {file.path: file.size for file in choice.files}
        for root in (states.after, states.before):
            root.mkdir(parents=True)

    def file(self, path: str) -> None:
        """Lay out a roster or a page."""
        change = self.touched.get(path)
        if change is None:
            _copy(self.states.base / path, self.states.before / path)
            if not self._behind(path) and path not in self.choice.refused:
                _copy(self.states.base / path, self.states.after / path)
            return
        self._older(change)
        self.newer(path)

    def logos(self, folder: str, rosters: Sequence[str]) -> None:
        """Lay out the logos of a folder: those of the commits that the rosters are of.

        A roster that is not touched is the base's, and so are the logos beside it. A roster that is
        touched is the head's, which may be older than the base: its logos are those that it knew.
        """
        tip = self._listed(self.states.tip, folder)
        kept = [not any(matches(path, each) for each in self.touched) for path in rosters]
        older: dict[str, TreeItem] = {}
        newer: dict[str, TreeItem] = {}
        if any(kept):
            older, newer = dict(tip), dict(tip)
        if not all(kept):
            newer |= self._listed(self.head.commit, folder)
            older |= self._listed(self.head.merge_base, folder)
        blocked = folder in self.choice.refused or self._behind(folder)
        if not blocked:
            (self.states.after / folder).mkdir(parents=True, exist_ok=True)
        (self.states.before / folder).mkdir(parents=True, exist_ok=True)
        mine = [path for path in self.touched if path.rpartition("/")[0] == folder]
        for path in mine:
            self.newer(path)
            self._older(self.touched[path])
            newer.pop(path, None)
            older.pop(path, None)
        self._logos(older, tip, self.states.before)
        if not blocked:
            self._logos(newer, tip, self.states.after)

    def write(self) -> None:
        """Write all contents, each of them once it was read."""
        sizes = dict(self.choice.sizes)
        others = [oid for oid in self.contents if oid not in sizes]
        if others:
            here = self.head.sizes(others)
            missing = [oid for oid in others if oid not in here]
            if missing:
                self.head.fetch_contents(missing)
                here |= self.head.sizes(missing)
            sizes |= here
        wanted = {oid: sizes[oid] for oid in self.contents if oid in sizes}
        for oid, data in self.head.contents(wanted):
            for file in self.contents[oid]:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)

    def _listed(self, commit: str, folder: str) -> dict[str, TreeItem]:
        items = self.head.items(commit, [f"{folder}/"])
        return {
            path: item
            for path, item in items.items()
            if item.plain and path.rpartition("/")[0] == folder
        }

    def _logos(
        self, items: Mapping[str, TreeItem], tip: Mapping[str, TreeItem], root: Path
    ) -> None:
        """Lay out logos: linked where the base has the same, as there may be thousands."""
        # One more than are ever read, so that the rules see that there are too many.
        for path, item in islice(items.items(), MAX_LOGO_FILES + 1):
            if tip.get(path) != item or not _link(f"{self.states.base}/{path}", f"{root}/{path}"):
                self._put(item, root)

    def _older(self, change: FileChange) -> None:
        if change.before is not None and change.before.plain and change.storable:
            self._put(change.before, self.states.before)

    def newer(self, path: str) -> None:
        """Lay out what the head has at a path that it touches, or a stand-in for it."""
        if self._behind(path):
            return
        target = self.states.after / path
        if path in self.choice.fetched:
            self._put(self.choice.fetched[path], self.states.after)
            return
        why = self.choice.refused.get(path)
        if why is None or why is UncheckedReason.NAME:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        match why:
            case UncheckedReason.LINK:
                target.symlink_to(_NOWHERE)
            case UncheckedReason.TOO_LARGE:
                with target.open("wb") as file:
                    file.truncate(self.sizes.get(path) or 0)  # takes no room on the disk
            case _:
                target.mkdir(exist_ok=True)

    def _behind(self, path: str) -> bool:
        """Return whether a folder that a path is in was refused."""
        parts = path.split("/")
        above = ("/".join(parts[:length]) for length in range(1, len(parts)))
        return any(folder in self.choice.refused for folder in above)

    def _put(self, item: TreeItem, root: Path) -> None:
        self.contents.setdefault(item.oid, []).append(root / item.path)


def _copy(source: Path, target: Path) -> None:
    """Copy a plain file; do nothing where there is none."""
    if source.is_symlink() or not source.is_file():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _link(older: str, newer: str) -> bool:
    """Put a plain file into another folder; return whether there is one."""
    try:
        if not stat.S_ISREG(os.lstat(older).st_mode):
            return False
        os.link(older, newer)
    except FileNotFoundError:
        return False
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(older, newer)
    return True
