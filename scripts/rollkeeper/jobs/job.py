"""What the scripts of the workflows share: a job's arguments, and how it is told."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from rollkeeper.engine.run import Options, exit_status, run
from rollkeeper.forge.actions import Actions
from rollkeeper.grammar.dates import InvalidDate, parse_date
from rollkeeper.grammar.escaping import terminal
from rollkeeper.jobs.process import uncollected
from rollkeeper.jobs.progress import Bar
from rollkeeper.loading.git import UnknownRevisionError
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.status import FAIL_ON, Status
from rollkeeper.reports.rendering import RenderSettings, render
from rollkeeper.rules import catalogue


@dataclass(frozen=True)
class Job:
    """One job: what it looks at, when it fails, and whom it tells."""

    options: Options
    fail_on: str
    flags: frozenset[str]
    actions: Actions

    def check(self, families: Collection[str] = (), *, offline: bool = True) -> Report:
        """Judge the rosters by some families of rules, or by all of them.

        Raises PolicyError and UnknownRevisionError as `running.run` does; `perform` tells of them.
        """
        with Bar(sys.stderr) as progress:
            options = replace(self.options, families=families, offline=offline)
            return run(options, progress=progress)

    def tell(self, report: Report) -> None:
        """Annotate the lines and add to the step's summary; at a terminal, print."""
        _tell(self.actions, report)

    def idle(self, report: Report) -> bool:
        """Return whether no policy asks for what the job checks, and tell if so.

        That is no fault: a community without logos has none to check.
        """
        idle = bool(report.programmes) and not report.ran and bool(report.skipped)
        idle = idle and report.incomplete is None
        if idle:
            reasons = sorted(set(report.skipped.values()))
            self.actions.emit(f"There is nothing to check here: {'; '.join(reasons)}.")
        return idle

    def exit_status(self, report: Report, fail_on: str | None = None) -> int:
        """Return how the job ends."""
        return exit_status(report, fail_on or self.fail_on)


def begin(
    story: str | None, arguments: Sequence[str] | None, *, flags: Collection[str] = ()
) -> Job:
    """Read a script's arguments; its docstring `story` is its help.

    `flags` names options without a value that the script takes besides those that all take.
    """
    parser = argparse.ArgumentParser(
        description=story, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--root", type=_folder, default=Path(), metavar="DIR", help="the community's folder (.)")
    add("--policies", type=_folder, metavar="DIR", help="the policies to judge by (DIR/policies)")
    add("--today", type=_day, metavar="DATE", help="judge as if it were this day")
    add("--since", metavar="REF", help="only what came in since this revision can fail the job")
    add("--fail-on", choices=FAIL_ON, default="error", help="the least that fails the job (error)")
    for flag in flags:
        add(f"--{flag}", action="store_true")
    parsed = parser.parse_args(arguments)
    options = Options(
        root=parsed.root,
        policies=parsed.policies,
        today=parsed.today,
        since=parsed.since or None,
        github_token=os.environ.get("GITHUB_TOKEN") or None,
    )
    raised = frozenset(flag for flag in flags if getattr(parsed, flag))
    return Job(options, parsed.fail_on, raised, Actions.from_environ(os.environ))


def perform(story: Callable[[], int]) -> int:
    """Run a script to its exit status: no failure of our own may look like a pass."""
    try:
        with uncollected():
            return story()
    except PolicyError as error:
        _tell(Actions.from_environ(os.environ), _errors(error))
        return Status.WRONG_USE
    except UnknownRevisionError as error:
        _log(f"--since: {error}")
        return Status.WRONG_USE
    except KeyboardInterrupt:
        _log("interrupted")
        return Status.INTERRUPTED
    except Exception:  # noqa: BLE001 - the last place where a crash can be told from a finding
        _log(traceback.format_exc())
        if os.environ.get("GITHUB_ACTIONS") == "true":
            sys.stdout.write("::error title=rollkeeper::")
        sys.stdout.write("Rollkeeper broke, see the log. This is not a pass.\n")
        return Status.BROKEN


def _errors(error: PolicyError) -> Report:
    """Tell of policies that cannot be used as of a run that looked at nothing."""
    findings = tuple(
        Finding("policy", Severity.ERROR, each.message, each.path, each.place, programme="")
        for each in error.errors
    )
    today = datetime.now(tz=UTC).date()
    return Report(today, programmes=(), findings=findings, ran=(), skipped={})


def _log(text: str) -> None:
    """Write text that strangers may have written parts of, line by line, to be shown only."""
    for line in text.splitlines():
        sys.stderr.write(f"{terminal(line)}\n")


def _tell(actions: Actions, report: Report) -> None:
    """Write a report to whoever watches."""
    form = "github" if actions.running else "text"
    colour = not actions.running and sys.stdout.isatty()
    settings = RenderSettings(colour=colour, catalogue=catalogue())
    sys.stdout.write(render(report, form, settings))
    sys.stdout.flush()
    actions.append_summary(render(report, "markdown", settings))


def _folder(text: str) -> Path:
    folder = Path(text)
    if not folder.is_dir():
        message = f"{text!r} is not a folder"
        raise argparse.ArgumentTypeError(message)
    return folder


def _day(text: str) -> date:
    day = parse_date(text)
    if isinstance(day, InvalidDate):
        raise argparse.ArgumentTypeError(day.message)
    return day
