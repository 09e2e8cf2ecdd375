"""The community's own requirements: CEL expressions of a policy, asked of each entry.

Simple expressions run here. Those that loop, match patterns or use the whole roster run in a
process of their own, because the library that runs them cannot be interrupted from within: when
the time or the memory of a requirement is used up, that process ends and the requirement counts as
not judged. Time is the processor's, so that a busy machine judges as an idle one does.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from time import monotonic, thread_time
from typing import Any, NamedTuple

from rollkeeper.engine.requirements.expressions import Expression, compile_expression
from rollkeeper.engine.requirements.runner import Runner, Truth
from rollkeeper.grammar.wording import listed
from rollkeeper.model.limits import (
    MAX_REQUIREMENT_BYTES,
    MAX_REQUIREMENT_SECONDS,
    MAX_REQUIREMENTS_SECONDS,
)
from rollkeeper.model.policy import Requirement
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath

_BUSY = 10
"""How many times its processor time a process may take on a busy machine."""
_START_SECONDS = 60.0
"""What a busy machine may take to start the process and pass the roster."""
TIMED_OUT = 124
"""The exit status of a process that used up its time and was not ended by the system's timer."""
_TOO_LONG = "it took longer than {:g} seconds"
_USED_UP = "the requirements together took longer than {:g} seconds"
_GROUP = 3
"""From so many entries on that cannot be judged for the same reason, it is reported once."""
_CHILD = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from rollkeeper.engine.requirements.child import main; main()"
)


class Budget:
    """Processor time in seconds: for all requirements of a run, and the most for each of them."""

    def __init__(
        self, seconds: float = MAX_REQUIREMENTS_SECONDS, each: float = MAX_REQUIREMENT_SECONDS
    ) -> None:
        self.seconds = seconds
        self.each = each
        self.left = seconds

    @property
    def next(self) -> float:
        """What the next requirement may take."""
        return min(self.each, self.left)

    def spend(self, seconds: float) -> None:
        """Take away what was used."""
        self.left = max(0.0, self.left - seconds)

    @property
    def reason(self) -> str:
        """Why a requirement was not judged."""
        return _TOO_LONG.format(self.each) if self.left else _USED_UP.format(self.seconds)


class RequirementState(StrEnum):
    """What became of a requirement for an entry."""

    MET = "met"
    NOT_ASKED = "not asked"
    UNMET = "unmet"
    BROKEN = "broken"
    NOT_JUDGED = "not judged"


class Outcome(NamedTuple):
    """A state, and for the last three of them the reason, where there is one."""

    state: RequirementState
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A requirement whose expressions can be run."""

    requirement: Requirement
    when: Expression | None
    expect: Expression

    @property
    def costly(self) -> bool:
        """Whether the length of the expressions sets no bound on the time."""
        return self.expect.costly or (self.when is not None and self.when.costly)


@dataclass(frozen=True, slots=True)
class CompiledRequirements:
    """A policy's requirements: those that can be run, and what is wrong with the others."""

    ready: tuple[Evaluation, ...]
    errors: tuple[tuple[Requirement, str], ...]


def compile_all(requirements: Sequence[Requirement]) -> CompiledRequirements:
    """Compile the expressions of all requirements; what does not compile becomes an error."""
    ready: list[Evaluation] = []
    errors: list[tuple[Requirement, str]] = []
    for each in requirements:
        when = compile_expression(each.when) if each.when is not None else None
        expect = compile_expression(each.expect)
        for key, made in (("when", when), ("expect", expect)):
            if isinstance(made, str):
                errors.append((each, f"`{key}` of {each.id}: {made}"))
        if not isinstance(when, str) and not isinstance(expect, str):
            ready.append(Evaluation(each, when, expect))
    return CompiledRequirements(tuple(ready), tuple(errors))


def evaluate(
    compiled: CompiledRequirements,
    programme: Programme,
    today: date,
    *,
    budget: Budget | None = None,
) -> Iterator[tuple[Requirement, Entry | None, Outcome]]:
    """Judge each entry by each requirement, one requirement after the other.

    One that takes longer than the `budget` allows, over all entries, has a single outcome without
    an entry; nothing of what it found before is kept.
    """
    budget = budget or Budget()
    entries = programme.entries
    roster = [entry.data for entry in entries]
    status = programme.policy.roles.get("status", ())
    runner = Runner(roster, status, today)
    # The simple ones first: others may leave no time.
    simple = [each for each in compiled.ready if not each.costly]
    here = iter([_judge_here(each, roster, runner, budget) for each in simple])
    costly = [each for each in compiled.ready if each.costly]
    apart = iter(_judge_apart(costly, roster, status, today, budget))
    for judged in compiled.ready:
        outcomes = next(apart if judged.costly else here)
        if isinstance(outcomes, Outcome):
            yield judged.requirement, None, outcomes
            continue
        for entry, outcome in zip(entries, outcomes, strict=True):
            yield judged.requirement, entry, outcome


def _judge_here(
    judged: Evaluation,
    roster: Sequence[dict[str, Any]],
    runner: Runner,
    budget: Budget,
) -> list[Outcome] | Outcome:
    start = thread_time()
    try:
        outcomes: list[Outcome] | None = judge(judged, roster, runner, budget.next)
    except TimeoutError:
        outcomes = None
    budget.spend(thread_time() - start)
    return Outcome(RequirementState.NOT_JUDGED, budget.reason) if outcomes is None else outcomes


