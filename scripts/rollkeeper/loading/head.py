"""A commit read as data: fetched by git into a store of its own, and never checked out.

The store borrows the objects of a checkout of the base. What git fetches is checked by git, bounded
in size and time, and without files too large to read; what did not come is not fetched unasked.
"""

from __future__ import annotations

import base64
import os
import posixpath
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from rollkeeper.grammar.diffs import shown_lines
from rollkeeper.grammar.path_names import path_name
from rollkeeper.loading.git import (
    FsckError,
    GitError,
    GitLimitError,
    GitLimits,
    GitTimeoutError,
    bounded_git,
    prefix,
    revision,
    run_git,
)
from rollkeeper.model.change import FileMode, FileStatus
from rollkeeper.model.limits import (
    FETCH_MEMORY,
    FETCH_SECONDS,
    GIT_SECONDS,
    MAX_HEAD_LISTING,
    MAX_HEAD_PACK,
    MAX_PATCH,
    MAX_SUGGESTIONS,
)
from rollkeeper.model.verdict import UncheckedReason

_BASE, _HEAD = "refs/rollkeeper/base", "refs/rollkeeper/head"
_PAUSES = (1.0, 4.0)
"""Seconds to wait before fetching is tried again."""
_NO_FILES = "blob:none"
_STATUSES = {
    "A": FileStatus.ADDED,
    "D": FileStatus.REMOVED,
    "M": FileStatus.MODIFIED,
    "T": FileStatus.TYPE_CHANGE,
}
_ABSENT = "000000"
_PASSED_ON = (
    *("PATH", "TMPDIR", "LD_LIBRARY_PATH", "GIT_EXEC_PATH"),
    *("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"),
)
"""Variables of the environment that git is given: none of them holds a token."""


class HeadRefusedError(Exception):
    """The commits are such that they cannot be read, and trying again would not help."""

    def __init__(self, why: UncheckedReason, message: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True)
class Source:
    """The repository that is fetched from; with a `token` where it is private.

    `protocols` are the only ones that git may use.
    """

    url: str
    token: str = field(default="", repr=False)
    protocols: tuple[str, ...] = ("https",)

    @classmethod
    def of(cls, server: str, repository: str, token: str) -> Source:
        """Return the repository `owner/name` on a GitHub server such as https://github.com."""
        return cls(f"{server}/{repository}.git", token)


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
    base: Path, source: Source, head: str, *, since: str, largest: int
) -> Iterator[Head]:
    """Fetch the commit `head` from `source`, without files of more than `largest` bytes.

    `base` is a checkout of the same repository, which may be shallow or partial and is not changed,
    and `since` the commit of that repository to compare with. Raises HeadRefusedError where the
    commits are such that they cannot be read, GitError where git fails for another reason.
    """
    with tempfile.TemporaryDirectory(prefix="rollkeeper-") as folder:
        store = _Store(Path(folder, "head.git"), source)
        try:
            store.fill(base, since=since, head=head, largest=largest)
            yield Head(store, store.merge_base(since, head), head, prefix(base))
        except FsckError as error:
            raise HeadRefusedError(UncheckedReason.MALFORMED, str(error)) from error
        except GitLimitError as error:
            raise HeadRefusedError(UncheckedReason.TOO_MUCH, str(error)) from error


