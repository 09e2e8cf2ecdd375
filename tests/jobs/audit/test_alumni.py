"""Moves to the alumni: one pull request for a person, a day to object, and never merged by us."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from communities import community
from forge.proposals import Repository
from jobs.audit.scenes import cleared, night
from rollkeeper.forge.outbox import DryOutbox
from rollkeeper.grammar.bodies import facts_line
from rollkeeper.jobs.audit import proposals
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.jobs.audit.terms import alumni
from rollkeeper.jobs.audit.terms.alumni import move_to_alumni, propose
from rollkeeper.jobs.audit.terms.alumni_text import Keep, Move, decide, move_in
from rollkeeper.jobs.audit.terms.ends import term_ends
from rollkeeper.loading.git import run_git
from rollkeeper.model.commit_status import State as StatusState
from rollkeeper.model.limits import MAX_KEEP_REASON
from standin import api, life

TODAY = date(2027, 5, 11)
OBJECTION = date(2027, 5, 25)
KEEP = Keep(date(2027, 8, 31), "octocat", "on leave until the summer")
BRANCH = "rollkeeper/alumni/partners/alder-ash"
POLICY = """\
title: Ambassadors  # of the community
roster: partners.yaml
rules:
  term-ended: {grace_days: 10}
"""
ROSTER = """\
# Two people who are invented.
- name: Alder Ash   # the first
  github: alder-ash
  terms: [{start: 2026-05-01, end: 2027-04-30}]

- name: Birch Bay
  github: birch-bay
  terms: [{start: 2026-09-01, end: 2027-08-31}]
"""
MOVED = ROSTER.replace("  github: alder-ash\n", "  github: alder-ash\n  status: alumni\n")
WAIVER = """\
waivers:
  - {rule: term-ended, entry: Alder Ash, reason: a, until: 2027-08-31, by: octocat}
"""
RENEWED = ROSTER.replace("2027-04-30}", "2027-04-30}, {start: 2027-05-01, end: 2028-04-30}")


@pytest.mark.parametrize(
    ("said", "today", "move"),
    [
        (None, TODAY, Move(OBJECTION)),
        (Move(OBJECTION), OBJECTION, Move(OBJECTION)),
        (Move(OBJECTION), date(2027, 5, 26), Move(OBJECTION, ready=True)),
        (Move(OBJECTION, ready=True), date(2027, 5, 26), Move(OBJECTION, ready=True)),
        (Move(date(2027, 5, 1)), date(2027, 4, 1), Move(date(2027, 5, 1))),
        (Move(OBJECTION, keep=KEEP), TODAY, Move(OBJECTION, keep=KEEP)),
        (Move(date(2026, 1, 1), keep=replace(KEEP, until=TODAY)), TODAY, Move(date(2026, 1, 1), ready=True, keep=replace(KEEP, until=TODAY))),
        (Move(date(2026, 1, 1), ready=True, keep=replace(KEEP, until=date(2027, 5, 10))), TODAY, Move(OBJECTION)),
        (None, date.max, Move(date.max)),
    ],
)  # fmt: skip
def test_the_day_to_object_never_moves(said: Move | None, today: date, move: Move) -> None:
    assert decide(said, today, 14) == move


@pytest.mark.parametrize(
    "move",
    [
        Move(OBJECTION),
        Move(OBJECTION, ready=True),
        Move(OBJECTION, keep=KEEP),
        Move(OBJECTION, keep=replace(KEEP, reason="\U0001f334" * MAX_KEEP_REASON)),
    ],
)
def test_what_was_said_is_read_again(move: Move) -> None:
    body = f"<!-- rollkeeper:alumni a/b sha256={'0' * 64} -->\n{facts_line(move.facts)}\nText"
    assert move_in(body) == move


@pytest.mark.parametrize(
    "facts",
    [
        {"until": "2027-08-31", "by": "octocat", "reason": "x" * 201},
        {"until": "2027-08-31", "by": "octocat", "reason": "a\nb"},
        {"until": "2027-08-31", "by": "octo cat", "reason": "a"},
        {"until": "soon", "by": "octocat", "reason": "a"},
        {"until": "2027-08-31", "by": "octocat"},
    ],
)
def test_a_decision_that_was_tampered_with_is_none(facts: dict[str, str]) -> None:
    line = facts_line({"objection": "2027-05-25", **facts})
    body = f"<!-- rollkeeper:alumni a/b sha256={'0' * 64} -->\n{line}\nText"
    assert move_in(body) == Move(OBJECTION)


@pytest.fixture(scope="module")
def served() -> Iterator[api.State]:
    with api.serve() as state:
        yield state


@dataclass
class World:
    """A community's repository at GitHub, and the nights that are run on it."""

    work: Repository
    count: int = 0

    @property
    def github(self) -> api.State:
        return self.work.github

    def night(
        self, day: str, step: Callable[[Scene], object] = move_to_alumni, **more: Any
    ) -> Scene:
        self.count += 1
        folder = self.work.folder / f"night-{self.count}"
        run_git(self.work.folder, "clone", "--quiet", f"file://{self.github.git}", str(folder))
        self.github.requests.clear()
        server = f"file://{self.work.folder}"
        with night(self.github, folder, day, server_url=server, **more) as scene:
            step(scene)
            return scene

    def file(self, path: str = "partners.yaml", branch: str = BRANCH) -> str:
        assert self.github.git is not None
        data = run_git(
            self.work.folder, "--git-dir", str(self.github.git), "show", f"{branch}:{path}"
        )
        return data.stdout.decode()

    @property
    def pull(self) -> dict[str, Any]:
        (pull,) = self.github.pulls
        return pull

    @property
    def labels(self) -> set[str]:
        return {each["name"] for each in self.github.issues[self.pull["number"] - 1]["labels"]}

    @property
    def said(self) -> list[str]:
        return [each["body"] for thread in self.github.comments.values() for each in thread]


