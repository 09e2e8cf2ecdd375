"""Why rules were skipped: written for several programmes, read for one."""

from __future__ import annotations

import pytest

from rollkeeper.engine.skipping import joint_reason, skipped_for

NAMES = ("partners", "partners.eu", "a (b)")


@pytest.mark.parametrize(
    "reasons",
    [
        {"partners": "offline"},
        {"partners.eu": "offline", "a (b)": "offline"},
        {"partners": "the policy sets no `most`", "a (b)": "6 of 7; stopped (early)"},
        dict.fromkeys(NAMES, "offline"),
    ],
)
def test_each_programme_finds_its_own_reason_again(reasons: dict[str, str]) -> None:
    skipped = {"rule": joint_reason(reasons, len(NAMES))}
    found = {name: skipped_for(skipped, name, NAMES).get("rule") for name in NAMES}
    assert found == {name: reasons.get(name) for name in NAMES}


def test_of_one_programme_every_reason_is_its_own() -> None:
    assert skipped_for({"rule": "offline (partners)"}, "partners", ("partners",)) == {
        "rule": "offline (partners)"
    }


def test_a_reason_that_never_ends_is_read_in_linear_time() -> None:
    endless = "x (y); " * 200_000
    assert skipped_for({"rule": endless}, "partners", NAMES) == {"rule": endless}
