"""A commit judged: what is read of it, by which policies, and beside which state of the base."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from forge.proposals import LOGO, POLICY, ROLL, SCHEMA
from loading.hosted import BASES, Hosted, git
from rollkeeper.engine.run import Options
from rollkeeper.jobs.pull_requests import head_files
from rollkeeper.jobs.pull_requests.fix import repairs_of
from rollkeeper.jobs.pull_requests.target import Target
from rollkeeper.jobs.pull_requests.verify import Verification, verify
from rollkeeper.model.limits import MAX_UNCHECKED
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding
from rollkeeper.model.verdict import UncheckedFile, UncheckedReason, Verdict
from rollkeeper.reports.json import verdict as verdict_json

TODAY = date(2026, 11, 21)
LOGOS = "partners/logos"
POLICIES: Mapping[str, str] = {
    "policies/partners.yaml": POLICY,
    "policies/partners.schema.json": json.dumps(SCHEMA),
}
BIRCH_LOGO = LOGO.replace("M1 1h7v7h-7z", "M0 0h9v8h-9z")
COMMUNITY: Mapping[str, str] = {**POLICIES, "partners.yaml": ROLL, f"{LOGOS}/alder.svg": LOGO}


@pytest.fixture
def community(hosted: Hosted) -> Hosted:
    hosted.main = hosted.commit(COMMUNITY)
    return hosted


def verified(
    hosted: Hosted, head: str, *how: str, root: str = "", base: str | None = None
) -> Verification:
    """Verify a commit against a fresh checkout of the default branch."""
    number = len(list(hosted.folder.iterdir()))
    folder = hosted.clone(*how, name=f"base-{number}")
    target = Target(head=head, base_ref="main", default_branch="main", base=base)
    return verify(target, hosted.source, Options(folder / root, today=TODAY))


def verdict_on(hosted: Hosted, head: str, *how: str) -> Verdict:
    """Return the verdict as the next job reads it."""
    return verdict_json.read(json.dumps(verdict_json.packed(verified(hosted, head, *how).verdict)))


def errors(verdict: Verdict) -> list[Finding]:
    found = verdict.report.findings
    return [each for each in found if each.severity is Severity.ERROR and each.counts]


NEW = ROLL + "- name: Cedar\n  logo: cedar.svg\n"


@pytest.mark.parametrize("how", BASES.values(), ids=BASES)
def test_the_verdict_does_not_depend_on_what_the_checkout_of_the_base_has(
    community: Hosted, how: tuple[str, ...]
) -> None:
    """The base has renamed a logo since that the head still names, and removed an entry."""
    head = community.commit({"partners.yaml": NEW, f"{LOGOS}/cedar.svg": BIRCH_LOGO}, "1")
    community.commit(
        {
            f"{LOGOS}/alder.svg": None,
            f"{LOGOS}/alder-2.svg": LOGO,
            "partners.yaml": "- name: Alder Cloud\n  logo: alder-2.svg\n",
        }
    )
    verdict = verdict_on(community, head, *how)
    assert verdict.report.changes == {"partners": ("adds Cedar",)}
    assert [each for each in verdict.report.findings if each.rule.startswith("logo")] == []
    assert verdict.passed
    assert (verdict.outside, verdict.governing, verdict.unchecked) == (0, (), ())


def test_a_stale_fork_that_brings_a_logo_is_judged_beside_the_newest_roster(
    community: Hosted,
) -> None:
    head = community.commit({f"{LOGOS}/alder.svg": BIRCH_LOGO}, "1")
    community.commit({"partners.yaml": NEW, f"{LOGOS}/cedar.svg": LOGO.replace("M1", "M2")})
    verdict = verdict_on(community, head)
    assert verdict.passed
    assert not [each for each in verdict.report.findings if "logo-" in each.rule]


def test_a_merge_queue_s_commit_is_compared_with_its_base(community: Hosted) -> None:
    head = community.commit({"partners.yaml": ROLL + "- name: Cedar\n  land: NL\n"}, "1")
    verdict = verified(community, head, base=community.main).verdict
    assert (verdict.number, verdict.head) == (0, head)
    assert [each.rule for each in errors(verdict)] == ["unknown-field"]


def test_a_pull_request_does_not_change_the_list_of_members_that_judges_it(hosted: Hosted) -> None:
    policy = "roster: partners.yaml\nmembers: {file: data/members.yaml}\n"
    roster = "- name: Alder\n- name: Elm\n"
    hosted.main = hosted.commit(
        {
            "policies/partners.yaml": policy,
            "partners.yaml": roster,
            "data/members.yaml": "- Alder\n",
        }
    )
    change = {"partners.yaml": f"{roster}- name: Mallory\n", "data/members.yaml": "- Mallory\n"}
    verdict = verdict_on(hosted, hosted.commit(change, "1"))
    found = [each for each in verdict.report.findings if each.rule == "not-a-member"]
    assert [(each.entry, each.already_there) for each in found] == [
        ("Elm", True),
        ("Mallory", False),
    ]
    assert verdict.outside == 1


def test_a_name_too_long_for_a_disk_is_named_and_no_pass(community: Hosted) -> None:
    """A8b"""
    blob = community.blob(LOGO)
    names = (b"n" * 400 + b".svg", b"\xff.svg", b"alder.svg")
    logos = community.write_tree(dict.fromkeys(names, ("100644", blob)))
    folder = community.write_tree({b"logos": ("40000", logos)})
    entries = {b"partners": ("40000", folder)}
    for path in ("partners.yaml", "policies"):
        kind = "100644" if "." in path else "40000"
        entries[path.encode()] = (kind, git(community.work, "rev-parse", f"main:{path}"))
    head = community.propose_tree(community.write_tree(entries))
    verdict = verdict_on(community, head)
    assert not verdict.passed
    whys = {each.path[:20]: each.why for each in verdict.unchecked}
    assert whys == {
        f"{LOGOS}/nnnnn": UncheckedReason.NAME,
        f"{LOGOS}/\\xff.": UncheckedReason.NAME,
    }
    assert not errors(verdict)


def test_what_is_unchecked_fits_into_a_verdict_however_much_it_is(community: Hosted) -> None:
    count = 20_000
    link = community.blob("/etc/passwd")
    logos = community.write_tree(
        {f"{'l' * 100}{n:05d}.svg".encode(): ("120000", link) for n in range(count)}
    )
    folder = community.write_tree({b"logos": ("40000", logos)})
    names = {"partners.yaml": "100644", "policies": "40000"}
    entries = {
        path.encode(): (mode, git(community.work, "rev-parse", f"main:{path}"))
        for path, mode in names.items()
    }
    entries[b"partners"] = ("40000", folder)
    head = community.propose_tree(community.write_tree(entries))
    verdict = verdict_on(community, head)
    assert not verdict.passed
    assert len(verdict.unchecked) == MAX_UNCHECKED
    assert verdict.unchecked[-1] == UncheckedFile("*", UncheckedReason.MORE)
    assert {each.why for each in verdict.unchecked[:-1]} == {UncheckedReason.LINK}


def test_a_folder_of_logos_that_becomes_a_link_is_said(community: Hosted) -> None:
    git(community.work, "checkout", "--quiet", "-B", "1", "main")
    git(community.work, "mv", LOGOS, "elsewhere")
    (community.work / LOGOS).parent.mkdir(exist_ok=True)
    (community.work / LOGOS).symlink_to("../elsewhere")
    git(community.work, "add", "--all")
    verdict = verdict_on(community, community.record("1"))
    assert verdict.unchecked == (UncheckedFile(LOGOS, UncheckedReason.LINK),)
    assert not verdict.passed
    assert {each.rule for each in errors(verdict)} <= {"logo-is-link", "file-not-plain"}


def test_a_folder_above_the_roster_that_becomes_a_submodule_is_said(hosted: Hosted) -> None:
    policy = POLICY.replace("roster: partners.yaml", "roster: partners/partners.yaml")
    files = {**POLICIES, "policies/partners.yaml": policy, "partners/partners.yaml": ROLL}
    hosted.commit({**files, f"{LOGOS}/alder.svg": LOGO})
    git(hosted.work, "checkout", "--quiet", "-B", "1", "main")
    git(hosted.work, "rm", "-r", "--quiet", "partners")
    git(hosted.work, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},partners")
    verdict = verdict_on(hosted, hosted.record("1"))
    assert not verdict.passed
    assert {each.path: each.why for each in verdict.unchecked} == {
        "partners": UncheckedReason.SUBMODULE,
        "partners/partners.yaml": UncheckedReason.GONE,
    }
    assert "roster-shape" in {each.rule for each in errors(verdict)}


def test_more_than_is_read_in_all_is_no_pass(
    community: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head_files, "MAX_HEAD_BYTES_READ", 1_000)
    logos = {f"{LOGOS}/{n}.svg": LOGO + f"<!-- {n} -->" for n in range(20)}
    verification = verified(community, community.commit(logos, "1"))
    assert verification.verdict.unchecked == (UncheckedFile("*", UncheckedReason.TOO_MUCH),)
    assert not verification.verdict.passed
    assert verification.verdict.concerned
    assert "more than 1,000 bytes" in verification.message


def test_commits_that_git_refuses_are_no_pass(community: Hosted) -> None:
    tree = community.write_tree({b"..": ("100644", community.blob())})
    verdict = verdict_on(community, community.propose_tree(tree))
    assert verdict.unchecked == (UncheckedFile("*", UncheckedReason.MALFORMED),)
    assert (verdict.passed, verdict.concerned) == (False, True)


BROKEN: Mapping[str, tuple[dict[str, str | bytes | None], str]] = {
    "an unknown key": ({"policies/partners.yaml": POLICY + "rooster: x\n"}, "rooster"),
    "a policy that is no YAML": ({"policies/partners.yaml": "a: [\n"}, ""),
    "a schema that is no JSON": ({"policies/partners.schema.json": "{"}, "schema"),
    "a schema that is none": ({"policies/partners.schema.json": '{"type": 7}'}, "schema"),
    "a requirement": (
        {
            "policies/partners.yaml": POLICY
            + "requirements:\n  - {id: x, expect: nothing(, message: y}\n"
        },
        "expect",
    ),
    "a base": (
        {
            "policies/partners.yaml": POLICY + "extends: ./_base.yaml\n",
            "policies/_base.yaml": "rooster: x\n",
        },
        "rooster",
    ),
    "a base elsewhere": ({"policies/partners.yaml": POLICY + "extends: ./../x.yaml\n"}, "folder"),
    "a second policy": ({"policies/other.yaml": "title: Other\n"}, "roster"),
    "no schema": ({"policies/partners.schema.json": None}, "schema"),
    "no policy": ({"policies/partners.yaml": None}, "no policy found"),
}


@pytest.mark.parametrize(("files", "words"), BROKEN.values(), ids=BROKEN)
def test_a_policy_of_the_head_that_cannot_be_used_is_an_error(
    community: Hosted, files: dict[str, str | bytes | None], words: str
) -> None:
    verdict = verdict_on(community, community.commit(files, "1"))
    found = errors(verdict)
    assert {each.rule for each in found} == {"policy"}
    assert all(each.path.startswith("policies/") for each in found)
    assert words in found[0].message
    assert not verdict.passed
    assert verdict.governing == tuple(sorted(files))
    assert verdict.report.programmes == ("partners",)


def test_a_policy_of_the_head_judges_nothing_where_the_base_has_one(community: Hosted) -> None:
    relaxed = POLICY + "rules:\n  unknown-field: off\n"
    files = {"policies/partners.yaml": relaxed, "partners.yaml": ROLL + "- name: C\n  land: NL\n"}
    verdict = verdict_on(community, community.commit(files, "1"))
    assert [each.rule for each in errors(verdict)] == ["unknown-field"]
    assert verdict.governing == ("policies/partners.yaml",)


def test_many_files_that_decide_are_counted(community: Hosted) -> None:
    files: dict[str, str | bytes | None] = {
        f".github/workflows/{number:02}.yml": "on: push\n" for number in range(25)
    }
    verdict = verdict_on(community, community.commit(files, "1"))
    assert len(verdict.governing) == 20
    assert verdict.more_governing == 5


def test_the_first_policies_judge_themselves_and_that_is_said(hosted: Hosted) -> None:
    verdict = verdict_on(hosted, hosted.commit({**COMMUNITY, "partners.yaml": NEW}, "1"))
    assert [(each.rule, each.entry) for each in errors(verdict)] == [("logo-missing", "Cedar")]
    verdict = verdict_on(hosted, hosted.commit(COMMUNITY, "2"))
    assert verdict.passed
    (notice,) = [each for each in verdict.report.findings if each.rule == "policy"]
    assert notice.severity is Severity.NOTICE
    assert "no policies yet" in notice.message
    assert verdict.governing == tuple(sorted(POLICIES))


def test_first_policies_that_cannot_be_used_are_no_pass(hosted: Hosted) -> None:
    files = {**COMMUNITY, "policies/partners.yaml": "rooster: x\n"}
    verdict = verdict_on(hosted, hosted.commit(files, "1"))
    assert not verdict.passed
    assert "policy" in {each.rule for each in errors(verdict)}


def test_first_policies_for_a_roster_that_is_not_there_are_an_error(hosted: Hosted) -> None:
    files = {**POLICIES, "policies/partners.yaml": POLICY.replace("roster: p", "roster: no-p")}
    verdict = verdict_on(hosted, hosted.commit(files, "1"))
    assert not verdict.passed
    (error,) = errors(verdict)
    assert error.message == "the roster no-partners.yaml does not exist"


def test_a_community_in_a_folder_of_its_repository(hosted: Hosted) -> None:
    """Paths are told from the top, as GitHub needs them for links, suggestions and commits."""
    hosted.commit({f"sub/{path}": text for path, text in COMMUNITY.items()})
    files: dict[str, str | bytes | None] = {
        "sub/partners.yaml": ROLL + '- name: "Cedar "\n  land: NL\n',
        "partners.yaml": "- name: Someone else's\n",
        ".github/workflows/x.yml": "on: push\n",
        "sub/policies/partners.yaml": POLICY + "rooster: x\n",
    }
    head = hosted.commit(files, "1")
    verdict = verified(hosted, head, root="sub").verdict
    found = {(each.rule, each.path) for each in errors(verdict)}
    assert {
        ("unknown-field", "sub/partners.yaml"),
        ("policy", "sub/policies/partners.yaml"),
    } <= found
    assert verdict.governing == (".github/workflows/x.yml", "sub/policies/partners.yaml")
    assert verdict.outside == 3
    assert {each.path for each in verdict.suggestions} == {"sub/partners.yaml"}
    base = Path(hosted.clone(name="for-fix"), "sub")
    repairs = repairs_of(hosted.source, 1, head, Options(base, today=TODAY))
    assert [each.path for each in repairs.patches] == ["sub/partners.yaml"]
    assert {each.path for each in repairs.suggestions} == {"sub/partners.yaml"}


def test_a_fix_is_for_the_very_content_of_the_head(community: Hosted) -> None:
    text = ROLL + '- name: "Cedar "\n'
    head = community.commit({"partners.yaml": text}, "1")
    base = community.clone("--depth=1", name="for-fix")
    repairs = repairs_of(community.source, 7, head, Options(base, today=TODAY))
    (patch,) = repairs.patches
    assert patch.blob == git(community.work, "rev-parse", f"{head}:partners.yaml")
    assert [each.first for each in repairs.suggestions] == [5]
    assert repairs.left_out is None


def test_a_roster_that_is_no_plain_file_is_not_fixed(community: Hosted) -> None:
    git(community.work, "checkout", "--quiet", "-B", "1", "main")
    git(community.work, "mv", "partners.yaml", "old.yaml")
    head = community.record("1")
    base = community.clone(name="for-fix")
    repairs = repairs_of(community.source, 7, head, Options(base, today=TODAY))
    assert repairs.patches == ()
    assert repairs.left_out is not None
