"""The plan of an audit: inputs held against a grammar, and what the jobs pass to each other."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.jobs.audit.plan import Plan, PlanError, plan_from, read_plan

NOW = datetime(2026, 11, 21, 3, 17, 5, 120, tzinfo=UTC)
NAMES = ("ambassadors", "partners")


def test_without_inputs_everything_is_audited_as_of_now() -> None:
    plan = plan_from({}, NAMES, NOW)
    assert plan == Plan(NOW)
    assert not plan.dry_run


def test_inputs_are_read() -> None:
    inputs = {"PROGRAMMES": " partners,ambassadors partners ", "DRY_RUN": "true", "DAYS": "60, 7"}
    plan = plan_from({**inputs, "TODAY": "2027-01-31", "SHARDS": "12"}, NAMES, NOW)
    assert plan == Plan(
        datetime(2027, 1, 31, 12, tzinfo=UTC),
        12,
        ("partners", "ambassadors"),
        date(2027, 1, 31),
        (60, 7),
        dry_run=True,
    )


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"PROGRAMMES": "partner"}, "did you mean `partners`"),
        ({"PROGRAMMES": "partners;x"}, "programme"),
        ({"PROGRAMMES": "x " * 4_000}, "`programmes` must be names"),
        ({"TODAY": "21.11.2026"}, "`today`: "),
        ({"TODAY": "2026-11-22"}, "must not be in the future"),
        ({"TODAY": "$(touch x)"}, "`today`: "),
        ({"DRY_RUN": "yes"}, "`dry-run` must be true or false"),
        ({"DAYS": "60;7"}, "`days` must be"),
        ({"SHARDS": "0"}, "a number from 1 to 256"),
        ({"SHARDS": "257"}, "a number from 1 to 256"),
        ({"SHARDS": "1e2"}, "a number from 1 to 256"),
    ],
)
def test_an_input_that_is_wrong_is_refused_with_what_to_write(
    inputs: dict[str, str], words: str
) -> None:
    with pytest.raises(PlanError, match=words.replace("(", r"\(")):
        plan_from(inputs, NAMES, NOW)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(PlanError) as raised:
        plan_from({"TODAY": "x", "SHARDS": "x", "DRY_RUN": "x", "DAYS": "x"}, NAMES, NOW)
    assert len(raised.value.messages) == 4


@pytest.mark.parametrize(
    ("sites", "shards"), [(0, 1), (1_000, 1), (1_001, 2), (30_000, 30), (10**6, 256)]
)
def test_there_is_one_shard_for_each_thousand_websites(sites: int, shards: int) -> None:
    assert Plan(NOW).for_sites(sites).shards == shards
    assert Plan(NOW, 7).for_sites(sites).shards == 7


def test_a_plan_is_read_back_as_it_was() -> None:
    plan = Plan(NOW, 3, ("partners",), date(2026, 11, 21), (60, 7), dry_run=True, commit="a" * 40)
    assert read_plan(json.dumps(plan.as_data())) == plan
    assert read_plan(json.dumps(Plan(NOW, 1).as_data())) == Plan(NOW, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"now": "2026-11-21"},
        {"now": "2026-13-21T03:17:05+00:00"},
        {"now": "2026-11-21T03:17:05+02:00"},
        {"shards": 0},
        {"shards": 257},
        {"today": "2026-02-30"},
        {"commit": "main"},
        {"commit": "--upload-pack=x"},
        {"dry_run": "false"},
        {"more": 1},
    ],
)
def test_a_forged_plan_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ReportError):
        read_plan(json.dumps({**Plan(NOW, 1).as_data(), **change}))
    with pytest.raises(ReportError):
        read_plan("")
