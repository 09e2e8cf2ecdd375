"""A commit read as data: fetched by git into a store of its own, and never checked out.

The store borrows the objects of a checkout of the base. What git fetches is checked by git, bounded
in size and time, and without files too large to read; what did not come is not fetched unasked.
"""

from __future__ import annotations

import posixpath
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rollkeeper.grammar.diffs import shown_lines
from rollkeeper.grammar.path_names import path_name
from rollkeeper.loading.git import FsckError, GitLimitError, prefix
from rollkeeper.loading.head_store import HeadRefusedError, Source, Store
from rollkeeper.model.change import FileMode, FileStatus
from rollkeeper.model.limits import MAX_HEAD_LISTING, MAX_PATCH, MAX_SUGGESTIONS
from rollkeeper.model.verdict import UncheckedReason

__all__ = ["FileChange", "Head", "HeadRefusedError", "Source", "TreeItem", "fetch_head"]

_STATUSES = {
    "A": FileStatus.ADDED,
    "D": FileStatus.REMOVED,
    "M": FileStatus.MODIFIED,
    "T": FileStatus.TYPE_CHANGE,
}
_ABSENT = "000000"


@dataclass(frozen=True, slots=True)
class TreeItem:
    """What a commit has at a path: its mode and the id of its content, a folder's included."""

    path: str
    mode: str
    oid: str

    @property
    def plain(self) -> bool:
        """Whether it is a file, executable or not, and no link."""
        return self.mode in {FileMode.PLAIN, FileMode.EXECUTABLE}


@dataclass(frozen=True, slots=True)
class FileChange:
    """What lies between two commits at one path; each side is None where there is no file.

    `storable` says whether a file of that name can be written to a disk. Where it cannot, the path
    may be shown with escapes.
    """

    path: str
    status: FileStatus
    before: TreeItem | None
    after: TreeItem | None
    storable: bool


@contextmanager
def fetch_head(
    base: Path, source: Source | None, head: str, *, since: str, largest: int
) -> Iterator[Head]:
    """Fetch the commit `head` from `source`, without files of more than `largest` bytes.

    Without a source it is one that was made in the checkout, on top of what is checked out there.
    `base` is a checkout of the same repository, which may be shallow or partial and is not changed,
    and `since` the commit of that repository to compare with. Raises HeadRefusedError where the
    commits are such that they cannot be read, GitError where git fails for another reason.
    """
    with tempfile.TemporaryDirectory(prefix="rollkeeper-") as folder:
        store = Store(Path(folder, "head.git"), source)
        try:
            store.fill(base, since=since, head=head, largest=largest)
            yield Head(store, store.merge_base(since, head), head, prefix(base))
        except FsckError as error:
            raise HeadRefusedError(UncheckedReason.MALFORMED, str(error)) from error
        except GitLimitError as error:
            raise HeadRefusedError(UncheckedReason.TOO_MUCH, str(error)) from error


class Head:
    """A commit that was fetched, and what lies between it and the base.

    Paths are given and returned from the community's folder: `prefix` is where that is in its
    repository, with a slash at the end. What is outside of it begins with `../`.
    """

    def __init__(self, store: Store, merge_base: str, commit: str, prefix: str) -> None:
        self._store, self.merge_base, self.commit = store, merge_base, commit
        self.prefix = prefix

    @property
    def folder(self) -> Path:
        """Where the store is on the disk."""
        return self._store.folder

    def whole(self, path: str) -> str:
        """Return a path from the top of the repository."""
        end = "/" if path.endswith("/") else ""
        return posixpath.normpath(f"{self.prefix}{path}") + end if self.prefix else path

    def _within(self, path: str) -> str:
        if path.startswith(self.prefix):
            return path[len(self.prefix) :]
        return "../" * self.prefix.count("/") + path

    def changes(self) -> tuple[FileChange, ...]:
        """List what differs from the merge base; a renamed file is one removed and one added."""
        arguments = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev")
        listed = self._store.git(*arguments, self.merge_base, self.commit, most=MAX_HEAD_LISTING)
        parts = listed.split(b"\0")
        pairs = zip(parts[:-1:2], parts[1::2], strict=True)
        return tuple(self._change(about.decode(), path) for about, path in pairs)

    def items(self, commit: str, paths: Iterable[str]) -> dict[str, TreeItem]:
        """Return what a commit has at some paths, and with a slash at the end what is in a folder.

        What cannot be stored on a disk is left out.
        """
        wanted = sorted({self.whole(path) for path in paths})
        if not wanted:
            return {}
        arguments = ("ls-tree", "-t", "-z", "--full-tree", commit, "--", *wanted)
        return self._listed(self._store.git(*arguments, most=MAX_HEAD_LISTING))

    def sizes(self, oids: Iterable[str]) -> dict[str, int]:
        """Return the sizes of contents in bytes; those that were not fetched are left out."""
        found = self._store.objects("--batch-check", dict.fromkeys(oids), MAX_HEAD_LISTING)
        return {oid: size for oid, size, _ in found if size is not None}

    def contents(self, sizes: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
        """Yield the contents whose sizes are given, one after another."""
        most = sum(sizes.values()) + 100 * (len(sizes) + 1)
        for oid, size, data in self._store.objects("--batch", sizes, most):
            if size is not None:
                yield oid, data

    def fetch_contents(self, oids: Iterable[str]) -> None:
        """Fetch contents that the base has had and its checkout lacks; for nothing else."""
        self._store.fetch_contents(oids)

    def lines(self, path: str) -> frozenset[int]:
        """Return the numbers of a file's lines that the difference shows; none if it is huge.

        The file as it was is fetched where the checkout of the base lacks it.
        """
        older = [item.oid for item in self.items(self.merge_base, [path]).values() if item.plain]
        if len(self.sizes(older)) < len(older):
            self.fetch_contents(older)
        arguments = ("diff-tree", "-p", "-U3", "--text", "--no-renames", "--no-ext-diff")
        commits = (self.merge_base, self.commit)
        try:
            patch = self._store.git(
                *arguments,
                "--no-textconv",
                *commits,
                "--",
                f":(literal){self.whole(path)}",
                most=MAX_PATCH,
            )
        except GitLimitError:
            return frozenset()
        return shown_lines(patch.decode(errors="replace"))

    def lines_of(self, paths: Iterable[str]) -> dict[str, frozenset[int]]:
        """Return the same for some files, for as many as one review has suggestions on."""
        return {path: self.lines(path) for path in islice(paths, MAX_SUGGESTIONS)}

    def _change(self, about: str, path: bytes) -> FileChange:
        modes, status = about.lstrip(":").split(" ")[:4], about[-1]
        shown, storable = path_name(path)
        shown = self._within(shown)
        before, after = (
            None if mode == _ABSENT else TreeItem(shown, mode, oid)
            for mode, oid in ((modes[0], modes[2]), (modes[1], modes[3]))
        )
        return FileChange(shown, _STATUSES[status], before, after, storable)

    def _listed(self, listing: bytes) -> dict[str, TreeItem]:
        items = {}
        for record in listing.split(b"\0")[:-1]:
            about, _, path = record.partition(b"\t")
            mode, _, oid = about.decode().split(" ")
            name, storable = path_name(path)
            shown = self._within(name)
            if storable:
                items[shown] = TreeItem(shown, mode, oid)
        return items
