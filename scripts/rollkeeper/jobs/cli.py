"""The command line of `rollkeeper`.

Each command is a function; what it needs is imported inside it, so that `rollkeeper --version`
costs no more than Python itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rollkeeper import __version__
from rollkeeper.jobs.arguments import SHELLS, day, folder, output_file, shards
from rollkeeper.jobs.output import escape_what_cannot_be_shown
from rollkeeper.jobs.parser import Parser
from rollkeeper.jobs.process import uncollected
from rollkeeper.model.list_formats import LIST_FORMATS
from rollkeeper.model.status import FAIL_ON, Status
from rollkeeper.reports.formats import FORMATS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    0 nothing at or above the threshold, 1 findings, 2 wrong use, 3 Rollkeeper crashed or could
    check nothing.
    """
    own = parser()
    parsed, unknown = own.parse_known_args(arguments)
    if parsed.command is None and not unknown:
        own.print_help()
        return Status.WRONG_USE
    if unknown:
        (parsed.parser if parsed.command else own).leave_unknown(unknown)
    from rollkeeper.jobs import cli_commands as commands

    return commands.perform(parsed)


def console() -> int:
    """Run as a program: no failure of our own may look like a pass or like a finding."""
    try:
        escape_what_cannot_be_shown()
        with uncollected():
            return main()
    except KeyboardInterrupt:
        sys.stderr.write("rollkeeper: interrupted\n")
        return Status.INTERRUPTED
    except BrokenPipeError:
        # The reader went away, as `| head` does. What it did not read was not a pass.
        sys.stderr.close()
        return Status.BROKEN
    except Exception:  # noqa: BLE001 - the last place where a crash can be kept apart from a finding
        import traceback

        traceback.print_exc()
        sys.stderr.write(
            "rollkeeper: crashed (see above). This is not a pass; please report it with the roster "
            "that caused it.\n"
        )
        return Status.BROKEN


