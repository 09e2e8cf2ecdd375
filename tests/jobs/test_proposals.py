"""The bot's own pull requests: pushed when their own difference changes, and one of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from forge.proposals import Repository
from rollkeeper.forge.bot_pull_request import ProposalAction
from rollkeeper.forge.client import Repository as ClientRepository
from rollkeeper.forge.client import connect
from rollkeeper.forge.items import our_items
from rollkeeper.forge.outbox import GitHubOutbox
from rollkeeper.jobs.proposals import BotProposal, ProposalHost, ProposalOutcome, keep_listed
from rollkeeper.loading.git import run_git
from rollkeeper.model.commit_status import State as StatusState
from standin import api, life

BRANCH = "rollkeeper/repairs"
ROSTER = "".join(f"- name: Partner {number}\n  country: NL\n" for number in range(12))
NIGHT = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
OPEN, UPDATE, LEAVE = ProposalAction.OPEN, ProposalAction.UPDATE, ProposalAction.LEAVE
CLOSE, REFUSED, NOTHING = ProposalAction.CLOSE, ProposalAction.REFUSED, ProposalAction.NOTHING


class KilledError(BaseException):
    """The run was ended."""


@dataclass
class World:
    """A community's repository at GitHub, and nights that keep one proposal there."""

    work: Repository
    nights: int = 0
    judged: list[str] = field(default_factory=list)
    kill: Callable[[], object] = lambda: None
    outbox: Callable[[ClientRepository], GitHubOutbox] = field(
        default_factory=lambda: partial(GitHubOutbox, run_url=None)
    )

    @property
    def github(self) -> api.State:
        return self.work.github

    def proposal(self, roster: str, **more: object) -> BotProposal:
        made = BotProposal(
            kind="repairs",
            key="all",
            branch=BRANCH,
            title="Repair the rosters",
            text="Renamed.",
            files={"partners.yaml": roster.encode()},
            moot="Nothing is left to repair.",
        )
        return replace(made, **more)  # type: ignore[arg-type] # each test names fields of it

    def keep(self, proposal: BotProposal, day: int = 0) -> ProposalOutcome:
        """Keep a proposal on another night, or on a day, from a new checkout of the default branch."""
        self.nights += 1
        folder = self.work.folder / f"night-{self.nights}"
        source = f"file://{self.github.git}"
        run_git(self.work.folder, "clone", "--quiet", "--depth=1", source, str(folder))
        github = self.github

        def judge(commit: str, _number: int) -> tuple[StatusState, str]:
            self.judged.append(commit)
            return StatusState.SUCCESS, "In order"

        with connect(
            github.token,
            github.url,
            github.repository,
            seconds_between_requests=0,
            seconds_between_writes=0,
        ) as repository:
            host = ProposalHost(
                root=folder,
                remote=str(github.git),
                base="main",
                repository=repository,
                outbox=self.outbox(repository),
                now=NIGHT + timedelta(days=day or self.nights),
                read=lambda path: (
                    (folder / path).read_bytes() if (folder / path).exists() else None
                ),
                judge=judge,
            )
            listed = our_items(repository, {}).get("repairs", proposal.key)
            self.kill()
            return keep_listed(host, proposal, listed)

    def tip(self, branch: str = BRANCH) -> str:
        return self.work.git("ls-remote", str(self.github.git), f"refs/heads/{branch}")[:40]

    def proposed(self) -> str:
        git_dir = str(self.github.git)
        return self.work.git("--git-dir", git_dir, "show", f"{BRANCH}:partners.yaml") + "\n"


@pytest.fixture
def world(tmp_path: Path, github: api.State) -> Iterator[World]:
    work = Repository(tmp_path, github)
    work.commit({"partners.yaml": ROSTER, "notes.txt": "a\n"})
    yield World(work)
    assert github.denials == []


def renamed(roster: str, number: int = 5) -> str:
    return roster.replace(f"Partner {number}\n", f"Friend {number}\n")


def test_a_proposal_is_one_signed_commit_with_a_status_and_one_pull_request(world: World) -> None:
    outcome = world.keep(world.proposal(renamed(ROSTER), labels=("rollkeeper", "help wanted")))
    assert (outcome.action, outcome.pushed) == (OPEN, True)
    (pull,) = world.github.pulls
    assert (pull["number"], pull["head"]["ref"]) == (outcome.number, BRANCH)
    assert world.proposed() == renamed(ROSTER)
    (status,) = world.github.statuses
    assert (status["sha"], status["state"], status["context"]) == (
        world.tip(),
        "success",
        "Rollkeeper",
    )
    git_dir = str(world.github.git)
    bot = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
    assert world.work.git("--git-dir", git_dir, "log", "-1", "--format=%an <%ae>%n%B", BRANCH) == (
        f"{bot}\nRepair the rosters\n\nSigned-off-by: {bot}"
    )
    labels = world.github.issues[pull["number"] - 1]["labels"]
    assert {each["name"] for each in labels} == {"rollkeeper", "help wanted"}


