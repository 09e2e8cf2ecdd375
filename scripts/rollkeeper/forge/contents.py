"""What a pull request would put on the rosters, fetched as data: little, and only what is allowed.

Names, modes and sizes are known from git's own listing before any content is asked for. Nothing is
checked out, and nothing that is fetched is ever run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from github.File import File
from github.Repository import Repository

from rollkeeper.forge.branches import blob_content
from rollkeeper.grammar.diffs import lines_in_patch
from rollkeeper.model.change import FileMode, FileStatus, TouchedFile
from rollkeeper.model.limits import MAX_HEAD_BYTES_READ, MAX_LOGO_BYTES, MAX_PUBLIC_PAGE_BYTES
from rollkeeper.model.policy import Policy
from rollkeeper.model.verdict import UncheckedFile, UncheckedReason

_REFUSED: Mapping[str, UncheckedReason] = {
    FileMode.LINK: UncheckedReason.LINK,
    FileMode.SUBMODULE: UncheckedReason.SUBMODULE,
    FileMode.EXECUTABLE: UncheckedReason.EXECUTABLE,
}
_LISTED = 300
"""Files that GitHub lists of a comparison; beyond that it lists no more."""


@dataclass(frozen=True, slots=True)
class TreeItem:
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
    items: Mapping[str, TreeItem]
    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    whole: bool = True


@dataclass(frozen=True, slots=True)
class FileChoice:
    """Which files to fetch, which not and why, and how many belong to no roster."""

    fetch: tuple[TreeItem, ...]
    unchecked: tuple[UncheckedFile, ...]
    outside: int


def list_head(repository: Repository, base: str, head: str) -> HeadContents:
    """List what a head holds and what it changes; two requests, whatever the size of the rosters.

    Raises GithubException where GitHub does not know the commits.
    """
    compared = repository.compare(base, head, comparison_commits_per_page=1)
    listed = compared.files or []
    tree = repository.get_git_tree(head, recursive=True)
    items = {
        each.path: TreeItem(each.path, each.mode, each.sha, each.size)
        for each in tree.tree
        if each.type != "tree"
    }
    return HeadContents(
        merge_base=compared.merge_base_commit.sha,
        files=tuple(_touched(each, items) for each in listed),
        items=items,
        lines={each.filename: lines_in_patch(each.patch or "") for each in listed},
        whole=not tree.truncated and len(listed) < _LISTED,
    )


def choose_files(head: HeadContents, policies: Sequence[Policy], room: int) -> FileChoice:
    """Return which of the touched files to fetch, in at most `room` requests: rosters before logos.

    Only files of the rosters, only plain ones, and none that is larger than would be read.
    """
    rosters = {each.roster for each in policies}
    pages = {each.page for each in policies}
    fetch: list[TreeItem] = []
    unchecked: list[UncheckedFile] = list(_linked(head, policies))
    mine = [file for file in head.files if _most_bytes(file.path, policies) is not None]
    mine.sort(key=lambda file: (file.path not in rosters, file.path in pages, file.path))
    left = MAX_HEAD_BYTES_READ
    for file in mine:
        if file.status is FileStatus.REMOVED:
            if file.path in rosters:
                unchecked.append(UncheckedFile(file.path, UncheckedReason.GONE))
            continue
        item = head.items.get(file.path)
        why = _why_not(item, min(_most_bytes(file.path, policies) or 0, left))
        distinct = {each.sha for each in fetch}
        if why is None and item is not None and (item.sha in distinct or len(distinct) < room):
            fetch.append(item)
            left -= item.size or 0
        else:
            unchecked.append(UncheckedFile(file.path, why or UncheckedReason.NO_ROOM))
    if not head.whole:
        unchecked.append(UncheckedFile("*", UncheckedReason.UNLISTED))
    return FileChoice(tuple(fetch), tuple(dict.fromkeys(unchecked)), len(head.files) - len(mine))


def fetch_files(repository: Repository, items: Iterable[TreeItem]) -> dict[str, bytes]:
    """Fetch the contents of files, by path; one request for each content.

    Raises GithubException where GitHub refuses.
    """
    paths = {item.path: item.sha for item in items}
    contents = {sha: blob_content(repository, sha) for sha in dict.fromkeys(paths.values())}
    return {path: contents[sha] for path, sha in paths.items()}


def _most_bytes(path: str, policies: Sequence[Policy]) -> int | None:
    """Return the most bytes that a file may have, None where it belongs to no roster."""
    for policy in policies:
        if path == policy.roster:
            return policy.limits["max_bytes"]
        if path == policy.page:
            return MAX_PUBLIC_PAGE_BYTES
        if policy.logos and path.rpartition("/")[0] == policy.logos.strip("/"):
            return MAX_LOGO_BYTES
    return None


def _why_not(item: TreeItem | None, most: int) -> UncheckedReason | None:
    if item is None:
        return UncheckedReason.UNLISTED
    if item.mode != FileMode.PLAIN or item.size is None:
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
                if item is not None and item.mode in {FileMode.LINK, FileMode.SUBMODULE}:
                    yield UncheckedFile(item.path, _REFUSED[item.mode])


def _touched(file: File, items: Mapping[str, TreeItem]) -> TouchedFile:
    item = items.get(file.filename)
    mode = item.mode if item else None
    status = FileStatus(file.status)
    if status is FileStatus.MODIFIED and mode == FileMode.LINK:
        status = FileStatus.TYPE_CHANGE
    size = item.size if item else None
    return TouchedFile(file.filename, status, mode, size, file.previous_filename)
