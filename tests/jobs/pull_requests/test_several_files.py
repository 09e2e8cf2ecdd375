"""Pull requests that touch a roster of several files: files added, changed, removed, replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.pull_requests.test_verify_head import errors, verdict_on, verified
from loading.hosted import Hosted, git
from rollkeeper.engine.run import Options
from rollkeeper.jobs.pull_requests import head_files
from rollkeeper.jobs.pull_requests.fix import repairs_of
from rollkeeper.model.verdict import UncheckedReason

COMMUNITY = {
    "policies/people.yaml": "roster: people/**/*.yaml\nrules: {unsorted: off}\n",
    "people/ann.yaml": "name: Ann\ngithub: ann-example\n",
    "people/ben.yaml": "name: Ben\n",
    "people/old/cat.yaml": "name: Cat\n",
}


@pytest.fixture
def people(hosted: Hosted) -> Hosted:
    hosted.main = hosted.commit(COMMUNITY)
    return hosted


def test_each_file_that_changes_is_judged_in_its_place(people: Hosted) -> None:
    head = people.commit(
        {
            "people/ann.yaml": "name: Ann Example\ngithub: ann-example\n",
            "people/old/dan.yaml": "name: Dan\nwebsite: nowhere\n",
            "people/ben.yaml": None,
        },
        "1",
    )
    people.commit({"people/eve.yaml": "name: Eve\nwebsite: nowhere either\n"})
    verdict = verdict_on(people, head)
    assert verdict.report.changes == {
        "people": ("renames Ann to Ann Example", "adds Dan", "removes Ben")
    }
    assert {(each.rule, each.path) for each in errors(verdict)} == {
        ("website-form", "people/old/dan.yaml"),
    }
    assert (verdict.outside, verdict.unchecked) == (0, ())


def test_a_file_that_is_renamed_changes_nothing(people: Hosted) -> None:
    head = people.commit({"people/ben.yaml": None, "people/old/benjamin.yaml": "name: Ben\n"}, "1")
    verdict = verdict_on(people, head)
    assert errors(verdict) == []
    assert all("Ben" not in each for each in verdict.report.changes.get("people", ()))


def test_what_was_wrong_in_another_file_before_fails_nobody(people: Hosted) -> None:
    people.commit({"people/eve.yaml": "name: Eve\nwebsite: nowhere\n"})
    head = people.commit({"people/fay.yaml": "name: Fay\n"}, "1")
    verdict = verdict_on(people, head)
    assert errors(verdict) == []
    assert [each.path for each in verdict.report.findings if each.already_there] == [
        "people/eve.yaml"
    ]


def test_links_in_place_of_a_file_or_of_its_folder_are_told(people: Hosted) -> None:
    git(people.work, "checkout", "--quiet", "-B", "1", "main")
    link = people.work / "people" / "dan.yaml"
    link.symlink_to("../policies/people.yaml")
    git(people.work, "add", "--all")
    verdict = verdict_on(people, people.record("1"))
    assert {each.why for each in verdict.unchecked} == {UncheckedReason.LINK}
    assert not verdict.passed
    git(people.work, "checkout", "--quiet", "-B", "2", "main")
    git(people.work, "rm", "-rq", "people")
    (people.work / "people").symlink_to("policies")
    git(people.work, "add", "--all")
    verdict = verdict_on(people, people.record("2"))
    assert not verdict.passed
    assert {each.path for each in verdict.unchecked} == {"people"}


def test_a_roster_of_which_nothing_is_left_is_an_error(people: Hosted) -> None:
    head = people.commit(dict.fromkeys([path for path in COMMUNITY if "people/" in path]), "1")
    (finding,) = [each for each in errors(verdict_on(people, head)) if each.rule == "roster-shape"]
    assert "the roster has no file any more" in finding.message


def test_more_files_than_a_roster_may_have_are_not_fetched(
    people: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head_files, "MAX_ROSTER_FILES", 3)
    files = {f"people/p{number}.yaml": f"name: P{number}\n" for number in range(4)}
    verdict = verdict_on(people, people.commit(files, "1"))
    assert [each.why for each in verdict.unchecked] == [UncheckedReason.TOO_MUCH]


def test_fixes_are_for_the_files_that_need_them(people: Hosted) -> None:
    files: dict[str, str | bytes | None] = {
        "people/ann.yaml": "name: Ann\ngithub: '@ann-example'\n",
        "people/dan.yaml": "name: ' Dan'\n",
        "people/ben.yaml": None,
        "people/ben-2.yaml": "name: Ben\n",
    }
    head = people.commit(files, "1")
    suggested = verified(people, head).verdict.suggestions
    assert {(each.path, each.text) for each in suggested} == {
        ("people/ann.yaml", "github: 'ann-example'"),
        ("people/dan.yaml", "name: 'Dan'"),
    }
    base = Path(people.clone(name="for-fix"))
    repairs = repairs_of(people.source, 1, head, Options(base))
    assert {each.path for each in repairs.patches} == {"people/ann.yaml", "people/dan.yaml"}
    assert repairs.left_out is None