class _Store:
    """A bare repository in a temporary folder."""

    def __init__(self, folder: Path, source: Source) -> None:
        self.folder, self.source = folder, source
        self._configuration = b""

    def fill(self, base: Path, *, since: str, head: str, largest: int) -> None:
        """Fetch the head, and the base's history as well where the checkout lacks parts of it."""
        self.folder.mkdir()
        self.git("init", "--quiet", "--bare", "--template=")
        self._configuration = (self.folder / "config").read_bytes()
        whole = _is_whole(base)
        if whole:
            self._borrow(base)
            self.git("update-ref", _BASE, revision(base))
        if not whole or not self._has(since):
            # The base's own history is trusted: old commits may be malformed in harmless ways.
            self.fetch(_NO_FILES, f"+{since}:{_BASE}", check=False)
        if not whole:
            self._borrow(base)
        self.fetch(f"blob:limit={largest + 1}", f"{head}:{_HEAD}")

    def _has(self, commit: str) -> bool:
        ((_, size, _),) = self.objects("--batch-check", [commit], 1024)
        return size is not None

    def _borrow(self, base: Path) -> None:
        objects = run_git(base, "rev-parse", "--path-format=absolute", "--git-path", "objects")
        (self.folder / "objects" / "info" / "alternates").write_bytes(objects.stdout)

    def fetch(self, kind: str, *wanted: str, check: bool = True) -> None:
        """Fetch commits or contents by their ids; of what is fetched, nothing is fetched later."""
        arguments = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", f"--filter={kind}")
        for pause in (*_PAUSES, None):
            try:
                with bounded_git(
                    self.folder,
                    *arguments,
                    *("--stdin", "origin"),
                    environment=self._environment(fetches=True, check=check),
                    limits=GitLimits(FETCH_SECONDS, MAX_HEAD_PACK, FETCH_MEMORY, tell=True),
                    lines=wanted,
                ):
                    break
            except GitTimeoutError as error:
                raise GitError(str(error)) from error
            except (GitLimitError, FsckError):
                raise
            except GitError:
                if pause is None:
                    raise
                time.sleep(pause)
            finally:
                # Git notes that it may fetch from there whatever is missing.
                (self.folder / "config").write_bytes(self._configuration)

    def merge_base(self, one: str, other: str) -> str:
        """Return the best common ancestor of two commits."""
        try:
            return self.git("merge-base", one, other).decode().strip()
        except GitLimitError:
            raise
        except GitError as error:
            message = "the commits have no ancestor in common"
            raise HeadRefusedError(UncheckedReason.UNRELATED, message) from error

    def git(self, *arguments: str, most: int = 1024 * 1024) -> bytes:
        """Run git on the store alone, and return what it writes."""
        limits = GitLimits(GIT_SECONDS, most)
        with bounded_git(
            self.folder, *arguments, environment=self._environment(), limits=limits
        ) as out:
            return out.read()

    def objects(
        self, how: str, oids: Iterable[str], most: int
    ) -> Iterator[tuple[str, int | None, bytes]]:
        """Ask `cat-file` for objects: the id, the size (None where it is missing), the content."""
        with bounded_git(
            self.folder,
            *("cat-file", how, "--buffer"),
            environment=self._environment(),
            limits=GitLimits(GIT_SECONDS, most),
            lines=oids,
        ) as out:
            for line in out:
                oid, kind, *size = line.decode().split()
                if kind == "missing":
                    yield oid, None, b""
                    continue
                length = int(size[0])
                data = b""
                if how == "--batch":
                    data = out.read(length)
                    out.read(1)
                yield oid, length, data

    def _environment(self, *, fetches: bool = False, check: bool = True) -> Mapping[str, str]:
        """Return an environment in which git reads no configuration file and asks no one.

        Settings in our own environment (GIT_CONFIG_COUNT …) are passed on; ours come after them.
        """
        settings = {
            "core.hooksPath": os.devnull,
            "core.alternateRefsCommand": "true",
            "core.fsmonitor": "false",
            "fetch.fsckObjects": "true" if check else "false",
            "fetch.recurseSubmodules": "false",
            "gc.auto": "0",
            "maintenance.auto": "false",
            "http.followRedirects": "false",
            "http.lowSpeedLimit": "1",
            "http.lowSpeedTime": "60",
            "credential.helper": "",
        }
        protocols = ""
        if fetches:
            protocols = ":".join(self.source.protocols)
            settings["remote.origin.url"] = self.source.url
            if self.source.token:
                login = base64.b64encode(f"x-access-token:{self.source.token}".encode()).decode()
                settings[f"http.{self.source.url}.extraHeader"] = f"AUTHORIZATION: basic {login}"
        kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        given = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
        for number in range(given):
            for part in ("KEY", "VALUE"):
                name = f"GIT_CONFIG_{part}_{number}"
                kept[name] = os.environ.get(name, "")
        for number, (key, value) in enumerate(settings.items(), start=given):
            kept |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return {
            **kept,
            "GIT_CONFIG_COUNT": str(given + len(settings)),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_ALLOW_PROTOCOL": protocols,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "HOME": str(self.folder),
            "LC_ALL": "C",
        }


def _is_whole(base: Path) -> bool:
    """Return whether a checkout has its whole history with all files."""
    shallow = run_git(base, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
    kinds = r"^(extensions\.partialclone|remote\..*\.(promisor|partialclonefilter))$"
    partial = run_git(base, "config", "--get-regexp", kinds, check=False).stdout.strip()
    return not shallow and not partial


class Head:
    """A commit that was fetched, and what lies between it and the base.

    Paths are given and returned from the community's folder: `prefix` is where that is in its
    repository, with a slash at the end. What is outside of it begins with `../`.
    """

    def __init__(self, store: _Store, merge_base: str, commit: str, prefix: str) -> None:
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
        self._store.fetch(_NO_FILES, *oids, check=False)

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