def test_a_quiet_night_asks_git_for_nothing_and_github_for_the_list_alone(world: World) -> None:
    world.keep(world.proposal(renamed(ROSTER)))
    world.work.commit({"notes.txt": "unrelated\n"})
    tip, asked = world.tip(), len(world.github.requests)
    hosted = world.github.git
    assert hosted is not None
    run = world.keep
    proposal = world.proposal(renamed(ROSTER))
    world.kill = lambda: hosted.rename(hosted.with_name("away"))
    assert run(proposal).action is LEAVE
    hosted.with_name("away").rename(hosted)
    assert len(world.github.requests) == asked + 1
    assert world.tip() == tip


def test_a_change_elsewhere_in_the_file_pushes_nothing(world: World) -> None:
    world.keep(world.proposal(renamed(ROSTER)))
    tip = world.tip()
    longer = ROSTER + "- name: Partner 12\n  country: DE\n"
    world.work.commit({"partners.yaml": longer})
    assert world.keep(world.proposal(renamed(longer))).action is UPDATE
    assert world.tip() == tip
    assert world.keep(world.proposal(renamed(longer))).action is LEAVE
    assert len(world.github.statuses) == 1


@pytest.mark.parametrize("beside", ["own", "conflict"])
def test_the_branch_is_replaced_where_it_would_not_give_what_is_proposed(
    world: World, beside: str
) -> None:
    world.keep(world.proposal(renamed(ROSTER)))
    tip, roster = world.tip(), ROSTER
    if beside == "conflict":
        roster = ROSTER.replace("- name: Partner 5\n  country: NL", "- name: Partner 5\n  city: X")
        world.work.commit({"partners.yaml": roster})
    wanted = renamed(renamed(roster), 9 if beside == "own" else 5)
    outcome = world.keep(world.proposal(wanted))
    assert (outcome.action, outcome.pushed) == (UPDATE, True)
    assert world.tip() != tip
    assert world.proposed() == wanted
    assert len(world.github.pulls) == 1
    assert [each["sha"] for each in world.github.statuses] == [tip, world.tip()]


def test_it_is_closed_once_with_a_comment_when_nothing_is_left(world: World) -> None:
    number = world.keep(world.proposal(renamed(ROSTER))).number
    world.work.commit({"partners.yaml": renamed(ROSTER)})
    assert world.keep(world.proposal(renamed(ROSTER))).action is CLOSE
    assert world.github.pulls[0]["state"] == "closed"
    (comment,) = world.github.comments[number]
    assert comment["body"].endswith("Nothing is left to repair.")
    written = len(world.github.written())
    assert world.keep(world.proposal(renamed(ROSTER))).action is NOTHING
    assert len(world.github.written()) == written
    # What we closed ourselves is no one's refusal.
    world.work.commit({"partners.yaml": ROSTER})
    assert world.keep(world.proposal(renamed(ROSTER))).action is OPEN
    assert len(world.github.pulls) == 2


@pytest.mark.parametrize("labelled", [True, False], ids=["listed", "label lost"])
def test_one_that_a_person_closed_is_a_no_for_the_same_change(
    world: World, *, labelled: bool
) -> None:
    number = world.keep(world.proposal(renamed(ROSTER))).number
    life.close(world.github, number, by="maintainer")
    if not labelled:
        world.github.issues[number - 1]["labels"].clear()
    written = len(world.github.written())
    outcome = world.keep(world.proposal(renamed(ROSTER)))
    assert outcome.action is REFUSED
    assert outcome.refusal is not None
    assert outcome.refusal.number == number
    # Also beside another state of the file that it is about.
    longer = ROSTER + "- name: Partner 12\n"
    world.work.commit({"partners.yaml": longer})
    assert world.keep(world.proposal(renamed(longer))).action is REFUSED
    assert len(world.github.written()) == written
    assert world.keep(world.proposal(renamed(renamed(longer), 9))).action is OPEN


