"""A programme's logo folder: what its entries name, what lies in it, and what each file holds."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from rollkeeper.model.limits import MAX_LOGO_FILES
from rollkeeper.model.logo import Logo, LogoDefect, LogoFolder, name_key
from rollkeeper.model.roster import Programme
from rollkeeper.probes.logos.files import look_at_files, unread
from rollkeeper.probes.logos.references import LogoIndex, resolve

_NOWHERE = Logo(None, (), None, None)
"""Where a reference leads that means no file."""


def look(root: Path, programme: Programme, *, only: frozenset[str] | None = None) -> LogoFolder:
    """Look at every logo of a programme: those that entries name, then those that none names.

    Where `only` is given the content of files at other paths is not judged, only told apart.

    Each file is opened once, and only a regular file directly in the policy's `logos` folder.
    Never raises for one file or one reference: what is wrong with it is a `LogoDefect` of its `Logo`.
    A policy without a logo folder has an empty one.
    """
    folder = _tidied(programme.policy.logos or "")
    if not folder:
        return LogoFolder(programme.name, "", ())
    shelf = read_shelf(root, folder)
    seen = look_at_files(root, folder, sorted(shelf.files), only=only)
    logos: list[Logo] = []
    used: set[str] = set()
    for entry in programme.entries:
        for path, text in entry.texts("logo"):
            found = resolve(text, shelf)
            used.update(name for name in (found.name, found.meant) if name is not None)
            defects = (found.defect,) if found.defect else ()
            logo = seen[found.name] if found.name is not None else _NOWHERE
            logos.append(
                replace(
                    logo, entry=entry, field=path, reference=text, defects=(*defects, *logo.defects)
                )
            )
    orphans = sorted(shelf.names - used)
    logos.extend(seen.get(name) or unread(folder, name) for name in orphans)
    return LogoFolder(programme.name, folder, tuple(logos))


def _tidied(folder: str) -> str:
    return "/".join(step for step in folder.split("/") if step not in {"", "."})


def read_shelf(root: Path, folder: str) -> LogoIndex:
    """List the folder, unless it, or a folder above it, is a link."""
    current = root
    for step in folder.split("/"):
        current = current / step
        if current.is_symlink():
            message = f"the folder {folder} is or lies behind a symbolic link"
            return LogoIndex(folder, trouble=LogoDefect("logo-is-link", message))
    sorts: dict[str, set[str]] = {"files": set(), "links": set(), "others": set()}
    try:
        with os.scandir(current) as listing:
            for count, item in enumerate(listing):
                if count == MAX_LOGO_FILES:
                    message = f"the folder {folder} has more than {MAX_LOGO_FILES:,} files"
                    return LogoIndex(folder, trouble=LogoDefect("logo-missing", message))
                sorts[_sort_of(item)].add(item.name)
    except FileNotFoundError:
        return LogoIndex(folder, trouble=LogoDefect("logo-missing", f"there is no folder {folder}"))
    except OSError as error:
        message = f"the folder {folder} cannot be read: {error.strerror}"
        return LogoIndex(folder, trouble=LogoDefect("logo-missing", message))
    names = sorted(sorts["files"], reverse=True)
    return LogoIndex(
        folder,
        files=frozenset(sorts["files"]),
        links=frozenset(sorts["links"]),
        others=frozenset(sorts["others"]),
        keys={name_key(name): name for name in names},
        stems={name_key(name.rpartition(".")[0] or name): name for name in names},
    )


def _sort_of(item: os.DirEntry[str]) -> str:
    if item.is_symlink():
        return "links"
    return "files" if item.is_file(follow_symlinks=False) else "others"
