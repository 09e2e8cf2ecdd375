"""Logo folders: files that no entry names, and files that get into each other's way."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator

from rollkeeper.grammar.urls import InvalidHost, parse, registrable
from rollkeeper.grammar.wording import cut
from rollkeeper.model.logo import Logo, LogoFolder, LogoFormat, name_key
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.logos._problems import shown_file


@rule("logo-orphan", on=LogoFolder, severity=Severity.WARNING, whole=True)
def orphan(
    folder: LogoFolder,
    *,
    ignore: tuple[str, ...] = (".gitattributes", ".gitignore", ".gitkeep", "LICENSE", "README.md"),
) -> Problems:
    """No entry uses a file in the logo folder.

    The file is published all the same, and often it is a logo under a wrong name. Name it in its
    entry, or delete it. `ignore` lists files to skip.
    """
    for logo in folder.logos:
        if logo.entry is None and logo.file and logo.file.rpartition("/")[2] not in ignore:
            message = f"{shown_file(logo)} is not named by any entry; name it in one, or delete it"
            yield Problem(message, path=logo.file)


@rule("logo-collision", on=LogoFolder, severity=Severity.ERROR)
def collision(folder: LogoFolder) -> Problems:
    """The names of two files differ only in case or in how an accent is encoded.

    On macOS and Windows a checkout keeps only one of them. Rename or delete one of the files.
    """
    for first, *others in _groups(folder, lambda logo: name_key(logo.file or "")):
        for other in others:
            message = (
                f"{shown_file(other)} and {shown_file(first)} are the same file on systems that "
                "ignore case; rename or delete one of them"
            )
            yield _at(other, message)


@rule("logo-identical", on=LogoFolder, severity=Severity.NOTICE)
def identical(folder: LogoFolder) -> Problems:
    """Two entries have the same logo, though they seem to be of different organisations.

    Usually one entry was copied from the other. Use the right logo for each. Entries whose names
    begin with the same word or whose websites are on the same domain may share one.
    """
    for first, *others in _groups(folder, _content):
        for other in others:
            if _are_related(first, other):
                continue
            message = (
                f"{shown_file(other)}{_owner(other)} is byte for byte the same as "
                f"{shown_file(first)}{_owner(first)}; give each its own logo"
            )
            yield _at(other, message)
    named: dict[str, Logo] = {}
    for logo in folder.logos:
        if logo.file is None or logo.entry is None:
            continue
        before = named.setdefault(logo.file, logo)
        if before is not logo and not _are_related(before, logo):
            message = (
                f"{shown_file(logo)} is the logo of both {_name(before)} and {_name(logo)}; "
                "give each its own logo"
            )
            yield _at(logo, message)


def _content(logo: Logo) -> str | None:
    """Return what files of the same content share; a file of no entry is an orphan, not a copy."""
    return logo.digest if logo.entry is not None and logo.kind is not LogoFormat.EMPTY else None


def _are_related(one: Logo, other: Logo) -> bool:
    """Return whether two entries are one, or seem to be of the same organisation."""
    if one.entry is None or other.entry is None or one.entry.index == other.entry.index:
        return True
    return not _marks(one.entry).isdisjoint(_marks(other.entry))


def _marks(entry: Entry) -> set[str]:
    """Return the first word of an entry's name and the domains of its websites."""
    urls = (parse(text) for _, text in entry.texts("website"))
    domains = {registrable(url.unicode_host) for url in urls if not isinstance(url, InvalidHost)}
    word = re.search(r"[^\W_]{3,}", entry.name.casefold())
    return {mark for mark in (*domains, word and word[0]) if mark is not None}


def _groups(
    folder: LogoFolder, key: Callable[[Logo], Hashable | None]
) -> Iterator[tuple[Logo, ...]]:
    """Return the groups of two or more files that share a key, those of entries first."""
    groups: dict[Hashable, dict[str, Logo]] = {}
    for logo in folder.logos:
        shared = key(logo) if logo.file else None
        if shared is not None and logo.file is not None:
            groups.setdefault(shared, {}).setdefault(logo.file, logo)
    for group in groups.values():
        if len(group) > 1:
            yield tuple(group.values())


def _at(logo: Logo, message: str) -> Problem:
    if logo.entry is None:
        return Problem(message, path=logo.file)
    return Problem(message, logo.field, logo.entry)


def _owner(logo: Logo) -> str:
    return f" (logo of {_name(logo)})" if logo.entry else ""


def _name(logo: Logo) -> str:
    return cut(logo.entry.name) if logo.entry else "no entry"
