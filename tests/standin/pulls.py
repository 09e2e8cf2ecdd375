"""The stand-in's pull requests: who opened them, what their commits hold, and what is said of them.

What git knows is asked of a real repository, so that modes, sizes and merge bases are git's own.
"""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

from flask import request

from standin import answers
from standin.state import Answer, Handler, Refusal, State, check_length, find_issue, page

EVENTS = Path(__file__).with_name("events")
LISTED = 300
STATUS = {"A": "added", "M": "modified", "D": "removed", "R": "renamed", "T": "modified"}


def repository(full_name: str, repository_id: int) -> dict[str, Any]:
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
            f"has_{key}": False
            for key in ("issues", "projects", "wiki", "pages", "downloads", "discussions")
        },
        "homepage": None,
        "language": None,
        "license": None,
        "mirror_url": None,
        "archived": False,
        "disabled": False,
        "default_branch": "main",
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
) -> dict[str, Any]:
    """Open a pull request from a fork and give it."""
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
            "label": f"{state.repository.partition('/')[0]}:main",
            "ref": "main",
            "sha": base,
            "user": answers.user(state.repository.partition("/")[0]),
            "repo": repository(state.repository, 1),
        },
    }
    state.pulls.append(made)
    return made


def _list_pulls(state: State, _number: int, _body: Any) -> Answer:
    head, wanted = request.args.get("head"), request.args.get("state", "open")
    found = [
        each
        for each in state.pulls
        if wanted in {"all", each["state"]} and head in {None, each["head"]["label"]}
    ]
    return 200, *page(state, found)


def _review(state: State, _number: int, body: Any) -> Answer:
    number = int((request.view_args or {})["pull_number"])
    review = {
        "id": next(state.numbers),
        "node_id": "R",
        "user": answers.user(state.login),
        "body": body["body"],
        "state": "COMMENTED",
        "commit_id": body["commit_id"],
        "html_url": f"https://github.com/{state.repository}/pull/{number}#review",
        "pull_request_url": f"{state.url}/repos/{state.repository}/pulls/{number}",
        "_links": {"html": {"href": ""}, "pull_request": {"href": ""}},
        "author_association": "NONE",
    }
    state.reviews.append({**review, "comments": body["comments"]})
    return 200, review, {}


def _comment(state: State) -> dict[str, Any]:
    wanted = (request.view_args or {})["comment_id"]
    for thread in state.comments.values():
        for comment in thread:
            if comment["id"] == wanted:
                return comment
    raise Refusal(404, {"message": "Not Found"})


def _edit_comment(state: State, _number: int, body: Any) -> Answer:
    check_length(body)
    comment = _comment(state)
    if comment["user"]["login"] != state.login:
        raise Refusal(403, {"message": "Must have admin rights to Repository."})
    comment["body"] = body["body"]
    return 200, comment, {}


def _delete_comment(state: State, _number: int, _body: Any) -> Answer:
    comment = _comment(state)
    for thread in state.comments.values():
        if comment in thread:
            thread.remove(comment)
    return 204, None, {}


def _react(state: State, _number: int, body: Any) -> Answer:
    comment = _comment(state)
    for reaction in state.reactions.values():
        if (reaction["comment"], reaction["content"]) == (comment["id"], body["content"]):
            return 200, _shown(reaction), {}
    reaction = {
        "id": next(state.numbers),
        "node_id": "REA",
        "user": answers.user(state.login),
        "content": body["content"],
        "created_at": answers.MOMENT,
        "comment": comment["id"],
    }
    state.reactions[reaction["id"]] = reaction
    return 201, _shown(reaction), {}


def _shown(reaction: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in reaction.items() if key != "comment"}


def _withdraw(state: State, _number: int, _body: Any) -> Answer:
    _comment(state)
    if state.reactions.pop((request.view_args or {})["reaction_id"], None) is None:
        raise Refusal(404, {"message": "Not Found"})
    return 204, None, {}


def _add_labels(state: State, number: int, body: Any) -> Answer:
    issue = find_issue(state, number)
    there = {label["name"] for label in issue["labels"]}
    for name in body["labels"]:
        if name not in there:
            issue["labels"].append(answers.label(state, name, "ededed", ""))
    return 200, issue["labels"], {}


def _remove_label(state: State, number: int, _body: Any) -> Answer:
    issue = find_issue(state, number)
    name = (request.view_args or {})["name"]
    if name not in {label["name"] for label in issue["labels"]}:
        raise Refusal(404, {"message": "Label does not exist"})
    issue["labels"][:] = [label for label in issue["labels"] if label["name"] != name]
    return 200, issue["labels"], {}


