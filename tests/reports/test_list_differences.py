"""The table of differences from lists that others keep."""

from __future__ import annotations

from datetime import date

from rollkeeper.grammar.escaping import SPLIT
from rollkeeper.reports.list_differences import DifferenceRow, difference_table

DAY = date(2026, 11, 21)


def test_without_differences_there_is_no_table() -> None:
    assert difference_table([]) == ""


def test_every_difference_is_a_row_and_nothing_in_it_is_markup() -> None:
    rows = [
        DifferenceRow("[Fir](x)", "`Fir` is not on the list A | B (x.yaml)", DAY),
        DifferenceRow("policies/p.yaml", "`@octo-example <b>` is\n| on #1", DAY),
    ]
    assert difference_table(rows).splitlines() == [
        "| where | difference | since |",
        "| --- | --- | --- |",
        "| [Fir](x) | `Fir` is not on the list A &#124; B (x.yaml) | 2026-11-21 |",
        f"| policies/p.yaml | `@octo-example <b>` is &#124; on #{SPLIT}1 | 2026-11-21 |",
    ]
