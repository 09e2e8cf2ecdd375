"""The end of an audit: the scene is set from what the judging job left, and the steps are taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rollkeeper.engine.run import Options
from rollkeeper.forge.actions import Actions
from rollkeeper.forge.client import Repository
from rollkeeper.forge.history_branch import HistoryUnavailableError
from rollkeeper.forge.items import our_items
from rollkeeper.forge.outbox import DryOutbox, GitHubOutbox, IssuesDisabledError, Outbox
from rollkeeper.grammar.escaping import markdown_text
from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.jobs.audit import night
from rollkeeper.jobs.audit.acting import STEPS, act
from rollkeeper.jobs.audit.history import keep_history
from rollkeeper.jobs.audit.issues.tracking import NO_ISSUES, say_nothing_known
from rollkeeper.jobs.audit.judging import load_planned, remembered
from rollkeeper.jobs.audit.plan import read_plan
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.loading.clock import moment
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.status import Status

_DONE = "### What this audit did\n\n"
_WOULD = "### What this audit would do\n\n"
_NOTHING = "Nothing was to be done."
_UNREADABLE = "The audit left no result that can be read"
_LEFT_NONE = ("it could not be planned", "the job that judges the rosters left none")
_LATER = (
    "There has been a later audit, that of {later}, so nothing was done but to keep what this one "
    "saw: start a new one"
)


class NothingToActOnError(Exception):
    """The audit left nothing that can be acted on; the message says why."""


def finish(
    options: Options,
    actions: Actions,
    repository: Repository,
    texts: tuple[str, str],
    *,
    dry_run: bool,
) -> Status:
    """Take the steps of an audit, say what was done, and return how the job ends.

    `texts` are the plan and the result of the judging job, as untrusted input. In a dry run the
    steps are taken all the same, and only say what they would write.
    """
    said: list[str] = []
    summary: Sequence[str] = ()
    outbox: Outbox = (
        DryOutbox(said.append) if dry_run else GitHubOutbox(repository, actions.run_url)
    )
    try:
        scene = _scene(options, actions, repository, outbox, texts)
    except NothingToActOnError as error:
        said.append(str(error))
        said.extend(_say_nothing_known(repository, outbox, str(error), actions.run_url))
        failed = True
    else:
        scene.said = said
        later = None if dry_run else _later_night(scene)
        if later is not None:
            scene.fail(_LATER.format(later=later))
        act(scene, STEPS if later is None else [keep_history])
        summary = scene.summary
        failed = scene.failed
    _tell(actions, said, dry_run=dry_run)
    for text in summary:
        actions.append_summary(f"\n{text}")
    return Status.BROKEN if failed else Status.CLEAN


def _later_night(scene: Scene) -> date | None:
    """Return the day of a later audit that has been; None where this one is the newest."""
    night = scene.before.night
    return night.date if night is not None and night.date > scene.now.date() else None


def _say_nothing_known(
    repository: Repository, outbox: Outbox, why: str, run_url: str | None
) -> list[str]:
    today = moment().date()
    try:
        told = say_nothing_known(our_items(repository, {}), outbox, why, today, run_url)
    except IssuesDisabledError:
        return [NO_ISSUES]
    return [f"The issue #{number} says that nothing more is known" for number in told if number]


def _scene(
    options: Options,
    actions: Actions,
    repository: Repository,
    outbox: Outbox,
    texts: tuple[str, str],
) -> Scene:
    """Return what the steps get; raise NothingToActOnError where there is nothing for them."""
    for text, why in zip(texts, _LEFT_NONE, strict=True):
        if not text:
            message = f"{_UNREADABLE}: {why}"
            raise NothingToActOnError(message)
    try:
        plan = read_plan(texts[0])
        result = night.read(texts[1], plan.now)
    except ReportError as error:
        message = f"{_UNREADABLE}: {error}"
        raise NothingToActOnError(message) from error
    options = plan.options(options)
    try:
        community = load_planned(options, plan)
    except PolicyError as error:
        message = f"The policies cannot be used: {error}"
        raise NothingToActOnError(message) from error
    try:
        before = remembered(actions, plan).history
    except HistoryUnavailableError as error:
        message = f"The history could not be read: {error}"
        raise NothingToActOnError(message) from error
    return Scene(
        options=options,
        community=community,
        report=result.report,
        history=result.history,
        before=before,
        now=plan.now,
        repository=repository,
        items=our_items(repository, before.numbers),
        outbox=outbox,
        branch=actions.default_branch,
        server_url=actions.server_url,
        run_url=actions.run_url,
    )


def _tell(actions: Actions, said: Sequence[str], *, dry_run: bool) -> None:
    """Write what was done into the log and into the summary of the run."""
    lines = [masked(each) for each in said] or [_NOTHING]
    actions.emit("\n".join(lines))
    listed = "".join(f"- {markdown_text(' '.join(line.split()))}\n" for line in lines)
    actions.append_summary(f"{_WOULD if dry_run else _DONE}{listed}")
