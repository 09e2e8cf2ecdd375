"""What an audit is to do: the same for all of its jobs, from the inputs of its workflow.

Anyone who may start the workflow writes the inputs. Each is held against a grammar here, once; the
jobs that follow get the plan, and none of the inputs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from rollkeeper.engine.run import Options
from rollkeeper.grammar.dates import InvalidDate, parse_date
from rollkeeper.grammar.strict_json import ReportError, parse, require_schema
from rollkeeper.grammar.wording import cut
from rollkeeper.jobs.audit.notice import NoticeError, days_in
from rollkeeper.loading.policy.sections import unknown
from rollkeeper.model.limits import HANDOVER_BYTES, MAX_SHARDS, MAX_SHOWN, SITES_PER_SHARD

VERSION = 1
"""Rises when a reader of the old form could misread the new one."""
_NAMES = re.compile(r"[^\s,]+(?:[\s,]+[^\s,]+)*")
_MOST_CHARACTERS = 4_000
_NUMBER = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)
_FLAGS = {"": False, "false": False, "true": True}


class PlanError(ValueError):
    """Inputs are not what they must be; each message says which, and what to write."""

    def __init__(self, messages: Collection[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = tuple(messages)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one audit is to do. `now` is the moment at which it began, in UTC.

    `today` is the day to judge as, where someone asked for one; then it is that of `now` as well.
    `shards` is 0 until the number of websites is known. `commit` is that of the rosters.
    """

    now: datetime
    shards: int = 0
    programmes: tuple[str, ...] = ()
    today: date | None = None
    days: tuple[int, ...] = ()
    dry_run: bool = False
    commit: str = ""

    def options(self, options: Options) -> Options:
        """Return what a run of this audit checks."""
        return replace(
            options, programmes=self.programmes, today=self.today, now=self.now, offline=False
        )

    def for_sites(self, sites: int) -> Plan:
        """Return the plan with its shards: as many as it was asked for, or one per 1,000 sites."""
        wanted = self.shards or -(-sites // SITES_PER_SHARD)
        return replace(self, shards=min(max(1, wanted), MAX_SHARDS))

    def as_data(self) -> dict[str, Any]:
        """Return the plan as JSON can hold it."""
        return {
            "version": VERSION,
            "now": self.now.isoformat(),
            "shards": self.shards,
            "programmes": list(self.programmes),
            "today": self.today and self.today.isoformat(),
            "days": list(self.days),
            "dry_run": self.dry_run,
            "commit": self.commit,
        }


def read_plan(text: str) -> Plan:
    """Read what `as_data` returned, as JSON; raise ReportError where it is not that."""
    data = parse(text, HANDOVER_BYTES)
    require_schema("plan", data)
    try:
        now = datetime.fromisoformat(data["now"])
        today = date.fromisoformat(data["today"]) if data["today"] else None
    except ValueError as wrong:
        message = f"not a date: {wrong}"
        raise ReportError(message) from wrong
    return Plan(
        now=now,
        shards=data["shards"],
        programmes=tuple(data["programmes"]),
        today=today,
        days=tuple(data["days"]),
        dry_run=data["dry_run"],
        commit=data["commit"],
    )


def plan_from(inputs: Mapping[str, str], programmes: Collection[str], now: datetime) -> Plan:
    """Return what the inputs of the workflow ask for, in an audit that begins `now`.

    `inputs` are PROGRAMMES, TODAY, DRY_RUN, DAYS and SHARDS; an empty one asks for nothing special.
    `programmes` are those that there are. Raises PlanError for all that is wrong.
    """
    wrong: list[str] = []
    given = {name: text.strip() for name, text in inputs.items()}
    dry_run = _FLAGS.get(given.get("DRY_RUN", ""))
    if dry_run is None:
        wrong.append("`dry-run` must be true or false")
    names = _names(given.get("PROGRAMMES", ""), programmes, wrong)
    today = _today(given.get("TODAY", ""), now.date(), wrong, dry_run=bool(dry_run))
    try:
        days = days_in(given.get("DAYS", ""))
    except NoticeError as error:
        wrong.append(str(error))
        days = ()
    shards = _shards(given.get("SHARDS", ""), wrong)
    if wrong:
        raise PlanError(wrong)
    if today is not None:
        now = datetime.combine(today, time(12), UTC)
    return Plan(now, shards, names, today, days, bool(dry_run))


def _names(text: str, programmes: Collection[str], wrong: list[str]) -> tuple[str, ...]:
    if not text:
        return ()
    if len(text) > _MOST_CHARACTERS or _NAMES.fullmatch(text) is None:
        wrong.append("`programmes` must be names of programmes, such as partners, ambassadors")
        return ()
    names = tuple(dict.fromkeys(re.split(r"[\s,]+", text)))
    wrong += [
        f"`programmes`: {unknown('programme', cut(name, MAX_SHOWN), programmes)}"
        for name in names
        if name not in programmes
    ]
    return names


def _today(text: str, now: date, wrong: list[str], *, dry_run: bool) -> date | None:
    if not text:
        return None
    found = parse_date(text)
    if isinstance(found, InvalidDate):
        wrong.append(f"`today`: {found.message}")
        return None
    if found > now and not dry_run:
        wrong.append("`today` must not be in the future, except with `dry-run`")
    return found


def _shards(text: str, wrong: list[str]) -> int:
    if text in {"", "auto"}:
        return 0
    if _NUMBER.fullmatch(text) is None or int(text) > MAX_SHARDS:
        wrong.append(f"`shards` must be auto, or a number from 1 to {MAX_SHARDS}")
        return 0
    return int(text)