def test_what_the_history_remembers_as_a_no_is_one_without_the_pull_request(world: World) -> None:
    world.keep(world.proposal(renamed(ROSTER)))
    life.close(world.github, 1, by="maintainer")
    refusal = world.keep(world.proposal(renamed(ROSTER))).refusal
    world.github.pulls.clear()
    world.github.issues.clear()
    keep_with = keep_listed

    def remembered(host: ProposalHost, proposal: BotProposal, _listed: object) -> ProposalOutcome:
        return keep_with(host, proposal, None, refusal)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(World.keep.__globals__, "keep_listed", remembered)
        assert world.keep(world.proposal(renamed(ROSTER))).action is REFUSED


def test_merged_ones_are_history(world: World) -> None:
    number = world.keep(world.proposal(renamed(ROSTER))).number
    life.merge(world.github, number, by="maintainer")
    world.work.git("pull", "--quiet", str(world.github.git), "main")
    assert world.keep(world.proposal(renamed(ROSTER))).action is NOTHING
    both = renamed(renamed(ROSTER), 9)
    assert world.keep(world.proposal(both)).action is OPEN


def test_text_of_people_stays_and_ours_and_the_title_follow(world: World) -> None:
    number = world.keep(world.proposal(renamed(ROSTER))).number
    body = world.github.pulls[0]["body"]
    life.rewrite(world.github, number, f"Ours:\r\n{body}\r\nTheirs", by="maintainer")
    proposal = world.proposal(renamed(ROSTER), text="Two lines.", title="Another title")
    assert world.keep(proposal).action is UPDATE
    text = world.github.pulls[0]["body"]
    assert text.startswith("Ours:\r\n<!--")
    assert text.endswith("\r\nTheirs")
    assert "Two lines." in text
    assert world.github.pulls[0]["title"] == "Another title"
    assert world.keep(proposal).action is LEAVE


def test_a_commit_of_others_on_the_branch_is_replaced_and_never_vouched_for(world: World) -> None:
    world.keep(world.proposal(renamed(ROSTER)))
    # What comes last on their branch is the very same change, on top of another.
    world.work.git("checkout", "--quiet", "-b", "evil")
    world.work.commit({"workflow.yml": "on: push\n"}, "evil")
    world.work.commit({"partners.yaml": renamed(ROSTER)}, "evil")
    world.work.git("push", "--quiet", "--force", str(world.github.git), f"evil:{BRANCH}")
    forged = world.tip()
    life.rewrite(world.github, 1, "no marker any more", by="maintainer")
    world.keep(world.proposal(renamed(ROSTER)))
    assert world.tip() != forged
    assert forged not in [each["sha"] for each in world.github.statuses]
    assert [each["state"] for each in world.github.pulls] == ["open"]


@dataclass
class Ending(GitHubOutbox):
    """Ends the run before or after the write of a number."""

    repository: ClientRepository
    at: float

    def __post_init__(self) -> None:
        super().__init__(self.repository, None)
        self.begun = 0.0

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in {"push", "set_status", "open_pull", "add_labels", "edit_issue"}:
            return found

        def write(*given: Any, **named: Any) -> Any:
            self.begun += 1
            if self.begun == self.at + 0.5:
                raise KilledError
            done = found(*given, **named)
            if self.begun == self.at:
                raise KilledError
            return done

        return write


def test_a_run_that_is_ended_at_any_write_and_made_again_ends_the_same(world: World) -> None:
    """Before and after each: one pull request, its label, and a status on the head."""
    ended = 0
    # Once more on the same day just after the push: the commit is the same then.
    for number, half in enumerate((1, 2, 2, 3, 4, 5, 6, 7, 8)):
        branch = f"rollkeeper/proposal-{number}"
        proposal = world.proposal(renamed(ROSTER), key=f"{number}", branch=branch)
        world.outbox = partial(Ending, at=half / 2)
        try:
            world.keep(proposal, day=100 + number)
        except KilledError:
            ended += 1
        world.outbox = partial(GitHubOutbox, run_url=None)
        world.keep(proposal, day=102 if number == 2 else 0)
        (pull,) = [each for each in world.github.pulls if each["head"]["ref"] == branch]
        assert pull["state"] == "open"
        issue = world.github.issues[pull["number"] - 1]
        assert [each["name"] for each in issue["labels"]] == ["rollkeeper"]
        assert world.tip(branch) in [each["sha"] for each in world.github.statuses]
    assert ended == 8


def test_two_runs_at_the_same_time_make_one_pull_request(world: World) -> None:
    """The second run begins and ends between any two steps of the first."""
    first = world.proposal(renamed(ROSTER))

    def other() -> None:
        world.kill = lambda: None
        world.keep(first)

    world.kill = other
    world.keep(first)
    assert len(world.github.pulls) == 1
    assert len(world.github.statuses) == 1
