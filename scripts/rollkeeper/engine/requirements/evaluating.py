"""The community's own requirements: CEL expressions of a policy, held against each entry.

Simple expressions run here. Those that loop, match patterns or look at the whole roster run in a
process of their own, because the library that runs them cannot be interrupted from within: when
the time or the memory of a requirement is used up, that process ends and the requirement counts as
not judged.
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
from time import monotonic
from typing import Any, NamedTuple

from rollkeeper.engine.requirements.expressions import (
    Expression,
    Runner,
    Truth,
    compile_expression,
)
from rollkeeper.grammar.wording import listed
from rollkeeper.model.limits import MAX_REQUIREMENT_BYTES, MAX_REQUIREMENT_SECONDS
from rollkeeper.model.policy import Requirement
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath

_SPARE_SECONDS = 30.0
"""What a busy machine may take to start the process and hand over the roster."""
_ENDED_BY_TIME = {
    -getattr(signal, name) for name in ("SIGALRM", "SIGKILL") if hasattr(signal, name)
}
_GROUP = 3
"""From so many entries on that cannot be judged for the same reason, it is said once."""
_CHILD = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); import {0}; {0}.main()"


class RequirementState:
    """What became of a requirement for an entry."""

    MET = "met"
    NOT_ASKED = "not asked"
    UNMET = "unmet"
    BROKEN = "broken"
    NOT_JUDGED = "not judged"


class Outcome(NamedTuple):
    """A state, and for the last three of them the reason, where there is one to give."""

    state: str
    detail: str = ""


MET, NOT_ASKED, UNMET = (
    Outcome(RequirementState.MET),
    Outcome(RequirementState.NOT_ASKED),
    Outcome(RequirementState.UNMET),
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A requirement whose expressions can be run."""

    requirement: Requirement
    when: Expression | None
    expect: Expression

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Both expressions, or the one that there is."""
        return (self.expect,) if self.when is None else (self.when, self.expect)

    @property
    def costly(self) -> bool:
        """Whether no bound on the time can be told from the expressions' length."""
        return any(each.costly for each in self.expressions)


@dataclass(frozen=True, slots=True)
class CompiledRequirements:
    """A policy's requirements: those that can be run, and what is wrong with the others."""

    ready: tuple[Evaluation, ...]
    errors: tuple[tuple[Requirement, str], ...]


def compile_all(requirements: Sequence[Requirement]) -> CompiledRequirements:
    """Compile the expressions of all requirements; a mistake is a value that says what it is."""
    ready: list[Evaluation] = []
    errors: list[tuple[Requirement, str]] = []
    for each in requirements:
        when = compile_expression(each.when) if each.when is not None else None
        expect = compile_expression(each.expect)
        for key, made in (("when", when), ("expect", expect)):
            if isinstance(made, str):
                errors.append((each, f"`{key}` of {each.id} {made}"))
        if not isinstance(when, str) and not isinstance(expect, str):
            ready.append(Evaluation(each, when, expect))
    return CompiledRequirements(tuple(ready), tuple(errors))


def evaluate(
    compiled: CompiledRequirements,
    programme: Programme,
    today: date,
    *,
    seconds: float = MAX_REQUIREMENT_SECONDS,
) -> Iterator[tuple[Requirement, Entry | None, Outcome]]:
    """Hold each requirement against each entry, one requirement after the other.

    `seconds` is the most that one requirement may take over all entries. A requirement that takes
    longer gives one outcome without an entry; nothing of what it found before is kept.
    """
    entries = programme.entries
    roster = [entry.data for entry in entries]
    status = programme.policy.roles.get("status", ())
    runner = Runner(roster, status, today)
    costly = [judged for judged in compiled.ready if judged.costly]
    apart = iter(_judge_apart(costly, roster, status, today, seconds))
    for judged in compiled.ready:
        outcomes = next(apart) if judged.costly else judge(judged, roster, runner, seconds)
        if isinstance(outcomes, Outcome):
            yield judged.requirement, None, outcomes
            continue
        for entry, outcome in zip(entries, outcomes, strict=True):
            yield judged.requirement, entry, outcome


def judge(
    judged: Evaluation, roster: Sequence[dict[str, Any]], runner: Runner, seconds: float
) -> list[Outcome] | Outcome:
    """Hold one requirement against each entry; one outcome for all when the time is used up."""
    deadline = monotonic() + seconds
    outcomes = []
    for data in roster:
        outcomes.append(_outcome(judged, data, runner))
        if monotonic() > deadline:
            return _out_of_time(seconds)
    return outcomes


