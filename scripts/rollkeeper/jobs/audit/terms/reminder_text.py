"""What a reminder says: what ends and when, what to do about it, and why it is closed.

Days are named as days, so that a text stays true however late it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from rollkeeper.grammar.dates import MONTHS_A_YEAR, next_day, term_end
from rollkeeper.grammar.escaping import markdown_code, markdown_text
from rollkeeper.grammar.wording import cut
from rollkeeper.jobs.audit.terms.ends import ENDED, Holder, day_note
from rollkeeper.model.policy import Policy, RuleSetting


class Reason(StrEnum):
    """Why a reminder is closed: what the comment says."""

    RENEWED = "renewed"
    MOVED = "moved"
    REMOVED = "removed"
    CHANGED = "changed"
    KEPT = "kept"
    OFF = "off"


def title(holder: Holder) -> str:
    """Return the title; nothing in a title is a mention."""
    name, programme = cut(holder.entry.name, 80), cut(holder.programme.policy.title, 60)
    return f"{name}: the term in {programme} ends on {holder.end}"


def mentions(people: Sequence[str]) -> str:
    """Mention accounts, which are public logins: the only text of ours that calls people."""
    return ", ".join(f"@{login}" for login in people)


def reminder_text(holder: Holder, days: Sequence[int], step: int, people: Sequence[str]) -> str:
    """Return the text of the issue: what ends and when, and what to do about it by which day."""
    policy, end = holder.programme.policy, holder.end or date.max
    name, programme = markdown_text(cut(holder.entry.name)), markdown_text(cut(policy.title))
    roster = markdown_code(holder.entry.path)
    proposal = (
        ", and a pull request proposes to move it to the alumni" if policy.audit.alumni else ""
    )
    ending = (
        f"{mentions(people)}: the term of **{name}** in **{programme}** ends on **{end}**, that "
        f"day included. {day_note(policy)}"
    )
    going_on = f"**To go on**, have the next term added to the entry in {roster} by {end}:"
    ending_here = (
        "**To end here**, have `status: alumni` set there once the term is over. Nothing else of "
        "the entry has to go."
    )
    otherwise = (
        f"An entry about which nothing is decided by {_last_day(policy, end)} is reported as an "
        f"error after that day{proposal}."
    )
    about = (
        f"{_more(days, end, step)}Rollkeeper closes this issue when the roster says what comes "
        "next. Close it yourself to hear no more about this term."
    )
    term = "\n".join(_next_term(policy, end))
    return f"{ending}\n\n{going_on}\n\n{term}\n\n{ending_here}\n\n{otherwise}\n\n---\n\n{about}"


def _last_day(policy: Policy, end: date) -> date:
    """Return the last day on which an entry whose term has ended is no error."""
    grace = policy.rules.get(ENDED, RuleSetting()).options.get("grace_days", 0)
    return date.fromordinal(min(end.toordinal() + max(grace, 0), date.max.toordinal()))


def _next_term(policy: Policy, end: date) -> Iterator[str]:
    start = next_day(end)
    years = policy.rules.get("term-length", RuleSetting()).options.get("years")
    last = term_end(start, months=round(years * MONTHS_A_YEAR)) if years else " # its last day"
    yield from ("```yaml", f"- start: {start}", f"  end: {last}", "```")


def _more(days: Sequence[int], end: date, step: int) -> str:
    later = [end - timedelta(days=each) for each in sorted(days, reverse=True) if each < step]
    if not later:
        return ""
    return f"Until that is decided, a comment here reminds of it about {_listed(later)}. "


def _listed(days: Sequence[date]) -> str:
    *first, last = map(str, days)
    return f"{', '.join(first)} and {last}" if first else last


def step_text(holder: Holder, people: Sequence[str]) -> str:
    """Return the comment at a later step."""
    name, programme = markdown_text(cut(holder.entry.name)), holder.programme.policy.title
    return (
        f"{mentions(people)}: the term of **{name}** in **{markdown_text(cut(programme))}** ends "
        f"on **{holder.end}**, that day included. What to do about it is said at the top."
    )


UNREACHED = "Terms that end, of people whom nothing can mention"
"""The title of what a programme's issue says of them."""
_ASK_THEM = "Their entries have no account that can be mentioned, so someone has to ask them:"
_SWITCHED_OFF = (
    "Nobody told them, because this repository has no issues: switch them on under Settings, "
    "General, Features, Issues."
)


def unreached_text(holders: Sequence[Holder]) -> str:
    """Return what a programme's issue says of people whom nothing can mention."""
    return f"{_ASK_THEM}\n\n{_ends(holders)}"


def unsent_text(holders: Sequence[Holder]) -> str:
    """Return what the summary says of people for whom no issue could be opened."""
    return f"### Terms that end\n\n{_ends(holders)}\n\n{_SWITCHED_OFF}\n"


def _ends(holders: Sequence[Holder]) -> str:
    return "\n".join(
        f"- **{markdown_text(cut(each.entry.name))}**: the term ends on {each.end}"
        for each in holders
    )


_CLOSING: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.RENEWED: "The term was renewed",
        Reason.CHANGED: "The end of the term was changed",
        Reason.MOVED: "The entry is no longer active, so there is nothing left to decide",
        Reason.REMOVED: "The entry is no longer on the roster, so there is nothing left to decide",
        Reason.KEPT: "A waiver in the policy says until when the entry stays as it is",
        Reason.OFF: "The policy asks for no reminder of this term any more",
    }
)


def closing(reason: Reason, holder: Holder | None) -> str:
    """Return the comment with which a reminder is closed."""
    dated = reason in {Reason.RENEWED, Reason.CHANGED} and holder is not None and holder.end
    return f"{_CLOSING[reason]}{f': it ends on {holder.end} now' if holder and dated else ''}."
