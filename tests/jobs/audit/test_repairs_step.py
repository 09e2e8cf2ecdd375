"""Repairs that need no decision: one pull request of them, and nothing that is not certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from communities import check, loaded
from forge.proposals import LOGO, Repository
from jobs.audit.scenes import night
from rendered import rendered
from rollkeeper.engine.run import Options
from rollkeeper.forge.outbox import DryOutbox
from rollkeeper.jobs.audit.repairs.edits import Edit, Night, moves, renames
from rollkeeper.jobs.audit.repairs.orphan_logos import orphans
from rollkeeper.jobs.audit.repairs.repair import BRANCH, repair
from rollkeeper.jobs.audit.repairs.text import keys_in, text_of
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.loading.git import run_git
from rollkeeper.model.history import AccountRecord, History, SiteRecord
from rollkeeper.model.policy import Severity, Waiver
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.tree import START
from rollkeeper.reports.addresses import HOME
from standin import api, life
from worktrees import Content, stage

DAY = date(2026, 11, 21)
POLICY = """\
title: Partners
roster: partners.yaml
logos: logos
rules:
  unsorted: {}
"""
ROSTER = """\
- name: Alder Cloud
  github: alder
  website: http://alder.example/
  logo: alder.svg
- name: Birch
  github: birch
  website: https://birch.example/old
