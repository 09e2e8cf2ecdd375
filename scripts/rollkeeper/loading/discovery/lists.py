"""Lists found in a repository, as values: where they are and what their entries say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rollkeeper.grammar.yaml_writer import Data
from rollkeeper.model.tree import FieldPath, Value


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Something of a source that is in no entry: where it is, and why."""

    path: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """A source file as data with the place of every value, whatever its format.

    `plain` says that the file can be a roster as it is.
    """

    path: str
    kind: str
    data: Value
    plain: bool = False
    not_understood: tuple[NotUnderstood, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry of a list: its fields, and the line of each in the file at `path`.

    The fields that rules ask for have the names by which Rollkeeper knows them.
    """

    path: str
    line: int
    fields: Mapping[str, Data]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FoundList:
    """A list of entries in a file, or in the files of one folder.

    `within` is where in the file the list is if the file can be a roster as it is, else None, and
    `keys` says which of its keys plays which role, with the line where that key is first used.
    """

    path: str
    kind: str
    title: str
    title_line: int
    first: int
    last: int
    entries: tuple[FoundEntry, ...]
    within: FieldPath | None = None
    keys: Mapping[str, tuple[str, int]] | None = None
    not_understood: tuple[NotUnderstood, ...] = ()

    def texts(self, role: str) -> list[tuple[FoundEntry, str]]:
        """Return the texts of the field of a role, such as `logo`, each with its entry."""
        return [
            (entry, value)
            for entry in self.entries
            if isinstance(value := entry.fields.get(role), str) and value.strip()
        ]
