"""Reminders before a term ends: an issue for each person, and a comment at each step.

A step is a number of days before the end, of the `days` of `term-ending-soon`. What the issue has
said is on a line of its text that nobody sees, so a quiet night asks for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rollkeeper.forge.items import Item
from rollkeeper.forge.outbox import IssuesDisabledError
from rollkeeper.grammar.bodies import Body, Marker, digest_of, facts_in, facts_line, with_facts
from rollkeeper.grammar.dates import parse_date
from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.wording import counted
from rollkeeper.jobs.audit.issues.content import IssueSection
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.jobs.audit.terms.ends import SOON, Holder, TermEnds, prefix_of, term_ends
from rollkeeper.jobs.audit.terms.reminder_text import (
    UNREACHED,
    Reason,
    closing,
    reminder_text,
    step_text,
    title,
    unreached_text,
    unsent_text,
)
from rollkeeper.model.limits import MOST_REMINDED_A_NIGHT
from rollkeeper.model.policy import Policy, RuleSetting
from rollkeeper.rules import catalogue

KIND = "term"
_LONGEST_STEP = 4
"""Digits of a step."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an issue of ours has said: up to which step, about which end, and whether we closed it.

    `name` is the fingerprint of the entry's name, by which an account that was renamed is found.
    """

    end: date | None
    step: int | None
    name: str = ""
    closed: bool = False

    @property
    def facts(self) -> dict[str, str]:
        """What the text of the issue keeps of it."""
        found = {"end": self.end.isoformat() if self.end else "", "step": str(self.step or "")}
        return {**found, "name": self.name, **({"closed": "yes"} if self.closed else {})}


def said_in(body: str) -> Said:
    """Return what an issue has said; what cannot be read of it counts as not said."""
    facts = facts_in(body)
    end, step = parse_date(facts.get("end", "")), facts.get("step", "")
    known = step.isascii() and step.isdigit() and len(step) <= _LONGEST_STEP
    return Said(
        end if isinstance(end, date) else None,
        int(step) if known else None,
        facts.get("name", ""),
        "closed" in facts,
    )


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that is due: about which end, and the newest step that was reached, if any."""

    end: date
    step: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about one person, in this order: close, open, say a step, open again."""

    close: Reason | None = None
    create: int | None = None
    step: int | None = None
    reopen: bool = False


def newest_step(days: Sequence[int], end: date, today: date) -> int | None:
    """Return the newest step that was reached; None before the first, and after the end."""
    left = (end - today).days
    return min((each for each in days if 0 <= left <= each), default=None)


def decide(due: Due | None, said: Said | None, *, is_open: bool, gone: Reason | None) -> Decision:
    """Return what to do; `said` is None where we have no issue, `gone` why none is due any more.

    An issue that a person closed stays closed for that term. One that a person opened again after
    we had closed it stays open.
    """
    create = due.step if due is not None else None
    if said is None:
        return Decision(create=create)
    if due is not None and said.end == due.end:
        later = due.step is not None and (said.step is None or due.step < said.step)
        step = due.step if later else None
        if is_open:
            return Decision(step=step)
        return Decision(step=step, reopen=True) if said.closed else Decision()
    if due is not None:
        changed = said.end is not None and due.end > said.end
        reason = Reason.RENEWED if changed else Reason.CHANGED
        return Decision(close=reason if is_open else None, create=create)
    return Decision(close=gone if is_open and not said.closed else None)


def why_gone(holder: Holder | None, said: Said, ends: TermEnds, today: date) -> Reason | None:
    """Return why no reminder is due about what was `said`; None while it is still to be decided."""
    reason: Reason | None = None
    if holder is None:
        reason = Reason.REMOVED
    elif not holder.entry.active:
        reason = Reason.MOVED
    elif holder.key in ends.kept:
        reason = Reason.KEPT
    elif holder.end != said.end:
        later = holder.end is not None and said.end is not None and holder.end > said.end
        reason = Reason.RENEWED if later else Reason.CHANGED
    elif holder.end is not None and today <= holder.end:
        reason = Reason.OFF
    return reason


def remind(scene: Scene) -> None:
    """Bring the reminders of every programme up to date."""
    night = _Night({prefix_of(each.name) for each in scene.community.programmes})
    for programme in scene.community.programmes:
        if programme.roster.unread is not None:
            scene.say(f"{programme.name}: no reminders, because the roster could not be read")
            continue
        today = scene.options.day(programme)
        ends = term_ends(programme, today)
        if not programme.policy.audit.remind:
            ends.soon.clear()
        reminders = _Reminders(scene, ends, programme.policy, today, night)
        reminders.update(prefix_of(programme.name))
        reminders.name_the_others(programme.name)
    if not scene.options.programmes:
        _close_those_without_programme(scene, night)
    if night.unsent:
        people = counted(len(night.unsent), "reminder")
        scene.fail(f"{people} could not be sent: issues are switched off in this repository")
        scene.summary.append(masked(unsent_text(night.unsent)))


@dataclass(frozen=True)
class _Night:
    """What the reminders of all programmes share; `known` is how the keys of each begin."""

    known: Collection[str]
    room: Iterator[int] = field(default_factory=lambda: iter(range(MOST_REMINDED_A_NIGHT)))
    """A number for each issue that this audit may still open."""
    unsent: list[Holder] = field(default_factory=list)
    """Whom no issue could be opened for, because the repository has none."""
    adopted: set[int] = field(default_factory=set)
    """Issues that were taken over, whose markers in the list are out of date."""

    def is_of_none(self, key: str) -> bool:
        """Return whether a key is of a programme that is gone, as far as all were loaded."""
        return f"{key.partition('/')[0]}/" not in self.known


def _close_those_without_programme(scene: Scene, night: _Night) -> None:
    for item in scene.items.of_kind(KIND):
        said, gone = said_in(item.body), night.is_of_none(item.marker.key)
        if item.is_open and gone and item.number not in night.adopted:
            close = decide(None, said, is_open=True, gone=Reason.REMOVED).close
            if close is not None:
                _close(scene, item, said, close, None)


@dataclass(frozen=True, slots=True)
class _Reminders:
    """The reminders of one programme."""

    scene: Scene
    ends: TermEnds
    policy: Policy
    today: date
    night: _Night

    def update(self, prefix: str) -> None:
        """Open, continue and close what is due."""
        adopted = self.night.adopted
        for key, holder in self.ends.soon.items():
            item = self.scene.item(KIND, key)
            if item is None and (item := self._renamed(holder, prefix)) is not None:
                adopted.add(item.number)
            self._carry_out(key, holder, item)
        for item in self.scene.items.of_kind(KIND):
            key = item.marker.key
            ours = key.startswith(prefix) and key not in self.ends.soon
            if ours and item.number not in adopted:
                self._carry_out(key, self.ends.holders.get(key), item)

    def name_the_others(self, programme: str) -> None:
        """Have the programme's issue name those whom nothing can mention."""
        history = self.scene.history
        found = [
            each
            for each in self.ends.soon.values()
            if each.end is not None
            and newest_step(self._days, each.end, self.today) is not None
            and not each.mentioned(history)
        ]
        if found:
            substance = json.dumps([[each.key, str(each.end)] for each in found])
            opens_at = self.policy.audit.opens_at
            section = IssueSection(UNREACHED, unreached_text(found), substance, opens_at)
            self.scene.sections.setdefault(programme, []).append(section)

    def _renamed(self, holder: Holder, prefix: str) -> Item | None:
        """Return the issue about a person whose account or programme had another name before.

        Of several an open one; a closed one can be a person's word that it is enough.
        """
        gone = self.night.is_of_none if not self.scene.options.programmes else lambda _: False
        found: Item | None = None
        for item in self.scene.items.of_kind(KIND):
            key, said = item.marker.key, said_in(item.body)
            if item.number in self.night.adopted:
                continue
            unknown = gone(key) or (key.startswith(prefix) and key not in self.ends.holders)
            same = said.end == holder.end and said.name == _name(holder)
            if unknown and same and (found is None or item.is_open):
                found = item
        return found

    def _carry_out(self, key: str, holder: Holder | None, item: Item | None) -> None:
        due = None
        if holder is not None and key in self.ends.soon and holder.end is not None:
            due = Due(holder.end, newest_step(self._days, holder.end, self.today))
        said = said_in(item.body) if item is not None else None
        gone = why_gone(holder, said, self.ends, self.today) if said is not None else None
        decision = decide(due, said, is_open=item is not None and item.is_open, gone=gone)
        if item is not None and said is not None and decision.close is not None:
            _close(self.scene, item, said, decision.close, holder)
        people = holder.mentioned(self.scene.history) if holder is not None else ()
        if holder is None or due is None or not people:
            return
        if decision.create is not None:
            self._create(holder, due, decision.create, people)
        elif item is not None and said is not None:
            self._continue(holder, item, said, decision, people)

    def _create(self, holder: Holder, due: Due, step: int, people: Sequence[str]) -> None:
        if self.night.unsent:  # it would be refused again
            self.night.unsent.append(holder)
            return
        if next(self.night.room, None) is None:
            self.scene.say(f"{holder.key}: to be reminded another night, after so many others")
            return
        marker = _marker(holder)
        said = Said(due.end, step, _name(holder))
        text = reminder_text(holder, self._days, step, people)
        body = Body(marker, f"{facts_line(said.facts)}\n{text}")
        try:
            number = self.scene.outbox.create_issue(title(holder), body)
        except IssuesDisabledError:
            self.night.unsent.append(holder)
            return
        self.scene.remember(marker, number)
        self.scene.say(f"reminded {_shown(people)} at {step} days before {due.end}")

    def _continue(
        self, holder: Holder, item: Item, said: Said, decision: Decision, people: Sequence[str]
    ) -> None:
        """Say a step in the issue, open it again, and take over one of a renamed account."""
        marker = _marker(holder)
        if decision.step is not None:
            text = step_text(holder, people)
            self.scene.outbox.comment_once(item.number, f"{holder.end} {decision.step}", text)
            self.scene.say(f"reminded {_shown(people)} at {decision.step} days: #{item.number}")
        elif not decision.reopen and item.marker == marker:
            return
        after = replace(said, step=decision.step or said.step, closed=False)
        body = Body(marker, with_facts(item.body, after.facts), item.body)
        state = "open" if decision.reopen else None
        self.scene.outbox.edit_issue(item.number, body=body, state=state)
        self.scene.remember(marker, item.number)

    @property
    def _days(self) -> Sequence[int]:
        """The steps: those of the rule, which an input of the workflow can replace."""
        default = catalogue()[SOON].options["days"].default
        options = self.policy.rules.get(SOON, RuleSetting()).options
        return tuple(options.get("days", default))


def _close(scene: Scene, item: Item, said: Said, reason: Reason, holder: Holder | None) -> None:
    # The comment first: a run that is ended between the two closes it the next time.
    scene.outbox.comment_once(item.number, f"closed {said.end} {reason}", closing(reason, holder))
    facts = replace(said, closed=True).facts
    body = Body(item.marker, with_facts(item.body, facts), item.body)
    scene.outbox.edit_issue(item.number, body=body, state="closed", reason="completed")
    scene.say(f"closed the reminder #{item.number}: {reason}")


def _marker(holder: Holder) -> Marker:
    return Marker(KIND, holder.key, digest_of(f"{holder.key} {holder.end}"))


def _name(holder: Holder) -> str:
    return digest_of(holder.entry.name)[:16]


def _shown(people: Sequence[str]) -> str:
    return ", ".join(people)
