"""Questions to GitHub about accounts: what is asked, in how many requests, and what is believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asked_accounts import connected
from communities import TODAY, community, found, loaded
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.history import Ledger
from rollkeeper.engine.run import Options, run
from rollkeeper.model import limits
from rollkeeper.model.account import AccountFacts, Identity
from rollkeeper.model.github_api import ApiAnswer, ApiTrouble
from rollkeeper.model.history import AccountRecord, AccountState, History
from rollkeeper.model.report import Report
from rollkeeper.probes import accounts
from rollkeeper.probes.github.contributions import Window, windows
from rollkeeper.probes.github.dialogue import Dialogue
from rollkeeper.probes.github.identities import identities
from standin.graphql_api import Accounts, Person

PERSON, MISSING = AccountState.PERSON, AccountState.MISSING


def asked(
    github: Accounts, *questions: AccountFacts, records: Mapping[str, AccountRecord] | None = None
) -> list[AccountFacts]:
    """Ask the stand-in."""
    return [*accounts.ask(questions, connected(github), records, TODAY)]


def crowd(number: int) -> tuple[Accounts, list[AccountFacts]]:
    """Return that many accounts and the questions about them."""
    github = Accounts()
    people = [github.add(f"person-{each}") for each in range(number)]
    return github, [AccountFacts(each.login, number=each.id) for each in people]


def test_a_hundred_accounts_are_one_request() -> None:
    github, questions = crowd(250)
    facts = asked(github, *questions)
    assert github.requests == ["graphql 100", "graphql 100", "graphql 50"]
    assert [each.id for each in facts] == [each.number for each in questions]
    assert {each.state for each in facts} == {PERSON}


def test_a_person_is_found_by_number_after_a_renaming() -> None:
    github = Accounts()
    octo = github.add("octo-old")
    octo.login = "Octo-New"
    (facts,) = asked(github, AccountFacts("octo-old", number=octo.id))
    assert (facts.state, facts.renamed_to) == (MISSING, "Octo-New")
    assert facts.identity(octo.id) is Identity.RENAMED
    assert github.requests == ["graphql 1", f"/user/{octo.id}"]


def test_a_name_that_someone_else_took_is_never_followed() -> None:
    github = Accounts()
    octo = github.add("octo")
    octo.login = "octavia"
    thief = github.add("octo")
    (facts,) = asked(github, AccountFacts("octo", number=octo.id))
    assert (facts.id, facts.renamed_to) == (thief.id, "octavia")
    assert facts.identity(octo.id) is Identity.TAKEN
    octo.there = False
    (facts,) = asked(github, AccountFacts("octo", number=octo.id))
    assert facts.gone
    assert facts.identity(octo.id) is Identity.TAKEN
    assert facts.identity(None) is Identity.SAME


def test_what_is_gone_by_name_and_number_is_missing() -> None:
    github = Accounts()
    octo = github.add("octo", there=False)
    known, unknown = asked(github, AccountFacts("octo", number=octo.id), AccountFacts("robin"))
    assert known.identity(octo.id) is Identity.MISSING
    assert unknown.identity(None) is Identity.MISSING
    # Another number than was asked about decides nothing.
    assert known.identity(octo.id + 1) is Identity.UNKNOWN


def test_an_organisation_is_told_from_a_person_and_case_does_not_matter() -> None:
    github = Accounts()
    github.add("Alder-Works", "Organization")
    github.add("Octo")
    first, second = asked(github, AccountFacts("alder-works"), AccountFacts("OCTO"))
    assert (first.state, second.state) == (AccountState.ORGANISATION, PERSON)
    assert second.identity(second.id) is Identity.SAME


def test_a_failing_batch_is_halved_and_never_repeated() -> None:
    github, questions = crowd(100)
    github.slow = {"person-37"}
    facts = asked(github, *questions)
    unknown = [each for each in facts if each.state is None]
    assert [(each.login, each.trouble) for each in unknown] == [("person-37", ApiTrouble.TOO_MUCH)]
    sizes = [int(each.split()[1]) for each in github.requests]
    assert sizes[0] == 100
    assert all(later < 100 for later in sizes[1:])
    assert len(sizes) <= 2 * 7 + 1


def test_nothing_more_is_asked_once_the_rate_limit_is_reached() -> None:
    github, questions = crowd(500)
    github.points = 2
    facts = asked(github, *questions)
    assert len(github.requests) == 3
    assert [each.trouble for each in facts] == [None] * 200 + [ApiTrouble.RATE_LIMIT] * 300
    assert accounts.note(facts) == (
        "300 accounts not known, because the rate limit of GitHub's API was reached"
    )


def test_an_api_that_never_answers_is_left_alone_soon() -> None:
    github, questions = crowd(2_000)
    github.down = True
    facts = asked(github, *questions)
    assert len(github.requests) == limits.MAX_FAILURES_IN_A_ROW
    assert {each.state for each in facts} == {None}
    assert {each.trouble for each in facts} == {ApiTrouble.TOO_MUCH, ApiTrouble.UNANSWERED}


def test_there_is_an_end_to_the_time() -> None:
    github, questions = crowd(300)
    moments = iter([0.0, 1.0, 11.0, 12.0, 13.0])
    with connected(github)() as api:
        dialogue = Dialogue(api, most=100, seconds=10, clock=lambda: next(moments))
        facts = identities(questions, dialogue, lambda _: None)
    assert [each.trouble for each in facts] == [None] * 100 + [ApiTrouble.LATE] * 200


def test_there_is_an_end_to_the_requests() -> None:
    github, questions = crowd(300)
    with connected(github)() as api:
        facts = identities(questions, Dialogue(api, most=2), lambda _: None)
    assert [each.trouble for each in facts] == [None] * 200 + [ApiTrouble.LATE] * 100


# Membership


def of_organisation(github: Accounts) -> list[bool | None]:
    """Ask about a public member, a private one, someone else and an organisation."""
    github.add("octo-org", "Organization")
    github.add("seen", public_in={"octo-org"})
    github.add("hidden", private_in={"octo-org"})
    github.add("stranger")
    names = ("seen", "hidden", "stranger", "octo-org")
    questions = [AccountFacts(name, organisation="octo-org") for name in names]
    facts = asked(github, *questions)
    assert github.requests == ["graphql 4"]
    return [each.member for each in facts]


def test_an_outsider_sees_public_members_and_concludes_nothing_from_absence() -> None:
    assert of_organisation(Accounts()) == [True, None, None, None]


def test_a_member_who_may_read_the_members_sees_who_is_none() -> None:
    github = Accounts(viewer_in={"octo-org"})
    assert of_organisation(github)[:3] == [True, True, False]


def test_a_member_whose_token_may_not_read_the_members_is_an_outsider() -> None:
    github = Accounts(viewer_in={"octo-org"}, may_read_members=False)
    assert of_organisation(github)[:3] == [True, None, None]


def test_an_organisation_that_does_not_exist_says_nothing() -> None:
    github = Accounts()
    github.add("seen")
    (facts,) = asked(github, AccountFacts("seen", organisation="octo-orgg"))
    assert (facts.state, facts.member) == (PERSON, None)


# Contributions


def contributing(person: str, months: int = 12, within: str | None = "octo-org") -> AccountFacts:
    """Return a question about contributions."""
    return AccountFacts(person, months=months, within=within)


@pytest.mark.parametrize(
    ("day", "since"),
    [
        (date(2026, 11, 21), date(2026, 5, 22)),
        (date(2026, 5, 22), date(2026, 5, 22)),
        (date(2026, 5, 21), date(2025, 11, 22)),
        (date(2025, 11, 22), date(2025, 11, 22)),
        (date(2025, 11, 21), None),
    ],
)
def test_contributions_are_found_in_windows_of_six_months(day: date, since: date | None) -> None:
    github = Accounts()
    github.add("octo-org", "Organization")
    github.add("octo", contributed=[(day, "octo-org")])
    (facts,) = asked(github, contributing("octo"))
    assert (facts.contributed, facts.last_contribution) == (since is not None, since)
    assert len(github.requests) <= 4  # identity, the organisation's id, and a window or two


def test_contributions_to_another_organisation_do_not_count() -> None:
    github = Accounts()
    github.add("octo-org", "Organization")
    github.add("other-org", "Organization")
    github.add("octo", contributed=[(TODAY, "other-org")])
    (facts,) = asked(github, contributing("octo"))
    assert facts.contributed is False
    (facts,) = asked(github, contributing("octo", within=None))
    assert facts.contributed is True


def test_where_github_refuses_the_window_is_halved_down_to_a_bound() -> None:
    github = Accounts()
    busy = github.add("busy", longest_days=60, contributed=[(date(2026, 6, 1), "octo-org")])
    (facts,) = asked(github, contributing("busy", months=6, within=None))
    assert (facts.contributed, facts.trouble) == (True, None)
    busy.longest_days = 30
    github.requests.clear()
    (facts,) = asked(github, contributing("busy", months=6, within=None))
    assert (facts.contributed, facts.trouble) == (None, ApiTrouble.TOO_MUCH)
    assert len(github.requests) <= 1 + 1 + 2 + 4
    busy.longest_days, busy.contributed = 60, []
    (facts,) = asked(github, contributing("busy", months=6, within=None))
    assert facts.contributed is False


def test_one_busy_account_costs_the_others_nothing() -> None:
    github = Accounts()
    github.add("busy", longest_days=10)
    idle = [github.add(f"idle-{each}").login for each in range(9)]
    facts = asked(github, *(contributing(name, 6, None) for name in ("busy", *idle)))
    assert [each.contributed for each in facts] == [None] + [False] * 9


def test_an_organisation_without_an_id_leaves_it_unknown() -> None:
    github = Accounts()
    github.add("octo")
    (facts,) = asked(github, contributing("octo"))
    assert (facts.state, facts.contributed, facts.trouble) == (PERSON, None, ApiTrouble.MALFORMED)


def test_contributions_are_asked_for_once_a_week() -> None:
    github = Accounts()
    octo = github.add("octo")
    for days, requests in ((0, 1), (6, 1), (7, 2)):
        github.requests.clear()
        counted = date.fromordinal(TODAY.toordinal() - days)
        record = AccountRecord(
            counted, octo.id, contributions_on=counted, contributions_asked="6 *"
        )
        (facts,) = asked(github, contributing("octo", 6, None), records={"octo": record})
        assert len(github.requests) == requests, days
    # The policy asks for something else than it did.
    github.requests.clear()
    record = AccountRecord(TODAY, octo.id, contributions_on=TODAY, contributions_asked="6 *")
    (facts,) = asked(github, contributing("octo", 12, None), records={"octo": record})
    assert facts.contributed is False


def test_contributions_of_who_took_the_name_are_not_asked_for() -> None:
    github = Accounts()
    octo = github.add("octo")
    octo.login = "octavia"
    github.add("octo", contributed=[(TODAY, "octo-org")])
    question = AccountFacts("octo", number=octo.id, months=6)
    (facts,) = asked(github, question)
    assert facts.contributed is None
    assert github.requests == ["graphql 1", f"/user/{octo.id}"]


def test_not_all_of_a_crowd_are_asked_in_one_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "CONTRIBUTIONS_A_NIGHT", 15)
    github = Accounts()
    names = [github.add(f"p{each}").login for each in range(20)]
    facts = asked(github, *(contributing(name, 6, None) for name in names))
    assert [each.contributed for each in facts] == [False] * 15 + [None] * 5


@pytest.mark.parametrize("months", range(1, 25))
def test_windows_cover_every_day_once(months: int) -> None:
    spans = [*windows(months, TODAY)]
    assert spans[0].end == TODAY
    assert all((newer.start - older.end).days == 1 for newer, older in pairwise(spans))
    assert all((each.end - each.start).days < 184 for each in spans)
    for span in spans:
        for half in span.halves:
            assert span.start <= half.start <= half.end <= span.end
    assert Window(TODAY, TODAY).halves == ()


# Hostile answers


class Answering:
    """An API that answers anything."""

    def __init__(self, answer: Callable[[], ApiAnswer]) -> None:
        self.answer = answer

    def query(self, _text: str, _variables: Mapping[str, object]) -> ApiAnswer:
        return self.answer()

    def get(self, _path: str) -> ApiAnswer:
        return self.answer()


def judged(data: Any, status: int = 200, **question: Any) -> AccountFacts:
    """Return what is believed of an answer to a question about one account."""

    @contextmanager
    def connection() -> Any:
        yield Answering(lambda: ApiAnswer(data, status))

    facts = AccountFacts("octo", **{"number": 7, "months": 6, **question})
    (known,) = accounts.ask([facts], connection, None, TODAY)
    return known


GOOD = {"__typename": "User", "login": "octo", "databaseId": 7}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "octo",
        {},
        {"data": None},
        {"data": []},
        {"data": {}},
        {"data": {"a0": None}, "errors": "all"},
        {"data": {"a0": []}},
        {"data": {"a0": {}}},
        {"data": {"a0": {**GOOD, "__typename": "Bot"}}},
        {"data": {"a0": {**GOOD, "__typename": ["User"]}}},
        {"data": {"a0": {**GOOD, "login": 7}}},
        {"data": {"a0": {**GOOD, "login": "robin"}}},
        {"data": {"a0": {**GOOD, "databaseId": "7"}}},
        {"data": {"a0": {**GOOD, "databaseId": True}}},
        {"data": {"a0": {**GOOD, "databaseId": -7}}},
        {"data": {"a0": {**GOOD, "databaseId": None}}},
        {"data": {"a0": None}, "errors": [{"type": "INTERNAL"}]},
        {"data": {"a0": None}, "errors": [{"type": "FORBIDDEN", "path": ["a0"]}]},
        {"data": {"a0": None}, "errors": [{"path": ["a1"]}]},
        {"data": {"a0": None}, "errors": [None]},
        {"data": {"a0": None}, "errors": [{"type": ["NOT_FOUND"], "path": "a0"}]},
        {"data": {"a0": None}, "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["a1"]}]},
        {"data": {"a1": None}},
    ],
)
def test_an_answer_that_says_nothing_certain_is_not_believed(data: Any) -> None:
    facts = judged(data)
    assert (facts.state, facts.identity(7)) == (None, Identity.UNKNOWN)
    assert facts.trouble is ApiTrouble.MALFORMED


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (None, 200),
        ({"id": 8, "login": "octo-new"}, 200),
        ({"id": 7}, 200),
        ({"id": 7, "login": ["octo-new"]}, 200),
        ({"id": 7, "login": "octo new"}, 200),
        ({"id": 7, "login": "@octo-new"}, 200),
        ({"id": 7, "login": "x" * 10_000}, 200),
        ({"id": 7, "login": "octo"}, 200),
        ({"message": "Gone"}, 410),
        ({"message": "Moved"}, 301),
    ],
)
def test_a_number_is_believed_only_with_its_own_name(data: Any, status: int) -> None:
    answers = iter([ApiAnswer({"data": {"a0": None}}, 200), ApiAnswer(data, status)])

    @contextmanager
    def connection() -> Any:
        yield Answering(lambda: next(answers))

    (facts,) = accounts.ask([AccountFacts("octo", number=7)], connection, None, TODAY)
    assert facts.identity(7) is Identity.UNKNOWN


KEYS = (
    "data", "errors", "a0", "o0", "type", "path", "login", "databaseId", "id", "organization",
    "contributionsCollection", "hasAnyContributions",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_answer_is_a_crash_or_an_accusation(data: Any) -> None:
    facts = judged(data, organisation="octo-org")
    assert facts.identity(7) in {Identity.UNKNOWN, Identity.SAME} or facts.state is not None
    assert facts.member is not False
    assert facts.contributed is not False or isinstance(data, dict)


# Runs

ROSTER = """\
- name: Octavia Example
  github: octo
