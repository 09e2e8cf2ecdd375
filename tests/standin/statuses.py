"""Statuses of commits, and whether branch protection would let a pull request be merged."""

from __future__ import annotations

from typing import Any

from standin import answers, git_objects, pulls
from standin.state import OF_THIS_REPOSITORY, Answer, Handler, Refusal, State, actor, argument, page

STATES = ("error", "failure", "pending", "success")
LIMIT = 1000
"""How many statuses a commit may have of one context."""
LONGEST = 140
"""Characters of a status's description."""


def _create(state: State, _number: int, body: Any) -> Answer:
    sha = argument("sha")
    git_objects.commit_id(state, sha)
    context = body.get("context") or "default"
    if len(body.get("description") or "") > LONGEST:
        error = {"resource": "Status", "code": "custom", "field": "description"}
        error["message"] = f"description is too long (maximum is {LONGEST} characters)"
        raise Refusal(422, {"message": "Validation Failed", "errors": [error]})
    if len(of(state, sha, context)) >= LIMIT:
        message = "This SHA and context has reached the maximum number of statuses."
        raise Refusal(422, {"message": message})
    status = {
        "id": next(state.numbers),
        "node_id": "SC",
        "url": f"{state.url}/repos/{state.repository}/statuses/{sha}",
        "avatar_url": "https://avatars.githubusercontent.com/in/15368",
        "state": body["state"],
        "description": body.get("description"),
        "target_url": body.get("target_url"),
        "context": context,
        "created_at": state.now,
        "updated_at": state.now,
    }
    state.statuses.append({**status, "sha": sha})
    return 201, {**status, "creator": answers.user(actor())}, {}


def of(state: State, sha: str, context: str | None = None) -> list[dict[str, Any]]:
    """Return the statuses of a commit, the newest first, as GitHub lists them."""
    return [
        each
        for each in reversed(state.statuses)
        if each["sha"] == sha and context in {None, each["context"]}
    ]


def newest(state: State, sha: str) -> dict[str, dict[str, Any]]:
    """Return a commit's newest status of each context."""
    return {each["context"]: each for each in reversed(of(state, sha))}


def _list(state: State, _number: int, _body: Any) -> Answer:
    sha = git_objects.commit_id(state, argument("ref"))
    listed = [{**without_sha(each), "creator": answers.user(actor())} for each in of(state, sha)]
    return 200, *page(state, listed)


def without_sha(status: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in status.items() if key != "sha"}


def _combined(state: State, _number: int, _body: Any) -> Answer:
    sha = git_objects.commit_id(state, argument("ref"))
    found = list(newest(state, sha).values())
    states = {each["state"] for each in found}
    whole = "pending" if not found else "success"
    whole = "pending" if "pending" in states else whole
    whole = "failure" if states & {"error", "failure"} else whole
    url = f"{state.url}/repos/{state.repository}/commits/{sha}"
    shown, headers = page(state, [without_sha(each) for each in found])
    answer = {
        "state": whole,
        "sha": sha,
        "total_count": len(found),
        "statuses": shown,
        "repository": pulls.repository(state.repository, OF_THIS_REPOSITORY, state.default_branch),
        "commit_url": url,
        "url": f"{url}/status",
    }
    return 200, answer, headers


def why_not_merged(state: State, number: int) -> list[str]:
    """Say what keeps a pull request from being merged, as branch protection would; often nothing.

    A required context is met by a status or a check run of that name on the head; where there are
    both, both must have succeeded. Nobody's review is asked for.
    """
    pull = pulls.find(state, number)
    head, base = pull["head"]["sha"], pull["base"]["ref"]
    reasons = [] if pull["state"] == "open" else ["it is closed"]
    if git_objects.merged_tree(state, f"refs/heads/{base}", head) is None:
        reasons.append("it has conflicts")
    found = newest(state, head)
    checks = {name: conclusion for sha, name, conclusion in state.checks if sha == head}
    for context in sorted(state.required.get(base, set())):
        answers_given = [found[context]["state"]] if context in found else []
        answers_given += [checks[context]] if context in checks else []
        if not answers_given:
            reasons.append(f"{context}: expected")
        reasons += [f"{context}: {each}" for each in answers_given if each != "success"]
    return reasons


_ROOT = "/repos/{owner}/{repo}"
HANDLERS: dict[str, dict[str, Handler]] = {
    f"{_ROOT}/statuses/{{sha}}": {"post": _create},
    f"{_ROOT}/commits/{{ref}}/status": {"get": _combined},
    f"{_ROOT}/commits/{{ref}}/statuses": {"get": _list},
}
