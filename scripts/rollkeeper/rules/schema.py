"""What the roster's JSON Schema asks of each entry."""

from __future__ import annotations

from rollkeeper.model.policy import Severity
from rollkeeper.model.roster import Programme
from rollkeeper.rules._from_defects import met
from rollkeeper.rules.declaring import Problems, rule


@rule("missing-field", on=Programme, severity=Severity.ERROR)
def missing(programme: Programme) -> Problems:
    """A field that the schema requires is missing.

    Pages, other rules and readers rely on it. Add the field to the entry; the message says what
    belongs in it.
    """
    yield from met(programme, "missing-field")


@rule("unknown-field", on=Programme, severity=Severity.ERROR)
def unknown(programme: Programme) -> Problems:
    """An entry has a field that the schema does not have.

    It is most often misspelt, and then its value is never shown. Correct the spelling as the
    message suggests, or delete the field. If the roster really needs it, add it to the schema
    first.
    """
    yield from met(programme, "unknown-field")


@rule("wrong-value", on=Programme, severity=Severity.ERROR)
def wrong_value(programme: Programme) -> Problems:
    """A value is not one that the schema allows.

    Pages that group, filter or link entries by this value would leave the entry out or break. Write
    one of the values, or a value of the form, that the message names.
    """
    yield from met(programme, "wrong-value")


@rule("wrong-type", on=Programme, severity=Severity.ERROR)
def wrong_type(programme: Programme) -> Problems:
    """A value is of another type than the schema asks for, such as a number for a name.

    YAML decides by what a value looks like: 360 without quotes is a number, and a list without
    hyphens is one text. Put the value in quotes, or write it as the list or mapping that the
    message asks for.
    """
    yield from met(programme, "wrong-type")


@rule("empty-value", on=Programme, severity=Severity.ERROR)
def empty(programme: Programme) -> Problems:
    """A field has no value, or only blanks.

    It counts as filled in, but leaves a gap on the page. Write the value, or delete the line if the
    field is not required.
    """
    yield from met(programme, "empty-value")