def parser() -> Parser:
    """Return the parser of the command line."""
    parser = Parser(
        prog="rollkeeper",
        description="Keeps an open-source community's rosters true.",
        epilog="Exit status: 0 clean, 1 findings, 2 wrong use, 3 Rollkeeper crashed.",
    )
    parser.add_argument("--version", action="version", version=f"rollkeeper {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_checks(commands)
    _add_fix(commands)
    _add_render(commands)
    _add_rules(commands)
    _add_explain(commands)
    _add_import(commands)
    _add_init(commands)
    words = "print what a shell needs to complete the command"
    completion = commands.add_parser("completion", help=words, description=words)
    completion.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    for command in commands.choices.values():
        command.set_defaults(parser=command)
    return parser


_ROOT = "the community's folder (the nearest with policies, from here to the repository's top)"


def _common(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--root", type=folder, metavar="DIR", help=_ROOT)
    add("--policies", type=folder, metavar="DIR", help="policy files (DIR/policies)")
    add("--programme", action="append", default=[], metavar="NAME", help="only this programme")
    add("--today", type=day, metavar="DATE", help="judge as if it were this day")


def _add_checks(commands: argparse._SubParsersAction[Parser]) -> None:
    words = "check the rosters against their policies"
    check = commands.add_parser("check", help=words, description=words)
    words = "check everything, websites too: `check` without what leaves something out"
    audit = commands.add_parser("audit", help=words, description=words)
    for parser in (check, audit):
        _common(parser)
        add = parser.add_argument
        add("--format", choices=FORMATS, help="text, or github inside GitHub Actions")
        add("--output", type=output_file, metavar="FILE", help="write the report here")
        add("--fail-on", choices=FAIL_ON, default="error", help="the least that fails the run")
        _add_presentation(parser)
    add = audit.add_argument
    words = "how many processes visit the websites: a number, or auto for one per processor (auto)"
    add("--shards", type=shards, metavar="N", help=words)
    words = "read what earlier audits saw from this file, and write what this one sees"
    add("--history", type=output_file, metavar="FILE", help=words)
    # What narrows a check: an audit leaves nothing out.
    add = check.add_argument
    words = "only the programmes of these rosters, policies, pages or logos"
    add("files", nargs="*", type=Path, metavar="FILE", help=words)
    _add_choice_of_rules(check)
    add("--offline", action="store_true", help="visit no website, and ask GitHub nothing")
    add("--since", metavar="REF", help="only what is new since this revision can fail the run")
    words = "add waivers to the policies for what is wrong today"
    add("--write-baseline", action="store_true", help=words)
    add("--until", type=day, metavar="DATE", help="the last day of the baseline (in 90 days)")


def _add_presentation(parser: argparse.ArgumentParser) -> None:
    amount = parser.add_mutually_exclusive_group()
    words = "also say which rules were skipped and why, and where each rule is described"
    amount.add_argument("-v", "--verbose", action="store_true", help=words)
    amount.add_argument("-q", "--quiet", action="store_true", help="print findings only")
    add = parser.add_argument
    add("--statistics", action="store_true", help="count the findings of each rule instead")
    _add_colour(parser)


def _add_choice_of_rules(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    words = "only these rules or families of rules, between commas"
    add("--select", "--family", action="append", default=[], metavar="RULES", help=words)
    words = "all but these rules or families of rules"
    add("--ignore", action="append", default=[], metavar="RULES", help=words)


def _add_colour(parser: argparse.ArgumentParser) -> None:
    words = "colour what is printed (auto: on a terminal)"
    choices = ("auto", "always", "never")
    parser.add_argument("--color", choices=choices, default="auto", help=words)


def _add_fix(commands: argparse._SubParsersAction[Parser]) -> None:
    words = "fix what can be fixed safely"
    parser = commands.add_parser("fix", help=words, description=words)
    _common(parser)
    parser.add_argument("--dry-run", action="store_true", help="show the changes, write nothing")
    _add_choice_of_rules(parser)
    help_words = "also clean logos; only shows what would change unless --write is given"
    parser.add_argument("--logos", action="store_true", help=help_words)
    help_words = "with --logos: write the rosters and the cleaned logos"
    parser.add_argument("--write", action="store_true", help=help_words)
    help_words = "with --logos: put copies of the cleaned logos into this folder, to look at"
    parser.add_argument("--previews", type=Path, metavar="DIR", help=help_words)
    help_words = "also visit the websites, and update the addresses of those that have moved"
    parser.add_argument("--websites", action="store_true", help=help_words)
    help_words = "also ask GitHub about the accounts, and write the new names of renamed ones"
    parser.add_argument("--accounts", action="store_true", help=help_words)
    _add_colour(parser)


def _add_rules(commands: argparse._SubParsersAction[Parser]) -> None:
    words = "list the rules and the community's own requirements, or describe one"
    parser = commands.add_parser("rules", help=words, description=words)
    add = parser.add_argument
    add("rule", nargs="?", metavar="ID", help="the rule to describe, with examples")
    add("--root", type=folder, metavar="DIR", help=_ROOT)
    add("--format", choices=("text", "json"), default="text", help="of the description (text)")


def _add_render(commands: argparse._SubParsersAction[Parser]) -> None:
    words = "write the public pages from the rosters"
    parser = commands.add_parser("render", help=words, description=words)
    _common(parser)
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")


def _add_explain(commands: argparse._SubParsersAction[Parser]) -> None:
    words = "show which field plays which role, which rules judge, and why others do not"
    parser = commands.add_parser("explain", help=words, description=words)
    _common(parser)
    add = parser.add_argument
    add("--format", choices=("text", "json"), default="text", help="of the explanation (text)")
    add("--output", type=output_file, metavar="FILE", help="write the explanation here")


def _add_init(commands: argparse._SubParsersAction[Parser]) -> None:
    words = "propose policies, rosters and workflows for the lists that a repository has"
    parser = commands.add_parser("init", help=words, description=words)
    add = parser.add_argument
    add("--root", type=folder, default=Path(), metavar="DIR", help="the community's folder (.)")
    help_words = "only the lists in this file or folder, whatever it is called"
    add("--from", action="append", default=[], dest="only", metavar="PATH", help=help_words)
    add("--pin", metavar="SHA#VERSION", help="the release of Rollkeeper that the workflows call")
    add("--dry-run", action="store_true", help="show the proposal, write nothing")
    add("--yes", action="store_true", help="write without asking")
    add("--format", choices=("text", "json"), default="text", help="of the proposal (text)")
    add("--output", type=Path, metavar="FILE", help="write the proposal here")


def _add_import(commands: argparse._SubParsersAction[Parser]) -> None:
    words = "turn a list in Markdown, YAML, JSON, CSV, TOML or JavaScript into a roster"
    parser = commands.add_parser("import", help=words, description=words)
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="the file with the list; - is standard input")
    words = "what FILE is, if not what the end of its name says"
    add("--format", choices=tuple(LIST_FORMATS), help=words)
    add("--set", action="append", default=[], metavar="FIELD=VALUE", help="for every entry")
    add("--section", metavar="HEADING", help="only what is under this heading or key")
    add("--headings-as", metavar="FIELD", help="keep the heading above each entry in this field")
    add("--force", action="store_true", help="replace the file that --output names")
    words = "write the roster here, not to the terminal"
    add("--output", type=output_file, metavar="FILE", help=words)


if __name__ == "__main__":
    raise SystemExit(console())
