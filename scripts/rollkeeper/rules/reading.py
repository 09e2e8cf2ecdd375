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
    """The roster is not valid YAML.

    Nothing after the error can be read, so no other rule can check it. Correct the line that is
    named, or the one before it: most often a quote, a bracket, a colon or the indentation is wrong.
    """
    yield from met(programme, "yaml-syntax")


@rule("yaml-encoding", on=Programme, severity=Severity.ERROR)
def encoding(programme: Programme) -> Problems:
    """The roster is not plain UTF-8 text, or has invisible characters.

    Control, bidirectional and invisible characters make a line look different from what it is,
    which hides a change from its reviewer. Save the file as UTF-8 and delete the character that the
    message names.
    """
    yield from met(programme, "yaml-encoding")


@rule("yaml-feature", on=Programme, severity=Severity.ERROR)
def feature(programme: Programme) -> Problems:
    """The roster uses a feature of YAML that a roster does not need.

    Anchors, aliases, tags, directives, merge keys, further documents and keys that are not text
    make a small file huge, or let two programs read two different rosters in it. Write the value
    out where it is used.
    """
    yield from met(programme, "yaml-feature")


@rule("yaml-limit", on=Programme, severity=Severity.ERROR)
def limit(programme: Programme) -> Problems:
    """The roster is too large, is nested too deeply, or has a value that is too long.

    Limits keep one pull request from using up the community's checks. Make the data smaller or
    flatter; if the roster really is that large, raise `limits` in the policy.
    """
    yield from met(programme, "yaml-limit")


@rule("duplicate-key", on=Programme, severity=Severity.ERROR)
def duplicate_key(programme: Programme) -> Problems:
    """An entry has the same field twice.

    Programs silently keep one of the two values, and not all of them the same one. Keep the right
    line and delete the other.
    """
    yield from met(programme, "duplicate-key")


@rule("byte-order-mark", on=Programme, severity=Severity.WARNING)
def byte_order_mark(programme: Programme) -> Problems:
    """The roster starts with a byte order mark.

    UTF-8 needs none, and some programs read it as part of the first key. Save the file as UTF-8
    without a mark, or run `rollkeeper fix`.
    """
    yield from met(programme, "byte-order-mark")


@rule("yaml-tab", on=Programme, severity=Severity.ERROR)
def tab(programme: Programme) -> Problems:
    """A line is indented with a tab.

    YAML allows only blanks there, because the width of a tab depends on the editor. Replace the tab
    with as many blanks as the neighbouring lines have.
    """
    yield from met(programme, "yaml-tab")


@rule("roster-shape", on=Programme, severity=Severity.ERROR)
def shape(programme: Programme) -> Problems:
    """The roster is empty or is not a list of entries.

    Without the list there is nothing to check, and a roster that cannot be checked must not look
    like a clean one. Write the roster as a list whose entries start with `- `, at the place that
    the policy names.
    """
    yield from met(programme, "roster-shape")


@rule("untidy-lines", on=Roster, severity=Severity.NOTICE)
def untidy_lines(roster: Roster) -> Problems:
    """Lines of the roster end with blanks, or with different line ends.

    Editors change such lines unasked, and then a change has lines that its author never meant. Run
    `rollkeeper fix`, or let the editor trim line ends when it saves.
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
        message = "this line does not end as most lines do (CRLF and LF are mixed); use one of them"
        yield Problem(message, fix=fix, place=Place(odd, 1, odd, 1))
