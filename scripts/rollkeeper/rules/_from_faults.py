"""What was met while a roster was read, handed to the rules that report it."""

from __future__ import annotations

from collections.abc import Iterator

from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Programme


def met(programme: Programme, rule_id: str) -> Iterator[Problem]:
    """Return a problem for each fault of a programme's roster that belongs to one rule."""
    faults = [fault for fault in programme.roster.faults if fault.rule == rule_id]
    if not faults:
        return
    entries = {entry.index: entry for entry in programme.entries}
    for fault in faults:
        entry = entries.get(fault.entry) if fault.entry is not None else None
        yield Problem(
            fault.message, field=fault.field, entry=entry, fix=fault.fix, place=fault.place
        )
