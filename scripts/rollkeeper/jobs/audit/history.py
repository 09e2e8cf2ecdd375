"""The history in the jobs of an audit: read before the rules run, and pushed when all is done."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from rollkeeper.forge.history_branch import (
    BRANCH,
    NO_BRANCH,
    GitFailedError,
    HistoryBranch,
    HistoryRefusedError,
    HistoryUnavailableError,
    Texts,
)
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.jobs.bot_branch import CREDENTIALS
from rollkeeper.loading.clock import moment
from rollkeeper.loading.git import GitError, GitLimits, bounded_git, run_git
from rollkeeper.model.history import History
from rollkeeper.model.limits import FETCH_MEMORY, FETCH_SECONDS, MAX_HISTORY_BYTES
from rollkeeper.reports import history_files
from rollkeeper.reports.json.history import read

_PAUSES = (2.0, 10.0)
"""Seconds before git asks again."""
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "fetch.fsckObjects": "true",
    "gc.auto": "0",
    "maintenance.auto": "false",
}


@dataclass(frozen=True, slots=True)
class Recollection:
    """The history of earlier nights, and what is to be said of how it was found."""

    history: History
    said: str | None = None


@contextmanager
def history_branch(remote: str) -> Iterator[HistoryBranch]:
    """Return the branch at a remote, with a repository of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="rollkeeper-") as folder:
        run_git(Path(folder), "init", "--quiet", "--bare", "--template=")
        yield HistoryBranch(partial(_patient, Path(folder)), remote)


def _patient(folder: Path, *arguments: str, data: str = "") -> bytes:
    """Run git, and ask a server that does not answer again."""
    for pause in _PAUSES if arguments[0] == "fetch" else ():
        try:
            return _git(folder, *arguments, data=data)
        except GitFailedError as error:
            if NO_BRANCH in str(error):
                raise
            time.sleep(pause)
    return _git(folder, *arguments, data=data)


def _git(folder: Path, *arguments: str, data: str = "") -> bytes:
    limits = GitLimits(FETCH_SECONDS, MAX_HISTORY_BYTES, FETCH_MEMORY, tell=True)
    lines = [data] if data else []
    try:
        with bounded_git(
            folder,
            *arguments,
            environment=_environment(),
            limits=limits,
            lines=lines,
        ) as out:
            return out.read()
    except GitError as error:
        raise GitFailedError(error.said or str(error)) from error


def _environment() -> dict[str, str]:
    """Return our environment with settings of git's beside those that it has already."""
    around = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    # An empty helper first: those of the machine are not asked.
    helper, _, ours = CREDENTIALS.partition("=")
    settings = [*_SETTINGS.items(), (helper, ""), (helper, ours)]
    given = int(around.get("GIT_CONFIG_COUNT") or 0)
    for number, (key, value) in enumerate(settings, start=given):
        around |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return {**around, "GIT_CONFIG_COUNT": str(given + len(settings))}


def recall(remote: str, day: date) -> Recollection:
    """Return the history of the nights before an audit that began on `day`.

    Where there is no branch, or where what is on it cannot be read, that is said, and the history
    is empty. Raises HistoryUnavailableError where it is not known what there is.
    """
    with history_branch(remote) as branch:
        head = branch.head()
        if head is None:
            return Recollection(
                History(), f"There is no branch `{BRANCH}` yet: this audit makes it."
            )
        texts = branch.texts(head, [history_files.HISTORY], MAX_HISTORY_BYTES)
    try:
        return Recollection(read(texts.get(history_files.HISTORY, ""), latest_day(day)))
    except ReportError as error:
        return Recollection(History(), f"{history_files.damaged(error)}.")


def latest_day(day: date) -> date:
    """Return the last day that the branch can know of: an old audit finds the nights since."""
    return max(day + history_files.RUN_AGAIN, moment().date())


def keep_history(scene: Scene) -> None:
    """Push what this night adds to the history, on top of whatever is there by now."""
    day = scene.now.date()
    ours = replace(
        scene.history,
        # What a run has opened that was ended half way is among those that were listed.
        numbers={**scene.history.numbers, **scene.items.numbers, **scene.numbers},
        refusals={**scene.history.refusals, **scene.refusals},
    )
    said: dict[str, None] = {}
    latest = latest_day(day)

    def make(there: Texts) -> tuple[Texts, str]:
        files = history_files.files(ours, there, day, latest)
        said.update(dict.fromkeys(files.said))
        try:
            read(files.texts[history_files.HISTORY], latest)
        except ReportError as error:
            # The night after would lose all that is there.
            message = f"what it would be is not a history ({error}); please report this"
            raise HistoryRefusedError(message) from error
        return files.texts, files.message

    remote = f"{scene.server_url}/{scene.repository.full_name}.git"
    try:
        with history_branch(remote) as branch:
            branch.keep(
                history_files.names(ours),
                make,
                partial(scene.outbox.push, BRANCH),
                MAX_HISTORY_BYTES,
            )
    except (HistoryUnavailableError, HistoryRefusedError) as error:
        # What was seen is in the summary and in the artifacts of the run; the next night counts.
        scene.fail(f"The history of this night is not kept: {error}")
    for each in said:
        scene.say(f"{each}.")
