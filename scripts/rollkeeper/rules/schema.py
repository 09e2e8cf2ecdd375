"""What the roster's JSON Schema asks of each entry."""

from __future__ import annotations

from rollkeeper.model.policy import Severity
from rollkeeper.model.roster import Programme
from rollkeeper.rules._from_defects import met
from rollkeeper.rules.declaring import Problems, rule


@rule("missing-field", on=Programme, severity=Severity.ERROR)
def missing(programme: Programme) -> Problems:
    """A required field is missing.

    Pages and other rules need it. Add the field to the entry; the message says what belongs in it.
    """
    yield from met(programme, "missing-field")


@rule("unknown-field", on=Programme, severity=Severity.ERROR, instead_of=("missing-field",))
def unknown(programme: Programme) -> Problems:
    """An entry has a field that the schema does not define.

    Usually the name is misspelt, and the value would be ignored. Correct the name as the message
    suggests, or delete the field. If the roster needs the field, add it to the schema first.
    """
    yield from met(programme, "unknown-field")


@rule("wrong-value", on=Programme, severity=Severity.ERROR)
def wrong_value(programme: Programme) -> Problems:
    """The schema does not allow this value.

    Pages and filters that use the field would omit the entry or break. Write one of the values, or
    the form, that the message names.
    """
    yield from met(programme, "wrong-value")


@rule("wrong-type", on=Programme, severity=Severity.ERROR)
def wrong_type(programme: Programme) -> Problems:
    """A value has the wrong type, such as a number instead of text.

    YAML decides by the form of a value: 360 without quotes is a number, and a list without hyphens
    is text. Put the value in quotes, or write it as the list or mapping that the message asks for.
    """
    yield from met(programme, "wrong-type")


@rule("empty-value", on=Programme, severity=Severity.ERROR)
def empty(programme: Programme) -> Problems:
    """A field has no value, or only spaces.

    The page would show a gap. Write the value, or delete the line if the field is not required.
    """
    yield from met(programme, "empty-value")
