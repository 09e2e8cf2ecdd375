"""Every site of the farm is told of as the table says, all of them visited at once.

`pytest tests/farm --rounds 20` visits them twenty times, to see whether the answers are stable.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from farm import behaviours as b
from farm.case import Case, Seen
from farm.ground import LOOPBACK_6, Farm
from farm.inside import watched
from farm.looking import differences, look_at, settings
from farm.table import CASES, SITES


def test_table_has_every_behaviour_once() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 60
    assert len({site.host for site in SITES}) == len(SITES)


def test_every_site_is_told_of_as_it_is(farm: Farm, tmp_path: Path, rounds: int) -> None:
    wrong: dict[str, list[str]] = {}
    for number in range(rounds):
        farm.forget()
        with watched() as wire:
            visits = look_at([site.url for site in SITES], tmp_path, settings(farm))
        assert {ip for ip, _ in wire.dialled} <= {farm.ip, LOOPBACK_6}
        for site in SITES:
            found = differences(site, visits[site.url])
            if found:
                wrong.setdefault(site.label, []).append(f"round {number + 1}: {'; '.join(found)}")
    report = "\n".join(f"{label}: {' | '.join(what)}" for label, what in sorted(wrong.items()))
    assert not wrong, f"{len(wrong)} of {len(SITES)} sites were told of wrongly:\n{report}"


@pytest.mark.parametrize("name", ["busy-30s", "busy-120s", "busy-date"])
def test_sites_that_ask_for_patience_are_left_alone(farm: Farm, tmp_path: Path, name: str) -> None:
    farm.forget()
    (site,) = [site for site in SITES if site.label == f"{name}-https"]
    look_at([site.url], tmp_path, settings(farm))
    assert len(farm.memories[site.host].requests) == 1


def test_what_failed_is_looked_at_again_at_the_end(tmp_path: Path) -> None:
    garbage = b.says(b"\xff\xfe no HTTP\r\n\r\n")
    case = Case("garbage-once", b.by_turn(garbage, b.says()), Seen(attempts=2))
    with Farm(case.sites, tmp_path) as small:
        visits = look_at([site.url for site in case.sites], tmp_path, settings(small))
    assert [differences(site, visits[site.url]) for site in case.sites] == [[], []]
