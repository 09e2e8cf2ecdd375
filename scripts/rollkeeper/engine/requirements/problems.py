"""What is reported of requirements: entries that do not meet one, and faults of the policy once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from rollkeeper.engine.requirements.compiling import CompiledRequirements
from rollkeeper.engine.requirements.evaluating import Budget, Surroundings, evaluate
from rollkeeper.engine.requirements.lookups import keys_in, meant
from rollkeeper.engine.requirements.outcomes import Outcome, RequirementState
from rollkeeper.engine.requirements.runner import NOT_A_TRUTH
from rollkeeper.grammar.wording import listed, quoted
from rollkeeper.model.policy import Requirement
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Programme

_GROUP = 3
"""From so many entries on that cannot be judged for the same reason, it is reported once."""
_ALONE = Surroundings()


@dataclass(slots=True)
class _Tally:
    """The entries that one requirement was asked of: those that are at fault, by why."""

    asked: int = 0
    unmet: list[tuple[Entry, Outcome]] = field(default_factory=list)
    broken: list[tuple[Entry, Outcome]] = field(default_factory=list)
    whole: Outcome | None = None


def check(
    programme: Programme,
    compiled: CompiledRequirements,
    today: date,
    around: Surroundings = _ALONE,
    budget: Budget | None = None,
) -> Iterator[tuple[Requirement, Problem | str]]:
    """Report what does not meet a requirement, and what could not be judged.

    A text in place of a problem is the reason why the requirement was skipped. Of an earlier
    state both this and what was not judged are left out, because they excuse nothing now.
    """
    tallies: dict[Requirement, _Tally] = defaultdict(_Tally)
    for requirement, entry, outcome in evaluate(compiled, programme, today, around, budget=budget):
        tally = tallies[requirement]
        if entry is None:
            tally.whole = outcome
            continue
        tally.asked += outcome.state is not RequirementState.NOT_ASKED
        if outcome.state is RequirementState.UNMET:
            tally.unmet.append((entry, outcome))
        elif outcome.state is RequirementState.BROKEN:
            tally.broken.append((entry, outcome))
    known = _Known(programme, around)
    for requirement, tally in tallies.items():
        if tally.whole is not None:
            found: Iterable[Problem | str] = _of_whole(requirement, tally.whole, programme, known)
            if around.earlier and tally.whole.state is not RequirementState.UNMET:
                found = ()
        else:
            found = _of_entries(requirement, tally, known)
        for problem in found:
            yield requirement, problem


class _Known:
    """The keys that a requirement may have meant: those of the rosters and of their schemas."""

    def __init__(self, programme: Programme, around: Surroundings) -> None:
        self._programmes = (programme, *around.others.values())
        self._keys: dict[str, None] = {}
        self._schema: frozenset[str] = frozenset()

    def suspicion(self, missing: str, *, everywhere: bool) -> str | None:
        """Return that a field is probably misspelt, with what was meant; None where it is not.

        No entry has it and no schema names it; and it is either nearly the same as a field that
        there is, or missing `everywhere`.
        """
        if not self._keys:
            data = (entry.data for each in self._programmes for entry in each.entries)
            self._keys = dict.fromkeys(key for entry in data for key in keys_in(entry))
            schemas = (each.policy.schema for each in self._programmes)
            self._schema = frozenset(key for each in schemas for key in keys_in(each))
        key = missing.rpartition(".")[2]
        if key in self._keys or key in self._schema:
            return None
        near = meant(key, list(self._keys))
        if near is None and not everywhere:
            return None
        hint = f"did you mean `{near}`?" if near else "correct the field, or ask for it with has()"
        return f"uses {quoted(missing)}, which no entry has; {hint}"


def _of_entries(requirement: Requirement, tally: _Tally, known: _Known) -> Iterator[Problem]:
    suspected: dict[str, str | None] = {}
    missing = [outcome.missing for _, outcome in (*tally.unmet, *tally.broken) if outcome.missing]
    for field_ in dict.fromkeys(missing):
        everywhere = _GROUP <= tally.asked == missing.count(field_)
        suspected[field_] = known.suspicion(field_, everywhere=everywhere)
        if suspicion := suspected[field_]:
            yield _in_policy(requirement, suspicion)
    for entry, outcome in tally.unmet:
        if not suspected.get(outcome.missing):
            yield Problem(_words(requirement, outcome), requirement.field, entry)
    broken: dict[str, list[Entry]] = defaultdict(list)
    for entry, outcome in tally.broken:
        if not suspected.get(outcome.missing):
            broken[outcome.detail].append(entry)
    for detail, entries in broken.items():
        no_truth = detail.endswith(NOT_A_TRUTH) and len(entries) == tally.asked
        if len(entries) >= _GROUP or no_truth:
            names = listed(entry.name for entry in entries)
            many = f"{len(entries):,} entries" if len(entries) > 1 else "the entry"
            yield _in_policy(requirement, f"cannot be judged for {many}: {detail} ({names})")
            continue
        for entry in entries:
            message = f"the requirement {requirement.id} cannot be judged: {detail}"
            yield Problem(message, requirement.field, entry)


def _of_whole(
    requirement: Requirement, outcome: Outcome, programme: Programme, known: _Known
) -> Iterator[Problem | str]:
    match outcome.state:
        case RequirementState.SKIPPED:
            yield outcome.detail
        case RequirementState.NOT_JUDGED:
            yield _in_policy(requirement, f"was not judged: {outcome.detail}")
        case RequirementState.BROKEN:
            suspicion = outcome.missing and known.suspicion(outcome.missing, everywhere=False)
            yield _in_policy(requirement, suspicion or f"cannot be judged: {outcome.detail}")
        case RequirementState.UNMET:
            yield _about(requirement, outcome, programme)


def _about(requirement: Requirement, outcome: Outcome, programme: Programme) -> Problem:
    """Return the problem of a roster, at the newest of the entries that it concerns."""
    words = _words(requirement, outcome)
    concerned = sorted((programme.entries[at] for at in outcome.concerns), key=programme.seniority)
    if not concerned:
        return Problem(words, requirement.field)
    named = listed(entry.name for entry in concerned)
    return Problem(f"{words}: {named}", requirement.field, concerned[-1])


def _words(requirement: Requirement, outcome: Outcome) -> str:
    words = outcome.message or requirement.message
    return f"{words}: {outcome.detail}" if outcome.detail else words


def _in_policy(requirement: Requirement, message: str) -> Problem:
    return Problem(
        f"the requirement {requirement.id} {message}",
        path=requirement.path,
        place=requirement.place,
    )
