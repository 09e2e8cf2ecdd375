"""Publish the rendered pages: as a commit on the default branch, or as one pull request."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from subprocess import CalledProcessError

from rollkeeper.engine.run import Options, load_community
from rollkeeper.forge.actions import Actions
from rollkeeper.forge.bot_pull_request import PullRequestContent, keep_pull_request
from rollkeeper.forge.branches import BOT_EMAIL, SIGNED_OFF
from rollkeeper.forge.client import connect
from rollkeeper.forge.tracking_issue import BOT
from rollkeeper.loading.git import run_git

_TITLE = "Render the pages"
_CONTENT = PullRequestContent(
    branch="rollkeeper/pages",
    title=_TITLE,
    body=(
        "The rosters have changed, and this updates the public pages to match. Rollkeeper keeps "
        "this pull request up to date with every change of the rosters, and closes it when nothing "
        "is left in it. Edits on its branch are lost.\n\n"
        "GitHub starts no checks for it: close and reopen it to run them.\n"
    ),
    moot="The pages agree with the rosters; there is nothing left to propose.",
)
# Git asks for the password when it needs one, so that it is in no argument and in no file.
_CREDENTIALS = (
    'credential.helper=!f() { echo username=x-access-token; echo "password=${GITHUB_TOKEN}"; }; f'
)


class PublishMode(StrEnum):
    """How pages are published: the values of the variable ROLLKEEPER_RENDER."""

    COMMIT = "commit"
    PULL_REQUEST = "pull-request"


def publish(options: Options, actions: Actions, mode: PublishMode) -> str:
    """Publish the pages that were rendered in a checkout, and return what was done.

    Raises CalledProcessError where git or GitHub refuse, and PullRequestsForbiddenError.
    """
    remote = f"{actions.server_url}/{actions.repository}.git"
    root = options.root
    pages = [each.policy.page for each in load_community(options).programmes]
    differs = commit_pages(root, [page for page in pages if page is not None])
    if mode is PublishMode.COMMIT:
        return push_commit(root, remote, actions.ref_name) if differs else _UP_TO_DATE
    pushed = propose_commit(root, remote, _CONTENT.branch) if differs else _UP_TO_DATE
    owner = actions.repository.partition("/")[0]
    with connect(actions.token, actions.api_url, actions.repository) as repository:
        action = keep_pull_request(repository, owner, actions.ref_name, _CONTENT, differs=differs)
    return f"{pushed} The pull request is {action}."


_UP_TO_DATE = "The pages are up to date."


def commit_pages(root: Path, pages: Iterable[str]) -> bool:
    """Commit the pages that differ in a checkout, as the bot; return whether any does.

    They are named one by one: whatever else a run leaves in the checkout is not for the community.
    """
    there = [page for page in pages if (root / page).is_file()]
    if there:
        run_git(root, "--literal-pathspecs", "add", "--", *there)
    if run_git(root, "diff", "--cached", "--quiet", check=False).returncode == 0:
        return False
    bot = ("-c", f"user.name={BOT}", "-c", f"user.email={BOT_EMAIL}")
    run_git(root, *bot, "commit", "--quiet", "--message", f"{_TITLE}\n\n{SIGNED_OFF}")
    return True


def push_commit(root: Path, remote: str, branch: str) -> str:
    """Push the commit to the branch that it is for, unless that has moved on."""
    try:
        _push(root, remote, branch)
    except CalledProcessError:
        run_git(root, "-c", _CREDENTIALS, "fetch", "--quiet", remote, branch)
        if _commit(root, "FETCH_HEAD") == _commit(root, "HEAD^"):
            raise
        return "The branch has moved on; the run for the newer push renders the pages."
    return f"The pages are committed to {branch}."


def propose_commit(root: Path, remote: str, branch: str) -> str:
    """Push the commit to a branch of the bot's own, which it replaces, unless it is there."""
    fetched = run_git(root, "-c", _CREDENTIALS, "fetch", "--quiet", remote, branch, check=False)
    compare = ("diff", "--quiet", "FETCH_HEAD", "HEAD")
    if fetched.returncode == 0 and run_git(root, *compare, check=False).returncode == 0:
        return "The pages are proposed already."
    _push(root, remote, branch, "--force")
    return f"The pages are on the branch {branch}."


def _push(root: Path, remote: str, branch: str, *options: str) -> None:
    where = f"HEAD:refs/heads/{branch}"
    run_git(root, "-c", _CREDENTIALS, "push", "--quiet", *options, remote, where)


def _commit(root: Path, name: str) -> str:
    return run_git(root, "rev-parse", name).stdout.decode().strip()
