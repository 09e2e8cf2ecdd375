"""What the attacks share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from attacks.stage import Stage
from standin import api


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Lay out a community; in the end no job has asked for what its token may not do."""
    with api.serve() as github:
        yield Stage(tmp_path, github)
        assert github.complaints == []
        assert github.denials == []
