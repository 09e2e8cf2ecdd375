"""What is asserted of a simulated year: after each night, and of all of it at the end.

Every assertion compares what GitHub holds, or was sent, with the truth of the world. None is made
by the code that is tested.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simulation.nights import Outcome
from simulation.sites import NEVER, TELLING, Episode, expected
from simulation.world import World
from standin import life

HISTORY = "rollkeeper-history"
"""The branch of the history."""
_MARKER = re.compile(r"<!-- rollkeeper:([a-z-]+) (\S+) sha256=")
_SECRETS = re.compile(r"@mail\.example|\[at\]mail\.example|49-30-55|%2B49")
"""What no mail address and no phone number of the rosters can do without."""
_BASE, _PER = 10, 100


class Wrong(AssertionError):  # noqa: N818 - what an assertion of a night raises
    """Something was not as it should be."""


@dataclass
class Tally:
    """The figures of the table in `docs/audit.md`."""

    nights: Counter[str] = field(default_factory=Counter)
    quiet: list[int] = field(default_factory=list)
    """Requests of each quiet night."""
    busy: list[int] = field(default_factory=list)
    changed: int = 0
    """Issues and pull requests that changed, in all busy nights together."""


@dataclass
class Ledger:
    """Keeps what each night left behind, and asserts."""

    world: World
    tally: Tally = field(default_factory=Tally)
    counted: list[int] = field(default_factory=list)
    """The completed nights: those whose history is on its branch."""
    reported: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """By the number of a partner, the counted nights on which it is reported as unreachable."""
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._before = self._snapshot()
        self._sent = 0

    def note(self, night: int, sentence: str) -> None:
        """Keep that something was wrong."""
        self.wrong.append(f"night {night} ({self.world.day(night)}): {sentence}")

    def close_night(self, night: int, outcome: Outcome, *, ordinary: bool) -> None:
        """Look at what a night did; an `ordinary` one has to end well and to count."""
        github = self.world.github
        for each in (*github.complaints, *github.denials):
            self.note(night, f"GitHub refused: {each}")
        github.complaints.clear()
        github.denials.clear()
        if ordinary:
            for job, status in outcome.jobs.items():
                if status:
                    self.note(
                        night, f"the job {job} ended with {status}: {outcome.said[job][-600:]}"
                    )
        if self._is_counted(night) and night not in self.counted:
            self.counted.append(night)
            self._keep_reports(night, outcome)
        elif ordinary and night not in self.counted:
            self.note(night, "it was completed and is not in the history")
        self._requests(night, outcome, ordinary=ordinary)
        self._duplicates(night)
        self._look_for_secrets(night, outcome)

    def _is_counted(self, night: int) -> bool:
        text = self._of_history("history.json")
        return bool(text) and json.loads(text).get("last_complete") == str(self.world.day(night))

    def _of_history(self, path: str) -> str:
        command = ["git", "-C", str(self.world.github.git), "show", f"{HISTORY}:{path}"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        return done.stdout

    def _keep_reports(self, night: int, outcome: Outcome) -> None:
        for finding in outcome.result.get("report", {}).get("findings", []):
            if finding["rule"] == "website-unreachable" and not finding["waiver"]:
                self.reported[int(finding["entry"][1:5])].append(night)

    def _requests(self, night: int, outcome: Outcome, *, ordinary: bool) -> None:
        before, self._before = self._before, self._snapshot()
        changed = sum(before.get(each) != shown for each, shown in self._before.items())
        asked = len(outcome.requests)
        if not ordinary:
            return
        accounts = len(self.world.github.people)
        ours = sum(bool(labels) for *_, labels in self._before.values())
        most = _BASE + -(-accounts // _PER) + -(-ours // _PER)
        if changed:
            self.tally.busy.append(asked)
            self.tally.changed += changed
        else:
            self.tally.quiet.append(asked)
        if asked > most + 2 * changed:
            kinds = Counter(
                f"{method} {re.sub('[0-9a-f]{7,}|[0-9]+', 'N', path)}"
                for method, path in outcome.requests
            )
            self.note(
                night, f"{asked} requests, {changed} changed, at most {most + 2 * changed}: {kinds}"
            )

    def _snapshot(self) -> dict[int, tuple[Any, ...]]:
        github = self.world.github
        found = {}
        for issue in github.issues:
            shown = life.as_listed(github, issue)
            said = tuple(each["body"] for each in github.comments.get(issue["number"], ()))
            pull = life.pull_of(github, issue)
            head = pull and pull["head"]["sha"]
            labels = tuple(each["name"] for each in shown["labels"])
            found[issue["number"]] = (
                shown["title"], shown["body"], shown["state"], head, said, labels,
            )  # fmt: skip
        return found

    def _duplicates(self, night: int) -> None:
        """Say which of our texts there are twice: open ones about one thing, and comments."""
        open_ones: Counter[str] = Counter()
        for number, (_, body, state, _, said, _) in self._before.items():
            marker = _MARKER.search(body or "")
            if marker and state == "open":
                open_ones[f"{marker[1]}:{marker[2]}"] += 1
            ours = [each for each in said if each.startswith("<!-- rollkeeper")]
            for text, times in Counter(ours).items():
                if times > 1:
                    self.note(night, f"#{number} has a comment {times} times: {text[:80]!r}")
        for name, times in open_ones.items():
            if times > 1:
                self.note(night, f"{times} open issues or pull requests about {name}")

    def _look_for_secrets(self, night: int, outcome: Outcome) -> None:
        """Say where a mail address or a phone number was sent, printed or kept."""
        sent = self.world.github.bodies[self._sent :]
        self._sent = len(self.world.github.bodies)
        places = {"a request": sent, "a log": outcome.said.values()}
        places["the history"] = [self._of_history("history.json")]
        places["an artifact"] = [json.dumps(outcome.result)]
        for place, texts in places.items():
            for text in texts:
                found = _SECRETS.search(text)
                if found:
                    around = text[max(0, found.start() - 60) : found.end() + 20]
                    self.note(night, f"a mail address or phone number is in {place}: {around!r}")

    def close(self) -> None:
        """Compare the whole of it with the truth."""
        for site in self.world.sites:
            for episode in site.episodes:
                self._episode(site.number, episode)

    def _episode(self, number: int, episode: Episode) -> None:
        if episode.matter not in TELLING | NEVER:
            return
        spells = [each for each in self._spells(number) if each[0] >= episode.first]
        following = [
            each.first for each in self.world.sites[number].episodes if each.first > episode.last
        ]
        spells = [each for each in spells if not following or each[0] < following[0]]
        told = expected(episode, self.counted)
        wanted = [] if told.reported is None else [(told.reported, told.closed)]
        if spells != wanted:
            last = self.world.size.nights
            say = f"partner {number}: {episode} was reported {spells}, not {wanted}"
            self.note(min(episode.last, last - 1), say)

    def _spells(self, number: int) -> Iterator[tuple[int, int | None]]:
        """Yield from which counted night to which a partner was reported without a break."""
        nights = set(self.reported.get(number, ()))
        begun: int | None = None
        for night in self.counted:
            if night in nights and begun is None:
                begun = night
            elif night not in nights and begun is not None:
                yield begun, night
                begun = None
        if begun is not None:
            yield begun, None

    def outages(self) -> tuple[int, int, int]:
        """Return how many outages were to be reported, were over, and how much else was not."""
        told = [expected(each, self.counted) for site in self.world.sites for each in site.episodes]
        reported = [each for each in told if each.reported is not None]
        closed = [each for each in reported if each.closed is not None]
        never = [each for each in told if each.episode.matter in NEVER]
        return len(reported), len(closed), len(never)
