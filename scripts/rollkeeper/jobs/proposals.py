"""Proposals of the bot's own: a change on a branch, its commit status, and one pull request.

Each can be ended at any point and made again: what is there is found by the branch, by what merging
it would give, and by the marker in the pull request. The pull request says last what the branch
holds, so that what it says is also done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from rollkeeper.forge.bot import BOT
from rollkeeper.forge.bot_pull_request import (
    WITHDRAWN,
    BotPullRequests,
    ProposalAction,
    bot_pull_requests,
    sorted_out,
)
from rollkeeper.forge.client import Repository
from rollkeeper.forge.items import LABEL, Item
from rollkeeper.forge.outbox import Outbox, PullRequestsForbiddenError
from rollkeeper.forge.statuses import has_status
from rollkeeper.grammar.bodies import Body, Marker, text_in
from rollkeeper.jobs.bot_branch import BotBranch, BotCommit, OvertakenError, commit_files, patch_of
from rollkeeper.model.commit_status import State
from rollkeeper.model.history import Refusal

_TRIES = 3
"""Pushes that are tried where someone else moves the branch at the same time."""


@dataclass(frozen=True, slots=True)
class BotProposal:
    """A change that the bot proposes from a branch of its own; no pull request where it is none.

    `kind` and `key` are those of its marker. `files` are what is to be in the community's folder,
    by path, None for a file that goes; one that is there already is no change. `text` is the
    Markdown of the pull request, and `moot` the comment that closes it when nothing is left of it.
    It is listed by the first of `labels`; without, by its branch alone.
    """

    kind: str
    key: str
    branch: str
    title: str
    text: str
    files: Mapping[str, bytes | None]
    moot: str
    labels: tuple[str, ...] = (LABEL,)


@dataclass(frozen=True)
class ProposalHost:
    """Where proposals are made: the checkout of the default branch, its remote and GitHub.

    `read` returns a file of the default branch, and `judge` what the status of a commit says, given
    the number of its pull request, 0 where there is none yet.
    """

    root: Path
    remote: str
    base: str
    repository: Repository
    outbox: Outbox
    now: datetime
    read: Callable[[str], bytes | None]
    judge: Callable[[str, int], tuple[State, str]]
    bot: str = BOT


@dataclass(frozen=True, slots=True)
class ProposalOutcome:
    """What was done about a proposal, and the number of its open pull request, 0 for none.

    `patch` is what it changes where no pull request could be opened, with the fingerprint `digest`,
    and `why` names the setting.
    """

    action: ProposalAction
    number: int = 0
    refusal: Refusal | None = None
    pushed: bool = False
    patch: str = ""
    digest: str = ""
    why: str = ""


def keep_listed(
    host: ProposalHost, proposal: BotProposal, listed: Item | None, refused: Refusal | None = None
) -> ProposalOutcome:
    """Keep a proposal whose pull request was listed already; as long as it says so, all is done.

    `refused` is what the history knows of a person's refusal. Raises as `keep` does.
    """
    there = listed if listed is not None and listed.is_pull_request else None
    files = _changed(host, proposal)
    if not files:
        return _close(host, proposal, sorted_out([there] if there else []))
    if there is not None and _holds(there, _state(host, files)):
        if there.is_open:
            return _described(host, proposal, there, there.marker.digest, _state(host, files))
        refusal = sorted_out([there]).refusal(there.marker.digest)
        if refusal is not None and there.marker.digest != WITHDRAWN:
            return ProposalOutcome(ProposalAction.REFUSED, refusal=refusal)
    return _propose(host, proposal, files, refused)


def keep(host: ProposalHost, proposal: BotProposal) -> ProposalOutcome:
    """Bring a branch and its pull request up to date, having asked for both.

    Raises PublishRefusedError where a setting forbids the push, OvertakenError where others keep
    moving the branch, CalledProcessError where git fails for another reason, and GithubException.
    """
    files = _changed(host, proposal)
    if not files:
        return _close(host, proposal, _pull_requests(host, proposal))
    return _propose(host, proposal, files, None)


def _changed(host: ProposalHost, proposal: BotProposal) -> dict[str, bytes | None]:
    files = sorted(proposal.files.items())
    return {path: data for path, data in files if data != host.read(path)}


def _state(host: ProposalHost, files: Mapping[str, bytes | None]) -> str:
    """Return the fingerprint of files, each with what is there and what is to be."""
    contents = [
        [path, *(None if each is None else sha256(each).hexdigest() for each in (old, new))]
        for path, new in files.items()
        for old in (host.read(path),)
    ]
    return sha256(json.dumps(contents).encode()).hexdigest()


def _state_line(state: str) -> str:
    return f"<!-- rollkeeper:state {state} -->"


def _holds(item: Item, state: str) -> bool:
    """Return whether a pull request says that its branch leads from what is there to what is to be.

    What others pushed to the branch since is noticed when its own change is another.
    """
    return _state_line(state) in text_in(item.body)


def _pull_requests(host: ProposalHost, proposal: BotProposal) -> BotPullRequests:
    return bot_pull_requests(
        host.repository, proposal.branch, host.base, proposal.kind, bot=host.bot
    )


def _close(
    host: ProposalHost, proposal: BotProposal, pull_requests: BotPullRequests
) -> ProposalOutcome:
    """Close the pull request of a change that is none any more, with the comment that says so."""
    item = pull_requests.open
    if item is None:
        return ProposalOutcome(ProposalAction.NOTHING)
    # It may have been reopened by hand since we closed it last: each change is closed once.
    key = f"moot-{item.marker.digest[:12]}"
    host.outbox.comment_once(item.number, key, proposal.moot)
    marker = replace(item.marker, digest=WITHDRAWN)
    body = Body(marker, text_in(item.body), item.body)
    host.outbox.edit_issue(item.number, body=body, state="closed")
    return ProposalOutcome(ProposalAction.CLOSE)


def _propose(
    host: ProposalHost,
    proposal: BotProposal,
    files: Mapping[str, bytes | None],
    remembered: Refusal | None,
) -> ProposalOutcome:
    commit = commit_files(host.root, files, proposal.title, host.now)
    pull_requests = _pull_requests(host, proposal)
    refusal = pull_requests.refusal(commit.digest)
    if refusal is None and remembered is not None and remembered.digest == commit.digest:
        refusal = remembered
    item = pull_requests.open
    if refusal is not None and (item is None or item.marker.digest != commit.digest):
        _close(host, proposal, pull_requests)
        return ProposalOutcome(ProposalAction.REFUSED, refusal=refusal)
    head, pushed = _push(host, proposal.branch, commit)
    if pushed or not has_status(host.repository, head):
        host.outbox.set_status(head, *host.judge(head, item.number if item else 0))
    state = _state(host, files)
    if item is not None:
        outcome = _described(host, proposal, item, commit.digest, state)
        return replace(outcome, pushed=pushed)
    marker = Marker(proposal.kind, proposal.key, commit.digest)
    body = Body(marker, f"{_state_line(state)}\n{proposal.text}")
    try:
        number = host.outbox.open_pull(
            proposal.branch, host.base, proposal.title, body, proposal.labels
        )
    except PullRequestsForbiddenError as error:
        patch = patch_of(host.root, commit.id)
        return ProposalOutcome(
            ProposalAction.FORBIDDEN,
            pushed=pushed,
            patch=patch,
            digest=commit.digest,
            why=str(error),
        )
    return ProposalOutcome(ProposalAction.OPEN, number, pushed=pushed)


def _push(host: ProposalHost, name: str, commit: BotCommit) -> tuple[str, bool]:
    """Have the branch lead to what a commit does; return its head, and whether it was pushed.

    A branch that leads there already stays as it is if we have vouched for its head.
    """
    branch = BotBranch(host.root, host.remote, name)
    for tried in range(1, _TRIES + 1):
        tip = branch.tip()
        if tip == commit.id:
            return tip, False
        if tip and branch.leads_to(tip, commit) and has_status(host.repository, tip):
            return tip, False
        try:
            host.outbox.push(name, commit.id, lambda tip=tip: branch.push(commit.id, tip))  # type: ignore[misc] # mypy gives the default no type
        except OvertakenError:
            if tried == _TRIES:
                raise
        else:
            break
    return commit.id, True


def _described(
    host: ProposalHost, proposal: BotProposal, item: Item, digest: str, state: str
) -> ProposalOutcome:
    """Have an open pull request say what it proposes, where it says anything else."""
    marker = Marker(proposal.kind, proposal.key, digest)
    body = Body(marker, f"{_state_line(state)}\n{proposal.text}", item.body)
    action = ProposalAction.LEAVE
    same = _plain(body.whole()) == _plain(item.body)
    if not same or item.title != proposal.title:
        action = ProposalAction.UPDATE
        host.outbox.edit_issue(
            item.number,
            title=None if item.title == proposal.title else proposal.title,
            body=None if same else body,
        )
    missing = [each for each in proposal.labels if each not in item.labels]
    if missing:
        host.outbox.add_labels(item.number, missing)
    return ProposalOutcome(action, item.number)


def _plain(body: str) -> str:
    """Return a body with the line ends that we write: GitHub's own editor writes others."""
    return body.replace("\r\n", "\n")
