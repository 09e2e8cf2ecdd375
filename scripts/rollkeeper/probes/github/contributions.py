"""Whether accounts have contributed: in windows of months, halved where GitHub refuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from rollkeeper.grammar.dates import add_months
from rollkeeper.model.account import AccountFacts
from rollkeeper.model.github_api import ApiTrouble
from rollkeeper.model.limits import (
    CONTRIBUTION_WINDOW_DAYS,
    CONTRIBUTION_WINDOW_MONTHS,
    CONTRIBUTIONS_A_REQUEST,
)
from rollkeeper.probes.github.dialogue import (
    Answers,
    Dialogue,
    GraphQLResult,
    in_batches,
    read_result,
)

_ORGANISATION = "query($o: String!) { o: organization(login: $o) { id } }"
_FIELDS = (
    "a%d: user(login: $a%d) { contributionsCollection(from: $from, to: $to%s) "
    "{ hasAnyContributions } }"
)
_LONGEST_ID = 200


class Window(NamedTuple):
    """A span of days, both included."""

    start: date
    end: date

    @property
    def halves(self) -> tuple[Window, ...]:
        """The later and the earlier half; none where they would be too short to be refused."""
        days = (self.end - self.start).days + 1
        if days // 2 < CONTRIBUTION_WINDOW_DAYS:
            return ()
        middle = self.start + timedelta(days=days // 2)
        return Window(middle, self.end), Window(self.start, middle - timedelta(days=1))


def windows(months: int, today: date) -> Iterator[Window]:
    """Return the windows that make up the last months, the newest first."""
    for later in range(0, months, CONTRIBUTION_WINDOW_MONTHS):
        earlier = min(months, later + CONTRIBUTION_WINDOW_MONTHS)
        start = add_months(today, -earlier) + timedelta(days=1)
        yield Window(start, add_months(today, -later))


def contributions(
    accounts: Iterable[AccountFacts], dialogue: Dialogue, today: date
) -> list[AccountFacts]:
    """Return the accounts with whether they contributed in the months that are asked about."""
    found: list[AccountFacts] = []
    wanted = sorted(accounts, key=_asked)
    for (months, within), group in groupby(wanted, key=_asked):
        asked = list(group)
        organisation = None
        if within:
            organisation = _organisation(within, dialogue)
            if organisation is None:
                trouble = dialogue.ended or ApiTrouble.MALFORMED
                found += [replace(each, trouble=trouble) for each in asked]
                continue
        found += _in_windows(asked, [*windows(months, today)], organisation, dialogue)
    return found


def _asked(facts: AccountFacts) -> tuple[int, str]:
    return facts.months or 0, facts.within or ""


def _organisation(login: str, dialogue: Dialogue) -> str | None:
    """Return the id by which the API knows an organisation."""
    result = read_result(dialogue.query(_ORGANISATION, {"o": login}).data)
    given = result.fields.get("o") if result is not None else None
    found = given.get("id") if isinstance(given, dict) else None
    return found if isinstance(found, str) and 0 < len(found) <= _LONGEST_ID else None


def _in_windows(
    asked: Sequence[AccountFacts],
    spans: Sequence[Window],
    organisation: str | None,
    dialogue: Dialogue,
) -> list[AccountFacts]:
    seen: dict[int, date] = {}
    unknown: dict[int, ApiTrouble] = {}
    for window in spans:
        waiting = [number for number in range(len(asked)) if number not in seen]
        question = _Question(asked, window, organisation, dialogue)
        answers = in_batches(waiting, CONTRIBUTIONS_A_REQUEST, question, dialogue)
        seen |= {number: window.start for number, some in answers.found.items() if some}
        for number, trouble in answers.failed.items():
            found = question.in_parts(number, trouble)
            if isinstance(found, date):
                seen[number] = found
            elif found is not None:
                unknown[number] = found
    return [
        replace(each, contributed=True, last_contribution=seen[number])
        if number in seen
        else replace(each, trouble=unknown[number])
        if number in unknown
        else replace(each, contributed=False)
        for number, each in enumerate(asked)
    ]


@dataclass(frozen=True)
class _Question:
    """Whether some accounts contributed in a window, to an organisation where one is given."""

    asked: Sequence[AccountFacts]
    window: Window
    organisation: str | None
    dialogue: Dialogue

    def __call__(self, batch: Sequence[int]) -> Answers[int, bool]:
        """Return by account whether there was any contribution."""
        answer = self.dialogue.query(*self._words(batch))
        result = read_result(answer.data) if answer.trouble is None else None
        answers: Answers[int, bool] = Answers()
        for place, number in enumerate(batch):
            some = _read(result, f"a{place}")
            if some is not None:
                answers.found[number] = some
            else:
                answers.failed[number] = answer.trouble or ApiTrouble.TOO_MUCH
        return answers

    def _words(self, batch: Sequence[int]) -> tuple[str, Mapping[str, object]]:
        variables: dict[str, object] = {
            "from": f"{self.window.start}T00:00:00Z",
            "to": f"{self.window.end}T23:59:59Z",
            **{f"a{place}": self.asked[number].login for place, number in enumerate(batch)},
        }
        declared = ["$from: DateTime!", "$to: DateTime!"]
        declared += (f"$a{place}: String!" for place in range(len(batch)))
        to = ""
        if self.organisation is not None:
            variables["org"] = self.organisation
            declared.append("$org: ID!")
            to = ", organizationID: $org"
        parts = " ".join(_FIELDS % (place, place, to) for place in range(len(batch)))
        return f"query({', '.join(declared)}) {{ {parts} }}", variables

    def in_parts(self, number: int, trouble: ApiTrouble) -> date | ApiTrouble | None:
        """Ask about one account in shorter windows, after the whole was refused for a reason.

        Return the first day of one in which it contributed, None where it did in none, or why that
        is not known.
        """
        unknown = None if self.window.halves else trouble
        for half in self.window.halves:
            part = replace(self, window=half)
            answers = part([number])
            if answers.found.get(number):
                return half.start
            if number in answers.failed:
                found = part.in_parts(number, answers.failed[number])
                if isinstance(found, date):
                    return found
                unknown = unknown or found
        return unknown


def _read(result: GraphQLResult | None, alias: str) -> bool | None:
    given = result.fields.get(alias) if result is not None else None
    collection = given.get("contributionsCollection") if isinstance(given, dict) else None
    some = collection.get("hasAnyContributions") if isinstance(collection, dict) else None
    return some if isinstance(some, bool) else None
