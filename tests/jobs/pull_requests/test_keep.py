"""`/keep`: an exact grammar, who may give it, where, and the waiver that it proposes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import keep_entry as script
import receive_command
from communities import community
from jobs.audit.scenes import cleared
from rollkeeper.engine.run import Options
from rollkeeper.fixing.waivers import NewWaiver
from rollkeeper.forge.actions import Actions
from rollkeeper.forge.client import connect
from rollkeeper.grammar.bodies import facts_line
from rollkeeper.jobs.audit import proposals
from rollkeeper.jobs.audit.terms import alumni
from rollkeeper.jobs.audit.terms.alumni_text import Keep, Move, move_in
from rollkeeper.jobs.pull_requests.commands import Command, Request, may_ask, request_in
from rollkeeper.jobs.pull_requests.keep import KeepJob, keep_entry
from rollkeeper.jobs.pull_requests.keep_command import KeepWish, read_keep
from standin import api

TODAY = date(2027, 5, 12)
UNTIL = date(2027, 8, 31)
SAID = "/keep @alder-ash until 2027-08-31 on leave"
MOVE = Move(date(2027, 5, 25))
POLICY = "title: Ambassadors\nroster: partners.yaml\n"
ROSTER = """\
- name: Alder Ash
  github: Alder-Ash
  terms: [{start: 2026-05-01, end: 2027-04-30}]
- name: Birch Bay
  terms: [{start: 2026-05-01, end: 2027-04-30}]
