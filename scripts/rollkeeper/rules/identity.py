"""Who is who: no one is on a roster twice, and no one passes for someone else."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from operator import itemgetter

from rollkeeper.grammar.emails import parse_email
from rollkeeper.grammar.handles import fold
from rollkeeper.grammar.hosts import InvalidHost, registrable
from rollkeeper.grammar.names import key, skeleton
from rollkeeper.grammar.urls import Url, normalised, parse
from rollkeeper.grammar.wording import counted, quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath, Map, Value, follow
from rollkeeper.rules.declaring import Problems, rule

SAME_ENTRY = (
    "duplicate-website", "shared-website", "duplicate-handle", "same-domain", "shared-contact",
    "logo-identical",
)  # fmt: skip
"""What two entries of one name have in common besides; the name alone says what to do."""
_PER = ("role", "roles", "position", "team", "group", "project")
"""Fields that say as what somebody is listed."""
_Where = tuple[Entry, FieldPath, str]
"""A text of an entry and where it is."""


def _list_of(entry: Entry) -> Hashable:
    """Return what is the same for the entries of one list, or of one folder of single entries.

    A roster may have several: who is in two of them has two roles.
    """
    if entry.at:
        return entry.path, entry.at[:-1]
    return entry.path.rpartition("/")[0]


def _shown(where: _Where) -> str:
    """Return an entry's name and line, for a message about another entry."""
    entry, path, _ = where
    return f"{quoted(entry.name)} ({entry.line_of(path)})"


def _pair(first: _Where) -> tuple[FieldPath, ...]:
    """Return what problems about the same two entries have in common: the number of the other."""
    return ((first[0].index,),)


def _names(programme: Programme) -> Iterator[_Where]:
    for entry in programme.entries:
        for path, text in entry.texts("name"):
            yield entry, path, text
            break


def _repeated(
    programme: Programme, keyed: Iterable[tuple[Hashable, _Where]]
) -> Iterator[tuple[_Where, _Where]]:
    """Return the first with each key, and each later one of another entry that has the same.

    What a change introduces comes last, wherever it is: it is the newcomer that repeats.
    """
    if programme.formerly:
        keyed = sorted(keyed, key=lambda pair: programme.seniority(*pair[1][:2]))
    firsts: dict[Hashable, _Where] = {}
    for group, where in keyed:
        first = firsts.setdefault(group, where)
        if first[0] is not where[0]:
            yield first, where


@rule("duplicate-name", on=Programme, severity=Severity.ERROR, instead_of=SAME_ENTRY)
def duplicate_name(programme: Programme, *, per: tuple[str, ...] = _PER) -> Problems:
    """Two entries have the same name.

    Sooner or later one of them is out of date, and readers cannot see which. Letter case, width,
    punctuation and spaces are ignored. Merge the entries, or write the full name in each. Who has
    several roles may have an entry for each: entries of different lists, and those that differ in
    one of the fields `per`, are not compared.
    """
    keyed = (
        ((key(each[2], with_form=True), _list_of(each[0]), _roles(each[0].data, per)), each)
        for each in _names(programme)
    )
    for first, (entry, path, name) in _repeated(programme, keyed):
        message = (
            f"the name {quoted(name)} is already on the roster: {_shown(first)}; merge the two"
        )
        yield Problem(message, path, entry, about=_pair(first))


@rule("near-duplicate-name", on=Programme, severity=Severity.WARNING)
def near_duplicate_name(programme: Programme) -> Problems:
    """Two names differ only by their legal form or by easily confused characters.

    `Example` and `Example Inc.` are usually the same company, and `Examp1e` is usually a typo.
    Merge the entries if they are the same; otherwise nothing has to change.
    """
    named = list(_names(programme))
    for first, (entry, path, name) in _repeated(
        programme, (((key(each[2]), _list_of(each[0])), each) for each in named)
    ):
        if key(first[2], with_form=True) != key(name, with_form=True):
            message = f"{quoted(name)} differs only by its legal form from {_shown(first)}"
            yield Problem(f"{message}: merge the two if they are one", path, entry)
    plain = (each for each in named if each[2].isascii())
    looks = ((skeleton(each[2]), each) for each in plain)
    for first, (entry, path, name) in _repeated(programme, looks):
        if key(first[2]) != key(name):
            message = f"{quoted(name)} is easily taken for {_shown(first)}"
            yield Problem(f"{message}: correct it if it is a typo", path, entry)


