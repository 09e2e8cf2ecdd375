"""Publish the rendered pages: as one pull request, or as a commit on the default branch."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from subprocess import CalledProcessError

from rollkeeper.engine.run import Options
from rollkeeper.forge.actions import Actions
from rollkeeper.forge.bot_pull_request import ProposalAction
from rollkeeper.forge.client import connect
from rollkeeper.forge.outbox import GitHubOutbox, PullRequestsForbiddenError
from rollkeeper.jobs.bot_branch import CREDENTIALS, commit_files, refusal
from rollkeeper.jobs.proposals import BotProposal, ProposalHost, ProposalOutcome, keep
from rollkeeper.jobs.vouching import judged
from rollkeeper.loading.clock import moment
from rollkeeper.loading.community import read_policies
from rollkeeper.loading.files import read_inside
from rollkeeper.loading.git import blob, prefix, revision, run_git
from rollkeeper.model.limits import MAX_PROPOSED_BYTES
from rollkeeper.rules import catalogue

BRANCH = "rollkeeper/pages"
_TITLE = "Render the pages"
_TEXT = (
    "The rosters have changed, or the day has, and this updates the public pages to match. "
    "Rollkeeper keeps this pull request up to date with every change of the rosters, and closes it "
    "when nothing is left in it. Edits on its branch are lost. Close it to say no: the same change "
    "is not proposed again.\n\n"
    "GitHub starts no workflows for it. The status `Rollkeeper` is set all the same; if others "
    "are required, close and reopen the pull request to run them.\n"
)
_MOOT = "The pages agree with the rosters; there is nothing left to propose."
_UP_TO_DATE = "The pages are up to date."


class PublishMode(StrEnum):
    """How pages are published: the values of RENDER."""

    PULL_REQUEST = "pull-request"
    COMMIT = "commit"


def why_not(actions: Actions) -> str | None:
    """Return why nothing is published from where this runs; None where it is."""
    if _repository(actions).get("fork") is True:
        return (
            "This is a fork: its pages are those of the repository that it was forked from, and "
            "nothing is published here."
        )
    if actions.ref_name != default_branch(actions):
        return (
            f"Pages are published from the default branch, {default_branch(actions)}, and this "
            f"run is for {actions.ref_name}: nothing is published."
        )
    return None


def default_branch(actions: Actions) -> str:
    """Return the default branch; that of a scheduled run, whose event names none, is its own."""
    named = _repository(actions).get("default_branch")
    return named if isinstance(named, str) and named else actions.ref_name


def _repository(actions: Actions) -> dict[str, object]:
    found = actions.event.get("repository")
    return found if isinstance(found, dict) else {}


def publish(options: Options, actions: Actions, mode: PublishMode) -> str:
    """Publish the pages that were rendered in a checkout, and return what was done.

    Raises PublishRefusedError where a setting forbids the push, OvertakenError where others keep
    moving the branch, CalledProcessError where git fails for another reason,
    PullRequestsForbiddenError, and GithubException.
    """
    remote = f"{actions.server_url}/{actions.repository}.git"
    branch = default_branch(actions)
    policies = read_policies(options.root, catalogue(), policies=options.policies)
    pages = [page.path for each in policies for page in each.pages]
    plates = [folder for each in policies for folder in each.plate_folders]
    files = rendered_files(options.root, [*pages, *dict.fromkeys(plates)])
    now = moment()
    if mode is PublishMode.COMMIT:
        if not files:
            return _UP_TO_DATE
        return push_commit(options.root, remote, branch, files, now)
    with connect(actions.token, actions.api_url, actions.repository) as repository:
        root = options.root
        host = ProposalHost(
            root=root,
            remote=remote,
            base=branch,
            repository=repository,
            outbox=GitHubOutbox(repository, actions.run_url),
            now=now,
            # The pages of the work tree are rendered already.
            read=lambda path: blob(root, "HEAD", f"{prefix(root)}{path}"),
            judge=partial(judged, options, branch),
        )
        return said_of(keep(host, _proposal(files)))


def rendered_files(root: Path, paths: Iterable[str]) -> dict[str, bytes | None]:
    """Return the pages, and the plates in folders, that differ from what is committed.

    They are named one by one: whatever else a run leaves in the checkout is not for the community.
    The policy names them, whatever `.gitignore` says. None is for one that is not needed any more.
    """
    asked = ("--", *paths)
    if len(asked) == 1:
        return {}
    literally = ("--literal-pathspecs",)
    changed = run_git(root, *literally, "diff", "--name-only", "--relative", "-z", "HEAD", *asked)
    new = run_git(root, *literally, "ls-files", "--others", "-z", *asked)
    files: dict[str, bytes | None] = {}
    for name in filter(None, (changed.stdout + new.stdout).split(b"\0")):
        path = name.decode(errors="surrogateescape")
        data, _ = read_inside(root, path, MAX_PROPOSED_BYTES)
        if data is not None or not os.path.lexists(f"{root}/{path}"):
            files[path] = data
    return files


def _proposal(files: dict[str, bytes | None]) -> BotProposal:
    # The token of this job may set labels that there are, and create none.
    return BotProposal("pages", "all", BRANCH, _TITLE, _TEXT, files, _MOOT, labels=())


def said_of(outcome: ProposalOutcome) -> str:
    """Return what was done, for the log; raise PullRequestsForbiddenError where it was refused."""
    if outcome.action is ProposalAction.FORBIDDEN:
        raise PullRequestsForbiddenError(outcome.why)
    if outcome.action is ProposalAction.NOTHING:
        return _UP_TO_DATE
    if outcome.refusal is not None:
        number = outcome.refusal.number
        return f"The pages are not proposed again: #{number} was closed with the same change."
    done = f"{_UP_TO_DATE} " if outcome.action is ProposalAction.CLOSE else ""
    pushed = f"The pages are on the branch {BRANCH}. " if outcome.pushed else ""
    return f"{done}{pushed}The pull request is {outcome.action}."


def push_commit(
    root: Path, remote: str, branch: str, files: dict[str, bytes | None], now: datetime
) -> str:
    """Commit files to the branch that is checked out, unless that has moved on."""
    commit = commit_files(root, files, _TITLE, now).id
    where = f"refs/heads/{branch}"
    try:
        run_git(root, "-c", CREDENTIALS, "push", "--quiet", remote, f"{commit}:{where}")
    except CalledProcessError as error:
        run_git(root, "-c", CREDENTIALS, "fetch", "--quiet", remote, where)
        if revision(root, "FETCH_HEAD") != revision(root):
            return "The branch has moved on; the run for the newer push renders the pages."
        remedy = (
            f"set `render: {PublishMode.PULL_REQUEST}` where the workflow that renders is called, "
            "so that the pages are proposed instead, or let the branch be pushed to without a "
            "pull request (Settings, Rules, or Settings, Branches)"
        )
        raise refusal(error, branch, remedy) or error from error
    return f"The pages are committed to {branch}."
