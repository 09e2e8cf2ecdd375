"""What the scripts of the workflows share: arguments, checks, reports and exit statuses."""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rollkeeper.engine.families import families
from rollkeeper.engine.run import Options, exit_status, run
from rollkeeper.forge.actions import Actions, github_token
from rollkeeper.grammar.escaping import terminal
from rollkeeper.grammar.masking import masked
from rollkeeper.jobs.arguments import day, folder
from rollkeeper.jobs.github_api import github_api
from rollkeeper.jobs.process import uncollected
from rollkeeper.jobs.progress import progress_bar
from rollkeeper.loading.clock import today_in
from rollkeeper.loading.community import Community
from rollkeeper.loading.git import UnknownRevisionError
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.status import FAIL_ON, Status
from rollkeeper.probes.accounts import NOT_ASKED
from rollkeeper.reports.rendering import RenderSettings, render
from rollkeeper.rules import catalogue

CHECKS: Mapping[str, tuple[str, ...]] = {
    "accounts": ("accounts",),
    "entries": (),
    "logos": ("logos",),
    "terms": ("seats", "terms"),
    "websites": ("websites",),
}
"""Each check that can be asked for, and its families of rules; `entries` has all the others."""
ONLINE = frozenset({"accounts", "websites"})
"""Those that use the network."""


def families_of(checks: Iterable[str]) -> frozenset[str]:
    """Return the families of rules of some of `CHECKS`."""
    named = frozenset(itertools.chain(*CHECKS.values()))
    return frozenset().union(*(CHECKS[check] or families(without=named) for check in checks))


@dataclass(frozen=True)
class Job:
    """One job: what it checks, when it fails, and where it writes to."""

    options: Options
    fail_on: str
    flags: frozenset[str]
    actions: Actions

    def check(
        self,
        families: Collection[str] = (),
        *,
        offline: bool = True,
        community: Community | None = None,
    ) -> Report:
        """Judge the rosters by some families of rules, or by all of them; raise as `run` does."""
        with progress_bar(sys.stderr) as progress:
            options = replace(self.options, families=families, offline=offline)
            return run(options, community=community, progress=progress)

    def show(self, report: Report) -> None:
        """Annotate the lines and add to the step's summary; at a terminal, print."""
        _show(self.actions, report)

    def finish(self, report: Report) -> int:
        """Show a report and return the exit status.

        Where no policy asks for what the job checks, that is all there is to say: a community
        without logos has none to check.
        """
        if report.programmes and report.skipped and not report.ran and report.incomplete is None:
            reasons = sorted(set(report.skipped.values()))
            self.actions.emit(f"There is nothing to check here: {'; '.join(reasons)}.")
            return Status.CLEAN
        self.show(report)
        return exit_status(report, self.fail_on)


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
    add("--root", type=folder, default=Path(), metavar="DIR", help="the community's folder (.)")
    add("--policies", type=folder, metavar="DIR", help="the policies to judge by (DIR/policies)")
    add("--today", type=day, metavar="DATE", help="judge as if it were this day")
    add("--since", metavar="REF", help="only what is new since this revision can fail the job")
    add("--fail-on", choices=FAIL_ON, default="error", help="the least that fails the job (error)")
    for flag in flags:
        add(f"--{flag}", action="store_true")
    parsed = parser.parse_args(arguments)
    options = Options(
        root=parsed.root,
        policies=parsed.policies,
        today=parsed.today,
        since=parsed.since or None,
        github_token=github_token(os.environ),
        github=github_api(os.environ),
    )
    raised = frozenset(flag for flag in flags if getattr(parsed, flag.replace("-", "_")))
    return Job(options, parsed.fail_on, raised, Actions.from_environ(os.environ))


def run_check(story: str | None, arguments: Sequence[str] | None, check: str) -> int:
    """Run a script that is one of `CHECKS`, and return its exit status."""
    job = begin(story, arguments)
    report = job.check(families_of([check]), offline=check not in ONLINE)
    if check == "accounts" and NOT_ASKED in report.skipped.values():
        # In a run that checks everything this is one thing that was left out; here it is all.
        report = replace(report, incomplete=NOT_ASKED)
    return job.finish(report)


def perform(main: Callable[[], int]) -> int:
    """Run a script and return its exit status: no failure of our own may look like a pass."""
    try:
        with uncollected():
            return main()
    except PolicyError as error:
        _show(Actions.from_environ(os.environ), _report_of(error))
        return Status.WRONG_USE
    except UnknownRevisionError as error:
        _log(f"--since: {error}")
        return Status.WRONG_USE
    except KeyboardInterrupt:
        _log("interrupted")
        return Status.INTERRUPTED
    except Exception:  # noqa: BLE001 - the last place where a crash can be kept apart from a finding
        _log(traceback.format_exc())
        if os.environ.get("GITHUB_ACTIONS") == "true":
            sys.stdout.write("::error title=rollkeeper::")
        sys.stdout.write("Rollkeeper crashed, see the log. This is not a pass.\n")
        return Status.BROKEN


def _report_of(error: PolicyError) -> Report:
    """Return errors in policies as the report of a run that checked nothing."""
    findings = tuple(
        Finding("policy", Severity.ERROR, each.message, each.path, each.place, programme="")
        for each in error.errors
    )
    today = today_in(None)
    return Report(today, programmes=(), findings=findings, ran=(), skipped={})


def _log(text: str) -> None:
    """Write text that may have parts from outside, line by line, to be shown only."""
    for line in text.splitlines():
        sys.stderr.write(f"{terminal(masked(line))}\n")


def _show(actions: Actions, report: Report) -> None:
    form = "github" if actions.running else "text"
    colour = not actions.running and sys.stdout.isatty()
    settings = RenderSettings(colour=colour, catalogue=catalogue(), public=actions.running)
    sys.stdout.write(render(report, form, settings))
    sys.stdout.flush()
    actions.append_summary(render(report, "markdown", settings))
