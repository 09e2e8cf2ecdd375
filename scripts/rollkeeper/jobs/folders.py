"""Which folder a command is about, where the user names none."""

from __future__ import annotations

from pathlib import Path

from rollkeeper.loading.community import POLICIES, SUFFIXES


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
