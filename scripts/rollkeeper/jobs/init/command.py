"""`rollkeeper init`: look, propose, ask, and write all or nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rollkeeper.grammar.escaping import terminal
from rollkeeper.grammar.globs import is_glob
from rollkeeper.grammar.wording import counted
from rollkeeper.jobs.init.callers import FOLDER, NAMES, Pin, caller_files, own_pin
from rollkeeper.jobs.init.proposal import ProposedProgramme, propose
from rollkeeper.jobs.init.report import InitReport
from rollkeeper.jobs.init.staging import is_interrupted, recover, write_all
from rollkeeper.jobs.init.trial import Trial, try_out
from rollkeeper.loading.community import POLICIES
from rollkeeper.loading.discovery import Discovery, NotUnderstood, discover
from rollkeeper.loading.files import read_inside
from rollkeeper.loading.git import default_branch
from rollkeeper.loading.roster_files import list_files
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.list_limits import MAX_PROPOSED, MAX_SOURCE_BYTES
from rollkeeper.model.status import Status
from rollkeeper.model.tree import Map

QUESTION = "Write these files? [y/N] "


class NoAnswerError(Exception):
    """There is no terminal to ask at; the message says which option to add."""


@dataclass(frozen=True, slots=True)
class InitOptions:
    """What the user asks of `rollkeeper init`."""

    root: Path
    only: tuple[str, ...] = ()
    pin: Pin | None = None
    dry_run: bool = False
    yes: bool = False
    as_json: bool = False
    output: Path | None = None


def init(options: InitOptions, *, ask: Callable[[str], str] | None) -> Status:
    """Propose what a repository needs, and write it where the user agrees.

    `ask` puts a question to the user; it is None without a terminal. Raises NoAnswerError where
    nobody can be asked, StagingError, LinkError and OSError where the files cannot be written.
    """
    if ask is None and not options.yes and not options.dry_run:
        message = "there is no terminal to ask at: add --yes to write, or --dry-run to look only"
        raise NoAnswerError(message)
    if is_interrupted(options.root):
        _recover(options)
    report, files = _proposal(options)
    text = report.as_json() if options.as_json else report.as_text()
    if options.output is not None:
        options.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
        sys.stdout.flush()
    found = bool(report.trial.programmes) or "kept" in report.files.values()
    if not files:
        _say("There is nothing to write.")
        if not found and not _existing(options.root):
            _say("Next: rollkeeper init --from FILE, with the file that has your list")
            return Status.FINDINGS
        _say(f"Next: {report.next_command}")
        return Status.CLEAN
    if options.dry_run:
        _say("Nothing was written (--dry-run).")
        return Status.CLEAN
    if not options.yes and ask is not None and ask(QUESTION).strip().casefold() not in {"y", "yes"}:
        _say("Nothing was written.")
        return Status.FINDINGS
    write_all(options.root, files)
    _say(f"{counted(len(files), 'file')} written.")
    _say(f"Next: {report.next_command}")
    return Status.CLEAN


def _say(line: str) -> None:
    sys.stderr.write(f"{terminal(line)}\n")


def _recover(options: InitOptions) -> None:
    if options.dry_run:
        _say("An earlier run was interrupted. Without --dry-run, this would complete or undo it.")
        return
    completed = recover(options.root)
    if completed is None:
        _say("An earlier run was interrupted before it wrote anything; what it left was removed.")
    else:
        _say(f"An earlier run was interrupted and is now complete: {', '.join(completed)}")


def _proposal(options: InitOptions) -> tuple[InitReport, dict[str, bytes]]:
    """Return what to say, and the files to write."""
    existing = _existing(options.root)
    discovery = discover(options.root, only=options.only, without=_own(options.root, existing))
    notes: list[NotUnderstood] = [*discovery.nothing, *discovery.left_out]
    programmes = _programmes(discovery, existing, notes)
    trial = try_out(options.root, programmes) if programmes else Trial((), (), ())
    notes += trial.refused
    for programme in trial.programmes:
        notes += [*programme.found.not_understood, *programme.notes]
    wanted: dict[str, bytes] = {}
    for programme in trial.programmes:
        files = programme.files()
        if _is_foreign(options.root, programme, files):
            reason = f"{programme.roster_path} is there with other entries; this list was left out"
            notes.append(NotUnderstood(programme.found.path, programme.found.first, reason))
        else:
            wanted |= files
    pin = options.pin or own_pin()
    # Workflows without a roster to check would fail from the first day.
    if pin is not None and (wanted or existing):
        wanted |= caller_files(pin)
    elif pin is None and not all((options.root / FOLDER / name).exists() for name in NAMES):
        reason = (
            "the commit of Rollkeeper to call is not known, so the workflows were left out; name a "
            "release by --pin SHA#VERSION"
        )
        notes.append(NotUnderstood(FOLDER, 1, reason))
    status = {path: _status(options.root, path, data) for path, data in wanted.items()}
    branch = default_branch(options.root)
    new = {path: data for path, data in wanted.items() if status[path] == "new"}
    report = InitReport(trial, status, tuple(notes), branch, _next(options.root))
    return report, new


def _existing(root: Path) -> dict[str, tuple[str, str]]:
    """Return the roster and the `entries` of each policy that is there, by the policy's name."""
    found: dict[str, tuple[str, str]] = {}
    folder = root / POLICIES
    if folder.is_symlink() or not folder.is_dir():
        return found
    for name in sorted(os.listdir(folder)):  # noqa: PTH208 - names alone are wanted
        if not name.endswith((".yaml", ".yml")):
            continue
        data, _ = read_inside(root, f"{POLICIES}/{name}", MAX_SOURCE_BYTES)
        policy = read_yaml(data, name).data if data is not None else None
        texts = policy if isinstance(policy, Map) else Map()
        pair = (str(texts.get("roster", "")), str(texts.get("entries", "")))
        found[name.rpartition(".")[0]] = pair
    return found


