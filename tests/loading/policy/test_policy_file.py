"""Policies: every mistake is named with its line, and all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import community
from rollkeeper.engine.run import Options, run
from rollkeeper.loading.community import load
from rollkeeper.loading.policy.policy_file import DEFAULT_TIMEZONE, PolicyError, preset_names
from rollkeeper.model.policy import Severity
from rollkeeper.rules import catalogue

ROLL = "- name: Fir\n"


def errors(root: Path, policy: str, **files: str) -> list[str]:
    community(root, ROLL, policy, **files)
    with pytest.raises(PolicyError) as caught:
        run(Options(root))
    return [str(error) for error in caught.value.errors]


@pytest.mark.parametrize(
    ("policy", "line", "words"),
    [
        ("roster: partners.yaml\nroaster: x\n", 2, "did you mean `roster`?"),
        ("title: x\n", 1, "`roster` is missing"),
        ("roster: partners.yaml\nrules:\n  logo-formt: off\n", 3, "did you mean `logo-format`?"),
        ("roster: partners.yaml\nrules:\n  unsorted: maybe\n", 3, "must be `off`"),
        ("roster: partners.yaml\nrules:\n  term-ended: {grace: 3}\n", 3, "did you mean `grace_days`?"),
        ("roster: partners.yaml\nrules:\n  term-ended: {grace_days: soon}\n", 3, "a whole number"),
        ("roster: partners.yaml\nrules:\n  unsorted: {severity: fatal}\n", 3, "one of error"),
        ("roster: partners.yaml\ntimezone: Mars/Base\n", 2, "no time zone"),
        ("roster: ../secrets.yaml\n", 1, "inside the community's folder"),
        ("roster: /etc/passwd\n", 1, "inside the community's folder"),
        ("roster: other.yaml\n", 1, "does not exist"),
        ("roster: partners.yaml\nschema: none.json\n", 2, "cannot be read beside this file"),
        ("roster: partners.yaml\nextends: nobody\n", 1, "there is no preset"),
        ("roster: partners.yaml\nlimits: {max_bites: 3}\n", 2, "there is no limit"),
        ("roster: partners.yaml\nlimits: {max_bytes: -1}\n", 2, "above 0"),
        ("roster: partners.yaml\nfields: {name: 3}\n", 2, "must be a field"),
        ("roster: partners.yaml\nroster: x.yaml\n", 2, "already in line 1"),
        ("- roster\n", 1, "a policy is a mapping"),
        ("roster: [partners.yaml]\n", 1, "must be text"),
        ("roster: partners.yaml\nrequirements:\n  - {id: A b, expect: 'true', message: m}\n", 3, "small letters"),
        ("roster: partners.yaml\nrequirements:\n  - {id: unsorted, expect: 'true', message: m}\n", 3, "is taken"),
        ("roster: partners.yaml\nrequirements:\n  - {id: a, message: m}\n", 3, "`expect` is missing"),
        ("roster: partners.yaml\nrequirements:\n  - id: a\n    message: m\n    expect: 1 +\n", 5, ""),
        ("roster: partners.yaml\nwaivers:\n  - {rule: nope, entry: a, reason: b, until: 2027-01-01, by: c}\n", 3, "there is no rule"),
        ("roster: partners.yaml\nwaivers:\n  - {rule: unsorted, entry: a, until: 2027-01-01, by: c}\n", 3, "`reason` is missing"),
        ("roster: partners.yaml\nwaivers:\n  - {rule: unsorted, entry: a, reason: b, until: soon, by: c}\n", 3, "2027-05-31"),
    ],
)  # fmt: skip
def test_mistake_is_named_with_its_line(tmp_path: Path, policy: str, line: int, words: str) -> None:
    found = errors(tmp_path, policy)
    assert any(m.startswith(f"policies/partners.yaml:{line}: ") and words in m for m in found), (
        found
    )


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    policy = (
        "roster: partners.yaml\ntypo: 1\nrules: {nope: off, unsorted: {x: 1}}\ntimezone: Nowhere\n"
    )
    assert len(errors(tmp_path, policy)) == 4


def test_a_schema_that_is_no_schema_is_a_mistake(tmp_path: Path) -> None:
    policy = "roster: partners.yaml\nschema: s.json\n"
    assert errors(tmp_path, policy, policies__s_json="[1")
    assert errors(tmp_path, policy, policies__s_json='{"type": "nonsense"}')
    assert errors(tmp_path, policy, policies__s_json='{"$ref": "https://fir.example/s.json"}')


def test_no_policy_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="there is no policy here"):
        load(tmp_path, catalogue())


def test_unknown_programme_is_wrong_use(tmp_path: Path) -> None:
    community(tmp_path, ROLL)
    with pytest.raises(PolicyError, match="did you mean `partners`"):
        load(tmp_path, catalogue(), names=("partner",))


def test_settings_and_defaults(tmp_path: Path) -> None:
    policy = (
        "roster: partners.yaml\nfields: {name: title, handle: [a.b, 'c.*.d']}\n"
        "rules:\n  unsorted: warning\n  blank-edges: off\n  logo-format: {formats: [svg]}\n"
    )
    (programme,) = load(community(tmp_path, ROLL, policy), catalogue()).programmes
    read = programme.policy
    assert read.timezone == DEFAULT_TIMEZONE
    assert read.roles["name"] == (("title",),)
    assert read.roles["handle"] == (("a", "b"), ("c", "*", "d"))
    assert read.rules["unsorted"].severity is Severity.WARNING
    assert not read.rules["blank-edges"].enabled
    assert read.rules["logo-format"].options == {"formats": ("svg",)}


@pytest.mark.parametrize("preset", preset_names())
def test_preset_is_laid_under_a_policy(tmp_path: Path, preset: str) -> None:
    policy = f"extends: {preset}\nroster: partners.yaml\nrules: {{unsorted: off}}\n"
    (programme,) = load(community(tmp_path, ROLL, policy), catalogue()).programmes
    assert programme.policy.schema, "the preset brings its schema"
    assert not programme.policy.rules["unsorted"].enabled


def test_the_policies_of_another_folder_judge(tmp_path: Path) -> None:
    head = community(tmp_path / "head", ROLL, "roster: partners.yaml\nrules: nonsense\n")
    base = community(tmp_path / "base", ROLL)
    report = run(Options(head, policies=base / "policies"))
    assert report.programmes == ("partners",)