@pytest.fixture
def world(served: api.State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    def judged(*_: object) -> tuple[StatusState, str]:
        return StatusState.SUCCESS, "In order"

    monkeypatch.setattr(proposals, "judged", judged)
    work = Repository(tmp_path, cleared(served))
    (tmp_path / "octo-community").mkdir()
    (tmp_path / "octo-community" / "rosters.git").symlink_to(tmp_path / "hosted.git")
    work.commit({"policies/partners.yaml": POLICY, "partners.yaml": ROSTER})
    yield World(work)
    assert (served.complaints, served.denials) == ([], [])


def test_after_the_grace_days_one_pull_request_moves_one_person(world: World) -> None:
    world.night("2027-05-10")
    assert world.github.pulls == []
    scene = world.night("2027-05-11")
    assert not scene.failed
    assert (world.file(), world.pull["head"]["ref"]) == (MOVED, BRANCH)
    assert world.pull["title"] == "Move Alder Ash to the alumni of Ambassadors"
    body = world.pull["body"]
    assert (
        "@alder-ash: the term of **Alder Ash** in **Ambassadors** ended on **2027-04-30**" in body
    )
    assert "**One can object until 2027-05-25**, that day included" in body
    assert "/keep @alder-ash until 2027-08-23 and the reason" in body
    assert world.labels == {"rollkeeper"}
    assert [each["state"] for each in world.github.statuses] == ["success"]
    assert scene.numbers == {"alumni:partners/alder-ash": world.pull["number"]}


def test_it_is_marked_as_ready_once_and_never_merged(world: World) -> None:
    for day in ("2027-05-11", "2027-05-25"):
        world.night(day)
    assert (world.labels, world.said) == ({"rollkeeper"}, [])
    for day in ("2027-05-28", "2027-06-30"):
        world.night(day)
    (said,) = world.said
    assert "The last day to object, 2027-05-25, is over" in said
    assert "@" not in said
    assert world.labels == {"rollkeeper", "ready-to-merge"}
    assert (world.pull["state"], world.pull["merged_at"]) == ("open", None)
    assert [method for method, _ in world.github.requests] == ["GET"]
    life.close(world.github, world.pull["number"], by="octocat")
    scene = world.night("2027-07-01")
    assert (len(world.github.pulls), world.pull["state"]) == (1, "closed")
    assert set(scene.refusals) == {BRANCH}


def test_one_that_lost_its_label_keeps_the_day_that_it_names(world: World) -> None:
    world.night("2027-05-11")
    world.github.issues[0]["labels"].clear()
    world.night("2027-05-14")
    assert move_in(world.pull["body"]) == Move(OBJECTION)
    assert world.labels == {"rollkeeper"}


def kept(scene: Scene) -> bool:
    holder = term_ends(scene.community.programmes[0], scene.now.date()).ended["partners/alder-ash"]
    return propose(scene, holder, scene.item("alumni", holder.key), KEEP)


def test_who_is_kept_gets_a_waiver_until_its_last_day(world: World) -> None:
    world.night("2027-05-11")
    for step in (kept, move_to_alumni):
        world.night("2027-05-12", step)
    assert world.file() == ROSTER
    waiver = (
        "  - {rule: term-ended, entry: Alder Ash, reason: on leave until the summer, "
        "until: 2027-08-31, by: octocat}\n"
    )
    assert world.file("policies/partners.yaml") == f"{POLICY}waivers:\n{waiver}"
    assert world.pull["title"] == "Keep Alder Ash in Ambassadors until 2027-08-31"
    assert "octocat asked below to keep the entry until **2027-08-31**" in world.pull["body"]
    assert "@" not in world.pull["body"]
    assert world.labels == {"rollkeeper", "ready-to-merge"}
    assert len(world.github.statuses) == 2
    life.follow_branches(world.github)
    life.merge(world.github, world.pull["number"], by="octocat")
    world.night("2027-08-31")
    assert len(world.github.pulls) == 1
    world.night("2027-09-01")
    assert [each["state"] for each in world.github.pulls] == ["closed", "open"]
    assert "until 2027-09-15**" in world.github.pulls[1]["body"]


def test_where_no_workflow_may_open_it_the_tracking_issue_has_the_difference(world: World) -> None:
    world.github.may_open = False
    scene = world.night("2027-05-11")
    (section,) = scene.sections["partners"]
    assert "+  status: alumni" in section.text
    assert world.github.pulls == []


class KilledError(BaseException):
    """The run was ended."""


@dataclass
class Offers:
    """What would be proposed, on nights on which nothing is pushed."""

    github: api.State
    folder: Path
    made: list[proposals.BotProposal]

    def night(self, day: str, roster: str = ROSTER, policy: str = POLICY, **files: str) -> Scene:
        self.made.clear()
        with night(self.github, community(self.folder, roster, policy, **files), day) as scene:
            move_to_alumni(scene)
            return scene

    def there(self, move: Move | None) -> int:
        """Let there be a pull request that has said something."""
        facts = facts_line(move.facts) if move else "Text"
        body = f"<!-- rollkeeper:alumni partners/alder-ash sha256={'0' * 64} -->\n{facts}\nText"
        issue = self.github.add_issue(
            body, author=self.github.login, labels=["rollkeeper"], pull_request=True
        )
        issue["created_at"] = "2027-05-11T13:00:00Z"
        return int(issue["number"])


@pytest.fixture
def offers(served: api.State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offers:
    made: list[proposals.BotProposal] = []
    monkeypatch.setattr(alumni, "keep", lambda _, proposal: made.append(proposal))
    return Offers(cleared(served), tmp_path, made)


def test_the_day_to_object_is_that_of_the_opening_if_the_text_is_lost(offers: Offers) -> None:
    offers.there(None)
    offers.night("2027-05-20")
    assert f"{facts_line(Move(OBJECTION).facts)}\n" in offers.made[0].text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"roster": RENEWED}, "The term ends on 2028-04-30 now"),
        ({"roster": MOVED}, "The entry is no longer active"),
        ({"roster": ROSTER.replace("alder-ash", "other")}, "The entry is no longer on the roster"),
        ({"policy": POLICY + "audit: {alumni: false}\n"}, "The policy does not ask for this"),
        ({"policy": POLICY.replace("{grace_days: 10}", "off")}, "The policy does not ask for this"),
        ({"policy": POLICY + WAIVER}, "A waiver excuses the entry until 2027-08-31"),
    ],
)
def test_what_is_decided_otherwise_closes_it(
    offers: Offers, change: dict[str, str], why: str
) -> None:
    offers.there(Move(OBJECTION))
    offers.night("2027-05-12", **change)
    (closing,) = (each for each in offers.made if each.key == "partners/alder-ash")
    assert (closing.files, why in closing.moot) == ({}, True)


