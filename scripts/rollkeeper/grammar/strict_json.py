"""JSON from outside, read strictly and validated against a schema."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from rollkeeper.grammar.wording import cut
from rollkeeper.model.limits import MAX_SHOWN

if TYPE_CHECKING:
    from jsonschema import Draft7Validator
    from jsonschema_rs import Draft7Validator as Validator


class ReportError(ValueError):
    """The text is not a report; the message says why."""


def hold_against(validator: Draft7Validator, data: Any) -> None:  # noqa: ANN401 - see report_from
    """Raise ReportError for the first thing in `data` that does not follow the schema."""
    error = next(iter(validator.iter_errors(data)), None)
    if error is not None:
        where = "/".join(map(str, error.absolute_path)) or "the report"
        # The schema's own words hold the whole value, which no one has checked.
        short = len(error.message) <= MAX_SHOWN
        wrong = error.message if short else f"breaks the schema's `{error.validator}`"
        message = f"{cut(where, MAX_SHOWN)}: {wrong}"
        raise ReportError(message)


def require_schema(name: str, data: Any) -> None:  # noqa: ANN401 - see report_from
    """Raise ReportError for the first thing in data that the package's own schema refuses."""
    if not follows(name, data):
        hold_against(schema_of(name), data)
        message = f"it does not follow the schema of {name}"  # where the two libraries differ
        raise ReportError(message)


def follows(name: str, data: Any) -> bool:  # noqa: ANN401 - see report_from
    """Return whether data follow the package's own schema of that name, without saying where not.

    Takes a tenth of the time of `hold_against`, for what may have a hundred thousand records.
    """
    try:
        return _quick_validator(name).is_valid(data)
    except (ValueError, OverflowError, RecursionError):  # a number or a depth beyond its means
        return False


@cache
def _quick_validator(name: str) -> Validator:
    import jsonschema_rs  # noqa: PLC0415 - as below

    return jsonschema_rs.Draft7Validator(_schema(name))


@cache
def schema_of(name: str) -> Draft7Validator:
    """Return what checks data against the package's own schema of that name."""
    # Most jobs that import this module read nothing from outside.
    from jsonschema import Draft7Validator  # noqa: PLC0415

    return Draft7Validator(_schema(name))


def _schema(name: str) -> Any:  # noqa: ANN401 - any JSON
    path = f"model/schemas/{name}.schema.json"
    return json.loads(files("rollkeeper").joinpath(path).read_text(encoding="utf-8"))


def parse(text: str, most: int) -> Any:  # noqa: ANN401 - see report_from
    """Read JSON of at most `most` bytes, without repeated keys, fractions or half characters.

    Raises ReportError.
    """
    # A character takes at least a byte: most of what is too large need not be encoded to see it.
    if len(text) > most or len(_encoded(text)) > most:
        message = f"the report has more than {most:,} bytes"
        raise ReportError(message)
    try:
        data = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_refuse
        )
        if "\\ud" in text.lower():  # an escape that may be half of a character
            _encoded(json.dumps(data, ensure_ascii=False))
    except ReportError:
        raise
    except (ValueError, RecursionError) as wrong:
        message = f"not JSON: {cut(str(wrong), MAX_SHOWN)}"
        raise ReportError(message) from wrong
    return data


def _encoded(text: str) -> bytes:
    """Return a text as UTF-8; raise ReportError where it has half of a character."""
    try:
        return text.encode()
    except UnicodeEncodeError as half:
        message = f"it has half of a character, U+{ord(text[half.start]):04X}"
        raise ReportError(message) from half


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        message = "a key is twice in one object"
        raise ValueError(message)
    return mapping


def _refuse(number: str) -> None:
    # JSON Schema takes 1.0 for an integer; a report has no fractions at all.
    message = f"{number} is not a whole number"
    raise ValueError(message)
