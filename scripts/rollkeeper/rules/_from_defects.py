"""Passes what a reader noticed in a roster to the rules that report it."""

from __future__ import annotations

from collections.abc import Iterator

from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Programme


def met(programme: Programme, rule_id: str) -> Iterator[Problem]:
    """Return a problem for each defect of a programme's roster that belongs to one rule."""
    defects = [defect for defect in programme.roster.defects if defect.rule == rule_id]
    if not defects:
        return
    entries = {entry.index: entry for entry in programme.entries}
    for defect in defects:
        entry = entries.get(defect.entry) if defect.entry is not None else None
        yield Problem(
            defect.message,
            field=defect.field,
            entry=entry,
            fix=defect.fix,
            path=defect.path,
            place=defect.place,
            about=defect.about,
        )
