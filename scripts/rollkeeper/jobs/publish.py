"""Publish the rendered pages: as one pull request, or as a commit on the default branch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import partial
from pathlib import Path
from subprocess import CalledProcessError

from rollkeeper.engine.run import Options
from rollkeeper.forge.actions import Actions
from rollkeeper.forge.bot import BOT, BOT_EMAIL, SIGNED_OFF
from rollkeeper.forge.bot_pull_request import PullRequestContent, keep_pull_request
from rollkeeper.forge.client import connect
from rollkeeper.forge.statuses import has_status, set_status
from rollkeeper.grammar.wording import cut
from rollkeeper.loading.community import read_policies
from rollkeeper.loading.git import revision, run_git
from rollkeeper.model.commit_status import State
from rollkeeper.rules import catalogue

_TITLE = "Render the pages"
_CONTENT = PullRequestContent(
    branch="rollkeeper/pages",
    title=_TITLE,
    body=(
        "The rosters have changed, and this updates the public pages to match. Rollkeeper keeps "
        "this pull request up to date with every change of the rosters, and closes it when nothing "
        "is left in it. Edits on its branch are lost.\n\n"
        "GitHub starts no workflows for it. The status `Rollkeeper` is set all the same; if others "
        "are required, close and reopen the pull request to run them.\n"
    ),
    moot="The pages agree with the rosters; there is nothing left to propose.",
)
_UP_TO_DATE = "The pages are up to date."
_IN_ORDER = "Rendered from the rosters of the default branch"
# Git asks for the password when it needs one, so that it is in no argument and in no file.
_CREDENTIALS = (
    'credential.helper=!f() { echo username=x-access-token; echo "password=${GITHUB_TOKEN}"; }; f'
)
_PROTECTED = re.compile(
    r"\bGH0(?:06|13)\b|protected branch|repository rule violations", re.IGNORECASE
)
_NOT_ALLOWED = re.compile(r"\b403\b|permission to \S+ denied|write access", re.IGNORECASE)
_MOST_SAID = 400


class PublishMode(StrEnum):
    """How pages are published: the values of RENDER."""

    PULL_REQUEST = "pull-request"
    COMMIT = "commit"


class PublishRefusedError(Exception):
    """GitHub does not take what was pushed; the message names the setting and what to do."""


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

    Raises PublishRefusedError where a setting forbids the push, CalledProcessError where git fails
    for another reason, PullRequestsForbiddenError, and GithubException.
    """
    remote = f"{actions.server_url}/{actions.repository}.git"
    root, branch = options.root, default_branch(actions)
    policies = read_policies(root, catalogue(), policies=options.policies)
    pages = [page.path for each in policies for page in each.pages]
    plates = [folder for each in policies for folder in each.plate_folders]
    differs = commit_pages(root, [*pages, *dict.fromkeys(plates)])
    if mode is PublishMode.COMMIT:
        return push_commit(root, remote, branch) if differs else _UP_TO_DATE
    done, owner = _UP_TO_DATE, actions.repository.partition("/")[0]
    with connect(actions.token, actions.api_url, actions.repository) as repository:
        if differs:
            vouched_for = partial(has_status, repository)
            pushed = propose_commit(root, remote, _CONTENT.branch, vouched_for)
            done = "The pages are proposed already."
            if pushed is not None:
                set_status(repository, pushed, State.SUCCESS, _IN_ORDER, actions.run_url)
                done = f"The pages are on the branch {_CONTENT.branch}."
        action = keep_pull_request(repository, owner, branch, _CONTENT, differs=differs)
    return f"{done} The pull request is {action}."


