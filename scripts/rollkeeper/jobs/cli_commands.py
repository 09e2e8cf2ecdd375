"""What each command of the command line does.

A command imports what it alone needs inside itself, so that `check` does not wait for the others'.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from rollkeeper.engine.families import UnknownFamilyError
from rollkeeper.engine.run import Options, exit_status, run
from rollkeeper.forge.actions import github_token, on_actions
from rollkeeper.grammar.escaping import terminal
from rollkeeper.grammar.masking import masked
from rollkeeper.jobs.progress import progress_bar
from rollkeeper.loading.files import LinkError
from rollkeeper.loading.git import UnknownRevisionError
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.loading.policy.sections import unknown
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Report
from rollkeeper.model.status import Status
from rollkeeper.reports.formats import FOR_PEOPLE
from rollkeeper.reports.rendering import Detail, RenderSettings, render
from rollkeeper.rules import catalogue

_WIDTH = 100
"""Columns of a report that no terminal shows."""


def perform(parsed: argparse.Namespace) -> int:
    """Run the command that was parsed and return its exit status."""
    command: Mapping[str, Callable[[argparse.Namespace], int]] = {
        "check": _check,
        "audit": _check,
        "fix": _fix,
        "render": _render,
        "rules": _rules,
        "explain": _explain,
        "import": _import,
        "init": _init,
    }
    try:
        return command[parsed.command](parsed)
    except (LinkError, PolicyError, UnknownFamilyError) as error:
        return _wrong_use(str(error))
    except UnknownRevisionError as error:
        return _wrong_use(f"--since: {error}")


def options_from(parsed: argparse.Namespace, *, offline: bool = True) -> Options:
    """Return what a run checks, from the arguments of a command."""
    return Options(
        root=parsed.root,
        policies=parsed.policies,
        programmes=tuple(parsed.programme),
        families=tuple(getattr(parsed, "family", ())),
        today=parsed.today,
        offline=offline,
        since=getattr(parsed, "since", None),
        github_token=github_token(os.environ),
    )


def _wrong_use(message: str) -> int:
    for line in message.splitlines():
        sys.stderr.write(f"{_shown(line)}\n")
    return Status.WRONG_USE


def _check(parsed: argparse.Namespace) -> int:
    if getattr(parsed, "write_baseline", False):
        from rollkeeper.jobs.baseline import BaselineError

        try:
            return _baseline(parsed)
        except BaselineError as error:
            return _wrong_use(str(error))
    if getattr(parsed, "until", None) is not None:
        return _wrong_use("--until is the last day of a baseline: add --write-baseline")
    with progress_bar(sys.stderr) as progress:
        offline = getattr(parsed, "offline", False)
        report = run(options_from(parsed, offline=offline), progress=progress)
    form = parsed.format or ("github" if on_actions(os.environ) else "text")
    _write(_rendered(report, form, parsed), parsed)
    return exit_status(report, parsed.fail_on)


def _rendered(report: Report, form: str, parsed: argparse.Namespace) -> str:
    """Write a report for whoever reads it; paths for people are relative to where they are."""
    terminal_reads = parsed.output is None and sys.stdout.isatty()
    public = on_actions(os.environ)
    settings = RenderSettings(
        colour=_colour(parsed),
        width=shutil.get_terminal_size((_WIDTH, 0)).columns if terminal_reads else _WIDTH,
        interactive=terminal_reads and not public and os.environ.get("TERM") != "dumb",
        catalogue=catalogue(),
        public=public,
        detail=Detail(Detail.NORMAL + parsed.verbose - parsed.quiet),
        statistics=parsed.statistics,
    )
    if form in FOR_PEOPLE:
        report = report.below(_from_here(parsed.root))
    return render(report, form, settings)


def _from_here(root: Path) -> str:
    """Return the community's folder as a terminal needs it to open what is in it; "" where here."""
    here, there = Path.cwd(), root.resolve()
    if here == there:
        return ""
    if there.is_relative_to(here) or here.is_relative_to(there):
        return Path(os.path.relpath(there, here)).as_posix()
    return there.as_posix()


def _baseline(parsed: argparse.Namespace) -> int:
    """Excuse what is wrong today until a day; print what was excused, and what cannot be."""
    from rollkeeper.grammar.wording import counted
    from rollkeeper.jobs.baseline import last_day, write_baseline
    from rollkeeper.loading.clock import today_in
    from rollkeeper.model.limits import MAX_BASELINE

    options = options_from(parsed, offline=parsed.offline)
    until = last_day(options.today or today_in(None), parsed.until)
    with progress_bar(sys.stderr) as progress:
        report = run(options, progress=progress, most=MAX_BASELINE)
    _write(_rendered(report, parsed.format or "text", parsed), parsed)
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


def _colour(parsed: argparse.Namespace) -> bool:
    """Follow --color, the conventions of no-color.org and force-color.org, then the terminal."""
    if parsed.color != "auto":
        return bool(parsed.color == "always")
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return getattr(parsed, "output", None) is None and sys.stdout.isatty()


