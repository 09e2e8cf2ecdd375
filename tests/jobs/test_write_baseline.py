"""`check --write-baseline`: green until the day, nothing hidden, comments kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import community
from rollkeeper.jobs.cli import main

POLICY = """\
# Kept as it is.
title: Partners  # the community's own words
roster: partners.yaml
rules:
  website-insecure: warning
"""
ROSTER = """\
- name: Alder Cloud
  website: http://alder-cloud.example.org/
- name: alder cloud
  website: htps:/broken
- name: "Birch: Works, Inc."
  website: nothing
"""
TODAY = ("--today", "2026-11-21")


def check(root: Path, *arguments: str) -> int:
    return main(["check", "--offline", "--root", str(root), *arguments])


def policy(root: Path) -> str:
    return (root / "policies" / "partners.yaml").read_text(encoding="utf-8")


def test_a_red_roster_is_green_until_the_baseline_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = community(tmp_path, ROSTER, POLICY)
    assert check(root, *TODAY, "--fail-on", "warning") == 1
    assert check(root, *TODAY, "--write-baseline") == 0
    assert policy(root).startswith(POLICY)
    capsys.readouterr()
    assert check(root, *TODAY, "--fail-on", "warning") == 0
    shown = capsys.readouterr().out
    assert "0 errors, 0 warnings, 0 notices; " in shown
    assert "waived by the baseline until 2027-02-19" in shown
    assert "website-form" in shown
    assert check(root, "--today", "2027-02-19") == 0
    assert check(root, "--today", "2027-02-20") == 1


def test_the_entries_of_a_rule_are_waived_together(tmp_path: Path) -> None:
    names = [f"Foundry number {number}" for number in range(9)]
    roster = "".join(f"- name: {name}\n  website: http://\n" for name in names)
    roster += "- name: 'Oak  1'\n- name: 'Oak  2'\n"
    root = community(tmp_path, roster, POLICY)
    assert check(root, *TODAY, "--write-baseline") == 0
    reason = 'reason: "present when Rollkeeper was adopted, 2026-11-21"'
    written = policy(root).removeprefix(POLICY)
    assert written.count("- ") == 2 + len(names)
    assert f"  - {{rule: blank-edges, entries: [Oak  1, Oak  2], {reason.replace(chr(34), '')}" in (
        written.replace('"', "")
    )
    assert "    entries:\n      - Foundry number 0\n      - Foundry number 1\n" in written
    assert check(root, *TODAY, "--fail-on", "warning") == 0
    more = "- name: Fir\n  website: http://\n- name: 'Elm  1'\n"
    (root / "partners.yaml").write_text(roster + more, encoding="utf-8")
    assert check(root, *TODAY) == 1
    assert check(root, *TODAY, "--write-baseline") == 0
    assert policy(root).startswith(POLICY + written)
    assert check(root, *TODAY, "--fail-on", "warning") == 0


def test_a_second_run_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = community(tmp_path, ROSTER, POLICY)
    check(root, *TODAY, "--write-baseline")
    once = policy(root)
    assert check(root, *TODAY, "--write-baseline") == 0
    assert policy(root) == once
    assert "nothing to add" in capsys.readouterr().err


def test_a_new_error_of_another_entry_still_fails(tmp_path: Path) -> None:
    root = community(tmp_path, ROSTER, POLICY)
    check(root, *TODAY, "--write-baseline")
    (root / "partners.yaml").write_text(ROSTER + "- name: Cedar\n  website: none\n")
    assert check(root, *TODAY) == 1


@pytest.mark.parametrize(
    "waivers",
    [
        "waivers: []\n",
        "waivers: []  # none yet\nlimits: {max_depth: 9}\n",
        "waivers:\n- {rule: website-insecure, entry: Alder Cloud, reason: moving, until: 2027-01-31, by: mona}\n# about limits\nlimits: {max_depth: 9}\n",
        "waivers:\n    - rule: website-insecure\n      entry: Alder Cloud\n      reason: >\n        they move\n        in spring\n\n      until: 2027-01-31\n      by: mona\n\n# the end\n",
        "waivers:\n  # a decision\n  - rule: website-insecure  # why\n    entry: Alder Cloud\n    reason: moving\n    until: 2027-01-31\n    by: mona",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_waivers_and_comments_that_are_there_stay(tmp_path: Path, waivers: str, end: str) -> None:
    before = (POLICY + waivers).replace("\n", end)
    root = community(tmp_path, ROSTER)
    file = root / "policies" / "partners.yaml"
    file.write_bytes(before.encode())
    assert check(root, *TODAY, "--write-baseline") == 0
    after = file.read_bytes().decode()
    kept = [line for line in before.split(end) if not line.startswith("waivers: []")]
    rest = iter(after.split(end))
    assert all(line in rest for line in kept), after
    assert after.count("#") == before.count("#")
    assert after.count("by: mona") == before.count("by: mona")
    if end == "\r\n":
        assert after.count("\r\n") == after.count("\n")
    assert check(root, *TODAY) == 0


def test_waivers_within_brackets_are_not_touched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = POLICY + (
        "waivers: [{rule: website-insecure, entry: Alder Cloud, reason: moving, until: 2027-01-31, by: mona}]\n"
    )
    root = community(tmp_path, ROSTER, before)
    assert check(root, *TODAY, "--write-baseline") == 2
    assert policy(root) == before
    assert "policies/partners.yaml:6: write the waivers one to a line" in capsys.readouterr().err


def test_a_roster_that_cannot_be_read_has_no_baseline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = community(tmp_path, "- name: [\n", POLICY)
    assert check(root, *TODAY, "--write-baseline") == 1
    assert "yaml-syntax: cannot be part of a baseline" in capsys.readouterr().err
    assert "yaml-syntax" not in policy(root)
    assert check(root, *TODAY) == 1


def test_no_waiver_by_hand_excuses_an_unreadable_roster(tmp_path: Path) -> None:
    waiver = "waivers:\n- {rule: yaml-syntax, entry: partners.yaml, reason: later, until: 2027-01-31, by: mona}\n"
    root = community(tmp_path, "- name: [\n", POLICY + waiver)
    assert check(root, *TODAY) == 1


def test_findings_about_files_are_waived_by_their_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = community(tmp_path, "- name: Alder\n", POLICY + "logos: logos\n")
    (root / "logos").mkdir()
    (root / "logos" / "alone.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert check(root, *TODAY, "--fail-on", "warning") == 1
    assert check(root, *TODAY, "--write-baseline", "--fail-on", "warning") == 0
    assert "entry: logos/alone.svg" in policy(root)
    capsys.readouterr()
    assert check(root, *TODAY, "--fail-on", "warning") == 0
    assert "waiver-unknown-entry" not in capsys.readouterr().out


def test_the_last_day_can_be_chosen_and_is_to_come(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = community(tmp_path, ROSTER, POLICY)
    assert check(root, *TODAY, "--write-baseline", "--until", "2026-11-20") == 2
    assert check(root, *TODAY, "--until", "2026-12-31") == 2
    assert policy(root) == POLICY
    assert "is over" in capsys.readouterr().err
    assert check(root, *TODAY, "--write-baseline", "--until", "2026-12-31") == 0
    assert "until: 2026-12-31" in policy(root)


def test_a_policy_behind_a_link_is_not_written(tmp_path: Path) -> None:
    root = community(tmp_path / "one", ROSTER, POLICY)
    file = root / "policies" / "partners.yaml"
    elsewhere = tmp_path / "elsewhere.yaml"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert check(root, *TODAY, "--write-baseline") == 2
    assert elsewhere.read_text() == POLICY


def test_more_findings_than_one_baseline_takes_need_another_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("rollkeeper.jobs.check.MAX_BASELINE", 1)
    entries = "".join(f"- name: Firm {letter}\n  website: none\n" for letter in "ABC")
    root = community(tmp_path, entries, POLICY)
    for status in (1, 1, 0):
        capsys.readouterr()
        assert check(root, *TODAY, "--write-baseline") == status
        assert ("run this again" in capsys.readouterr().err) is bool(status)
    assert policy(root).count("rule: website-form") == 3
    assert check(root, *TODAY) == 0
