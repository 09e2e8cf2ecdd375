"""`rollkeeper check` and `audit`: one run, reported to whoever started it."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rollkeeper.engine.run import Options, exit_status, run
from rollkeeper.forge.actions import github_token, on_actions
from rollkeeper.grammar.escaping import terminal
from rollkeeper.grammar.globs import is_glob, matches
from rollkeeper.grammar.wording import counted, listed
from rollkeeper.jobs.baseline import BaselineError, last_day, write_baseline
from rollkeeper.jobs.folders import with_repository_paths
from rollkeeper.jobs.github_api import github_api
from rollkeeper.jobs.output import write_output
from rollkeeper.jobs.progress import progress_bar
from rollkeeper.loading.clock import today_in
from rollkeeper.loading.community import read_policies
from rollkeeper.model.limits import MAX_BASELINE
from rollkeeper.model.policy import Policy, Severity
from rollkeeper.model.report import Report
from rollkeeper.model.status import Status
from rollkeeper.reports.formats import FOR_PEOPLE, FOR_SERVERS
from rollkeeper.reports.rendering import Detail, RenderSettings, render
from rollkeeper.rules import catalogue

_WIDTH = 100
"""Columns of a report that no terminal shows."""


class UnknownFileError(Exception):
    """A file that the user named belongs to no programme; the message names those that do."""


def check(parsed: argparse.Namespace) -> int:
    """Check what the user named and return the exit status; raise as `run` does."""
    offline = getattr(parsed, "offline", False)
    options = options_from(parsed, offline=offline)
    if parsed.files:
        names = programmes_of(parsed.files, options)
        options = replace(options, programmes=tuple(dict.fromkeys((*options.programmes, *names))))
    if parsed.write_baseline:
        return _baseline(parsed, options)
    if parsed.until is not None:
        message = "--until is the last day of a baseline: add --write-baseline"
        raise BaselineError(message)
    with progress_bar(sys.stderr) as progress:
        report = run(options, progress=progress)
    show(report, parsed)
    return exit_status(report, parsed.fail_on)


def options_from(parsed: argparse.Namespace, *, offline: bool = True) -> Options:
    """Return what a run checks, from the arguments of a command."""
    return Options(
        root=parsed.root,
        policies=parsed.policies,
        programmes=tuple(parsed.programme),
        select=_names(getattr(parsed, "select", ())),
        ignore=_names(getattr(parsed, "ignore", ())),
        today=parsed.today,
        offline=offline,
        since=getattr(parsed, "since", None),
        github_token=github_token(os.environ),
        github=github_api(os.environ),
    )


def _names(given: Sequence[str]) -> tuple[str, ...]:
    """Return ids that were given one by one, or several between commas."""
    return tuple(name.strip() for each in given for name in each.split(",") if name.strip())


def programmes_of(files: Sequence[Path], options: Options) -> tuple[str, ...]:
    """Return the names of the programmes that files belong to.

    A file is a programme's policy, its roster, its page or a logo; a folder is that of its logos.
    Raises UnknownFileError, and PolicyError where the policies cannot be used.
    """
    policies = read_policies(options.root, catalogue(), policies=options.policies)
    top = os.path.realpath(options.root)
    names: dict[str, None] = {}
    for file in files:
        path = Path(os.path.relpath(os.path.realpath(file), top)).as_posix()
        found = [policy.name for policy in policies if _belongs(path, policy)]
        if not found:
            rosters = listed((policy.roster for policy in policies), last="or")
            message = f"{file} belongs to no programme of {top}; name a roster: {rosters}"
            raise UnknownFileError(message)
        names |= dict.fromkeys(found)
    return tuple(names)


def _belongs(path: str, policy: Policy) -> bool:
    logos = (policy.logos or "").strip("/")
    return (
        path in {policy.roster, f"policies/{Path(policy.path).name}"}
        or any(path == page.path for page in policy.pages)
        or (is_glob(policy.roster) and matches(policy.roster, path))
        or bool(logos and f"{path}/".startswith(f"{logos}/"))
    )


def show(report: Report, parsed: argparse.Namespace) -> None:
    """Write a report for whoever reads it; paths for people are relative to where they are."""
    public = on_actions(os.environ)
    form = parsed.format or ("github" if public else "text")
    read_here = parsed.output is None and sys.stdout.isatty()
    settings = RenderSettings(
        colour=wants_colour(parsed),
        width=shutil.get_terminal_size((_WIDTH, 0)).columns if read_here else _WIDTH,
        interactive=read_here and not public and os.environ.get("TERM") != "dumb",
        catalogue=catalogue(),
        public=public,
        detail=Detail(Detail.NORMAL + parsed.verbose - parsed.quiet),
        statistics=parsed.statistics,
    )
    if form in FOR_PEOPLE:
        report = report.below(_from_here(parsed.root))
    elif form in FOR_SERVERS:
        report = with_repository_paths(report, parsed.root)
    write_output(render(report, form, settings), parsed.output)


def _from_here(root: Path) -> str:
    """Return the community's folder as a terminal needs it to open what is in it; "" where here."""
    here, there = Path.cwd(), root.resolve()
    if here == there:
        return ""
    if there.is_relative_to(here) or here.is_relative_to(there):
        return Path(os.path.relpath(there, here)).as_posix()
    return there.as_posix()


def wants_colour(parsed: argparse.Namespace) -> bool:
    """Follow --color, the conventions of no-color.org and force-color.org, then the terminal."""
    if parsed.color != "auto":
        return bool(parsed.color == "always")
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return getattr(parsed, "output", None) is None and sys.stdout.isatty()


def _baseline(parsed: argparse.Namespace, options: Options) -> int:
    """Excuse what is wrong today until a day; print what was excused, and what cannot be."""
    until = last_day(options.today or today_in(None), parsed.until)
    with progress_bar(sys.stderr) as progress:
        report = run(options, progress=progress, most=MAX_BASELINE)
    show(report, parsed)
    status = exit_status(report, parsed.fail_on)
    if status not in {Status.CLEAN, Status.FINDINGS}:
        sys.stderr.write("No baseline was written, because not everything was checked.\n")
        return status
    done = write_baseline(options, report, until)
    for path, number in done.added.items():
        sys.stderr.write(f"{terminal(path)}: {counted(number, 'waiver')} added, until {until}\n")
    if not done.added:
        sys.stderr.write("The baseline has nothing to add.\n")
    for finding in done.left:
        sys.stderr.write(
            f"{terminal(finding.path)}:{finding.place.line}: {finding.rule}: cannot be part of a "
            "baseline; fix it\n"
        )
    if report.count(Severity.ERROR) + report.count(Severity.WARNING) > sum(
        each.counts and each.severity is not Severity.NOTICE for each in report.findings
    ):
        sys.stderr.write("There are more findings than one baseline takes: run this again.\n")
    return exit_status(replace(report, findings=done.left), parsed.fail_on)
