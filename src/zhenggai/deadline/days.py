"""Arithmetic on calendar days."""

from __future__ import annotations

import calendar
import datetime as dt

FIRST_YEAR, LAST_YEAR = 1900, 2199


def day(year: int, month: int, day_of_month: int) -> dt.date | None:
    """Return the date, or None where the calendar has no such day or the year is none that a plan could mean."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    if not 1 <= day_of_month <= calendar.monthrange(year, month)[1]:
        return None
    return dt.date(year, month, day_of_month)


def month_end(year: int, month: int) -> dt.date:
    """Return the last day of the month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def add_months(start: dt.date, months: int) -> dt.date:
    """Return the same day `months` later, or the last day of that month where it is shorter."""
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month0 + 1)[1]
    return dt.date(year, month0 + 1, min(start.day, last))


def sunday_of(date: dt.date) -> dt.date:
    """Return the Sunday that ends the week of `date`; weeks begin on Monday."""
    return date + dt.timedelta(days=6 - date.weekday())