def _own(root: Path, existing: Mapping[str, tuple[str, str]]) -> set[str]:
    """Return the files that are no lists to be found.

    They are the rosters that were made by a run like this, and those that a policy addresses in a
    way that is never proposed: in several files, in groups or by their keys.
    """
    own: set[str] = set()
    for roster, entries in existing.values():
        if is_glob(roster):
            own.update(list_files(root, roster).paths)
        elif roster.startswith("rosters/") or set(entries) & set("*{"):
            own.add(roster)
    return own


def _programmes(
    discovery: Discovery,
    existing: Mapping[str, tuple[str, str]],
    notes: list[NotUnderstood],
) -> list[ProposedProgramme]:
    """Return a programme for each list that is no roster of a policy yet."""
    proposed = propose(discovery.lists, discovery.logos)
    kept: list[ProposedProgramme] = []
    for each in proposed:
        settings = {setting.key: setting.value for setting in each.settings}
        pair = (settings["roster"], settings.get("entries", ""))
        if each.name in existing and existing[each.name] == pair:
            kept.append(each)
        elif pair in existing.values():
            continue
        elif each.name in existing:
            reason = (
                f"policies/{each.name}.yaml is there for another roster; this list was left out"
            )
            notes.append(NotUnderstood(each.found.path, each.found.first, reason))
        elif len(kept) >= MAX_PROPOSED:
            reason = (
                f"{counted(len(each.found.entries), 'entry')} of another list; "
                f"{MAX_PROPOSED} programmes are proposed at once, name this one by --from"
            )
            notes.append(NotUnderstood(each.found.path, each.found.first, reason))
        else:
            kept.append(each)
    return kept


def _is_foreign(root: Path, programme: ProposedProgramme, files: Mapping[str, bytes]) -> bool:
    """Return whether there is a roster of that name already, and no policy for it."""
    if programme.in_place or _status(root, programme.policy_path, b"") != "new":
        return False
    return _status(root, programme.roster_path, files[programme.roster_path]) == "kept"


def _status(root: Path, path: str, data: bytes) -> str:
    if not os.path.lexists(root / path):
        return "new"
    there, _ = read_inside(root, path, MAX_SOURCE_BYTES)
    return "same" if there == data else "kept"


def _next(root: Path) -> str:
    where = "" if root == Path() else f" --root {root}"
    return f"rollkeeper check --offline --write-baseline{where}"


def terminal_question() -> Callable[[str], str] | None:
    """Return how to ask at the terminal; None where standard input is none."""
    if not sys.stdin.isatty():
        return None

    def ask(question: str) -> str:
        sys.stderr.write(question)
        sys.stderr.flush()
        return sys.stdin.readline()

    return ask