- name: Robin Example
  github: robin
- name: No One
  github: not a name
"""


def checked(root: Path, github: Accounts | None, **more: Any) -> Report:
    """Check a community's accounts."""
    options = Options(
        root,
        today=TODAY,
        families=more.pop("families", ("accounts",)),
        offline=more.pop("offline", False),
        github=connected(github) if github is not None else None,
    )
    return run(options, **more)


def test_without_a_token_and_offline_the_rules_are_skipped_and_say_why(tmp_path: Path) -> None:
    community(tmp_path, ROSTER)
    report = checked(tmp_path, None)
    assert not report.ran
    assert "without a token" in report.skipped["account-taken"]
    github = Accounts()
    report = checked(tmp_path, github, offline=True)
    assert (report.skipped["account-taken"], github.requests) == ("offline", [])


def test_what_the_policy_does_not_ask_for_is_skipped(tmp_path: Path) -> None:
    community(tmp_path, ROSTER)
    github = Accounts(people=[Person("octo", 7), Person("robin", 8)])
    report = checked(tmp_path, github)
    assert github.requests == ["graphql 2"]
    assert sorted(report.ran) == [
        "account-missing",
        "account-of-organisation",
        "account-renamed",
        "account-taken",
    ]
    assert "`organisation`" in report.skipped["account-not-a-member"]
    assert "`contributions`" in report.skipped["account-inactive"]
    assert (report.findings, report.incomplete) == ((), None)


