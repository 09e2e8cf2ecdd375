"""The requirements of the community that a command is about, to be listed beside the rules."""

from __future__ import annotations

from pathlib import Path

from rollkeeper.loading.community import read_policies
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.policy import Requirement
from rollkeeper.rules import catalogue


def own_requirements(root: Path) -> tuple[Requirement, ...]:
    """Return the requirements of all policies at `root`; none where the policies cannot be used.

    The rules are described without a community as well; what is wrong with a policy is for `check`.
    """
    try:
        policies = read_policies(root, catalogue())
    except PolicyError:
        return ()
    return tuple(each for policy in policies for each in policy.requirements)
