"""What the issue of a programme says of the lists that others keep: one table."""

from __future__ import annotations

from datetime import date

from rollkeeper.jobs.audit.issues.content import Open, ProgrammeNight, content_of
from rollkeeper.jobs.audit.issues.text import Links, text_of
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding
from rollkeeper.model.tree import Place
from rollkeeper.reports.list_differences import RULE

DAY = date(2026, 11, 22)
FILES = "https://github.com/o/r/blob/main"


def difference(number: int, entry: str | None) -> Open:
    finding = Finding(
        RULE, Severity.NOTICE, f"`Fir {number}` is not there | at all", "partners.yaml",
        Place(number, 1, number, 2), "partners", entry,
    )  # fmt: skip
    return Open(f"{number:08}", finding, DAY)


def text(number: int) -> str:
    found = [difference(each, f"Fir {each}" if each > 1 else None) for each in range(1, number + 1)]
    night = ProgrammeNight("partners", "Partners", DAY, 3, findings=found)
    content = content_of(night, None)
    assert (content.attention, content.clean) == (False, True)
    return text_of(content, Links(FILES))


def test_differences_are_one_table() -> None:
    table = text(2).partition("| --- | --- | --- |\n")[2].splitlines()
    assert table[:3] == [
        f"| [partners.yaml:1]({FILES}/partners.yaml#L1) | `Fir 1` is not there &#124; at all | {DAY} |",
        f"| [Fir 2]({FILES}/partners.yaml#L2) | `Fir 2` is not there &#124; at all | {DAY} |",
        "",
    ]


def test_what_the_table_has_no_room_for_is_counted_below_it() -> None:
    said = text(40)
    assert said.count("| 2026-11-22 |\n") == 25
    assert "| 2026-11-22 |\n\n- and 15 more\n" in said
