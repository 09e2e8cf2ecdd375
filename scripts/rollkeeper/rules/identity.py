"""Who is who: nobody stands on a roll twice, and nobody passes for somebody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from rollkeeper.emails import parse_email
from rollkeeper.hosts import Flawed, registrable
from rollkeeper.model import Entry, Path, Problem, Programme, Severity
from rollkeeper.names import key, skeleton
from rollkeeper.rule import Problems, rule
from rollkeeper.urls import Url, normalised, parse
from rollkeeper.wording import quoted


class _Text(NamedTuple):
    """A text of an entry and where it stands."""

    entry: Entry
    path: Path
    text: str

    @property
    def where(self) -> str:
        """The entry's name and the line, for a message about another entry."""
        return f"{quoted(self.entry.name)} (line {self.entry.place(self.path).line})"


def _names(programme: Programme) -> list[_Text]:
    found = []
    for entry in programme.entries:
        first = next(entry.texts("name"), None)
        if first is not None:
            found.append(_Text(entry, *first))
    return found


def _groups(keyed: Iterable[tuple[Hashable, _Text]]) -> Iterator[list[_Text]]:
    groups: dict[Hashable, list[_Text]] = defaultdict(list)
    for group, text in keyed:
        groups[group].append(text)
    return (texts for texts in groups.values() if len(texts) > 1)


@rule("duplicate-name", on=Programme, severity=Severity.ERROR)
def duplicate_name(programme: Programme) -> Problems:
    """Two entries have the same name.

    One of them is out of date sooner or later, and nobody knows which. Letter case, width,
    punctuation and blanks do not make a difference. Merge the two, or give each its full name.
    """
    named = _names(programme)
    for first, *others in _groups((key(each.text, with_form=True), each) for each in named):
        for other in others:
            message = f"the name {quoted(other.text)} is already on the roll: {first.where}"
            yield Problem(f"{message}; merge the two", other.path, other.entry)


@rule("near-duplicate-name", on=Programme, severity=Severity.WARNING)
def near_duplicate_name(programme: Programme) -> Problems:
    """Two names differ only by their legal form, or by signs that are easily mixed up.

    `Example` and `Example Inc.` are most often the same company, `Examp1e` is most often a slip.
    Merge the two, or leave both if they really are two.
    """
    named = _names(programme)
    for first, *others in _groups((key(each.text), each) for each in named):
        for other in others:
            if not _same_name(first, other):
                message = f"{quoted(other.text)} differs only by its legal form from {first.where}"
                yield Problem(f"{message}: merge the two if they are one", other.path, other.entry)
    for first, *others in _groups(
        (skeleton(each.text), each) for each in named if each.text.isascii()
    ):
        for other in others:
            if key(first.text) != key(other.text):
                message = f"{quoted(other.text)} is easily taken for {first.where}"
                yield Problem(f"{message}: correct the slip, if it is one", other.path, other.entry)


def _same_name(one: _Text, other: _Text) -> bool:
    return key(one.text, with_form=True) == key(other.text, with_form=True)


@rule("lookalike-name", on=Programme, severity=Severity.ERROR)
def lookalike_name(programme: Programme) -> Problems:
    """Two names look the same but are written with different letters.

    Readers cannot tell them apart, so one can stand for the other without right. Type the name with
    the letters of its own script; if both are real, ask for a waiver.
    """
    named = _names(programme)
    if all(each.text.isascii() for each in named):
        return
    for first, *others in _groups((skeleton(each.text), each) for each in named):
        for other in others:
            plain = first.text.isascii() and other.text.isascii()
            if not plain and key(first.text) != key(other.text) and skeleton(first.text):
                message = f"the name {quoted(other.text)} looks like {first.where}"
                remedy = "type it with the letters of its own script"
                yield Problem(
                    f"{message} but is written otherwise: {remedy}", other.path, other.entry
                )


def _websites(programme: Programme) -> Iterator[tuple[Url, _Text]]:
    for entry in programme.entries:
        for path, text in entry.texts("website"):
            url = parse(text)
            if not isinstance(url, Flawed):
                yield url, _Text(entry, path, text)


