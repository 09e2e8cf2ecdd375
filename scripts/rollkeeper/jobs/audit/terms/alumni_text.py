"""What the pull request says that moves a person to the alumni, or that keeps them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rollkeeper.grammar.bodies import facts_in
from rollkeeper.grammar.dates import parse_date
from rollkeeper.grammar.escaping import markdown_code, markdown_message, markdown_text
from rollkeeper.grammar.handles import is_login
from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.wording import cut
from rollkeeper.jobs.audit.terms.ends import Holder, day_note
from rollkeeper.jobs.audit.terms.reminder_text import mentions
from rollkeeper.model.limits import MAX_KEEP_REASON

READY = "ready-to-merge"
"""The label of a move to which nobody can object any more."""
_CALM = re.compile(r"(?!.*\bGHS?A?-)[\w .,()&+'\u2019-]{1,80}")
"""A text that calls nobody, links nothing and closes nothing, in a commit's message either."""
_EXAMPLE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Keep:
    """That somebody stays until a day, by whose decision and why."""

    until: date
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """What a pull request has said: the last day to object, whether it was said that it is over.

    `keep` stands in for the move, where somebody who may write to the repository decided so.
    """

    objection: date
    ready: bool = False
    keep: Keep | None = None

    @property
    def facts(self) -> dict[str, str]:
        """What the text of the pull request keeps of it."""
        found = {"objection": self.objection.isoformat()}
        if self.ready:
            found["ready"] = "yes"
        if self.keep is not None:
            keep = self.keep
            found |= {"until": keep.until.isoformat(), "by": keep.by, "reason": keep.reason}
        return found


def move_in(body: str) -> Move | None:
    """Return what a pull request has said; None where the day to object cannot be read of it."""
    facts = facts_in(body)
    objection = parse_date(facts.get("objection", ""))
    if not isinstance(objection, date):
        return None
    return Move(objection, "ready" in facts, _keep_in(facts))


def _keep_in(facts: dict[str, str]) -> Keep | None:
    until, by, reason = (facts.get(key, "") for key in ("until", "by", "reason"))
    day = parse_date(until)
    said = bool(reason.strip()) and len(reason) <= MAX_KEEP_REASON and reason.isprintable()
    return Keep(day, by, reason) if isinstance(day, date) and is_login(by) and said else None


def decide(said: Move | None, today: date, days: int) -> Move:
    """Return what a pull request says today; `said` is what it says so far, None for a new one.

    The last day to object is counted from the opening and never moves. When whoever was kept has
    been kept for long enough, it is counted anew.
    """
    if said is None or (said.keep is not None and said.keep.until < today):
        return Move(date.fromordinal(min(today.toordinal() + days, date.max.toordinal())))
    return Move(said.objection, said.ready or today > said.objection, said.keep)


def title(holder: Holder, move: Move) -> str:
    """Return the title of the pull request and of its commit; of a name only what calls nobody."""
    name, programme = _calm(holder.entry.name), _calm(holder.programme.policy.title)
    who = name or holder.key.rpartition("/")[2]
    if move.keep is not None:
        return f"Keep {who} in {programme or holder.programme.name} until {move.keep.until}"
    return f"Move {who} to the alumni of {programme or holder.programme.name}"


def _calm(text: str) -> str:
    return text if _CALM.fullmatch(text) and masked(text) == text else ""


def text(holder: Holder, move: Move, people: Sequence[str]) -> str:
    """Return what the pull request says."""
    policy, keep = holder.programme.policy, move.keep
    name, programme = markdown_text(cut(holder.entry.name)), markdown_text(cut(policy.title))
    if keep is not None:
        return (
            f"The term of **{name}** in **{programme}** ended on {holder.end}. {keep.by} asked "
            f"below to keep the entry until **{keep.until}**: {markdown_text(keep.reason)}\n\n"
            "So this pull request no longer moves it to the alumni. It adds a waiver of "
            f"`term-ended` to the policy, which excuses the entry until that day, and waits to be "
            f"merged by someone who may. {day_note(policy)}\n"
        )
    who = f"{mentions(people)}: the" if people else "The"
    handle = f"@{holder.handles[0]} " if len(holder.handles) == 1 else ""
    example = move.objection + timedelta(days=_EXAMPLE_DAYS)
    return (
        f"{who} term of **{name}** in **{programme}** ended on **{holder.end}**, and the roster "
        f"does not say what comes next. This sets the status of the entry in "
        f"{markdown_code(holder.entry.path)} to alumni. Its years stay.\n\n"
        f"**One can object until {move.objection}**, that day included: whoever may write to this "
        "repository keeps the entry until a day with a comment on this pull request,\n\n"
        f"```\n/keep {handle}until {example} and the reason\n```\n\n"
        "and everyone else can ask them to. The pull request then proposes a waiver instead. To go "
        "on for another term, have it added to the entry; this is closed then. Closed by a "
        "person, the same is not proposed again.\n\n"
        f"After {move.objection} it is labelled `{READY}`. Rollkeeper does not merge it. "
        f"{day_note(policy)}\n"
    )


def ready_text(move: Move) -> str:
    """Return the one comment after the last day to object."""
    return (
        f"The last day to object, {move.objection}, is over, and no `/keep` was given. Someone who "
        "may can merge this now."
    )


BY_HAND = "A move to the alumni that has to be made by hand"
"""The title of what a programme's issue says where a roster cannot be edited safely."""


def by_hand_text(holder: Holder, reason: str) -> str:
    """Return whom to move, or to keep, by hand, and why."""
    name = markdown_text(cut(holder.entry.name))
    return f"**{name}**, whose term ended on {holder.end}: {markdown_message(reason)}"
