"""Shards of an audit: together they report what one run does, and what is amiss is not checked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from observed import NOW, visited
from rollkeeper.engine.history import Ledger
from rollkeeper.engine.run import Options, exit_status, load_community, run
from rollkeeper.jobs.audit.judging import judge
from rollkeeper.jobs.audit.plan import Plan
from rollkeeper.jobs.audit.shards import file_of, merged, observe, sites
from rollkeeper.loading.community import Community
from rollkeeper.model.account import AccountFacts
from rollkeeper.model.github_api import GitHubApi
from rollkeeper.model.history import AccountState, History, NightKind
from rollkeeper.model.observations import Shard
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.visit import Observation, VisitFailure
from rollkeeper.probes import accounts
from rollkeeper.probes.web import websites
from rollkeeper.reports.json.observations import packed
from rollkeeper.reports.rendering import render

SHARDS = 5
RULES = ("unreachable", "moved", "moved-away", "parked", "empty", "soft-404")
AT_ONCE = "rules:\n" + "".join(f"  website-{rule}: {{nights: 1}}\n" for rule in RULES)


@pytest.fixture(autouse=True)
def _visits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websites, "visit_websites", visited)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a community with two programmes, which share some of their websites."""
    folder = tmp_path / "community"
    (folder / "policies").mkdir(parents=True)
    for name, first in (("partners", 0), ("members", 40)):
        policy = f"title: {name.title()}\nroster: {name}.yaml\n{AT_ONCE}"
        (folder / "policies" / f"{name}.yaml").write_text(policy, "utf-8")
        entries = [
            f"- name: Entry {n:03}\n  website: https://www.site-{n:03}.example/\n"
            for n in range(first, first + 60)
        ]
        (folder / f"{name}.yaml").write_text("".join(entries), "utf-8")
    return folder


def options(root: Path) -> Options:
    return Plan(NOW, SHARDS).options(Options(root))


def left(root: Path, folder: Path, shards: int = SHARDS) -> Path:
    """Have each shard leave what it saw in a folder; return it."""
    folder.mkdir(exist_ok=True)
    for number in range(1, shards + 1):
        leave(root, folder, number, shards)
    return folder


def leave(root: Path, folder: Path, number: int, shards: int = SHARDS) -> None:
    shard = Shard(number, shards)
    seen = observe(options(root), load_community(options(root)), shard)
    (folder / file_of(number)).write_text(packed(seen, shard, NOW), "utf-8")


def report(root: Path, folder: Path, shards: int = SHARDS) -> Report:
    return judge(options(root), Plan(NOW, shards), folder, History()).report


def one_run(root: Path) -> Report:
    return run(options(root), ledger=Ledger(History(), NOW.date()))


def shown(report: Report) -> str:
    return render(report, "json") + render(report, "text")


@pytest.mark.parametrize("shards", [1, 2, 256])
def test_shards_and_merge_report_what_one_run_reports(
    root: Path, tmp_path: Path, shards: int
) -> None:
    alone = one_run(root)
    assert len({finding.rule for finding in alone.findings}) > 4
    folder = left(root, tmp_path / "seen", shards)
    assert shown(report(root, folder, shards)) == shown(alone)


def test_a_shard_that_is_run_again_merges_the_same(root: Path, tmp_path: Path) -> None:
    folder = left(root, tmp_path / "seen")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    first = shown(report(root, folder))
    leave(root, folder, 3)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert shown(report(root, folder)) == first


def test_all_websites_of_one_domain_are_in_one_shard(root: Path, tmp_path: Path) -> None:
    entries = [f"- name: N{n}\n  website: https://n{n}.site-000.example/{n}\n" for n in range(20)]
    (root / "members.yaml").write_text("".join(entries), "utf-8")
    community = load_community(options(root))
    assert sites(community) == 80
    folder = left(root, tmp_path / "seen")
    seen = merged(folder, Plan(NOW, SHARDS), community)
    assert sum(map(len, seen.visits.values())) == 80
    holding = [file for file in folder.iterdir() if "site-000.example" in file.read_text("utf-8")]
    assert len(holding) == 1


def gone(folder: Path) -> None:
    (folder / file_of(2)).unlink()


