"""A stand-in for the part of GitHub's API that Rollkeeper uses: it remembers, and it refuses.

Issues, labels, comments and pull requests of one repository, on loopback. Every request and answer
is held against GitHub's own description; what does not fit is answered 418 and kept in
`complaints`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from flask import Flask, Request, Response, request
from werkzeug.serving import make_server

from standin import answers, branches, pulls
from standin.openapi import complaints
from standin.state import Answer, Handler, Refusal, State, check_length, find_issue, page

__all__ = ["Refusal", "State", "application", "serve"]

REPOSITORY = "/repos/{owner}/{repo}"
ISSUES = f"{REPOSITORY}/issues"
ISSUE = f"{ISSUES}/{{issue_number}}"
COMMENTS = f"{ISSUE}/comments"
LABELS = f"{REPOSITORY}/labels"


@contextmanager
def serve(repository: str = "octo-community/rosters", token: str = "standin") -> Iterator[State]:  # noqa: S107 - no secret
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
        rule = template.replace("{owner}/{repo}", state.repository)
        rule = rule.replace("{issue_number}", "<int:number>")
        rule = re.sub(r"\{(\w+_(?:id|number))\}", r"<int:\1>", rule)
        rule = re.sub(r"\{(\w+)\}", r"<\1>", rule.replace("{ref}", "<path:ref>"))

        def view(number: int = 0, *, template: str = template, **_more: Any) -> Response:
            with state.lock:
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
        return _refusal(Refusal(418, {"message": "; ".join(state.complaints)}))
    if answer is None:
        return Response(status=status, headers=headers)
    return Response(json.dumps(answer), status, headers, mimetype="application/json")


def _refusal(refusal: Refusal) -> Response:
    text = json.dumps(refusal.body)
    return Response(text, refusal.status, refusal.headers, mimetype="application/json")


def _authorised(state: State, asked: Request) -> None:
    if asked.headers.get("Authorization") not in {f"token {state.token}", f"Bearer {state.token}"}:
        raise Refusal(401, {"message": "Bad credentials"})
    if asked.method in state.forbidden:
        raise Refusal(403, {"message": "Resource not accessible by integration"})
    status = state.refuse_for.get(asked.path.rpartition("/")[2])
    if status is not None:
        raise Refusal(status, {"message": "Validation Failed"})


def _list_issues(state: State, _number: int, _body: Any) -> Answer:
    wanted_state = request.args.get("state", "open")
    wanted_labels = {name for name in request.args.get("labels", "").split(",") if name}
    found = [
        issue
        for issue in reversed(state.issues)
        if wanted_state in {"all", issue["state"]}
        and wanted_labels <= {label["name"] for label in issue["labels"]}
    ]
    return 200, *page(state, found)


def _create_issue(state: State, _number: int, body: Any) -> Answer:
    check_length(body)
    labels = [str(name) for name in body.get("labels", [])]
    issue = state.add_issue(
        body.get("body") or "", author=state.login, title=body["title"], labels=labels
    )
    return 201, issue, {}


def _get_issue(state: State, number: int, _body: Any) -> Answer:
    return 200, find_issue(state, number), {}


def _edit_issue(state: State, number: int, body: Any) -> Answer:
    check_length(body)
    issue = find_issue(state, number)
    issue |= {
        name: body[name] for name in ("title", "body", "state", "state_reason") if name in body
    }
    issue["closed_at"] = answers.MOMENT if issue["state"] == "closed" else None
    return 200, issue, {}


def _list_comments(state: State, number: int, _body: Any) -> Answer:
    find_issue(state, number)
    return 200, *page(state, state.comments.get(number, []))


def _create_comment(state: State, number: int, body: Any) -> Answer:
    check_length(body)
    find_issue(state, number)["comments"] += 1
    comment = answers.comment(state, number, next(state.numbers), body["body"], state.login)
    state.comments.setdefault(number, []).append(comment)
    return 201, comment, {}


def _list_labels(state: State, _number: int, _body: Any) -> Answer:
    return 200, *page(state, state.labels)


def _create_label(state: State, _number: int, body: Any) -> Answer:
    if any(label["name"].lower() == body["name"].lower() for label in state.labels):
        error = {"resource": "Label", "code": "already_exists", "field": "name"}
        raise Refusal(422, {"message": "Validation Failed", "errors": [error]})
    label = answers.label(state, body["name"], body["color"], body.get("description"))
    state.labels.append(label)
    return 201, label, {}


HANDLERS: dict[str, dict[str, Handler]] = {
    ISSUES: {"get": _list_issues, "post": _create_issue},
    ISSUE: {"get": _get_issue, "patch": _edit_issue},
    COMMENTS: {"get": _list_comments, "post": _create_comment},
    LABELS: {"get": _list_labels, "post": _create_label},
    **pulls.HANDLERS,
    **branches.HANDLERS,
}
