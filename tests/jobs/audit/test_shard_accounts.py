"""Accounts in an audit of several jobs: what one saw, another judges as if it had asked itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asked_accounts import connected
from communities import community
from observed import NOW
from rollkeeper.engine.history import Ledger
from rollkeeper.engine.run import Options, load_community, run
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.jobs.audit.judging import judge
from rollkeeper.jobs.audit.night import AuditResult
from rollkeeper.jobs.audit.plan import Plan
from rollkeeper.jobs.audit.shards import file_of, observe
from rollkeeper.model.account import AccountFacts
from rollkeeper.model.github_api import ApiTrouble
from rollkeeper.model.history import AccountRecord, AccountState, History
from rollkeeper.model.observations import Observations, Shard
from rollkeeper.reports.json import history as history_json
from rollkeeper.reports.json.observations import packed, read
from rollkeeper.reports.rendering import render
from standin.graphql_api import Accounts

ROSTER = """\
- {name: Alder, github: alder-old}
- {name: Birch, github: birch}
- {name: Cedar, github: cedar, github_id: 7}
- {name: Dogwood, github: dogwood}
- {name: Elm, github: elm}
"""
POLICY = """\
roster: partners.yaml
accounts: {organisation: octo-org, contributions: {months: 6}}
rules: {account-of-organisation: {people: [github]}}
"""
ONE = Shard(1, 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return community(tmp_path / "community", ROSTER, POLICY)


@pytest.fixture
def github() -> Accounts:
    """Return accounts of which one was renamed, one taken, one is busy and two are as they were."""
    there = Accounts(viewer_in={"octo-org"})
    there.add("octo-org", "Organization")
    for login in ("alder-old", "birch", "cedar", "dogwood"):
        there.add(login, public_in={"octo-org"})
    there.people[1].login = "alder-new"
    there.people[2].longest_days = 10
    there.add("elm", "Organization")
    return there


def before(github: Accounts) -> History:
    record = AccountRecord(NOW.date(), github.people[1].id, "alder-old")
    return History(accounts={"alder-old": record})


def options(root: Path, github: Accounts) -> Options:
    return replace(Plan(NOW, 1).options(Options(root)), github=connected(github))


def audited(root: Path, github: Accounts, folder: Path, history: History) -> AuditResult:
    """Have one job ask and another judge."""
    folder.mkdir()
    asking = options(root, github)
    seen = observe(asking, load_community(asking), ONE, records=history.accounts)
    (folder / file_of(1)).write_text(packed(seen, ONE, NOW), "utf-8")
    judging = replace(asking, github=None)
    return judge(judging, Plan(NOW, 1), folder, history)


def test_another_job_reports_and_remembers_what_one_run_does(
    root: Path, github: Accounts, tmp_path: Path
) -> None:
    history = before(github)
    ledger = Ledger(history, NOW.date())
    alone = run(options(root, github), ledger=ledger)
    result = audited(root, github, tmp_path / "seen", history)
    assert render(result.report, "json") == render(alone, "json")
    assert result.history == ledger.close(alone)
    found = [each.rule for each in alone.findings if each.rule.startswith("account-")]
    assert sorted(set(found)) == [
        "account-inactive",
        "account-of-organisation",
        "account-renamed",
        "account-taken",
    ]
    assert "1 account not known in full" in alone.skipped["accounts"]
    # And it is kept as it is.
    assert history_json.read(history_json.written(result.history), NOW.date()) == result.history


def test_where_the_shard_left_nothing_no_account_is_judged(root: Path, tmp_path: Path) -> None:
    history = History(accounts={"birch": AccountRecord(NOW.date(), 7, "birch")})
    result = judge(options(root, Accounts()), Plan(NOW, 1), tmp_path / "seen", history)
    assert "did not arrive" in result.report.skipped["account-taken"]
    assert result.history.accounts == history.accounts


WHOLE = AccountFacts(
    "Octo", 7, AccountState.PERSON, 8, 8, "octavia", gone=True, organisation="octo-org",
    member=False, months=6, within="other-org", contributed=True,
    last_contribution=NOW.date(), trouble=ApiTrouble.RATE_LIMIT,
)  # fmt: skip


def arrived(*facts: AccountFacts, **changes: Any) -> list[AccountFacts]:
    """Return what is read of some facts, changed on their way."""
    seen = Observations(accounts={each.key: each for each in facts})
    data = json.loads(packed(seen, ONE, NOW))
    data["accounts"] = [{**each, **changes} for each in data["accounts"]]
    _, observations = read(json.dumps(data), 1, NOW)
    assert observations.accounts is not None
    return [*observations.accounts.values()]


def test_facts_survive_their_way() -> None:
    unknown = AccountFacts("robin", trouble=ApiTrouble.LATE)
    assert arrived(WHOLE, unknown) == [WHOLE, unknown]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "7"},
        {"id": 0},
        {"id": 1.5},
        {"state": "TAKEN"},
        {"state": None},
        {"login": 7},
        {"renamed_to": "x" * 1_000},
        {"member": "no"},
        {"months": -1},
        {"trouble": "our own words"},
        {"last_contribution": "yesterday"},
        {"last_contribution": "2026-02-30"},
        {"more": True},
    ],
)
def test_forged_facts_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ReportError):
        arrived(WHOLE, **changes)
