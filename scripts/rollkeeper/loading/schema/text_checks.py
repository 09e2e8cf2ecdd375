"""What a schema can ask of one text: a pattern or a format, with one judgement for all uses.

`jsonschema-rs` matches both. Its regular expressions are those of ECMA 262, as editors have them,
and take linear time. Lookaround and backreferences need its other engine, which counts its steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType

from jsonschema_rs import (
    Draft7Validator,
    Draft202012Validator,
    FancyRegexOptions,
    RegexOptions,
    ValidationErrorKind,
)

from rollkeeper.grammar.dates import InvalidDate, parse_date
from rollkeeper.grammar.emails import is_email, parse_email
from rollkeeper.grammar.hosts import InvalidHost
from rollkeeper.grammar.urls import Url, parse
from rollkeeper.model.limits import PATTERN_STEPS
from rollkeeper.model.policy import DatePrecision

LINEAR = RegexOptions()


class PatternLimitError(Exception):
    """A pattern took too many steps on a text, so whether it matches is not known."""

    def __init__(self, pattern: str, text: str) -> None:
        super().__init__(pattern, text)
        self.pattern = pattern
        self.text = text


@lru_cache(maxsize=256)
def _matcher(pattern: str) -> tuple[Draft7Validator, bool]:
    schema = {"pattern": pattern}
    try:
        return Draft7Validator(schema, pattern_options=LINEAR), True
    except ValueError:
        stepwise = FancyRegexOptions(backtrack_limit=PATTERN_STEPS)
        return Draft7Validator(schema, pattern_options=stepwise), False


def is_linear(pattern: str) -> bool:
    """Return whether a pattern takes linear time; raises ValueError where it cannot be read."""
    return _matcher(pattern)[1]


def matches(pattern: str, text: str) -> bool:
    """Return whether a pattern is found in a text.

    Raises PatternLimitError where it takes too many steps: that is neither a yes nor a no.
    """
    error = next(_matcher(pattern)[0].iter_errors(text), None)
    if error is not None and isinstance(error.kind, ValidationErrorKind.BacktrackLimitExceeded):
        raise PatternLimitError(pattern, text)
    return error is None


@lru_cache(maxsize=64)
def _of_library(name: str) -> Draft202012Validator:
    return Draft202012Validator({"format": name}, validate_formats=True)


def _is_address(text: str) -> bool:
    if text.lower().startswith(("http:", "https:")):
        return isinstance(parse(text), Url)
    return _of_library("iri").is_valid(text)


DATE_FORMATS = {
    DatePrecision.DAY: "date",
    DatePrecision.MONTH: "date or month",
    DatePrecision.YEAR: "date, month or year",
}
"""What `date` is called where a policy asks for less precision."""


def _is_date(text: str, precision: DatePrecision) -> bool:
    return not isinstance(parse_date(text, precision), InvalidDate)


FORMATS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        **{name: partial(_is_date, precision=each) for each, name in DATE_FORMATS.items()},
        "email": is_email,
        "uri": _is_address,
        "iri": _is_address,
        "uri-reference": lambda text: _of_library("iri-reference").is_valid(text),
        "uuid": lambda text: _of_library("uuid").is_valid(text),
    }
)
"""The formats that `jsonschema-rs` leaves to us: those of the package's own grammar, `uuid`, which
draft-07 does not have, and `uri-reference`, which may hold letters of any language here."""
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "date": "a date written year-month-day, such as `2025-01-05`",
        "date or month": "a month or a date, such as `2025-01` or `2025-01-05`",
        "date, month or year": "a year, a month or a date, such as `2025` or `2025-01-05`",
        "date-time": "a date and time, such as `2025-01-05T09:30:00Z`",
        "time": "a time of day, such as `09:30:00Z`",
        "email": "an e-mail address, such as `team@cloud.example`",
        "idn-email": "an e-mail address, such as `team@cloud.example`",
        "uri": "a full address, such as `https://cloud.example/`",
        "iri": "a full address, such as `https://cloud.example/`",
        "uri-reference": "a web address or a part of one, without spaces",
        "iri-reference": "a web address or a part of one, without spaces",
        "hostname": "a host name, such as `www.cloud.example`",
        "ipv4": "an IPv4 address",
        "ipv6": "an IPv6 address",
        "uuid": "a UUID",
    }
)


@lru_cache(maxsize=64)
def _format_checker(name: str) -> Draft7Validator:
    return Draft7Validator({"format": name}, formats=dict(FORMATS), validate_formats=True)


def has_format(name: str, text: str) -> bool:
    """Return whether a text has a format; every text has one that is unknown."""
    return _format_checker(name).is_valid(text)


def format_words(name: str) -> str:
    """Return in words what a format asks for."""
    return _WORDS.get(name, f"of the format `{name}`")


def format_reason(name: str, text: str) -> str:
    """Return why the package's grammar refuses a text, or nothing where it has no more to say."""
    refusal: object = None
    if name == "email":
        refusal = parse_email(text)
    elif name in {"uri", "iri"} and text.lower().startswith(("http:", "https:")):
        refusal = parse(text)
    return f": {refusal.message}" if isinstance(refusal, InvalidHost) else ""
