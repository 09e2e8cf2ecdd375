"""Begin the report on a commit: find what it is about, and set its status to pending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import sleep
from typing import Any

from rollkeeper.forge import comments, pull_requests
from rollkeeper.forge.client import Repository
from rollkeeper.forge.comment_turns import RemoteThread
from rollkeeper.forge.comments import Marker, Turn
from rollkeeper.forge.statuses import set_status
from rollkeeper.jobs.pull_requests.approvals import approval_labels
from rollkeeper.jobs.pull_requests.judges import base_policies, day_of
from rollkeeper.jobs.pull_requests.roster_paths import roster_paths
from rollkeeper.jobs.pull_requests.target import Target
from rollkeeper.loading.git import revision
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.commit_status import State
from rollkeeper.model.limits import MAX_REMOVALS
from rollkeeper.model.policy import Policy

PENDING = "Being checked"
_TRIES = 10
_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Trigger:
    """Why a report begins: an event, or a command on the pull request `number`.

    `expected` is a commit that was just pushed to it. With `again` it is checked even if nothing
    has changed since the last report. `run_url` is the run that reports.
    """

    event: Mapping[str, Any]
    number: int | None = None
    expected: str | None = None
    again: bool = False
    run_url: str | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """What came of it: the target, None where there is nothing to do, and a message."""

    target: Target | None
    message: str


def begin(
    repository: Repository,
    trigger: Trigger,
    root: Path,
    folder: Path | None = None,
    *,
    today: date | None = None,
) -> Beginning:
    """Find the commit that a report is to be about, and set its status to pending.

    `root` is the checkout of the default branch, which is judged as of `today`, and `folder` the
    one with its policies. Where our comment is already about this very state there is nothing to
    do, and two requests are made, unless it is to be checked again. Raises NoSuchEventError where
    the event is about no commit, and GithubException where GitHub refuses.
    """
    number = trigger.number
    if number is None and "merge_group" in trigger.event:
        target = _queued(trigger.event)
    else:
        number = number or pull_requests.number_in_event(trigger.event)
        found = _found(repository, number, trigger.expected)
        if found is None:
            return Beginning(None, f"Pull request {number} is not open.")
        pull_request = found.pull_request
        policies = _policies(root, folder)
        ours = comments.ours(RemoteThread(repository, number).comments())
        marker = ours[0][1] if ours else None
        labels = approval_labels(policies, pull_request.labels)
        key = comments.labels_key(labels)
        if marker and not trigger.again:
            head, base, day = pull_request.head_sha, revision(root), day_of(policies, today)
            branch = comments.branch_key(pull_request.base_ref)
            state = {"head": head, "base": base, "branch": branch, "labels": key}
            if comments.is_current(marker, day=day, **state):
                return Beginning(None, "The comment is already about these very commits.")
        approved = _approved(marker, key) if labels else frozenset[str]()
        target = Target(
            head=pull_request.head_sha,
            base_ref=pull_request.base_ref,
            default_branch=found.default_branch,
            base=found.base if pull_request.base_ref != found.default_branch else None,
            approvals=labels,
            pull_request=replace(pull_request, approved=approved),
            turn=Turn(ours[0][0].id, ours[0][1].hold) if ours else None,
            rosters=roster_paths(root, policies),
        )
    set_status(
        repository, target.head, State.PENDING, PENDING, trigger.run_url, context=target.context
    )
    return Beginning(target, f"The report on {target.head} begins.")


def _policies(root: Path, folder: Path | None) -> tuple[Policy, ...]:
    """Read the policies; none where they cannot be used, which the job that judges reports."""
    try:
        return base_policies(root, folder)
    except PolicyError:
        return ()


def _found(repository: Repository, number: int, expected: str | None) -> pull_requests.Found | None:
    """Return the pull request; GitHub takes a moment to see a commit that was pushed to it."""
    for _ in range(_TRIES if expected else 0):
        found = pull_requests.find(repository, number)
        if found is None or found.pull_request.head_sha == expected:
            return found
        sleep(_PAUSE_SECONDS)
    return pull_requests.find(repository, number)


def _queued(event: Mapping[str, Any]) -> Target:
    """Return the commit of a merge queue."""
    group = pull_requests.merge_group_in_event(event)
    return Target(
        head=group.head,
        base_ref=group.base_ref,
        default_branch=group.default_branch,
        base=group.base,
    )


def _approved(marker: Marker | None, labels: str) -> frozenset[str]:
    """Return the removals that the labels on a pull request approve.

    A label approves what the comment listed when it was added, and nothing that came after.
    """
    if marker is None:
        return frozenset()
    new = marker.removed if marker.labels != labels else ()
    return frozenset((*new, *marker.approved)[:MAX_REMOVALS])
