"""The community's own requirements: CEL expressions of a policy, asked of each entry or roster.

Simple expressions run here. Those that loop, match patterns or use a whole roster run in a process
of their own, because the library that runs them cannot be interrupted from within: when the time or
the memory of a requirement is used up, that process ends and the requirement counts as not judged.
Time is the processor's, so that a busy machine judges as an idle one does.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from time import thread_time
from typing import Any

from rollkeeper.engine.requirements.compiling import CompiledRequirements, Evaluation
from rollkeeper.engine.requirements.outcomes import TOO_LONG, Outcome, RequirementState, judge
from rollkeeper.engine.requirements.runner import Runner, Seen
from rollkeeper.model.change import Change
from rollkeeper.model.limits import (
    MAX_REQUIREMENT_BYTES,
    MAX_REQUIREMENT_SECONDS,
    MAX_REQUIREMENTS_SECONDS,
)
from rollkeeper.model.policy import Requirement
from rollkeeper.model.roster import Entry, Programme

_BUSY = 10
"""How many times its processor time a process may take on a busy machine."""
_START_SECONDS = 60.0
"""What a busy machine may take to start the process and pass the roster."""
TIMED_OUT = 124
"""The exit status of a process that used up its time and was not ended by the system's timer."""
_USED_UP = "the requirements together took longer than {:g} seconds"
_FASTER = "; ask with unique(), count() and find(), which do not go through a roster each time"
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
        return TOO_LONG.format(self.each) if self.left else _USED_UP.format(self.seconds)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a programme's requirements may read besides its roster.

    `others` are programmes by their names. `change` is what was done to the roster; where there is
    none, `no_change` says why. An `earlier` state excuses nothing by what it leaves open.
    """

    others: Mapping[str, Programme] = field(default_factory=dict)
    change: Change | None = None
    no_change: str = "there is no change to compare with"
    earlier: bool = False


_ALONE = Surroundings()


def evaluate(
    compiled: CompiledRequirements,
    programme: Programme,
    today: date,
    around: Surroundings = _ALONE,
    *,
    budget: Budget | None = None,
) -> Iterator[tuple[Requirement, Entry | None, Outcome]]:
    """Judge each entry by each requirement, one requirement after the other.

    There is a single outcome without an entry for a requirement of the whole roster, for one that
    is skipped, and for one that takes longer than the `budget` allows over all entries; nothing of
    what that found before is kept.
    """
    budget = budget or Budget()
    skipped = {id(each): _skipped(each, programme, around) for each in compiled.ready}
    asked = [each for each in compiled.ready if not skipped[id(each)]]
    seen = _seen(asked, programme, today, around)
    runner = Runner(seen)
    # The simple ones first: others may leave no time.
    simple = [each for each in asked if not each.costly]
    here = iter([_judge_here(each, seen, runner, budget) for each in simple])
    apart = iter(_judge_apart([each for each in asked if each.costly], seen, budget))
    for judged in compiled.ready:
        if why := skipped[id(judged)]:
            yield judged.requirement, None, Outcome(RequirementState.SKIPPED, why)
            continue
        outcomes = next(apart if judged.costly else here)
        entries: Sequence[Entry | None] = programme.entries
        if isinstance(outcomes, Outcome):
            outcomes, entries = [_with_advice(outcomes, judged)], (None,)
        elif judged.requirement.of_roster:
            entries = (None,)
        for entry, outcome in zip(entries, outcomes, strict=True):
            yield judged.requirement, entry, outcome


def _skipped(judged: Evaluation, programme: Programme, around: Surroundings) -> str:
    """Return why a requirement is not asked; nothing where it is."""
    if judged.uses_old and around.change is None:
        return f"{around.no_change}, and the requirement uses `old`"
    if absent := sorted(judged.named() - {*around.others, programme.name}):
        return f"the programme `{absent[0]}`, whose roster it uses, is not part of this run"
    others = [each for each in around.others.values() if judged.may_use(each.name)]
    for each in (programme, *others) if judged.uses_roster else others:
        if each.roster.unread is not None:
            return f"{each.roster.path}, which it uses, could not be read as a whole"
    return ""


def _seen(
    asked: Sequence[Evaluation], programme: Programme, today: date, around: Surroundings
) -> Seen:
    """Return what the requirements see; what none of them reads is left out."""
    used = [each for each in around.others.values() if any(a.may_use(each.name) for a in asked)]
    before: list[Mapping[str, Any] | None] | None = None
    older: dict[int, Mapping[str, Any]] = {}
    if around.change is not None and any(each.uses_old for each in asked):
        older = {entry.index: entry.data for entry in around.change.before.entries}
        same = around.change.same
        before = [older.get(same.get(entry.index, -1)) for entry in programme.entries]
    return Seen(
        roster=[entry.data for entry in programme.entries],
        today=today,
        status=programme.policy.roles.get("status", ()),
        rosters={each.name: [entry.data for entry in each.entries] for each in used},
        before=before,
        roster_before=list(older.values()),
    )


def _with_advice(outcome: Outcome, judged: Evaluation) -> Outcome:
    """Say of a requirement that goes through a roster how it need not."""
    slow = any(each.reads_rosters for each in judged.expressions)
    return outcome._replace(detail=outcome.detail + _FASTER) if slow else outcome


def _judge_here(
    judged: Evaluation, seen: Seen, runner: Runner, budget: Budget
) -> list[Outcome] | Outcome:
    start = thread_time()
    try:
        outcomes: list[Outcome] | None = judge(judged, seen.roster, runner, budget.next)
    except TimeoutError:
        outcomes = None
    budget.spend(thread_time() - start)
    return Outcome(RequirementState.NOT_JUDGED, budget.reason) if outcomes is None else outcomes


def _judge_apart(
    costly: Sequence[Evaluation], seen: Seen, budget: Budget
) -> list[list[Outcome] | Outcome]:
    """Judge in other processes, each going on with the requirement after the one that ended it."""
    found: list[list[Outcome] | Outcome] = []
    while len(found) < len(costly):
        left = costly[len(found) :]
        if not budget.left:
            found.append(Outcome(RequirementState.NOT_JUDGED, budget.reason))
            continue
        work = {
            "requirements": [_sent(each.requirement) for each in left],
            "seen": {key: getattr(seen, key) for key in _SENT} | {"today": seen.today.isoformat()},
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
                found.append([_received(each) for each in answer])
        if len(found) < len(costly):
            found.append(_ended(exit_status, budget))
    return found


_SENT = ("roster", "status", "rosters", "before", "roster_before")


def _sent(requirement: Requirement) -> dict[str, Any]:
    """Return what another process has to know of a requirement."""
    keys = ("when", "expect", "of_roster", "concerns", "message_expression")
    return {key: getattr(requirement, key) for key in keys}


def _received(answer: Sequence[Any]) -> Outcome:
    state, detail, missing, message, concerns = answer
    return Outcome(RequirementState(state), detail, missing, message, tuple(concerns))


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
