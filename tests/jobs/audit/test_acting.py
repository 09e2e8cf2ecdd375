"""The steps at the end of an audit: each is taken, whatever becomes of the others."""

from __future__ import annotations

from pathlib import Path
from subprocess import TimeoutExpired
from typing import cast

import pytest
from github import GithubException
from requests import ConnectionError as NoConnectionError

from rollkeeper.jobs.audit.acting import act
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.loading.git import GitError


class _Scene:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.failed = False

    def fail(self, sentence: str) -> None:
        self.said.append(sentence)
        self.failed = True


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (GithubException(403, {"message": "no"}), "GitHub refused, with 403"),
        (NoConnectionError(), "GitHub did not answer"),
        (TimeoutExpired(["git", "grep"], 60), "git failed (TimeoutExpired)"),
        (GitError("git fetch failed"), "git failed (GitError)"),
    ],
)
def test_a_step_that_fails_stops_no_other(error: Exception, said: str) -> None:
    scene, done = _Scene(), list[str]()

    def broken(_: Scene) -> None:
        raise error

    act(cast("Scene", scene), (broken, lambda _: done.append("next")))
    assert done == ["next"]
    assert scene.failed
    assert said in scene.said[0]


def test_what_is_a_mistake_of_ours_is_not_hidden() -> None:
    def broken(_: Scene) -> None:
        raise KeyError(Path())

    with pytest.raises(KeyError):
        act(cast("Scene", _Scene()), (broken,))