def test_where_nothing_could_be_asked_the_run_is_no_pass(tmp_path: Path) -> None:
    community(tmp_path, ROSTER)
    report = checked(tmp_path, Accounts(down=True))
    assert report.incomplete is not None
    assert "no account could be asked about" in report.incomplete
    assert not report.ran
    assert "could not answer in time" in report.skipped["account-missing"]


def test_a_night_without_answers_is_no_failure_and_concludes_nothing(tmp_path: Path) -> None:
    community(tmp_path, ROSTER)
    ledger = Ledger(History(accounts={"octo": AccountRecord(TODAY, 7, "octo")}), TODAY)
    report = checked(tmp_path, Accounts(down=True), ledger=ledger)
    assert (report.ran, report.incomplete) == ((), None)
    assert ledger.close(report).accounts == ledger.before.accounts


def test_a_night_counts_and_the_next_knows(tmp_path: Path) -> None:
    community(tmp_path, ROSTER)
    github = Accounts()
    octo, robin = github.add("octo"), github.add("robin")
    history = History()
    said: list[list[str]] = []

    def night(day: date) -> None:
        nonlocal history
        ledger = Ledger(history, day)
        report = checked(tmp_path, github, families=(), ledger=ledger)
        history = ledger.close(report)
        of_accounts = [each for each in report.findings if each.rule.startswith("account-")]
        said.append([f"{each.rule} {each.entry}" for each in of_accounts])

    night(date(2026, 11, 1))
    robin.there = False
    night(date(2026, 11, 2))
    octo.login = "octavia"
    night(date(2026, 11, 3))
    github.add("octo")
    night(date(2026, 11, 4))
    github.slow = {"octo"}
    night(date(2026, 11, 5))
    assert said == [
        [],
        [],
        ["account-renamed Octavia Example", "account-missing Robin Example"],
        ["account-taken Octavia Example", "account-missing Robin Example"],
        ["account-taken Octavia Example", "account-missing Robin Example"],
    ]
    assert history.accounts["octo"].id == octo.id
    assert history.accounts["robin"].since == date(2026, 11, 2)