"""


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        (SAID, KeepWish("alder-ash", UNTIL, "on leave")),
        ("\n /keep\t@alder-ash  until 2027-08-31   on leave \r\n", KeepWish("alder-ash", UNTIL, "on leave")),
        ("/keep until 2027-08-31 x", KeepWish(None, UNTIL, "x")),
        ("/keep until 2027-05-13 x", KeepWish(None, date(2027, 5, 13), "x")),
        ("/keep until 2028-05-12 x", KeepWish(None, date(2028, 5, 12), "x")),
        ("/keep until 2027-08-31 " + "x" * 200, KeepWish(None, UNTIL, "x" * 200)),
        ("/keep until 2027-08-31 ask alder@alder.example", KeepWish(None, UNTIL, "ask *****@*****.*******")),
        ("/keep until 2027-08-31 好 <b> @all `x` -->", KeepWish(None, UNTIL, "好 <b> @all `x` -->")),
    ],
)  # fmt: skip
def test_what_it_says_is_read(text: str, wish: KeepWish) -> None:
    assert read_keep(text, TODAY) == wish


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("/keep", "This is not how"),
        ("/keep @alder-ash", "This is not how"),
        ("/keep @alder-ash until 2027-08-31", "This is not how"),
        ("/keep alder-ash until 2027-08-31 x", "This is not how"),
        ("/keep @a @b until 2027-08-31 x", "This is not how"),
        ("/keep @a until 2027-08-31 one\ntwo", "This is not how"),
        ("/keep @a until 2027-08-31 x" + "x" * 1000, "This is not how"),
        ("/keeper @a until 2027-08-31 x", "This is not how"),
        ("/KEEP @a until 2027-08-31 x", "This is not how"),
        ("/keep @a;id until 2027-08-31 x", "no account of GitHub"),
        ("/keep @-a until 2027-08-31 x", "no account of GitHub"),
        ("/keep @\uff41 until 2027-08-31 x", "no account of GitHub"),
        ("/keep @a until 31.08.2027 x", "no day of the calendar"),
        ("/keep @a until 2027-02-30 x", "no day of the calendar"),
        ("/keep @a until tomorrow x", "no day of the calendar"),
        ("/keep @a until \uff12\uff10\uff12\uff17-08-31 x", "no day of the calendar"),
        ("/keep @a until 2027-08-31$(id) x", "no day of the calendar"),
        ("/keep @a until 2027-05-12 x", "after 2027-05-12, and 2028-05-12 at the latest"),
        ("/keep @a until 2028-05-13 x", "after 2027-05-12, and 2028-05-12 at the latest"),
        ("/keep @a until 9999-12-31 x", "after 2027-05-12, and 2028-05-12 at the latest"),
        ("/keep @a until 2027-08-31 " + "x" * 201, "more than 200 characters"),
        ("/keep @a until 2027-08-31 x\u202ey", "characters that nobody sees"),
        ("/keep @a until 2027-08-31 x\ry", "characters that nobody sees"),
        ("/keep @a until 2027-08-31 x\x00y", "characters that nobody sees"),
    ],
)
def test_anything_else_is_refused_and_not_repeated(text: str, why: str) -> None:
    said = read_keep(text, TODAY)
    assert isinstance(said, str)
    assert why in said
    assert "`/keep @octocat until 2027-06-30 on leave until the summer`" in said
    assert "<" not in said


@given(st.text(max_size=80))
def test_whatever_is_accepted_is_bounded(text: str) -> None:
    wish = read_keep(f"/keep @a until 2027-08-31 {text}", TODAY)
    if isinstance(wish, KeepWish):
        assert wish.reason == wish.reason.strip()
        assert wish.reason.isprintable()
        assert 0 < len(wish.reason) <= 200
        kept = Keep(wish.until, "octocat", wish.reason)
        body = f"<!-- rollkeeper:alumni a/b sha256={'0' * 64} -->\n{facts_line(replace(MOVE, keep=kept).facts)}"
        assert move_in(body) == replace(MOVE, keep=kept)


@pytest.mark.parametrize("role", ["read", "triage", "none", "author"])
def test_only_those_who_may_write_may_give_it(role: str) -> None:
    asked = Request(Command.KEEP, 1, 70, "somebody", 5, by_author=True, text=SAID)
    assert not may_ask(asked, role)
    assert all(may_ask(asked, each) for each in ("write", "maintain", "admin"))


@pytest.fixture(scope="module")
def served() -> Iterator[api.State]:
    with api.serve() as state:
        yield state


class Asked:
    """A pull request of ours that moves somebody, and a comment on it."""

    def __init__(self, state: api.State, root: Path) -> None:
        self.state, self.root = state, root
        self.made: list[proposals.BotProposal] = []
        self.key, self.author, self.number = "partners/alder-ash", state.login, 0

    def open(self, kind: str = "alumni", **more: Any) -> None:
        body = f"<!-- rollkeeper:{kind} {self.key} sha256={'0' * 64} -->\n{facts_line(MOVE.facts)}\nText"
        labels = ["rollkeeper"]
        issue = self.state.add_issue(
            body, author=self.author, labels=labels, **{"pull_request": True, **more}
        )
        self.number = issue["number"]

    def event(self, text: str = SAID) -> dict[str, Any]:
        comment = self.state.add_comment(self.number, text, author="somebody")
        user = {"login": "somebody", "id": 5, "type": "User"}
        return {
            "action": "created",
            "issue": {"number": self.number, "state": "open", "user": {"id": 1}, "pull_request": {"url": "x"}},
            "comment": {"id": comment["id"], "body": text, "user": user},
            "sender": {"id": 5},
            "repository": {"default_branch": "main"},
        }  # fmt: skip

    def say(self, text: str = SAID, roster: str = ROSTER) -> str:
        """Give the command; return the reaction and the reply."""
        asked = request_in(self.event(text))
        assert asked is not None
        options = Options(community(self.root, roster, POLICY), today=TODAY)
        pauses = {"seconds_between_requests": 0, "seconds_between_writes": 0, "backoff": 0}
        actions = Actions.from_environ({"GITHUB_REPOSITORY": self.state.repository})
        with connect(self.state.token, self.state.url, self.state.repository, **pauses) as found:
            job = KeepJob(options, actions, found, datetime(2027, 5, 12, tzinfo=UTC))
            self.done = keep_entry(job, asked)
        return self.answered()

    def answered(self) -> str:
        thread = self.state.comments.get(self.number, [])
        said = [each["body"] for each in thread if each["user"]["login"] == self.state.login]
        reacted = [each["content"] for each in self.state.reactions.values()]
        said = [body.partition(" -->\n")[2] for body in said]
        return f"{' '.join(reacted)}: {' '.join(said)}"


@pytest.fixture
def asked(served: api.State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    made = Asked(cleared(served), tmp_path)
    served.roles["somebody"] = "write"
    monkeypatch.setattr(alumni, "keep", lambda _, proposal: made.made.append(proposal))
    yield made
    assert (served.complaints, served.denials) == ([], [])


def test_it_proposes_a_waiver_in_place_of_the_move(asked: Asked) -> None:
    asked.open()
    assert asked.say().startswith(
        "rocket: This pull request proposes a waiver until 2027-08-31 now"
    )
    (made,) = asked.made
    assert (made.key, made.branch) == (asked.key, "rollkeeper/alumni/partners/alder-ash")
    waiver = NewWaiver("term-ended", ("Alder Ash",), "on leave", UNTIL, "somebody")
    line = (
        f"  - {{rule: {waiver.rule}, entry: Alder Ash, reason: on leave, until: 2027-08-31, "
        "by: somebody}\n"
    )
    assert made.files == {"policies/partners.yaml": f"{POLICY}waivers:\n{line}".encode()}
    assert facts_line(replace(MOVE, keep=Keep(UNTIL, "somebody", "on leave")).facts) in made.text


def test_an_entry_without_a_handle_is_kept_without_one(asked: Asked) -> None:
    asked.key = alumni_key(community(asked.root, ROSTER, POLICY))
    asked.open()
    assert asked.say("/keep until 2027-08-31 x").startswith("rocket: This pull request proposes")
    (made,) = asked.made
    assert b"entry: Birch Bay, reason: x," in (made.files["policies/partners.yaml"] or b"")


def alumni_key(root: Path) -> str:
    from communities import loaded  # noqa: PLC0415 - for this test alone
    from rollkeeper.jobs.audit.terms.ends import term_ends  # noqa: PLC0415

    (programme,) = loaded(root).programmes
    return next(key for key, each in term_ends(programme, TODAY).ended.items() if not each.handles)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("/keep @alder-ash until 2027-05-12 x", "confused: The day has to be after 2027-05-12"),
        ("/keep @alder-ash", "confused: This is not how `/keep` is written"),
        ("/keep @birch until 2027-08-31 x", "confused: This pull request is about somebody else"),
        ("/keep until 2027-08-31 x", "confused: Name whom to keep by their handle"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked: Asked, text: str, reply: str) -> None:
    asked.open()
    assert asked.say(text).startswith(reply)
    assert asked.made == []


def test_a_handle_for_an_entry_without_one_is_refused(asked: Asked) -> None:
    community(asked.root, ROSTER, POLICY)
    asked.key = alumni_key(asked.root)
    asked.open()
    assert asked.say().startswith("confused: This entry has no account of its own")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "repairs"},
        {"pull_request": False},
        {"author": "octocat"},
        {"state": "closed"},
    ],
    ids=["another of ours", "an issue", "a copied marker", "closed"],
)
def test_it_is_for_our_moves_alone(asked: Asked, change: dict[str, Any]) -> None:
    change = dict(change)
    asked.author, state = change.pop("author", asked.author), change.pop("state", "open")
    asked.open(**change)
    asked.state.issues[0]["state"] = state
    assert asked.say().startswith(
        "confused: `/keep` is for the pull requests with which Rollkeeper"
    )
    assert asked.made == []


@pytest.mark.parametrize(
    "roster",
    [
        ROSTER.replace("2027-04-30", "2028-04-30"),
        ROSTER.replace("Alder-Ash", "somebody-else"),
        ROSTER + "- name: [\n",
    ],
    ids=["renewed", "gone", "unread"],
)
def test_who_is_not_to_be_moved_is_not_kept(asked: Asked, roster: str) -> None:
    asked.open()
    assert asked.say(roster=roster).startswith("confused: The default branch does not say any more")
    assert asked.made == []


def test_a_role_that_was_taken_away_in_the_meantime_is_asked_for(asked: Asked) -> None:
    asked.open()
    asked.state.roles["somebody"] = "triage"
    assert asked.say() == "confused: "
    assert asked.made == []


def test_what_could_not_be_written_is_said_without_markup(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(scene: Any, _: object) -> None:
        scene.fail("@octocat: <b>refused</b>")

    monkeypatch.setattr(alumni, "keep", fail)
    asked.open()
    said = asked.say()
    assert said.startswith("confused: Nothing was changed: @<!-- -->octocat")
    assert "<b>" not in said
    assert not asked.done


def test_given_twice_it_is_answered_once(asked: Asked) -> None:
    asked.open()
    asked.say()
    assert asked.say().count("This pull request proposes") == 1
    assert len(asked.made) == 2


@pytest.mark.parametrize(("role", "kept"), [("write", True), ("triage", False), ("read", False)])
def test_the_workflow_receives_it_from_those_who_may(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, role: str, kept: bool
) -> None:
    from standin import pulls  # noqa: PLC0415 - for this test alone

    state = asked.state
    state.roles["somebody"] = role
    asked.number = pulls.pull(state, head="1" * 40, base="2" * 40)["number"]
    event, output = tmp_path / "event.json", tmp_path / "output"
    event.write_text(json.dumps(asked.event()), "utf-8")
    output.touch()
    for name, value in {
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_API_URL": state.url,
        "GITHUB_REPOSITORY": state.repository,
        "GITHUB_TOKEN": state.token,
    }.items():
        monkeypatch.setenv(name, value)
    assert receive_command.main([]) == 0
    assert ("keep=true" in output.read_text("utf-8")) is kept
    assert [each["content"] for each in state.reactions.values()] == [
        "eyes" if kept else "confused"
    ]


def test_a_crash_is_answered(asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked.open()
    event = tmp_path / "event.json"
    event.write_text(json.dumps(asked.event()), "utf-8")
    for name, value in {
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_API_URL": asked.state.url,
        "GITHUB_REPOSITORY": asked.state.repository,
        "GITHUB_TOKEN": asked.state.token,
    }.items():
        monkeypatch.setenv(name, value)

    def crash(*_: object) -> bool:
        raise RuntimeError

    monkeypatch.setattr(script, "keep_entry", crash)
    with pytest.raises(RuntimeError):
        script.main([])
    assert asked.answered().startswith("confused: Rollkeeper crashed, and nobody is kept.")
