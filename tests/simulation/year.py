"""A simulated year, or a shorter time: which nights are special, and what people do between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import act_on_audit
from simulation.killing import KilledError, interrupted
from simulation.ledger import Ledger
from simulation.nights import Nights, Outcome
from simulation.people import Answer
from simulation.sites import Matter
from simulation.world import GRACE_DAYS, KEEPER, Size, World
from standin import api, git_objects, life
from standin.state import Refusal

READY = "ready-to-merge"
WRITTEN = "\n\nThe keeper wrote this, and it is to stay.\n"
"""What a person adds to the text of an issue of ours."""
CLOSED = 0.3
"""When the keeper closes an issue as not planned, as a part of all nights."""
_MARKER = re.compile(r"<!-- rollkeeper:([a-z-]+)(?: (\S+))? sha256=")


class Kind(StrEnum):
    """What is special about a night."""

    ORDINARY = "ordinary"
    DROPPED = "dropped: GitHub started no run"
    TWICE = "run twice"
    KILLED = "killed half way through what it does"
    OWN_NETWORK = "our own network was down"
    API_DOWN = "GitHub's API was down all night"
    API_DOWN_LATE = "GitHub's API went down while acting"
    API_DOWN_EARLY = "GitHub did not answer until it was time to act"
    API_FLAKY = "GitHub's API failed now and then, before or after the effect"


KILLED = 137
"""The status of a process that was killed."""


@dataclass
class Simulation:
    """Runs it all, and keeps the ledger."""

    folder: Path
    github: api.State
    size: Size
    told: Callable[[str], None] = field(default=lambda _line: None)
    shards: int = 2
    renders: int = 1
    https: bool = True
    kinds: Counter[Kind] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.world = World(self.folder, self.github, self.size)
        self.nights = Nights(self.world, shards=self.shards, renders=self.renders, https=self.https)
        self.ledger = Ledger(self.world)
        self.plan = _plan(self.size, self.world)
        self._opened: dict[int, int] = {}
        self._kept: set[int] = set()
        self._written: set[int] = set()

    def run(self) -> list[str]:
        """Run all nights; return what was not as it should be."""
        for night in range(self.size.nights):
            kind = self.plan.get(night, Kind.ORDINARY)
            self.kinds[kind] += 1
            self.world.live(night)
            self.people(night)
            if kind is not Kind.DROPPED:
                before = len(self.ledger.wrong)
                self.night(night, kind)
                for sentence in self.ledger.wrong[before:]:
                    self.told(sentence)
        self.ledger.close()
        return self.ledger.wrong

    def figures(self) -> Iterator[tuple[str, str]]:
        """Yield the rows of the table: what there was, and what became of it."""
        ledger, world = self.ledger, self.world
        yield "partners, ambassadors", f"{len(world.sites):,}, {len(world.ambassadors)}"
        for kind in Kind:
            if self.kinds[kind]:
                yield f"nights: {kind}", f"{self.kinds[kind]}"
        yield "nights that count", f"{len(ledger.counted)}"
        reported, closed, never = ledger.outages()
        yield "outages seen on 3 nights that count or more, each reported once", f"{reported}"
        yield "of them over for 3 nights, each closed once", f"{closed}"
        yield "flaps, walls against bots and rate limits, none reported", f"{never}"
        counts = Counter(each.answer for each in world.ambassadors)
        for answer, number in counts.items():
            yield f"ambassadors: {answer}", f"{number}"
        yield "issues and pull requests of ours", f"{ledger.ours()}"
        tally = ledger.tally
        yield (
            "quiet nights, and the most requests of one",
            f"{len(tally.quiet)}, {max(tally.quiet, default=0)}",
        )
        yield (
            "busy nights, and the most requests of one",
            f"{len(tally.busy)}, {max(tally.busy, default=0)}",
        )
        yield "changed in them", f"{tally.changed:,}"
        yield "requests in all", f"{len(self.github.requests):,}"

    def night(self, night: int, kind: Kind) -> None:
        """Run one night as its kind says; one that was ended half way is run again the night after."""
        ordinary = kind in {Kind.ORDINARY, Kind.TWICE}
        outcome = self._carried_out(night, kind)
        self.ledger.close_night(night, outcome, ordinary=ordinary)
        if kind is Kind.TWICE:
            again = self.nights.run(night)
            self.ledger.close_night(night, again, ordinary=True)

    def _carried_out(self, night: int, kind: Kind) -> Outcome:
        nights, github = self.nights, self.github
        match kind:
            case Kind.OWN_NETWORK:
                nights.connected = False
                outcome = nights.run(night)
                nights.connected = True
            case Kind.API_DOWN:
                github.down = Refusal(503, {"message": "Unavailable"})
                outcome = nights.run(night)
                github.down = None
            case Kind.API_DOWN_EARLY:
                outcome = nights.run(night, seen=self._goes_down_and_up)
            case Kind.API_DOWN_LATE:
                outcome = nights.run(night, act=self._goes_down(4))
                github.down = None
            case Kind.KILLED:
                outcome = nights.run(night, act=self._is_killed)
            case Kind.API_FLAKY:
                for after in (False, True):
                    github.refuse_once("GET", 502)
                    github.refuse_once("PATCH", 502, after=after)
                github.refuse_once("POST", 403, Retry_After="0")
                outcome = nights.run(night)
                github.troubles.clear()
            case _:
                outcome = nights.run(night)
        return outcome

    def _goes_down(self, after: int) -> Callable[[Any], int]:
        """Return the acting job, during which GitHub goes down after some requests."""

        def act(arguments: Any) -> int:
            github, left = self.github, after

            def watch(when: str, _what: str) -> None:
                nonlocal left
                left -= when == "before"
                if left < 0:
                    github.down = Refusal(503, {"message": "Unavailable"})
                    raise github.down

            github.watch = watch
            try:
                return act_on_audit.main(arguments)
            finally:
                github.watch = lambda _when, _what: None

        return act

    def _goes_down_and_up(self, job: str) -> None:
        """Let GitHub be down from when all is seen to when it is time to act."""
        self.github.down = Refusal(503, {"message": "Unavailable"}) if job == "judge" else None

    def _is_killed(self, arguments: Any) -> int:
        """Run the acting job until it is killed, which the workflow shows as a failure."""
        with interrupted(self.github, self.world.chance.randrange(1, 30)):
            try:
                return act_on_audit.main(arguments)
            except KilledError:
                return KILLED

    def people(self, night: int) -> None:
        """Let people do what they do on the day before a night."""
        day = self.world.day(night)
        for person in self.world.ambassadors:
            reply = person.reply_on(GRACE_DAYS)
            if reply is not None and reply <= day and not person.renewals:
                self.world.renew(person, day)
        for site in self.world.sites:
            for episode in site.episodes:
                away = episode.matter in {Matter.AWAY, Matter.SALE}
                if away and night == episode.first + 12:
                    self.world.correct(site, night)
        for issue in self.github.issues:
            if issue["state"] == "open" and issue["labels"]:
                self._react(night, issue)

    def _react(self, night: int, issue: dict[str, Any]) -> None:
        """Let the keeper write into an issue, and merge what has been proposed for three days."""
        number = issue["number"]
        shown = life.as_listed(self.github, issue)
        marker = _MARKER.search(shown["body"] or "")
        opened = self._opened.setdefault(number, night)
        if marker is None or shown["state"] != "open":
            return
        if marker[1] == "audit":
            self._react_to_audit(night, shown)
        pull = life.pull_of(self.github, issue)
        if pull is None:
            return
        labels = {label["name"] for label in issue["labels"]}
        person = next(
            (each for each in self.world.ambassadors if each.name in shown["title"]), None
        )
        if person is not None and person.answer is Answer.KEPT and number not in self._kept:
            self._kept.add(number)
            self._keep(night, pull, shown["title"])
        elif READY in labels or (marker[1] in {"repairs", "pages"} and night >= opened + 3):
            self._merge(number, pull)

    def _react_to_audit(self, night: int, shown: dict[str, Any]) -> None:
        """Let the keeper write into the issue of a programme, and close one for once."""
        number = shown["number"]
        if number not in self._written:
            self._written.add(number)
            life.rewrite(self.github, number, shown["body"] + WRITTEN, by=KEEPER)
        elif not shown["body"].endswith(WRITTEN):
            self.ledger.note(night, f"what the keeper wrote is gone from #{number}")
        if night >= self.size.nights * CLOSED and not self.ledger.unplanned:
            life.close(self.github, number, by=KEEPER, reason="not_planned")
            self.ledger.leave_closed(number)

    def _keep(self, night: int, pull: dict[str, Any], title: str) -> None:
        """Let the keeper keep the person whom a pull request would move."""
        until = self.world.day(night) + timedelta(days=300)
        login = re.findall(r"rollkeeper/alumni/ambassadors/(\S+)", pull["head"]["ref"])[0]
        text = f"/keep @{login} until {until} on leave"
        comment = self.github.add_comment(pull["number"], text, author=KEEPER)
        outcome = self.nights.command(night, comment, pull)
        if outcome.jobs != {"keep": 0}:
            self.ledger.note(night, f"{title}: {text}: {outcome.said['keep'][-500:]}")

    def _merge(self, number: int, pull: dict[str, Any]) -> None:
        """Let the keeper merge a pull request, unless it has to wait for the bot."""
        base = f"refs/heads/{pull['base']['ref']}"
        if git_objects.merged_tree(self.github, base, pull["head"]["sha"]) is not None:
            life.merge(self.github, number, by=KEEPER)


def _plan(size: Size, world: World) -> dict[int, Kind]:
    """Return the special nights; the first one and the last are ordinary."""
    nights = size.nights
    plan = {}
    for night in world.chance.sample(range(3, nights - 3), max(1, nights // 30)):
        plan[night] = Kind.DROPPED
    special = {
        0.16: Kind.API_DOWN,
        0.27: Kind.OWN_NETWORK,
        0.36: Kind.KILLED,
        0.41: Kind.API_DOWN_LATE,
        0.47: Kind.TWICE,
        0.58: Kind.KILLED,
        0.66: Kind.TWICE,
        0.72: Kind.API_DOWN_EARLY,
        0.79: Kind.API_FLAKY,
        0.88: Kind.API_DOWN,
    }
    return plan | {int(nights * place): kind for place, kind in special.items()}