@rule("lookalike-name", on=Programme, severity=Severity.ERROR)
def lookalike_name(programme: Programme) -> Problems:
    """Two names look the same but are written with different letters.

    Readers cannot tell them apart, so one entry could pass for the other. Type each name in the
    letters of its own script; if both are real, ask for a waiver.
    """
    named = list(_names(programme))
    if all(name.isascii() for _, _, name in named):
        return
    looks = ((skeleton(each[2]), each) for each in named)
    for first, (entry, path, name) in _repeated(programme, looks):
        plain = first[2].isascii() and name.isascii()
        if not plain and key(first[2]) != key(name) and skeleton(name):
            message = f"the name {quoted(name)} looks like {_shown(first)} but has other letters"
            yield Problem(f"{message}: use those of its own script", path, entry)


def _websites(programme: Programme) -> Iterator[tuple[Url, _Where]]:
    for entry in programme.entries:
        for path, text in entry.texts("website"):
            url = parse(text)
            if not isinstance(url, InvalidHost):
                yield url, (entry, path, text)


@rule("duplicate-website", on=Programme, severity=Severity.ERROR)
def duplicate_website(programme: Programme, *, allowed: tuple[str, ...] = ()) -> Problems:
    """Two entries of one list have the same website, and the same description or account.

    One was copied from the other and not finished, or they are the same organisation. Correct what
    was copied, or merge the two. `allowed` lists addresses that several entries may share.
    """
    for first, (entry, path, text) in _repeated(programme, _shared_websites(programme, allowed)):
        also = _also_shared(first[0], entry)
        if also:
            message = f"the website {quoted(text)} and the {also} are also those of {_shown(first)}"
            advice = "correct what was copied, or merge the two"
            yield Problem(f"{message}: {advice}", path, entry, about=_pair(first))


@rule("shared-website", on=Programme, severity=Severity.NOTICE)
def shared_website(programme: Programme, *, allowed: tuple[str, ...] = ()) -> Problems:
    """Several entries of one list have the same website, and nothing else in common.

    Often they are several products of one organisation; then nothing has to change, or each can
    have a page of its own. Each website is reported once. `allowed` lists addresses that several
    entries may share.
    """
    groups: dict[Hashable, list[_Where]] = {}
    for first, other in _repeated(programme, _shared_websites(programme, allowed)):
        if not _also_shared(first[0], other[0]):
            group = _page(first[2]), first[0].index
            groups.setdefault(group, [first]).append(other)
    for first, *others in groups.values():
        entry, path, text = others[-1]  # the newest, where a change introduces it
        others_shown = _shown(first)
        if len(others) > 1:
            others_shown += f" and of {counted(len(others) - 1, 'other entry')}"
        message = f"the website {quoted(text)} is also that of {others_shown}"
        advice = "give each its own page, unless they are of one organisation"
        yield Problem(f"{message}: {advice}", path, entry, about=_pair(first))


def _shared_websites(
    programme: Programme, allowed: Collection[str]
) -> Iterator[tuple[Hashable, _Where]]:
    """Return websites with the list that each is in: one organisation can be in several lists."""
    excepted = {normalised(url) for each in allowed if isinstance(url := parse(each), Url)}
    for url, where in _websites(programme):
        page, entry = normalised(url), where[0]
        if page not in excepted:
            yield (page, _list_of(entry)), where


def _also_shared(one: Entry, other: Entry) -> str | None:
    """Return what two entries have in common that two organisations never have, if anything."""
    for role, word in (("description", "description"), ("handle", "account")):
        mine, theirs = one.text(role), other.text(role)
        if mine is not None and theirs is not None and mine.strip() == theirs.strip():
            return word
    return None


@rule("same-domain", on=Programme, severity=Severity.NOTICE, only_if_asked=True)
def same_domain(
    programme: Programme,
    *,
    hosting: tuple[str, ...] = (
        "github.com", "gitlab.com", "gitee.com", "linkedin.com", "medium.com", "facebook.com",
    ),
) -> Problems:  # fmt: skip
    """Two entries have websites under the same registered domain.

    They may belong to the same organisation. If they do not, nothing has to change. `hosting` lists
    domains under which unrelated people have pages.
    """
    by_ending: dict[tuple[str, ...], list[tuple[Url, _Where]]] = {}
    for url, where in _websites(programme):
        # The Public Suffix List is slow to read and to ask: most hosts differ in their last two
        # parts, and then they differ in their domain as well.
        ending = url.host.rsplit(".", 2)[-2:]
        by_ending.setdefault(tuple(ending), []).append((url, where))
    for group in by_ending.values():
        if len(group) > 1:
            yield from _neighbours(programme, group, hosting)


