"""Everything that a job writes to GitHub goes through here: carried out, or only said.

Each method may be called again after a run that was ended half way, at any point: it then finds
what is there already. No text of ours leaves with a mail address or a phone number in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any, Protocol

from github import GithubException

from rollkeeper.forge.bot import BOT
from rollkeeper.forge.client import Repository, request
from rollkeeper.forge.items import LABEL
from rollkeeper.forge.statuses import set_status
from rollkeeper.grammar.bodies import Body
from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.wording import cut
from rollkeeper.model.commit_status import State

_PAGE = 100
_ALREADY_THERE = 422
_FORBIDDEN = 403
_GONE = 410
_NOT_PERMITTED = "not permitted to create or approve pull requests"
_MOST_TITLE = 250
"""Characters of a title; GitHub takes 256."""


class IssuesDisabledError(Exception):
    """The repository has no issues: what one would say has to be said elsewhere."""


class PullRequestsForbiddenError(Exception):
    """GitHub does not let workflows create pull requests; the message says where that is set."""


class Outbox(Protocol):
    """What a job writes to GitHub; `is_dry` says that it only says so."""

    is_dry: bool

    def create_issue(self, title: str, body: Body) -> int:
        """Create an issue with our label; return its number. Raises IssuesDisabledError."""

    def edit_issue(
        self,
        number: int,
        *,
        title: str | None = None,
        body: Body | None = None,
        state: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Change what is given of an issue or a pull request. Raises IssuesDisabledError."""

    def comment_once(self, number: int, key: str, text: str) -> None:
        """Comment, unless we have already said this: `key` tells our comments there apart.

        Raises IssuesDisabledError.
        """

    def open_pull(
        self, branch: str, base: str, title: str, body: Body, labels: Collection[str] = (LABEL,)
    ) -> int:
        """Propose a branch, or find that it is; return the number. PullRequestsForbiddenError."""

    def push(self, branch: str, commit: str, act: Callable[[], None]) -> None:
        """Push a commit to a branch of ours, which `act` does."""

    def set_status(self, commit: str, state: State, description: str) -> None:
        """Set the status of a commit; set twice it is the same status."""

    def add_labels(self, number: int, labels: Iterable[str]) -> None:
        """Add labels to an issue or a pull request."""


