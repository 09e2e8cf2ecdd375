"""What the stand-in's issues, comments, labels and users look like."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

MOMENT = "2026-11-21T03:17:00Z"
"""What the clock of a stand-in shows until it is set."""


class Host(Protocol):
    """Where the answers' addresses lead."""

    repository: str
    url: str
    now: str


def issue(  # noqa: PLR0913 - an issue has that many sides
    host: Host,
    number: int,
    *,
    body: str,
    author: str,
    title: str = "An issue",
    labels: Collection[str] = (),
    state: str = "open",
    pull_request: bool = False,
) -> dict[str, Any]:
    url = f"{host.url}/repos/{host.repository}/issues/{number}"
    page = f"https://github.com/{host.repository}/issues/{number}"
    made: dict[str, Any] = {
        "id": 1000 + number,
        "node_id": f"I_{number}",
        "number": number,
        "url": url,
        "html_url": page,
        "repository_url": f"{host.url}/repos/{host.repository}",
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "title": title,
        "body": body,
        "user": user(author),
        "labels": [label(host, name, "ededed", None) for name in labels],
        "state": state,
        "state_reason": None,
        "locked": False,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": 0,
        "created_at": host.now,
        "updated_at": host.now,
        "closed_at": None if state == "open" else host.now,
        "author_association": "NONE",
    }
    if pull_request:
        made["pull_request"] = {
            "url": url.replace("/issues/", "/pulls/"),
            "html_url": page.replace("/issues/", "/pull/"),
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": None,
        }
    return made


def comment(host: Host, number: int, comment_id: int, body: str, author: str) -> dict[str, Any]:
    url = f"{host.url}/repos/{host.repository}/issues"
    return {
        "id": comment_id,
        "node_id": f"C_{comment_id}",
        "url": f"{url}/comments/{comment_id}",
        "html_url": f"https://github.com/{host.repository}/issues/{number}#issuecomment-1",
        "issue_url": f"{url}/{number}",
        "user": user(author),
        "body": body,
        "created_at": host.now,
        "updated_at": host.now,
        "author_association": "NONE",
    }


def label(host: Host, name: str, color: str, description: str | None) -> dict[str, Any]:
    return {
        "id": sum(map(ord, name)),
        "node_id": f"L_{name}",
        "url": f"{host.url}/repos/{host.repository}/labels/{name}",
        "name": name,
        "color": color,
        "description": description,
        "default": False,
    }


def user(login: str) -> dict[str, Any]:
    url = f"https://api.github.com/users/{login}"
    kinds = ("followers", "following", "gists", "starred", "subscriptions", "events", "repos")
    return {
        "login": login,
        "id": sum(map(ord, login)),
        "node_id": f"U_{login}",
        "avatar_url": "https://avatars.githubusercontent.com/u/1",
        "gravatar_id": "",
        "url": url,
        "html_url": f"https://github.com/{login}",
        "organizations_url": f"{url}/orgs",
        "received_events_url": f"{url}/received_events",
        "type": "Bot" if login.endswith("[bot]") else "User",
        "site_admin": False,
    } | {f"{kind}_url": f"{url}/{kind}" for kind in kinds}
