"""Ends a job at any point of what it does at GitHub: before or after a request or a push is carried out.

In the process of a test a job is ended by an exception that nothing in it catches, raised where it
waits for the answer. What `SIGKILL` does to a process is tried in `benchmarks/kill.py`, at the same
points.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import requests.adapters

from standin import api
from standin.state import Refusal


class KilledError(BaseException):
    """The job was ended from outside."""


@dataclass
class Points:
    """The points that were passed, at the stand-in: one before each request and push, one after."""

    passed: int = 0
    dead: bool = False


@contextmanager
def counted(github: api.State, kill: Callable[[], None], at: int | None = None) -> Iterator[Points]:
    """Count the points, and at the one of number `at`, counted from 1, call `kill`.

    What is killed before it is carried out is not carried out, and no answer reaches the job.
    """
    points = Points()

    def watch(_when: str, _what: str) -> None:
        if points.dead:
            raise Refusal(599, {"message": "Nobody asks any more"})
        points.passed += 1
        if points.passed == at:
            points.dead = True
            kill()
            raise Refusal(599, {"message": "Nobody hears this"})

    github.watch = watch
    try:
        yield points
    finally:
        github.watch = lambda _when, _what: None


@contextmanager
def interrupted(github: api.State, at: int | None) -> Iterator[Points]:
    """Raise KilledError in this process at a point; count the points where `at` is None."""
    with ExitStack() as stack:
        points = stack.enter_context(counted(github, lambda: None, at))

        ours = threading.current_thread()

        def ended(act: Callable[..., Any]) -> Callable[..., Any]:
            def acting(*arguments: Any, **more: Any) -> Any:
                try:
                    return act(*arguments, **more)
                finally:
                    # The stand-in runs git as well, in threads of its own.
                    if points.dead and threading.current_thread() is ours:
                        raise KilledError

            return acting

        adapter = requests.adapters.HTTPAdapter
        for holder, name in ((adapter, "send"), (subprocess.Popen, "wait")):
            stack.enter_context(patch.object(holder, name, ended(getattr(holder, name))))
        yield points
