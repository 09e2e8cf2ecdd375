"""A fault of the policy is reported once, and a finding has the words that the policy gives it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.requirements.cases import TODAY, programme, requirement
from rollkeeper.engine.requirements.compiling import compile_all
from rollkeeper.engine.requirements.evaluating import Surroundings
from rollkeeper.engine.requirements.problems import check
from rollkeeper.model.change import Change
from rollkeeper.model.policy import Requirement
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Programme

ELEVEN = programme(
    *({"name": "N" * n, "github": "g", "contact": {"email": "x"}} for n in range(1, 12))
)
ALONE = Surroundings()


def found(
    roster: Programme, asked: Requirement, around: Surroundings = ALONE
) -> list[Problem | str]:
    compiled = compile_all([asked])
    assert compiled.errors == ()
    return [problem for _, problem in check(roster, compiled, TODAY, around)]


def messages(roster: Programme, asked: Requirement, around: Surroundings = ALONE) -> list[str]:
    return [
        each if isinstance(each, str) else each.message for each in found(roster, asked, around)
    ]


@pytest.mark.parametrize(
    ("expect", "when", "said"),
    [
        ("entry.nam != ''", None, "uses `nam`, which no entry has; did you mean `name`?"),
        ("true", "entry.nam != ''", "uses `nam`, which no entry has; did you mean `name`?"),
        ("entry.nam != ''", "entry.name == 'N'", "uses `nam`, which no entry has; did you mean"),
        ("entry.contact.emial != ''", None, "uses `contact.emial`, which no entry has; did you mean `email`?"),
        ("entry.certificate != ''", None, "uses `certificate`, which no entry has; correct the field, or ask"),
        ("entry.tier == 'gold'", "entry.slug != ''", "uses `slug`, which no entry has; correct the field"),
        ("size(entry.name)", None, "cannot be judged for 11 entries: in `expect`: the result is a number, not"),
        ("entry.name", "size(entry.name) == 2", "cannot be judged for the entry: in `expect`: the result is a text"),
        ("entry.name > 1", None, "cannot be judged for 11 entries: in `expect`: a value has the wrong type"),
    ],
)  # fmt: skip
def test_a_mistake_of_the_policy_is_reported_once(expect: str, when: str | None, said: str) -> None:
    [problem] = found(ELEVEN, requirement(expect, when))
    assert isinstance(problem, Problem)
    assert problem.message.startswith("the requirement fit ")
    assert said in problem.message
    assert (problem.path, problem.entry) == ("policies/p.yaml", None)


def test_a_field_that_some_have_or_that_is_like_no_other_is_missed_at_the_entries() -> None:
    some = programme({"name": "A", "logo": "x"}, {"name": "B"}, {"name": "C"})
    assert messages(some, requirement("entry.logo != ''")) == ["must fit: it has no `logo`"] * 2
    gold = requirement("entry.case_study != ''", "entry.name == 'NN'")
    assert messages(ELEVEN, gold) == ["must fit: it has no `case_study`"]
    assert messages(ELEVEN, requirement("entry.gitlab != ''", "entry.name == 'N'")) == [
        "must fit: it has no `gitlab`"
    ]
    schema = {"items": {"properties": {"certificate": {"type": "string"}}}}
    known = replace(ELEVEN, policy=replace(ELEVEN.policy, schema=schema))
    assert (
        messages(known, requirement("entry.certificate != ''"))
        == ["must fit: it has no `certificate`"] * 11
    )


def test_a_text_where_a_truth_should_be_is_the_fault_of_the_entry_that_has_it() -> None:
    mixed = programme({"name": "A", "ok": True}, {"name": "B", "ok": "yes"})
    [problem] = found(mixed, requirement("entry.ok"))
    assert isinstance(problem, Problem)
    assert problem.entry is mixed.entries[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("'the slug ' + entry.slug + ' is also used by ' + others('slug')[0].name", "the slug a is also used by B"),
        ("'two\\nlines\\t' + entry.name", "two lines A"),
        ("entry.nowhere", "must fit"),
        ("size(entry.name)", "must fit"),
        ("'  '", "must fit"),
        ("1 / 0 == 1 ? 'a' : 'b'", "must fit"),
    ],
)  # fmt: skip
def test_a_message_can_have_the_values(words: str, said: str) -> None:
    roster = programme({"name": "A", "slug": "a"}, {"name": "B", "slug": "a"})
    asked = replace(requirement("unique('slug')"), message_expression=words)
    assert messages(roster, asked)[0] == said


def test_a_message_made_of_a_hostile_value_is_cut_and_on_one_line() -> None:
    roster = programme({"name": "A", "text": "x\r\n::error::" * 5_000})
    asked = replace(requirement("false"), message_expression="entry.text")
    [said] = messages(roster, asked)
    assert len(said) == 600
    assert said.endswith("…")
    assert not set("\r\n") & set(said)


def changed(*entries: dict[str, object], same: dict[int, int]) -> tuple[Programme, Surroundings]:
    before = programme({"name": "A", "tier": "silver"}, {"name": "B", "tier": "gold"})
    after = programme(*entries)
    return after, Surroundings(change=Change(before, after, (), same))


def test_an_entry_is_compared_with_what_it_was() -> None:
    after, around = changed(
        {"name": "C", "tier": "gold"}, {"name": "A", "tier": "gold"}, {"name": "B", "tier": "gold"},
        same={1: 0, 2: 1},
    )  # fmt: skip
    asked = requirement("old == null || old.tier == 'gold' || entry.tier != 'gold'")
    [problem] = found(after, asked, around)
    assert isinstance(problem, Problem)
    assert problem.entry is after.entries[1]
    costly = requirement("old == null || [old.tier].all(t, t == entry.tier)")
    [problem] = found(after, costly, around)
    assert isinstance(problem, Problem)
    assert problem.entry is after.entries[1]


def test_what_was_there_before_is_compared_as_a_whole() -> None:
    after, around = changed({"name": "A"}, same={0: 0})
    asked = replace(requirement("old.size() - roster.size() < 1"), of_roster=True)
    assert messages(after, asked, around) == ["must fit"]


def test_a_new_entry_has_no_earlier_state() -> None:
    after, around = changed({"name": "C", "tier": "gold"}, same={})
    for source in ("old.tier == entry.tier", "has(old.tier)"):
        [said] = messages(after, requirement(source), around)
        assert said.endswith(
            "in `expect`: `old` is null, because the entry is new; write `old != null && …`"
        )


def test_without_a_change_it_is_skipped_and_said() -> None:
    asked = requirement("old == null || old.tier == entry.tier")
    why = "there is no change to compare with, and the requirement uses `old`"
    assert found(ELEVEN, asked) == [why]
    assert found(ELEVEN, asked, Surroundings(earlier=True)) == []
