"""Working days of the State Council's calendar, with 调休. A year that is not yet published is said to be so."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days off (`holidays`, weekends among them) and weekends worked, for the years that are published."""

    years: frozenset[int]
    holidays: frozenset[dt.date]
    worked_weekends: frozenset[dt.date]

    def published(self, year: int) -> bool:
        """Return whether the arrangement of `year` is known; otherwise weekends alone are counted."""
        return year in self.years

    def is_workday(self, date: dt.date) -> bool:
        """Return whether `date` is worked."""
        if date in self.worked_weekends:
            return True
        return date.weekday() < 5 and date not in self.holidays

    def after(self, start: dt.date, count: int) -> dt.date:
        """Return the `count`-th working day after `start`; `start` itself does not count.

        Raises:
            OverflowError: the day lies beyond the calendar.
        """
        date = start
        while count > 0:
            date += dt.timedelta(days=1)
            count -= self.is_workday(date)
        return date

    def statement(self, start: dt.date, end: dt.date) -> str | None:
        """Return the sentence that says so where a year between the two dates is not published, else None."""
        unknown = [year for year in range(start.year, end.year + 1) if not self.published(year)]
        if not unknown:
            return None
        years = "、".join(str(year) for year in unknown)
        return f"{years}年的放假调休安排不在内置日历中（可能尚未公布），工作日仅按周一至周五推算，请在安排公布后核对。"


@cache
def national() -> WorkCalendar:
    """Return the calendar that comes with the program."""
    text = resources.files("zhenggai.deadline").joinpath("workdays.toml").read_text(encoding="utf-8")
    years = tomllib.loads(text)
    off = {date for year, days in years.items() for date in _dates(int(year), days["off"])}
    work = {date for year, days in years.items() for date in _dates(int(year), days["work"])}
    return WorkCalendar(frozenset(map(int, years)), frozenset(off), frozenset(work))


def _dates(year: int, runs: str) -> list[dt.date]:
    dates = []
    for run in runs.split():
        first, _, last = run.partition("-")
        date, end = _date(year, first), _date(year, last or first)
        while date <= end:
            dates.append(date)
            date += dt.timedelta(days=1)
    return dates


def _date(year: int, month_day: str) -> dt.date:
    return dt.date(year, int(month_day[:2]), int(month_day[2:]))
