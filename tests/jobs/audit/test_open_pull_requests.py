"""Seats that open pull requests would fill: read as data, in bounds, and never a failed audit."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from communities import found
from forge.proposals import Repository
from rollkeeper.engine.run import Options, load_community, run
from rollkeeper.forge.actions import Actions
from rollkeeper.forge.client import connect
from rollkeeper.jobs.audit import open_pull_requests
from rollkeeper.jobs.audit.judging import judge
from rollkeeper.jobs.audit.open_pull_requests import ABOUT, with_open_pull_requests
from rollkeeper.jobs.audit.plan import Plan
from rollkeeper.loading import head_store
from rollkeeper.loading.community import Community
from rollkeeper.loading.head import Source
from rollkeeper.model.history import History
from rollkeeper.model.report import Report
from rollkeeper.model.roster import PendingSeats, Span
from workflows.files import PERMISSIONS

RULE = "seats-overbooked"
POLICY = (
    "roster: people.yaml\nrules:\n  seats-exceeded: {seats: 3}\n  seats-overbooked: {seats: 3}\n"
)
ROSTER = """\
- name: Ada
  terms: [{start: 2026-01-01, end: 2026-12-31}]
- name: Bo
  terms: [{start: 2026-01-01, end: 2026-12-31}]
"""


def person(name: str, start: str = "2026-06-01", end: str = "2027-05-31") -> str:
    return f"- name: {name}\n  terms: [{{start: {start}, end: {end}}}]\n"


@pytest.fixture
def people(repository: Repository) -> Repository:
    repository.commit({"policies/people.yaml": POLICY, "people.yaml": ROSTER})
    return repository


def options(repository: Repository) -> Options:
    return Options(repository.work, today=date(2026, 11, 21), families=("seats",))


def counted(repository: Repository, source: Source | None = None) -> Community:
    github, asked = repository.github, options(repository)
    with connect(github.token, github.url, github.repository, backoff=0) as there:
        source = source or repository.source
        return with_open_pull_requests(load_community(asked), asked, there, source)


def audited(repository: Repository) -> Report:
    return run(options(repository), community=counted(repository))


def test_two_that_are_each_in_order_are_named_together(people: Repository) -> None:
    people.propose({"people.yaml": ROSTER + person("Cy")}, "first")
    assert found(audited(people), RULE) == []
    people.propose({"people.yaml": ROSTER + person("Di")}, "second")
    people.propose({"README.md": "Hello\n"}, "third")
    people.github.requests.clear()
    report = audited(people)
    [finding] = found(report, RULE)
    assert finding.message == (
        "4 people would hold a seat if the 2 open pull requests `#1` and `#2` were merged, but "
        "there are 3 seats and 2 of them are held: merge those for whom there is a seat"
    )
    assert finding.path == "people.yaml"
    assert found(report, "seats-exceeded") == []
    assert ABOUT not in report.skipped
    assert people.github.requests == [("GET", f"/repos/{people.github.repository}/pulls")]


def test_what_changes_hands_within_one_takes_no_seat(people: Repository) -> None:
    later = ROSTER.replace("Bo\n", "Bo\n  status: alumni\n")
    people.propose({"people.yaml": later + person("Cy")}, "one")
    people.propose({"people.yaml": ROSTER + person("Di")}, "two")
    # A name that is corrected, and a file that is written anew.
    people.propose({"people.yaml": "# People\n\n" + ROSTER.replace("Ada", "ADA")}, "three")
    community = counted(people)
    days = Span(date(2026, 6, 1), date(2027, 5, 31))
    year = Span(date(2026, 1, 1), date(2026, 12, 31))
    (programme,) = [each for each in community.programmes if each.name == "people"]
    assert sorted(programme.pending, key=lambda each: each.number) == [
        PendingSeats(1, (days,), (year,)),
        PendingSeats(2, (days,)),
        PendingSeats(3, ()),
    ]
    assert found(run(options(people), community=community), RULE) == []


def test_what_was_merged_since_is_not_taken_for_freed(people: Repository) -> None:
    people.propose({"people.yaml": ROSTER + person("Cy")}, "old")
    people.commit({"people.yaml": ROSTER + person("Di")})
    [finding] = found(audited(people), RULE)
    assert "open pull request `#1` were merged" in finding.message


def test_the_judging_job_counts_them(people: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Cy", "Di"):
        people.propose({"people.yaml": ROSTER + person(name)}, name)
    monkeypatch.setattr(Source, "of", lambda *_: people.source)
    github = people.github
    actions = Actions.from_environ(
        {
            **github.environment(),
            "GITHUB_TOKEN": github.mint(PERMISSIONS["audit.yml", "judge"]),
            "GITHUB_SERVER_URL": "https://x.example",
        }
    )
    plan = Plan(datetime(2026, 11, 21, 4, tzinfo=UTC), shards=1, today=date(2026, 11, 21))
    seen = people.folder / "seen"
    seen.mkdir()
    result = judge(plan.options(Options(people.work)), plan, seen, History(), actions)
    [finding] = found(result.report, RULE)
    assert "the 2 open pull requests `#1` and `#2`" in finding.message
    assert (
        found(judge(plan.options(Options(people.work)), plan, seen, History()).report, RULE) == []
    )


def test_nothing_is_asked_without_a_number_of_seats(people: Repository) -> None:
    people.commit({"policies/people.yaml": "roster: people.yaml\n"})
    people.github.requests.clear()
    assert counted(people).notes == {}
    assert people.github.requests == []


def test_what_cannot_be_read_is_named_and_fails_nothing(
    people: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head_store, "_PAUSES", ())
    people.propose({"people.yaml": "- name: [\n"}, "broken")
    people.propose({"people.yaml": None}, "removed")
    people.propose({"people.yaml": ROSTER + person("Cy")}, "good")
    gone = people.propose({"people.yaml": ROSTER + person("Di")}, "gone")
    gone["head"]["sha"] = "d" * 40
    report = audited(people)
    assert report.skipped[ABOUT] == "not counted: `#1`, `#2` and `#4`"
    assert found(report, RULE) == []
    monkeypatch.setattr(open_pull_requests, "MAX_OPEN_HEADS", 0)
    assert counted(people).notes[ABOUT] == "not counted: `#1`, `#2`, `#3` and `#4`"


def test_a_github_that_refuses_is_said(people: Repository) -> None:
    people.github.refuse_for["pulls"] = 403
    community = counted(people)
    assert "not counted: GitHub refused, with 403" in community.notes[ABOUT]


def test_reading_ends_after_its_time(people: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    people.propose({"people.yaml": ROSTER + person("Cy")}, "late")
    monkeypatch.setattr(open_pull_requests, "OPEN_HEADS_SECONDS", -1.0)
    assert counted(people).notes[ABOUT] == "not counted: `#1`"
