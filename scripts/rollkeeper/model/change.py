"""A pull request as a value: its author, what it changes and which files it touches."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath

MOST_REMOVAL_KEYS = 100
"""Removed entries of a programme that are known one by one; more are known only all together."""


class FileMode(StrEnum):
    """What git calls the kinds of things in a tree."""

    PLAIN = "100644"
    EXECUTABLE = "100755"
    LINK = "120000"
    SUBMODULE = "160000"


class FileStatus(StrEnum):
    """What a pull request does to a file, in git's terms: a renamed one is removed and added.

    `TYPE_CHANGE` is a file that became a link or a submodule, or the other way round.
    """

    ADDED = "added"
    MODIFIED = "modified"
    REMOVED = "removed"
    TYPE_CHANGE = "typechange"


@dataclass(frozen=True, slots=True)
class TouchedFile:
    """A file that a pull request changes.

    `mode` is the head's, `100644` for a plain file; `size` is in bytes, of a file that was too
    large to be fetched the least that it can be, None where the file went or is not of ours.
    """

    path: str
    status: FileStatus
    mode: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What is known of a pull request from the API, never from its own text.

    `author_id` is GitHub's numeric account id, which stays when an account is renamed.
    `author_may_write` is None where that is not known. `base_ref` is the branch that it is to be
    merged into, empty where that is not known. `approved` are the removals that a maintainer
    approved, as `Change.removal` writes them.
    """

    number: int
    author: str
    author_id: int
    head_sha: str
    labels: tuple[str, ...] = ()
    author_may_write: bool | None = None
    base_ref: str = ""
    approved: frozenset[str] = frozenset()


class Move(StrEnum):
    """What a change does to an entry."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What a change does to one entry; `fields` are the paths whose values differ."""

    move: Move
    before: Entry | None
    after: Entry | None
    fields: tuple[FieldPath, ...] = ()


@dataclass(frozen=True, slots=True)
class PageChange:
    """A public page that a change touches and that is there in both states.

    `due` is what Rollkeeper would make of the page after the change, None where the change broke
    its markers.
    """

    path: str
    before: str
    after: str
    due: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a change does to one programme: the subject of rules about changes.

    `before` is the programme at the merge base. `same` gives, by an entry's index after the change,
    its index before it. `pages` are the public pages that the change touches.
    """

    before: Programme
    after: Programme
    entries: tuple[EntryChange, ...]
    same: Mapping[int, int] = field(default_factory=dict)
    pages: tuple[PageChange, ...] = ()

    @property
    def removed(self) -> tuple[Entry, ...]:
        """The entries that the change removes."""
        gone = (each.before for each in self.entries if each.move is Move.REMOVED)
        return tuple(entry for entry in gone if entry is not None)

    @property
    def removals(self) -> Mapping[str, Entry]:
        """The entries that the change removes, by a key of twelve hexadecimal digits.

        Of entries that share a name each has a key of its own.
        """
        seen: Counter[str] = Counter()
        keys = {}
        for entry in self.removed:
            seen[entry.name] += 1
            text = json.dumps([self.before.name, entry.name, seen[entry.name]])
            keys[sha256(text.encode()).hexdigest()[:12]] = entry
        return keys

    @property
    def removal(self) -> tuple[str, ...]:
        """What is removed in a few words of hexadecimal: each entry's key, or one for very many."""
        keys = sorted(self.removals)
        if len(keys) <= MOST_REMOVAL_KEYS:
            return tuple(keys)
        return (sha256("".join(keys).encode()).hexdigest()[:12],)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change and the pull request that proposes it: the subject of rules about who may what."""

    change: Change
    pull_request: PullRequest


@dataclass(frozen=True, slots=True)
class Authorship:
    """A change whose author is known to be allowed to write to the repository, or not to be."""

    change: Change
    author: str
    author_id: int
    may_write: bool


@dataclass(frozen=True, slots=True)
class TouchedFiles:
    """The files of a change that touches a programme: the subject of rules about its scope.

    `allowed` are the files and folders (with a slash at the end) of all rosters of the community;
    `rosters` are the most bytes that each roster may have, by path.
    """

    programme: Programme
    files: tuple[TouchedFile, ...]
    allowed: tuple[str, ...]
    rosters: Mapping[str, int] = field(default_factory=dict)

    def in_scope(self, path: str) -> bool:
        """Whether a file belongs to a roster of the community."""
        return any(
            path == each or (each.endswith("/") and path.startswith(each)) for each in self.allowed
        )
