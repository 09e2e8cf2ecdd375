"""Policies extend presets and files beside them, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import check, community, found
from rollkeeper.loading.community import read_policies
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.limits import MAX_BASES
from rollkeeper.model.policy import Policy, Severity
from rollkeeper.rules import catalogue

ROSTER = "- name: Alder\n"


def written(root: Path, **files: str) -> Path:
    """Write `partners.yaml` and other files into the folder of policies."""
    policy = files.pop("partners")
    community(root, ROSTER, policy)
    for name, text in files.items():
        (root / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def policy_of(root: Path) -> Policy:
    return next(each for each in read_policies(root, catalogue()) if each.name == "partners")


def errors(root: Path) -> list[str]:
    with pytest.raises(PolicyError) as raised:
        read_policies(root, catalogue())
    return [str(error) for error in raised.value.errors]


def test_a_file_is_laid_under_the_policy_that_extends_it(tmp_path: Path) -> None:
    base = (
        "timezone: Asia/Shanghai\nlogos: logos\nrules:\n  blank-edges: off\n"
        "  logo-format: {formats: [svg], severity: notice}\n"
        "requirements:\n  - {id: ours, expect: 'true', message: m}\n"
    )
    own = "extends: ./_base.yaml\nroster: partners.yaml\nlogos: images\nrules: {logo-format: {max_bytes: 9}}\n"
    policy = policy_of(written(tmp_path, partners=own, _base=base))
    assert (policy.timezone, policy.logos) == ("Asia/Shanghai", "images")
    assert not policy.rules["blank-edges"].enabled
    assert policy.rules["logo-format"].severity is Severity.NOTICE
    assert policy.rules["logo-format"].options == {"formats": ("svg",), "max_bytes": 9}
    assert [each.path for each in policy.requirements] == ["policies/_base.yaml"]
    assert policy.bases == ("./_base.yaml",)


def test_of_several_the_later_is_laid_over_the_earlier(tmp_path: Path) -> None:
    own = "extends: [karmada, ./_one.yaml, ./_two.yaml]\nroster: partners.yaml\n"
    one = "timezone: UTC\nrules: {unsorted: off, blank-edges: error}\n"
    two = "extends: ./_three.yaml\nrules: {blank-edges: notice}\n"
    three = "timezone: Asia/Tokyo\nrules: {blank-edges: warning}\n"
    policy = policy_of(written(tmp_path, partners=own, _one=one, _two=two, _three=three))
    assert policy.timezone == "Asia/Tokyo"
    assert policy.schema, "the preset brings its schema"
    assert not policy.rules["unsorted"].enabled
    assert policy.rules["blank-edges"].severity is Severity.NOTICE


def test_a_base_is_no_programme_and_a_programme_can_be_a_base(tmp_path: Path) -> None:
    other = "extends: ./partners.yaml\ntitle: Others\n"
    waiver = (
        "waivers:\n  - {rule: blank-edges, entry: Alder, reason: r, until: 2027-01-01, by: b}\n"
    )
    own = "extends: ./_base.yaml\nroster: partners.yaml\n" + waiver
    root = written(tmp_path, partners=own, others=other, _base="timezone: UTC\n")
    others, partners = read_policies(root, catalogue())
    assert (others.name, others.title, others.timezone) == ("others", "Others", "UTC")
    assert (len(partners.waivers), others.waivers) == (1, ())


def test_a_base_that_nobody_extends_is_named(tmp_path: Path) -> None:
    root = written(tmp_path, partners="roster: partners.yaml\n", _base="nonsense: 1\n")
    [finding] = found(check(root), "policy-unread")
    assert finding.path == "policies/_base.yaml"
    assert "write `extends: ./_base.yaml` in a policy" in finding.message


@pytest.mark.parametrize(
    ("extends", "part"),
    [
        (
            "./_bas.yaml",
            "there is no file `_bas.yaml` in this folder; did you mean `./_base.yaml`?",
        ),
        ("./../partners.yaml", "must be a file in the same folder"),
        ("./a/b.yaml", "must be a file in the same folder"),
        ("'./a\\b.yaml'", "must be a file in the same folder"),
        ("./_base.json", "must be a file in the same folder"),
        ("'./..'", "must be a file in the same folder"),
        ("/etc/passwd.yaml", "is no preset; for a file"),
        ("_base.yaml", "is no preset; for a file"),
        ("karmda", "unknown preset `karmda`; did you mean `karmada`?"),
        ("[karmada, 7]", "must be text or a list of texts"),
        ("{a: b}", "must be text or a list of texts"),
        ("", "must be text or a list of texts"),
        ("./_link.yaml", "`_link.yaml` is a link or a folder, not a file"),
        ("./_folder.yaml", "`_folder.yaml` is a link or a folder, not a file"),
        ("./partners.yaml", "in a circle: partners.yaml extends partners.yaml"),
        ("./_circle.yaml", "in a circle: _circle.yaml extends _round.yaml extends _circle.yaml"),
    ],
)
def test_what_cannot_be_extended_is_an_error_at_its_line(
    extends: str, part: str, tmp_path: Path
) -> None:
    root = written(
        tmp_path,
        partners=f"roster: partners.yaml\nextends: {extends}\n",
        _base="timezone: UTC\n",
        _circle="extends: ./_round.yaml\n",
        _round="timezone: UTC\nextends: ./_circle.yaml\n",
    )
    (root / "policies" / "_link.yaml").symlink_to("_base.yaml")
    (root / "policies" / "_folder.yaml").mkdir()
    [error] = errors(root)
    assert part in error
    assert error.startswith(
        "policies/_round.yaml:2:" if "_round" in part else "policies/partners.yaml:2:"
    )


def test_an_error_in_a_shared_base_is_reported_once(tmp_path: Path) -> None:
    both = "extends: ./_base.yaml\nroster: partners.yaml\n"
    base = "roster: x.yaml\nrules: {nope: off}\n"
    [error] = errors(written(tmp_path, partners=both, others=both, _base=base))
    assert error.startswith("policies/_base.yaml:2: unknown rule `nope`")


def test_waivers_of_a_base_would_excuse_entries_of_every_programme(tmp_path: Path) -> None:
    waiver = "waivers:\n  - {rule: blank-edges, entry: a, reason: r, until: 2027-01-01, by: b}\n"
    own = "extends: ./_base.yaml\nroster: partners.yaml\n"
    [error] = errors(written(tmp_path, partners=own, _base=waiver))
    assert error.startswith("policies/_base.yaml:1: waivers are for the entries of one programme")


def test_not_more_is_read_than_the_limit(tmp_path: Path) -> None:
    many = ", ".join(f"./_b{number}.yaml" for number in range(MAX_BASES))
    chain = {
        f"_b{number}": f"extends: [./_b{number + 1}.yaml, ./_b{number + 1}.yaml]\n"
        for number in range(MAX_BASES)
    }
    chain[f"_b{MAX_BASES}"] = "timezone: UTC\n"
    root = written(tmp_path, partners=f"roster: partners.yaml\nextends: [{many}]\n", **chain)
    [error] = errors(root)
    assert f"more than {MAX_BASES} files and presets are extended" in error
    long = f"roster: partners.yaml\nextends: [{many}, karmada]\n"
    (root / "policies" / "partners.yaml").write_text(long, encoding="utf-8")
    assert any(f"may list {MAX_BASES} files" in error for error in errors(root))
