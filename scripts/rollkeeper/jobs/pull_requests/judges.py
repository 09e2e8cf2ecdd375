"""What a pull request is judged by: the policies of the base, as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rollkeeper.loading.clock import today_in
from rollkeeper.loading.community import POLICIES, policy_files, read_policies
from rollkeeper.model.policy import Policy
from rollkeeper.rules import catalogue


def base_policies(root: Path, folder: Path | None = None) -> tuple[Policy, ...]:
    """Read the policies of the base's checkout; none where it has no policy yet.

    `folder` is where they are, `policies` below `root` where it is None. Raises PolicyError where
    one cannot be used.
    """
    if not policy_files(folder or root / POLICIES):
        return ()
    return read_policies(root, catalogue(), policies=folder)


def day_of(policies: Sequence[Policy], today: date | None) -> int:
    """Return a number that rises when the day rises by which some programme is judged."""
    return sum((today or today_in(each)).toordinal() for each in policies)
