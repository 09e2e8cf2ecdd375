"""The only files that may be written to, or suggested on."""

from __future__ import annotations

from rollkeeper.engine.run import Options
from rollkeeper.loading.community import read_policies
from rollkeeper.loading.git import prefix
from rollkeeper.rules import catalogue


def roster_paths(options: Options) -> frozenset[str]:
    """Return the paths of the rosters from the top of the repository; raise PolicyError."""
    policies = read_policies(options.root, catalogue(), policies=options.policies)
    top = prefix(options.root)
    return frozenset(f"{top}{each.roster}" for each in policies)
