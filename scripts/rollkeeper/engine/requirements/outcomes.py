"""What becomes of a requirement, for each entry or for a roster as a whole."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from time import monotonic, thread_time
from typing import NamedTuple

from rollkeeper.engine.requirements.compiling import Evaluation
from rollkeeper.engine.requirements.lookups import Entries
from rollkeeper.engine.requirements.runner import Result, Runner, Truth
from rollkeeper.grammar.wording import cut
from rollkeeper.model.limits import MAX_MESSAGE

TOO_LONG = "it took longer than {:g} seconds"


class RequirementState(StrEnum):
    """What became of a requirement for an entry, or for a roster."""

    MET = "met"
    NOT_ASKED = "not asked"
    UNMET = "unmet"
    BROKEN = "broken"
    NOT_JUDGED = "not judged"
    SKIPPED = "skipped"


class Outcome(NamedTuple):
    """A state, and the reason where there is one.

    `missing` is a field that was read and is not there. Of an unmet requirement `message` has the
    words of its own expression, and `concerns` the positions of the entries that it is about.
    """

    state: RequirementState
    detail: str = ""
    missing: str = ""
    message: str = ""
    concerns: tuple[int, ...] = ()


_MET = Outcome(RequirementState.MET)
_NOT_ASKED = Outcome(RequirementState.NOT_ASKED)


def judge(judged: Evaluation, roster: Entries, runner: Runner, seconds: float) -> list[Outcome]:
    """Judge each entry by one requirement, or the roster: then there is a single outcome.

    Raises TimeoutError when the time is used up.
    """
    if judged.requirement.of_roster:
        return [_of_roster(judged, roster, runner)]
    # Processor time costs a system call, and never runs ahead of the clock on the wall.
    earliest, deadline = monotonic() + seconds, thread_time() + seconds
    outcomes = []
    for index in range(len(roster)):
        outcomes.append(_outcome(judged, runner, index))
        if monotonic() > earliest and thread_time() > deadline:
            raise TimeoutError(TOO_LONG.format(seconds))
    return outcomes


def _outcome(judged: Evaluation, runner: Runner, *index: int) -> Outcome:
    if judged.when is not None:
        asked = runner.run(judged.when, *index)
        match asked.truth:
            case Truth.FALSE:
                return _NOT_ASKED
            case Truth.MISSING:
                # Taking it for "not asked" would excuse an entry that leaves the field out.
                reason = f"`when` uses {asked.detail}, which this entry does not have"
                return Outcome(RequirementState.BROKEN, reason, asked.detail.strip("`"))
            case Truth.BROKEN:
                return Outcome(RequirementState.BROKEN, f"in `when`: {asked.detail}")
    expected = runner.run(judged.expect, *index)
    detail, missing = "", ""
    match expected.truth:
        case Truth.TRUE:
            return _MET
        case Truth.BROKEN:
            return Outcome(RequirementState.BROKEN, f"in `expect`: {expected.detail}")
        case Truth.MISSING:
            detail, missing = f"it has no {expected.detail}", expected.detail.strip("`")
    message = _message(judged, runner, *index)
    return Outcome(RequirementState.UNMET, detail, missing, message)


def _message(judged: Evaluation, runner: Runner, *index: int) -> str:
    """Return the words that `messageExpression` gives, on one line; nothing where it gives none."""
    words = None if judged.message is None else runner.value(judged.message, *index)
    return cut(words, MAX_MESSAGE) if isinstance(words, str) else ""


def _of_roster(judged: Evaluation, roster: Entries, runner: Runner) -> Outcome:
    outcome = _outcome(judged, runner)
    if outcome.state is RequirementState.BROKEN and outcome.missing:
        # There is no entry that could lack it.
        return outcome._replace(detail=f"some entry has no `{outcome.missing}`; ask with has()")
    if outcome.state is not RequirementState.UNMET:
        return outcome
    if outcome.missing:
        detail = f"some entry has no `{outcome.missing}`; ask with has()"
        return Outcome(RequirementState.BROKEN, f"in `expect`: {detail}", outcome.missing)
    concerned = () if judged.concerns is None else runner.value(judged.concerns)
    if isinstance(concerned, Result):
        return Outcome(RequirementState.BROKEN, f"in `concerns`: {_why(concerned)}")
    if not isinstance(concerned, list | tuple):
        return Outcome(RequirementState.BROKEN, "in `concerns`: the result is no list of entries")
    return outcome._replace(concerns=_positions(concerned, roster))


def _why(result: Result) -> str:
    return f"some entry has no {result.detail}" if result.truth is Truth.MISSING else result.detail


def _positions(concerned: Iterable[object], roster: Entries) -> tuple[int, ...]:
    """Return where in the roster some entries are; of equal ones each is taken once, in order."""
    wanted = [_written(entry) for entry in concerned]
    places: dict[str, list[int]] = defaultdict(list)
    if wanted:
        for index in range(len(roster) - 1, -1, -1):
            places[_written(roster[index])].append(index)
    return tuple(sorted(places[each].pop() for each in wanted if places.get(each)))


def _written(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)
