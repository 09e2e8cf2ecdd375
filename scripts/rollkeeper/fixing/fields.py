"""Set one field of one entry in the text of a roster, in its place: all around it stays as it is.

A field that is there gets the new value, in its quotes. One that is missing is inserted where the
other entries have it, else after the name and the handle. Each text is read again: it has to differ
in this field of this entry and in nothing else, or it is not offered.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rollkeeper.fixing.values import Offsets, reads_as, rewritten
from rollkeeper.grammar.wording import cut
from rollkeeper.grammar.yaml_writer import scalar
from rollkeeper.loading.community import load
from rollkeeper.loading.roster_files import read_roster_file
from rollkeeper.model.roster import PAST, Entry, Programme, Roster
from rollkeeper.model.tree import (
    ANY_ITEM,
    FieldPath,
    List,
    Map,
    Place,
    Value,
    dotted,
    follow,
    place_of,
)

_ALUMNI = "alumni"
_NOT_SAID_OF_A_TERM = frozenset({"withdrawn"})
_TRIED = 4
"""Places at which a missing field is tried; the whole file is read for each."""
_BYTE_ORDER_MARK = "\ufeff"
_QUOTES = ('"', "'")


class FieldEditError(Exception):
    """A field cannot be set safely; the message says why, and what to do by hand."""


def as_alumni(root: Path, programme: Programme, entry: Entry) -> str:
    """Return the text of the entry's file in which its status says that it is an alumnus.

    The word is the one that this roster has for it, or else the first that its schema accepts; the
    community at `root` is loaded with it, and must have no defect that it had not before. Raises
    FieldEditError where that cannot be done.
    """
    path = _status_path(entry)
    refused = None
    for word in _words(programme):
        text = with_field(programme, entry, path, word)
        read = load(root, [programme.policy], texts={entry.path: text.encode()}).programmes[0]
        defects = Counter(each.rule for each in read.roster.defects)
        more = defects - Counter(each.rule for each in programme.roster.defects)
        same = len(read.entries) == len(programme.entries)
        if same and not more and not read.entries[entry.index].active:
            return text
        refused = refused or word
    message = f"`{dotted(path)}: {refused}` is nothing that the schema of the roster accepts"
    raise FieldEditError(message)


def _status_path(entry: Entry) -> FieldPath:
    """Return the field that says whether an entry is active: the one it has, or the first."""
    paths = entry.roles.get("status", ())
    there = next((path for path, _ in entry.texts("status")), None)
    free = (path for path in paths if ANY_ITEM not in path)
    path = there or next(free, None)
    if path is None:
        message = "the policy names no field that says whether an entry is active"
        raise FieldEditError(message)
    return path


def _words(programme: Programme) -> list[str]:
    """Return what the status of an alumnus can be, what this roster has most often first."""
    texts = (each.text("status") for each in programme.entries)
    used = Counter(text.strip() for text in texts if text)
    known = PAST - _NOT_SAID_OF_A_TERM
    here = [word for word, _ in used.most_common() if word.casefold() in known]
    return list(dict.fromkeys((*here, _ALUMNI, *sorted(known))))


def with_field(programme: Programme, entry: Entry, path: FieldPath, value: str) -> str:
    """Return the text of the entry's file with the field at `path` set to `value`.

    Raises FieldEditError where that cannot be done safely.
    """
    edit = _edit(programme, entry, path, value)
    for text in edit.candidates():
        if edit.accepts(text):
            marked = any(each.rule == "byte-order-mark" for each in edit.roster.defects)
            return _BYTE_ORDER_MARK + text if marked else text
    message = f"`{dotted(path)}` cannot be set without changing more than that: {_BY_HAND}"
    raise FieldEditError(message)


_BY_HAND = "write it by hand"


def _edit(programme: Programme, entry: Entry, path: FieldPath, value: str) -> _Edit:
    roster, at = entry.roster, entry.at + path
    kind = PurePosixPath(roster.path).suffix.casefold()
    shown = dotted(path)
    reason = None
    holder = follow(roster.data, at[:-1])
    if kind == ".toml":
        reason = "the columns of a TOML file are not known"
    elif roster.unread is not None:
        reason = f"the file could not be read in full ({cut(roster.unread.message, 200)})"
    elif not isinstance(holder, Map) or not holder:
        reason = f"there is no mapping that `{shown}` could be in"
    elif isinstance(holder.get(str(at[-1])), Map | List):
        reason = f"`{shown}` is not a single value"
    if reason is not None or not isinstance(holder, Map):
        message = f"`{shown}` cannot be set here, because {reason}: {_BY_HAND}"
        raise FieldEditError(message)
    return _Edit(programme, entry, roster, holder, path, value, is_json=kind == ".json")


@dataclass(frozen=True, slots=True)
class _Edit:
    """A field to be set to a value; `holder` is the mapping that it belongs in."""

    programme: Programme
    entry: Entry
    roster: Roster
    holder: Map
    path: FieldPath
    value: str
    is_json: bool

    @property
    def at(self) -> FieldPath:
        """The path of the field in the file."""
        return self.entry.at + self.path

    @property
    def key(self) -> str:
        """The last key of the path."""
        return str(self.path[-1])

    def accepts(self, text: str) -> bool:
        """Return whether a text, read again, differs in the field alone and has no new defects."""
        limits = self.programme.policy.limits
        read = read_roster_file(text.encode(), self.roster.path, limits)
        defects = Counter(each.rule for each in read.defects)
        holder = follow(read.data, self.at[:-1])
        if defects - Counter(each.rule for each in self.roster.defects):
            return False
        if not isinstance(holder, Map) or holder.get(self.key) != self.value:
            return False
        if self.key in self.holder:
            return reads_as(self.roster.data, read.data, {self.at: self.value})
        del holder[self.key]
        return reads_as(self.roster.data, read.data, {})

    def candidates(self) -> Iterator[str]:
        """Return texts that may be the right one, the most likely first."""
        text = self.roster.text
        offsets = Offsets(text)
        if self.key not in self.holder:
            yield from self._insertions(text, offsets)
            return
        start, end = offsets.span(place_of(self.roster.data, self.at))
        written = text[start:end]
        if not written:
            blank = "" if text[start - 1].isspace() else " "
            yield f"{text[:start]}{blank}{self._scalar('')}{text[end:]}"
        elif self.is_json:
            yield f"{text[:start]}{self._scalar('')}{text[end:]}"
        else:
            yield f"{text[:start]}{rewritten(written, self.value)}{text[end:]}"

    def _insertions(self, text: str, offsets: Offsets) -> Iterator[str]:
        keys = _neighbours(self.programme, self.entry, self.holder, self.path)[:_TRIED]
        first, _ = offsets.span(Place(*self.holder.key_places[next(iter(self.holder))]))
        style = self._style(text, offsets)
        if self.is_json or text[:first].rstrip().endswith("{"):
            for key in keys:
                if not isinstance(self.holder[key], Map | List):
                    yield self._in_braces(text, offsets, key, style)
            pair = self._pair(text[first:], style)
            yield f"{text[:first]}{pair}, {text[first:]}"
        for key in keys if not self.is_json else ():
            yield from self._on_a_line(text, offsets, key, style)

    def _in_braces(self, text: str, offsets: Offsets, key: str, style: str) -> str:
        start, _ = offsets.span(Place(*self.holder.key_places[key]))
        _, end = offsets.span(Place(*self.holder.value_places[key]))
        before = text[text.rfind("\n", 0, start) + 1 : start]
        parted = " " if before.strip() else f"{_line_end(text, start)}{before}"
        return f"{text[:end]},{parted}{self._pair(text[start:], style)}{text[end:]}"

    def _on_a_line(self, text: str, offsets: Offsets, key: str, style: str) -> Iterator[str]:
        place = Place(*self.holder.key_places[key])
        start, _ = offsets.span(place)
        line = f"{' ' * (place.column - 1)}{self._pair(text[start:], style)}"
        last = _last_line(self.holder[key], Place(*self.holder.value_places[key]))
        trimmed = last
        while trimmed > place.line and not _line(text, offsets, trimmed).strip():
            trimmed -= 1
        for number in dict.fromkeys((trimmed, last)):
            at = offsets.starts[number] if number < len(offsets.starts) else len(text)
            end = _line_end(text, start)
            if text[:at].endswith("\n"):
                yield f"{text[:at]}{line}{end}{text[at:]}"
            else:
                yield f"{text[:at]}{end}{line}{text[at:]}"

    def _pair(self, beside: str, style: str) -> str:
        """Write the key and its value; the key in quotes where the one `beside` it is."""
        quoted = beside[:1] if beside.startswith(_QUOTES) else ""
        return f"{scalar(self.key, style=quoted, flow=True)}: {self._scalar(style)}"

    def _scalar(self, style: str) -> str:
        if self.is_json:
            return json.dumps(self.value, ensure_ascii=False)
        return scalar(self.value, style=style, flow=True)

    def _style(self, text: str, offsets: Offsets) -> str:
        """Return the quotes that all texts beside the field have; none where they differ."""
        texts = [key for key, value in self.holder.items() if isinstance(value, str)]
        starts = {text[offsets.span(Place(*self.holder.value_places[key]))[0]] for key in texts}
        quote = next(iter(starts)) if len(starts) == 1 else ""
        return quote if quote in _QUOTES else ""


def _neighbours(programme: Programme, entry: Entry, holder: Map, path: FieldPath) -> Sequence[str]:
    """Return the keys after which a field is inserted, the best first."""
    key, votes = str(path[-1]), Counter[str]()
    for other in programme.entries:
        theirs = follow(other.data, path[:-1])
        if isinstance(theirs, Map) and key in theirs and key not in other.origins:
            names = list(theirs)
            at = names.index(key)
            votes.update(names[:at])
            votes.subtract(names[at:])
    keys = list(holder)
    likely = [each for each in keys if votes[each] > 0]
    if not likely:
        roles = (entry.roles.get(role, ()) for role in ("name", "handle"))
        named = {each[-1] for paths in roles for each in paths if each[:-1] == path[:-1]}
        likely = [each for each in keys if each in named]
    cut_at = keys.index(likely[-1]) + 1 if likely else 1
    return [*reversed(keys[:cut_at]), *keys[cut_at:]]


def _last_line(value: Value, place: Place) -> int:
    """Return the last line of a value; of a collection, that of the last value in it."""
    last = place.end_line - 1 if place.end_column == 1 < place.end_line else place.end_line
    places: Sequence[tuple[Value, Place]] = ()
    if isinstance(value, Map):
        places = [(item, Place(*value.value_places[key])) for key, item in value.items()]
    elif isinstance(value, List):
        places = [
            (item, Place(*where)) for item, where in zip(value, value.item_places, strict=True)
        ]
    return max([max(last, place.line), *(_last_line(*each) for each in places[-1:])])


def _line(text: str, offsets: Offsets, number: int) -> str:
    start = offsets.starts[number - 1]
    end = text.find("\n", start)
    return text[start:] if end < 0 else text[start:end]


def _line_end(text: str, position: int) -> str:
    """Return how the line at a position ends; the last line as the one before it."""
    end = text.find("\n", position)
    if end < 0:
        end = text.rfind("\n")
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"
