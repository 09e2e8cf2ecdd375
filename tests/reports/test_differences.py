"""Diffs: safe to print, masked in public, and never without something to see."""

from __future__ import annotations

import pytest

from rollkeeper.model.limits import MAX_DIFFERENCE
from rollkeeper.reports.differences import difference


def changed(old: str, new: str) -> list[str]:
    """Return the lines of a diff that are removed or added."""
    lines = difference(old, new, name="p.yaml").splitlines()[2:]
    return [line for line in lines if line.startswith(("-", "+"))]


def test_a_difference_is_short_and_safe_to_print() -> None:
    assert difference("a\nb\nc\n", "a\nB\x1b[2J\nc\n", name="p\x1b.md") == (
        "--- p<U+001B>.md\n+++ p<U+001B>.md\n@@ -1,3 +1,3 @@\n a\n-b\n+B<U+001B>[2J\n c\n"
    )
    assert difference("a\n", "a\n", name="p.md") == ""
    assert "##[" not in difference("", "##[group]x\n::error::y\n", name="p.md")


def test_a_long_difference_says_how_much_is_left_out() -> None:
    new = "".join(f"line {number}\n" for number in range(MAX_DIFFERENCE))
    lines = difference("", new, name="p.md").splitlines()
    assert len(lines) == MAX_DIFFERENCE + 1
    assert lines[-1] == "... and 3 more lines"


def test_line_ends_are_counted() -> None:
    assert difference("a\nb\n", "a\r\nb\n", name="p.md") == "p.md: 1 line end changed\n"


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("name: a  b", "name: a b", ["-name: a··b", "+name: a b"]),
        ("name: a ", "name: a", ["-name: a·", "+name: a"]),
        ("  n: a\u00a0b", "  n: a b", ["-  n: a<U+00A0>b", "+  n: a b"]),
        ("\tname: a", "  name: a", ["-<U+0009>name: a", "+  name: a"]),
        ("b\u00a0b\na", "a\nb b", ["-b<U+00A0>b", "+b b"]),
        ("name: a  b", "name: a c", ["-name: a  b", "+name: a c"]),
    ],
)
def test_blanks_are_shown_where_nothing_else_changes(old: str, new: str, shown: list[str]) -> None:
    assert changed(f"{old}\n", f"{new}\n") == shown


def test_colours_mark_what_goes_and_comes_and_no_text_is_one() -> None:
    lines = difference("a\n", "\x1b[32mb\n", name="p", colour=True).splitlines()
    assert lines == [
        "\x1b[1m--- p\x1b[0m",
        "\x1b[1m+++ p\x1b[0m",
        "\x1b[36m@@ -1 +1 @@\x1b[0m",
        "\x1b[31m-a\x1b[0m",
        "\x1b[32m+<U+001B>[32mb\x1b[0m",
    ]


def test_addresses_are_masked_where_others_read_along() -> None:
    old = "email: team@fir.example\n"
    assert "team@" in difference(old, "x\n", name="p")
    assert "-email: ****@***.*******" in difference(old, "x\n", name="p", public=True)
