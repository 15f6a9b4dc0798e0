"""One month on the wall: weeks of seven days, each with what falls on it and whether it is worked."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai import deadline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.web.ledger.queries.appointments import Entry

MOST = 3
"""Entries that a day has room for."""
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry on one day; `edge` is 起 or 止 on the first and last day of what lasts."""

    entry: Entry
    edge: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day: `tag` is 休 for a day off in the week, 班 for a weekend day that is worked; `more` entries have no room."""

    date: dt.date
    outside: bool
    today: bool
    off: bool
    tag: str
    placed: tuple[Placed, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks from Monday on, and the sentence that says so where the year's days off are not published yet."""

    first: dt.date
    last: dt.date
    weeks: tuple[tuple[Day, ...], ...]
    unpublished: str

    @property
    def before(self) -> dt.date:
        """The last day of the month before."""
        return self.first - _DAY

    @property
    def after(self) -> dt.date:
        """The first day of the next month."""
        return self.last + _DAY


def span_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the month of `day`."""
    first = day.replace(day=1)
    return first, (first + 32 * _DAY).replace(day=1) - _DAY


def weeks_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the Monday and Sunday between which the month of `day` hangs on the wall."""
    first, last = span_of(day)
    return first - first.weekday() * _DAY, last + (6 - last.weekday()) * _DAY


def month_of(day: dt.date, entries: Iterable[Entry], today: dt.date) -> Month:
    """Return the month of `day` with `entries`, as `today` sees it."""
    first, last = span_of(day)
    start, end = weeks_of(day)
    found: dict[dt.date, list[Placed]] = defaultdict(list)
    for entry in entries:
        if entry.start == entry.last:
            found[entry.start].append(Placed(entry, ""))
        else:
            found[entry.start].append(Placed(entry, "起"))
            found[entry.last].append(Placed(entry, "止"))
    days = [_day(start + n * _DAY, found, first, today) for n in range((end - start).days + 1)]
    weeks = tuple(tuple(days[n : n + 7]) for n in range(0, len(days), 7))
    return Month(first, last, weeks, deadline.national().statement(first, last) or "")


def _day(date: dt.date, found: dict[dt.date, list[Placed]], first: dt.date, today: dt.date) -> Day:
    calendar = deadline.national()
    worked, weekend = calendar.is_workday(date), date.weekday() >= 5
    placed = found.get(date, [])
    room = MOST if len(placed) <= MOST else MOST - 1
    return Day(
        date=date,
        outside=(date.year, date.month) != (first.year, first.month),
        today=date == today,
        off=not worked,
        tag="班" if worked and weekend else "休" if not worked and (not weekend or date in calendar.holidays) else "",
        placed=tuple(placed[:room]),
        more=len(placed) - len(placed[:room]),
    )
