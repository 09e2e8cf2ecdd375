"""What each command of the command line does.

A command imports what it alone needs inside itself, so that `check` does not wait for the others'.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping

from rollkeeper.engine.families import UnknownFamilyError
from rollkeeper.engine.run import Options, exit_status, run
from rollkeeper.grammar.escaping import terminal
from rollkeeper.jobs.progress import Bar
from rollkeeper.loading.clock import today_in
from rollkeeper.loading.community import Community, load, read_policies
from rollkeeper.loading.files import LinkError, read_inside, replace_inside
from rollkeeper.loading.git import UnknownRevisionError
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.loading.policy.sections import unknown
from rollkeeper.model.limits import MAX_PUBLIC_PAGE_BYTES
from rollkeeper.model.policy import Severity
from rollkeeper.model.roster import Programme
from rollkeeper.model.status import Status
from rollkeeper.reports.rendering import RenderSettings, render
from rollkeeper.rules import catalogue


def perform(parsed: argparse.Namespace) -> int:
    """Run the command that was parsed and return its exit status."""
    command: Mapping[str, Callable[[argparse.Namespace], int]] = {
        "check": _check,
        "audit": _check,
        "fix": _fix,
        "render": _render,
        "rules": _rules,
        "import": _import,
    }
    root = getattr(parsed, "root", None)
    if root is not None and not root.is_dir():
        return _wrong_use(f"{root} is not a folder")
    try:
        return command[parsed.command](parsed)
    except PolicyError as error:
        return _wrong_use(str(error))
    except (LinkError, UnknownFamilyError) as error:
        return _wrong_use(str(error))
    except UnknownRevisionError as error:
        return _wrong_use(f"--since: {error}")


def options_from(parsed: argparse.Namespace, *, offline: bool) -> Options:
    """Return what a run looks at, from the arguments of a command."""
    return Options(
        root=parsed.root,
        policies=parsed.policies,
        programmes=tuple(parsed.programme),
        families=tuple(getattr(parsed, "family", ())),
        today=parsed.today,
        offline=offline,
        since=getattr(parsed, "since", None),
        github_token=os.environ.get("GITHUB_TOKEN") or None,
    )


def _wrong_use(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return Status.WRONG_USE


def _check(parsed: argparse.Namespace) -> int:
    with Bar(sys.stderr) as progress:
        report = run(options_from(parsed, offline=parsed.offline), progress=progress)
    form = parsed.format or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")
    settings = RenderSettings(colour=_colour(parsed), catalogue=catalogue())
    _write(render(report, form, settings), parsed)
    return exit_status(report, parsed.fail_on)


def _colour(parsed: argparse.Namespace) -> bool:
    """Follow the conventions of no-color.org and force-color.org, then ask the terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return parsed.output is None and sys.stdout.isatty()


def _write(text: str, parsed: argparse.Namespace) -> None:
    if parsed.output is not None:
        parsed.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def _fix(parsed: argparse.Namespace) -> int:
    """Fix the rosters in place, then list what cannot be fixed automatically."""
    from rollkeeper.fixing.run import fix, logo_offers
    from rollkeeper.pages import difference

    fixed = fix(options_from(parsed, offline=not parsed.websites))
    for path, roster in fixed.rosters.items():
        for line in roster.done:
            sys.stdout.write(f"{path}: {terminal(line)}\n")
        if parsed.dry_run:
            sys.stdout.write(difference(roster.before, roster.after, name=path))
        else:
            replace_inside(parsed.root, path, roster.after.encode())
    for offer in logo_offers(parsed.root, fixed.report) if parsed.logos else ():
        sys.stdout.write(f"{offer.path}: {terminal(offer.words)}\n")
        if offer.data is not None and not parsed.dry_run:
            replace_inside(parsed.root, offer.path, offer.data)
    left = [finding for finding in fixed.left if finding.counts]
    if left:
        sys.stdout.write("Cannot be fixed automatically:\n")
    for finding in left:
        sys.stdout.write(
            f"{terminal(finding.path)}:{finding.place.line}: {finding.rule}: "
            f"{terminal(finding.message)}\n"
        )
    grave = any(finding.severity is Severity.ERROR for finding in left)
    return Status.FINDINGS if grave else Status.CLEAN


def _load(parsed: argparse.Namespace) -> Community:
    names = tuple(parsed.programme)
    policies = read_policies(parsed.root, catalogue(), policies=parsed.policies, names=names)
    return load(parsed.root, policies)


def _render(parsed: argparse.Namespace) -> int:
    """Write the pages, or say which are out of date."""
    stale = 0
    for programme in _load(parsed).programmes:
        page = programme.policy.page
        if page is None:
            sys.stdout.write(f"{programme.name}: the policy names no page\n")
            continue
        try:
            stale += _render_page(parsed, programme, page)
        except ValueError as error:
            return _wrong_use(f"{page}: {error}")
    return Status.FINDINGS if stale else Status.CLEAN


def _render_page(parsed: argparse.Namespace, programme: Programme, page: str) -> bool:
    """Write one page; with --check say whether it is out of date.

    Raises ValueError where the page that is there cannot be used.
    """
    from rollkeeper.pages import difference, page_text

    old = None
    if os.path.lexists(parsed.root / page):
        data, trouble = read_inside(parsed.root, page, MAX_PUBLIC_PAGE_BYTES)
        if data is None or len(data) > MAX_PUBLIC_PAGE_BYTES:
            message = trouble or f"the page is larger than {MAX_PUBLIC_PAGE_BYTES:,} bytes"
            raise ValueError(message)
        old = data.decode()
    new = page_text(programme, old, today=parsed.today or today_in(programme.policy))
    if new == old:
        sys.stdout.write(f"{page}: up to date\n")
    elif parsed.check:
        sys.stdout.write(
            f"{page}: out of date; do not edit it by hand: change {programme.roster.path}, then "
            f"run `rollkeeper render`\n{difference(old or '', new, name=page)}"
        )
        return True
    else:
        replace_inside(parsed.root, page, new.encode())
        sys.stdout.write(f"{page}: written\n")
    return False


def _rules(parsed: argparse.Namespace) -> int:
    """List the rules, or print one rule's page."""
    from rollkeeper.reports.catalogue import catalogue_text, rule_text

    rules = catalogue()
    if parsed.rule is None:
        sys.stdout.write(catalogue_text(rules))
    elif parsed.rule in rules:
        sys.stdout.write(rule_text(rules[parsed.rule]))
    else:
        return _wrong_use(unknown("rule", parsed.rule, rules))
    return Status.CLEAN


def _import(parsed: argparse.Namespace) -> int:
    """Turn a Markdown table or list into a roster; what could not be placed is told on stderr."""
    from rollkeeper.loading.importing import import_markdown

    settings = dict(each.partition("=")[::2] for each in parsed.set)
    try:
        text = parsed.file.read_text(encoding="utf-8")
        imported = import_markdown(text, set_fields=settings, section=parsed.section)
    except (OSError, ValueError) as error:
        return _wrong_use(f"{parsed.file}: {error}")
    _write(imported.yaml_text, parsed)
    sys.stderr.write(imported.account)
    return Status.CLEAN if imported.entries else Status.FINDINGS
