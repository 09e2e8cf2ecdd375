"""Setting a field of an entry: the field alone changes, in the style of the file, or nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from communities import community, loaded
from rollkeeper.fixing.fields import FieldEditError, as_alumni, with_field
from rollkeeper.fixing.waivers import NewWaiver, WaiverEditError, with_waivers
from rollkeeper.loading.addressing import addressed
from rollkeeper.loading.roster_files import read_roster_file
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.policy import EntriesAddress, Policy
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import follow


def programme_of(text: str, path: str = "people.yaml", **address: Any) -> Programme:
    policy = Policy(
        "people",
        "policies/people.yaml",
        "People",
        "people/*.yaml" if address.pop("one_to_a_file", False) else path,
        entries=EntriesAddress(**address),
    )
    roster = read_roster_file(text.encode(), path, policy.limits)
    found = addressed(roster, policy).entries
    entries = tuple(
        Entry("people", path, number, each.at, each.data, roster, policy.roles, each.origins)
        for number, each in enumerate(found)
    )
    return Programme(policy, roster, entries, ())


def edited(text: str, index: int = 0, value: str = "alumni", **more: Any) -> str:
    programme = programme_of(text, **more)
    return with_field(programme, programme.entries[index], ("status",), value)


BLOCK = """\
# The first ones.
- name: Alder Ash   # our first
  # the account
  github: alder-ash
  terms:
    - start: 2026-01-01
      end: 2026-12-31   # renewed once

- name: Birch Bay
  terms: [{start: 2026-01-01, end: 2026-12-31}]
