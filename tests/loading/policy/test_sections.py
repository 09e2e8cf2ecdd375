"""The sections of a policy file that become values: `fields`, `layout` and `websites`."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import community, loaded
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.policy import Column, PageLayout, VisitSettings
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import field_path, key_place_of, place_of

ROSTER = (
    '- name: Fir\n  terms:\n    - {start: 2026-01-01, end: 2026-12-31}\n  years: {"2024": ok}\n'
)
POLICY = "roster: partners.yaml\n"


def errors(root: Path, policy: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        loaded(community(root, ROSTER, policy))
    return [str(error) for error in caught.value.errors]


@pytest.mark.parametrize(
    ("layout", "line", "words"),
    [
        ("  zzz: 1", 3, "unknown key `zzz`; use one of kind, group_by"),
        ("  kinds: table", 3, "unknown key `kinds`; did you mean `kind`?"),
        ("  kind: wall", 3, "`kind` must be one of partners, ambassadors, table"),
        ("  kind:", 3, "`kind` must be one of"),
        ("  group_by: a..b", 3, "`group_by` must be a field"),
        ("  group_by: 3", 3, "`group_by` must be a field"),
        ("  columns: name", 3, "`columns` must be a list"),
        ("  columns:\n  - name\n  - 3", 5, "a field, or `Heading: field`"),
        ("  columns:\n  - name\n  - {a: b, c: d}", 5, "a field, or `Heading: field`"),
        ("  columns:\n  - {Heading: a..b}", 4, "a field, or `Heading: field`"),
        ("  order:\n  - gold\n  - 1", 5, "an item of `order` must be a text"),
        ("  logo_height: 9999", 3, "`logo_height` must be a whole number from 16 to 256"),
        ("  logo_height: 48.0", 3, "from 16 to 256"),
        ("  logo_height: true", 3, "from 16 to 256"),
    ],
)
def test_a_wrong_layout_says_where_and_why(
    tmp_path: Path, layout: str, line: int, words: str
) -> None:
    (error,) = errors(tmp_path, f"{POLICY}layout:\n{layout}\n")
    assert error.startswith(f"policies/partners.yaml:{line}: ")
    assert words in error


def test_every_error_of_a_layout_is_reported(tmp_path: Path) -> None:
    layout = "layout: {kind: wall, columns: [1, name, 2], logo_height: 3, x: y}\n"
    assert len(errors(tmp_path, POLICY + layout)) == 5


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("{time: 3}", "unknown key `time`; did you mean `timeout`?"),
        ("{timeout: 0}", "`timeout` must be a number from 1 to 120"),
        ("{timeout: soon}", "`timeout` must be a number"),
        ("{connect: .nan}", "`connect` must be a number"),
        ("{deadline: yes}", "`deadline` must be a number"),
        ("{deadline: true}", "`deadline` must be a number"),
        ("{at_once: 1.5}", "`at_once` must be a whole number from 1 to 5000"),
        ("{at_once: 999999999}", "`at_once` must be a whole number"),
        ("{roles: website}", "must be a list of roles"),
        ("{roles: [1]}", "must be a list of roles"),
        (
            "{roles: [website, links]}",
            "unknown role of web addresses `links`; did you mean `link`?",
        ),
        ("{roles: [name]}", "unknown role of web addresses `name`"),
        ("{guard: none}", "unknown key `guard`"),
        ("3", "`websites` must be a mapping"),
    ],
)
def test_settings_of_visits_are_checked_with_their_line(
    tmp_path: Path, setting: str, words: str
) -> None:
    (error,) = errors(tmp_path, f"{POLICY}websites: {setting}\n")
    assert error.startswith("policies/partners.yaml:2: ")
    assert words in error


def test_a_policy_holds_parsed_values(tmp_path: Path) -> None:
    policy = POLICY + (
        "layout:\n  kind: partners\n  group_by: contact.country\n  order: [gold]\n"
        "  columns: [name, {Ends: terms.0.end}, meeting_notes]\n  logo_height: 64\n"
        "websites: {connect: 2, roles: [website, link]}\n"
        "rules: {website-off-topic: {words: [telescopes]}}\n"
    )
    (programme,) = loaded(community(tmp_path, ROSTER, policy)).programmes
    assert programme.policy.layout == PageLayout(
        kind="partners",
        group_by=("contact", "country"),
        columns=(
            Column("Name", ("name",)),
            Column("Ends", ("terms", 0, "end")),
            Column("Meeting notes", ("meeting_notes",)),
        ),
        order=("gold",),
        logo_height=64,
    )
    assert programme.policy.websites == VisitSettings(
        connect=2, roles=("website", "link"), words=("telescopes",)
    )


def test_a_policy_without_settings_has_the_defaults(tmp_path: Path) -> None:
    (programme,) = loaded(community(tmp_path, ROSTER, POLICY)).programmes
    assert programme.policy.layout == PageLayout()
    assert programme.policy.websites == VisitSettings()


def test_words_of_a_rule_that_is_off_are_not_looked_for(tmp_path: Path) -> None:
    policy = "extends: karmada\nroster: partners.yaml\nrules: {website-off-topic: off}\n"
    (programme,) = loaded(community(tmp_path, ROSTER, policy)).programmes
    assert programme.policy.websites.words == ()


def entry(root: Path, policy: str) -> Entry:
    (programme,) = loaded(community(root, ROSTER, policy)).programmes
    return programme.entries[0]


@pytest.mark.parametrize(
    ("field", "value", "line"),
    [("terms.0.end", "2026-12-31", 3), ("years.2024", "ok", 4), ("terms.*.end", "2026-12-31", 3)],
)
def test_fields_and_layout_read_paths_alike(
    tmp_path: Path, field: str, value: str, line: int
) -> None:
    policy = f"{POLICY}fields: {{date: {field}}}\nlayout: {{group_by: {field}}}\n"
    read = entry(tmp_path, policy)
    ((path, text),) = read.texts("date")
    assert text == value
    assert read.place(path).line == line
    (programme,) = loaded(tmp_path).programmes
    assert programme.policy.layout.group_by == programme.policy.roles["date"][0]
    assert [each.value for each in read.located(field_path(field))] == [value]


def test_a_position_beyond_the_list_is_no_value(tmp_path: Path) -> None:
    assert not list(entry(tmp_path, f"{POLICY}fields: {{date: terms.1.end}}\n").texts("date"))


def test_a_number_finds_the_key_that_is_written_so(tmp_path: Path) -> None:
    data = entry(tmp_path, POLICY).data
    path = field_path("years.2024")
    assert place_of(data, path).line == key_place_of(data, path).line == 4
    assert place_of(data, path).column > key_place_of(data, path).column
