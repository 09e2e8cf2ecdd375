"""What each command of the command line does.

A command imports what it alone needs inside itself, so that `check` does not wait for the others'.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from rollkeeper.engine.families import UnknownFamilyError
from rollkeeper.forge.actions import on_actions
from rollkeeper.grammar.escaping import terminal
from rollkeeper.grammar.masking import masked
from rollkeeper.jobs.baseline import BaselineError
from rollkeeper.jobs.check import UnknownFileError, check, options_from, wants_colour
from rollkeeper.jobs.folders import community_folder
from rollkeeper.jobs.output import OutputError, write_output
from rollkeeper.loading.files import LinkError
from rollkeeper.loading.git import UnknownRevisionError
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.loading.policy.sections import unknown
from rollkeeper.model.status import Status
from rollkeeper.rules import catalogue


def perform(parsed: argparse.Namespace) -> int:
    """Run the command that was parsed and return its exit status."""
    command: Mapping[str, Callable[[argparse.Namespace], int]] = {
        "check": check,
        "audit": _audit,
        "fix": _fix,
        "render": _render,
        "rules": _rules,
        "explain": _explain,
        "import": _import,
        "init": _init,
        "completion": _completion,
    }
    if "root" in parsed and parsed.root is None:
        # Policies of elsewhere are about the folder where the user is.
        here = getattr(parsed, "policies", None) is not None
        parsed.root = Path() if here else _short(community_folder(Path.cwd()))
    try:
        return command[parsed.command](parsed)
    except (
        BaselineError,
        LinkError,
        OutputError,
        PolicyError,
        UnknownFamilyError,
        UnknownFileError,
    ) as error:
        return _wrong_use(str(error))
    except UnknownRevisionError as error:
        return _wrong_use(f"--since: {error}")


def _short(folder: Path) -> Path:
    return Path() if folder == Path.cwd() else folder


def _wrong_use(message: str) -> int:
    for line in message.splitlines():
        sys.stderr.write(f"{_shown(line)}\n")
    return Status.WRONG_USE


def _audit(parsed: argparse.Namespace) -> int:
    """Audit everything; return the exit status."""
    from rollkeeper.jobs.audit.command import HistoryFileError, audit

    try:
        return audit(parsed)
    except HistoryFileError as error:
        return _wrong_use(str(error))


def _fix(parsed: argparse.Namespace) -> int:
    """Fix the rosters, and with `--logos` the logos; say what was done and how much is left."""
    from rollkeeper.jobs.fix import FixChoice, fix_community

    choice = FixChoice(
        logos=parsed.logos,
        # What is cut from a picture cannot be brought back: it takes a word of its own.
        write=not parsed.dry_run and (parsed.write or not parsed.logos),
        previews=parsed.previews,
        colour=wants_colour(parsed),
        public=on_actions(os.environ),
    )
    asked = {"accounts": parsed.accounts, "websites": parsed.websites}
    options = options_from(parsed, offline=not any(asked.values()))
    if not options.offline:
        left = tuple(family for family, wanted in asked.items() if not wanted)
        options = replace(options, ignore=(*options.ignore, *left))
    return fix_community(options, choice)


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
    """List the rules, or describe one; a community's own requirements are rules of its own."""
    from rollkeeper.jobs.own_rules import own_requirements
    from rollkeeper.reports import catalogue as described

    rules, wanted = catalogue(), parsed.rule
    own = own_requirements(parsed.root) if wanted not in rules else ()
    found = [rule for rule in rules.values() if wanted in {None, rule.id}]
    own = tuple(each for each in own if wanted in {None, each.id})
    if not found and not own:
        known = (*rules, *(each.id for each in own_requirements(parsed.root)))
        return _wrong_use(unknown("rule", wanted, known))
    if parsed.format == "json":
        text = described.catalogue_json(found, own)
    elif wanted is None:
        text = described.catalogue_text(rules, own)
    else:
        texts = (*map(described.rule_text, found), *map(described.requirement_text, own))
        text = "\n".join(texts)
    sys.stdout.write(text)
    return Status.CLEAN


def _completion(parsed: argparse.Namespace) -> int:
    """Write what a shell needs to complete the command."""
    from rollkeeper.jobs.cli import parser
    from rollkeeper.jobs.completion import completion

    sys.stdout.write(completion(parsed.shell, parser(), catalogue()))
    return Status.CLEAN


def _explain(parsed: argparse.Namespace) -> int:
    """Show what the policies mean for their rosters."""
    from rollkeeper.engine.explaining import explain
    from rollkeeper.reports.explanation import explanation_json, explanation_text

    explained = explain(options_from(parsed))
    as_json = parsed.format == "json"
    text = explanation_json(explained) if as_json else explanation_text(explained, catalogue())
    write_output(text, parsed.output)
    return Status.CLEAN


def _import(parsed: argparse.Namespace) -> int:
    """Turn a list into a roster; report on stderr what found no place."""
    from rollkeeper.jobs.import_list import imported

    try:
        made = imported(parsed)
    except ValueError as error:
        return _wrong_use(str(error))
    for line in made.account.splitlines():
        sys.stderr.write(f"{_shown(line)}\n")
    return Status.CLEAN if made.entries else Status.FINDINGS


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
