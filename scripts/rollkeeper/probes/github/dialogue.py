"""A dialogue with GitHub's API that ends where going on is of no use."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from rollkeeper.model.github_api import ApiAnswer, ApiTrouble, GitHubApi
from rollkeeper.model.limits import ACCOUNTS_SECONDS, MAX_FAILURES_IN_A_ROW

_FINAL = frozenset({ApiTrouble.RATE_LIMIT, ApiTrouble.REFUSED})
_NOT_FOUND = "NOT_FOUND"
_HARMLESS = frozenset({_NOT_FOUND, "FORBIDDEN", "INSUFFICIENT_SCOPES"})
"""Errors that say nothing of the other fields of an answer."""
ItemT = TypeVar("ItemT")
FactT = TypeVar("FactT")


class Dialogue:
    """Asks one thing after the other, until the API refuses, fails too often, or it is too late."""

    def __init__(
        self,
        api: GitHubApi,
        *,
        most: int,
        seconds: float = ACCOUNTS_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin; `most` is the number of requests, and `seconds` the time, for all of it."""
        self._api = api
        self._left = most
        self._clock = clock
        self._end = clock() + seconds
        self._failures = 0
        self.ended: ApiTrouble | None = None
        """Why nothing more is asked."""

    def query(self, text: str, variables: Mapping[str, object]) -> ApiAnswer:
        """Ask by GraphQL; what is not asked any more is answered with the reason."""
        return self._asked(lambda: self._api.query(text, variables))

    def get(self, path: str) -> ApiAnswer:
        """Ask for a path; what is not asked any more is answered with the reason."""
        answer = self._asked(lambda: self._api.get(path))
        self.count(useful=answer.trouble is None)
        return answer

    def count(self, *, useful: bool) -> None:
        """Remember whether an answer was of use: many in a row that were not end the dialogue."""
        self._failures = 0 if useful else self._failures + 1
        if self._failures >= MAX_FAILURES_IN_A_ROW and self.ended is None:
            self.ended = ApiTrouble.UNANSWERED

    def _asked(self, ask: Callable[[], ApiAnswer]) -> ApiAnswer:
        if self.ended is None and (self._left <= 0 or self._clock() >= self._end):
            self.ended = ApiTrouble.LATE
        if self.ended is not None:
            return ApiAnswer(trouble=self.ended)
        self._left -= 1
        answer = ask()
        if answer.trouble in _FINAL:
            self.ended = answer.trouble
        return answer


@dataclass
class Answers(Generic[ItemT, FactT]):
    """What a question about several items found of each, and why nothing of the others."""

    found: dict[ItemT, FactT] = field(default_factory=dict)
    failed: dict[ItemT, ApiTrouble] = field(default_factory=dict)


def in_batches(
    items: Sequence[ItemT],
    size: int,
    ask: Callable[[Sequence[ItemT]], Answers[ItemT, FactT]],
    dialogue: Dialogue,
) -> Answers[ItemT, FactT]:
    """Ask about items, `size` at once; what fails is asked again in halves, down to one."""
    every: Answers[ItemT, FactT] = Answers()
    batches = deque(_batches(items, size))
    while batches:
        batch = batches.popleft()
        answers = ask(batch)
        every.found |= answers.found
        dialogue.count(useful=bool(answers.found))
        if len(batch) == 1 or dialogue.ended is not None:
            every.failed |= answers.failed
        else:
            batches.extendleft(reversed([*_batches([*answers.failed], len(batch) // 2)]))
    return every


def _batches(items: Sequence[ItemT], size: int) -> Iterator[Sequence[ItemT]]:
    return (items[start : start + size] for start in range(0, len(items), size))


@dataclass(frozen=True)
class GraphQLResult:
    """The fields of an answer by their aliases, and what the API says was wrong with each."""

    fields: Mapping[str, Any]
    errors: Mapping[tuple[str, ...], Collection[str]]
    """Types of errors by the path of the field; `()` for those that name none."""

    def is_missing(self, alias: str) -> bool:
        """Return whether the API said that there is no such thing, and nothing else is wrong."""
        if alias not in self.fields or self.fields[alias] is not None:
            return False
        own = self.errors.get((alias,), ())
        every = {kind for kinds in self.errors.values() for kind in kinds}
        return every <= _HARMLESS and all(kind == _NOT_FOUND for kind in own)

    def is_faulty(self, *path: str) -> bool:
        """Return whether something was wrong with a field or with one below it."""
        return any(each[: len(path)] == path for each in self.errors)


def read_result(data: Any) -> GraphQLResult | None:  # noqa: ANN401 - whatever the API answered
    """Read an answer to a GraphQL question; None where it is not one."""
    if not isinstance(data, dict):
        return None
    fields, errors = data.get("data"), data.get("errors", [])
    if not isinstance(fields, dict) or not isinstance(errors, list):
        return None
    by_path: dict[tuple[str, ...], set[str]] = {}
    for error in errors:
        said = error if isinstance(error, dict) else {}
        given, kind = said.get("path"), said.get("type")
        path = tuple(map(str, given)) if isinstance(given, list) else ()
        by_path.setdefault(path, set()).add(kind if isinstance(kind, str) else "")
    return GraphQLResult(fields, by_path)
