"""The only files that may be written to, or suggested on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rollkeeper.engine.run import Options
from rollkeeper.loading.community import read_policies
from rollkeeper.loading.git import prefix
from rollkeeper.model.policy import Policy
from rollkeeper.rules import catalogue


def roster_paths(root: Path, policies: Iterable[Policy]) -> tuple[str, ...]:
    """Return the paths of the rosters from the top of the repository that `root` is in."""
    top = prefix(root)
    return tuple(f"{top}{each.roster}" for each in policies)


def all_roster_paths(options: Options) -> tuple[str, ...]:
    """Return those of the community's own policies; raise PolicyError where one is wrong."""
    policies = read_policies(options.root, catalogue(), policies=options.policies)
    return roster_paths(options.root, policies)
