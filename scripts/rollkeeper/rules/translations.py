"""Translations in a roster, where a programme has pages in several languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rollkeeper.grammar.languages import fold, is_language
from rollkeeper.grammar.wording import quoted
from rollkeeper.model.change import Change
from rollkeeper.model.policy import Policy, Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath, Map, follow
from rollkeeper.rules.declaring import Problems, rule


class _Translated(NamedTuple):
    """A field of an entry that is written in several languages.

    `there` has the path of each language's text; the text under `""` is in the language of the
    programme's first page. `beside` says that each language has a field of its own.
    """

    key: str
    there: Mapping[str, FieldPath]
    beside: bool


@rule("translation-missing", on=Programme, severity=Severity.NOTICE)
def missing(programme: Programme) -> Problems:
    """A text has no translation for one of the pages.

    The page in that language shows the text in another one. A field counts as translated as soon as
    one entry translates it: `description_zh` beside `description`, or a text for each language
    below it. Add the translation.
    """
    first, *others = _languages(programme.policy)
    if not others:
        return
    translated = {
        field.key: field.beside
        for entry in programme.entries
        if entry.active
        for field in _fields(entry, programme.policy)
    }
    for entry in programme.entries:
        for key, beside in translated.items() if entry.active else ():
            if not _is_filled(entry, key):
                continue
            own = next((f for f in _fields(entry, programme.policy) if f.key == key), None)
            there = own.there if own else {"": (key,)}
            for language in (first, *others):
                if language in there or (language == first and "" in there):
                    continue
                where = f"{key}_{language}" if beside else f"{key}.{language}"
                message = f"{quoted(key)} has no text in `{language}`: add it as `{where}`"
                yield Problem(message, entry=entry, field=(key,))


@rule("translation-outdated", on=Change, severity=Severity.NOTICE)
def outdated(change: Change) -> Problems:
    """A text has changed, and its translation has not.

    The pages may now say different things. Change the translation as well, or leave it if it still
    says the same.
    """
    policy = change.after.policy
    if len(_languages(policy)) == 1:
        return
    for each in change.entries:
        if each.before is None or each.after is None:
            continue
        for field in _fields(each.after, policy):
            changed = {
                language
                for language, path in field.there.items()
                if follow(each.before.data, path) != follow(each.after.data, path)
            }
            for language, path in field.there.items():
                if changed and language not in changed and language:
                    message = f"{quoted(field.key)} has changed, and not its text in `{language}`"
                    yield Problem(message, entry=each.after, field=path)


def _languages(policy: Policy) -> tuple[str, ...]:
    """Return the languages of a programme's pages, the first page's first; "" where it has none."""
    pages = (fold(page.language).partition("-")[0] for page in policy.pages)
    return tuple(dict.fromkeys(pages)) or ("",)


def _is_filled(entry: Entry, key: str) -> bool:
    value = entry.data.get(key)
    return bool(value.strip() if isinstance(value, str) else value)


def _fields(entry: Entry, policy: Policy) -> Iterator[_Translated]:
    """Return the fields of an entry that have a text in more than one way."""
    languages = set(_languages(policy))
    beside: dict[str, dict[str, FieldPath]] = {}
    for key, value in entry.data.items():
        stem, _, tag = key.rpartition("_")
        if stem in entry.data and fold(tag) in languages and _is_filled(entry, key):
            beside.setdefault(stem, {"": (stem,)})[fold(tag)] = (key,)
        elif isinstance(value, Map) and value and all(map(is_language, value)):
            tags = {fold(each).partition("-")[0]: (key, each) for each in value}
            if not languages.isdisjoint(tags):
                yield _Translated(key, tags, beside=False)
    yield from (_Translated(key, there, beside=True) for key, there in beside.items())
