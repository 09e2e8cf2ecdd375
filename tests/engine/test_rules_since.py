"""A rule can be about entries from a day on."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import POLICY, check, community, found
from rollkeeper.loading.policy.policy_file import PolicyError

ROSTER = """\
- {name: Alder, since: 2025-12-31, github: "@alder"}
- {name: Birch, since: 2026-01-01, github: "@birch"}
- {name: Cedar, github: "@cedar"}
- {name: Douglas, since: 2026-06-03, github: "@douglas"}
"""


def test_only_entries_from_the_day_on_are_judged(tmp_path: Path) -> None:
    policy = f"{POLICY}rules: {{handle-form: {{since: 2026-01-01}}}}\n"
    findings = found(check(community(tmp_path, ROSTER, policy)), "handle-form")
    assert [each.entry for each in findings] == ["Birch", "Cedar", "Douglas"]


def test_a_day_that_is_none_is_an_error_in_the_policy(tmp_path: Path) -> None:
    policy = f"{POLICY}rules:\n  handle-form: {{since: soon}}\n"
    with pytest.raises(PolicyError, match=r"partners.yaml:4: `since`: `soon` is not a date"):
        check(community(tmp_path, ROSTER, policy))
