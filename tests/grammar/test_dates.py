"""Days, terms and spans by the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.grammar.dates import (
    InvalidDate,
    add_months,
    length,
    meant_date,
    next_day,
    parse_date,
    span,
    term_end,
)
from rollkeeper.model.policy import DatePrecision

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def day(text: str) -> date:
    parsed = parse_date(text)
    assert isinstance(parsed, date), parsed
    return parsed


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2025-1-5", "write 2025-01-05"),
        ("2025/01/05", "write 2025-01-05"),
        ("2025.1.5", "write 2025-01-05"),
        ("20250105", "write 2025-01-05"),
        ("2025-01-05T10:00:00Z", "write 2025-01-05"),
        ("2025-01-05 ", "write 2025-01-05"),
        ("2025-01-05\n", "write 2025-01-05"),
        ("Jan 5 2025", "write 2025-01-05"),
        ("September 20, 2023", "write 2023-09-20"),
        ("5th January 2025", "write 2025-01-05"),
        ("20.11.2026", "write 2026-11-20"),
        ("20. 11. 2026", "write 2026-11-20"),
        ("11/20/2026", "write 2026-11-20"),
        ("20-11-2026", "write 2026-11-20"),
        ("11/11/2026", "write 2026-11-11"),
        ("Nov 20, 2026", "write 2026-11-20"),
        ("20 November 2026", "write 2026-11-20"),
        ("20-Nov-2026", "write 2026-11-20"),
        ("20. November 2026", "write 2026-11-20"),
        ("2026\u5e7411\u670820\u65e5", "write 2026-11-20"),
        ("05.01.2025", "two ways; write 2025-01-05 or 2025-05-01"),
        ("11/10/2026", "two ways; write 2026-10-11 or 2026-11-10"),
        ("31/31/2026", "such as 2025-01-05"),
        ("Smarch 5 2025", "such as 2025-01-05"),
        ("2025-01", "the day is missing"),
        ("2025", "the day is missing"),
        ("2025-02-30", "the days of February 2025 go from 01 to 28"),
        ("2024-02-30", "the days of February 2024 go from 01 to 29"),
        ("9999-11-31", "go from 01 to 30"),
        ("2025-13-01", "months go from 01 to 12"),
        ("2025-00-01", "months go from 01 to 12"),
        ("0000-01-01", "no year 0000"),
        ("next spring", "such as 2025-01-05"),
        ("", "such as 2025-01-05"),
        ("२०२५-०१-०५", "such as 2025-01-05"),
        ("-2025-01-05", "such as 2025-01-05"),
    ],
)
def test_another_form_gets_a_message_that_says_how(text: str, part: str) -> None:
    parsed = parse_date(text)
    assert isinstance(parsed, InvalidDate)
    assert part in parsed.message


def test_the_message_of_a_long_text_is_short() -> None:
    parsed = parse_date("2025-1-5" * 100_000)
    assert isinstance(parsed, InvalidDate)
    assert len(parsed.message) < 300


@given(DAYS)
def test_every_day_is_read_back(when: date) -> None:
    assert parse_date(when.isoformat()) == when


@given(st.text())
def test_any_text_is_read_or_explained(text: str) -> None:
    parsed = parse_date(text)
    assert isinstance(parsed, InvalidDate) or parsed.isoformat() == text


@pytest.mark.parametrize(
    ("start", "years", "months", "last"),
    [
        ("2023-09-20", 1, 0, "2024-09-19"),
        ("2024-01-01", 1, 0, "2024-12-31"),
        ("2024-02-29", 1, 0, "2025-02-28"),
        ("2024-02-29", 4, 0, "2028-02-28"),
        ("2023-03-01", 1, 0, "2024-02-29"),
        ("2025-01-31", 0, 1, "2025-02-28"),
        ("2025-08-31", 0, 6, "2026-02-28"),
        ("2025-07-01", 0, 6, "2025-12-31"),
        ("2025-07-01", 1, 6, "2026-12-31"),
        ("9999-06-01", 1, 0, "9999-12-31"),
    ],
)
def test_a_term_includes_its_last_day(start: str, years: int, months: int, last: str) -> None:
    assert term_end(day(start), years=years, months=months) == day(last)


@given(DAYS, st.integers(1, 60))
def test_terms_in_a_row_leave_no_gap_but_in_short_months(start: date, months: int) -> None:
    last = term_end(start, months=months)
    assert next_day(last) == add_months(start, months)
    assert (last + timedelta(days=1)).day in {start.day, 1}


@given(st.dates(), st.integers(-200_000, 200_000))
def test_arithmetic_never_leaves_the_calendar(start: date, months: int) -> None:
    assert date.min <= add_months(start, months) <= date.max
    assert date.min <= term_end(start, months=months) <= date.max


def test_a_year_from_29_february_is_over_on_1_march() -> None:
    assert add_months(date(2024, 2, 29), 12) == date(2025, 3, 1)
    assert add_months(date(2024, 2, 29), 48) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2024-09-19", "2026-11-21", "2 years and 2 months"),
        ("2026-11-21", "2024-09-19", "2 years and 2 months"),
        ("2025-01-01", "2025-01-02", "1 day"),
        ("2025-01-01", "2025-01-13", "12 days"),
        ("2025-01-31", "2025-02-28", "28 days"),
        ("2025-01-01", "2025-01-01", "no days"),
        ("2025-01-01", "2026-01-03", "1 year and 2 days"),
    ],
)
def test_spans_in_words(start: str, end: str, words: str) -> None:
    assert span(day(start), day(end)) == words


def test_the_length_of_a_term_counts_its_last_day() -> None:
    assert length(date(2023, 9, 20), date(2024, 9, 19)) == "1 year"
    assert length(date(2023, 9, 20), date(2024, 9, 20)) == "1 year and 1 day"
    assert length(date(9999, 12, 1), date.max) == "30 days"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-1-5", "2025-01-05"), ("2025/01/05", "2025-01-05"), ("2025.12.31", "2025-12-31"),
        ("20250105", "2025-01-05"), ("5 January 2025", "2025-01-05"), ("Jan 5, 2025", "2025-01-05"),
        ("2025-13-01", None), ("05/01/2025", None), ("2025-1/5", None), ("2024-2-30", None),
        ("2025-1-5" + " " * 99, None),
    ],
)  # fmt: skip
def test_date_that_was_meant(written: str, meant: str | None) -> None:
    assert meant_date(written) == (day(meant) if meant else None)


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2021", "year", date(2021, 1, 1), date(2021, 12, 31)),
        ("2024-02", "year", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-03", "month", date(2024, 2, 3), date(2024, 2, 3)),
        ("9999", "year", date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_less_of_a_date_is_its_first_or_its_last_day(
    text: str, precision: str, first: date, last: date
) -> None:
    assert parse_date(text, DatePrecision(precision)) == first
    assert parse_date(text, DatePrecision(precision), last=True) == last


@pytest.mark.parametrize(
    ("text", "precision", "part"),
    [
        ("2021", "day", "the day is missing"),
        ("2021", "month", "is not a date: write year-month or"),
        ("2021-13", "year", "there is no month 13"),
        ("2021-13", "month", "there is no month 13"),
        ("0000", "year", "there is no year 0000"),
        ("0000-00", "year", "there is no year 0000"),
        ("21", "year", "is not a date: write the year, or"),
        ("2021-6", "year", "is not a date: write the year, or"),
        ("5 January 2025", "year", "write 2025-01-05"),
        ("2021-02-30", "year", "the days of February 2021 go from 01 to 28"),
        ("2021\n", "year", "is not a date"),
    ],
)
def test_what_is_no_date_at_a_precision_says_why(text: str, precision: str, part: str) -> None:
    for last in (False, True):
        refused = parse_date(text, DatePrecision(precision), last=last)
        assert isinstance(refused, InvalidDate)
        assert part in refused.message
