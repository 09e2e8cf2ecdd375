"""Lists found in a repository, as values: where they are and what their entries say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rollkeeper.grammar.characters import without_hidden
from rollkeeper.grammar.yaml_writer import Data
from rollkeeper.model.tree import FieldPath, Value


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Something of a source that is in no entry: where it is, why, and what it is called."""

    path: str
    line: int
    reason: str
    text: str = ""


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


def visible(entries: Sequence[FoundEntry]) -> tuple[list[FoundEntry], list[NotUnderstood]]:
    """Return entries without the characters that a roster may not hold, and a note for each."""
    done, notes = [], []
    for entry in entries:
        fields: dict[str, Data] = {}
        for key, value in entry.fields.items():
            clean = _visible(value)
            fields[key] = clean
            if clean != value:
                line = entry.lines.get(key, entry.line)
                reason = f"an invisible character was left out of `{key}`"
                notes.append(NotUnderstood(entry.path, line, reason))
        done.append(replace(entry, fields=fields))
    return done, notes


def _visible(value: Data) -> Data:
    if isinstance(value, str):
        return without_hidden(value)
    if isinstance(value, Mapping):
        return {without_hidden(str(key)): _visible(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_visible(item) for item in value]
    return value
