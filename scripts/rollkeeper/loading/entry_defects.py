"""What is wrong with a file of a roster, each with the entry and the field that it is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from rollkeeper.grammar.characters import without_hidden
from rollkeeper.grammar.globs import is_glob
from rollkeeper.loading.addressing import AddressedFile
from rollkeeper.loading.misread import MISREAD, misread
from rollkeeper.loading.schema import Validator, defects
from rollkeeper.model.policy import Policy
from rollkeeper.model.roster import Defect, Fix, FixKind, Roster
from rollkeeper.model.tree import FieldPath, follow, path_at


@dataclass(frozen=True)
class EntryDefects:
    """A file of a roster and its entries, which are numbered from `before`."""

    policy: Policy
    roster: Roster
    found: AddressedFile
    before: int

    @cached_property
    def _numbers(self) -> dict[FieldPath, int]:
        return {each.at: number for number, each in enumerate(self.found.entries, self.before)}

    def hidden(self) -> Iterator[Defect]:
        """Return the reader's defects, those of a value's text with the value that they are in.

        Several hidden characters in one value are one defect: one edit removes them all.
        """
        known: set[FieldPath] = set()
        is_yaml = self.roster.path.casefold().endswith((".yaml", ".yml"))
        misreadings = misread(self.roster.text, self.roster.data) if is_yaml else ()
        for defect in (*self.roster.defects, *misreadings):
            path = None
            if defect.rule in {"yaml-encoding", MISREAD}:
                path = path_at(self.roster.data, *defect.place[:2])
            inside = self._inside(defect, path) if path is not None else defect
            if path is None or inside.entry is None:
                yield defect
            elif defect.rule == MISREAD:
                yield inside
            elif path not in known:
                known.add(path)
                text, fix = follow(self.roster.data, path), None
                clean = without_hidden(text) if isinstance(text, str) else ""
                if clean.strip():
                    fix = Fix(FixKind.SET, "remove the hidden characters", clean)
                yield replace(inside, fix=fix)

    def of(self, validator: Validator) -> Iterator[Defect]:
        """Return what the schema finds.

        What has a place at which entries were looked for in vain is left to the rule about that.
        """
        at = self.policy.entries.at
        if self.policy.entries.is_one_list and not is_glob(self.policy.roster):
            for defect in defects(validator, self.roster.data, at):
                entry = (*at, defect.entry) if defect.entry is not None else ()
                yield replace(defect, entry=self._numbers.get(entry))
            return
        shapes = {defect.place[:2] for defect in self.found.defects}
        for defect in defects(validator, self.roster.data, None):
            if defect.place[:2] not in shapes:
                inside = self._inside(defect, defect.field)
                yield inside if inside.entry is not None else replace(defect, field=(), about=())

    def _inside(self, defect: Defect, path: FieldPath) -> Defect:
        """Return a defect at a path of the file as one of the entry that the path leads into."""
        for length in range(len(path), -1, -1):
            number = self._numbers.get(path[:length])
            if number is not None:
                origins = self.found.entries[number - self.before].origins
                whole = next((name for name, at in origins.items() if at == path), None)
                field = path[length:] if whole is None else (whole,)
                about = tuple(other[length:] for other in defect.about)
                return replace(defect, entry=number, field=field, about=about)
        return defect
