"""The formats that a schema may ask for, what they are in words, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from ipaddress import ip_address
from types import MappingProxyType

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z", re.ASCII)
_LOOSE_DATE = re.compile(r"\s*(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\s*\Z", re.ASCII)
_TIMED = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})\Z", re.ASCII
)
_CLOCK = re.compile(
    r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})?\Z", re.ASCII
)
_EMAIL = re.compile(
    r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\/.]+(\.[^\s@<>()\[\],;:\"\\/.]+)+\Z"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:", re.ASCII)
_NOT_IN_URL = re.compile(r"[\s<>\"{}|\\^`]")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z", re.ASCII)
_LONGEST_HOST = 253


def _is_date(text: str) -> bool:
    found = _DATE.match(text)
    if not found:
        return False
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True


def _is_date_time(text: str) -> bool:
    if not _TIMED.match(text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


def _is_uri(text: str) -> bool:
    scheme = _SCHEME.match(text)
    if not scheme or _NOT_IN_URL.search(text):
        return False
    rest = text[scheme.end() :]
    return bool(rest.strip("/")) if rest.startswith("//") else bool(rest)


def _is_reference(text: str) -> bool:
    return not _NOT_IN_URL.search(text)


def _is_host(text: str) -> bool:
    return len(text) <= _LONGEST_HOST and all(map(_LABEL.match, text.removesuffix(".").split(".")))


def _is_address(text: str, version: int) -> bool:
    try:
        return "%" not in text and ip_address(text).version == version
    except ValueError:
        return False


_FORMATS: Mapping[str, tuple[Callable[[str], bool], str]] = MappingProxyType(
    {
        "date": (_is_date, "a date written year-month-day, such as `2025-01-05`"),
        "date-time": (_is_date_time, "a date and time, such as `2025-01-05T09:30:00Z`"),
        "time": (lambda text: bool(_CLOCK.match(text)), "a time of day, such as `09:30:00Z`"),
        "email": (
            lambda text: bool(_EMAIL.match(text)),
            "an e-mail address, such as `team@cloud.example`",
        ),
        "uri": (_is_uri, "a full address, such as `https://cloud.example/`"),
        "uri-reference": (_is_reference, "a web address or a part of one, without blanks"),
        "hostname": (_is_host, "a host name, such as `www.cloud.example`"),
        "ipv4": (lambda text: _is_address(text, 4), "an IPv4 address"),
        "ipv6": (lambda text: _is_address(text, 6), "an IPv6 address"),
        "uuid": (lambda text: bool(_UUID.match(text)), "a UUID"),
    }
)
_SAME_AS = MappingProxyType({"idn-email": "email", "iri": "uri", "iri-reference": "uri-reference"})


def check_of(name: object) -> Callable[[str], bool] | None:
    """Return the check of a format; None for one that is unknown and so only a remark."""
    known = _FORMATS.get(_SAME_AS.get(str(name), str(name)))
    return known[0] if known else None


def words_of(name: object) -> str:
    """Say in words what a format asks for."""
    known = _FORMATS.get(_SAME_AS.get(str(name), str(name)))
    return known[1] if known else f"of the format `{name}`"


def meant_date(text: str) -> str | None:
    """Return the date that was meant, where the order of its parts leaves no doubt.

    `2025-1-5` and `2025/01/05` are clear; `05/01/2025` is not, and gives None.
    """
    found = _LOOSE_DATE.match(text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[3]), int(found[4])).isoformat()
    except ValueError:
        return None