def commit_pages(root: Path, pages: Iterable[str]) -> bool:
    """Commit the pages and folders of plates that differ, as the bot; return whether any does.

    They are named one by one: whatever else a run leaves in the checkout is not for the community.
    The policy names them, whatever `.gitignore` says.
    """
    there = [page for page in pages if _is_there(root, page)]
    if not there:
        return False
    run_git(root, "--literal-pathspecs", "add", "--force", "--all", "--", *there)
    pages_alone = ("--literal-pathspecs", "diff", "--cached", "--quiet", "--", *there)
    if run_git(root, *pages_alone, check=False).returncode == 0:
        return False
    bot = ("-c", f"user.name={BOT}", "-c", f"user.email={BOT_EMAIL}")
    message = f"{_TITLE}\n\n{SIGNED_OFF}"
    run_git(
        root, *bot, "--literal-pathspecs", "commit", "--quiet", "--message", message, "--", *there
    )
    return True


def _is_there(root: Path, path: str) -> bool:
    """Return whether git knows or would find a file at a path, or below it."""
    if (root / path).is_dir():
        # A plate that is not needed any more is deleted, and so may the last one be.
        known = ("--literal-pathspecs", "ls-files", "--cached", "--others", "--", path)
        return bool(run_git(root, *known).stdout)
    return (root / path).is_file()


def push_commit(root: Path, remote: str, branch: str) -> str:
    """Push the commit to the branch that it is for, unless that has moved on."""
    try:
        _push(root, remote, branch)
    except CalledProcessError as error:
        _fetch(root, remote, branch)
        if revision(root, "FETCH_HEAD") != revision(root, "HEAD^"):
            return "The branch has moved on; the run for the newer push renders the pages."
        remedy = (
            f"set `render: {PublishMode.PULL_REQUEST}` where the workflow that renders is called, "
            "so that the pages are proposed instead, or let the branch be pushed to without a "
            "pull request (Settings, Rules, or Settings, Branches)"
        )
        raise _refusal(error, branch, remedy) or error from error
    return f"The pages are committed to {branch}."


def propose_commit(
    root: Path, remote: str, branch: str, vouched_for: Callable[[str], bool]
) -> str | None:
    """Push the commit to a branch of the bot's own, which it replaces; return its id.

    None where the branch ends in a commit that makes the same change and is `vouched_for` as one of
    ours: what else has happened on the default branch since is none of its concern.
    """
    if _fetch(root, remote, branch, "--depth=2", check=False):
        there = _change(root, "FETCH_HEAD")
        same = there and there == _change(root, "HEAD")
        if same and vouched_for(revision(root, "FETCH_HEAD")):
            return None
    try:
        _push(root, remote, branch, "--force")
    except CalledProcessError as error:
        remedy = f"leave `{branch}` out of the rules for branches (Settings, Rules)"
        raise _refusal(error, branch, remedy) or error from error
    return revision(root)


def _refusal(error: CalledProcessError, branch: str, remedy: str) -> PublishRefusedError | None:
    """Return what to say of a refused push; None where it failed for another reason."""
    said = error.stderr.decode(errors="replace")
    words = cut(" ".join(said.replace("remote:", "").split()), _MOST_SAID)
    if _PROTECTED.search(said):
        message = f"the branch `{branch}` is protected and does not take the pages: {remedy}"
    elif _NOT_ALLOWED.search(said):
        message = (
            f"the token may not push to `{branch}`: give the job that renders `contents: write`"
        )
    else:
        return None
    return PublishRefusedError(f"{message}. GitHub says: {words}")


def _push(root: Path, remote: str, branch: str, *options: str) -> None:
    where = f"HEAD:refs/heads/{branch}"
    run_git(root, "-c", _CREDENTIALS, "push", "--quiet", *options, remote, where)


def _fetch(root: Path, remote: str, branch: str, *options: str, check: bool = True) -> bool:
    """Fetch a branch; return whether it is there."""
    where = f"refs/heads/{branch}"
    fetch = ("-c", _CREDENTIALS, "fetch", "--quiet", *options, remote, where)
    return run_git(root, *fetch, check=check).returncode == 0


def _change(root: Path, commit: str) -> bytes:
    """Return which contents a commit replaces with which; empty where its parent is unknown."""
    raw = ("diff", "--raw", "--no-renames", "--no-abbrev", "-z", f"{commit}^", commit)
    done = run_git(root, *raw, check=False)
    return done.stdout if done.returncode == 0 else b""
