"""Only the text between the markers changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.pages import MarkerError, splice

BEGIN, END = "<!-- rollkeeper:begin partners -->", "<!-- rollkeeper:end partners -->"


def test_a_page_that_does_not_exist_is_the_markers_and_the_text() -> None:
    assert splice(None, "new", name="partners") == f"{BEGIN}\nnew\n{END}\n"


def test_only_the_text_between_the_markers_changes() -> None:
    page = f"# Ours\n\n  {BEGIN}  \nold\nold\n{END}\ntail without a line end"
    assert splice(page, "new\n", name="partners") == (
        f"# Ours\n\n  {BEGIN}  \nnew\n{END}\ntail without a line end"
    )


def test_line_ends_stay_those_of_the_page() -> None:
    page = f"\ufeff# Ours\r\n{BEGIN}\r\nold\r\n{END}\r\nmixed\nend\r\n"
    assert splice(page, "a\nb\n", name="partners") == (
        f"\ufeff# Ours\r\n{BEGIN}\r\na\r\nb\r\n{END}\r\nmixed\nend\r\n"
    )


def test_markers_of_other_rosters_are_left_alone() -> None:
    other = "<!-- rollkeeper:begin sigs -->\nx\n<!-- rollkeeper:end sigs -->\n"
    page = f"{other}{BEGIN}\n{END}\n{other}"
    assert splice(page, "new\n", name="partners") == f"{other}{BEGIN}\nnew\n{END}\n{other}"


@pytest.mark.parametrize(
    ("page", "line", "words"),
    [
        ("# Ours\n", 1, "has no markers. Put the two lines"),
        (f"x\n{BEGIN}\n", 2, "the other marker is missing: add a line `<!-- rollkeeper:end"),
        (f"x\n\n{END}\n", 3, "the other marker is missing: add a line `<!-- rollkeeper:begin"),
        (f"{END}\n{BEGIN}\n", 1, "is before"),
        (f"{BEGIN}\n{END}\n{BEGIN}\n", 3, "is here again, first on line 1: remove one"),
        (f"{BEGIN}\n{BEGIN}\n{END}\n", 2, "is here again"),
        (f"{BEGIN}\n{END}\n\n{END}\n", 4, "is here again"),
        (f"{BEGIN}\n<!-- rollkeeper:end sigs -->\n{END}\n", 2, "of `sigs` is inside"),
        (f"{BEGIN} text\n{END}\n", 1, "alone on its line"),
        (f"{BEGIN}\n- {END}\n", 2, "alone on its line"),
        (f"{BEGIN}{END}\n", 1, "alone on its line"),
        (f"<!-- rollkeeper:begin Partners -->\n{END}\n", 2, "marker is missing"),
    ],
)
def test_wrong_markers_say_where_and_what_to_do(page: str, line: int, words: str) -> None:
    with pytest.raises(MarkerError, match=re.escape(words)) as caught:
        splice(page, "new\n", name="partners")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"line {line}: ")


def test_a_name_must_be_a_plain_word() -> None:
    with pytest.raises(ValueError, match="no name for a marker"):
        splice(None, "", name="a --> b")


@given(
    head=st.text(st.sampled_from("a#|<!->\r\n \ufeff"), max_size=30),
    tail=st.text(st.sampled_from("a#|<!->\r\n \x0b\u2028"), max_size=30),
    end=st.sampled_from(["\n", "\r\n"]),
    old=st.text(st.sampled_from("ab\r\n"), max_size=20),
)
def test_hand_written_text_stays_to_the_byte(head: str, tail: str, end: str, old: str) -> None:
    page = f"{head}{end}{BEGIN}{end}{old}{end}{END}{end}{tail}"
    new = splice(page, "one\ntwo\n", name="partners")
    assert new == f"{head}{end}{BEGIN}{end}one{end}two{end}{END}{end}{tail}"
    assert splice(new, "one\ntwo\n", name="partners") == new


def test_many_markers_take_no_time() -> None:
    with pytest.raises(MarkerError, match="is here again"):
        splice(f"{BEGIN}\n" * 50_000, "new\n", name="partners")