def test_a_name_on_several_rosters_is_asked_for_once(tmp_path: Path) -> None:
    community(tmp_path, ROSTER)
    (tmp_path / "policies" / "more.yaml").write_text("roster: partners.yaml\n", encoding="utf-8")
    github = Accounts(people=[Person("octo", 7), Person("robin", 8)])
    checked(tmp_path, github)
    assert github.requests == ["graphql 2"]


def test_the_number_on_the_roster_is_that_of_the_name_beside_it(tmp_path: Path) -> None:
    roster = """\
- name: Alder
  contacts:
    - {github: octo, github_id: 7}
    - {github: robin, github_id: true}
    - {github: jo}
  github: alder
  github_id: 9
"""
    community(tmp_path, roster)
    questions = accounts.questions(loaded(tmp_path).programmes, {"jo": AccountRecord(TODAY, 5)})
    assert [(each.login, each.listed, each.number) for each in questions] == [
        ("alder", 9, 9),
        ("jo", None, 5),
        ("octo", 7, 7),
        ("robin", None, None),
    ]


def test_those_who_left_are_asked_who_they_are_and_nothing_else(tmp_path: Path) -> None:
    policy = (
        "roster: partners.yaml\naccounts: {organisation: octo-org, contributions: {months: 6}}\n"
    )
    community(tmp_path, "- {name: Jo, github: jo, status: alumni}\n", policy)
    (question,) = accounts.questions(loaded(tmp_path).programmes)
    assert (question.organisation, question.months) == (None, None)
    report = checked(tmp_path, Accounts())
    assert not report.findings


def test_of_a_change_only_new_accounts_are_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = "roster: partners.yaml\naccounts: {contributions: {months: 6}}\n"
    before = community(tmp_path / "before", "- {name: Jo, github: jo}\n", policy)
    roster = "- {name: Jo, github: jo}\n- {name: Octo, github: octo}\n- {name: X, github: xx}\n"
    after = community(tmp_path / "after", roster, policy)
    monkeypatch.setattr(accounts, "CHANGE_ACCOUNTS", 1)
    github = Accounts()
    options = Options(
        after, today=TODAY, families=("accounts",), offline=False, github=connected(github)
    )
    report = run(options, Comparison(before))
    assert github.requests == ["graphql 1"]
    assert [each.entry for each in found(report, "account-missing")] == ["Octo"]
    assert "only the first 1 are" in report.skipped["accounts"]
    # No change fails because GitHub does not answer.
    github.down = True
    report = run(options, Comparison(before))
    assert (report.findings, report.incomplete) == ((), None)
    report = run(
        Options(after, today=TODAY, offline=False, families=("accounts",)), Comparison(before)
    )
    assert "the audit does that" in report.skipped["account-missing"]