class GitHubOutbox:
    """Carries everything out at once."""

    is_dry = False

    def __init__(self, repository: Repository, run_url: str | None, bot: str = BOT) -> None:
        self._repository = repository
        self._run_url = run_url
        self._bot = bot

    def create_issue(self, title: str, body: Body) -> int:
        """Create an issue with our label; return its number. Raises IssuesDisabledError."""
        data = {"title": _title(title), "body": body.whole(), "labels": [LABEL]}
        return int(self._of_issues("POST", "issues", data)["number"])

    def _of_issues(self, method: str, path: str, data: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        try:
            _, answer = request(self._repository, method, path, data)
        except GithubException as error:
            if error.status == _GONE:
                raise IssuesDisabledError from error
            raise
        return answer

    def edit_issue(
        self,
        number: int,
        *,
        title: str | None = None,
        body: Body | None = None,
        state: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Change what is given of an issue or a pull request."""
        data: dict[str, Any] = {
            "title": None if title is None else _title(title),
            "body": None if body is None else body.whole(),
            "state": state,
            "state_reason": reason,
        }
        given = {name: value for name, value in data.items() if value is not None}
        self._of_issues("PATCH", f"issues/{number}", given)

    def comment_once(self, number: int, key: str, text: str) -> None:
        """Comment, unless we have already said this: `key` tells our comments there apart."""
        line = f"<!-- rollkeeper:said {key} -->"
        if not any(said.startswith(line) for said in self._said(number)):
            data = {"body": f"{line}\n{masked(text)}"}
            self._of_issues("POST", f"issues/{number}/comments", data)

    def _said(self, number: int) -> Iterable[str]:
        page = 1
        while True:
            path = f"issues/{number}/comments?per_page={_PAGE}&page={page}"
            listed = self._of_issues("GET", path)
            for each in listed:
                if (each["user"] or {}).get("login") == self._bot:
                    yield each["body"] or ""
            if len(listed) < _PAGE:
                return
            page += 1

    def open_pull(
        self, branch: str, base: str, title: str, body: Body, labels: Collection[str] = (LABEL,)
    ) -> int:
        """Propose a branch, or find that it is; return the number. PullRequestsForbiddenError."""
        data = {"title": _title(title), "head": branch, "base": base, "body": body.whole()}
        try:
            _, made = request(self._repository, "POST", "pulls", data)
            number = int(made["number"])
        except GithubException as error:
            if error.status == _FORBIDDEN and _NOT_PERMITTED in str(error.data):
                message = (
                    "GitHub does not let workflows create pull requests here: allow it under "
                    "Settings, Actions, General, Workflow permissions"
                )
                raise PullRequestsForbiddenError(message) from error
            if error.status != _ALREADY_THERE or "already exists" not in str(error.data):
                raise
            # A run that was ended half way opened it, and set no label.
            owner = self._repository.full_name.partition("/")[0]
            path = f"pulls?state=open&head={owner}:{branch}&base={base}&per_page={_PAGE}"
            _, listed = request(self._repository, "GET", path)
            there = next(iter(listed))
            number = int(there["number"])
            self.edit_issue(number, title=title, body=replace(body, there=there["body"] or ""))
        if labels:
            self.add_labels(number, labels)
        return number

    def push(self, branch: str, commit: str, act: Callable[[], None]) -> None:  # noqa: ARG002 - named where it is only said
        """Push a commit to a branch of ours, which `act` does."""
        act()

    def set_status(self, commit: str, state: State, description: str) -> None:
        """Set the status of a commit."""
        set_status(self._repository, commit, state, description, self._run_url)

    def add_labels(self, number: int, labels: Iterable[str]) -> None:
        """Add labels to an issue or a pull request."""
        path = f"issues/{number}/labels"
        request(self._repository, "POST", path, {"labels": list(labels)})


class DryOutbox:
    """Says what would be written, and writes nothing."""

    is_dry = True

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def create_issue(self, title: str, body: Body) -> int:
        """Say that an issue would be created; its number is 0."""
        self._say(f"would open the issue {_title(title)!r} ({_about(body)})")
        return 0

    def edit_issue(
        self,
        number: int,
        *,
        title: str | None = None,
        body: Body | None = None,
        state: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Say what of an issue would be changed."""
        given = {"title": title, "text": body, "state": state, "reason": reason}
        changed = ", ".join(name for name, value in given.items() if value is not None)
        became = f" to {state}" if state is not None else ""
        self._say(f"would change #{number}: {changed}{became}")

    def comment_once(self, number: int, key: str, text: str) -> None:
        """Say that there would be a comment, unless it is there."""
        first = masked(text).strip().partition("\n")[0]
        self._say(f"would comment on #{number} unless it is there ({key}): {cut(first, 120)}")

    def open_pull(
        self,
        branch: str,
        base: str,
        title: str,
        body: Body,
        labels: Collection[str] = (LABEL,),  # noqa: ARG002 - part of opening it
    ) -> int:
        """Say that a branch would be proposed; its number is 0."""
        self._say(f"would propose {branch} for {base}: {_title(title)!r} ({_about(body)})")
        return 0

    def push(self, branch: str, commit: str, act: Callable[[], None]) -> None:  # noqa: ARG002 - nothing is done
        """Say that a commit would be pushed."""
        self._say(f"would push {commit[:12]} to {branch}")

    def set_status(self, commit: str, state: State, description: str) -> None:
        """Say which status a commit would get."""
        self._say(f"would set the status of {commit[:12]} to {state.value}: {description}")

    def add_labels(self, number: int, labels: Iterable[str]) -> None:
        """Say which labels would be added."""
        self._say(f"would label #{number}: {', '.join(labels)}")


def _title(title: str) -> str:
    return cut(masked(title), _MOST_TITLE)


def _about(body: Body) -> str:
    return f"{len(body.whole()):,} characters, {body.marker.name}"
