"""A proposal checked before it is written: in a folder of its own, offline and without logos."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rollkeeper.engine.families import READING, REQUIREMENTS, families, family_of
from rollkeeper.engine.run import Options, run
from rollkeeper.jobs.init.proposal import ProposedProgramme
from rollkeeper.loading.discovery import NotUnderstood
from rollkeeper.loading.files import read_inside
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.list_limits import MAX_SOURCE_BYTES
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Report

_NOT_TRIED = ("logos", "websites")


@dataclass(frozen=True, slots=True)
class Trial:
    """The programmes that can be read as they are proposed, and what the check finds in each."""

    programmes: tuple[ProposedProgramme, ...]
    counts: tuple[Counter[Severity], ...]
    refused: tuple[NotUnderstood, ...]


def try_out(root: Path, programmes: Sequence[ProposedProgramme]) -> Trial:
    """Check the proposed programmes, and leave out what cannot be a roster."""
    try:
        report = _report(root, programmes)
    except PolicyError as error:
        # A file whose path no policy can name, for one.
        wrong = {each.path: each.message for each in error.errors}
        usable = [each for each in programmes if each.policy_path not in wrong]
        if len(usable) == len(programmes):
            raise
        trial = try_out(root, usable) if usable else Trial((), (), ())
        unusable = tuple(
            NotUnderstood(each.found.path, each.found.first, wrong[each.policy_path])
            for each in programmes
            if each.policy_path in wrong
        )
        return replace(trial, refused=(*trial.refused, *unusable))
    unread = {
        each.programme: each
        for each in report.findings
        if each.severity is Severity.ERROR and family_of(each.rule) == READING
    }
    kept, counts, refused = [], [], []
    for programme in programmes:
        if programme.name in unread:
            reason = f"cannot be a roster: {unread[programme.name].message}"
            line = (
                unread[programme.name].place.line if programme.in_place else programme.found.first
            )
            refused.append(NotUnderstood(programme.found.path, line, reason))
            continue
        kept.append(programme)
        counts.append(_counts(report, programme.name))
    return Trial(tuple(kept), tuple(counts), tuple(refused))


def _counts(report: Report, name: str) -> Counter[Severity]:
    counts = Counter(each.severity for each in report.findings if each.programme == name)
    for group, number in report.left_out.items():
        if group.programme == name:
            counts[group.severity] += number
    return counts


def _report(root: Path, programmes: Sequence[ProposedProgramme]) -> Report:
    with tempfile.TemporaryDirectory(prefix="rollkeeper-") as folder:
        scratch = Path(folder)
        for programme in programmes:
            for path, data in programme.files().items():
                _put(scratch / path, data)
            if programme.in_place:
                source, _ = read_inside(root, programme.roster_path, MAX_SOURCE_BYTES)
                _put(scratch / programme.roster_path, source or b"")
        wanted = families(without=_NOT_TRIED) | {REQUIREMENTS}
        return run(Options(scratch, families=wanted))


def _put(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
