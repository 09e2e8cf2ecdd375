"""A run that is ended at any of its requests, as by SIGKILL, and started again.

What a run has to promise is one thing: wherever it was ended, running it again leaves what an
undisturbed run leaves. `points_of` tries that at every request, before it is sent and after it was
carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from github.Requester import Requester

T = TypeVar("T")


class Killed(BaseException):
    """The run was ended. Nothing in a program may catch this, as nothing can catch SIGKILL."""


class RequestCount:
    """How many requests were sent."""

    def __init__(self) -> None:
        self.number = 0


@contextmanager
def killed_at(number: int | None = None, *, sent: bool = False) -> Iterator[RequestCount]:
    """Raise Killed at the request of this number, counted from 1, of all that PyGithub makes.

    `sent` says that it was carried out, and only its answer was lost. Without a number the requests
    are counted.
    """
    made = RequestCount()
    original = Requester.requestJson

    def request(self: Requester, *arguments: Any, **named: Any) -> Any:
        made.number += 1
        if made.number == number and not sent:
            raise Killed
        answer = original(self, *arguments, **named)
        if made.number == number:
            raise Killed
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Requester, "requestJson", request)
        yield made


def points_of(begin: Callable[[], None], run: Callable[[], object], end: Callable[[], T]) -> int:
    """Assert that a run may be ended at any request and started again; return how many points.

    `begin` sets everything up anew, and `end` returns what is left, to be compared.
    """
    begin()
    with killed_at() as undisturbed:
        run()
    wanted = end()
    with killed_at() as again:
        run()
    assert end() == wanted, "a second run changes something"
    assert again.number <= undisturbed.number
    points = [(at, sent) for at in range(1, undisturbed.number + 1) for sent in (False, True)]
    for number, sent in points:
        begin()
        with killed_at(number, sent=sent), pytest.raises(Killed):
            run()
        run()
        assert end() == wanted, f"ended {'after' if sent else 'before'} request {number}"
    return len(points)