def _write(text: str, parsed: argparse.Namespace) -> None:
    if parsed.output is not None:
        parsed.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def _fix(parsed: argparse.Namespace) -> int:
    """Fix the rosters, and with `--logos` the logos; say what was done and how much is left."""
    from rollkeeper.jobs.fix import FixChoice, fix_community

    choice = FixChoice(
        logos=parsed.logos,
        # What is cut from a picture cannot be brought back: it takes a word of its own.
        write=not parsed.dry_run and (parsed.write or not parsed.logos),
        previews=parsed.previews,
        colour=_colour(parsed),
        public=on_actions(os.environ),
    )
    return fix_community(options_from(parsed, offline=not parsed.websites), choice)


def _shown(text: str) -> str:
    """Return text from outside as a terminal shows it, masked where others read along."""
    return terminal(masked(text) if on_actions(os.environ) else text)


def _render(parsed: argparse.Namespace) -> int:
    """Write the pages, or say which are out of date."""
    from rollkeeper.jobs.render import render_pages

    public = on_actions(os.environ)
    result = render_pages(options_from(parsed), check=parsed.check, public=public)
    for each in result.refused:
        sys.stderr.write(f"{_shown(f'{each.roster}:{each.line}: {each.message}')}\n")
    return result.status


def _rules(parsed: argparse.Namespace) -> int:
    """List the rules, or print one rule's page or a community's own requirement."""
    from rollkeeper.reports.catalogue import catalogue_text, rule_text

    rules = catalogue()
    if parsed.rule is None:
        sys.stdout.write(catalogue_text(rules))
    elif parsed.rule in rules:
        sys.stdout.write(rule_text(rules[parsed.rule]))
    else:
        return _requirement(parsed)
    return Status.CLEAN


def _requirement(parsed: argparse.Namespace) -> int:
    """Print a requirement of the community's own policies."""
    from rollkeeper.loading.community import POLICIES, read_policies
    from rollkeeper.reports.catalogue import requirement_text

    rules = catalogue()
    has_policies = any((parsed.root / POLICIES).glob("*.y*ml"))
    policies = read_policies(parsed.root, rules) if has_policies else ()
    own = [each for policy in policies for each in policy.requirements]
    asked = dict.fromkeys(requirement_text(each) for each in own if each.id == parsed.rule)
    if not asked:
        return _wrong_use(unknown("rule", parsed.rule, [*rules, *(each.id for each in own)]))
    for line in "\n".join(asked).splitlines():
        sys.stdout.write(f"{_shown(line)}\n")
    return Status.CLEAN


def _explain(parsed: argparse.Namespace) -> int:
    """Show what the policies mean for their rosters."""
    from rollkeeper.engine.explaining import explain
    from rollkeeper.reports.explanation import explanation_json, explanation_text

    explained = explain(options_from(parsed))
    as_json = parsed.format == "json"
    text = explanation_json(explained) if as_json else explanation_text(explained, catalogue())
    _write(text, parsed)
    return Status.CLEAN


def _import(parsed: argparse.Namespace) -> int:
    """Turn a Markdown table or list into a roster; report on stderr what found no place."""
    from rollkeeper.loading.importing import import_markdown

    if parsed.output is not None and parsed.output.exists() and not parsed.force:
        return _wrong_use(f"{parsed.output} is there already; add --force to replace it")
    settings = dict(each.partition("=")[::2] for each in parsed.set)
    try:
        text = parsed.file.read_text(encoding="utf-8")
        imported = import_markdown(
            text, set_fields=settings, section=parsed.section, headings_as=parsed.headings_as
        )
    except (OSError, ValueError) as error:
        return _wrong_use(f"{parsed.file}: {error}")
    _write(imported.yaml_text, parsed)
    for line in imported.account.splitlines():
        sys.stderr.write(f"{_shown(line)}\n")
    return Status.CLEAN if imported.entries else Status.FINDINGS


def _init(parsed: argparse.Namespace) -> int:
    """Propose policies, rosters and workflows for the lists that a repository has."""
    from rollkeeper.jobs.init.callers import parse_pin
    from rollkeeper.jobs.init.command import InitOptions, NoAnswerError, init, terminal_question
    from rollkeeper.jobs.init.staging import StagingError

    try:
        options = InitOptions(
            root=parsed.root,
            only=tuple(parsed.only),
            pin=parse_pin(parsed.pin) if parsed.pin is not None else None,
            dry_run=parsed.dry_run,
            yes=parsed.yes,
            as_json=parsed.format == "json",
            output=parsed.output,
        )
    except ValueError as error:
        return _wrong_use(f"--pin: {error}")
    try:
        return init(options, ask=terminal_question())
    except (NoAnswerError, StagingError) as error:
        return _wrong_use(str(error))
    except OSError as error:
        return _wrong_use(f"cannot be written: {error}")
