"""Entries at every kind of place: grouped, keyed, texts alone, one to a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import TODAY, check, community, found, loaded
from rollkeeper.model.limits import MAX_DEFECTS
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.pages import page_text

GROUPED = """\
trees:
- name: Conifers
  kinds:
  - name: Pines
    items:
    - name: Fir Foundry
      website: https://fir.example
    - name: Pine Press
  - name: Larches
    items:
    - name: Larch Labs
- name: Broadleaves
  kinds:
  - name: Oaks
    items: []
  - name: Elms
    items:
"""
AT_ITEMS = """\
roster: partners.yaml
entries:
  at: trees.*.kinds.*.items
  inherit: {family: trees.*.name, genus: trees.*.kinds.*.name}
"""


def programme(root: Path, roster: str, policy: str, **files: str) -> Programme:
    return loaded(community(root, roster, policy, **files)).programmes[0]


def data(read: Programme) -> list[dict[str, object]]:
    return [dict(entry.data) for entry in read.entries]


def messages(read: Programme) -> list[tuple[int, str]]:
    return [(defect.place.line, defect.message) for defect in read.roster.defects]


def text_at(entry: Entry, field: str) -> str:
    """Return what stands in the entry's file at a field's place."""
    place = entry.place((field,))
    return entry.roster.text.splitlines()[place.line - 1][place.column - 1 : place.end_column - 1]


def test_entries_of_groups_have_their_groups_fields(tmp_path: Path) -> None:
    read = programme(tmp_path, GROUPED, AT_ITEMS)
    assert data(read) == [
        {
            "name": "Fir Foundry",
            "website": "https://fir.example",
            "family": "Conifers",
            "genus": "Pines",
        },
        {"name": "Pine Press", "family": "Conifers", "genus": "Pines"},
        {"name": "Larch Labs", "family": "Conifers", "genus": "Larches"},
    ]
    assert [entry.place().line for entry in read.entries] == [6, 8, 11]
    assert [text_at(read.entries[2], field) for field in ("name", "family", "genus")] == [
        "Larch Labs",
        "Conifers",
        "Larches",
    ]
    assert not read.roster.defects


def test_findings_about_a_group_are_at_the_group_and_once(tmp_path: Path) -> None:
    policy = f"{AT_ITEMS}fields: {{description: family}}\n"
    report = check(community(tmp_path, GROUPED.replace("Conifers", "Conifers  all"), policy))
    (finding,) = found(report, "blank-edges")
    assert finding.place.line == 2


@pytest.mark.parametrize(
    ("roster", "at", "line", "words"),
    [
        ("trees:\n- kinds: []\n- kids: []\n", "trees.*.kinds", 3, "`kinds` is not in `trees.1`"),
        ("trees:\n- kinds: x\n", "trees.*.kinds", 2, "a list of entries under `trees.0.kinds`"),
        ("trees:\n- kinds: x\n", "trees.*.kinds.*.all", 2, "`trees.0.kinds` must be a list or a mapping"),
        ("trees:\n- Fir\n", "trees.*.kinds", 2, "`trees.0` must be a mapping that has `kinds`"),
        ("wood: []\n", "trees", 1, "`trees` is not in the roster; correct the name"),
        ("trees:\n", "trees", 1, "`trees` is empty"),
        ("wood:\n  trees: []\n", "wood.tree", 1, "`tree` is not in `wood`"),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_found_at_its_place(
    tmp_path: Path, roster: str, at: str, line: int, words: str
) -> None:
    read = programme(tmp_path, roster, f"roster: partners.yaml\nentries: {at}\n")
    ((where, message),) = messages(read)
    assert where == line
    assert words in message


def test_a_step_that_is_missing_everywhere_is_one_finding(tmp_path: Path) -> None:
    read = programme(tmp_path, GROUPED, "roster: partners.yaml\nentries: trees.*.kinds.*.itms\n")
    ((line, message),) = messages(read)
    assert line == 4
    assert message.startswith("`itms` is in none of the 4 places `trees.*.kinds.*`; correct")


def test_groups_are_there_for_pages_and_requirements(tmp_path: Path) -> None:
    policy = AT_ITEMS + (
        "rules:\n  company-cap: {most: 1}\nfields: {organisation: genus}\n"
        'requirements:\n- id: no-larches\n  expect: entry.genus != "Larches"\n'
        "  message: no larches\n  field: genus\n"
        "page: page.md\nlayout: {group_by: family}\n"
    )
    report = check(community(tmp_path, GROUPED, policy))
    (larch,) = found(report, "no-larches")
    assert (larch.entry, larch.place.line) == ("Larch Labs", 9)
    assert [each.tally for each in found(report, "company-cap")] == [("pines", 2)]
    read = loaded(tmp_path).programmes[0]
    assert "## Conifers" in page_text(read, read.policy.pages[0], None, today=TODAY)


def test_what_may_be_missing_is_no_defect(tmp_path: Path) -> None:
    roster = "trees:\n- kinds: [{name: Fir}]\n- name: none\n"
    read = programme(tmp_path, roster, "roster: partners.yaml\nentries: trees.*.kinds?\n")
    assert data(read) == [{"name": "Fir"}]
    assert not read.roster.defects


def test_an_inherited_field_that_is_missing_is_found_once(tmp_path: Path) -> None:
    roster = "trees:\n- kinds: [{name: Fir}, {name: Pine}]\n"
    policy = (
        "roster: partners.yaml\nentries: {at: trees.*.kinds, inherit: {family: trees.*.name}}\n"
    )
    read = programme(tmp_path, roster, policy)
    assert data(read) == [{"name": "Fir"}, {"name": "Pine"}]
    ((line, message),) = messages(read)
    assert (line, "`name` is not in `trees.0`" in message) == (2, True)


def test_texts_alone_are_entries_where_the_policy_says_which_field_they_are(tmp_path: Path) -> None:
    policy = "roster: partners.yaml\nentries: {at: members, text_as: github}\n"
    read = programme(tmp_path, "members:\n- ann-example\n- github: ben-example\n- 12345\n", policy)
    assert data(read) == [{"github": "ann-example"}, {"github": "ben-example"}]
    assert text_at(read.entries[0], "github") == "ann-example"
    ((line, message),) = messages(read)
    assert (line, message.endswith("and this is a number; write it in quotes")) == (4, True)


def test_a_list_of_texts_is_one_finding_that_names_the_setting(tmp_path: Path) -> None:
    roster = "".join(f"- member-{number}\n" for number in range(1266))
    ((line, message),) = messages(programme(tmp_path, roster, "roster: partners.yaml\n"))
    assert line == 1
    assert message.startswith("1,266 items of the list are plain text")
    assert "`entries: {text_as: name}`" in message


def test_keys_are_names(tmp_path: Path) -> None:
    roster = "fir:\n  website: https://fir.example\npine:\nelm: https://elm.example\noak: [x]\n"
    policy = "roster: partners.yaml\nentries: {key_as: name, text_as: website}\n"
    read = programme(tmp_path, roster, policy)
    assert data(read) == [
        {"website": "https://fir.example", "name": "fir"},
        {"name": "pine"},
        {"website": "https://elm.example", "name": "elm"},
    ]
    assert [entry.place().line for entry in read.entries] == [1, 3, 4]
    assert [text_at(entry, "name") for entry in read.entries] == ["fir", "pine", "elm"]
    assert [line for line, _ in messages(read)] == [5]


def test_a_mapping_of_mappings_is_told_how_keys_become_names(tmp_path: Path) -> None:
    ((_, message),) = messages(programme(tmp_path, "fir: {a: b}\n", "roster: partners.yaml\n"))
    assert "`entries: {key_as: name}`" in message
    ((_, message),) = messages(programme(tmp_path, "name: fir\n", "roster: partners.yaml\n"))
    assert "key_as" not in message


def test_lists_by_tier_have_their_key_as_the_tier(tmp_path: Path) -> None:
    roster = "gold:\n- name: Fir\nsilver:\n- name: Pine\n"
    policy = 'roster: partners.yaml\nentries: {at: "*", inherit: {tier: "*"}}\n'
    assert data(programme(tmp_path, roster, policy)) == [
        {"name": "Fir", "tier": "gold"},
        {"name": "Pine", "tier": "silver"},
    ]


def test_an_entrys_own_field_is_kept(tmp_path: Path) -> None:
    policy = "roster: partners.yaml\nentries: {key_as: name, inherit: {tier: fir.name}}\n"
    read = programme(tmp_path, "fir: {name: Fir Foundry, tier: gold}\n", policy)
    assert data(read) == [{"name": "Fir Foundry", "tier": "gold"}]


def test_a_schema_of_the_whole_file_finds_faults_in_entries_of_groups(tmp_path: Path) -> None:
    schema = """{"properties": {"trees": {"items": {"properties": {"kinds": {"items": {"properties":
      {"items": {"type": ["array", "null"], "items": {"required": ["name", "website"],
       "properties": {"name": {"pattern": "^[A-Z]"}}}}}}}}}}}}"""
    roster = GROUPED.replace("Fir Foundry", "fir foundry")
    policy = f"{AT_ITEMS}schema: roster.schema.json\n"
    read = programme(tmp_path, roster, policy, policies__roster_schema_json="{}")
    assert not read.roster.defects
    (tmp_path / "policies" / "roster.schema.json").write_text(schema)
    report = check(tmp_path)
    wrong = [(f.rule, f.entry, f.place.line) for f in report.findings if f.programme == "partners"]
    assert ("wrong-value", "fir foundry", 6) in wrong
    assert ("missing-field", "Pine Press", 8) in wrong
    assert ("missing-field", "Larch Labs", 11) in wrong


def test_a_schema_of_a_list_of_texts_is_told_of_the_entry(tmp_path: Path) -> None:
    schema = '{"properties": {"members": {"items": {"type": "string", "pattern": "^[a-z]+$"}}}}'
    policy = (
        "roster: partners.yaml\nentries: {at: members, text_as: github}\n"
        "fields: {name: github}\nschema: x.schema.json\n"
    )
    files = {"policies__x_schema_json": schema}
    report = check(community(tmp_path, "members:\n- ann\n- B\n", policy, **files))
    (finding,) = found(report, "wrong-value")
    assert (finding.entry, finding.field, finding.place.line) == ("B", ("github",), 3)


@pytest.mark.parametrize("at", ["*.*.*.*", ".".join("*" * 32)])
def test_stars_do_not_multiply(tmp_path: Path, at: str) -> None:
    wide = "[" + ", ".join(["[[[1]]]"] * 2000) + "]"
    read = programme(tmp_path, wide, f'roster: partners.yaml\nentries: "{at}"\n')
    assert len(read.roster.defects) <= MAX_DEFECTS + 1
    assert not read.entries
