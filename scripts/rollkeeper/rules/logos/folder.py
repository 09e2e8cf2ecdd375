"""Logo folders: files that no entry names, and files that get into each other's way."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from rollkeeper.grammar.wording import cut
from rollkeeper.model.logo import Logo, LogoFolder, name_key
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
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
    """Two entries have the same logo.

    Usually one entry was copied from the other. Use the right logo for each.
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
