"""What the roster's JSON Schema asks of each entry."""

from __future__ import annotations

from rollkeeper.model.policy import Severity
from rollkeeper.model.roster import Programme
from rollkeeper.rules._from_defects import met
from rollkeeper.rules.declaring import Problems, rule


@rule("missing-field", on=Programme, severity=Severity.ERROR)
def missing(programme: Programme) -> Problems:
    """A field that the schema requires is not there.

    The pages, the other rules and the people who read the roster count on it.

    Add the field to the entry; the message says what belongs in it.
    """
    yield from met(programme, "missing-field")


@rule("unknown-field", on=Programme, severity=Severity.ERROR)
def unknown(programme: Programme) -> Problems:
    """An entry has a field that the schema does not know.

    It is most often a misspelt one, whose value nobody would ever see.

    Spell it as the message proposes, or delete it; a field that the roster really needs goes into the
    schema first.
    """
    yield from met(programme, "unknown-field")


@rule("wrong-value", on=Programme, severity=Severity.ERROR)
def wrong_value(programme: Programme) -> Problems:
    """A value is not one that the schema allows.

    What groups, filters or links entries by this value would leave the entry out or break.

    Write a value that the message names: one of the choices, or one of the form that it describes.
    """
    yield from met(programme, "wrong-value")


@rule("wrong-type", on=Programme, severity=Severity.ERROR)
def wrong_type(programme: Programme) -> Problems:
    """A value is of another kind than the schema asks for, such as a number for a name.

    YAML decides by the look of a value what it is: 360 without quotes is a number, and a list
    without hyphens is one text.

    Put the value in quotes, or write it as the list or mapping that the message asks for.
    """
    yield from met(programme, "wrong-type")


@rule("empty-value", on=Programme, severity=Severity.ERROR)
def empty(programme: Programme) -> Problems:
    """A field stands in the entry but has no value, or only blanks.

    It looks filled in to whoever counts fields, and shows as a gap to whoever reads the page.

    Write the value, or delete the line where the field is not required.
    """
    yield from met(programme, "empty-value")
