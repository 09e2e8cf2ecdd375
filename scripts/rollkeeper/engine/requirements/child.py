"""The process in which costly requirements are judged: work on standard input, a line for each."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

from rollkeeper.engine.requirements.evaluating import Evaluation, Outcome, RequirementState, judge
from rollkeeper.engine.requirements.expressions import Expression, Runner, compile_expression
from rollkeeper.model.policy import Requirement, Severity
from rollkeeper.model.tree import START


def main() -> None:
    """Judge what standard input asks for, under the limits that it names."""
    work = json.load(sys.stdin)
    _limit_memory(work["bytes"])
    status = [tuple(path) for path in work["status"]]
    runner = Runner(work["roster"], status, date.fromisoformat(work["today"]))
    for when, expect in work["requirements"]:
        _limit_time(work["seconds"])
        outcomes = judge(_judged(when, expect), work["roster"], runner, work["seconds"])
        print(json.dumps(_telling(outcomes)), flush=True)  # noqa: T201 - the answer


def _telling(outcomes: list[Outcome] | Outcome) -> Any:  # noqa: ANN401 - what JSON can hold
    if isinstance(outcomes, Outcome):
        return outcomes.detail
    return [
        (index, outcome.state, outcome.detail)
        for index, outcome in enumerate(outcomes)
        if outcome.state != RequirementState.MET
    ]


def _judged(when: str | None, expect: str) -> Evaluation:
    requirement = Requirement("", expect, "", when, Severity.ERROR, (), "", START)
    return Evaluation(requirement, None if when is None else _compiled(when), _compiled(expect))


def _compiled(source: str) -> Expression:
    made = compile_expression(source)
    if isinstance(made, str):
        raise TypeError(made)  # the parent compiled it before it asked
    return made


def _limit_memory(most: int) -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - there is none on Windows

        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: float) -> None:
    """Let the system end this process, which works even where Python code does not get its turn."""
    if sys.platform != "win32":
        import signal  # noqa: PLC0415 - there are no timers on Windows

        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
