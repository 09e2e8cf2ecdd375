"""Fixtures that several tests of the forge share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from forge.proposals import BASE, Jobs, Repository
from standin import api


@pytest.fixture
def github() -> Iterator[api.State]:
    with api.serve() as state:
        yield state
        assert state.complaints == []


@pytest.fixture
def repository(tmp_path: Path, github: api.State) -> Repository:
    made = Repository(tmp_path, github)
    made.commit(BASE)
    return made


@pytest.fixture
def jobs(tmp_path: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    return Jobs(tmp_path, repository, monkeypatch)
