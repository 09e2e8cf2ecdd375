"""Whether the nightly audits still run, seen from the workflows that have no schedule.

GitHub disables a schedule after 60 days without activity, and says so to one person only. So what
runs on pull requests, comments and pushes looks at the date of the last complete audit, with one
request. Where no audit has ever been complete there is nothing to miss.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial

from rollkeeper.forge.actions import Actions
from rollkeeper.forge.branch_tips import tip_message
from rollkeeper.forge.client import Repository, connect, trouble_of
from rollkeeper.forge.history_branch import BRANCH
from rollkeeper.forge.items import Item, newest_items
from rollkeeper.forge.outbox import GitHubOutbox, IssuesDisabledError
from rollkeeper.grammar.bodies import Body, Marker, digest_of
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.loading.clock import moment
from rollkeeper.model.history import NightKind
from rollkeeper.reports.history_files import last_complete_in

WARN_AFTER = 3
"""Nights without a complete audit after which the output of other workflows warns."""
ISSUE_AFTER = 7
"""Nights after which there is an issue."""
_KIND, _KEY = "freshness", "all"
_TITLE = "No nightly audit of the rosters has been complete since {last}"
_TEXT = """\
The last complete audit of the rosters was that of **{last}**. Until there is another one nobody \
is told of websites that fail, of terms that end and of accounts that are gone, and the public \
pages may be out of date.

- Look at [the runs of the nightly workflow]({server}/{repository}/actions): where they fail, \
their log says why.
- Where there are none, GitHub has probably disabled the workflow, as it does after 60 days \
without activity in a repository, and when the last person who edited the schedule leaves. Enable \
it on the same page, and start it once by hand.

This issue is closed after the next complete audit.
"""


def missed(last: date, today: date) -> int:
    """Return how many nights had no complete audit; the one of today may be yet to come."""
    return max(0, (today - last).days - 1)


def check_freshness(
    repository: Repository, actions: Actions, now: datetime, *, opens: bool
) -> None:
    """Warn in the output of a run where audits have stopped, and open an issue if it may.

    Nothing is said in a fork. Nothing that goes wrong here is a failure of the run.
    """
    event = actions.event.get("repository")
    if isinstance(event, dict) and event.get("fork") is True:
        return
    trouble = trouble_of(partial(_check, repository, actions, now.date(), opens=opens))
    if trouble is not None:
        actions.emit(f"Whether the nightly audits run could not be seen: {trouble}")


def check_audits(actions: Actions, *, opens: bool = True) -> None:
    """Do the same in a job that has asked GitHub for nothing yet, at the present moment."""
    where = (actions.token, actions.api_url, actions.repository)
    # Nobody is to wait for this.
    with connect(*where, backoff=0.1, seconds_between_requests=0.0) as repository:
        check_freshness(repository, actions, moment(), opens=opens)


def _check(repository: Repository, actions: Actions, today: date, *, opens: bool) -> None:
    message = tip_message(repository, BRANCH)
    if message is None:
        return
    try:
        last = last_complete_in(message)
    except ReportError as error:
        _warn(actions, f"Whether the nightly audits run cannot be seen on `{BRANCH}`: {error}.")
        return
    if last is None or missed(last, today) < WARN_AFTER:
        return
    _warn(
        actions,
        f"{_TITLE.format(last=last)}: see whether the nightly workflow still runs (Actions), and "
        "enable it where GitHub has disabled it.",
    )
    if opens and missed(last, today) >= ISSUE_AFTER:
        _open(repository, actions, last)


def _warn(actions: Actions, sentence: str) -> None:
    actions.warning(sentence)
    actions.append_summary(f"**Warning:** {sentence}\n")


def _open(repository: Repository, actions: Actions, last: date) -> None:
    """Open the one issue, unless there is one or someone has closed it since."""
    if any(each.is_open or _is_about(each, last) for each in _issues(repository)):
        return
    text = _TEXT.format(last=last, server=actions.server_url, repository=actions.repository)
    marker = Marker(_KIND, _KEY, digest_of(last.isoformat()))
    outbox = GitHubOutbox(repository, actions.run_url)
    try:
        number = outbox.create_issue(_TITLE.format(last=last), Body(marker, text))
    except IssuesDisabledError:
        actions.emit("There are no issues in this repository: this warning is all there is.")
        return
    actions.emit(f"Issue #{number} says that audits have stopped.")
    _close_newer(repository, outbox, number)


def _issues(repository: Repository) -> Iterator[Item]:
    name = f"{_KIND}:{_KEY}"
    return (each for each in newest_items(repository) if each.marker.name == name)


def _is_about(item: Item, last: date) -> bool:
    return item.marker.digest == digest_of(last.isoformat())


def _close_newer(repository: Repository, outbox: GitHubOutbox, ours: int) -> None:
    """Close ours where another run has opened one at the same time: the first one stays."""
    if any(each.is_open and each.number < ours for each in _issues(repository)):
        outbox.edit_issue(ours, state="closed", reason="not_planned")


def close_freshness(scene: Scene) -> None:
    """Close the issue once an audit has been complete again."""
    item, night = scene.item(_KIND, _KEY), scene.history.night
    if item is None or not item.is_open or night is None or night.kind is not NightKind.COMPLETE:
        return
    said = f"The audit of {night.date} was complete."
    scene.outbox.comment_once(item.number, f"freshness {night.date}", said)
    scene.outbox.edit_issue(item.number, state="closed", reason="completed")
