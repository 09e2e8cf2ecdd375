"""What makes a roster unreadable, or readable in more ways than one."""

from __future__ import annotations

from rollkeeper.grammar.lines import lines_with_trailing_blanks, stray_line_end
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Fix, FixKind, Programme, Roster
from rollkeeper.model.tree import Place
from rollkeeper.rules._from_defects import met
from rollkeeper.rules.declaring import BY_FORM, BY_SCHEMA, Problems, rule


@rule("yaml-syntax", on=Programme, severity=Severity.ERROR)
def syntax(programme: Programme) -> Problems:
    """The roster is not valid YAML.

    Common slips are recognised and named on the line where they are: an open quote, a forgotten
    dash or space, the indentation, a colon of another script, a merge that was not finished. The
    entry is not checked, and neither is anything that depends on the whole roster; the other
    entries are, where they can be read for certain. Correct the line as the message says.
    """
    yield from met(programme, "yaml-syntax")


@rule(
    "yaml-encoding",
    on=Programme,
    severity=Severity.ERROR,
    instead_of=("name-characters", "blank-edges", *BY_FORM, *BY_SCHEMA),
)
def encoding(programme: Programme) -> Problems:
    """The roster is not plain UTF-8, or contains invisible characters.

    Control, bidirectional and invisible characters can hide a change from its reviewer. Save the
    file as UTF-8 and delete the character that the message names.
    """
    yield from met(programme, "yaml-encoding")


@rule("yaml-feature", on=Programme, severity=Severity.ERROR)
def feature(programme: Programme) -> Problems:
    """The roster uses a YAML feature that is not allowed.

    With anchors, aliases, tags, directives, merge keys, further documents or keys that are not
    text, a small file can become huge, or two programs can read it differently. Write the value out
    where it is used.
    """
    yield from met(programme, "yaml-feature")


@rule("yaml-limit", on=Programme, severity=Severity.ERROR)
def limit(programme: Programme) -> Problems:
    """The roster exceeds a limit on size, nesting or length of values.

    Limits protect the checks from being blocked by one pull request. Make the data smaller or
    flatter, or raise `limits` in the policy if the roster really is that large.
    """
    yield from met(programme, "yaml-limit")


@rule("duplicate-key", on=Programme, severity=Severity.ERROR)
def duplicate_key(programme: Programme) -> Problems:
    """A field appears twice in the same entry.

    Programs silently keep one of the two values, and not all programs keep the same one. Keep the
    correct line and delete the other.
    """
    yield from met(programme, "duplicate-key")


@rule("byte-order-mark", on=Programme, severity=Severity.WARNING)
def byte_order_mark(programme: Programme) -> Problems:
    """The roster starts with a byte order mark.

    UTF-8 does not need one, and some programs read it as part of the first key. Save the file as
    UTF-8 without a byte order mark, or run `rollkeeper fix`.
    """
    yield from met(programme, "byte-order-mark")


@rule("yaml-tab", on=Programme, severity=Severity.ERROR)
def tab(programme: Programme) -> Problems:
    """A line is indented with a tab.

    YAML allows only spaces for indentation. Replace the tab with as many spaces as the neighbouring
    lines have.
    """
    yield from met(programme, "yaml-tab")


@rule("roster-shape", on=Programme, severity=Severity.ERROR)
def shape(programme: Programme) -> Problems:
    """The roster is empty or is not a list of entries.

    No entry can be checked. Write the roster as a list whose entries start with `- `, at the place
    in the file that the policy names.
    """
    yield from met(programme, "roster-shape")


@rule("untidy-lines", on=Roster, severity=Severity.NOTICE)
def untidy_lines(roster: Roster) -> Problems:
    """Lines of the roster end in spaces, or the line endings are mixed.

    Editors change such lines automatically, which adds unrelated lines to a change. Run `rollkeeper
    fix`.
    """
    blank = lines_with_trailing_blanks(roster.text, roster.data)
    if blank:
        some = f" and {len(blank) - 1:,} more" if len(blank) > 1 else ""
        fix = Fix(FixKind.TRIM, "remove trailing spaces")
        message = f"trailing spaces on line {blank[0]:,}{some}; delete them"
        yield Problem(message, fix=fix, place=_line_end(roster.text, blank[0]))
    odd = stray_line_end(roster.text)
    if odd is not None:
        fix = Fix(FixKind.TRIM, "end every line as most lines end")
        message = "this line does not end as most lines do (CRLF and LF are mixed); use one of them"
        yield Problem(message, fix=fix, place=_line_end(roster.text, odd))


def _line_end(text: str, number: int) -> Place:
    """Return the place of the blanks at the end of a line, or of its end where it has none."""
    line = text.split("\n", number)[number - 1].rstrip("\r")
    return Place(number, len(line.rstrip(" \t")) + 1, number, len(line) + 1)
