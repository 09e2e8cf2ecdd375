"""What `rollkeeper explain` says of policies and their rosters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from communities import check, community, found
from rollkeeper.engine.explaining import Explanation, explain
from rollkeeper.engine.run import Options
from rollkeeper.jobs.cli import main
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.rule_roles import roles_read
from rollkeeper.rules import catalogue

ROSTER = """\
- name: Alder Cloud
  homepage: https://alder-cloud.example/
  contact: {github: ada-example}
  tier: gold
- name: Birch Systems
  homepage: " "
  tier: silver
"""
POLICY = """\
title: Partners
roster: partners.yaml
fields: {handle: [github, contact.github]}
rules: {unsorted: off}
"""


def explained(root: Path) -> Explanation:
    """Return the one explanation of a community."""
    (only,) = explain(Options(root))
    return only


def test_a_role_is_counted_by_field_and_blank_values_do_not_count(tmp_path: Path) -> None:
    what = explained(community(tmp_path, ROSTER, POLICY))
    roles = {use.role: use for use in what.roles}
    assert dict(roles["website"].paths)["homepage",] == 1
    assert roles["website"].entries == 1
    assert dict(roles["handle"].paths) == {("github",): 0, ("contact", "github"): 1}
    assert roles["email"].entries == 0
    assert dict(what.unread_keys) == {"tier": 2}


def test_every_rule_judges_or_has_a_reason(tmp_path: Path) -> None:
    what = explained(community(tmp_path, ROSTER, POLICY))
    idle = [rule for rules in what.idle.values() for rule in rules]
    assert sorted([*what.rules, *idle]) == sorted(catalogue())
    assert "unsorted" in what.idle["switched off by the policy"]
    assert "company-cap" in what.idle["it needs the option `most`"]
    assert "duplicate-website" in what.rules


def test_an_unreadable_roster_is_not_explained_as_an_empty_one(tmp_path: Path) -> None:
    what = explained(community(tmp_path, "- name: [\n", POLICY))
    assert what.unreadable is not None
    assert what.unreadable.startswith("line ")


def test_the_command_writes_text_and_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = community(tmp_path, ROSTER, POLICY)
    assert main(["explain", "--root", str(root)]) == 0
    text = capsys.readouterr().out
    assert "partners: Partners\n  policy  policies/partners.yaml\n" in text
    assert "    website  homepage        1 of 2\n" in text
    assert "  Keys that play no role: tier (2)\n" in text
    assert main(["explain", "--root", str(root), "--format", "json"]) == 0
    (programme,) = json.loads(capsys.readouterr().out)
    assert programme["roles"]["website"] == {
        "entries": 1,
        "fields": {"website": 0, "url": 0, "homepage": 1, "homepage_url": 0},
    }


def test_hostile_keys_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = community(tmp_path, '- name: Alder\n  "\\e[31mred\\u202e": yes\n', POLICY)
    assert main(["explain", "--root", str(root)]) == 0
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_roles_are_found_in_the_functions_that_a_rule_calls() -> None:
    rules = catalogue()
    assert roles_read(rules["website-form"].check) == {"website", "profile", "link"}
    assert rules["company-cap"].roles == {"organisation"}
    assert rules["seats-exceeded"].roles == {"terms"}
    assert rules["yaml-tab"].roles == frozenset()


def test_a_policy_may_end_in_yml(tmp_path: Path) -> None:
    root = community(tmp_path, ROSTER, POLICY)
    (root / "policies" / "partners.yaml").rename(root / "policies" / "partners.yml")
    assert explained(root).policy.path == "policies/partners.yml"


def test_two_policies_of_one_name_are_an_error(tmp_path: Path) -> None:
    root = community(tmp_path, ROSTER, POLICY)
    (root / "policies" / "partners.yml").write_text(POLICY, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"partners\.yml:1: partners\.yaml is a policy of the"):
        explain(Options(root))


def test_what_cannot_be_a_policy_is_named_where_there_is_none(tmp_path: Path) -> None:
    root = community(tmp_path, ROSTER, POLICY)
    (root / "policies" / "partners.yaml").rename(root / "policies" / "partners.YAML")
    with pytest.raises(PolicyError, match=r"`policies/partners\.YAML` cannot be one"):
        explain(Options(root))


def test_a_preset_s_settings_are_not_reported_as_unused(tmp_path: Path) -> None:

    root = community(tmp_path, ROSTER, "extends: karmada\nroster: partners.yaml\n")
    report = check(root)
    assert "role-unused" in report.ran
    assert not found(report, "role-unused")
    assert not found(report, "rule-unused")


def test_nothing_is_unused_on_a_roster_without_entries(tmp_path: Path) -> None:

    root = community(tmp_path, "[]\n", POLICY)
    assert not found(check(root), "role-unused")