def test_a_decision_that_nobody_merged_runs_out(offers: Offers) -> None:
    offers.there(Move(OBJECTION, keep=KEEP))
    offers.night("2027-08-31")
    assert list(offers.made[0].files) == ["policies/partners.yaml"]
    offers.night("2027-09-01")
    assert offers.made[0].files == {"partners.yaml": MOVED.encode()}
    assert "One can object until 2027-09-15" in offers.made[0].text


def test_a_roster_that_cannot_be_read_closes_nothing(offers: Offers) -> None:
    offers.there(Move(OBJECTION))
    scene = offers.night("2027-05-12", ROSTER + "- name: [\n")
    assert offers.made == []
    assert scene.said == ["partners: nobody is moved, because the roster could not be read"]


def test_a_keep_since_ours_were_listed_is_heeded(offers: Offers) -> None:
    number = offers.there(Move(OBJECTION))
    root = community(offers.folder, ROSTER, POLICY)
    with night(offers.github, root, "2027-05-26") as scene:
        issue = offers.github.issues[number - 1]
        facts = (facts_line(Move(OBJECTION, keep=each).facts) for each in (None, KEEP))
        issue["body"] = issue["body"].replace(*facts)
        move_to_alumni(scene)
    assert list(offers.made[0].files) == ["policies/partners.yaml"]
    assert offers.github.comments == {}


