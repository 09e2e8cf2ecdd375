"""The stand-in's comments, reactions and labels, of issues and pull requests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import g

from standin import answers
from standin.state import (
    Answer,
    Handler,
    Refusal,
    State,
    actor,
    argument,
    check_length,
    find_issue,
    page,
)


def _list_comments(state: State, number: int, _body: Any) -> Answer:
    find_issue(state, number)
    return 200, *page(state, state.comments.get(number, []))


def _create_comment(state: State, number: int, body: Any) -> Answer:
    check_length(body)
    find_issue(state, number)["comments"] += 1
    comment = answers.comment(state, number, next(state.numbers), body["body"], actor())
    state.comments.setdefault(number, []).append(comment)
    return 201, comment, {}


def _comment(state: State) -> dict[str, Any]:
    wanted = argument("comment_id")
    for thread in state.comments.values():
        for comment in thread:
            if comment["id"] == wanted:
                return comment
    raise Refusal(404, {"message": "Not Found"})


def _get_comment(state: State, _number: int, _body: Any) -> Answer:
    return 200, _comment(state), {}


def _edit_comment(state: State, _number: int, body: Any) -> Answer:
    check_length(body)
    comment = _comment(state)
    if comment["user"]["login"] != actor():
        raise Refusal(403, {"message": "Must have admin rights to Repository."})
    comment["body"] = body["body"]
    return 200, comment, {}


def _delete_comment(state: State, _number: int, _body: Any) -> Answer:
    comment = _comment(state)
    for thread in state.comments.values():
        if comment in thread:
            thread.remove(comment)
    return 204, None, {}


def _reactions(state: State, _number: int, _body: Any) -> Answer:
    wanted = _comment(state)["id"]
    found = [each for each in state.reactions.values() if each["comment"] == wanted]
    return 200, *page(state, [_shown(each) for each in found])


def _react(state: State, _number: int, body: Any) -> Answer:
    comment = _comment(state)
    for reaction in state.reactions.values():
        same = (reaction["comment"], reaction["content"]) == (comment["id"], body["content"])
        if same and reaction["user"]["login"] == actor():
            return 200, _shown(reaction), {}
    reaction = {
        "id": next(state.numbers),
        "node_id": "REA",
        "user": answers.user(actor()),
        "content": body["content"],
        "created_at": state.now,
        "comment": comment["id"],
    }
    state.reactions[reaction["id"]] = reaction
    return 201, _shown(reaction), {}


def _shown(reaction: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in reaction.items() if key != "comment"}


def _withdraw(state: State, _number: int, _body: Any) -> Answer:
    _comment(state)
    if state.reactions.pop(argument("reaction_id"), None) is None:
        raise Refusal(404, {"message": "Not Found"})
    return 204, None, {}


def _list_labels_of(state: State, number: int, _body: Any) -> Answer:
    return 200, *page(state, find_issue(state, number)["labels"])


def _add_labels(state: State, number: int, body: Any) -> Answer:
    """Put labels on; making one that the repository has not takes the permission for issues."""
    issue = find_issue(state, number)
    there = {label["name"].lower() for label in issue["labels"]}
    known = know_labels(state, body["labels"])
    issue["labels"] += [known[name] for name in known if name not in there]
    return 200, issue["labels"], {}


def know_labels(state: State, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return labels by their names in lower case; those that there are not are made."""
    known = {label["name"].lower(): label for label in state.labels}
    for name in names:
        if name.lower() not in known:
            if not g.token.may("issues", "write"):
                message = "You do not have permission to create labels on this repository."
                raise Refusal(403, {"message": message})
            known[name.lower()] = answers.label(state, name, "ededed", "")
            state.labels.append(known[name.lower()])
    return {name.lower(): known[name.lower()] for name in names}


def _remove_label(state: State, number: int, _body: Any) -> Answer:
    issue = find_issue(state, number)
    name = argument("name")
    if name not in {label["name"] for label in issue["labels"]}:
        raise Refusal(404, {"message": "Label does not exist"})
    issue["labels"][:] = [label for label in issue["labels"] if label["name"] != name]
    return 200, issue["labels"], {}


def _list_labels(state: State, _number: int, _body: Any) -> Answer:
    return 200, *page(state, state.labels)


def _create_label(state: State, _number: int, body: Any) -> Answer:
    if any(label["name"].lower() == body["name"].lower() for label in state.labels):
        error = {"resource": "Label", "code": "already_exists", "field": "name"}
        raise Refusal(422, {"message": "Validation Failed", "errors": [error]})
    label = answers.label(state, body["name"], body["color"], body.get("description"))
    state.labels.append(label)
    return 201, label, {}


_ROOT = "/repos/{owner}/{repo}"
_ISSUE = f"{_ROOT}/issues/{{issue_number}}"
_COMMENT = f"{_ROOT}/issues/comments/{{comment_id}}"
HANDLERS: dict[str, dict[str, Handler]] = {
    f"{_ROOT}/labels": {"get": _list_labels, "post": _create_label},
    f"{_ISSUE}/comments": {"get": _list_comments, "post": _create_comment},
    f"{_ISSUE}/labels": {"get": _list_labels_of, "post": _add_labels},
    f"{_ISSUE}/labels/{{name}}": {"delete": _remove_label},
    _COMMENT: {"get": _get_comment, "patch": _edit_comment, "delete": _delete_comment},
    f"{_COMMENT}/reactions": {"get": _reactions, "post": _react},
    f"{_COMMENT}/reactions/{{reaction_id}}": {"delete": _withdraw},
}
