"""Questions to GitHub about accounts: what is asked, in how many requests, and what is believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import pytest

from asked_accounts import connected
from communities import TODAY
from rollkeeper.model import limits
from rollkeeper.model.account import AccountFacts, Identity
from rollkeeper.model.github_api import ApiTrouble
from rollkeeper.model.history import AccountRecord, AccountState
from rollkeeper.probes import accounts
from rollkeeper.probes.github.contributions import Window, windows
from rollkeeper.probes.github.dialogue import Dialogue
from rollkeeper.probes.github.identities import identities
from standin.graphql_api import Accounts

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