def test_ended_after_the_comment_it_is_said_once_all_the_same(
    offers: Offers, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = offers.there(Move(OBJECTION))

    def end(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(alumni, "keep", end)
        with pytest.raises(KilledError):
            offers.night("2027-05-26")
    assert len(offers.github.comments[number]) == 1
    offers.night("2027-05-26")
    assert len(offers.github.comments[number]) == 1
    assert offers.made[0].labels == ("rollkeeper", "ready-to-merge")


def test_what_cannot_be_edited_safely_is_said(offers: Offers) -> None:
    schema = '{"items": {"properties": {"status": {"enum": ["active"]}}}}'
    policy = POLICY + "schema: s.json\n"
    scene = offers.night("2027-05-11", policy=policy, policies__s_json=schema)
    assert offers.made == []
    (said,) = scene.said
    assert said.startswith("partners/alder-ash: no pull request, as `status: alumni` is nothing")
    (section,) = scene.sections["partners"]
    assert "**Alder Ash**, whose term ended on 2027-04-30: `status: alumni` is" in section.text


def test_a_policy_that_takes_no_waiver_by_lines_is_left_alone(offers: Offers) -> None:
    offers.there(Move(OBJECTION, keep=KEEP))
    waivers = (
        WAIVER.replace("\n  - ", " [").replace("}\n", "}]\n").replace("Alder Ash", "Birch Bay")
    )
    scene = offers.night("2027-05-12", policy=POLICY + waivers)
    assert offers.made == []
    assert "write the waivers one to a line" in scene.said[0]


def test_one_night_opens_some_and_names_the_others(
    offers: Offers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alumni, "MOST_MOVES_A_NIGHT", 1)
    scene = offers.night("2027-09-30")
    assert [each.key for each in offers.made] == ["partners/alder-ash"]
    said = "partners/birch-bay: to be proposed another night, as 1 were this night"
    assert scene.said == [said]
    offers.there(Move(OBJECTION))
    offers.night("2027-10-01")
    assert len(offers.made) == 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Émilie Ash-Éxemple", "Émilie Ash-Éxemple"),
        ("@octocat", "alder-ash"),
        ("fixes #1", "alder-ash"),
        ("GH-1", "alder-ash"),
        ("https://x.example/1", "alder-ash"),
        ("Ash +1 212 555 0100", "alder-ash"),
    ],
)
def test_no_commit_calls_or_closes_anything(offers: Offers, name: str, shown: str) -> None:
    offers.night("2027-05-11", ROSTER.replace("Alder Ash", f"'{name}'"))
    assert offers.made[0].title == f"Move {shown} to the alumni of Ambassadors"


def test_who_lost_their_account_is_moved_and_not_mentioned(offers: Offers) -> None:
    offers.night("2027-05-11", ROSTER.replace("github: alder-ash", "github: 'a b'"))
    (made,) = offers.made
    assert made.key.startswith("partners/alder-ash.")
    assert "\nThe term of **Alder Ash**" in made.text
    assert "/keep until 2027-08-23 and" in made.text
    assert "@" not in made.text


def test_the_branch_of_a_person_shows_no_address(offers: Offers) -> None:
    offers.night("2027-05-11", "- name: ash@alder.example\n  terms: [{end: 2027-04-30}]\n")
    (made,) = offers.made
    assert made.branch.startswith("rollkeeper/alumni/partners/x.")
    assert "alder" not in f"{made.branch} {made.title} {made.key}"


def test_without_a_policy_nothing_is_left_to_propose(offers: Offers) -> None:
    offers.there(Move(OBJECTION))
    offers.github.issues[0]["body"] = offers.github.issues[0]["body"].replace(
        " partners/", " gone/"
    )
    offers.night("2027-05-10")
    (closing,) = offers.made
    assert (closing.key, closing.files) == ("gone/alder-ash", {})


def test_a_dry_run_writes_nothing(world: World) -> None:
    lines: list[str] = []
    world.night("2027-05-11", outbox=DryOutbox(lines.append))
    assert (world.github.pulls, world.github.statuses) == ([], [])
    assert any("would propose rollkeeper/alumni/partners/alder-ash for" in line for line in lines)


def test_its_status_is_what_a_report_would_say(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    world.night("2027-05-11")
    (status,) = world.github.statuses
    assert (status["context"], status["state"]) == ("Rollkeeper", "success")