"""
FILES: Mapping[str, Content] = {
    "policies/partners.yaml": POLICY,
    "partners.yaml": ROSTER,
    "logos/alder.svg": LOGO,
    "logos/elder.svg": LOGO.replace("M1 1", "M2 2"),
}
ALDER = "http://alder.example/"
BIRCH = "https://birch.example/old"


def moved(to: str, nights: int = 3) -> SiteRecord:
    return SiteRecord(DAY, moved_to=to, moved_nights=nights)


def account(number: int | None, login: str | None) -> AccountRecord:
    return AccountRecord(DAY, id=number, login=login)


def history(**more: Any) -> History:
    return History(last_complete=DAY, **more)


def renamed(entry: str = "Alder Cloud", login: str = "alder-cloud", **more: Any) -> Finding:
    fix = Fix(FixKind.SET, "write the account's new name", login)
    made = Finding(
        "account-renamed", Severity.WARNING, "renamed", "partners.yaml", START, "partners"
    )
    return replace(made, entry=entry, field=("github",), fix=fix, **more)


def report(*findings: Finding, **more: Any) -> Report:
    return Report(DAY, ("partners",), findings, ("account-renamed", "logo-orphan"), {}, **more)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "community").mkdir()
    run_git(tmp_path, "init", "--quiet", "community")
    stage(tmp_path / "community", FILES)
    who = ("-c", "user.name=T", "-c", "user.email=t@e.example")
    run_git(tmp_path / "community", *who, "commit", "--quiet", "--message", "Start")
    return tmp_path / "community"


def given(root: Path, **more: Any) -> Night:
    made = Night(Options(root, today=DAY), loaded(root), report(), History(), History(), DAY, {})
    return replace(made, **more)


@pytest.mark.parametrize(
    ("to", "earlier", "nights", "proposed"),
    [
        ("https://alder.example/", "https://alder.example/", 3, True),
        ("https://alder.example/", None, 3, False),
        ("https://alder.example/", "https://other.example/", 3, False),
        ("https://alder.example/", "https://alder.example/", 2, False),
        ("https://other.example/", "https://other.example/", 3, False),
        ("https://alder.example.evil.example/", "https://alder.example.evil.example/", 3, False),
        ("javascript:alert(1)", "javascript:alert(1)", 3, False),
        ("http://www.alder.example/x", "http://www.alder.example/x", 3, False),
    ],
    ids=[
        "good nights",
        "not seen before this night",
        "another before",
        "too few nights",
        "another domain",
        "a host that looks alike",
        "no address",
        "not encrypted",
    ],
)
def test_an_address_is_written_only_after_nights_on_its_own_domain(
    root: Path, to: str, earlier: str | None, nights: int, *, proposed: bool
) -> None:
    now = history(sites={"partners": {ALDER: moved(to, nights)}})
    before = history(sites={"partners": {ALDER: moved(earlier, 2)}} if earlier else {})
    found = list(moves(given(root, history=now, before=before)))
    assert [each.fix.value for each in found if each.fix] == ([to] if proposed else [])


def test_an_address_on_a_host_of_many_owners_is_never_written(root: Path) -> None:
    old, new = "https://github.com/alder", "https://github.com/evil"
    (root / "partners.yaml").write_text(f"- name: Alder\n  website: {old}\n", "utf-8")
    now = history(sites={"partners": {old: moved(new)}})
    assert list(moves(given(root, history=now, before=now))) == []


@pytest.mark.parametrize(
    ("before", "after", "proposed"),
    [
        (account(7, "alder"), account(7, "alder-cloud"), True),
        (None, account(7, "alder-cloud"), False),
        (account(None, None), account(7, "alder-cloud"), False),
        (account(7, "alder"), account(8, "alder-cloud"), False),
        (account(7, "alder"), account(7, "Alder"), False),
        (account(7, "alder"), account(7, "-not a login"), False),
        (account(7, "alder"), None, False),
    ],
    ids=["by number", "unknown", "no number", "another number", "same", "no login", "forgotten"],
)
def test_an_account_is_renamed_by_its_number_alone(
    root: Path, before: AccountRecord | None, after: AccountRecord | None, *, proposed: bool
) -> None:
    known, now = ({"alder": each} if each else {} for each in (before, after))
    night = given(
        root,
        report=report(renamed()),
        history=history(accounts=now),
        before=history(accounts=known),
    )
    found = list(renames(night))
    assert [(each.number, each.login) for each in found] == ([(7, "alder-cloud")] * proposed)


WAIVER = Waiver("account-renamed", "x", "agreed", date(2027, 1, 1), "octo", "x.yaml", START)


@pytest.mark.parametrize(
    ("found", "known", "proposed"),
    [
        ((renamed(),), False, True),
        ((), False, False),
        ((), True, True),
        ((renamed(waiver=WAIVER),), True, False),
        ((replace(renamed(), rule="account-taken"),), True, False),
    ],
    ids=["reported", "not reported", "GitHub said nothing", "waived", "the name was taken"],
)
def test_a_night_takes_a_rename_back_only_where_it_knows_better(
    root: Path, found: tuple[Finding, ...], *, known: bool, proposed: bool
) -> None:
    records = history(accounts={"alder": account(7, "alder-cloud")})
    night = given(root, report=report(renamed()), history=records, before=records)
    (rename,) = renames(night)
    later = replace(night, report=report(*found), known={rename.key: DAY} if known else {})
    assert [each.key for each in renames(later)] == [rename.key] * proposed


def test_a_rule_that_is_off_renames_no_one(root: Path) -> None:
    policy = (root / "policies" / "partners.yaml").read_text("utf-8")
    (root / "policies" / "partners.yaml").write_text(f"{policy}  account-renamed: off\n", "utf-8")
    records = history(accounts={"alder": account(7, "alder-cloud")})
    night = given(root, report=report(renamed()), history=records, before=records)
    assert list(renames(night)) == []


def orphan(path: str = "logos/elder.svg") -> Finding:
    return Finding("logo-orphan", Severity.WARNING, "unused", path, START, "partners")


@pytest.mark.parametrize(
    ("files", "path", "deleted"),
    [
        ({}, "logos/elder.svg", True),
        ({}, "logos/alder.svg", False),
        ({}, "partners.yaml", False),
        ({}, "../elder.svg", False),
        ({"README.md": '<img src="logos/elder.svg">'}, "logos/elder.svg", False),
        ({"partners.yaml": ROSTER + "- name: 'broken\n"}, "logos/elder.svg", False),
        (
            {
                "policies/friends.yaml": "roster: friends.yaml\nlogos: logos\n",
                "friends.yaml": "- name: Elder\n  logo: elder.svg\n",
            },
            "logos/elder.svg",
            False,
        ),
    ],
    ids=["unused", "used", "no logo", "outside", "on a page", "roster unread", "other programme"],
)
def test_a_logo_is_deleted_only_where_nothing_uses_it(
    root: Path, files: Mapping[str, Content], path: str, *, deleted: bool
) -> None:
    stage(root, files)
    who = ("-c", "user.name=T", "-c", "user.email=t@e.example")
    run_git(root, *who, "commit", "--quiet", "--allow-empty", "--message", "More")
    found = orphans(given(root, community=loaded(root), report=report(orphan(path))))
    assert [each.path for each in found] == ([path] if deleted else [])


def test_the_text_is_safe_and_its_keys_are_read_back() -> None:
    evil = "@octocat <img src=x> | [a](https://x.example) <!-- rollkeeper:edits abcdefghijkl="
    edits = [
        Edit("abcdefghijkl", "partners.yaml", evil, evil, evil, DAY),
        Edit("bcdefghijklm", "partners.yaml", "", "moved", "write it", date(2026, 1, 2)),
    ]
    text = text_of(edits)
    assert keys_in(text) == {"abcdefghijkl": DAY, "bcdefghijklm": date(2026, 1, 2)}
    shown = rendered(text)
    assert shown.references == []
    assert "img" not in {tag for tag, _ in shown.tags}
    links = [dict(attributes)["href"] for tag, attributes in shown.tags if tag == "a"]
    assert links == [f"{HOME}/blob/main/docs/audit.md#repairs"]
    many = [replace(edits[1], key=f"{'abcdefgh'}{chr(97 + n % 16) * 4}") for n in range(1000)]
    assert len(text_of(many)) < 60_000
    assert "800 more edits are in the difference" in text_of(many)


@dataclass
class Nights:
    """Nights that repair a community at the stand-in, each from a new checkout."""

    work: Repository
    number: int = 0

    @property
    def github(self) -> api.State:
        return self.work.github

    def run(self, found: Report | None = None, now: History | None = None, **more: Any) -> Scene:
        self.number += 1
        folder = self.work.folder / f"night-{self.number}"
        source = f"file://{self.github.git}"
        run_git(self.work.folder, "clone", "--quiet", "--depth=1", source, str(folder))
        with night(self.github, folder, f"2026-12-{self.number:02}", history=now, **more) as scene:
            scene.report = found or check(folder)
            scene.before = now or History()
            scene.server_url = f"file://{self.work.folder}"
            repair(scene)
        return scene

    def proposed(self, path: str = "partners.yaml") -> str:
        git_dir = str(self.github.git)
        return self.work.git("--git-dir", git_dir, "show", f"{BRANCH}:{path}") + "\n"


@pytest.fixture
def nights(tmp_path: Path, github: api.State) -> Nights:
    work = Repository(tmp_path, github)
    hosted = tmp_path / "octo-community" / "rosters.git"
    hosted.parent.mkdir()
    (tmp_path / "hosted.git").rename(hosted)
    github.git = hosted
    work.commit(FILES)
    return Nights(work)


def test_one_pull_request_has_all_repairs_and_is_judged_as_a_report_would(nights: Nights) -> None:
    nights.github.add_person("alder-cloud", 7)
    roster = ROSTER.replace("name: Birch", 'name: "Birch "')
    nights.work.commit({"partners.yaml": roster})
    records = history(
        sites={
            "partners": {
                ALDER: moved("https://alder.example/"),
                BIRCH: moved("https://birch.example/new"),
            }
        },
        accounts={"alder": account(7, "alder-cloud")},
    )
    found = report(renamed(), orphan())
    scene = nights.run(found, records)
    assert scene.failed is False
    (pull,) = nights.github.pulls
    assert nights.proposed() == (
        ROSTER.replace("github: alder", "github: alder-cloud")
        .replace("http://", "https://")
        .replace("/old", "/new")
        .replace("name: Birch", 'name: "Birch"')
    )
    listed = nights.work.git(
        "--git-dir", str(nights.github.git), "ls-tree", "-r", "--name-only", BRANCH
    )
    assert "logos/elder.svg" not in listed
    assert "logos/alder.svg" in listed
    assert len(keys_in(pull["body"])) == 5
    (status,) = nights.github.statuses
    assert (status["state"], status["context"]) == ("success", "Rollkeeper")
    written = len(nights.github.written())
    nights.run(found, records)
    assert len(nights.github.written()) == written


def test_entries_are_sorted_where_the_policy_asks(nights: Nights) -> None:
    alder, birch = ROSTER.split("- name: Birch")
    nights.work.commit({"partners.yaml": f"- name: Birch{birch}{alder}"})
    nights.run()
    assert nights.proposed() == ROSTER
    assert "belongs" in nights.github.pulls[0]["body"]


def test_an_account_that_is_not_called_so_at_github_is_left_as_it_is(nights: Nights) -> None:
    nights.github.add_person("someone-else", 7)
    records = history(accounts={"alder": account(7, "alder-cloud")})
    scene = nights.run(report(renamed()), records)
    assert nights.github.pulls == []
    assert "is not called" in " ".join(scene.said)


def test_what_a_person_closed_is_left_out_of_later_ones(nights: Nights) -> None:
    one = history(sites={"partners": {ALDER: moved("https://alder.example/")}})
    nights.run(report(), one)
    life.close(nights.github, 1, by="maintainer")
    nights.run(report(), one)
    assert len(nights.github.pulls) == 1
    both = history(
        sites={
            "partners": {
                ALDER: moved("https://alder.example/"),
                BIRCH: moved("https://birch.example/new"),
            }
        }
    )
    nights.run(report(), both)
    assert len(nights.github.pulls) == 2
    assert nights.proposed() == ROSTER.replace("/old", "/new")


def test_a_repair_that_somebody_made_closes_the_pull_request(nights: Nights) -> None:
    one = history(sites={"partners": {ALDER: moved("https://alder.example/")}})
    nights.run(report(), one)
    nights.work.commit({"partners.yaml": ROSTER.replace("http://", "https://")})
    nights.run(report(), one)
    assert [each["state"] for each in nights.github.pulls] == ["closed"]
    assert "Nothing of this is left" in nights.github.comments[1][0]["body"]
    # That we closed it is no one's refusal.
    nights.work.commit({"partners.yaml": ROSTER})
    nights.run(report(), one)
    assert [each["state"] for each in nights.github.pulls] == ["closed", "open"]


def test_a_dry_run_prints_what_it_would_do_with_a_token_that_reads(nights: Nights) -> None:
    reads = dict.fromkeys(("contents", "issues", "pull-requests", "statuses"), "read")
    nights.github.token = nights.github.mint(reads)
    said: list[str] = []
    one = history(sites={"partners": {ALDER: moved("https://alder.example/")}})
    scene = nights.run(report(), one, outbox=DryOutbox(said.append))
    printed = "\n".join(said)
    assert f"to {BRANCH}" in printed
    assert "to success: In order; " in printed
    assert "would propose rollkeeper/repairs for main: 'Repair the rosters'" in printed
    assert scene.said == [f"{BRANCH}: the pull request would be opened"]
    assert nights.github.written() == []
    assert nights.github.denials == []


def test_where_workflows_may_open_none_the_issue_has_the_difference(nights: Nights) -> None:
    nights.github.may_open = False
    one = history(sites={"partners": {ALDER: moved("https://alder.example/")}})
    scene = nights.run(report(), one)
    (section,) = scene.sections["partners"]
    assert "+  website: https://alder.example/" in section.text
    assert section.severity is Severity.WARNING  # what opens an issue by default
    assert f"/compare/main...{BRANCH}?expand=1" in section.text
    assert "Settings, Actions" in " ".join(scene.said)
    assert not scene.failed
    assert nights.run(report(), one).sections["partners"] == [section]


def test_an_audit_of_some_programmes_leaves_the_pull_request_alone(nights: Nights) -> None:
    one = history(sites={"partners": {ALDER: moved("https://alder.example/")}})
    nights.run(report(), one)
    written = len(nights.github.written())
    with night(nights.github, nights.work.work, "2026-12-20") as scene:
        scene.options = replace(scene.options, programmes=("friends",))
        repair(scene)
    assert len(nights.github.written()) == written