def _neighbours(
    programme: Programme, group: Iterable[tuple[Url, _Where]], hosting: Collection[str]
) -> Problems:
    domains = (
        (domain, where)
        for url, where in group
        if (domain := registrable(url.unicode_host)) is not None and domain not in hosting
    )
    for first, (entry, path, text) in _repeated(programme, domains):
        if _page(text) != _page(first[2]):
            message = f"the website {quoted(text)} is under the same domain as {_shown(first)}"
            advice = "merge the two if they are one organisation"
            yield Problem(f"{message}: {advice}", path, entry, about=_pair(first))


def _page(text: str) -> str | None:
    url = parse(text)
    return normalised(url) if isinstance(url, Url) else None


@rule("duplicate-handle", on=Programme, severity=Severity.ERROR)
def duplicate_handle(programme: Programme, *, per: tuple[str, ...] = _PER) -> Problems:
    """Two entries have the same GitHub account, or a list contains an account twice.

    One person would hold two seats or be counted twice. Keep one of the two. This rule compares the
    account of the entry itself, such as `github`; `shared-contact` compares the accounts of
    contacts. A person may have several roles: an account may be in several lists of an entry, and
    entries or items of a list that differ in one of the fields `per` are not compared.
    """
    own: list[tuple[Hashable, _Where]] = []
    for entry in programme.entries:
        handles = list(entry.texts("handle"))
        own.extend(
            ((fold(text), _list_of(entry), _roles(entry.data, per)), (entry, path, text))
            for path, text in handles
            if len(path) == 1
        )
        if len(handles) > 1:
            yield from _twice_in_a_list(entry, handles, per)
    for first, (entry, path, text) in _repeated(programme, own):
        message = f"the account {quoted(text)} is also that of {_shown(first)}: keep one of them"
        yield Problem(message, path, entry, about=_pair(first))


def _twice_in_a_list(
    entry: Entry, handles: Iterable[tuple[FieldPath, str]], per: Collection[str]
) -> Problems:
    seen: dict[Hashable, FieldPath] = {}
    for path, text in handles:
        positions = [number for number, step in enumerate(path) if isinstance(step, int)]
        if not positions:
            continue  # in no list
        item = positions[-1]
        roles = _roles(follow(entry.data, path[: item + 1]), per)
        first = seen.setdefault((path[:item], path[item + 1 :], fold(text), roles), path)
        if first != path:
            line = entry.place(first).line
            message = f"{quoted(text)} is already in this list (line {line}): keep one of them"
            yield Problem(message, path, entry)


def _roles(value: Value, per: Collection[str]) -> tuple[str, ...]:
    """Return what a mapping says in the fields that tell as what somebody is listed."""
    if not isinstance(value, Map):
        return ()
    return tuple(str(value.get(name, "")).casefold() for name in per)


@rule("shared-contact", on=Programme, severity=Severity.WARNING)
def shared_contact(
    programme: Programme, *, fields: tuple[str, ...] = ("contact", "contacts", "email")
) -> Problems:
    """Two entries have the same contact.

    Often one entry was copied from the other. Write a separate contact for each. `fields` lists the
    fields that are compared. Two entries with websites of one domain may share their contacts.
    """
    reported = set()
    for first, (entry, path, text) in _repeated(programme, _people(programme, frozenset(fields))):
        pair = (first[0].index, entry.index)
        if pair not in reported and not _of_one_domain(first[0], entry):
            reported.add(pair)
            message = f"{quoted(text)} is also named by {_shown(first)}: name someone else for one"
            yield Problem(message, path, entry, about=_pair(first))


def _of_one_domain(one: Entry, other: Entry) -> bool:
    domains = [_domain(entry) for entry in (one, other)]
    return domains[0] is not None and domains[0] == domains[1]


def _domain(entry: Entry) -> str | None:
    url = parse(entry.text("website") or "")
    return registrable(url.unicode_host) if isinstance(url, Url) else None


def _people(programme: Programme, fields: Collection[str]) -> Iterator[tuple[str, _Where]]:
    for entry in programme.entries:
        people = list(_people_of(entry, fields))
        # Which of several is named must not depend on their order in a list.
        yield from sorted(people, key=itemgetter(0)) if len(people) > 1 else people


def _people_of(entry: Entry, fields: Collection[str]) -> Iterator[tuple[str, _Where]]:
    for path, text in entry.texts("handle"):
        if len(path) > 1 and path[0] in fields:
            yield f"@{fold(text)}", (entry, path, text)
    for path, text in entry.texts("email"):
        if path[0] in fields:
            address = parse_email(text)
            if not isinstance(address, InvalidHost):
                yield address.casefold(), (entry, path, text)
