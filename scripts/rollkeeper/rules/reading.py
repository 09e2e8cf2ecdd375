"""What makes a roster unreadable, or readable in more ways than one."""

from __future__ import annotations

from rollkeeper.grammar.lines import lines_with_trailing_blanks, stray_line_end
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Fix, FixKind, Programme, Roster
from rollkeeper.model.tree import Place
from rollkeeper.rules._from_defects import met
from rollkeeper.rules.declaring import Problems, rule


@rule("yaml-syntax", on=Programme, severity=Severity.ERROR)
def syntax(programme: Programme) -> Problems:
    """The roster is not readable as YAML.

    Nothing behind the fault can be read, so no other rule can judge it.

    Fix the line that is named, or the one before it: most often a quote, a bracket, a colon or an
    indentation.
    """
    yield from met(programme, "yaml-syntax")


@rule("yaml-encoding", on=Programme, severity=Severity.ERROR)
def encoding(programme: Programme) -> Problems:
    """The roster is not plain UTF-8 text, or holds characters that are not seen.

    Control, bidirectional and invisible characters make a line read otherwise than it is, which
    hides a change from the person who reviews it.

    Save the file as UTF-8 and delete the character that the message names.
    """
    yield from met(programme, "yaml-encoding")


@rule("yaml-feature", on=Programme, severity=Severity.ERROR)
def feature(programme: Programme) -> Problems:
    """The roster uses a feature of YAML that a roster does not need.

    Anchors, aliases, tags, directives, merge keys, further documents and keys that are not text
    make a small file huge or let two programs read two different rosters in it.

    Write the value out where it is used.
    """
    yield from met(programme, "yaml-feature")


@rule("yaml-limit", on=Programme, severity=Severity.ERROR)
def limit(programme: Programme) -> Problems:
    """The roster is larger, deeper or has longer values than may be read.

    Limits keep one pull request from costing the community its checks.

    Make the data smaller or flatter; where the roster is really that large, raise `limits` in the
    policy.
    """
    yield from met(programme, "yaml-limit")


@rule("duplicate-key", on=Programme, severity=Severity.ERROR)
def duplicate_key(programme: Programme) -> Problems:
    """A field stands twice in one entry.

    Programs keep one of the two values without a word, and not all of them the same one.

    Keep the line that is right and delete the other.
    """
    yield from met(programme, "duplicate-key")


@rule("byte-order-mark", on=Programme, severity=Severity.WARNING)
def byte_order_mark(programme: Programme) -> Problems:
    """The roster starts with a byte order mark.

    UTF-8 needs none, and some programs read it as a part of the first key.

    Save the file as UTF-8 without a mark, or run `rollkeeper fix`.
    """
    yield from met(programme, "byte-order-mark")


@rule("yaml-tab", on=Programme, severity=Severity.ERROR)
def tab(programme: Programme) -> Problems:
    """A line is indented with a tab.

    YAML allows only blanks there, because a tab is as wide as each editor likes.

    Replace the tab by blanks, as many as the neighbouring lines have.
    """
    yield from met(programme, "yaml-tab")


@rule("roster-shape", on=Programme, severity=Severity.ERROR)
def shape(programme: Programme) -> Problems:
    """The roster is empty or is not a list of entries.

    The policy says where in the file the list stands; without it there is nothing to judge, and a
    roster that cannot be judged must not look like a clean one.

    Write the roster as a list whose entries start with `- `, at the place that the policy names.
    """
    yield from met(programme, "roster-shape")


@rule("untidy-lines", on=Roster, severity=Severity.NOTICE)
def untidy_lines(roster: Roster) -> Problems:
    """Lines of the roster end in blanks, or not all of them in the same way.

    Editors change such lines unasked, and then a change shows lines that its author never meant.

    Run `rollkeeper fix`, or let the editor trim line ends when it saves.
    """
    blank = lines_with_trailing_blanks(roster.text, roster.data)
    if blank:
        some = f" and {len(blank) - 1:,} more" if len(blank) > 1 else ""
        fix = Fix(FixKind.TRIM, "remove the blanks at line ends")
        message = f"line {blank[0]:,}{some} ends in blanks; delete them"
        yield Problem(message, fix=fix, place=Place(blank[0], 1, blank[0], 1))
    odd = stray_line_end(roster.text)
    if odd is not None:
        fix = Fix(FixKind.TRIM, "end every line as most lines end")
        message = "this line ends otherwise than most (CRLF and LF are mixed); use one of them"
        yield Problem(message, fix=fix, place=Place(odd, 1, odd, 1))
