"""Whose terms end soon or have ended: as the rules of the policies find, with waivers heeded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from rollkeeper.engine.judging import ProgrammeCase, RunTally, findings_of
from rollkeeper.grammar.bodies import digest_of, safe_key
from rollkeeper.grammar.escaping import markdown_code
from rollkeeper.grammar.handles import bare, is_public_login
from rollkeeper.grammar.masking import masked
from rollkeeper.model.history import AccountState, History
from rollkeeper.model.limits import MAX_MENTIONED
from rollkeeper.model.policy import DEFAULT_TIMEZONE, Policy, Waiver
from rollkeeper.model.roster import Entry, Programme, Term
from rollkeeper.model.tree import FieldPath
from rollkeeper.rules import catalogue

SOON, ENDED = "term-ending-soon", "term-ended"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a term: a person, or all of an entry that has several.

    `end` is the last day of their last term, None where none is dated. `handles` are those that the
    roster has for them, and can be none.
    """

    key: str
    programme: Programme
    entry: Entry
    handles: tuple[str, ...]
    end: date | None

    def mentioned(self, history: History) -> tuple[str, ...]:
        """Return the accounts to mention: none that is said to be gone, renamed or no person."""
        return tuple(each for each in self.handles if _is_theirs(each, history))[:MAX_MENTIONED]


@dataclass(frozen=True)
class TermEnds:
    """The holders of one programme, by their keys, and those whose terms end or have ended.

    `kept` are those whose term has ended and whom a waiver excuses.
    """

    holders: Mapping[str, Holder]
    soon: dict[str, Holder] = field(default_factory=dict)
    ended: dict[str, Holder] = field(default_factory=dict)
    kept: dict[str, Waiver] = field(default_factory=dict)


def prefix_of(programme: str) -> str:
    """Return how the keys of a programme's holders begin."""
    return f"{safe_key(programme)}/"


def term_ends(programme: Programme, today: date) -> TermEnds:
    """Return whose terms end soon and whose have ended, for a programme on a day."""
    by_term = {(term.entry.index, term.field): term for term in programme.terms}
    found = TermEnds(_holders(programme))
    rules = {each: catalogue()[each] for each in (SOON, ENDED)}
    for finding in findings_of([ProgrammeCase(programme, today)], rules, RunTally()):
        index = -1 if finding.index is None else finding.index
        term = by_term.get((index, finding.field[:-1]))
        holder = found.holders.get(_key(programme, term) or "") if term is not None else None
        if holder is None or term is None or (holder.entry.index, holder.end) != (index, term.end):
            continue  # they have a later term, in another entry
        if finding.rule == ENDED and finding.waiver is not None:
            found.kept[holder.key] = finding.waiver
        elif finding.waiver is None:
            (found.soon if finding.rule == SOON else found.ended)[holder.key] = holder
    return found


def _holders(programme: Programme) -> Mapping[str, Holder]:
    """Return who holds the terms of a programme; of several entries of one the latest that ends."""
    found: dict[str, Holder] = {}
    for term in programme.terms:
        key = _key(programme, term)
        if key is None:
            continue
        there = found.get(key)
        if there is None or _order(term.entry, term.end) > _order(there.entry, there.end):
            handles = tuple(_handles(term.entry, _scope(term)))
            found[key] = Holder(key, programme, term.entry, handles, term.end)
    return found


def _order(entry: Entry, end: date | None) -> tuple[bool, date]:
    return entry.active, end or date.min


def _key(programme: Programme, term: Term) -> str | None:
    """Return the key of who holds a term; None where nothing says who that is."""
    scope = _scope(term)
    handles = list(_handles(term.entry, scope))
    name = term.entry.text("name")
    if len(handles) == 1:
        return f"{prefix_of(programme.name)}{handles[0].casefold()}"
    if name is None:
        return None
    whose = f"{name} {'.'.join(map(str, scope))} "
    # With a dot in it, which no account has; nothing of an address or a number stays in sight.
    shown = safe_key(whose) if masked(name) == name else f"x.{digest_of(whose)[:8]}"
    return f"{prefix_of(programme.name)}{shown}"


def _scope(term: Term) -> FieldPath:
    """Return the path of the person in the entry who holds a term; `()` for the whole entry."""
    steps = [at for at, step in enumerate(term.field[:-1]) if isinstance(step, int)]
    return term.field[: steps[-1] + 1] if steps else ()


def _handles(entry: Entry, scope: FieldPath) -> Iterator[str]:
    known = set()
    for path, text in entry.texts("handle"):
        login = bare(text)
        if path[: len(scope)] == scope and is_public_login(login) and login.casefold() not in known:
            known.add(login.casefold())
            yield login


def _is_theirs(login: str, history: History) -> bool:
    record = history.accounts.get(login.casefold())
    if record is None:
        return True
    renamed = record.login is not None and record.login.casefold() != login.casefold()
    return record.state is AccountState.PERSON and not renamed


def day_note(policy: Policy) -> str:
    """Say when a day ends for a programme."""
    zone = markdown_code(policy.timezone)
    if policy.timezone == DEFAULT_TIMEZONE:
        return f"A day ends when it has ended everywhere on Earth ({zone})."
    return f"A day ends when it ends in the time zone {zone}."
