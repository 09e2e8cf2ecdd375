"""The ambassadors and the accounts of a simulated year: whose term ends when, and what they do then."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

TERM = timedelta(days=364)
"""From the first day of a term to its last."""


class Answer(StrEnum):
    """What an ambassador does about a term that ends."""

    EARLY = "renews after the first reminder"
    LATE = "renews after the last reminder"
    GRACE = "renews in the grace days after the end"
    SILENT = "says nothing: becomes alumni when the pull request is merged"
    KEPT = "is kept for a while by a maintainer's /keep"


@dataclass
class Ambassador:
    """A person with an account and a term that ends on `end`; `answer` is what becomes of it.

    `gone` is the night from which the account is not there any more, `renamed` that from which it
    has the name `new_login`.
    """

    number: int
    name: str
    id: int
    end: date
    answer: Answer
    gone: int | None = None
    renamed: int | None = None
    renewals: list[date] = field(default_factory=list)
    """The days on which somebody wrote a further term into the roster."""

    @property
    def login(self) -> str:
        """The name of the account that stands on the roster at first."""
        return f"ambassador-{self.number:02d}"

    @property
    def new_login(self) -> str:
        """The name that the account has once it was renamed."""
        return f"speaker-{self.number:02d}"

    @property
    def start(self) -> date:
        """The first day of the term that the roster has at first."""
        return self.end - TERM

    @property
    def ends(self) -> list[date]:
        """The last days of the terms that the roster has had, the first first."""
        year = TERM + timedelta(days=1)
        return [self.end + year * count for count in range(len(self.renewals) + 1)]

    def reply_on(self, grace_days: int) -> date | None:
        """Return the day on which a further term is written into the roster; None for never."""
        days = {Answer.EARLY: -50, Answer.LATE: -4, Answer.GRACE: grace_days // 2}
        return self.end + timedelta(days=days[self.answer]) if self.answer in days else None

    def entry(self) -> str:
        """Return the entry as it stands on the roster at first."""
        return f"""\
- name: {self.name}
  github: {self.login}
  github_id: {self.id}
  email: "person{self.number:02d}[at]mail.example"
  terms:
    - {{start: {self.start}, end: {self.end}}}
"""


_FIRST = ("Ada", "Bo", "Cleo", "Dan", "Eve", "Femi", "Gita", "Hana", "Ivo", "Jun", "Kai", "Lena")
_LAST = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Hazel")


def made(size: int, chance: random.Random, first: date, nights: int) -> list[Ambassador]:
    """Return ambassadors whose terms end throughout the time, and of each answer some."""
    answers = list(Answer)
    people = []
    for number in range(size):
        # From the eighth night on, so that a grace and an objection still fall into the time.
        day = first + timedelta(days=8 + number * nights // size)
        name = f"{_FIRST[number % 12]} {_LAST[number % 7]} {chr(65 + number)}"
        person = Ambassador(number, name, 700_000 + number, day, answers[number % len(answers)])
        people.append(person)
    for person in chance.sample(people, max(1, size // 5)):
        person.renamed = chance.randrange(2, max(3, nights - 10))
    left = [each for each in people if each.renamed is None]
    for person in chance.sample(left, max(1, size // 8)):
        person.gone = chance.randrange(2, max(3, nights - 10))
    return people
