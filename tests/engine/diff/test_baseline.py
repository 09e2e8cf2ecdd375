"""What a change brings in is told from what was there before it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from communities import TODAY, community, found, loaded
from rollkeeper.engine.diff.baseline import Baseline
from rollkeeper.engine.diff.changes import understand
from rollkeeper.engine.run import Options, exit_status, run
from rollkeeper.loading.git import UnknownRevisionError
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.tree import START

OLD = "- name: Fir\n  website: ftp://fir.example/\n- name: Oak\n  website: https://oak.example/\n"


def git(root: Path, *arguments: str) -> None:
    settings = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *settings, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    community(tmp_path, OLD)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=start")
    git(tmp_path, "switch", "--quiet", "--create", "change")
    return tmp_path


def changed(root: Path, roster: str) -> Report:
    (root / "partners.yaml").write_text(roster, encoding="utf-8")
    return run(Options(root, today=TODAY, since="main"))


def errors(report: Report, *, already_there: bool) -> set[tuple[str, str | None]]:
    return {
        (finding.rule, finding.entry)
        for finding in report.findings
        if finding.already_there is already_there and finding.severity == "error"
    }


def test_an_old_fault_fails_nobody(root: Path) -> None:
    report = changed(root, OLD.replace("oak.example/", "oak.example/team"))
    assert errors(report, already_there=True) == {("website-form", "Fir")}
    assert errors(report, already_there=False) == set()
    assert exit_status(report) == 0


def test_a_new_fault_fails(root: Path) -> None:
    report = changed(root, OLD.replace("https://oak", "gopher://oak"))
    assert errors(report, already_there=False) == {("website-form", "Oak")}
    assert exit_status(report) == 1


def test_moving_and_reformatting_brings_nothing_in(root: Path) -> None:
    first, second = OLD.split("- name: Oak")
    moved = f"# a comment\n\n- name: Oak{second}\n{first.replace('  website: ', '  website:   ')}"
    report = changed(root, moved)
    assert ("website-form", "Fir") in errors(report, already_there=True)
    assert ("website-form", "Fir") not in errors(report, already_there=False)


def test_the_same_fault_twice_is_one_new(root: Path) -> None:
    report = changed(root, OLD + "- name: Fir\n  website: ftp://fir.example/\n")
    found = [finding for finding in report.findings if finding.rule == "website-form"]
    assert sorted(finding.already_there for finding in found) == [False, True]


def test_commits_on_the_other_branch_are_not_the_changes(root: Path) -> None:
    git(root, "commit", "--quiet", "--allow-empty", "--message=mine")
    git(root, "switch", "--quiet", "main")
    (root / "partners.yaml").write_text("- name: Other\n", encoding="utf-8")
    git(root, "commit", "--quiet", "--all", "--message=theirs")
    git(root, "switch", "--quiet", "change")
    report = changed(root, OLD)
    assert ("website-form", "Fir") in errors(report, already_there=True)


def test_an_unknown_revision_is_said(root: Path) -> None:
    with pytest.raises(UnknownRevisionError, match="git merge-base failed"):
        run(Options(root, since="nowhere"))


def test_a_roster_that_was_not_there_before_is_all_new(root: Path) -> None:
    policy = "roster: ambassadors.yaml\n"
    (root / "policies" / "ambassadors.yaml").write_text(policy, encoding="utf-8")
    (root / "ambassadors.yaml").write_text(
        "- name: Ada\n  website: ftp://x.example\n", encoding="utf-8"
    )
    report = changed(root, OLD)
    assert errors(report, already_there=False) == {("website-form", "Ada")}


def on_the_file(message: str) -> Finding:
    return Finding(
        "untidy-lines", Severity.NOTICE, message, "partners.yaml", START, programme="partners"
    )


def marks(before: list[str], after: list[str]) -> list[bool]:
    baseline = Baseline(lambda _: map(on_the_file, before), {}, (lambda _: None, lambda _: None))
    return [baseline.marked(on_the_file(each)).already_there for each in after]


def test_a_finding_about_the_file_stays_old_where_its_lines_shift() -> None:
    assert marks(["line 3 ends in blanks"], ["line 14 ends in blanks"]) == [True]
    assert marks(["line 3 ends in blanks"], ["line 3 ends in tabs"]) == [False]


def test_one_old_finding_excuses_one_and_no_more() -> None:
    old = "line 3 ends in blanks"
    new = ["line 4 ends in blanks", "line 9 ends in blanks"]
    assert marks([old], new) == [True, False]
    assert marks([old, old], new) == [True, True]


def test_lines_that_shift_in_a_roster_make_nothing_new(root: Path) -> None:
    (root / "partners.yaml").write_text("- name: Fir  \n", encoding="utf-8")
    git(root, "commit", "--quiet", "--all", "--message=untidy")
    git(root, "branch", "--force", "main")
    report = changed(root, "# a comment\n- name: Fir  \n")
    (finding,) = found(report, "untidy-lines")
    assert "line 2" in finding.message
    assert finding.already_there


def about(path: str, message: str = "is not used") -> Finding:
    return Finding("logo-unused", Severity.WARNING, message, path, START, programme="partners")


@pytest.mark.parametrize(
    ("path", "message", "contents", "old"),
    [
        ("logos/fir.svg", "is not used", ("a", "a"), True),
        ("logos/fir.svg", "takes too many bytes", ("a", "a"), True),
        ("logos/fir.svg", "is not used", ("a", "b"), False),
        ("partners.yaml", "is not used", ("a", "b"), True),
        ("partners.yaml", "takes too many bytes", ("a", "a"), False),
        ("policies/partners.yaml", "is not used", ("a", "b"), True),
        ("policies/partners.yaml", "takes too many bytes", ("a", "a"), False),
    ],
)
def test_a_finding_about_a_picture_is_old_by_content_and_one_about_yaml_by_message(
    tmp_path: Path,
    path: str,
    message: str,
    contents: tuple[str, str],
    old: bool,  # noqa: FBT001 - a column of the table
) -> None:
    (programme,) = loaded(community(tmp_path, OLD)).programmes
    older, newer = ({path: content}.get for content in contents)
    changes = {"partners": understand(programme, programme)}
    marked = Baseline(lambda _: [about(path)], changes, (older, newer)).marked(about(path, message))
    assert marked.already_there is old


def total(count: int, what: str = "seats", rule: str = "full", programme: str = "a") -> Finding:
    return Finding(
        rule, Severity.ERROR, f"{count} {what}", "a.yaml", START, programme, tally=(what, count)
    )


@pytest.mark.parametrize(
    ("finding", "old"),
    [
        (total(3), True),
        (total(2), True),
        (total(4), False),
        (total(1, what="desks"), False),
        (total(1, rule="crowded"), False),
        (total(1, programme="b"), False),
    ],
    ids=["as many", "fewer", "more", "other things", "another rule", "another programme"],
)
def test_a_sum_is_old_where_the_same_things_were_as_many(
    finding: Finding,
    old: bool,  # noqa: FBT001 - a column of the table
) -> None:
    marked = Baseline(lambda _: [total(3)], {}, (lambda _: None, lambda _: None)).marked(finding)
    assert marked.already_there is old


@pytest.mark.parametrize(
    ("contents", "old"),
    [({"logos/a.svg": "1", "logos/b.svg": "1"}, True), ({"logos/a.svg": "1", "logos/b.svg": "2"}, False), ({}, False)],
)  # fmt: skip
def test_a_finding_about_a_logo_is_old_under_another_name(
    tmp_path: Path,
    contents: dict[str, str],
    old: bool,  # noqa: FBT001 - a column of the table
) -> None:
    policy = "roster: partners.yaml\nlogos: logos\n"
    states = [
        loaded(community(tmp_path, f"- {{name: Fir, logo: {logo}}}\n", policy)).programmes[0]
        for logo in ("a.svg", "b.svg")
    ]
    finding = Finding(
        "logo-name",
        Severity.ERROR,
        "m",
        "partners.yaml",
        START,
        "partners",
        field=("logo",),
        index=0,
    )
    changes = {"partners": understand(*states)}
    marked = Baseline(lambda _: [finding], changes, (contents.get, contents.get)).marked(finding)
    assert marked.already_there is old


def test_rules_that_find_nothing_now_are_not_asked_about_before() -> None:
    asked: list[str] = []

    def earlier(rule: str) -> list[Finding]:
        asked.append(rule)
        return [total(3)]

    baseline = Baseline(earlier, {}, (lambda _: None, lambda _: None))
    assert baseline.marked(total(3)).already_there
    assert baseline.marked(total(3)).already_there
    assert asked == [total(3).rule]
