"""A proposal told: as text for a person, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rollkeeper.grammar.escaping import terminal
from rollkeeper.grammar.wording import counted, cut
from rollkeeper.grammar.yaml_writer import Data
from rollkeeper.jobs.init.proposal import ProposedProgramme
from rollkeeper.jobs.init.trial import Trial
from rollkeeper.loading.discovery import NotUnderstood
from rollkeeper.model.policy import Severity


@dataclass(frozen=True, slots=True)
class InitReport:
    """All that `rollkeeper init` has to say before it writes.

    `files` says of each path whether it is `new`, there already with the `same` text, or `kept`.
    """

    trial: Trial
    files: Mapping[str, str]
    notes: tuple[NotUnderstood, ...]
    branch: str | None
    next_command: str

    def as_json(self) -> str:
        """Return the report as JSON."""
        shown: dict[str, Any] = {
            "version": 1,
            "default_branch": self.branch,
            "programmes": [
                _programme_data(*each)
                for each in zip(self.trial.programmes, self.trial.counts, strict=True)
            ],
            "files": [{"path": path, "status": status} for path, status in self.files.items()],
            "findings": [
                {"path": each.path, "line": each.line, "message": each.reason}
                for each in self.notes
            ],
            "next_command": self.next_command,
        }
        return json.dumps(shown, ensure_ascii=False, indent=2) + "\n"

    def as_text(self) -> str:
        """Return the report as text, each line safe to be shown on a terminal."""
        return "".join(f"{terminal(line)}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        for programme, counts in zip(self.trial.programmes, self.trial.counts, strict=True):
            yield from _programme_lines(programme, counts)
            yield ""
        if not self.trial.programmes:
            yield "No list was found that is not a roster already."
            yield ""
        if self.notes:
            yield f"Not taken, or for a person to decide ({len(self.notes):,}):"
            yield from (f"  {each.path}:{each.line}: {each.reason}" for each in self.notes)
            yield ""
        words = {"new": "new", "same": "is there already", "kept": "is there, and is kept as it is"}
        if self.files:
            yield "Files:"
            yield from (f"  {path}: {words[status]}" for path, status in self.files.items())


def _programme_lines(programme: ProposedProgramme, counts: Mapping[Severity, int]) -> Iterator[str]:
    found = programme.found
    yield (
        f"{programme.name}: {counted(len(found.entries), 'entry')} from {found.path}, "
        f"lines {found.first} to {found.last} ({found.kind})"
    )
    for each in programme.settings:
        because = f", {each.because}" if each.because else ""
        yield f"  {each.key}: {each.value}    {each.path}:{each.line}{because}"
    if programme.in_place:
        yield f"  The entries stay where they are: {found.path} is the roster."
    else:
        for entry in programme.entries:
            yield f"  {entry.path}:{entry.line}"
            for key, value in entry.fields.items():
                line = entry.lines.get(key, entry.line)
                yield f"    {key}: {_shown(value)}    {entry.path}:{line}"
    total = ", ".join(counted(counts.get(each, 0), each.value) for each in Severity)
    yield f"  A check without logos and websites finds {total}."


def _shown(value: Data) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return cut(text, 200)


def _programme_data(programme: ProposedProgramme, counts: Mapping[Severity, int]) -> dict[str, Any]:
    found = programme.found
    settings: Sequence[Any] = [
        {
            "key": each.key,
            "value": each.value,
            "path": each.path,
            "line": each.line,
            "because": each.because,
        }
        for each in programme.settings
    ]
    return {
        "name": programme.name,
        "source": {
            "path": found.path,
            "kind": found.kind,
            "first_line": found.first,
            "last_line": found.last,
        },
        "policy": programme.policy_path,
        "roster": programme.roster_path,
        "in_place": programme.in_place,
        "settings": settings,
        "entries": [
            {
                "path": entry.path,
                "line": entry.line,
                "values": [
                    {"field": key, "value": value, "line": entry.lines.get(key, entry.line)}
                    for key, value in entry.fields.items()
                ],
            }
            for entry in (programme.entries or found.entries)
        ],
        "findings": {each.value: counts.get(each, 0) for each in Severity},
    }
