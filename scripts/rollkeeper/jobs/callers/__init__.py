"""The three workflows of a community, which call Rollkeeper's at the commit that they pin."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

REPOSITORY = "rollkeeper/rollkeeper"
FOLDER = ".github/workflows"
NAMES = ("rosters-check.yml", "rosters.yml", "rosters-nightly.yml")
_LOCAL = re.compile(r"(?<=uses: )\./(\.github/workflows/[a-z]+\.yml)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pin:
    """A release of Rollkeeper: its version, such as `1.2.3`, and its commit."""

    version: str
    commit: str

    def __str__(self) -> str:
        """Return it as it stands behind a workflow: what Dependabot and Renovate update."""
        return f"@{self.commit} # v{self.version}"


def own_pin() -> Pin | None:
    """Return the release that this package is, None where it was not built as one."""
    file = files(__package__).joinpath("pin.json")
    return Pin(**json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


def pinned(workflow: str, pin: Pin) -> str:
    """Return a workflow of Rollkeeper's own repository that calls others as another calls them."""
    return _LOCAL.sub(rf"{REPOSITORY}/\1{pin}", workflow)


def callers(pin: Pin) -> Mapping[str, str]:
    """Return the workflows, by their paths in the community's repository."""
    folder = files(__package__)
    return {
        f"{FOLDER}/{name}": pinned(folder.joinpath(name).read_text(encoding="utf-8"), pin)
        for name in NAMES
    }