def _git(state: State, *arguments: str) -> bytes:
    if state.git is None:
        raise Refusal(404, {"message": "Not Found"})
    command = ["git", "-C", str(state.git), *arguments]
    done = subprocess.run(command, check=False, capture_output=True)
    if done.returncode:
        raise Refusal(404, {"message": done.stderr.decode()})
    return done.stdout


def _commit(state: State, sha: str) -> dict[str, Any]:
    url = f"{state.url}/repos/{state.repository}/commits/{sha}"
    return {
        **dict.fromkeys(("url", "html_url", "comments_url"), url),
        "sha": sha,
        "node_id": "C",
        "author": None,
        "committer": None,
        "parents": [],
        "commit": {
            "url": url,
            "message": "Change",
            "comment_count": 0,
            "author": None,
            "committer": None,
            "tree": {"sha": sha, "url": url},
        },
    }


def _compare(state: State, _number: int, _body: Any) -> Answer:
    base, _, head = str((request.view_args or {})["basehead"]).partition("...")
    merge_base = _git(state, "merge-base", base, head).decode().strip()
    listed = _git(state, "diff", "-M", "--raw", "--abbrev=40", merge_base, head).decode()
    files = [_touched(state, merge_base, head, line) for line in listed.splitlines()[:LISTED]]
    url = f"{state.url}/repos/{state.repository}/compare/{base}...{head}"
    return (
        200,
        {
            **{f"{key}url": url for key in ("", "html_", "permalink_", "diff_", "patch_")},
            "base_commit": _commit(state, base),
            "merge_base_commit": _commit(state, merge_base),
            "status": "ahead",
            "ahead_by": 1,
            "behind_by": 0,
            "total_commits": 1,
            "commits": [_commit(state, head)],
            "files": files,
        },
        {},
    )


def _touched(state: State, base: str, head: str, line: str) -> dict[str, Any]:
    about, *paths = line.split("\t")
    _, _, _, blob, status = about.split(" ")
    path = paths[-1]
    url = f"{state.url}/repos/{state.repository}/blob/{head}"
    entry: dict[str, Any] = {
        "sha": blob,
        "filename": path,
        "status": STATUS[status[0]],
        "additions": 1,
        "deletions": 0,
        "changes": 1,
        **{f"{key}_url": f"{url}/file" for key in ("blob", "raw", "contents")},
    }
    if status[0] == "R":
        entry["previous_filename"] = paths[0]
    patch = _git(state, "diff", base, head, "--", path).decode(errors="replace")
    if "@@ " in patch and len(patch) < 100_000:
        entry["patch"] = patch[patch.index("@@ ") :]
    return entry


def _tree(state: State, _number: int, _body: Any) -> Answer:
    sha = str((request.view_args or {})["tree_sha"])
    listed = _git(state, "ls-tree", "-r", "-t", "-l", sha).decode()
    url = f"{state.url}/repos/{state.repository}/git/blobs"
    tree = []
    for line in listed.splitlines():
        about, path = line.split("\t")
        mode, kind, blob, size = about.split()
        item: dict[str, Any] = {"path": path, "mode": mode, "type": kind, "sha": blob}
        tree.append(item | ({"size": int(size)} if size != "-" else {}) | {"url": f"{url}/{blob}"})
    return 200, {"sha": sha, "url": url, "tree": tree, "truncated": False}, {}


def _blob(state: State, _number: int, _body: Any) -> Answer:
    sha = str((request.view_args or {})["file_sha"])
    data = _git(state, "cat-file", "blob", sha)
    content = base64.encodebytes(data).decode()
    url = f"{state.url}/repos/{state.repository}/git/blobs/{sha}"
    blob = {"sha": sha, "node_id": "B", "size": len(data), "url": url}
    return 200, {**blob, "content": content, "encoding": "base64"}, {}


_ROOT = "/repos/{owner}/{repo}"
_COMMENT = f"{_ROOT}/issues/comments/{{comment_id}}"
_LABELS = f"{_ROOT}/issues/{{issue_number}}/labels"
HANDLERS: dict[str, dict[str, Handler]] = {
    f"{_ROOT}/pulls": {"get": _list_pulls},
    f"{_ROOT}/pulls/{{pull_number}}/reviews": {"post": _review},
    _COMMENT: {"patch": _edit_comment, "delete": _delete_comment},
    f"{_COMMENT}/reactions": {"post": _react},
    f"{_COMMENT}/reactions/{{reaction_id}}": {"delete": _withdraw},
    _LABELS: {"post": _add_labels},
    f"{_LABELS}/{{name}}": {"delete": _remove_label},
    f"{_ROOT}/compare/{{basehead}}": {"get": _compare},
    f"{_ROOT}/git/trees/{{tree_sha}}": {"get": _tree},
    f"{_ROOT}/git/blobs/{{file_sha}}": {"get": _blob},
}
