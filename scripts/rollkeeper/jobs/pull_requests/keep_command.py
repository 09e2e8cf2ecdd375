"""`/keep @handle until DATE REASON`: what it says, read by an exact grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from rollkeeper.grammar.characters import hidden_in
from rollkeeper.grammar.dates import parse_date
from rollkeeper.grammar.handles import is_login
from rollkeeper.grammar.masking import masked
from rollkeeper.model.limits import MAX_KEEP_COMMENT, MAX_KEEP_REASON, MOST_KEPT_DAYS

_WORDS = re.compile(
    r"""
    \s* /keep [ \t]+
    (?: @ (?P<login>[^\s@]+) [ \t]+ )?
    until [ \t]+ (?P<until>\S+) [ \t]+
    (?P<reason>\S.*?) \s*
    """,
    re.VERBOSE,
)
_HOW = (
    "Write one line, such as `/keep @octocat until 2027-06-30 on leave until the summer`, without "
    "the handle for an entry that has none."
)


@dataclass(frozen=True, slots=True)
class KeepWish:
    """Whom to keep, until which day and why; `login` is None where no handle was given."""

    login: str | None
    until: date
    reason: str


def read_keep(text: str, today: date) -> KeepWish | str:
    """Read the command; a text says what is wrong with it, and repeats nothing of it."""
    found = _WORDS.fullmatch(text) if len(text) <= MAX_KEEP_COMMENT else None
    if found is None:
        return f"This is not how `/keep` is written. {_HOW}"
    until = parse_date(found["until"])
    if not isinstance(until, date):
        return f"What stands after `until` is no day of the calendar. {_HOW}"
    wrong = _wrong(found["login"], until, found["reason"], today)
    return wrong or KeepWish(found["login"], until, masked(found["reason"]))


def _wrong(login: str | None, until: date, reason: str, today: date) -> str | None:
    """Return what is wrong with a command whose parts were found; None where nothing is."""
    last = today + timedelta(days=MOST_KEPT_DAYS)
    if login is not None and not is_login(login):
        return f"What stands after the `@` is no account of GitHub. {_HOW}"
    if not today < until <= last:
        return f"The day has to be after {today}, and {last} at the latest. {_HOW}"
    if len(reason) > MAX_KEEP_REASON:
        return f"The reason has more than {MAX_KEEP_REASON} characters. {_HOW}"
    if any(hidden_in(reason, most=1)) or not reason.isprintable():
        return f"The reason has characters that nobody sees. {_HOW}"
    return None
