"""A stand-in for the part of GitHub's API that Rollkeeper uses: it remembers, and it refuses.

Issues, labels and comments of one repository, on loopback. Every request and answer is held
against GitHub's own description; what does not fit is answered 500 and kept in `complaints`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, TypeAlias

from flask import Flask, Request, Response, request
from werkzeug.serving import make_server

from standin import answers
from standin.openapi import complaints

BODY_LIMIT = 65_536
REPOSITORY = "/repos/{owner}/{repo}"
ISSUES = f"{REPOSITORY}/issues"
ISSUE = f"{ISSUES}/{{issue_number}}"
COMMENTS = f"{ISSUE}/comments"
LABELS = f"{REPOSITORY}/labels"


Answer: TypeAlias = tuple[int, Any, dict[str, str]]
Handler: TypeAlias = "Callable[[State, int, Any], Answer]"


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault of the stand-in
    """An answer other than success."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers or {}


@dataclass
class State:
    """What the repository holds, what was asked, and what goes wrong next."""

    repository: str
    token: str
    login: str = "github-actions[bot]"
    url: str = ""
    issues: list[dict[str, Any]] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    troubles: list[tuple[str, Refusal, bool]] = field(default_factory=list)

    def refuse_once(self, method: str, status: int, *, after: bool = False, **header: str) -> None:
        """Answer the next request of `method` with `status`; `after` having done what it asks."""
        headers = {name.replace("_", "-"): value for name, value in header.items()}
        body = {"message": "You have exceeded a secondary rate limit." if status == 403 else "Oops"}
        self.troubles.append((method, Refusal(status, body, headers), after))

    def add_issue(self, body: str, *, author: str, **more: Any) -> dict[str, Any]:
        """Put an issue, or with `pull_request=True` a pull request, into the repository."""
        issue: dict[str, Any] = answers.issue(
            self, len(self.issues) + 1, body=body, author=author, **more
        )
        self.issues.append(issue)
        return issue

    def written(self) -> list[tuple[str, str]]:
        """Give the requests that may have changed something."""
        return [entry for entry in self.requests if entry[0] != "GET"]


@contextmanager
def serve(repository: str = "octo-community/rolls", token: str = "standin") -> Iterator[State]:  # noqa: S107 - no secret
    """Run the stand-in on a free port of loopback for as long as the block lasts."""
    state = State(repository, token)
    server = make_server("127.0.0.1", 0, application(state), threaded=True)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def application(state: State) -> Flask:
    app = Flask(__name__)
    for template, handlers in HANDLERS.items():
        rule = (
            template.replace("{owner}/{repo}", state.repository)
            .replace("{issue_number}", "<int:number>")
        )  # fmt: skip

        def view(number: int = 0, *, template: str = template) -> Response:
            return _answer(state, template, number)

        app.add_url_rule(rule, rule, view, methods=[name.upper() for name in handlers])
    return app


def _answer(state: State, template: str, number: int) -> Response:
    method = request.method.lower()
    state.requests.append((request.method, request.path))
    trouble = next((item for item in state.troubles if item[0] == request.method), None)
    if trouble:
        state.troubles.remove(trouble)
        if not trouble[2]:
            return _refusal(trouble[1])
    try:
        _authorised(state, request)
        body = request.get_json(silent=True)
        if method in {"post", "patch"}:
            state.complaints += complaints(template, method, body=body)
        status, answer, headers = HANDLERS[template][method](state, number, body)
    except Refusal as refusal:
        return _refusal(refusal)
    state.complaints += complaints(template, method, status=status, body=answer)
    if trouble:
        return _refusal(trouble[1])
    if state.complaints:
        return _refusal(Refusal(500, {"message": "; ".join(state.complaints)}))
    return Response(json.dumps(answer), status, headers, mimetype="application/json")


def _refusal(refusal: Refusal) -> Response:
    text = json.dumps(refusal.body)
    return Response(text, refusal.status, refusal.headers, mimetype="application/json")


def _authorised(state: State, asked: Request) -> None:
    if asked.headers.get("Authorization") not in {f"token {state.token}", f"Bearer {state.token}"}:
        raise Refusal(401, {"message": "Bad credentials"})


def _list_issues(state: State, _number: int, _body: Any) -> Answer:
    wanted_state = request.args.get("state", "open")
    wanted_labels = {name for name in request.args.get("labels", "").split(",") if name}
    found = [
        issue
        for issue in reversed(state.issues)
        if wanted_state in {"all", issue["state"]}
        and wanted_labels <= {label["name"] for label in issue["labels"]}
    ]
    return 200, *_page(found)


def _page(found: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    size = min(int(request.args.get("per_page", "30")), 100)
    number = int(request.args.get("page", "1"))
    last = max(1, -(-len(found) // size))
    links = [("next", number + 1), ("last", last)] if number < last else []
    query = {**request.args, "per_page": str(size)}
    header = ", ".join(
        f"<{request.base_url}?{_query({**query, 'page': str(page)})}>; rel={json.dumps(name)}"
        for name, page in links
    )
    return found[(number - 1) * size : number * size], {"Link": header} if header else {}


def _query(arguments: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in arguments.items())


def _create_issue(state: State, _number: int, body: Any) -> Answer:
    _length(body)
    labels = [str(name) for name in body.get("labels", [])]
    issue = state.add_issue(
        body.get("body") or "", author=state.login, title=body["title"], labels=labels
    )
    return 201, issue, {}


def _find(state: State, number: int) -> dict[str, Any]:
    if not 1 <= number <= len(state.issues):
        raise Refusal(404, {"message": "Not Found"})
    return state.issues[number - 1]


def _get_issue(state: State, number: int, _body: Any) -> Answer:
    return 200, _find(state, number), {}


def _edit_issue(state: State, number: int, body: Any) -> Answer:
    _length(body)
    issue = _find(state, number)
    issue |= {
        name: body[name] for name in ("title", "body", "state", "state_reason") if name in body
    }
    issue["closed_at"] = answers.MOMENT if issue["state"] == "closed" else None
    return 200, issue, {}


def _list_comments(state: State, number: int, _body: Any) -> Answer:
    _find(state, number)
    return 200, *_page(state.comments.get(number, []))


def _create_comment(state: State, number: int, body: Any) -> Answer:
    _length(body)
    _find(state, number)["comments"] += 1
    comment = answers.comment(state, number, body["body"])
    state.comments.setdefault(number, []).append(comment)
    return 201, comment, {}


def _list_labels(state: State, _number: int, _body: Any) -> Answer:
    return 200, *_page(state.labels)


def _create_label(state: State, _number: int, body: Any) -> Answer:
    if any(label["name"].lower() == body["name"].lower() for label in state.labels):
        error = {"resource": "Label", "code": "already_exists", "field": "name"}
        raise Refusal(422, {"message": "Validation Failed", "errors": [error]})
    label = answers.label(state, body["name"], body["color"], body.get("description"))
    state.labels.append(label)
    return 201, label, {}


def _length(body: Any) -> None:
    if len(body.get("body") or "") > BODY_LIMIT:
        message = f"body is too long (maximum is {BODY_LIMIT} characters)"
        error = {"resource": "Issue", "code": "custom", "field": "body", "message": message}
        raise Refusal(422, {"message": "Validation Failed", "errors": [error]})


HANDLERS: dict[str, dict[str, Handler]] = {
    ISSUES: {"get": _list_issues, "post": _create_issue},
    ISSUE: {"get": _get_issue, "patch": _edit_issue},
    COMMENTS: {"get": _list_comments, "post": _create_comment},
    LABELS: {"get": _list_labels, "post": _create_label},
}