@rule("duplicate-website", on=Programme, severity=Severity.ERROR)
def duplicate_website(programme: Programme, *, allowed: tuple[str, ...] = ()) -> Problems:
    """Two entries have the same website.

    They are most often the same organisation twice, or a copied entry that was not finished. Give
    each its own page. `allowed` lists the addresses that several entries may share.
    """
    shared = {normalised(url) for each in allowed if isinstance(url := parse(each), Url)}
    keyed = ((normalised(url), text) for url, text in _websites(programme))
    for first, *others in _groups(pair for pair in keyed if pair[0] not in shared):
        for other in others:
            if other.entry is not first.entry:
                message = f"the website {quoted(other.text)} is also that of {first.where}"
                yield Problem(f"{message}: give each its own page", other.path, other.entry)


@rule("same-domain", on=Programme, severity=Severity.NOTICE)
def same_domain(
    programme: Programme,
    *,
    hosting: tuple[str, ...] = (
        "github.com", "gitlab.com", "gitee.com", "linkedin.com", "medium.com", "facebook.com",
    ),
) -> Problems:  # fmt: skip
    """Two entries have websites under one registered domain.

    They may belong to one organisation, which then speaks with two voices. Nothing is to be done if
    they are two. `hosting` lists the domains under which strangers have pages.
    """
    endings = _groups(
        (tuple(url.host.rsplit(".", 2)[-2:]), text) for url, text in _websites(programme)
    )
    for group in endings:
        keyed = []
        for text in group:
            url = parse(text.text)
            domain = registrable(url.unicode_host) if isinstance(url, Url) else None
            if domain is not None and domain not in hosting:
                keyed.append((domain, text))
        for first, *others in _groups(keyed):
            yield from _neighbours(first, others)


def _neighbours(first: _Text, others: Iterable[_Text]) -> Problems:
    page = _page(first)
    for other in others:
        if other.entry is not first.entry and _page(other) != page:
            message = f"the website {quoted(other.text)} is under the same domain as {first.where}"
            yield Problem(f"{message}: see whether they are one", other.path, other.entry)


def _page(text: _Text) -> str | None:
    url = parse(text.text)
    return normalised(url) if isinstance(url, Url) else None


def _handle(text: str) -> str:
    return text.strip().removeprefix("@").casefold()


@rule("duplicate-handle", on=Programme, severity=Severity.ERROR)
def duplicate_handle(programme: Programme) -> Problems:
    """Two entries are the same GitHub account, or one list names an account twice.

    One person would hold two seats, or be counted as two members. Keep one. An entry's own account
    is a field of the entry itself, such as `github`; for accounts of its contacts see
    `shared-contact`. The same person may lead several groups.
    """
    own = []
    for entry in programme.entries:
        listed: dict[tuple[Path, str], Path] = {}
        for path, text in entry.texts("handle"):
            handle = _handle(text)
            if len(path) == 1:
                own.append((handle, _Text(entry, path, text)))
                continue
            first = listed.setdefault((path[:1], handle), path)
            if first != path:
                line = entry.place(first).line
                message = f"{quoted(text)} is already in this list (line {line}): keep one of them"
                yield Problem(message, path, entry)
    for first_text, *others in _groups(own):
        for other in others:
            if other.entry is not first_text.entry:
                message = f"the account {quoted(other.text)} is also that of {first_text.where}"
                yield Problem(f"{message}: keep one of them", other.path, other.entry)


@rule("shared-contact", on=Programme, severity=Severity.WARNING)
def shared_contact(
    programme: Programme, *, fields: tuple[str, ...] = ("contact", "contacts", "members", "email")
) -> Problems:
    """Two entries name the same person as their contact or member.

    One person can rarely speak for two organisations; most often an entry was copied. Name a
    contact for each. `fields` lists the fields of an entry that are looked at.
    """
    people = []
    for entry in programme.entries:
        for path, text in entry.texts("handle"):
            if len(path) > 1 and path[0] in fields:
                people.append((f"@{_handle(text)}", _Text(entry, path, text)))
        for path, text in entry.texts("email"):
            if path[0] in fields:
                address = parse_email(text)
                if not isinstance(address, Flawed):
                    people.append((address.casefold(), _Text(entry, path, text)))
    for first, *others in _groups(people):
        told = {first.entry.index}
        for other in others:
            if other.entry.index not in told:
                told.add(other.entry.index)
                message = f"{quoted(other.text)} also stands for {first.where}"
                yield Problem(f"{message}: name somebody else for one", other.path, other.entry)
