"""The stand-in's writing side: commits made through the API, and pull requests opened by it.

Blobs, trees and commits land in a real repository; a branch moves only as git lets it.
"""

from __future__ import annotations

import base64
import subprocess
from typing import Any

from flask import request

from standin import answers, pulls
from standin.state import Answer, Handler, Refusal, State

PERMISSION = {"maintain": "write", "triage": "read"}
"""What GitHub calls the permission of a role that it has no older word for."""


def _git(state: State, *arguments: str, data: bytes = b"") -> str:
    if state.git is None:
        raise Refusal(404, {"message": "Not Found"})
    person = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
    command = ["git", *person, "-C", str(state.git), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, input=data)
    if done.returncode:
        raise Refusal(422, {"message": done.stderr.decode()})
    return done.stdout.decode().strip()


def _argument(name: str) -> Any:
    return (request.view_args or {})[name]


def _url(state: State, path: str) -> str:
    return f"{state.url}/repos/{state.repository}/{path}"


def _permission(state: State, _number: int, _body: Any) -> Answer:
    login = _argument("username")
    role = state.roles.get(login, "read")
    answer = {"permission": PERMISSION.get(role, role), "role_name": role}
    return 200, {**answer, "user": answers.user(login) | {"role_name": role}}, {}


def _get_pull(state: State, _number: int, _body: Any) -> Answer:
    return 200, _find(state), {}


def _find(state: State) -> dict[str, Any]:
    for pull in state.pulls:
        if pull["number"] == _argument("pull_number"):
            whole = {"comments": 0, "review_comments": 0, "commits": 1, "additions": 1}
            whole |= {"deletions": 0, "changed_files": 1, "maintainer_can_modify": False}
            more = {"merged": False, "mergeable": True, "mergeable_state": "clean"}
            return {**pull, **whole, **more, "rebaseable": True, "merged_by": None}
    raise Refusal(404, {"message": "Not Found"})


def _create_pull(state: State, _number: int, body: Any) -> Answer:
    if not state.may_open:
        message = "GitHub Actions is not permitted to create or approve pull requests."
        raise Refusal(403, {"message": message})
    owner = state.repository.partition("/")[0]
    there = [each for each in state.pulls if each["state"] == "open"]
    if any(each["head"]["label"] == f"{owner}:{body['head']}" for each in there):
        error = {"resource": "PullRequest", "code": "custom"}
        error["message"] = f"A pull request already exists for {owner}:{body['head']}."
        raise Refusal(422, {"message": "Validation Failed", "errors": [error]})
    head, base = (_git(state, "rev-parse", f"refs/heads/{body[key]}") for key in ("head", "base"))
    made = pulls.pull(
        state, head=head, base=base, branch=body["head"], owner=owner, repository_id=1
    )
    made |= {"title": body["title"], "body": body["body"], "user": answers.user(state.login)}
    request.view_args = {"pull_number": made["number"]}
    return 201, _find(state), {}


def _edit_pull(state: State, _number: int, body: Any) -> Answer:
    number = _argument("pull_number")
    for pull in state.pulls:
        if pull["number"] == number:
            pull |= {name: body[name] for name in ("title", "body", "state") if name in body}
    return 200, _find(state), {}


def _create_blob(state: State, _number: int, body: Any) -> Answer:
    data = base64.b64decode(body["content"], validate=True)
    sha = _git(state, "hash-object", "-w", "--stdin", data=data)
    return 201, {"sha": sha, "url": _url(state, f"git/blobs/{sha}")}, {}


def _create_tree(state: State, _number: int, body: Any) -> Answer:
    """Put files into a tree; folders that are not there yet come with them."""
    index = f"{state.git}/standin-index"
    environment = ("-c", "core.bare=false", "--work-tree=/")
    _git_with(state, index, "read-tree", body["base_tree"])
    for entry in body["tree"]:
        cached = f"{entry['mode']},{entry['sha']},{entry['path']}"
        _git_with(state, index, *environment, "update-index", "--add", "--cacheinfo", cached)
    sha = _git_with(state, index, "write-tree")
    url = _url(state, f"git/trees/{sha}")
    return 201, {"sha": sha, "url": url, "tree": [], "truncated": False}, {}


def _git_with(state: State, index: str, *arguments: str) -> str:
    command = ["git", "-C", str(state.git), *arguments]
    done = subprocess.run(
        command, check=False, capture_output=True, env={"GIT_INDEX_FILE": index, "PATH": "/usr/bin"}
    )
    if done.returncode:
        raise Refusal(422, {"message": done.stderr.decode()})
    return done.stdout.decode().strip()


def _create_commit(state: State, _number: int, body: Any) -> Answer:
    people = [
        f"{role} {body[role]['name']} <{body[role]['email']}> 1795000000 +0000"
        for role in ("author", "committer")
    ]
    lines = [f"tree {body['tree']}", *(f"parent {parent}" for parent in body["parents"]), *people]
    text = "\n".join([*lines, "", body["message"], ""])
    sha = _git(state, "hash-object", "-t", "commit", "-w", "--stdin", data=text.encode())
    url = _url(state, f"git/commits/{sha}")
    person = {"date": answers.MOMENT}
    answer = {
        "sha": sha, "node_id": "C", "url": url, "html_url": url, "message": body["message"],
        **{role: {**body[role], **person} for role in ("author", "committer")},
        "tree": {"sha": body["tree"], "url": url},
        "parents": [{"sha": parent, "url": url, "html_url": url} for parent in body["parents"]],
        "verification": {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None},
    }  # fmt: skip
    return 201, answer, {}


def _move(state: State, _number: int, body: Any) -> Answer:
    """Move a branch, forward only; pull requests from it follow."""
    ref = f"refs/{_argument('ref')}"
    if ref in state.protected:
        raise Refusal(422, {"message": "Changes must be made through a pull request."})
    old, new = _git(state, "rev-parse", ref), body["sha"]
    if not body.get("force") and _git(state, "merge-base", old, new) != old:
        raise Refusal(422, {"message": "Update is not a fast forward"})
    _git(state, "update-ref", ref, new)
    for pull in state.pulls:
        ours = pull["head"]["repo"]["id"] == pull["base"]["repo"]["id"]
        if ours and ref == f"refs/heads/{pull['head']['ref']}":
            pull["head"]["sha"] = new
    url = _url(state, f"git/{ref}")
    named = {"type": "commit", "sha": new, "url": url}
    return 200, {"ref": ref, "node_id": "REF", "url": url, "object": named}, {}


_ROOT = "/repos/{owner}/{repo}"
HANDLERS: dict[str, dict[str, Handler]] = {
    f"{_ROOT}/collaborators/{{username}}/permission": {"get": _permission},
    f"{_ROOT}/pulls": {**pulls.HANDLERS[f"{_ROOT}/pulls"], "post": _create_pull},
    f"{_ROOT}/pulls/{{pull_number}}": {"get": _get_pull, "patch": _edit_pull},
    f"{_ROOT}/git/blobs": {"post": _create_blob},
    f"{_ROOT}/git/trees": {"post": _create_tree},
    f"{_ROOT}/git/commits": {"post": _create_commit},
    f"{_ROOT}/git/refs/{{ref}}": {"patch": _move},
}
