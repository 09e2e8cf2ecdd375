"""A stand-in for the part of GitHub that Rollkeeper uses: it remembers, and it refuses.

The API of one repository and git for it and its forks, on loopback. Every request and answer of the
API is held against GitHub's own description; what does not fit is answered 418 and kept in
`complaints`. What a token's permissions do not suffice for is answered 403 and kept in `denials`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from ssl import SSLContext
from threading import Thread
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.serving import make_server

from standin import (
    conversation,
    git_http,
    git_objects,
    graphql_api,
    life,
    people,
    pulls,
    statuses,
)
from standin.openapi import complaints
from standin.state import Answer, Handler, Refusal, State, actor, check_length, find_issue, page
from standin.tokens import needed

__all__ = ["Refusal", "State", "application", "serve"]

REPOSITORY = "/repos/{owner}/{repo}"
ISSUES = f"{REPOSITORY}/issues"
ISSUE = f"{ISSUES}/{{issue_number}}"


@contextmanager
def serve(repository: str = "octo-community/rosters", token: str = "standin") -> Iterator[State]:  # noqa: S107 - no secret
    """Run the stand-in on free ports of loopback for as long as the block lasts."""
    state = State(repository, token)
    with ExitStack() as stack:
        state.url = f"http://127.0.0.1:{stack.enter_context(_serving(application(state)))}"
        served = _serving(git_http.application(state), git_http.tls())
        state.git_url = f"https://127.0.0.1:{stack.enter_context(served)}"
        state.authority = git_http.authority()
        yield state


@contextmanager
def _serving(app: Flask, tls: SSLContext | None = None) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=tls)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
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
        rule = re.sub(r"\{(\w+)\}", r"<\1>", re.sub(r"\{(ref|branch)\}", r"<path:\1>", rule))

        def view(number: int = 0, *, template: str = template, **_more: Any) -> Response:
            with state.lock:
                return _answer(state, template, number)

        app.add_url_rule(rule, rule, view, methods=[name.upper() for name in handlers])
    graphql_api.add_route(app, partial(_graphql, state))
    return app


def _answer(state: State, template: str, number: int) -> Response:
    method = request.method.lower()
    asked = f"{request.method} {request.path}"
    state.requests.append((request.method, request.path))
    if state.down is not None:
        return _refusal(state.down)
    trouble = next((item for item in state.troubles if item[0] == request.method), None)
    if trouble:
        state.troubles.remove(trouble)
        if not trouble[2]:
            return _refusal(trouble[1])
    try:
        state.watch("before", asked)
        _authorise(state, template)
        body = request.get_json(silent=True)
        if method in {"post", "patch"}:
            state.bodies.append(request.get_data(as_text=True))
            state.complaints += complaints(template, method, body=body)
        status, answer, headers = HANDLERS[template][method](state, number, body)
        if template.startswith(f"{REPOSITORY}/git/refs"):
            life.follow_branches(state)
        state.watch("after", asked)
    except Refusal as refusal:
        return _refusal(refusal)
    state.complaints += complaints(template, method, status=status, body=answer)
    if trouble:
        return _refusal(trouble[1])
    if state.complaints:
        return _refusal(Refusal(418, {"message": "; ".join(state.complaints)}))
    text = None if answer is None else json.dumps(answer)
    return Response(text, status, headers, mimetype="application/json")


def _graphql(state: State, body: Any) -> graphql_api.Reply:
    """Answer a question by GraphQL, for a token that is known."""
    with state.lock:
        state.requests.append(("POST", "/graphql"))
        if state.down is not None:
            return state.down.status, state.down.headers, state.down.body
        if request.headers.get("Authorization", "").rpartition(" ")[2] not in state.tokens:
            return 401, {}, {"message": "Bad credentials"}
        return state.accounts.graphql(body["query"], body.get("variables") or {})


def _refusal(refusal: Refusal) -> Response:
    text = json.dumps(refusal.body)
    return Response(text, refusal.status, refusal.headers, mimetype="application/json")


def _authorise(state: State, template: str) -> None:
    """Refuse what the token may not do, as GitHub does: by the permissions of its job."""
    kind, _, name = request.headers.get("Authorization", "").partition(" ")
    token = state.tokens.get(name) if kind in {"token", "Bearer"} else None
    if token is None:
        raise Refusal(401, {"message": "Bad credentials"})
    g.token = token
    method = request.method.lower()
    enough = list(needed(template, method, of_pull_request=_of_pull_request(state)))
    if not any(token.may(*each) for each in enough):
        state.denials.append(f"{request.method} {request.path}")
        accepted = "; ".join("=".join(each).replace("-", "_") for each in enough)
        headers = {"X-Accepted-GitHub-Permissions": accepted}
        raise Refusal(403, {"message": "Resource not accessible by integration"}, headers)
    if request.method in state.forbidden:
        raise Refusal(403, {"message": "Resource not accessible by integration"})
    status = state.refuse_for.get(request.path.rpartition("/")[2])
    if status is not None:
        raise Refusal(status, {"message": "Validation Failed"})


def _of_pull_request(state: State) -> bool:
    """Return whether the issue or the comment that is asked for belongs to a pull request."""
    asked = request.view_args or {}
    number = asked.get("number", 0)
    for each, thread in state.comments.items():
        if any(comment["id"] == asked.get("comment_id") for comment in thread):
            number = each
    return any(issue["number"] == number and "pull_request" in issue for issue in state.issues)


def _list_issues(state: State, _number: int, _body: Any) -> Answer:
    wanted_state = request.args.get("state", "open")
    wanted_labels = {name for name in request.args.get("labels", "").split(",") if name}
    creator = request.args.get("creator")
    found = [
        issue
        for issue in (life.as_listed(state, each) for each in reversed(state.issues))
        if (state.has_issues or "pull_request" in issue)
        and creator in {None, issue["user"]["login"]}
        and wanted_state in {"all", issue["state"]}
        and wanted_labels <= {label["name"] for label in issue["labels"]}
    ]
    return 200, *page(state, found)


def _create_issue(state: State, _number: int, body: Any) -> Answer:
    if not state.has_issues:
        raise _disabled()
    check_length(body)
    labels = [str(name) for name in body.get("labels", [])]
    conversation.know_labels(state, labels)
    issue = state.add_issue(
        body.get("body") or "", author=actor(), title=body["title"], labels=labels
    )
    return 201, issue, {}


def _get_issue(state: State, number: int, _body: Any) -> Answer:
    issue = _found(state, number)
    return 200, {**life.as_listed(state, issue), "closed_by": issue.get("closed_by")}, {}


def _found(state: State, number: int) -> dict[str, Any]:
    issue = find_issue(state, number)
    if not state.has_issues and "pull_request" not in issue:
        raise _disabled()
    return issue


def _disabled() -> Refusal:
    return Refusal(410, {"message": "Issues are disabled for this repo"})


def _edit_issue(state: State, number: int, body: Any) -> Answer:
    check_length(body)
    issue = _found(state, number)
    life.edit(state, issue, body, actor())
    return _get_issue(state, number, None)


HANDLERS: dict[str, dict[str, Handler]] = {
    ISSUES: {"get": _list_issues, "post": _create_issue},
    ISSUE: {"get": _get_issue, "patch": _edit_issue},
    **conversation.HANDLERS,
    **git_objects.HANDLERS,
    **people.HANDLERS,
    **pulls.HANDLERS,
    **statuses.HANDLERS,
}