def _outcome(judged: Evaluation, data: dict[str, Any], runner: Runner) -> Outcome:
    runner.look_at(data, judged.expressions)
    excuse = _excuse(judged.when, data, runner) if judged.when is not None else None
    if excuse is not None:
        return excuse
    expected = runner.run(judged.expect, data)
    if expected.verdict == Truth.MISSING:
        return Outcome(RequirementState.UNMET, f"it has no {expected.detail}")
    if expected.verdict == Truth.BROKEN:
        return Outcome(RequirementState.BROKEN, expected.detail)
    return MET if expected.verdict == Truth.TRUE else UNMET


def _excuse(when: Expression, data: dict[str, Any], runner: Runner) -> Outcome | None:
    """Return why `expect` is not asked of an entry, or None where it is."""
    asked = runner.run(when, data)
    if asked.verdict == Truth.MISSING:
        # Taking it for "not asked" would excuse whoever leaves the field out.
        return Outcome(
            RequirementState.BROKEN, f"`when` speaks of {asked.detail}, which it has not"
        )
    if asked.verdict == Truth.BROKEN:
        return Outcome(RequirementState.BROKEN, f"of `when`, {asked.detail}")
    return None if asked.verdict == Truth.TRUE else NOT_ASKED


def _out_of_time(seconds: float) -> Outcome:
    return Outcome(RequirementState.NOT_JUDGED, f"it took longer than {seconds:g} seconds")


def _judge_apart(
    costly: Sequence[Evaluation],
    roster: Sequence[dict[str, Any]],
    status: Sequence[FieldPath],
    today: date,
    seconds: float,
) -> list[list[Outcome] | Outcome]:
    """Judge in other processes, each going on with the requirement after the one that ended it."""
    found: list[list[Outcome] | Outcome] = []
    while len(found) < len(costly):
        left = costly[len(found) :]
        work = {
            "requirements": [[each.requirement.when, each.requirement.expect] for each in left],
            "roster": roster,
            "status": status,
            "today": today.isoformat(),
            "seconds": seconds,
            "bytes": MAX_REQUIREMENT_BYTES,
        }
        allowed = len(left) * seconds + _SPARE_SECONDS
        answer, exit_status = _ask_child(json.dumps(work).encode(), allowed)
        found.extend(_read_answer(answer, len(roster), len(left)))
        if len(found) < len(costly):
            found.append(_ended(exit_status, seconds))
    return found


def _ended(exit_status: int, seconds: float) -> Outcome:
    """Return why a process ended before it had judged the requirement that it was at."""
    if exit_status in _ENDED_BY_TIME:
        return _out_of_time(seconds)
    most = MAX_REQUIREMENT_BYTES >> 20
    why = f"its process ended with status {exit_status}; it may use {most:,} MiB of memory"
    return Outcome(RequirementState.NOT_JUDGED, why)


def _ask_child(work: bytes, seconds: float) -> tuple[bytes, int]:
    """Run the work in a fresh interpreter with the same modules; give what it said in time."""
    code = _CHILD.format("rollkeeper.engine.requirements.child")
    command = [sys.executable, "-I", "-c", code, json.dumps(sys.path)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        try:
            answer = child.communicate(work, timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            child.kill()
            answer = child.communicate()[0]
        return answer, child.returncode


def _read_answer(answer: bytes, entries: int, most: int) -> Iterator[list[Outcome] | Outcome]:
    """Read one line for each requirement: the entries that did not simply meet it."""
    for line in answer.splitlines(keepends=True)[:most]:
        if not line.endswith(b"\n"):
            return  # the process ended while it wrote
        told = json.loads(line)
        if isinstance(told, str):
            yield Outcome(RequirementState.NOT_JUDGED, told)
            continue
        outcomes = [MET] * entries
        for index, state, detail in told:
            outcomes[index] = Outcome(state, detail)
        yield outcomes


def check(
    programme: Programme, compiled: CompiledRequirements, today: date
) -> Iterator[tuple[Requirement, Problem]]:
    """Report the entries that do not meet a requirement, and what could not be judged."""
    broken: dict[tuple[Requirement, str], list[Entry]] = defaultdict(list)
    for requirement, entry, outcome in evaluate(compiled, programme, today):
        match outcome.state:
            case RequirementState.UNMET:
                reason = f": {outcome.detail}" if outcome.detail else ""
                yield (
                    requirement,
                    Problem(f"{requirement.message}{reason}", requirement.field, entry),
                )
            case RequirementState.BROKEN if entry is not None:
                broken[requirement, outcome.detail].append(entry)
            case RequirementState.NOT_JUDGED:
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
