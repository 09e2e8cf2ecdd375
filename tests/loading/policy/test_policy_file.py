"""Policies: every error is reported with its line, and all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import community, loaded
from rollkeeper.engine.run import Options, run
from rollkeeper.loading.community import load, read_policies
from rollkeeper.loading.policy import policy_file
from rollkeeper.loading.policy.policy_file import PolicyError, preset_names
from rollkeeper.model.limits import MAX_SCHEMA_BYTES, ROSTER
from rollkeeper.model.page import Page, PageLayout
from rollkeeper.model.policy import (
    DEFAULT_TIMEZONE,
    AuditSettings,
    RuleSetting,
    Severity,
    VisitSettings,
)
from rollkeeper.rules import catalogue

ROLL = "- name: Fir\n"
SECOND = "roster: second.yaml\n"


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
        ("roster: partners.yaml\ntimezone: Mars/Base\n", 2, "is not a time zone"),
        ("roster: ../secrets.yaml\n", 1, "inside the community's folder"),
        ("roster: /etc/passwd\n", 1, "inside the community's folder"),
        ("roster: other.yaml\n", 1, "does not exist"),
        ("roster: partners.yaml\nschema: none.json\n", 2, "cannot be read:"),
        ("roster: partners.yaml\nextends: nobody\n", 2, "unknown preset `nobody`; use one of adopters, ambassadors, karmada"),
        ("roster: partners.yaml\nlimits: {max_bites: 3}\n", 2, "unknown limit `max_bites`; did you mean `max_bytes`?"),
        ("roster: partners.yaml\nlimits: {max_bytes: -1}\n", 2, "above 0"),
        ("roster: partners.yaml\nfields: {name: 3}\n", 2, "must be a field"),
        ("roster: partners.yaml\nfields: {handle: [github, a..b]}\n", 2, "must be a field"),
        ("roster: partners.yaml\nfields:\n  name: title\n  handel: gh\n", 4, "unknown role `handel`; did you mean `handle`?"),
        ("roster: partners.yaml\nfields: [name]\n", 2, "`fields` must be a mapping"),
        ("roster: partners.yaml\nroster: x.yaml\n", 2, "already on line 1"),
        ("- roster\n", 1, "a policy must be a mapping"),
        ("roster: [partners.yaml]\n", 1, "must be text"),
        ("roster: partners.yaml\nrequirements:\n  - {id: A b, expect: 'true', message: m}\n", 3, "lower-case words"),
        ("roster: partners.yaml\nrequirements:\n  - {id: unsorted, expect: 'true', message: m}\n", 3, "is taken"),
        ("roster: partners.yaml\nrequirements:\n  - {id: a, message: m}\n", 3, "`expect` is missing"),
        ("roster: partners.yaml\nrequirements:\n  - id: a\n    message: m\n    expect: 1 +\n", 5, ""),
        ("roster: partners.yaml\nwaivers:\n  - {rule: nope, entry: a, reason: b, until: 2027-01-01, by: c}\n", 3, "unknown rule `nope`"),
        ("roster: partners.yaml\nwaivers:\n  - {rule: unsorted, entry: a, until: 2027-01-01, by: c}\n", 3, "`reason` is missing"),
        ("roster: partners.yaml\nwaivers:\n  - {rule: unsorted, entry: a, reason: b, until: soon, by: c}\n", 3, "`until`: `soon` is not a date"),
    ],
)  # fmt: skip
def test_an_error_is_named_with_its_line(
    tmp_path: Path, policy: str, line: int, words: str
) -> None:
    found = errors(tmp_path, policy)
    assert any(m.startswith(f"policies/partners.yaml:{line}: ") and words in m for m in found), (
        found
    )


def test_all_errors_are_reported_at_once(tmp_path: Path) -> None:
    policy = (
        "roster: partners.yaml\ntypo: 1\nrules: {nope: off, unsorted: {x: 1}}\ntimezone: Nowhere\n"
    )
    assert len(errors(tmp_path, policy)) == 4


def test_a_schema_that_is_no_schema_is_an_error(tmp_path: Path) -> None:
    policy = "roster: partners.yaml\nschema: s.json\n"
    assert errors(tmp_path, policy, policies__s_json="[1")
    assert errors(tmp_path, policy, policies__s_json="[1]")
    assert errors(tmp_path, policy, policies__s_json=" " * MAX_SCHEMA_BYTES + "{}")
    assert errors(tmp_path, policy, policies__s_json='{"type": "nonsense"}')
    assert errors(tmp_path, policy, policies__s_json='{"$ref": "https://fir.example/s.json"}')


def test_no_policy_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no policy found"):
        read_policies(tmp_path, catalogue())


def test_unknown_programme_is_wrong_use(tmp_path: Path) -> None:
    community(tmp_path, ROLL)
    with pytest.raises(PolicyError, match="did you mean `partners`"):
        read_policies(tmp_path, catalogue(), names=("partner",))


def test_settings_and_defaults(tmp_path: Path) -> None:
    policy = (
        "roster: partners.yaml\nfields: {name: title, handle: [a.b, 'c.*.d']}\n"
        "rules:\n  unsorted: warning\n  blank-edges: off\n  logo-format: {formats: [svg]}\n"
    )
    (programme,) = loaded(community(tmp_path, ROLL, policy)).programmes
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
    (programme,) = loaded(community(tmp_path, ROLL, policy)).programmes
    assert programme.policy.schema, "the preset brings its schema"
    assert not programme.policy.rules["unsorted"].enabled


def test_the_policies_of_another_folder_judge(tmp_path: Path) -> None:
    head = community(tmp_path / "head", ROLL, "roster: partners.yaml\nrules: nonsense\n")
    base = community(tmp_path / "base", ROLL)
    report = run(Options(head, policies=base / "policies"))
    assert report.programmes == ("partners",)


def test_a_requirement_takes_the_place_of_the_presets(tmp_path: Path) -> None:
    own = (
        "extends: volcano\nroster: partners.yaml\nrequirements:\n"
        "  - {id: code-of-conduct, expect: 'true', message: signed, severity: notice}\n"
        "  - {id: of-our-own, expect: 'true', message: ours}\n"
    )
    (programme,) = loaded(community(tmp_path, ROLL, own)).programmes
    requirements = programme.policy.requirements
    ids = [requirement.id for requirement in requirements]
    assert len(ids) == len(set(ids))
    (replaced,) = [each for each in requirements if each.id == "code-of-conduct"]
    assert (replaced.message, replaced.severity) == ("signed", Severity.NOTICE)
    assert {"two-members", "of-our-own"} <= set(ids)


@pytest.mark.parametrize(
    ("setting", "severity", "options"),
    [
        ("{needed: 3}", Severity.WARNING, {"needed": 3}),
        ("error", Severity.ERROR, {"needed": 2}),
        ("{severity: notice}", Severity.NOTICE, {"needed": 2}),
    ],
)
def test_what_a_policy_leaves_unsaid_of_a_rule_is_the_presets(
    tmp_path: Path, setting: str, severity: Severity, options: dict[str, int]
) -> None:
    policy = f"extends: kubesphere\nroster: partners.yaml\nrules: {{too-few-criteria: {setting}}}\n"
    (programme,) = loaded(community(tmp_path, ROLL, policy)).programmes
    read = programme.policy.rules["too-few-criteria"]
    assert read.severity is severity
    assert read.options == {"of": ("content", "contributions", "events", "support"), **options}


def test_a_rule_that_is_off_keeps_nothing_of_the_preset(tmp_path: Path) -> None:
    policy = "extends: kubesphere\nroster: partners.yaml\nrules: {too-few-criteria: off}\n"
    (programme,) = loaded(community(tmp_path, ROLL, policy)).programmes
    assert programme.policy.rules["too-few-criteria"] == RuleSetting(enabled=False)


PRESET = """\
title: The preset's
roster: preset.yaml
page: preset/README.md
fields: {name: title, date: [joined]}
layout: {kind: partners, group_by: tier, logo_height: 64}
limits: {max_depth: 5, max_scalar: 100}
websites: {timeout: 20, roles: [link]}
audit: {opens_at: error, remind: false, alumni: false, objection_days: 30}
"""


def test_a_policy_is_laid_over_its_preset_key_by_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "presets" / "fir").mkdir(parents=True)
    (tmp_path / "presets" / "fir" / "policy.yaml").write_text(PRESET, encoding="utf-8")
    monkeypatch.setattr(policy_file, "PRESETS", tmp_path / "presets")
    policy = (
        "extends: fir\nroster: partners.yaml\nlayout: {logo_height: 96, group_by: null}\n"
        "fields: {date: left}\nlimits: {max_depth: 6}\nwebsites: {connect: 2}\n"
    )
    (programme,) = loaded(community(tmp_path, ROLL, policy)).programmes
    read = programme.policy
    assert (read.title, read.roster) == ("The preset's", "partners.yaml")
    layout = PageLayout(kind="partners", group_by=None, logo_height=96)
    assert read.pages == (Page("preset/README.md", "en", layout),)
    assert (read.roles["name"], read.roles["date"]) == ((("title",),), (("left",),))
    assert read.limits == {**ROSTER, "max_depth": 6, "max_scalar": 100}
    assert read.websites == VisitSettings(connect=2, timeout=20, roles=("link",))
    assert read.audit == AuditSettings(
        Severity.ERROR, remind=False, alumni=False, objection_days=30
    )


def test_an_error_of_a_preset_names_the_preset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "presets" / "fir").mkdir(parents=True)
    broken = PRESET.replace("kind: partners", "kind: wall")
    (tmp_path / "presets" / "fir" / "policy.yaml").write_text(broken, encoding="utf-8")
    monkeypatch.setattr(policy_file, "PRESETS", tmp_path / "presets")
    (error,) = errors(tmp_path, "extends: fir\nroster: partners.yaml\n")
    assert error.startswith("preset fir:5: `kind` must be one of")


@pytest.mark.parametrize("key", ["roster", "page", "logos", "schema"])
@pytest.mark.parametrize(
    "path",
    ["C:/x.yaml", "C:x.yaml", "/x.yaml", "../x.yaml", "a/../../x.yaml", "a\\\\x.yaml", "x.yaml:s"],
)
def test_no_path_leaves_the_community(tmp_path: Path, key: str, path: str) -> None:
    policy = f'{"" if key == "roster" else "roster: partners.yaml"}\n{key}: "{path}"\n'
    assert f"policies/partners.yaml:2: `{key}` must be a path inside the community's folder, " in (
        "\n".join(errors(tmp_path, policy))
    )


def test_the_logo_folder_may_have_a_prefix(tmp_path: Path) -> None:
    policy = "roster: partners.yaml\nlogos: {folder: static/img, prefix: /project/img/}\n"
    (programme,) = loaded(community(tmp_path, ROLL, policy)).programmes
    assert (programme.policy.logos, programme.policy.logo_prefix) == (
        "static/img",
        "/project/img/",
    )


@pytest.mark.parametrize(
    ("logos", "message"),
    [
        ("{prefix: /img/}", "`folder` must be a path inside the community's folder"),
        ("{folder: ../img}", "`folder` must be a path inside the community's folder"),
        ("{folder: 3}", "`folder` must be a path inside the community's folder"),
        ("{folder: img, prefix: 3}", "`prefix` must be text, such as /img/logos/"),
        ("{folder: img, prefixes: a}", "unknown key `prefixes`"),
        ("[img]", "`logos` must be text"),
    ],
)
def test_mistakes_in_the_logo_folder_are_named(tmp_path: Path, logos: str, message: str) -> None:
    (error,) = errors(tmp_path, f"roster: partners.yaml\nlogos: {logos}\n")
    assert error.startswith("policies/partners.yaml:2: ")
    assert message in error


def test_policies_are_read_once_and_given_to_several_states(tmp_path: Path) -> None:
    root = community(tmp_path / "now", ROLL, second_yaml=ROLL, policies__second_yaml=SECOND)
    (tmp_path / "then").mkdir()
    policies = read_policies(root, catalogue())
    assert [policy.name for policy in policies] == ["partners", "second"]
    assert [policy.name for policy in read_policies(root, catalogue(), names=("second",))] == [
        "second"
    ]
    now = load(root, policies, texts={"partners.yaml": b"- name: Oak\n- name: Yew\n"})
    assert [len(programme.entries) for programme in now.programmes] == [2, 1]
    then = load(tmp_path / "then", policies, earlier=True)
    assert [programme.entries for programme in then.programmes] == [(), ()]
    with pytest.raises(PolicyError, match=r"the roster partners\.yaml does not exist"):
        load(tmp_path / "then", policies)