def change(**values: Any) -> Callable[[Path], None]:
    def forge(folder: Path) -> None:
        file = folder / file_of(2)
        file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **values}), "utf-8")

    return forge


def one_less(folder: Path) -> None:
    file = folder / file_of(2)
    data = json.loads(file.read_text("utf-8"))
    data["visits"]["partners"].pop()
    file.write_text(json.dumps(data), "utf-8")


def one_more(folder: Path) -> None:
    file = folder / file_of(2)
    data = json.loads(file.read_text("utf-8"))
    data["visits"]["partners"].append({"url": "https://other.example/", "status": 404})
    file.write_text(json.dumps(data), "utf-8")


def cut(folder: Path) -> None:
    file = folder / file_of(2)
    file.write_bytes(file.read_bytes()[:-40])


def binary(folder: Path) -> None:
    (folder / file_of(2)).write_bytes(b"\xff\x00PK\x03\x04")


def doubled(folder: Path) -> None:
    shutil.copy(folder / file_of(1), folder / file_of(2))


def linked(folder: Path) -> None:
    (folder / file_of(2)).unlink()
    (folder / file_of(2)).symlink_to(folder / file_of(1))


def huge(folder: Path) -> None:
    with (folder / file_of(2)).open("wb") as file:
        file.truncate(200 << 20)


