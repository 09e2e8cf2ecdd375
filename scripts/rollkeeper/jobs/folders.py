"""The folder that a command is about, and that of the repository which it is in."""

from __future__ import annotations

from pathlib import Path

from rollkeeper.loading.community import POLICIES
from rollkeeper.loading.policy.extending import SUFFIXES
from rollkeeper.model.report import Report


def community_folder(here: Path) -> Path:
    """Return the nearest folder with policies, from `here` up to the top of its repository.

    Without a repository, or where none has any, it is `here` itself.
    """
    above = [here, *here.parents]
    top = next((number for number, each in enumerate(above) if (each / ".git").exists()), 0)
    for folder in above[: top + 1]:
        if any(each.suffix in SUFFIXES for each in (folder / POLICIES).glob("*")):
            return folder
    return here


def with_repository_paths(report: Report, root: Path) -> Report:
    """Return the report with paths from the top of the repository, as annotations need them.

    A community may be in a folder of it. Where `root` is in no repository nothing changes.
    """
    return report.below(folder_in_repository(root))


def folder_in_repository(root: Path) -> str:
    """Return the path of a folder from the top of its repository; empty where it is the top."""
    folder = root.resolve()
    top = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)
    return "" if top == folder else folder.relative_to(top).as_posix()
