"""The example communities and the presets that they extend."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from communities import check, community
from rollkeeper.jobs.cli import main
from rollkeeper.loading.community import read_policies
from rollkeeper.loading.policy.policy_file import PRESETS, preset_names
from rollkeeper.rules import catalogue

EXAMPLES = Path(__file__).parent.parent / "examples"
COMMUNITIES = preset_names()
OF_ONE_COMMUNITY = frozenset({"karmada", "kubesphere", "volcano"})
SCHEMAS = sorted([*PRESETS.glob("*/*.json"), *EXAMPLES.glob("*/policies/*.json")])


def counted(name: str) -> Counter[str]:
    return Counter(finding.rule for finding in check(EXAMPLES / name).findings)


@pytest.mark.parametrize("name", COMMUNITIES)
def test_the_findings_are_those_on_record(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(EXAMPLES.parent)
    command = f"check --root examples/{name} --today 2026-11-21 --offline --format text"
    assert main(command.split()) == 1
    expected = (EXAMPLES / name / "expected.txt").read_text(encoding="utf-8")
    assert capsys.readouterr().out == expected, (
        f"if this is meant: rollkeeper {command} > examples/{name}/expected.txt"
    )


@pytest.mark.parametrize("name", COMMUNITIES)
def test_the_pages_are_current(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "--check", "--root", str(EXAMPLES / name)]) == 0, capsys.readouterr().out


def test_every_preset_has_an_example_that_extends_it() -> None:
    assert len(COMMUNITIES) >= 3
    for name in COMMUNITIES:
        policies = sorted((EXAMPLES / name / "policies").glob("*.yaml"))
        assert any(
            re.search(rf"\nextends: \[?{name}[\n,]", policy.read_text("utf-8"))
            for policy in policies
        )


def test_the_ambassadors_are_twenty_whose_term_is_over() -> None:
    found = counted("kubesphere")
    assert found["term-ended"] == 20
    assert found["term-length"] == 20
    assert found["name-is-handle"] == 1
    assert found["too-few-criteria"] == 18
    assert found["seats-exceeded"] == 0


def test_the_adopters_have_the_faults_of_a_list_kept_by_hand() -> None:
    found = counted("volcano")
    assert check(EXAMPLES / "volcano").entries == 26
    assert found["profile-is-email"] == 1
    assert found["label-mismatch"] == 1
    assert found["website-tracking"] == 1
    assert found["website-insecure"] == 4
    assert (found["two-members"], found["practice"]) == (1, 1)


def test_the_partners_have_the_faults_of_an_issue_form() -> None:
    found = counted("karmada")
    assert check(EXAMPLES / "karmada").entries == 6
    assert found["name-markup"] == found["logo-hotlinked"] == found["missing-field"] == 1


PARTNER = """\
- name: Example Harbour
  website: https://harbour.example/work
  contact: {github: harbour}
  offerings: [support]
"""


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        ("  logo: x.svg\n", {"logo-missing"}),
        ("", {"missing-field"}),
        ("  status: withdrawn\n  withdrawn: 2026-11-21\n", set()),
        ("  status: withdrawn\n", {"withdrawal-dated"}),
        ("  status: withdrawn\n  withdrawn: 2026-11-22\n", {"withdrawal-dated"}),
        ("  withdrawn: 2026-11-20\n  logo: x.svg\n", {"logo-missing", "withdrawal-complete"}),
    ],
)
def test_a_partner_can_withdraw(more: str, rules: set[str], tmp_path: Path) -> None:
    root = community(tmp_path, PARTNER + more, "extends: karmada\n")
    (root / "partners" / "logos").mkdir(parents=True)
    assert {finding.rule for finding in check(root).findings} == rules


def test_a_twenty_sixth_ambassador_is_one_too_many(tmp_path: Path) -> None:
    entry = "- name: Person {}\n  terms: [{{start: 2026-11-01, end: 2027-10-31}}]\n"
    roster = "".join(entry.format(chr(ord("A") + number)) for number in range(26))
    report = check(community(tmp_path, roster, "extends: kubesphere\nroster: partners.yaml\n"))
    [finding] = [each for each in report.findings if each.rule == "seats-exceeded"]
    assert "26 people hold a seat, but there are 25 seats: 1 too many" in finding.message
    assert all(f"`Person {letter}`" in finding.message for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def test_who_is_chosen_without_the_criteria_gets_a_waiver(tmp_path: Path) -> None:
    roster = "- name: Ada Example\n  terms: [{start: 2026-11-01, end: 2027-10-31}]\n"
    policy = (
        "extends: kubesphere\nroster: partners.yaml\nwaivers:\n"
        "  - {rule: too-few-criteria, entry: Ada Example, reason: plans an event in spring,\n"
        "     until: 2027-04-30, by: octocat}\n"
    )
    report = check(community(tmp_path, roster, policy))
    [finding] = [each for each in report.findings if each.rule == "too-few-criteria"]
    assert finding.waiver is not None
    assert not finding.counts


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if "properties" in schema and schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects(part)


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.stem)
def test_schemas_help_an_editor(file: Path) -> None:
    schema = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    for part in objects(schema):
        assert part["additionalProperties"] is False
        for name, described in part["properties"].items():
            assert described.get("description"), name


@pytest.mark.parametrize("name", sorted({*COMMUNITIES} - OF_ONE_COMMUNITY))
def test_a_preset_for_any_community_asks_for_nothing_of_one(name: str) -> None:
    root = EXAMPLES / name
    (policy, *_) = read_policies(root, catalogue())
    assert not {"website-off-topic", "too-few-criteria"} & policy.rules.keys()
    text = (PRESETS / name / "policy.yaml").read_text(encoding="utf-8")
    assert "unsorted" not in text
    assert "seats" not in text
    for other in OF_ONE_COMMUNITY:
        assert other not in text.lower()


@pytest.mark.parametrize("name", sorted(OF_ONE_COMMUNITY))
def test_every_rule_of_a_preset_says_where_it_comes_from(name: str) -> None:
    lines = (PRESETS / name / "policy.yaml").read_text(encoding="utf-8").splitlines()
    sources = ("plan,", "form,", "form:", "list:", "group,", "intro,")
    start = lines.index("rules:")
    said = False
    for line in lines[start + 1 :]:
        said = said or any(f"# {source}" in line for source in sources)
        if line == "requirements:":
            said = False
        elif line.startswith("  ") and line.strip()[0] not in "#-":
            assert said, line