DAMAGES = {
    "gone": gone,
    "cut off": cut,
    "no text": binary,
    "that of another shard": doubled,
    "a link": linked,
    "too large": huge,
    "of another run": change(now="2026-11-20T03:17:00+00:00"),
    "of another number": change(shards=4),
    "of no shard": change(shard=6),
    "an unknown field": change(command="x"),
    "a website left out": one_less,
    "a website of another's": one_more,
    "a list that is not its own": change(lists={"https://x.example/m.csv": {"why": "x"}}),
    "another programme": change(visits={"unknown": [{"url": "https://x.example/"}]}),
    "another programme beside an obstacle": change(
        obstacle="x", visits={"unknown": [{"url": "https://x.example/"}]}
    ),
    "websites of another's beside an obstacle": change(
        obstacle="x", visits={"partners": [{"url": "https://www.site-000.example/", "status": 200}]}
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_a_shard_did_not_see_is_not_checked_and_said(
    root: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = left(root, tmp_path / "seen")
    whole = report(root, folder)
    own = load_community(options(root))
    share = observe(options(root), own, Shard(2, SHARDS)).visits
    urls = {url for each in share.values() for url in each}
    damage(folder)
    judged = judge(options(root), Plan(NOW, SHARDS), folder, History())
    found, night = judged.report, judged.history.night
    assert night is not None
    assert night.kind is NightKind.PARTIAL
    assert "shard 2 of 5: it" in str(found.incomplete)
    assert exit_status(found, "never") == 3
    assert "This is not a pass" in render(found, "text")
    elsewhere = [each for each in whole.findings if at_once(each) and not about(each, own, urls)]
    assert elsewhere
    assert [each for each in found.findings if at_once(each)] == elsewhere
    assert f"{len(urls)} addresses were not visited" in found.skipped["websites"]


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (None, NightKind.COMPLETE),
        (NOW.date(), NightKind.COMPLETE),
        (date(2027, 3, 1), NightKind.PARTIAL),
    ],
)
def test_an_audit_as_of_another_day_counts_no_night(
    root: Path, tmp_path: Path, today: date | None, kind: NightKind
) -> None:
    plan = Plan(NOW, SHARDS, today=today)
    judged = judge(plan.options(Options(root)), plan, left(root, tmp_path / "seen"), History())
    night = judged.history.night
    assert night is not None
    assert (night.kind, night.date) == (kind, NOW.date())
    assert judged.history.last_complete == (NOW.date() if kind is NightKind.COMPLETE else None)


def at_once(finding: Finding) -> bool:
    """Return whether a finding about a website waits for no further nights."""
    return finding.rule == "certificate-ending"


def about(finding: Finding, community: Community, urls: set[str]) -> bool:
    (programme,) = (each for each in community.programmes if each.name == finding.programme)
    return programme.entries[finding.index or 0].data["website"] in urls


def test_a_night_in_which_a_third_fails_is_void_whatever_each_shard_saw(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen(url: str) -> Observation:
        if int(url[17:20]) % 2:
            return Observation(url, failure=VisitFailure.SILENT)
        return Observation(url, 200, url)

    monkeypatch.setattr("observed.answer", seen)
    found = report(root, left(root, tmp_path / "seen"))
    assert "probably our own network that fails" in str(found.incomplete)
    assert not [each for each in found.findings if each.rule == "website-unreachable"]
    assert shown(found) == shown(one_run(root))


def test_an_obstacle_of_one_shard_checks_nothing(root: Path, tmp_path: Path) -> None:
    folder = left(root, tmp_path / "seen")
    change(obstacle="HTTP_PROXY is set", visits={})(folder)
    found = report(root, folder)
    assert found.incomplete == "websites could not be visited: HTTP_PROXY is set"
    assert exit_status(found, "never") == 3


def test_no_connection_is_opened_where_observations_are_given(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = root / "policies" / "members.yaml"
    address = "https://lists.example/members.csv"
    policy.write_text(
        f"{policy.read_text('utf-8')}members: {{url: '{address}', field: name}}\n", "utf-8"
    )
    content = b"name\nEntry 041\n"
    monkeypatch.setattr("rollkeeper.probes.members._fetched", lambda _: content)
    folder = left(root, tmp_path / "seen")
    alone = one_run(root)
    monkeypatch.setattr("rollkeeper.probes.members._fetched", lambda _: pytest.fail("fetched"))
    monkeypatch.setattr(websites, "visit_websites", lambda *_, **__: pytest.fail("visited"))
    found = report(root, folder)
    assert shown(found) == shown(alone)
    assert "not-a-member" in found.ran or "members" in str(found.ran)


def test_the_moment_of_the_audit_decides_the_day_in_each_zone(root: Path) -> None:
    late = replace(options(root), now=NOW.replace(hour=0, minute=10), today=None)
    policy = root / "policies" / "members.yaml"
    policy.write_text(f"{policy.read_text('utf-8')}timezone: America/New_York\n", "utf-8")
    days = {each.name: late.day(each) for each in load_community(late).programmes}
    assert days["members"].isoformat() == "2026-11-20"


def github() -> AbstractContextManager[GitHubApi]:
    """Stand for the way to GitHub; what goes it is replaced."""
    raise AssertionError


def asked_of_github(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have entries name accounts, and GitHub answer; return how many were asked about each time."""
    asked: list[int] = []

    def ask(questions: Sequence[AccountFacts], *_: Any, **__: Any) -> tuple[AccountFacts, ...]:
        asked.append(len(questions))
        states = (AccountState.PERSON, AccountState.MISSING, AccountState.ORGANISATION)
        return tuple(
            replace(each, id=number + 1, state=states[number % 3])
            for number, each in enumerate(questions)
        )

    monkeypatch.setattr(accounts, "ask", ask)
    entries = "".join(f"- name: N{n}\n  github: octo-{n:02}\n" for n in range(30))
    (root / "members.yaml").write_text(entries, "utf-8")
    return asked


def test_accounts_are_asked_about_by_one_shard_and_judged_as_in_one_run(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asked_of_github(root, monkeypatch)
    with_github = replace(options(root), github=github)
    alone = run(with_github, ledger=Ledger(History(), NOW.date()))
    assert any(each.startswith("account-") for each in alone.ran)
    community = load_community(with_github)
    folder = tmp_path / "seen"
    folder.mkdir()
    for number in range(1, SHARDS + 1):
        shard = Shard(number, SHARDS)
        seen = observe(with_github, community, shard)
        (folder / file_of(number)).write_text(packed(seen, shard, NOW), "utf-8")
    found = judge(with_github, Plan(NOW, SHARDS), folder, History()).report
    assert shown(found) == shown(alone)
    assert asked == [30, 30]

    file = folder / file_of(1)
    data = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**data, "accounts": data["accounts"][1:]}), "utf-8")
    less = judge(with_github, Plan(NOW, SHARDS), folder, History()).report
    assert "it does not hold exactly the accounts of its shard" in str(less.incomplete)
    assert not [each for each in less.ran if each.startswith("account-")]
    assert asked == [30, 30]
