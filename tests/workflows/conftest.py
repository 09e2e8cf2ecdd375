"""What the runs of workflows share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from standin import api
from workflows.acting import REPOSITORY


@pytest.fixture
def github() -> Iterator[api.State]:
    """Stand in for GitHub, and have nothing to complain of or to deny in what it was asked."""
    with api.serve(REPOSITORY) as state:
        yield state
        assert state.complaints == []
        assert state.denials == []
