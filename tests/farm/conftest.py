"""One farm for all tests here, and how many rounds are made of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from farm.ground import Farm
from farm.table import SITES


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=1, help="how often the farm is visited")


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    # The option is known only where the tests were started with this folder as an argument.
    return int(request.config.getoption("--rounds", 1))


@pytest.fixture(scope="session")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    with Farm(SITES, tmp_path_factory.mktemp("farm")) as running:
        yield running
