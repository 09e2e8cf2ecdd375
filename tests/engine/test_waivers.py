"""What waivers excuse: entries, several of them, files, and the entry beside which a comment is."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import check, community, found
from rollkeeper.model.report import Finding

ROSTER = '- name: "Ash  Works"\n- name: "Elm  Labs"\n- name: "Fir  Cloud"\n'
FACTS = "reason: written so, until: 2027-01-31, by: ada"


def waived(findings: list[Finding]) -> list[str | None]:
    return [each.entry for each in findings if each.waiver is not None]


def policy(named: str, rule: str = "blank-edges", more: str = "") -> str:
    return f"roster: partners.yaml\nwaivers:\n  - {{rule: {rule}, {named}, {FACTS}}}\n{more}"


def test_a_waiver_for_several_entries_excuses_each_of_them(tmp_path: Path) -> None:
    report = check(community(tmp_path, ROSTER, policy('entries: ["ash  works", "Elm  Labs"]')))
    assert waived(found(report, "blank-edges")) == ["Ash  Works", "Elm  Labs"]
    assert not [each for each in report.findings if each.rule.startswith("waiver-")]


def test_a_name_of_several_that_has_no_effect_is_named_where_it_is_written(tmp_path: Path) -> None:
    names = 'entries: ["Ash  Works", Oak,\n      "Gum Tree"]'
    report = check(community(tmp_path, ROSTER + "- name: Oak\n", policy(names)))
    (unused,), (unknown,) = found(report, "waiver-unused"), found(report, "waiver-unknown-entry")
    assert (unused.place[:2], unused.message[:44]) == (
        (3, 49),
        "the waiver of blank-edges for `Oak` has no e",
    )
    assert (unknown.place[:2], unknown.entry) == ((4, 7), None)


def test_an_expired_waiver_of_several_is_one_finding(tmp_path: Path) -> None:
    old = policy('entries: ["Ash  Works", "Elm  Labs"]').replace("2027-01-31", "2026-11-20")
    (expired,) = found(check(community(tmp_path, ROSTER, old)), "waiver-expired")
    assert "for `Ash Works` and `Elm Labs` expired; its last day was " in expired.message


@pytest.mark.parametrize(
    ("named", "excused"),
    [
        ("file: logos/Fir.svg", ["logos/Fir.svg"]),
        ("files: logos/F*.svg", ["logos/Fir.svg"]),
        ("files: '**/*.svg'", ["logos/Fir.svg", "logos/Oak.svg"]),
        ("files: [logos/Fir.svg, logos/Oak.svg]", ["logos/Fir.svg", "logos/Oak.svg"]),
        ("entry: logos/Oak.svg", ["logos/Oak.svg"]),
    ],
)
def test_files_are_excused_by_path_or_pattern(
    named: str, excused: list[str], tmp_path: Path
) -> None:
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7z"/></svg>'
    )
    root = community(tmp_path, "- name: Elm\n", policy(named, "logo-orphan", "logos: logos\n"))
    (root / "logos").mkdir()
    for name in ("Fir", "Oak"):
        (root / "logos" / f"{name}.svg").write_text(picture, encoding="utf-8")
    orphans = found(check(root), "logo-orphan")
    assert len(orphans) == 2
    assert [each.path for each in orphans if each.waiver is not None] == excused


def test_a_waiver_of_the_roster_s_file_excuses_no_entry(tmp_path: Path) -> None:
    report = check(community(tmp_path, ROSTER, policy("file: partners.yaml")))
    assert waived(found(report, "blank-edges")) == []
    no_rows = "requirements:\n  - {id: some, scope: roster, expect: 'false', message: none}\n"
    report = check(community(tmp_path, ROSTER, policy("files: '*.yaml'", "some", no_rows)))
    assert [each.waiver is not None for each in found(report, "some")] == [True]


def test_what_keeps_a_roster_from_being_read_cannot_be_excused(tmp_path: Path) -> None:
    roster = "- name: Ash\n\t- x\n"
    report = check(community(tmp_path, roster, policy("files: '*.yaml'", "yaml-tab")))
    assert [each.waiver for each in found(report, "yaml-tab")] == [None]


def test_a_file_that_is_none_of_the_programme_s_is_named(tmp_path: Path) -> None:
    (unknown,) = found(
        check(community(tmp_path, ROSTER, policy("file: other/x.svg"))), "waiver-unknown-entry"
    )
    assert "it is neither partners.yaml nor in the logo folder; correct the path" in unknown.message


COMMENT = "# rollkeeper: waive blank-edges until 2027-01-31: written so"
ALLOWED = "roster: partners.yaml\ncomment_waivers: [blank-edges]\n"


def test_a_comment_excuses_the_entry_beside_which_it_is(tmp_path: Path) -> None:
    first, rest = ROSTER.split("\n", 1)
    root = community(tmp_path, f"{first}  {COMMENT}\n{rest}", ALLOWED)
    (finding,) = [each for each in found(check(root), "blank-edges") if each.waiver]
    assert (finding.entry, finding.waiver.by) == ("Ash  Works", "a comment beside the entry")  # type: ignore[union-attr] # it has one
    other = check(community(tmp_path, f"{first}  {COMMENT}\n{rest}"))
    assert waived(found(other, "blank-edges")) == []
    assert len(found(other, "waiver-comment")) == 1


def test_a_comment_that_has_expired_or_excuses_nothing_is_named(tmp_path: Path) -> None:
    roster = f"- name: Ash  {COMMENT}\n- name: 'Elm  Labs'  {COMMENT.replace('2027', '2026')}\n"
    report = check(community(tmp_path, roster, ALLOWED))
    assert waived(found(report, "blank-edges")) == []
    (unused,), (expired,) = found(report, "waiver-unused"), found(report, "waiver-expired")
    assert (unused.path, unused.place.line) == ("partners.yaml", 1)
    assert (expired.path, expired.place.line) == ("partners.yaml", 2)


def test_a_comment_keeps_no_fault_of_reading_quiet(tmp_path: Path) -> None:
    roster = f"- name: Ash\n  name: Elm  {COMMENT.replace('blank-edges', 'duplicate-key')}\n"
    report = check(community(tmp_path, roster, ALLOWED))
    assert [each.waiver for each in found(report, "duplicate-key")] == [None]
