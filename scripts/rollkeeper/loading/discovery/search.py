"""The files of a repository that may hold lists, read within bounds and without following links."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rollkeeper.loading.discovery.lists import NotUnderstood
from rollkeeper.loading.files import read_inside
from rollkeeper.model.list_limits import (
    MAX_SEARCH_DEPTH,
    MAX_SEARCHED_BYTES,
    MAX_SEARCHED_FILES,
    MAX_SOURCE_BYTES,
    SEARCH_SECONDS,
)

PICTURES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico"})
_LEFT_OUT = frozenset(
    {
        "node_modules", "vendor", "third_party", "thirdparty", "dist", "build", "target", "test",
        "tests", "testdata", "fixtures", "__pycache__", "site-packages", "i18n", "versioned_docs",
        "backup", "archive", "archived", "blog", "blogs", "posts", "_posts", "news", "events",
        "templates",
    }
)  # fmt: skip
"""Folders without a community's own lists: other people's code, what is built, copies, articles."""
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?")


@dataclass
class Repository:
    """The files below a folder, by path, and what was left out of the search."""

    root: Path
    files: list[str] = field(default_factory=list)
    left_out: list[NotUnderstood] = field(default_factory=list)
    read_bytes: int = 0
    deadline: float = 0.0

    @property
    def pictures(self) -> list[str]:
        """The paths of all picture files."""
        return [path for path in self.files if Path(path).suffix.casefold() in PICTURES]

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None, with a reason in `left_out`, where it cannot be read."""
        if self.read_bytes >= MAX_SEARCHED_BYTES or time.monotonic() > self.deadline:
            self._leave_out(path, "not read: the search has reached its limit; name it by `--from`")
            return None
        data, why_not = read_inside(self.root, path, MAX_SOURCE_BYTES)
        if data is None:
            self._leave_out(path, why_not.removeprefix(f"{path} "))
            return None
        if len(data) > MAX_SOURCE_BYTES:
            self._leave_out(path, f"has more than {MAX_SOURCE_BYTES:,} bytes")
            return None
        self.read_bytes += len(data)
        return data

    def _leave_out(self, path: str, reason: str) -> None:
        self.left_out.append(NotUnderstood(path, 1, reason))


def search(root: Path, *, everywhere: bool = False) -> Repository:
    """List the files below `root`, in the order of their paths; links are not followed.

    `everywhere` includes the folders that rarely have a list of the community's own.
    """
    found = Repository(root, deadline=time.monotonic() + SEARCH_SECONDS)
    without: Collection[str] = () if everywhere else _LEFT_OUT
    for path in _walk(found, "", 0, without):
        if len(found.files) >= MAX_SEARCHED_FILES or time.monotonic() > found.deadline:
            reason = f"the search ended here, after {len(found.files):,} files"
            found.left_out.append(NotUnderstood(path, 1, reason))
            break
        found.files.append(path)
    return found


def _walk(found: Repository, folder: str, depth: int, without: Collection[str]) -> Iterator[str]:
    try:
        with os.scandir(f"{found.root}/{folder}") as items:
            listed = sorted(_bounded(items), key=lambda item: item.name)
    except OSError as error:
        found.left_out.append(
            NotUnderstood(folder or ".", 1, f"cannot be listed: {error.strerror}")
        )
        return
    folders = []
    for item in listed:
        path = f"{folder}/{item.name}" if folder else item.name
        if item.is_symlink() or not _is_text(item.name):
            continue
        if item.is_dir(follow_symlinks=False):
            if not item.name.startswith(".") and item.name.casefold() not in without:
                folders.append(path)
        elif item.is_file(follow_symlinks=False):
            yield path
    if f"{folder}/en".lstrip("/") in folders:
        # The same pages in other languages.
        folders = [
            path
            for path in folders
            if path.endswith("/en") or not _LANGUAGE.fullmatch(path.rpartition("/")[2])
        ]
    for path in folders:
        if depth < MAX_SEARCH_DEPTH:
            yield from _walk(found, path, depth + 1, without)
        else:
            reason = f"is nested deeper than {MAX_SEARCH_DEPTH} folders and was not searched"
            found.left_out.append(NotUnderstood(path, 1, reason))


def _bounded(items: Iterator[os.DirEntry[str]]) -> Iterator[os.DirEntry[str]]:
    for number, item in enumerate(items):
        if number > MAX_SEARCHED_FILES:
            return
        yield item


def _is_text(name: str) -> bool:
    """Return whether a file name can be written in UTF-8: no other is a source."""
    return name.isprintable() and not any("\udc80" <= sign <= "\udcff" for sign in name)
