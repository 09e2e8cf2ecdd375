"""Lay out a pull request's state in folders to be checked, beside the state before it.

What it does not touch is the default branch's. Where something was refused, such as a link, a
harmless stand-in of the same kind takes its place, so that the rules say what is wrong with it.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rollkeeper.forge.contents import FileChoice, HeadContents
from rollkeeper.loading import git
from rollkeeper.model.change import FileStatus
from rollkeeper.model.policy import Policy
from rollkeeper.model.verdict import UncheckedReason

_NEW = {FileStatus.ADDED, FileStatus.COPIED, FileStatus.RENAMED}
_NOWHERE = "refused"
"""Where a link leads that stands in for one of the pull request's."""


@dataclass(frozen=True, slots=True)
class HeadFiles:
    """The files of a pull request: how git lists them, which were chosen, and their contents."""

    head: HeadContents
    choice: FileChoice
    fetched: Mapping[str, bytes]


def lay_out(
    head: Path, before: Path, base: Path, policies: Sequence[Policy], proposed: HeadFiles
) -> None:
    """Lay out the state of a pull request in `head`, and that of its merge base in `before`.

    `base` is the checkout of the default branch.
    """
    builder = _CheckoutBuilder(head, before, base, proposed)
    for policy in policies:
        for path in filter(None, (policy.roster, policy.page)):
            builder.file(path)
        if policy.logos:
            builder.logos(policy.logos.strip("/"))


class _CheckoutBuilder:
    """Writes both states, file by file."""

    def __init__(self, head: Path, before: Path, base: Path, proposed: HeadFiles) -> None:
        self.head, self.before, self.base, self.proposed = head, before, base, proposed
        self.touched = {file.path: file for file in proposed.head.files}
        self.refused = {each.path: each.why for each in proposed.choice.unchecked}
        for root in (head, before):
            root.mkdir(parents=True)

    def file(self, path: str) -> None:
        """Write a roster or a page."""
        if path in self.touched:
            older = git.blob(self.base, self.proposed.head.merge_base, path)
            _put(self.before / path, older, None)
            self._touched(path, self.base / path)
        else:
            _put(self.before / path, None, self.base / path)
            _put(self.head / path, None, self.base / path)

    def logos(self, folder: str) -> None:
        """Write the logos of a folder: those that are there on either side."""
        files = self.proposed.head.files
        names = {path for path in self.proposed.head.items if _inside(path, folder)}
        came = {f.path for f in files if f.status in _NEW}
        went = {f.path for f in files if f.status is FileStatus.REMOVED}
        went |= {
            f.previous_path for f in files if f.status is FileStatus.RENAMED and f.previous_path
        }
        if folder not in self.refused:
            (self.head / folder).mkdir(parents=True, exist_ok=True)
        (self.before / folder).mkdir(parents=True, exist_ok=True)
        for path in names & self.touched.keys():
            self._touched(path, None)
        _link(names - self.touched.keys(), self.base, self.head)
        older = (names - came) | {each for each in went if _inside(each, folder)}
        _link(older, self.base, self.before)

    def _touched(self, path: str, older: Path | None) -> None:
        if path in self.proposed.fetched:
            _put(self.head / path, self.proposed.fetched[path], None)
        elif path in self.refused:
            size = self.touched[path].size
            _stand_in(self.head / path, self.refused[path], size, older)


def _inside(path: str, folder: str) -> bool:
    return path.rpartition("/")[0] == folder


def _put(target: Path, data: bytes | None, source: Path | None) -> None:
    """Write data, or the plain file `source` as it is; nothing where there is neither."""
    if data is None and (source is None or source.is_symlink() or not source.is_file()):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if data is not None:
        target.write_bytes(data)
        return
    if source is not None:
        shutil.copyfile(source, target)


def _link(paths: Iterable[str], source: Path, target: Path) -> None:
    """Put plain files into another folder; there may be thousands, so that they are not copied."""
    for path in paths:
        older, newer = f"{source}/{path}", f"{target}/{path}"
        try:
            if stat.S_ISREG(os.lstat(older).st_mode):
                os.link(older, newer)
        except FileNotFoundError:
            continue
        except OSError:  # another file system, or one without hard links
            shutil.copyfile(older, newer)


def _stand_in(target: Path, why: UncheckedReason, size: int | None, older: Path | None) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    match why:
        case UncheckedReason.LINK:
            target.symlink_to(_NOWHERE)
        case UncheckedReason.TOO_LARGE:
            with target.open("wb") as file:
                file.truncate(size or 0)  # takes no room on the disk, whatever the size
        case UncheckedReason.GONE | UncheckedReason.SUBMODULE:
            target.mkdir(exist_ok=True)
        case _:
            _put(target, None, older)
