"""What policies mean for their rosters, as text and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rollkeeper.engine.explaining import Explanation
from rollkeeper.grammar.escaping import terminal
from rollkeeper.grammar.wording import counted, cut
from rollkeeper.model.limits import MAX_LISTED
from rollkeeper.model.role_use import RoleUse
from rollkeeper.model.rule import Catalogue
from rollkeeper.model.tree import dotted

_WIDTH = 100
MAX_KEYS = 4 * MAX_LISTED
"""Keys that play no role, of which an explanation names no more."""


def explanation_text(explanations: Sequence[Explanation], catalogue: Catalogue) -> str:
    """Describe each programme for a person at a terminal."""
    return "\n".join("\n".join(_programme(each, catalogue)) + "\n" for each in explanations)


def explanation_json(explanations: Sequence[Explanation]) -> str:
    """Describe each programme for a program."""
    return json.dumps([_fields(each) for each in explanations], indent=2) + "\n"


def _programme(explained: Explanation, catalogue: Catalogue) -> Iterator[str]:
    policy = explained.policy
    yield f"{policy.name}: {_shown(policy.title)}"
    yield f"  policy  {_shown(policy.path)}"
    where = f", under `{_shown(dotted(policy.entries.at))}`" if policy.entries.at else ""
    yield f"  roster  {_shown(policy.roster)}: {_entries(explained.entries)}{where}"
    if explained.unreadable:
        yield f"          not all of it can be read: {_shown(explained.unreadable)}"
    yield ""
    yield "  Which field plays which role:"
    filled = [role for role in explained.roles if role.entries]
    yield from _table(filled, explained.entries)
    empty = [role.role for role in explained.roles if not role.entries]
    if empty:
        yield from _wrapped("No entry has: ", empty)
    if explained.unread_keys:
        keys = [f"{_shown(key)} ({count:,})" for key, count in explained.unread_keys.items()]
        more = [f"and {len(keys) - MAX_KEYS:,} more"] if len(keys) > MAX_KEYS else []
        yield from _wrapped("Keys that play no role: ", [*keys[:MAX_KEYS], *more])
    yield ""
    yield f"  {counted(len(explained.rules), 'rule')} can judge these entries:"
    yield from _wrapped("", explained.rules, indent=4)
    for reason, rules in explained.idle.items():
        yield f"  Not judged by {counted(len(rules), 'rule')}: {_shown(reason)}"
        yield from _wrapped("", _idle(rules, catalogue), indent=4)


def _idle(rules: Sequence[str], catalogue: Catalogue) -> Iterator[str]:
    """Name rules that do not judge: whole families by their name."""
    for family, members in _families(catalogue).items():
        idle = [rule_id for rule_id in members if rule_id in rules]
        if len(idle) == len(members) > 1:
            yield f"all of {family}"
        else:
            yield from idle


def _families(catalogue: Catalogue) -> Mapping[str, Sequence[str]]:
    families: dict[str, list[str]] = {}
    for rule in catalogue.values():
        families.setdefault(rule.family, []).append(rule.id)
    return families


def _table(roles: Sequence[RoleUse], entries: int) -> Iterator[str]:
    rows = [
        (role.role if not number else "", _shown(dotted(path)), f"{count:,} of {entries:,}")
        for role in roles
        for number, (path, count) in enumerate(each for each in role.paths if each.entries)
    ]
    first, second = (max((len(row[at]) for row in rows), default=0) for at in (0, 1))
    for role, path, count in rows:
        yield f"    {role:<{first}}  {path:<{second}}  {count}"


def _wrapped(start: str, words: Iterable[str], indent: int = 2) -> list[str]:
    text = start + ", ".join(words)
    blanks = " " * indent
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=blanks,
        subsequent_indent=" " * (indent + 2 * bool(start)),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _entries(number: int) -> str:
    return counted(number, "entry")


def _shown(text: str) -> str:
    return terminal(cut(text, 200))


def _fields(explained: Explanation) -> dict[str, object]:
    policy = explained.policy
    return {
        "programme": policy.name,
        "title": policy.title,
        "policy": policy.path,
        "roster": policy.roster,
        "entries_path": dotted(policy.entries.at) or None,
        "entries": explained.entries,
        "unreadable": explained.unreadable,
        "roles": {
            use.role: {
                "entries": use.entries,
                "fields": {dotted(path): entries for path, entries in use.paths},
            }
            for use in explained.roles
        },
        "unread_keys": dict(explained.unread_keys),
        "rules": list(explained.rules),
        "idle": {reason: list(rules) for reason, rules in explained.idle.items()},
    }
