"""GitHub's API for questions about accounts: one request each, which is never sent again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from github import Auth, Github, GithubException
from github.Requester import Requester
from requests import RequestException, Timeout

from rollkeeper.model.github_api import ApiAnswer, ApiTrouble, GitHubApi
from rollkeeper.model.limits import API_SECONDS, MAX_API_BYTES

_OK, _NOT_FOUND = 200, 404
_UNAUTHORISED, _FORBIDDEN, _TOO_MANY = 401, 403, 429
_SERVER_FAULTS = 500
_LIMITED = frozenset({"RATE_LIMIT", "RATE_LIMITED"})


class AccountsApi:
    """Asks by PyGithub's requester.

    Its own methods raise where some of a hundred accounts are not there, and then what was said of
    the others is lost.
    """

    def __init__(self, requester: Requester) -> None:
        self._requester = requester

    def query(self, text: str, variables: Mapping[str, object]) -> ApiAnswer:
        """Ask by GraphQL."""
        question = {"query": text, "variables": dict(variables)}
        answer = self._request("POST", self._requester.graphql_url, question)
        errors = answer.data.get("errors") if isinstance(answer.data, dict) else None
        kinds = {each.get("type") for each in _mappings(errors)}
        if kinds & _LIMITED:
            return ApiAnswer(status=answer.status, trouble=ApiTrouble.RATE_LIMIT)
        if answer.status == _NOT_FOUND:
            return ApiAnswer(status=answer.status, trouble=ApiTrouble.UNANSWERED)
        return answer

    def get(self, path: str) -> ApiAnswer:
        """Ask for a path; a 404 is an answer."""
        return self._request("GET", path, None)

    def _request(self, method: str, path: str, question: Mapping[str, Any] | None) -> ApiAnswer:
        try:
            status, headers, text = self._requester.requestJson(method, path, input=question)
        except Timeout:
            return ApiAnswer(trouble=ApiTrouble.TOO_MUCH)
        except (RequestException, GithubException):
            return ApiAnswer(trouble=ApiTrouble.UNANSWERED)
        trouble = _trouble(status, headers, text)
        if trouble is not None:
            return ApiAnswer(status=status, trouble=trouble)
        try:
            return ApiAnswer(json.loads(text), status)
        except (ValueError, RecursionError):
            return ApiAnswer(status=status, trouble=ApiTrouble.MALFORMED)


def _mappings(errors: object) -> Iterator[Mapping[str, Any]]:
    for each in errors if isinstance(errors, list) else ():
        if isinstance(each, dict) and isinstance(each.get("type"), str):
            yield each


def _trouble(status: int, headers: Mapping[str, Any], text: str) -> ApiTrouble | None:
    """Return what an answer without the wanted content means; None where it has it."""
    if status in {_FORBIDDEN, _TOO_MANY}:
        used_up = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
        limited = status == _TOO_MANY or used_up or "rate limit" in text[:1000].lower()
        return ApiTrouble.RATE_LIMIT if limited else ApiTrouble.REFUSED
    if status == _UNAUTHORISED:
        return ApiTrouble.REFUSED
    if status >= _SERVER_FAULTS:
        return ApiTrouble.TOO_MUCH
    if status not in {_OK, _NOT_FOUND} or len(text) > MAX_API_BYTES:
        return ApiTrouble.MALFORMED
    return None


@contextmanager
def accounts_api(
    token: str, api_url: str, *, seconds_between_requests: float = 0.25
) -> Iterator[GitHubApi]:
    """Return what asks GitHub about accounts, for as long as the block lasts."""
    with Github(
        auth=Auth.Token(token),
        base_url=api_url,
        timeout=API_SECONDS,
        user_agent="rollkeeper",
        retry=None,
        seconds_between_requests=seconds_between_requests,
        lazy=True,
    ) as client:
        yield AccountsApi(client.requester)
