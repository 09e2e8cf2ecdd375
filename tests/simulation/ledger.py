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
from datetime import date, timedelta
from typing import Any

from simulation.nights import Outcome
from simulation.people import Ambassador, Answer
from simulation.sites import NEVER, TELLING, Episode, Matter, expected
from simulation.world import AMBASSADORS, GRACE_DAYS, PARTNERS, STEPS, World
from standin import life

HISTORY = "rollkeeper-history"
"""The branch of the history."""
_MARKER = re.compile(r"<!-- rollkeeper:([a-z-]+)(?: (\S+))? sha256=")
_SECRETS = re.compile(r"@mail\.example|\[at\]mail\.example|49-30-55|%2B49")
"""What no mail address and no phone number of the rosters can do without."""
_END = re.compile(r"\d{4}-\d\d-\d\d\Z")
_SAID = re.compile(r"<!-- rollkeeper:said (\d{4}-\d\d-\d\d) (\d+) -->")
_BASE, _PER = 10, 100
_AN_ISSUE, _A_PULL = 2, 6
"""Requests for an issue and for a pull request that changes: labels and a status belong to one."""


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
    acted: list[int] = field(default_factory=list)
    """The nights on which nothing kept the acting job from its work."""
    wrong: list[str] = field(default_factory=list)

    unplanned: dict[int, frozenset[tuple[str, str]] | None] = field(default_factory=dict)
    """The issues that a person closed as not planned, with what they named; None once reopened."""

    def __post_init__(self) -> None:
        self._named: frozenset[tuple[str, str]] = frozenset()
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
            if night not in self.acted:
                self.acted.append(night)
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
        if ordinary:
            self._unplanned(night, outcome)
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

    def leave_closed(self, number: int) -> None:
        """Note that a person closed an issue as not planned: what it named does not reopen it."""
        self.unplanned[number] = self._named

    def _unplanned(self, night: int, outcome: Outcome) -> None:
        found = outcome.result.get("report", {}).get("findings", [])
        grave = [each for each in found if each["severity"] != "notice" and not each["waiver"]]
        self._named |= {(each["rule"], each["entry"]) for each in grave}
        for number, named in self.unplanned.items():
            shown = life.as_listed(self.world.github, self.world.github.issues[number - 1])
            if named is None or shown["state"] == "closed":
                continue
            self.unplanned[number] = None
            if self._named <= named:
                self.note(night, f"#{number} was closed as not planned, and nothing is new")

    def _requests(self, night: int, outcome: Outcome, *, ordinary: bool) -> None:
        before, self._before = self._before, self._snapshot()
        changed = [each for each, shown in self._before.items() if before.get(each) != shown]
        pulls = {pull["number"] for pull in self.world.github.pulls}.intersection(changed)
        if not ordinary:
            return
        asked = len(outcome.requests)
        accounts = len(self.world.github.people)
        ours = sum(bool(labels) for *_, labels in self._before.values())
        most = _BASE + -(-accounts // _PER) + -(-ours // _PER)
        most += _AN_ISSUE * (len(changed) - len(pulls)) + _A_PULL * len(pulls)
        if changed:
            self.tally.busy.append(asked)
            self.tally.changed += len(changed)
        else:
            self.tally.quiet.append(asked)
        if asked > most:
            shown = (re.sub("[0-9a-f]{7,}|[0-9]+", "N", path) for _, path in outcome.requests)
            kinds = Counter(each.rpartition("rosters/")[2] for each in shown)
            what = f"{len(changed)} changed, {len(pulls)} of them pull requests"
            self.note(night, f"{asked} requests, {what}, at most {most}: {kinds}")

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
        for person in self.world.ambassadors:
            self._reminders(person)
            self._alumni(person)
        self._rosters()

    def _rosters(self) -> None:
        """Compare the rosters with what was to be corrected in them, and who was to stay."""
        last = self.world.size.nights - 1
        long_ago = last - 20
        partners, ambassadors = (self.world.file(path) for path in (PARTNERS, AMBASSADORS))
        for site in self.world.sites:
            moved = [each for each in site.episodes if each.matter is Matter.MOVED]
            for episode in moved:
                if episode.first < long_ago and f"website: {site.new_url}\n" not in partners:
                    self.note(last, f"partner {site.number} moved on {episode.first}: no repair")
        for person in self.world.ambassadors:
            if f"name: {person.name}\n" not in ambassadors:
                self.note(last, f"{person.name} is not on the roster any more")
            renamed = person.renamed is not None and person.renamed < long_ago
            if renamed and person.renewals and f"github: {person.new_login}\n" not in ambassadors:
                self.note(last, f"{person.login} was renamed on {person.renamed}: no repair")

    def _of_person(self, kind: str, person: Ambassador) -> list[dict[str, Any]]:
        """Return our issues or pull requests of a kind about a person, by whichever name."""
        keys = {f"ambassadors/{login}" for login in (person.login, person.new_login)}
        found = []
        for issue in self.world.github.issues:
            shown = life.as_listed(self.world.github, issue)
            marker = _MARKER.search(shown["body"] or "")
            if marker and marker[1] == kind and marker[2] in keys:
                found.append(shown)
        return found

    def _reminders(self, person: Ambassador) -> None:
        """Compare which steps were said about which end of a term, and when the issue is closed."""
        last = self.world.size.nights - 1
        if person.gone is not None or person.renamed is not None:
            return  # whom to call is not clear then; that nothing is said twice is asserted all the same
        wanted = {}
        for place, end in enumerate(person.ends):
            renewed = person.renewals[place] if place < len(person.renewals) else date.max
            known = person.renewals[place - 1] if place else date.min
            days = [day for day in map(self.world.day, self.acted) if known <= day < renewed]
            steps = [step for day in days if (step := _step(end, day)) is not None]
            if steps:
                wanted[str(end)] = [str(step) for step in dict.fromkeys(steps)][1:]
        said: dict[str, list[str]] = {}
        for issue in self._of_person("term", person):
            ending = _END.search(issue["title"])
            about = ending[0] if ending else ""
            texts = [each["body"] for each in self.world.github.comments.get(issue["number"], ())]
            if not about or about in said:
                self.note(last, f"{person.name}: there is one reminder too many: {issue['title']}")
            said[about] = [found[2] for each in texts if (found := _SAID.match(each))]
            if issue["state"] == "open" and str(person.ends[-1]) != about:
                self.note(last, f"{person.name} renewed, and the reminder is open: {about}")
        if said != wanted:
            self.note(last, f"{person.name}: reminded of {said}, not of {wanted}")

    def _alumni(self, person: Ambassador) -> None:
        """Compare who was to be moved to the alumni with who was."""
        last = self.world.size.nights - 1
        proposed = self._of_person("alumni", person)
        moves = person.answer in {Answer.SILENT, Answer.KEPT}
        due = person.end + timedelta(days=GRACE_DAYS)
        wanted = moves and any(self.world.day(night) > due for night in self.acted)
        if len(proposed) != wanted:
            titles = [each["title"] for each in proposed]
            self.note(last, f"{person.name} ({person.answer}): proposed to be moved: {titles}")

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

    def ours(self) -> int:
        """Return how many issues and pull requests of ours there are."""
        return sum(bool(_MARKER.search(body or "")) for _, body, *_ in self._before.values())

    def outages(self) -> tuple[int, int, int]:
        """Return how many outages were to be reported, were over, and how much else was not."""
        told = [expected(each, self.counted) for site in self.world.sites for each in site.episodes]
        reported = [each for each in told if each.reported is not None]
        closed = [each for each in reported if each.closed is not None]
        never = [each for each in told if each.episode.matter in NEVER]
        return len(reported), len(closed), len(never)


def _step(end: date, day: date) -> int | None:
    """Return the newest step that was reached on a day; None before the first, and after the end."""
    left = (end - day).days
    return min((step for step in STEPS if 0 <= left <= step), default=None)
