"""Rules about outside lists: of members, such as a foundation's, and those that others keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from rollkeeper.grammar.names import key
from rollkeeper.grammar.wording import quoted
from rollkeeper.model.limits import MAX_MEMBER_HINTS
from rollkeeper.model.members import Membership
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import FieldPath
from rollkeeper.rules.declaring import Problems, rule

_LEAST = 4
"""Characters of a name that may stand for a longer one that begins with it."""
_START = 2
_MOST_CANDIDATES = 40
_LIKENESS = 0.8


@rule("not-a-member", on=Membership, severity=Severity.NOTICE)
def not_a_member(membership: Membership) -> Problems:
    """An organisation is not on the list of members that the policy names.

    The list is that of a foundation or another programme, given as `members` in the policy. Letter
    case, punctuation, legal forms and what stands in brackets after a name do not count. Write the
    name as the list does, or have the organisation added there. A list that cannot be read is
    reported as well. Entries that are not active are not compared.
    """
    source = membership.source
    if membership.fault:
        message = f"the list of members {source.shown} cannot be used: {membership.fault}"
        policy = membership.programme.policy
        yield Problem(message, path=policy.path, place=source.place)
        return
    known = _known(membership.names)
    starts: dict[str, list[str]] = defaultdict(list)
    for each in known:
        starts[each[:_START]].append(each)
    hinted = 0
    for entry, path, name in _organisations(membership):
        if not known.keys().isdisjoint(keys_of(name)):
            continue
        near = _near(key(name), starts) if hinted < MAX_MEMBER_HINTS else None
        hinted += 1
        hint = (
            f"did you mean {quoted(known[near])}?"
            if near
            else "correct the name, or have it added there"
        )
        message = f"{quoted(name)} is not on the list of members ({source.shown}); {hint}"
        yield Problem(message, path, entry)


def _organisations(membership: Membership) -> Iterator[tuple[Entry, FieldPath, str]]:
    """Return what is compared: organisations where entries have them, else the entries' names."""
    entries = [each for each in membership.programme.entries if each.active]
    role = membership.source.role
    if role is None:
        of_people = any(each.text("organisation") for each in entries)
        role = "organisation" if of_people else "name"
    for entry in entries:
        for path, text in entry.texts(role):
            yield entry, path, text


def keys_of(name: str) -> Iterator[str]:
    """Return what is equal for names that a list and a roster may write for the same."""
    yield key(name)
    bare, bracket, _ = name.strip().replace("\uff08", "(").rpartition("(")
    # What a list adds to a name, such as `(member)`.
    if bracket and bare.strip() and name.rstrip().endswith((")", "\uff09")):
        yield key(bare)


def _known(names: Sequence[str]) -> Mapping[str, str]:
    """Return the names by what is equal for names that are the same name."""
    return {each: name for name in reversed(names) for each in keys_of(name)}


def _near(wanted: str, starts: Mapping[str, Sequence[str]]) -> str | None:
    """Return a name that is nearly the wanted one, or one of both begins with the other."""
    alike = starts.get(wanted[:_START], ())
    longer = (each for each in alike if each.startswith(wanted) or wanted.startswith(each))
    if len(wanted) >= _LEAST and (found := min(longer, key=len, default="")):
        return found if len(found) >= _LEAST else None
    size = len(wanted)
    near = [each for each in alike if abs(len(each) - size) <= size // 4 + 1]
    near = sorted(near, key=lambda each: abs(len(each) - size))[:_MOST_CANDIDATES]
    return next(iter(get_close_matches(wanted, near, n=1, cutoff=_LIKENESS)), None)
