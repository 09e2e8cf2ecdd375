"""Reminders of the end of a term: each step once, nothing twice, and closed when it is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from communities import community
from jobs.audit.scenes import cleared, night
from rollkeeper.forge.outbox import DryOutbox
from rollkeeper.grammar.bodies import facts_in, facts_line, safe_key, with_facts
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.jobs.audit.terms.reminder_text import Reason
from rollkeeper.jobs.audit.terms.reminders import (
    Decision,
    Due,
    Said,
    decide,
    newest_step,
    remind,
    said_in,
)
from rollkeeper.model.history import AccountRecord, AccountState, History
from rollkeeper.model.policy import Severity
from standin import api

END = date(2027, 4, 30)
LATER = date(2028, 4, 30)
DUE = Due(END, 30)
POLICY = "title: Ambassadors\nroster: partners.yaml\nrules:\n  term-length: {years: 1}\n"
ROSTER = """\
- name: Alder Ash
  github: alder-ash
  terms: [{start: 2026-05-01, end: 2027-04-30}]
- name: Birch Bay
  github: birch-bay
  terms: [{start: 2026-09-01, end: 2027-08-31}]
"""


@pytest.mark.parametrize(
    ("due", "said", "is_open", "gone", "decision"),
    [
        (DUE, None, False, None, Decision(create=30)),
        (Due(END, None), None, False, None, Decision()),
        (DUE, Said(END, 60), True, None, Decision(step=30)),
        (DUE, Said(END, None), True, None, Decision(step=30)),
        (DUE, Said(END, 30), True, None, Decision()),
        (DUE, Said(END, 7), True, None, Decision()),
        (Due(END, None), Said(END, 7), True, None, Decision()),
        (DUE, Said(END, 60), False, None, Decision()),
        (DUE, Said(END, 60, closed=True), False, None, Decision(step=30, reopen=True)),
        (DUE, Said(END, 30, closed=True), False, None, Decision(reopen=True)),
        (Due(LATER, 60), Said(END, 7), False, None, Decision(create=60)),
        (Due(LATER, 60), Said(END, 7), True, None, Decision(close=Reason.RENEWED, create=60)),
        (Due(END, 60), Said(LATER, 7), True, None, Decision(close=Reason.CHANGED, create=60)),
        (Due(END, 60), Said(None, None), True, None, Decision(close=Reason.CHANGED, create=60)),
        (None, Said(END, 7), True, Reason.MOVED, Decision(close=Reason.MOVED)),
        (None, Said(END, 7), True, None, Decision()),
        (None, Said(END, 7), False, Reason.MOVED, Decision()),
        (None, Said(END, 7, closed=True), True, Reason.MOVED, Decision()),
        (None, None, False, None, Decision()),
    ],
)
def test_what_is_done_about_a_person(
    *, due: Due | None, said: Said | None, is_open: bool, gone: Reason | None, decision: Decision
) -> None:
    assert decide(due, said, is_open=is_open, gone=gone) == decision


@pytest.mark.parametrize(
    ("day", "step"),
    [
        ("2027-02-28", None),
        ("2027-03-01", 60),
        ("2027-03-30", 60),
        ("2027-03-31", 30),
        ("2027-04-23", 7),
        ("2027-04-30", 7),
        ("2027-05-01", None),
    ],
)
def test_the_newest_step_alone_is_due(day: str, step: int | None) -> None:
    assert newest_step((60, 30, 7), END, date.fromisoformat(day)) == step


def test_facts_come_back_as_they_were() -> None:
    facts = {"end": "2027-04-30", "reason": 'a -->"b"\n=% 好', "by": ""}
    line = facts_line(facts)
    body = f"Mine. <!-- rollkeeper:facts end=no -->\n<!-- rollkeeper:term a/b sha256={'0' * 64} -->\n{line}\nText"
    assert facts_in(body) == facts
    assert facts_in(line) == {}
    assert with_facts(body, {"end": "x"}) == "<!-- rollkeeper:facts end=x -->\nText"


@pytest.mark.parametrize("facts", ["end=x step=y", "end=2027-13-01 step=99999", "step=-1", ""])
def test_facts_that_cannot_be_meant_count_as_none(facts: str) -> None:
    body = f"<!-- rollkeeper:term a/b sha256={'0' * 64} -->\n<!-- rollkeeper:facts {facts} -->"
    assert said_in(body) == Said(None, None)


def test_keys_are_safe_and_apart() -> None:
    names = ["alder-ash", "Alder", "a..b", "x.lock", "好", "", "a/b", "A B", "a b", "-a", "y" * 99]
    keys = [safe_key(name) for name in names]
    assert keys[:2] == ["alder-ash", "Alder"]
    assert len({*keys}) == len(keys)
    assert all(set(key) <= set("abcdefghijklmnopqrstuvwxyzA0123456789-._") for key in keys)
    assert not any(".." in key or key.startswith((".", "-")) or "lock" in key[-4:] for key in keys)


@pytest.fixture(scope="module")
def served() -> Iterator[api.State]:
    with api.serve() as state:
        yield state


@pytest.fixture
def state(served: api.State) -> Iterator[api.State]:
    yield cleared(served)
    assert (served.complaints, served.denials) == ([], [])


Nights = Callable[..., Scene]


@pytest.fixture
def nights(state: api.State, tmp_path: Path) -> Nights:
    """Run the step on a day, on the roster and the policy of then."""

    def run(day: str, roster: str = ROSTER, policy: str = POLICY, **more: object) -> Scene:
        root = community(tmp_path, roster, policy)
        state.requests.clear()
        with night(state, root, day, **more) as scene:  # type: ignore[arg-type] # as `night` takes
            remind(scene)
            return scene

    return run


def texts(state: api.State) -> list[str]:
    return [comment["body"] for thread in state.comments.values() for comment in thread]


def mentions(state: api.State) -> int:
    bodies = [issue["body"] for issue in state.issues] + texts(state)
    return sum(body.count("@alder-ash") for body in bodies)


def test_a_year_of_one_person(state: api.State, nights: Nights) -> None:
    for day in ("2027-02-28", "2027-03-01", "2027-03-01", "2027-03-15"):
        nights(day)
    (issue,) = state.issues
    assert issue["title"] == "Alder Ash: the term in Ambassadors ends on 2027-04-30"
    assert [label["name"] for label in issue["labels"]] == ["rollkeeper"]
    assert "@alder-ash: the term of **Alder Ash**" in issue["body"]
    assert "- start: 2027-05-01\n  end: 2028-04-30" in issue["body"]
    assert "about 2027-03-31 and 2027-04-23." in issue["body"]
    assert texts(state) == []
    for day in ("2027-03-31", "2027-04-02", "2027-04-26", "2027-04-26", "2027-04-30"):
        nights(day)
    assert len(texts(state)) == 2
    assert mentions(state) == 3
    nights("2027-05-03")
    assert (issue["state"], len(texts(state))) == ("open", 2)
    nights(
        "2027-05-04",
        ROSTER.replace("2027-04-30}", "2027-04-30}, {start: 2027-05-01, end: 2028-04-30}"),
    )
    assert issue["state"] == "closed"
    assert "The term was renewed: it ends on 2028-04-30 now." in texts(state)[-1]
    assert len(state.issues) == 1


def test_a_quiet_night_asks_and_writes_nothing_more(state: api.State, nights: Nights) -> None:
    nights("2027-04-01")
    nights("2027-04-02")
    assert [method for method, _ in state.requests] == ["GET"]


def test_steps_that_were_missed_are_not_made_up_for(state: api.State, nights: Nights) -> None:
    nights("2027-04-27")
    assert (len(state.issues), mentions(state)) == (1, 1)
    assert "about" not in state.issues[0]["body"].rpartition("---")[2].partition("Rollkeeper")[0]


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        (
            ROSTER.replace("  github: alder-ash\n", "  github: alder-ash\n  status: alumni\n"),
            "no longer active",
        ),
        (
            ROSTER.partition("- name: Birch")[2].replace(" Bay", "- name: Birch Bay", 1),
            "no longer on",
        ),
        (ROSTER.replace("2027-04-30", "2027-10-31"), "renewed: it ends on 2027-10-31 now"),
        (
            ROSTER.replace("2027-04-30", "2027-03-02"),
            "end of the term was changed: it ends on 2027-03-02",
        ),
    ],
)
def test_what_is_decided_is_closed_once(
    state: api.State, nights: Nights, roster: str, said: str
) -> None:
    nights("2027-03-20")
    for _ in range(2):
        nights("2027-03-21", roster)
    assert state.issues[0]["state"] == "closed"
    assert said in texts(state)[0]
    assert len(texts(state)) == len(state.issues) == 1


def test_the_end_of_another_term_is_another_issue(state: api.State, nights: Nights) -> None:
    nights("2027-04-20")
    for _ in range(2):
        nights("2027-04-21", ROSTER.replace("2027-04-30", "2027-05-15"))
    assert [issue["state"] for issue in state.issues] == ["closed", "open"]
    assert (len(texts(state)), mentions(state)) == (1, 2)


def test_an_issue_that_a_person_closed_stays_closed(state: api.State, nights: Nights) -> None:
    nights("2027-03-01")
    state.issues[0] |= {"state": "closed", "state_reason": "not_planned"}
    for day in ("2027-03-31", "2027-04-30"):
        nights(day)
    assert (len(state.issues), state.issues[0]["state"], texts(state)) == (1, "closed", [])


def test_what_people_write_around_the_text_stays(state: api.State, nights: Nights) -> None:
    nights("2027-03-01")
    body = state.issues[0]["body"]
    state.issues[0]["body"] = f"Call me.\r\n{body}\r\nI will ask.\r\n"
    nights("2027-03-31")
    assert state.issues[0]["body"].startswith("Call me.\r\n<!-- rollkeeper:term ")
    assert state.issues[0]["body"].endswith(" end -->\r\nI will ask.\r\n")
    assert " step=30 " in state.issues[0]["body"]


def test_a_renamed_account_goes_on_in_the_same_issue(state: api.State, nights: Nights) -> None:
    nights("2027-03-01")
    renamed = ROSTER.replace("github: alder-ash", "github: alder-new")
    for _ in range(2):
        nights("2027-03-02", renamed)
    nights("2027-03-31", renamed)
    (issue,) = state.issues
    assert "<!-- rollkeeper:term partners/alder-new " in issue["body"]
    (comment,) = texts(state)
    assert "@alder-new:" in comment


@pytest.mark.parametrize(
    ("handle", "history"),
    [
        ("'@not a handle'", History()),
        ("octo-org_company", History()),
        ("alder-ash", History(accounts={"alder-ash": AccountRecord(END, state=AccountState.MISSING)})),
        ("alder-ash", History(accounts={"alder-ash": AccountRecord(END, 7, "other")})),
        ("alder-ash", History(accounts={"alder-ash": AccountRecord(END, 7, "alder-ash", AccountState.ORGANISATION)})),
    ],
)  # fmt: skip
def test_no_one_else_is_mentioned(
    state: api.State, nights: Nights, handle: str, history: History
) -> None:
    scene = nights("2027-04-01", ROSTER.replace("alder-ash", handle), history=history)
    assert state.issues == []
    assert scene.failed is False
    (section,) = scene.sections["partners"]
    assert "- **Alder Ash**: the term ends on 2027-04-30" in section.text
    assert "@" not in section.text
    assert section.severity is Severity.WARNING


def test_all_of_an_entry_are_mentioned_by_their_handles_alone(
    state: api.State, nights: Nights
) -> None:
    roster = (
        "- name: '@everyone <b>#1</b>'\n  leads: [{github: oak}, {github: elm}, {github: 'x y'}]\n"
        "  terms: [{start: 2026-05-01, end: 2027-04-30}]\n"
    )
    nights("2027-04-01", roster)
    (issue,) = state.issues
    assert "@oak, @elm: the term of" in issue["body"]
    assert "@everyone" not in issue["body"]
    assert "<b>" not in issue["body"]


def test_a_roster_that_cannot_be_read_closes_nothing(state: api.State, nights: Nights) -> None:
    nights("2027-04-01")
    scene = nights("2027-04-02", "- name: [\n")
    assert state.issues[0]["state"] == "open"
    assert scene.said == ["partners: no reminders, because the roster could not be read"]


def test_where_issues_are_switched_off_the_job_fails(state: api.State, nights: Nights) -> None:
    state.refuse_once("POST", 410)
    second = ROSTER.replace("2027-08-31", "2027-05-15")
    scene = nights("2027-04-01", second)
    assert (scene.failed, state.issues) == (True, [])
    (said,) = scene.said
    assert said == "2 reminders could not be sent: issues are switched off in this repository"
    (summary,) = scene.summary
    assert "- **Alder Ash**: the term ends on 2027-04-30\n- **Birch Bay**" in summary
    assert len([each for each in state.requests if each[0] == "POST"]) == 1


@pytest.mark.parametrize(
    "policy",
    [
        POLICY + "audit: {remind: false}\n",
        POLICY.replace("term-length", "term-ending-soon: off\n  term-length"),
    ],
)
def test_what_the_policy_switches_off_is_closed(
    state: api.State, nights: Nights, policy: str
) -> None:
    nights("2027-04-01")
    nights("2027-04-02", policy=policy)
    assert state.issues[0]["state"] == "closed"
    nights("2027-04-24")
    assert (state.issues[0]["state"], len(state.issues), mentions(state)) == ("open", 1, 2)


def test_who_is_kept_by_a_waiver_is_not_waited_for(state: api.State, nights: Nights) -> None:
    nights("2027-04-20")
    waiver = "{rule: term-ended, entry: Alder Ash, reason: a, until: 2027-08-31, by: octocat}"
    nights("2027-05-01", policy=f"{POLICY}waivers:\n  - {waiver}\n")
    assert state.issues[0]["state"] == "closed"
    assert "A waiver in the policy says until when" in texts(state)[0]


def test_a_programme_that_was_renamed_says_nothing_twice(
    state: api.State, nights: Nights, tmp_path: Path
) -> None:
    nights("2027-04-20")
    policies = tmp_path / "policies"
    (policies / "partners.yaml").rename(policies / "people.yaml")
    for day in ("2027-04-21", "2027-04-24"):
        with night(state, tmp_path, day) as scene:
            remind(scene)
    (issue,) = state.issues
    assert issue["state"] == "open"
    assert "<!-- rollkeeper:term people/alder-ash " in issue["body"]
    assert len(texts(state)) == 1


def test_a_programme_that_is_gone_needs_no_reminder(
    state: api.State, nights: Nights, tmp_path: Path
) -> None:
    nights("2027-04-20")
    policies = tmp_path / "policies"
    (policies / "partners.yaml").rename(policies / "people.yaml")
    (tmp_path / "partners.yaml").write_text("[]\n", "utf-8")
    for _ in range(2):
        with night(state, tmp_path, "2027-04-21") as scene:
            remind(scene)
    assert [each["state"] for each in state.issues] == ["closed"]
    assert len(texts(state)) == 1


def test_a_no_outlives_the_name_of_the_account(state: api.State, nights: Nights) -> None:
    nights("2027-03-01")
    state.issues[0] |= {"state": "closed", "state_reason": "not_planned"}
    for day in ("2027-03-31", "2027-04-24"):
        nights(day, ROSTER.replace("github: alder-ash", "github: alder-new"))
    assert [each["state"] for each in state.issues] == ["closed"]
    assert texts(state) == []


def test_the_days_are_those_of_the_rule(state: api.State, nights: Nights) -> None:
    policy = POLICY.replace("term-length", "term-ending-soon: {days: [10]}\n  term-length")
    nights("2027-04-19", policy=policy)
    assert state.issues == []
    nights("2027-04-20", policy=policy)
    assert len(state.issues) == 1


def test_a_dry_run_says_what_it_would_do(state: api.State, nights: Nights) -> None:
    lines: list[str] = []
    nights("2027-04-01", outbox=DryOutbox(lines.append))
    assert (state.issues, len(lines)) == ([], 1)
    assert "would open the issue 'Alder Ash: the term in Ambassadors" in lines[0]


class KilledError(BaseException):
    """The run was ended."""


def test_killed_at_any_request_it_ends_as_if_it_had_not_been(
    state: api.State, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights("2027-03-01")
    before = [dict(issue) for issue in state.issues]
    later = ROSTER.replace("2027-04-30", "2027-05-10")
    plays = [("2027-04-24", ROSTER), ("2027-04-24", later)]
    for day, roster in plays:
        ends = []
        for after in (False, True):
            for kill in range(1, 9):
                cleared(state)
                state.issues.extend(dict(issue) for issue in before)
                done = _killed(monkeypatch, partial(nights, day, roster), kill, after=after)
                nights(day, roster)
                ends.append(([(i["state"], i["body"]) for i in state.issues], texts(state)))
                if done:
                    break
        assert len(ends) > 5
        assert all(end == ends[-1] for end in ends)


def _killed(
    monkeypatch: pytest.MonkeyPatch, run: Callable[[], object], kill: int, *, after: bool
) -> bool:
    """End a run before or after a request; return whether it came to its end before that."""
    from rollkeeper.forge import client, items, outbox  # noqa: PLC0415 - patched here alone

    real, asked = client.request, [0]

    def request(*arguments: object) -> object:
        asked[0] += 1
        if asked[0] == kill and not after:
            raise KilledError
        answer = real(*arguments)  # type: ignore[arg-type] # as it was called
        if asked[0] == kill:
            raise KilledError
        return answer

    with monkeypatch.context() as patch:
        for module in (items, outbox):
            patch.setattr(module, "request", request)
        try:
            run()
        except KilledError:
            return False
    return True
