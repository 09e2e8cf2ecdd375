"""A roster of several files: which they are, how they are read, and what may be among them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from communities import check, community, found, loaded
from rollkeeper.engine.run import Options, exit_status
from rollkeeper.fixing.run import fix
from rollkeeper.loading import roster_files
from rollkeeper.loading.roster_files import list_files
from rollkeeper.model.roster import Programme
from rollkeeper.model.status import Status

POLICY = "roster: people/*.yaml\n"


def programme(root: Path, policy: str = POLICY, **files: str) -> Programme:
    return loaded(community(root, "", policy, **files)).programmes[0]


def names(read: Programme) -> list[str]:
    return [entry.name for entry in read.entries]


def test_each_file_is_an_entry_or_has_a_list_of_them(tmp_path: Path) -> None:
    read = programme(
        tmp_path,
        POLICY + "entries: {file_as: id}\n",
        people__b_yaml="name: Ben\nsince: 2026-01-01\n",
        people__a_yaml="- name: Ann\n- name: Amy\n",
        people__deeper__c_yaml="name: Not this\n",
        people__d_yml="name: Nor this\n",
    )
    assert [(each.path, each.name, each.data["id"]) for each in read.entries] == [
        ("people/a.yaml", "Ann", "a"),
        ("people/a.yaml", "Amy", "a"),
        ("people/b.yaml", "Ben", "b"),
    ]
    assert [entry.index for entry in read.entries] == [0, 1, 2]
    assert read.entries[2].place(("since",)).line == 2
    assert read.roster.unread is None


def test_findings_are_in_the_file_of_their_entry(tmp_path: Path) -> None:
    policy = POLICY + "rules: {unsorted: off}\n"
    community(
        tmp_path,
        "",
        policy,
        people__a_yaml="name: Ann\nwebsite: fir\n",
        people__b_yaml="name: Ben \nname: x\n",
        people__c_yaml="name: Ann\n\n\n",
        people__e_yaml="- 3\n",
        people__f_yaml="",
    )
    report = check(tmp_path)
    places = {(each.rule, each.path, each.place.line) for each in report.findings}
    assert ("website-form", "people/a.yaml", 2) in places
    assert ("duplicate-key", "people/b.yaml", 2) in places
    assert ("duplicate-name", "people/c.yaml", 1) in places
    assert ("roster-shape", "people/e.yaml", 1) in places
    assert ("roster-shape", "people/f.yaml", 1) in places
    (twice,) = found(report, "duplicate-name")
    assert "(people/a.yaml, line 1)" in twice.message
    assert set(report.texts) >= {"people/a.yaml", "people/b.yaml", "people/c.yaml"}


def test_one_unreadable_file_does_not_hide_the_others_nor_pass(tmp_path: Path) -> None:
    files = {"people__a_yaml": "name: [\n", "people__b_yaml": "name: Ben\nwebsite: fir\n"}
    read = programme(tmp_path, **files)
    assert names(read) == ["Ben"]
    assert read.roster.data is None
    assert read.roster.unread is not None
    assert read.roster.unread.path == "people/a.yaml"
    report = check(tmp_path)
    assert {each.rule for each in report.findings} >= {"yaml-syntax", "website-form"}
    assert exit_status(report) is Status.FINDINGS


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.yaml", ["a.yaml"]),
        ("config/*/org.yaml", ["config/one/org.yaml"]),
        ("config/**/org.yaml", ["config/one/deep/org.yaml", "config/one/org.yaml", "config/org.yaml"]),
        ("**/o*.yaml", ["config/one/deep/org.yaml", "config/one/org.yaml", "config/org.yaml"]),
        ("config/*/*/*.yaml", ["config/one/deep/org.yaml"]),
        ("nothing/*.yaml", []),
        (".hidden/*.yaml", [".hidden/org.yaml"]),
    ],
)  # fmt: skip
def test_which_files_match(tmp_path: Path, pattern: str, expected: list[str]) -> None:
    for path in (
        "a.yaml", "config/org.yaml", "config/one/org.yaml", "config/one/deep/org.yaml",
        ".hidden/org.yaml", "config/.git/org.yaml", "config/one/.org.yaml",
    ):  # fmt: skip
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    assert list_files(tmp_path, pattern).paths == expected


def test_links_are_not_followed_and_are_told(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text("name: Secret\n")
    root = tmp_path / "root"
    community(root, "", POLICY, people__a_yaml="name: Ann\n")
    (root / "people" / "link.yaml").symlink_to(outside / "secret.yaml")
    (root / "people" / "folder.yaml").mkdir()
    (root / "team").symlink_to(outside)
    read = loaded(root).programmes[0]
    assert names(read) == ["Ann"]
    (defect,) = read.roster.defects
    assert (defect.path, "symbolic link" in defect.message) == ("people/link.yaml", True)
    assert list_files(root, "**/*.yaml").paths == [
        "partners.yaml",
        "people/a.yaml",
        "policies/partners.yaml",
    ]
    listing = list_files(root, "team/*.yaml")
    assert (listing.paths, list(listing.refused)) == ([], ["team"])


def test_a_name_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    community(tmp_path, "", POLICY, people__a_yaml="name: Ann\n")
    for name in (b"\xff.yaml", b"line\nbreak.yaml"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/people/" + name)).write_text("name: X\n")
    read = loaded(tmp_path).programmes[0]
    assert names(read) == ["Ann"]
    assert [defect.path for defect in read.roster.defects] == [
        "people/\\udcff.yaml",
        "people/line\\nbreak.yaml",
    ]


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("MAX_ROSTER_FILES", "more than 2 files match people/*.yaml"),
        ("MAX_LISTED_FILES", "more than 2 files and folders"),
    ],
)
def test_the_number_of_files_is_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, words: str
) -> None:
    monkeypatch.setattr(roster_files, limit, 2)
    files = {f"people__p{number}_yaml": f"name: P{number}\n" for number in range(3)}
    read = programme(tmp_path, **files)
    assert not read.entries
    (defect,) = read.roster.defects
    assert words in defect.message
    assert read.roster.unread is defect


def test_folders_are_not_searched_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_files, "MAX_FOLDER_DEPTH", 2)
    read = programme(tmp_path, "roster: a/**/x.yaml\n", a__b__c__d__e__x_yaml="name: X\n")
    (defect,) = read.roster.defects
    assert "more than 2 folders within folders" in defect.message


@pytest.mark.parametrize("limits", ["{max_bytes: 25}", "{max_nodes: 7}", "{max_entries: 2}"])
def test_all_files_together_have_the_limits_of_one(tmp_path: Path, limits: str) -> None:
    files = {f"people__p{number}_yaml": f"name: P{number}\n" for number in range(3)}
    read = programme(tmp_path, f"{POLICY}limits: {limits}\n", **files)
    assert read.roster.data is None
    assert "yaml-limit" in {defect.rule for defect in read.roster.defects}


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("a.json", '{\n"name": "Ann"\n"b": 1}', 3, "not JSON: "),
        ("a.json", '{"name": NaN}', 1, "NaN is no number"),
        ("a.json", "name: Ann", 1, "not JSON: expecting value"),
        ("a.json", '{"name": "Ann"} # note', 1, "not JSON: extra data"),
        ("a.json", '{"name": "A", "name": "B"}', 1, "already on line 1"),
        ("a.json", "[" * 100_000, 1, "nested deeper"),
        ("a.json", '{"name": "A\u202e"}', 1, "is not allowed"),
        ("a.toml", "name = 'Ann'\nname = 'B'\n", 2, "not TOML: "),
        ("a.toml", "name = \n", 1, "not TOML: invalid value"),
        ("a.toml", "name = 'A\u202e'\n", 1, "is not allowed"),
        ("a.toml", f"a = {'[' * 30}{']' * 30}\n", 1, "nested deeper"),
        ("a.toml", f"a = {'[' * 60_000}\n", 1, "not TOML: "),
        ("a.toml", "#" * 200_000, 1, "more than 131,072 bytes"),
        ("a.toml", f"a = {'9' * 5000}\n", 1, "not TOML: "),
    ],
)
def test_other_formats_say_what_is_wrong_and_where(
    tmp_path: Path, name: str, text: str, line: int, words: str
) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / name).write_text(text, encoding="utf-8")
    read = programme(tmp_path, f"roster: people/{name}\n")
    assert any(d.place.line == line and words in d.message for d in read.roster.defects), (
        read.roster.defects
    )


def test_json_and_toml_are_read_with_their_lines(tmp_path: Path) -> None:
    read = programme(
        tmp_path,
        "roster: people/*.json\n",
        people__a_json='{\n\t"name": "Ann \\ud83c\\udf32 \\/ \\u00e9",\n\t"since": 2026,\n\t"big": 1e400\n}\n',
    )
    assert dict(read.entries[0].data) == {
        "name": "Ann \U0001f332 / \u00e9",
        "since": 2026,
        "big": "1e400",
    }
    assert read.entries[0].place(("since",))[:2] == (3, 11)
    read = programme(
        tmp_path,
        "roster: people/*.toml\n",
        people__a_toml="name = 'Ann'\nsince = 2026-01-01\n\n[links]\nblog = 'https://ann.example'\n",
    )
    assert dict(read.entries[0].data) == {
        "name": "Ann", "since": "2026-01-01", "links": {"blog": "https://ann.example"},
    }  # fmt: skip
    assert read.entries[0].place(("links", "blog")).line == 5


@pytest.fixture(name="fixed")
def _fixed(tmp_path: Path) -> Callable[..., dict[str, str]]:
    def run(policy: str, roster: str = "", **files: str) -> dict[str, str]:
        result = fix(Options(community(tmp_path, roster, policy, **files)))
        return {path: each.after for path, each in result.rosters.items()}

    return run


def test_fixes_are_made_in_the_files_that_need_them(fixed: Callable[..., dict[str, str]]) -> None:
    after = fixed(
        POLICY,
        people__a_yaml="name: Ann\ngithub: '@ann-example'\n",
        people__b_yaml="name: Ben\n",
        people__c_yaml="# who\nname: Cat\ngithub: https://github.com/cat-example  # here\n",
    )
    assert after == {
        "people/a.yaml": "name: Ann\ngithub: 'ann-example'\n",
        "people/c.yaml": "# who\nname: Cat\ngithub: cat-example  # here\n",
    }


def test_fixes_are_made_of_texts_and_groups_not_of_keys(
    fixed: Callable[..., dict[str, str]],
) -> None:
    policy = "roster: partners.yaml\nfields: {name: github}\nentries: {at: g.*.all, text_as: github, inherit: {note: g.*.note}}\n"
    roster = "g:\n- note: one  two\n  all:\n  - '@ann-example'\n"
    after = fixed(f"{policy.replace('name: github', 'name: github, description: note')}", roster)
    assert after["partners.yaml"] == "g:\n- note: one two\n  all:\n  - 'ann-example'\n"
    keyed = "roster: partners.yaml\nentries: {key_as: github}\nfields: {name: github}\n"
    assert fixed(keyed, "'@ann-example': {}\n") == {}


def test_json_stays_json_and_toml_is_left_alone(fixed: Callable[..., dict[str, str]]) -> None:
    after = fixed(
        "roster: people/*\n",
        people__a_json='{"name": "Ann", "github": "@ann-example"}\n',
        people__b_toml='name = "Ben"\ngithub = "@ben-example"\n',
    )
    assert after == {"people/a.json": '{"name": "Ann", "github": "ann-example"}\n'}
