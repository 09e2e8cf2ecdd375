"""Requirements in a whole run: other programmes, a change, and what is said of those not asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, run
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.report import Report

TODAY = date(2026, 11, 21)
OF_A_PARTNER = "rosters.partners.exists(p, p.name == entry.organisation)"
OLD = "old == null || old.organisation == entry.organisation"


def community(folder: Path, people: str, expect: str, partners: str = "- name: Fir\n") -> Path:
    (folder / "policies").mkdir(parents=True)
    own = f"requirements:\n- {{id: own, message: wrong, expect: '{expect}'}}\n"
    (folder / "policies" / "people.yaml").write_text(f"roster: people.yaml\n{own}", "utf-8")
    (folder / "policies" / "partners.yaml").write_text("roster: partners.yaml\n", "utf-8")
    (folder / "people.yaml").write_text(people, "utf-8")
    (folder / "partners.yaml").write_text(partners, "utf-8")
    return folder


def check(root: Path, before: Path | None = None, *programmes: str) -> Report:
    options = Options(root, families=("requirements",), today=TODAY, programmes=programmes)
    return run(options, Comparison(before=before))


def test_what_a_change_of_one_roster_breaks_in_another_is_found(tmp_path: Path) -> None:
    ada = "- {name: Ada, organisation: Fir}\n- {name: Bo, organisation: Oak}\n"
    before = community(tmp_path / "before", ada, OF_A_PARTNER)
    after = community(tmp_path / "after", ada, OF_A_PARTNER, "- name: Elm\n")
    found = check(after, before).findings
    assert [(each.entry, each.path, each.already_there) for each in found] == [
        ("Ada", "people.yaml", False),
        ("Bo", "people.yaml", True),
    ]


def test_a_programme_that_there_is_not_is_an_error_in_the_policy(tmp_path: Path) -> None:
    root = community(tmp_path, "- name: Ada\n", "size(rosters.partnrs) > 0")
    with pytest.raises(PolicyError) as raised:
        check(root)
    [error] = raised.value.errors
    assert str(error) == (
        "policies/people.yaml:3: the requirement own: unknown programme `partnrs`; "
        "did you mean `partners`?"
    )


def test_with_some_programmes_only_the_others_rosters_are_not_read(tmp_path: Path) -> None:
    root = community(tmp_path, "- {name: Ada, organisation: Oak}\n", OF_A_PARTNER)
    report = check(root, None, "people")
    assert (report.findings, "own" in report.ran) == ((), False)
    assert report.skipped["own"].startswith("the programme `partners`, whose roster it uses, is ")


def test_what_needs_a_change_is_skipped_without_one(
    tmp_path: Path,
) -> None:
    root = community(tmp_path / "now", "- {name: Ada, organisation: Oak}\n", OLD)
    report = check(root)
    assert report.skipped["own"] == (
        "there is no change to compare with, and the requirement uses `old` (people)"
    )
    before = community(tmp_path / "old", "- {name: Ada, organisation: Fir}\n", OLD)
    [finding] = check(root, before).findings
    assert (finding.entry, finding.message, finding.already_there) == ("Ada", "wrong", False)


def test_a_roster_that_could_not_be_read_before_gives_no_earlier_state(tmp_path: Path) -> None:
    root = community(tmp_path / "now", "- {name: Ada, organisation: Oak}\n", OLD)
    before = community(tmp_path / "old", "- {name: [\n", OLD)
    report = check(root, before)
    assert report.findings == ()
    assert "the roster cannot be read, or could not before the change" in report.skipped["own"]
