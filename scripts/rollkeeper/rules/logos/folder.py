"""Logo folders: files that no entry names, and files that get into each other's way."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from rollkeeper.grammar.wording import cut
from rollkeeper.model.logo import Logo, LogoFolder, name_key
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.logos._problems import shown_file


@rule("logo-orphan", on=LogoFolder, severity=Severity.WARNING)
def orphan(
    folder: LogoFolder,
    *,
    ignore: tuple[str, ...] = (".gitattributes", ".gitignore", ".gitkeep", "LICENSE", "README.md"),
) -> Problems:
    """A file in the logo folder is named by no entry.

    It is published all the same, and most often it is a logo under a wrong name.
    Name it in its entry, or delete it; `ignore` lists names that are left alone.
    """
    for logo in folder.logos:
        if logo.entry is None and logo.file and logo.file.rpartition("/")[2] not in ignore:
            message = f"{shown_file(logo)} is not named by any entry; name it in one, or delete it"
            yield Problem(message, path=logo.file)


@rule("logo-collision", on=LogoFolder, severity=Severity.ERROR)
def collision(folder: LogoFolder) -> Problems:
    """Two files differ only in case, or in how an accent is encoded.

    On macOS and Windows only one of them survives a checkout, and which one is chance.
    Rename one of them, or delete it.
    """
    for first, *others in _groups(folder, lambda logo: name_key(logo.file or "")):
        for other in others:
            message = (
                f"{shown_file(other)} and {shown_file(first)} are the same file where case does "
                "not count; rename or delete one of them"
            )
            yield _at(other, message)


@rule("logo-identical", on=LogoFolder, severity=Severity.WARNING)
def identical(folder: LogoFolder) -> Problems:
    """Two entries show the same picture.

    Most often one of them was copied from the other and its logo forgotten.
    Give each its own logo.
    """
    for first, *others in _groups(folder, lambda logo: logo.digest if logo.size else None):
        for other in others:
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
        if before is not logo:
            message = (
                f"{shown_file(logo)} is the logo of both {_name(before)} and {_name(logo)}; "
                "give each its own logo"
            )
            yield _at(logo, message)


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
