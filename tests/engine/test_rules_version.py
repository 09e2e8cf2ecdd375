"""A policy that keeps to an earlier version of the rules is not judged by later ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from communities import TODAY, community, loaded
from rollkeeper.engine.judging import ProgrammeCase, judge
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem, Report
from rollkeeper.model.roster import Entry
from rollkeeper.model.rule import Rule, rules_version
from rollkeeper.reports.catalogue import rule_text

POLICY = "title: Partners\nroster: partners.yaml\n"


def hello(entry: Entry) -> Iterator[Problem]:
    """An entry says hello."""
    yield Problem("the entry says hello", entry=entry)


OLD = Rule("says-hello", Entry, Severity.ERROR, None, hello)
NEW = replace(OLD, id="says-hello-again", version=2)
RULES = {OLD.id: OLD, NEW.id: NEW}


def judged(root: Path, settings: str) -> Report:
    """Judge one entry by an old and a new rule, under a policy with some more settings."""
    folder = community(root, "- name: Alder\n", POLICY + settings)
    (programme,) = loaded(folder).programmes
    return judge([ProgrammeCase(programme, TODAY)], RULES)


def test_without_a_version_all_rules_judge(tmp_path: Path) -> None:
    assert judged(tmp_path, "").ran == (OLD.id, NEW.id)


def test_a_later_rule_is_skipped_with_the_reason(tmp_path: Path) -> None:
    report = judged(tmp_path, "rules_version: 1\n")
    assert report.ran == (OLD.id,)
    reason = "new in version 2 of the rules; the policy keeps to version 1"
    assert report.skipped == {NEW.id: reason}


@pytest.mark.parametrize("version", ["0", "2", "one", "1.0", "null", "true"])
def test_a_version_that_there_is_not_is_an_error(version: str, tmp_path: Path) -> None:
    expected = r"partners\.yaml:3: `rules_version` must be a whole number from 1 to 1"
    with pytest.raises(PolicyError, match=expected):
        judged(tmp_path, f"rules_version: {version}\n")


def test_the_version_of_a_rule_set_is_that_of_its_newest_rule() -> None:
    assert rules_version(RULES) == 2
    assert rules_version({}) == 1
    assert "Since version 2 of the rules." in rule_text(NEW)
    assert "Since version" not in rule_text(OLD)
