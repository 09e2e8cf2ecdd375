"""A programme's logo folder: what its entries name, what is in it, and what each file holds."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import product
from pathlib import Path

from rollkeeper.model.logo import Logo, LogoDefect, LogoFolder
from rollkeeper.model.logo_limits import MAX_LOGO_FILES
from rollkeeper.model.roster import Programme
from rollkeeper.probes.logos.files import inspect_files, unread
from rollkeeper.probes.logos.references import LogoIndex, resolve

_NOWHERE = Logo(None, (), None, None)
"""The logo of a reference that leads to no file."""


def inspect_folder(
    root: Path, programme: Programme, *, only: frozenset[str] | None = None
) -> LogoFolder:
    """Inspect every logo of a programme: those that entries name, then those that none names.

    Where `only` is given files at other paths are identified, but not inspected.

    Each file is opened once, and only a regular file directly in the policy's `logos` folder.
    Never raises for one file or one reference: what is wrong is a `LogoDefect` of its `Logo`.
    A policy without a logo folder has an empty one.
    """
    folder = _normal(programme.policy.logos or "")
    if not folder:
        return LogoFolder(programme.name, "", ())
    index = list_folder(root, folder)
    inspected = inspect_files(root, folder, sorted(index.files), only=only)
    logos: list[Logo] = []
    used: set[str] = set()
    for entry, dark in product(programme.entries, (False, True)):
        for path, text in entry.texts("logo_dark" if dark else "logo"):
            found = resolve(text, index)
            used.update(name for name in (found.name, found.meant) if name is not None)
            defects = (found.defect,) if found.defect else ()
            # A file under an unsafe name is no orphan, and what is in it is checked all the same.
            logo = inspected.get(found.name or found.meant or "", _NOWHERE)
            logos.append(
                replace(
                    logo,
                    entry=entry,
                    field=path,
                    reference=text,
                    dark=dark,
                    defects=(*defects, *logo.defects),
                )
            )
    orphans = sorted(index.names - used)
    logos.extend(inspected.get(name) or unread(folder, name) for name in orphans)
    return LogoFolder(programme.name, folder, tuple(logos))


def _normal(folder: str) -> str:
    return "/".join(step for step in folder.split("/") if step not in {"", "."})


def list_folder(root: Path, folder: str) -> LogoIndex:
    """List the folder, unless it, or a folder above it, is a link."""
    current = root
    for step in folder.split("/"):
        current = current / step
        if current.is_symlink():
            message = f"the folder {folder} is a symbolic link or behind one"
            return LogoIndex(folder, defect=LogoDefect("logo-is-link", message))
    files, links, others = set(), set(), set()
    try:
        with os.scandir(current) as listing:
            for count, item in enumerate(listing):
                if count == MAX_LOGO_FILES:
                    message = f"the folder {folder} has more than {MAX_LOGO_FILES:,} files"
                    return LogoIndex(folder, defect=LogoDefect("logo-missing", message))
                if item.is_symlink():
                    links.add(item.name)
                elif item.is_file(follow_symlinks=False):
                    files.add(item.name)
                else:
                    others.add(item.name)
    except FileNotFoundError:
        return LogoIndex(folder, defect=LogoDefect("logo-missing", f"there is no folder {folder}"))
    except OSError as error:
        message = f"the folder {folder} cannot be read: {error.strerror}"
        return LogoIndex(folder, defect=LogoDefect("logo-missing", message))
    return LogoIndex(folder, frozenset(files), frozenset(links), frozenset(others))
