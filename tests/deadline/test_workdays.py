"""The working-day calendar: public holidays, weekends worked, years not yet published."""

from __future__ import annotations

import datetime as dt

import pytest

from zhenggai.deadline import national

CALENDAR = national()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("date", "worked"),
    [
        ("2024-05-08", True),
        ("2024-05-11", True),
        ("2024-05-12", False),
        ("2024-05-03", False),
        ("2024-02-18", True),
        ("2024-10-07", False),
        ("2020-01-31", False),
        ("2015-09-03", False),
        ("2026-02-28", True),
        ("2026-10-07", False),
        ("2027-01-01", True),
        ("2027-01-02", False),
    ],
)
def test_days_worked(date: str, worked: bool) -> None:
    assert CALENDAR.is_workday(day(date)) is worked


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2024-07-01", 1, "2024-07-02"),
        ("2024-07-05", 1, "2024-07-08"),
        ("2024-04-30", 6, "2024-05-11"),
        ("2024-09-27", 3, "2024-10-08"),
        ("2024-07-06", 1, "2024-07-08"),
        ("2024-07-01", 0, "2024-07-01"),
    ],
)
def test_counting_begins_on_the_day_after(start: str, count: int, end: str) -> None:
    assert CALENDAR.after(day(start), count) == day(end)


def test_known_years_are_those_published() -> None:
    assert sorted(CALENDAR.years) == list(range(2004, 2027))
    assert not CALENDAR.published(2027)
    assert not CALENDAR.published(2003)


def test_statement_names_the_years_that_are_not_published() -> None:
    assert CALENDAR.statement(day("2026-12-01"), day("2026-12-31")) is None
    statement = CALENDAR.statement(day("2026-12-20"), day("2028-01-03"))
    assert statement is not None
    assert "2027、2028年" in statement
    assert "周一至周五" in statement


def test_each_year_is_whole() -> None:
    for year in CALENDAR.years:
        holidays = [date for date in CALENDAR.holidays if date.year == year]
        assert 10 <= len(holidays) <= 40, year
        assert dt.date(year, 10, 1) in holidays
        assert all(date.weekday() >= 5 for date in CALENDAR.worked_weekends if date.year == year)
    assert not CALENDAR.holidays & CALENDAR.worked_weekends
