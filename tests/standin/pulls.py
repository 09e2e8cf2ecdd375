"""The stand-in's pull requests and their reviews, the repository itself, and who may what in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import request

from standin import answers, git_objects, life
from standin.state import (
    OF_THIS_REPOSITORY,
    Answer,
    Handler,
    Refusal,
    State,
    actor,
    argument,
    check_length,
    page,
)

EVENTS = Path(__file__).with_name("events")
PERMISSION = {"maintain": "write", "triage": "read"}
"""What GitHub calls the permission of a role that it has no older word for."""


def repository(full_name: str, repository_id: int, default_branch: str = "main") -> dict[str, Any]:
    """Return a repository as GitHub describes it."""
    event = json.loads((EVENTS / "workflow_run.completed.json").read_text(encoding="utf-8"))
    owner = full_name.partition("/")[0]
    made = {name: value for name, value in event["repository"].items() if value is not None}
    return {
        **event["repository"],
        "clone_url": "",
        "git_url": "",
        "ssh_url": "",
        "svn_url": "",
        "size": 1,
        **{key: made.get(key, 0) for key in ("stargazers_count", "watchers_count", "forks")},
        **dict.fromkeys(("forks_count", "open_issues", "open_issues_count", "watchers"), 0),
        **{
            f"has_{key}": False for key in ("projects", "wiki", "pages", "downloads", "discussions")
        },
        "has_issues": True,
        "homepage": None,
        "language": None,
        "license": None,
        "mirror_url": None,
        "archived": False,
        "disabled": False,
        "default_branch": default_branch,
        **dict.fromkeys(("created_at", "updated_at", "pushed_at"), answers.MOMENT),
        "id": repository_id,
        "full_name": full_name,
        "name": full_name.partition("/")[2],
        "owner": answers.user(owner),
    }


def pull(  # noqa: PLR0913 - a pull request has that many sides
    state: State,
    *,
    head: str,
    base: str,
    branch: str = "change",
    owner: str = "newcomer",
    repository_id: int = 77,
    is_open: bool = True,
    into: str | None = None,
) -> dict[str, Any]:
    """Open a pull request, by default from a fork and into the default branch, and give it."""
    into = into or state.default_branch
    issue = state.add_issue("", author=owner, title="A change", pull_request=True)
    number = issue["number"]
    url = f"{state.url}/repos/{state.repository}/pulls/{number}"
    shown = f"https://github.com/{state.repository}/pull/{number}"
    name = state.repository.partition("/")[2]
    links = ("self", "html", "issue", "comments", "review_comments", "review_comment", "commits", "statuses")  # fmt: skip
    made: dict[str, Any] = {
        **{key: issue[key] for key in ("id", "node_id", "number", "title", "body", "user")},
        **{key: issue[key] for key in ("labels", "locked", "created_at", "updated_at")},
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "merged_at": None,
        "auto_merge": None,
        "merge_commit_sha": None,
        "closed_at": None,
        "draft": False,
        **{f"{key}_url": url for key in ("commits", "review_comment", "review_comments")},
        **{f"{key}_url": url for key in ("comments", "statuses", "diff", "patch")},
        "issue_url": issue["url"],
        "url": url,
        "html_url": shown,
        "state": "open" if is_open else "closed",
        "author_association": "NONE",
        "_links": {key: {"href": url} for key in links},
        "head": {
            "label": f"{owner}:{branch}",
            "ref": branch,
            "sha": head,
            "user": answers.user(owner),
            "repo": repository(f"{owner}/{name}", repository_id),
        },
        "base": {
            "label": f"{state.repository.partition('/')[0]}:{into}",
            "ref": into,
            "sha": base,
            "user": answers.user(state.repository.partition("/")[0]),
            "repo": repository(state.repository, OF_THIS_REPOSITORY, state.default_branch),
        },
    }
    state.pulls.append(made)
    return made


def _list_pulls(state: State, _number: int, _body: Any) -> Answer:
    head, base = request.args.get("head"), request.args.get("base")
    wanted = request.args.get("state", "open")
    found = [
        each
        for each in reversed(state.pulls)
        if wanted in {"all", each["state"]}
        and head in {None, each["head"]["label"]}
        and base in {None, each["base"]["ref"]}
    ]
    return 200, *page(state, found)


def _reviews(state: State, _number: int, _body: Any) -> Answer:
    number = argument("pull_number")
    find(state, number)
    shown = [
        {key: value for key, value in each.items() if key not in {"comments", "number"}}
        for each in state.reviews
        if each["number"] == number
    ]
    return 200, *page(state, shown)


def _review(state: State, _number: int, body: Any) -> Answer:
    number = argument("pull_number")
    review = {
        "id": next(state.numbers),
        "node_id": "R",
        "user": answers.user(actor()),
        "body": body["body"],
        "state": "COMMENTED",
        "commit_id": body["commit_id"],
        "html_url": f"https://github.com/{state.repository}/pull/{number}#review",
        "pull_request_url": f"{state.url}/repos/{state.repository}/pulls/{number}",
        "_links": {"html": {"href": ""}, "pull_request": {"href": ""}},
        "author_association": "NONE",
    }
    state.reviews.append({**review, "number": number, "comments": body["comments"]})
    return 200, review, {}


def _permission(state: State, _number: int, _body: Any) -> Answer:
    login = argument("username")
    role = state.roles.get(login, "read")
    answer = {"permission": PERMISSION.get(role, role), "role_name": role}
    return 200, {**answer, "user": answers.user(login) | {"role_name": role}}, {}


def _get_pull(state: State, _number: int, _body: Any) -> Answer:
    return 200, _whole(state, argument("pull_number")), {}


def find(state: State, number: int) -> dict[str, Any]:
    """Return a pull request; refuse where there is none of that number."""
    for pull in state.pulls:
        if pull["number"] == number:
            return pull
    raise Refusal(404, {"message": "Not Found"})


def _whole(state: State, number: int) -> dict[str, Any]:
    pull = find(state, number)
    base, head = f"refs/heads/{pull['base']['ref']}", pull["head"]["sha"]
    clean = state.git is None or git_objects.merged_tree(state, base, head) is not None
    whole = {"comments": 0, "review_comments": 0, "commits": 1, "additions": 1}
    whole |= {"deletions": 0, "changed_files": 1, "maintainer_can_modify": False}
    more = {"mergeable": clean, "mergeable_state": "clean" if clean else "dirty"}
    more |= {"merged": pull["merged_at"] is not None}
    return {**pull, **whole, **more, "rebaseable": clean, "merged_by": None}


def _create_pull(state: State, _number: int, body: Any) -> Answer:
    check_length(body)
    if not state.may_open:
        message = "GitHub Actions is not permitted to create or approve pull requests."
        raise Refusal(403, {"message": message})
    owner = state.repository.partition("/")[0]
    if life.open_from(state, f"{owner}:{body['head']}", body["base"]) is not None:
        error = {"resource": "PullRequest", "code": "custom"}
        error["message"] = f"A pull request already exists for {owner}:{body['head']}."
        raise Refusal(422, {"message": "Validation Failed", "errors": [error]})
    head, base = (
        git_objects.commit_id(state, f"refs/heads/{body[key]}") for key in ("head", "base")
    )
    if git_objects.reaches(state, base, head):
        error = {"resource": "PullRequest", "code": "custom"}
        error["message"] = f"No commits between {body['base']} and {body['head']}"
        raise Refusal(422, {"message": "Validation Failed", "errors": [error]})
    made = pull(
        state,
        head=head,
        base=base,
        branch=body["head"],
        owner=owner,
        repository_id=OF_THIS_REPOSITORY,
        into=body["base"],
    )
    made |= {"title": body["title"], "body": body["body"], "user": answers.user(actor())}
    return 201, _whole(state, made["number"]), {}


def _edit_pull(state: State, _number: int, body: Any) -> Answer:
    found = find(state, argument("pull_number"))
    check_length(body)
    life.edit(state, state.issues[found["number"] - 1], body, actor())
    return 200, _whole(state, found["number"]), {}


def _repository(state: State, _number: int, _body: Any) -> Answer:
    whole = repository(state.repository, OF_THIS_REPOSITORY, state.default_branch)
    whole["has_issues"] = state.has_issues
    return 200, {**whole, "network_count": 0, "subscribers_count": 0}, {}


_ROOT = "/repos/{owner}/{repo}"
HANDLERS: dict[str, dict[str, Handler]] = {
    _ROOT: {"get": _repository},
    f"{_ROOT}/collaborators/{{username}}/permission": {"get": _permission},
    f"{_ROOT}/pulls": {"get": _list_pulls, "post": _create_pull},
    f"{_ROOT}/pulls/{{pull_number}}": {"get": _get_pull, "patch": _edit_pull},
    f"{_ROOT}/pulls/{{pull_number}}/reviews": {"get": _reviews, "post": _review},
}
