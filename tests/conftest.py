"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from forge.proposals import BASE, Jobs, Repository
from loading.hosted import Hosted
from standin import api

# The same examples each time, at a desk as in continuous integration, so that a change is judged
# by what it changes. A busy machine is no failure: bounds on time are in `patience.py`. `make fuzz`
# tries a million; here are as many as leave room for the rest in continuous integration.
settings.register_profile("rollkeeper", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("rollkeeper")


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
def hosted(tmp_path: Path) -> Hosted:
    return Hosted(tmp_path)


@pytest.fixture
def jobs(tmp_path: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    return Jobs(tmp_path, repository, monkeypatch)
