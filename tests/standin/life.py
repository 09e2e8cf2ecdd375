"""How issues and pull requests are closed, reopened and merged, by programs and by people.

A pull request is an issue too: what happens to one is seen in both. It cannot be reopened once its
branch is gone or was pushed anew, and it closes when its branch is deleted.
"""

from __future__ import annotations

from typing import Any

from standin import answers, git_objects
from standin.state import OF_THIS_REPOSITORY, Refusal, State

_INVALID = "Validation Failed"


def pull_of(state: State, issue: dict[str, Any]) -> dict[str, Any] | None:
    """Return the pull request that an issue is; None where it is none."""
    if "pull_request" not in issue:
        return None
    return next((each for each in state.pulls if each["number"] == issue["number"]), None)


def as_listed(state: State, issue: dict[str, Any]) -> dict[str, Any]:
    """Return an issue as it is in a list: a pull request as it stands, and not who closed it."""
    pull = pull_of(state, issue)
    if pull is not None:
        names = ("title", "body", "state", "user", "closed_at", "updated_at")
        issue |= {name: pull[name] for name in names}
        issue["pull_request"]["merged_at"] = pull["merged_at"]
    return {name: value for name, value in issue.items() if name != "closed_by"}


def edit(state: State, issue: dict[str, Any], body: dict[str, Any], by: str) -> None:
    """Change what is given of an issue or a pull request, as `by`; refuse what GitHub refuses."""
    pull = pull_of(state, issue)
    wanted = body.get("state", (pull or issue)["state"])
    if pull is not None and wanted != pull["state"]:
        _turn_pull(state, pull, wanted)
    if pull is None:
        _turn_issue(state, issue, wanted, body.get("state_reason"), by)
    elif pull["closed_at"] is not None:
        issue["closed_by"] = answers.user(by)
    for each in filter(None, (issue, pull)):
        each |= {name: body[name] for name in ("title", "body") if name in body}
        each["updated_at"] = state.now


def _turn_issue(
    state: State, issue: dict[str, Any], wanted: str, reason: str | None, by: str
) -> None:
    turned = wanted != issue["state"]
    issue["state"] = wanted
    if wanted == "open":
        issue |= {"closed_at": None, "closed_by": None}
        issue["state_reason"] = "reopened" if turned else issue["state_reason"]
        return
    if turned:
        issue |= {"closed_at": state.now, "closed_by": answers.user(by)}
        issue["state_reason"] = "completed"
    issue["state_reason"] = reason or issue["state_reason"]


def _turn_pull(state: State, pull: dict[str, Any], wanted: str) -> None:
    if wanted == "closed":
        close_pull(state, pull)
        return
    if pull["merged_at"] is not None:
        raise _unchanged(None, "has been merged")
    branch, was = pull["head"]["ref"], pull["head"]["sha"]
    there = git_objects.tip(state, branch)
    if there is None:
        raise _unchanged(branch, "has been deleted")
    if not git_objects.reaches(state, there, was):
        raise _unchanged(branch, "was force-pushed or recreated")
    if open_from(state, pull["head"]["label"], pull["base"]["ref"]) is not None:
        raise _unchanged(branch, "has another open pull request already")
    pull |= {"state": "open", "closed_at": None}
    pull["head"]["sha"] = there


def _unchanged(branch: str | None, why: str) -> Refusal:
    what = "The pull request" if branch is None else f"The {branch} branch"
    error = {"resource": "PullRequest", "code": "invalid", "field": "state"}
    error["message"] = f"state cannot be changed. {what} {why}."
    return Refusal(422, {"message": _INVALID, "errors": [error]})


def open_from(state: State, label: str, into: str) -> dict[str, Any] | None:
    """Return the open pull request from a branch into another; None where there is none."""
    for each in state.pulls:
        if (
            each["state"] == "open"
            and each["head"]["label"] == label
            and each["base"]["ref"] == into
        ):
            return each
    return None


def close_pull(state: State, pull: dict[str, Any]) -> None:
    """Close a pull request that is open."""
    pull |= {"state": "closed", "closed_at": state.now}


def follow_branches(state: State) -> None:
    """Let the open pull requests from branches of the repository itself have what was pushed there.

    One whose branch is gone, or holds nothing that its base has not, is closed.
    """
    for pull in state.pulls:
        ours = (pull["head"]["repo"] or {}).get("id") == OF_THIS_REPOSITORY
        if not ours or pull["state"] != "open" or state.git is None:
            continue
        there = git_objects.tip(state, pull["head"]["ref"])
        if there is not None and there != pull["head"]["sha"]:
            pull["head"]["sha"] = there
            pull["updated_at"] = state.now
        base = git_objects.tip(state, pull["base"]["ref"])
        if there is None or (base is not None and git_objects.reaches(state, base, there)):
            close_pull(state, pull)


def merge(state: State, number: int, *, by: str) -> str:
    """Merge a pull request as a person does, and return the commit; it must have no conflict."""
    pull = next(each for each in state.pulls if each["number"] == number)
    base, head = git_objects.tip(state, pull["base"]["ref"]), pull["head"]["sha"]
    assert base is not None
    tree = git_objects.merged_tree(state, base, head)
    assert tree is not None, f"#{number} has conflicts"
    assert pull["state"] == "open", f"#{number} is closed"
    made = git_objects.commit_tree(state, tree, (base, head), f"Merge pull request #{number}")
    git_objects.git(state, "update-ref", f"refs/heads/{pull['base']['ref']}", made, base)
    close_pull(state, pull)
    pull |= {"merged_at": state.now, "merge_commit_sha": made}
    state.issues[number - 1]["closed_by"] = answers.user(by)
    return made


def close(state: State, number: int, *, by: str, reason: str = "completed") -> None:
    """Let somebody close an issue or a pull request."""
    edit(state, state.issues[number - 1], {"state": "closed", "state_reason": reason}, by)


def reopen(state: State, number: int, *, by: str) -> None:
    """Let somebody reopen an issue or a pull request."""
    edit(state, state.issues[number - 1], {"state": "open"}, by)


def rewrite(state: State, number: int, body: str, *, by: str) -> None:
    """Let somebody edit the text of an issue or a pull request."""
    edit(state, state.issues[number - 1], {"body": body}, by)
