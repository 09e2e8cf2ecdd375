"""What a pull request would put on the rosters, fetched as data: little, and only what is allowed.

Names, modes and sizes are known from git's own listing before any content is asked for. Nothing is
checked out, and nothing that is fetched is ever run.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from github import Github

from rollkeeper.grammar.diffs import lines_in_patch
from rollkeeper.model.change import FileStatus, TouchedFile
from rollkeeper.model.limits import MAX_HEAD_BYTES_READ, MAX_LOGO_BYTES, MAX_PUBLIC_PAGE_BYTES
from rollkeeper.model.policy import Policy
from rollkeeper.model.verdict import UncheckedFile, UncheckedReason

PLAIN = "100644"
_REFUSED = {
    "120000": UncheckedReason.LINK,
    "160000": UncheckedReason.SUBMODULE,
    "100755": UncheckedReason.EXECUTABLE,
}
_LISTED = 300
"""Files that GitHub lists of a comparison; beyond that it lists no more."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file of a git tree; `size` is in bytes, None for what has none."""

    path: str
    mode: str
    sha: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class HeadContents:
    """A pull request's head as git lists it, and how it came from the merge base.

    `lines` are those that the pull request's difference shows, by path: GitHub takes suggestions
    nowhere else. `whole` says whether nothing was left out of the listings.
    """

    merge_base: str
    files: tuple[TouchedFile, ...]
    items: Mapping[str, Item]
    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files to fetch, which not and why, and how many belong to no roster."""

    fetch: tuple[Item, ...]
    unchecked: tuple[UncheckedFile, ...]
    outside: int


def look(client: Github, repository: str, base: str, head: str) -> HeadContents:
    """List what a head holds and what it changes; two requests, whatever the size of the rosters.

    Raises GithubException where GitHub does not know the commits.
    """
    ask = client.requester.requestJsonAndCheck
    _, compared = ask("GET", f"/repos/{repository}/compare/{base}...{head}?per_page=1")
    _, tree = ask("GET", f"/repos/{repository}/git/trees/{head}?recursive=1")
    items = {each["path"]: _item(each) for each in tree["tree"] if each["type"] != "tree"}
    listed = compared.get("files") or []
    return HeadContents(
        merge_base=compared["merge_base_commit"]["sha"],
        files=tuple(_touched(each, items) for each in listed),
        items=items,
        lines={each["filename"]: lines_in_patch(each.get("patch") or "") for each in listed},
        whole=not tree["truncated"] and len(listed) < _LISTED,
    )


def choose(head: HeadContents, policies: Sequence[Policy], room: int) -> Choice:
    """Return which of the touched files to fetch, in at most `room` requests: rosters before logos.

    Only files of the rosters, only plain ones, and none that is larger than would be read.
    """
    limits = _Allowed(policies)
    fetch: list[Item] = []
    unchecked: list[UncheckedFile] = list(_linked(head, policies))
    mine = [file for file in head.files if limits.of(file.path) is not None]
    left = MAX_HEAD_BYTES_READ
    for file in sorted(mine, key=lambda file: limits.order(file.path)):
        if file.status is FileStatus.REMOVED:
            if limits.is_roster(file.path):
                unchecked.append(UncheckedFile(file.path, UncheckedReason.GONE))
            continue
        item = head.items.get(file.path)
        why = _why_not(item, min(limits.of(file.path) or 0, left))
        distinct = {each.sha for each in fetch}
        if why is None and item is not None and (item.sha in distinct or len(distinct) < room):
            fetch.append(item)
            left -= item.size or 0
        else:
            unchecked.append(UncheckedFile(file.path, why or UncheckedReason.NO_ROOM))
    if not head.whole:
        unchecked.append(UncheckedFile("*", UncheckedReason.UNLISTED))
    return Choice(tuple(fetch), tuple(dict.fromkeys(unchecked)), len(head.files) - len(mine))


def fetch(client: Github, repository: str, items: Iterable[Item]) -> dict[str, bytes]:
    """Fetch the contents of files, by path; one request for each content.

    Raises GithubException where GitHub refuses.
    """
    contents: dict[str, bytes] = {}
    found: dict[str, bytes] = {}
    for item in items:
        if item.sha not in contents:
            path = f"/repos/{repository}/git/blobs/{item.sha}"
            _, blob = client.requester.requestJsonAndCheck("GET", path)
            contents[item.sha] = base64.b64decode(blob["content"])
        found[item.path] = contents[item.sha]
    return found


class _Allowed:
    """The files that belong to the rosters, and how many bytes each may have."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self._rosters = {each.roster: each.limits["max_bytes"] for each in policies}
        self._pages = {each.page for each in policies if each.page}
        self._folders = {each.logos.strip("/") for each in policies if each.logos}

    def of(self, path: str) -> int | None:
        """Return the most bytes that a file may have, None where it belongs to no roster."""
        if path in self._rosters:
            return self._rosters[path]
        if path in self._pages:
            return MAX_PUBLIC_PAGE_BYTES
        return MAX_LOGO_BYTES if path.rpartition("/")[0] in self._folders else None

    def is_roster(self, path: str) -> bool:
        return path in self._rosters

    def order(self, path: str) -> tuple[bool, bool, str]:
        return (not self.is_roster(path), path in self._pages, path)


def _why_not(item: Item | None, most: int) -> UncheckedReason | None:
    if item is None:
        return UncheckedReason.UNLISTED
    if item.mode != PLAIN or item.size is None:
        return _REFUSED.get(item.mode, UncheckedReason.SUBMODULE)
    return UncheckedReason.TOO_LARGE if item.size > most else None


def _linked(head: HeadContents, policies: Sequence[Policy]) -> Iterator[UncheckedFile]:
    """Name the folders of the rosters that are a link or a submodule at the head."""
    for policy in policies:
        for path in filter(None, (policy.roster, policy.page, policy.logos)):
            parts = path.strip("/").split("/")
            last = len(parts) if path == policy.logos else len(parts) - 1
            for length in range(1, last + 1):
                item = head.items.get("/".join(parts[:length]))
                if item is not None and item.mode in {"120000", "160000"}:
                    yield UncheckedFile(item.path, _REFUSED[item.mode])


def _item(data: Mapping[str, Any]) -> Item:
    return Item(data["path"], data["mode"], data["sha"], data.get("size"))


def _touched(data: Mapping[str, Any], items: Mapping[str, Item]) -> TouchedFile:
    item = items.get(data["filename"])
    mode = item.mode if item else None
    status = FileStatus(data["status"])
    if status is FileStatus.MODIFIED and mode == "120000":
        status = FileStatus.TYPE_CHANGE
    size = item.size if item else None
    return TouchedFile(data["filename"], status, mode, size, data.get("previous_filename"))
