"""What a finding says that `rollkeeper fix` fixes is fixed by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from loading.test_slips import ABOVE, BELOW, SLIPS, report_of
from rollkeeper.engine.run import Options, run
from rollkeeper.fixing.run import fix
from rollkeeper.model.report import Report
from rollkeeper.rules import catalogue
from rules.test_rule_examples import EXAMPLES, TODAY, community

EXAMPLES_OF_ROSTERS = sorted(
    rule_id for rule_id in catalogue() if not (EXAMPLES / rule_id / "before.yaml").exists()
)


def promised(report: Report) -> list[tuple[str, int, str]]:
    """Return the findings of a report that carry a fix."""
    return [
        (finding.rule, finding.place.line, finding.message)
        for finding in report.findings
        if finding.fix is not None and finding.waiver is None
    ]


def left_promised(root: Path) -> list[tuple[str, int, str]]:
    """Fix a community and return what still promises a fix."""
    options = Options(root, today=TODAY)
    report = run(options)
    if not promised(report):
        return []
    fixed = fix(options)
    assert fixed.unmade == ()
    for path, roster in fixed.rosters.items():
        (root / path).write_bytes(roster.after.encode())
    return promised(run(options))


@pytest.mark.parametrize("slip", SLIPS)
def test_fixes_of_slips_are_made(slip: str, tmp_path: Path) -> None:
    report_of(tmp_path, ABOVE + SLIPS[slip][0] + BELOW)
    assert left_promised(tmp_path) == []


@pytest.mark.parametrize("rule_id", EXAMPLES_OF_ROSTERS)
def test_fixes_of_a_bad_example_are_made(rule_id: str, tmp_path: Path) -> None:
    assert left_promised(community(EXAMPLES / rule_id, "bad", tmp_path)) == []