def judge(
    judged: Evaluation, roster: Sequence[dict[str, Any]], runner: Runner, seconds: float
) -> list[Outcome]:
    """Judge each entry by one requirement; raise TimeoutError when the time is used up."""
    # Processor time costs a system call, and never runs ahead of the clock on the wall.
    earliest, deadline = monotonic() + seconds, thread_time() + seconds
    outcomes = []
    for data in roster:
        outcomes.append(_outcome(judged, data, runner))
        if monotonic() > earliest and thread_time() > deadline:
            raise TimeoutError(_TOO_LONG.format(seconds))
    return outcomes


def _outcome(judged: Evaluation, data: dict[str, Any], runner: Runner) -> Outcome:
    if judged.when is not None:
        asked = runner.run(judged.when, data)
        match asked.truth:
            case Truth.FALSE:
                return Outcome(RequirementState.NOT_ASKED)
            case Truth.MISSING:
                # Taking it for "not asked" would excuse an entry that leaves the field out.
                reason = f"`when` uses {asked.detail}, which this entry does not have"
                return Outcome(RequirementState.BROKEN, reason)
            case Truth.BROKEN:
                return Outcome(RequirementState.BROKEN, f"in `when`: {asked.detail}")
    expected = runner.run(judged.expect, data)
    match expected.truth:
        case Truth.BROKEN:
            return Outcome(RequirementState.BROKEN, f"in `expect`: {expected.detail}")
        case Truth.MISSING:
            return Outcome(RequirementState.UNMET, f"it has no {expected.detail}")
    met = expected.truth is Truth.TRUE
    return Outcome(RequirementState.MET if met else RequirementState.UNMET)


def _judge_apart(
    costly: Sequence[Evaluation],
    roster: Sequence[dict[str, Any]],
    status: Sequence[FieldPath],
    today: date,
    budget: Budget,
) -> list[list[Outcome] | Outcome]:
    """Judge in other processes, each going on with the requirement after the one that ended it."""
    found: list[list[Outcome] | Outcome] = []
    while len(found) < len(costly):
        left = costly[len(found) :]
        if not budget.left:
            found.append(Outcome(RequirementState.NOT_JUDGED, budget.reason))
            continue
        work = {
            "requirements": [[each.requirement.when, each.requirement.expect] for each in left],
            "roster": roster,
            "status": status,
            "today": today.isoformat(),
            "seconds": budget.each,
            "budget": budget.left,
            "bytes": MAX_REQUIREMENT_BYTES,
        }
        allowed = len(left) * budget.each * _BUSY + _START_SECONDS
        lines, exit_status = _ask_child(json.dumps(work).encode(), allowed)
        for line in lines.splitlines(keepends=True)[: len(left)]:
            if line.endswith(b"\n"):  # or the process ended while it wrote
                used, answer = json.loads(line)
                budget.spend(used)
                found.append([Outcome(RequirementState(state), why) for state, why in answer])
        if len(found) < len(costly):
            found.append(_ended(exit_status, budget))
    return found


def _ended(exit_status: int, budget: Budget) -> Outcome:
    """Return why a process ended before it had judged the requirement that it was at."""
    memory = f"it may use {MAX_REQUIREMENT_BYTES >> 20:,} MiB of memory"
    why = f"its process ended with status {exit_status}; {memory}"
    timed_out = exit_status in {TIMED_OUT, -getattr(signal, "SIGPROF", -TIMED_OUT)}
    if timed_out:
        budget.spend(budget.next)
        why = budget.reason
    return Outcome(RequirementState.NOT_JUDGED, why)


def _ask_child(work: bytes, seconds: float) -> tuple[bytes, int]:
    """Run the work in a fresh interpreter with the same modules; return what it wrote in time."""
    command = [sys.executable, "-I", "-c", _CHILD, json.dumps(sys.path)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own module
            command,
            input=work,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={},  # a token in it is no business of what is judged
        )
    except subprocess.TimeoutExpired as late:
        return late.stdout or b"", TIMED_OUT
    return done.stdout, done.returncode


def check(
    programme: Programme,
    compiled: CompiledRequirements,
    today: date,
    budget: Budget | None = None,
    *,
    earlier: bool = False,
) -> Iterator[tuple[Requirement, Problem]]:
    """Report the entries that do not meet a requirement, and what could not be judged.

    Of an `earlier` state the latter is left out, because it excuses nothing now.
    """
    broken: dict[tuple[Requirement, str], list[Entry]] = defaultdict(list)
    for requirement, entry, outcome in evaluate(compiled, programme, today, budget=budget):
        match outcome.state:
            case RequirementState.UNMET:
                reason = f": {outcome.detail}" if outcome.detail else ""
                message = f"{requirement.message}{reason}"
                yield requirement, Problem(message, requirement.field, entry)
            case RequirementState.BROKEN if entry is not None:
                broken[requirement, outcome.detail].append(entry)
            case RequirementState.NOT_JUDGED if not earlier:
                yield requirement, _in_policy(requirement, f"was not judged: {outcome.detail}")
    for (requirement, detail), entries in broken.items():
        if len(entries) >= _GROUP:
            names = listed(entry.name for entry in entries)
            message = f"cannot be judged for {len(entries):,} entries: {detail} ({names})"
            yield requirement, _in_policy(requirement, message)
            continue
        for entry in entries:
            message = f"the requirement {requirement.id} cannot be judged: {detail}"
            yield requirement, Problem(message, requirement.field, entry)


def _in_policy(requirement: Requirement, message: str) -> Problem:
    return Problem(
        f"the requirement {requirement.id} {message}",
        path=requirement.path,
        place=requirement.place,
    )
