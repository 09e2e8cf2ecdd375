"""The table of differences from lists that others keep."""

from __future__ import annotations

from typing import Any

from reports.samples import WAIVER, finding, report
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, FindingGroup, Standing
from rollkeeper.model.tree import START, Place
from rollkeeper.reports.list_differences import RULE, list_differences


def difference(message: str, entry: str | None = "Fir", **changes: Any) -> Finding:
    return finding(rule=RULE, severity=Severity.NOTICE, message=message, entry=entry, **changes)


def test_without_differences_there_is_no_table() -> None:
    assert list_differences(report(finding())) == ""
    excused = finding(rule=RULE, waiver=WAIVER)
    assert list_differences(report(excused, finding(rule=RULE, already_there=True))) == ""


def test_every_difference_is_a_row_and_nothing_in_it_is_markup() -> None:
    rows = list_differences(
        report(
            difference("`Fir` is not on the list A | B (x.yaml)", place=Place(3, 1, 3, 4)),
            difference(
                "`@octo-example <b>` is on the list", None, path="policies/p.yaml", place=START
            ),
            finding(),
        )
    ).splitlines()
    assert rows == [
        "| entry | difference | where |",
        "| --- | --- | --- |",
        "| Fir | `Fir` is not on the list A &#124; B (x.yaml) | partners.yaml, line 3 |",
        "|  | `@octo-example <b>` is on the list | policies/p.yaml, line 1 |",
    ]


def test_what_the_table_has_no_room_for_is_counted() -> None:
    group = FindingGroup("partners", RULE, Severity.NOTICE, Standing.OPEN)
    other = group._replace(rule="unsorted")
    waived = group._replace(standing=Standing.WAIVED)
    three = (difference(f"{number}") for number in range(3))
    text = list_differences(report(*three, left_out={group: 40, other: 5, waived: 7}), most=2)
    assert text.count("| Fir |") == 2
    assert text.endswith("\nAnd 41 more differences.\n")
