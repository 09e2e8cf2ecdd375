"""The files of the history branch: the history itself, logs for people, and the date of a badge.

What is there already is someone's text until it has been read: of a log only lines that have the
form of ours are kept.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from io import StringIO
from typing import NamedTuple

from rollkeeper.engine.history_merge import merged
from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.model.history import History, HistoryEvent, Night, NightKind
from rollkeeper.model.limits import MAX_HISTORY_LOG
from rollkeeper.reports.json.history import read, written

HISTORY = "history.json"
FRESHNESS = "freshness.json"
_README = "README.md"
_NIGHTS = "date,kind,visited,failing,inconclusive,findings"
_CHANGES = "date,programme,kind,subject"
_NIGHT = re.compile(
    r"(?P<day>20\d\d-\d\d-\d\d),(?P<kind>complete|partial|void)(?:,\d{1,9}){4}", re.ASCII
)
_CHANGE = re.compile(r"20\d\d-\d\d-\d\d,[^\x00-\x1f\x7f]{1,2000}", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "|")
"""How a cell begins that a spreadsheet would calculate."""
_RANK = {NightKind.VOID: 0, NightKind.PARTIAL: 1, NightKind.COMPLETE: 2}
_BADGE_SECONDS = 3600
RUN_AGAIN = timedelta(days=31)
"""For so long a run can be started again; what is on the branch may be of a later day by then."""
_TRAILER = "Last-complete-audit"
_NEVER = "never"
_LAST_COMPLETE = re.compile(
    rf"^{_TRAILER}: (?P<day>{_NEVER}|20\d\d-\d\d-\d\d)$", re.ASCII | re.MULTILINE
)
_ABOUT = """\
# What the nightly audits of the rosters have seen

Rollkeeper writes this branch at the end of each audit, and reads it at the beginning of the next.
It has nothing in common with the other branches: never merge it.

| file | what it is |
|---|---|
| `history.json` | websites that fail or have moved, accounts, and since when there is a finding |
| `nights/` | a line for each night of a year |
| `changes/` | what changed in a month, such as a website that is down |
| `freshness.json` | the date of the last complete audit, as a badge of shields.io |

Delete the branch to start anew: a website is then reported as failing once enough nights have been
seen again.
"""


def names(history: History) -> tuple[str, ...]:
    """Return the files that one night writes."""
    night = history.night
    logs = () if night is None else (_nights(night.date), _changes(night.date))
    return (HISTORY, FRESHNESS, _README, *logs)


class HistoryFiles(NamedTuple):
    """The files of the branch, the commit's message, and what is to be said of what was there."""

    texts: Mapping[str, str]
    message: str
    said: tuple[str, ...] = ()


def files(
    ours: History, there: Mapping[str, str], today: date, latest: date | None = None
) -> HistoryFiles:
    """Return the files of this night's history on top of those that are `there`.

    `latest` is the last day that they can know of, where a run is started again after others.
    A history that cannot be read is replaced; git keeps it among the earlier commits.
    """
    said: list[str] = []
    whole = ours
    if HISTORY in there:
        try:
            whole = merged(ours, read(there[HISTORY], latest or today + RUN_AGAIN))
        except ReportError as error:
            said.append(damaged(error))
    texts = {HISTORY: written(whole), FRESHNESS: badge(whole.last_complete), _README: _ABOUT}
    if ours.night is not None:
        nights, changes = _nights(ours.night.date), _changes(ours.night.date)
        texts[nights] = _with_night(there.get(nights, ""), ours.night)
        texts[changes] = _with_events(there.get(changes, ""), ours.events)
        if len(texts[changes]) > MAX_HISTORY_LOG:
            said.append(f"{changes} is full: what changed is not added to it")
            texts[changes] = there.get(changes, "")
    kept = {name: text for name, text in texts.items() if text}
    return HistoryFiles(kept, message(today, whole.last_complete), tuple(said))


def damaged(error: ReportError) -> str:
    """Return that a history cannot be read."""
    return (
        f"The history on the branch cannot be read ({error}), so it is started anew: websites that "
        "fail are reported once enough nights have been seen again"
    )


def badge(last_complete: date | None) -> str:
    """Return the date of the last complete audit as an endpoint of shields.io."""
    data = {
        "schemaVersion": 1,
        "label": "rosters audited",
        "message": _NEVER if last_complete is None else last_complete.isoformat(),
        "color": "lightgrey" if last_complete is None else "blue",
        "cacheSeconds": _BADGE_SECONDS,
    }
    return f"{json.dumps(data)}\n"


def message(day: date, last_complete: date | None) -> str:
    """Return the message of the commit of a night: one request for the branch shows it."""
    return f"Record the audit of {day}\n\n{_TRAILER}: {last_complete or _NEVER}"


def last_complete_in(text: str) -> date | None:
    """Return the date of the last complete audit from the message of a commit; None for none.

    Raises ReportError where the message is not one of ours.
    """
    found = _LAST_COMPLETE.search(text)
    if found is not None and found["day"] == _NEVER:
        return None
    try:
        return date.fromisoformat(found["day"] if found else "")
    except ValueError as unread:
        wrong = "the newest commit of the history names no date of an audit"
        raise ReportError(wrong) from unread


def _nights(day: date) -> str:
    return f"nights/{day:%Y}.csv"


def _changes(day: date) -> str:
    return f"changes/{day:%Y-%m}.csv"


def _with_night(there: str, night: Night) -> str:
    """Return the lines of a year with one for this night; of two of one date the fuller stays."""
    lines = {found["day"]: found[0] for found in map(_NIGHT.fullmatch, there.split("\n")) if found}
    day = night.date.isoformat()
    before = _NIGHT.fullmatch(lines.get(day, ""))
    if before is None or _RANK[NightKind(before["kind"])] <= _RANK[night.kind]:
        counts = (night.visited, night.failing, night.inconclusive, night.findings)
        lines[day] = ",".join([day, night.kind.value, *map(str, counts)])
    return "\n".join([_NIGHTS, *(lines[each] for each in sorted(lines)), ""])


def _with_events(there: str, events: Iterable[HistoryEvent]) -> str:
    lines = {line: None for line in there.split("\n") if _CHANGE.fullmatch(line)}
    new = {_row(each): None for each in events}
    if not {**lines, **new}:
        return there
    return "\n".join([_CHANGES, *{**lines, **new}, ""])


def _row(event: HistoryEvent) -> str:
    cells = [event.date.isoformat(), event.programme, event.kind, event.subject]
    out = StringIO()
    csv.writer(out, lineterminator="").writerow(map(_cell, cells))
    return out.getvalue()


def _cell(text: str) -> str:
    safe = masked(text)
    return f"'{safe}" if safe.startswith(_FORMULA) else safe