"""


def test_a_missing_field_is_a_line_after_the_handle() -> None:
    line = "  github: alder-ash\n"
    assert edited(BLOCK) == BLOCK.replace(line, f"{line}  status: alumni\n")


def test_without_a_handle_it_is_a_line_after_the_name() -> None:
    line = "- name: Birch Bay\n"
    assert edited(BLOCK, 1) == BLOCK.replace(line, f"{line}  status: alumni\n")


def test_it_goes_where_the_other_entries_have_it() -> None:
    other = "- name: Cedar\n  github: cedar\n  terms: []\n  status: active\n"
    new = edited(BLOCK + other)
    assert new == (BLOCK + other).replace("# renewed once\n", "# renewed once\n  status: alumni\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- {name: A, github: b}\n", "- {name: A, github: b, status: alumni}\n"),
        ("- { name: A }", "- { name: A, status: alumni }"),
        ("- {terms: [], name: 'A'}", "- {terms: [], name: 'A', status: 'alumni'}"),
        ('- {"name": "A"}\n', '- {"name": "A", "status": "alumni"}\n'),
        (
            "- {\n    name: A,\n    github: b,\n  }\n",
            "- {\n    name: A,\n    github: b,\n    status: alumni,\n  }\n",
        ),
        ("- name: A", "- name: A\n  status: alumni"),
        ("- name: A\r\n  x: 1\r\n", "- name: A\r\n  status: alumni\r\n  x: 1\r\n"),
        ('- name: "A"\n  github: "b"\n', '- name: "A"\n  github: "b"\n  status: "alumni"\n'),
        ("- name: |\n    A\n\n  x: 1\n", "- name: |\n    A\n  status: alumni\n\n  x: 1\n"),
        ("- name: A\n  status: active # now\n", "- name: A\n  status: alumni # now\n"),
        ("- name: A\n  status: 'active'\n", "- name: A\n  status: 'alumni'\n"),
        ("- name: A\n  status: # none\n", "- name: A\n  status: alumni # none\n"),
        ("- name: A\n  status: ~\n", "- name: A\n  status: alumni\n"),
        ("- {name: A, status: , x: 1}\n", "- {name: A, status: alumni, x: 1}\n"),
        ("- name: A\n  status: alumni\n", "- name: A\n  status: alumni\n"),
        ("\ufeff- name: A\n", "\ufeff- name: A\n  status: alumni\n"),
        ("-   name: A\n    x: 1\n", "-   name: A\n    status: alumni\n    x: 1\n"),
    ],
)
def test_it_is_written_as_the_entry_is(before: str, after: str) -> None:
    assert edited(before) == after


def test_of_a_mapping_of_people_the_right_one_is_edited() -> None:
    text = "people:\n  alder:\n    since: 2025-01-01\n  birch:\n    since: 2025-01-01\n"
    new = edited(text, 1, at=("people",), key_as="github")
    assert new == text.removesuffix("1\n") + "1\n    status: alumni\n"


def test_a_person_with_a_file_is_edited_there() -> None:
    text = "# Alder\nname: Alder\nterms:\n- start: 2026-01-01\n"
    new = edited(text, path="people/alder.yaml", one_to_a_file=True)
    assert new == text.replace("name: Alder\n", "name: Alder\nstatus: alumni\n")


def test_a_status_that_a_group_hands_down_stays() -> None:
    text = "- status: active\n  people:\n    - name: A\n    - name: B\n"
    address: dict[str, Any] = {"at": ("*", "people"), "inherit": {"status": ("*", "status")}}
    assert edited(text, **address) == text.replace("A\n", "A\n      status: alumni\n")


def test_the_day_of_a_term_is_set_in_its_place() -> None:
    programme = programme_of(BLOCK)
    new = with_field(programme, programme.entries[1], ("terms", 0, "end"), "2027-12-31")
    head, _, last = BLOCK.rpartition("2026-12-31")
    assert new == f"{head}2027-12-31{last}"


def test_json_is_written_as_json() -> None:
    text = '[\n  {\n    "name": "A",\n    "github": "b"\n  },\n  {"name": "C"}\n]\n'
    programme = programme_of(text, "people.json")
    first = with_field(programme, programme.entries[0], ("status",), "alumni")
    assert first == text.replace('"A",\n', '"A",\n    "status": "alumni",\n').replace(
        '"A",\n    "status": "alumni",\n    "github": "b"',
        '"A",\n    "github": "b",\n    "status": "alumni"',
    )
    second = with_field(programme, programme.entries[1], ("status",), "alumni")
    assert second == text.replace('"C"', '"C", "status": "alumni"')


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("people.toml", '[[people]]\nname = "A"\n', "the columns of a TOML file are not known"),
        ("people.yaml", "people:\n- name: A\n  name: B\n", "could not be read in full"),
        ("people.yaml", "people:\n- name: A\n  status: [a]\n", "`status` is not a single value"),
    ],
)
def test_what_is_not_safe_is_refused_with_its_reason(path: str, text: str, reason: str) -> None:
    with pytest.raises(FieldEditError, match=reason):
        edited(text, path=path, at=("people",))


def test_a_text_alone_is_no_place_for_a_field() -> None:
    with pytest.raises(FieldEditError, match="there is no mapping that `status` could be in"):
        edited("- Alder\n", text_as="name")


def test_an_edit_that_reads_otherwise_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rollkeeper.fixing.fields.scalar", lambda text, **_: f"{text}\n  x")
    with pytest.raises(FieldEditError, match="cannot be set without changing more than that"):
        edited(BLOCK)


WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12)
VALUES = st.one_of(WORDS, st.integers(-9, 9), st.none(), st.booleans(), st.lists(WORDS, max_size=2))
KEYS = st.sampled_from(["github", "since", "about", "links", "x-y", "国"])


Shape = tuple[Callable[[list[Any]], Any], Callable[[Any], list[Any]], dict[str, Any]]
SHAPES: list[Shape] = [
    (lambda entries: entries, lambda data: data, {}),
    (
        lambda entries: {"about": "ours", "people": entries, "more": [1]},
        lambda data: data["people"],
        {"at": ("people",)},
    ),
    (
        lambda entries: {f"k{number}": each for number, each in enumerate(entries)},
        lambda data: list(data.values()),
        {"key_as": "github_id"},
    ),
    (
        lambda entries: [{"lead": "a", "members": [each]} for each in entries],
        lambda data: [each["members"][0] for each in data],
        {"at": ("*", "members"), "inherit": {"lead": ("*", "lead")}},
    ),
]
"""Where the entries of a roster can be: how they get there, how they are found, what a policy says."""


@st.composite
def rosters(draw: st.DrawFn) -> tuple[str, int, Shape]:
    """Draw a roster as PyYAML writes it in some style, with comments, and one of its entries."""
    shape = draw(st.sampled_from(SHAPES))
    one = st.fixed_dictionaries({"name": WORDS.filter(str.strip)})
    more = st.dictionaries(KEYS, VALUES, max_size=4)
    status = st.sampled_from([{}, {}, {"status": "active"}, {"status": None}])
    entry = st.builds(lambda *parts: {k: v for p in parts for k, v in p.items()}, one, more, status)
    entries = draw(st.lists(entry, min_size=1, max_size=3))
    flow, indent = draw(st.sampled_from([None, False, True])), draw(st.integers(2, 5))
    quotes, width = draw(st.sampled_from([None, '"', "'"])), draw(st.sampled_from([20, 80]))
    text = yaml.safe_dump(
        shape[0](entries),
        default_flow_style=flow,
        indent=indent,
        default_style=quotes,
        width=width,
        sort_keys=False,
        allow_unicode=True,
    )
    if flow is False and not quotes:
        text = text.replace("\n- ", "  # {said: here\n\n# of the next\n- ")
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return text, draw(st.integers(0, len(entries) - 1)), shape


@given(rosters())
def test_only_the_field_of_the_entry_ever_changes(drawn: tuple[str, int, Shape]) -> None:
    text, index, (_, found, address) = drawn
    programme = programme_of(text, **address)
    before = read_yaml(text.encode(), "people.yaml")
    if before.defects or index >= len(programme.entries):
        return
    new = with_field(programme, programme.entries[index], ("status",), "alumni")
    expected = copy.deepcopy(before.data)
    found(expected)[index]["status"] = "alumni"
    assert read_yaml(new.encode(), "people.yaml").data == expected
    kept = 0
    while text[: kept + 1] == new[: kept + 1] and kept < len(text):
        kept += 1
    rest = text[kept:]
    while rest and not new[kept:].endswith(rest):
        rest = rest[1:]
    gone = text[kept : len(text) - len(rest)].strip("\"' \r\n")
    assert gone in "active null"


def test_the_words_are_those_of_the_roster_and_its_schema(tmp_path: Path) -> None:
    schema = '{"items": {"properties": {"status": {"enum": ["active", "emeritus", "Alumnus"]}}}}'
    policy = "title: P\nroster: partners.yaml\nschema: s.json\n"
    root = community(tmp_path, "- name: A\n- name: B\n", policy, policies__s_json=schema)
    programme = loaded(root).programmes[0]
    assert as_alumni(root, programme, programme.entries[0]) == (
        "- name: A\n  status: emeritus\n- name: B\n"
    )
    (root / "partners.yaml").write_text("- name: A\n- name: B\n  status: Alumnus\n", "utf-8")
    programme = loaded(root).programmes[0]
    assert "- name: A\n  status: Alumnus\n" in as_alumni(root, programme, programme.entries[0])


def test_what_the_schema_refuses_is_not_offered(tmp_path: Path) -> None:
    schema = '{"items": {"properties": {"status": {"enum": ["active"]}}}}'
    policy = "title: P\nroster: partners.yaml\nschema: s.json\n"
    root = community(tmp_path, "- name: A\n", policy, policies__s_json=schema)
    programme = loaded(root).programmes[0]
    with pytest.raises(FieldEditError, match="nothing that the schema of the roster accepts"):
        as_alumni(root, programme, programme.entries[0])


WAIVER = NewWaiver(
    "term-ended", ("Alder: Ash",), "on leave, back soon", date(2027, 3, 1), "octocat"
)
LINE = (
    '- {rule: term-ended, entry: "Alder: Ash", reason: "on leave, back soon", until: 2027-03-01, '
    "by: octocat}\n"
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: P # ours\n", f"title: P # ours\nwaivers:\n  {LINE}"),
        ("title: P\nwaivers: []\n", f"title: P\nwaivers:\n  {LINE}"),
        (
            "waivers:\n- rule: a\n  entry: b\n  # why\n  reason: c\ntitle: P\n",
            f"waivers:\n- rule: a\n  entry: b\n  # why\n  reason: c\n{LINE}title: P\n",
        ),
    ],
)
def test_a_waiver_is_added_in_its_place(before: str, after: str) -> None:
    assert with_waivers(before.encode(), "policies/p.yaml", [WAIVER]).decode() == after


@pytest.mark.parametrize("there", ["waivers: [{rule: a}]\n", "waivers: x\n", "a: 1\na: 2\n"])
def test_a_waiver_that_cannot_be_added_by_lines_is_refused(there: str) -> None:
    with pytest.raises(WaiverEditError, match=r"policies/p\.yaml"):
        with_waivers(there.encode(), "policies/p.yaml", [WAIVER])


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), min_size=1)


@given(TEXTS, TEXTS, TEXTS)
def test_what_a_waiver_says_is_read_as_it_was_meant(name: str, reason: str, by: str) -> None:
    waiver = NewWaiver("term-ended", (name,), reason, date(2027, 3, 1), by)
    try:
        new = with_waivers(b"title: P\n", "policies/p.yaml", [waiver])
    except WaiverEditError:
        return
    assert follow(read_yaml(new, "p").data, ("waivers", 0)) == waiver.data
