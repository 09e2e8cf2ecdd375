"""The rules of data, links, contacts and identity, on whatever an entry may hold."""

# ruff: noqa: RUF001 - characters that look alike are what these tests are about

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities import check, community
from communities import found as found_by
from patience import soon
from rollkeeper.engine.judging import ProgrammeCase, judge
from rollkeeper.model.policy import Policy, RuleSetting
from rollkeeper.model.report import Finding
from rollkeeper.model.roles import DEFAULT_ROLES
from rollkeeper.model.roster import Entry, FixKind, Programme, Roster
from rollkeeper.model.rule import Catalogue
from rollkeeper.model.tree import List, Map, Value, follow
from rollkeeper.rules import catalogue

FAMILIES = ("contacts", "data", "identity", "links", "order")
RULES = {name: rule for name, rule in catalogue().items() if rule.family in FAMILIES}
TODAY = datetime(2026, 11, 21, tzinfo=UTC).date()


def tree(value: object) -> Value:
    """Return plain data as the reader would, with made-up places."""
    if isinstance(value, dict):
        made = Map()
        for key, item in value.items():
            made[key] = tree(item)
            made.key_places[key] = made.value_places[key] = (1, 1, 1, 2)
        return made
    if isinstance(value, list):
        items = List()
        items.extend(map(tree, value))
        items.item_places.extend((number, 1, number, 2) for number in range(1, len(items) + 1))
        return items
    assert value is None or isinstance(value, str | int | float | bool)
    return value


def programme(entries: Sequence[dict[str, object]]) -> Programme:
    """Return a programme of such entries under the default roles."""
    data = tree(list(entries))
    assert isinstance(data, List)
    policy = Policy(
        "partners", "policies/partners.yaml", "Partners", "partners.yaml", timezone="Etc/UTC",
        rules={"unsorted": RuleSetting()},
    )  # fmt: skip
    roster = Roster("partners.yaml", "", data)
    made = tuple(
        Entry("partners", "partners.yaml", index, (index,), item, roster, DEFAULT_ROLES)
        for index, item in enumerate(data)
        if isinstance(item, Map)
    )
    return Programme(policy, roster, made, ())


def found(entries: Sequence[dict[str, object]], rules: Catalogue = RULES) -> tuple[Finding, ...]:
    """Judge such entries by the rules."""
    return judge([ProgrammeCase(programme(entries), TODAY)], rules).findings


ODD = st.text(
    st.sampled_from(
        "aZ0 .:/@#?&=-_[](){}<>|`*\n\t\\%'\"\u00a0\u202e\u200d\u0301\u0430ЖΑ例クｅ\U0001d4b6"
    )
)
TEXTS = st.one_of(
    st.text(max_size=40),
    ODD,
    ODD.map("https://cloud.example/".__add__),
    ODD.map("https://".__add__),
    ODD.map("ann@cloud.example".__add__),
)
VALUES = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.lists(TEXTS, max_size=2))
CONTACTS = st.dictionaries(
    st.sampled_from(["name", "email", "github", "profile"]), VALUES, max_size=4
)
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "name": VALUES,
        "website": VALUES,
        "email": VALUES,
        "github": VALUES,
        "contact": CONTACTS,
        "contacts": st.lists(CONTACTS, max_size=2),
        "members": st.lists(CONTACTS, max_size=2),
        "profiles": st.dictionaries(
            st.sampled_from(["x", "github", "mastodon", ""]), VALUES, max_size=3
        ),
        "links": st.dictionaries(st.text(max_size=4), VALUES, max_size=2),
        "criteria": VALUES,
    },
)


@given(st.lists(ENTRIES, max_size=4))
def test_any_text_in_any_field_is_judged(entries: list[dict[str, object]]) -> None:
    for finding in found(entries):
        assert finding.message
        assert "\n" not in finding.message
        assert len(finding.message) < 600


@given(ENTRIES)
def test_what_a_rule_repairs_it_no_longer_finds(entry: dict[str, object]) -> None:
    for finding in found([entry]):
        if finding.fix is None or finding.fix.kind is not FixKind.SET:
            continue
        repaired = programme([entry])
        holder = follow(repaired.entries[0].data, finding.field[:-1])
        assert isinstance(holder, Map | List)
        holder[finding.field[-1]] = finding.fix.value  # type: ignore[index] # the path was just found
        after = judge([ProgrammeCase(repaired, TODAY)], RULES).findings
        assert (finding.rule, finding.field) not in [(each.rule, each.field) for each in after]


def misplaced(names: Sequence[str]) -> int:
    """Count the entries that are reported as out of order."""
    only = {"unsorted": RULES["unsorted"]}
    return len(found([{"name": name} for name in names], only))


@given(st.lists(st.sampled_from("abcdefgh"), max_size=7, unique=True))
def test_only_the_fewest_entries_have_to_move(names: list[str]) -> None:
    longest = next(
        size
        for size in range(len(names), -1, -1)
        if any(list(kept) == sorted(kept) for kept in combinations(names, size))
    )
    assert misplaced(names) == len(names) - longest


def test_a_roster_without_order_is_not_a_flood() -> None:
    names = [f"Example {number:04}" for number in range(500, 0, -1)]
    messages = [each.message for each in found([{"name": name} for name in names])]
    assert len(messages) == 21
    assert "479 more entries from here on are out of order: run `rollkeeper fix`" in messages


HOSTILE = [
    "a" * 65_000,
    " " * 65_000,
    "a " * 32_000,
    "a" + " " * 64_000 + "b",
    "[a" + " _" * 32_000,
    "TODO" + " " * 64_000 + "b",
    "[" * 65_000,
    "<a" * 32_000,
    "{{" * 32_000,
    "[your " * 10_000,
    "your_" * 13_000,
    "a.a." * 16_000 + "@",
    "a at " * 13_000,
    "@" * 65_000,
    "https://" + "a-" * 32_000,
    "https://cloud.example/" + "%2e/" * 16_000,
    "https://cloud.example/?" + "utm_a=1&" * 8_000,
    "\u0301" * 65_000,
    "\u202e" * 65_000,
    "Жa" * 32_000,
    "&#" * 32_000,
    "todo " * 13_000,
    "ltd " * 16_000,
    "有限公司" * 16_000,
    "1|Il" * 16_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:12] for text in HOSTILE])
def test_a_long_text_costs_little(text: str) -> None:
    entry: dict[str, object] = {
        "name": text,
        "website": text,
        "github": text,
        "email": text,
        "profiles": {"x": text, "github": text, "mastodon": text},
        "links": {"talk": text},
        "description": text,
    }
    with soon():
        findings = found([entry, dict(entry)])
    assert findings
    assert all(len(finding.message) < 600 for finding in findings)


@pytest.mark.parametrize(
    ("setting", "handle", "reported"),
    [
        ("handle-form: error", "@ada-example", True),
        ("handle-form: {at_sign: true}", "@ada-example", False),
        ("handle-form: {at_sign: true}", "ada-example", False),
        ("handle-form: {at_sign: true}", "@@ada", True),
        ("handle-form: {at_sign: true}", "@ada example", True),
    ],
)
def test_a_community_may_write_handles_with_an_at_sign(
    setting: str,
    handle: str,
    reported: bool,  # noqa: FBT001 - a column of the table
    tmp_path: Path,
) -> None:
    policy = f"roster: partners.yaml\nrules: {{{setting}}}\n"
    root = community(tmp_path, f'- name: Ada\n  github: "{handle}"\n', policy)
    assert bool(found_by(check(root), "handle-form")) is reported
