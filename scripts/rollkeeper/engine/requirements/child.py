"""The process in which costly requirements are judged: work on standard input, a line for each."""

from __future__ import annotations

import json
import sys
from datetime import date
from time import process_time
from typing import Any

from rollkeeper.engine.requirements.compiling import compile_all
from rollkeeper.engine.requirements.evaluating import TIMED_OUT, Budget
from rollkeeper.engine.requirements.outcomes import judge
from rollkeeper.engine.requirements.runner import Runner, Seen
from rollkeeper.model.policy import Requirement, Severity
from rollkeeper.model.tree import START


def main() -> None:
    """Judge what standard input asks for, under the limits that it names."""
    work = json.load(sys.stdin)
    _limit(work["bytes"], seconds=0)
    given = work["seen"]
    given["status"] = [tuple(path) for path in given["status"]]
    seen = Seen(**given | {"today": date.fromisoformat(given["today"])})
    runner = Runner(seen)
    common: dict[str, Any] = {
        "id": "", "message": "", "severity": Severity.ERROR, "field": (), "path": "",
        "place": START,
    }  # fmt: skip
    asked = [Requirement(**common, **each) for each in work["requirements"]]
    budget = Budget(work["budget"], work["seconds"])
    for judged in compile_all(asked).ready:
        seconds = budget.next
        if not seconds:
            sys.exit(TIMED_OUT)
        start = process_time()
        _limit(work["bytes"], seconds)
        try:
            outcomes = judge(judged, seen.roster, runner, seconds)
        except TimeoutError:
            sys.exit(TIMED_OUT)
        used = process_time() - start
        budget.spend(used)
        print(json.dumps([used, outcomes]), flush=True)  # noqa: T201 - the answer


def _limit(memory: int, seconds: float) -> None:
    """Let the system end this process, which works even where Python code does not get its turn.

    No `seconds` stop the clock.
    """
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - there is none on Windows
        import signal  # noqa: PLC0415 - there are no timers on Windows

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
