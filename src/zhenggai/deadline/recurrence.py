"""A recurring wording becomes its single occasions: 每月不少于2次 from May on is one occasion a month with a quota of two.

Pure arithmetic: what is asked for is a window of days, and the same window always gives the same occasions, so a horizon
that moves on from day to day neither loses one nor makes one twice.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zhenggai.deadline.cycles import Cycle, CycleTime, cycle_of, following
from zhenggai.deadline.placement import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhenggai.deadline.kinds import Every
    from zhenggai.deadline.workdays import WorkCalendar

_TEN_DAYS = 10


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the unit's own calendar (2024—2025学年第一学期), from its first to its last day.

    `key` stays when the dates are put right; without one the first day is it.
    """

    name: str
    start: dt.date
    end: dt.date
    key: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One time that the duty falls due.

    `key` is unique within the duty and never changes. `scheduled_on` is the day that the words give, or the last day of the
    period; `quota` the least number of acts. `statement` says in Chinese what a person must know.
    """

    key: str
    label: str
    start: dt.date
    end: dt.date
    scheduled_on: dt.date
    quota: int
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """From when to when a duty runs, and by what calendar.

    A first or last period that lies only in part within the duty counts if the words name a day of it that does, or else if at
    least `least_share` percent of its days do.
    """

    begin: dt.date
    workdays: WorkCalendar
    end: dt.date | None = None
    terms: tuple[Term, ...] = ()
    least_share: int = 50


def needs_terms(rule: Every) -> bool:
    """Return whether the rule goes by terms, which only the unit's own calendar gives."""
    return rule.freq == "semester"


def occasions(rule: Every, course: Course, *, since: dt.date, until: dt.date) -> tuple[Occasion, ...]:
    """Return the occasions of `rule` that are scheduled from `since` to `until`, in order of time."""
    found: list[Occasion] = []
    first = max(since, course.begin)
    for period in _periods(rule, course, since, until):
        found.extend(one for one in _within(rule, period, course) if first <= one.scheduled_on <= until)
    return tuple(sorted(found, key=lambda occasion: (occasion.scheduled_on, occasion.key)))


def next_occasion(rule: Every, course: Course, *, since: dt.date) -> Occasion | None:
    """Return the first occasion scheduled on `since` or later, or None where the duty or the known terms end before."""
    for years in (1, 2 * rule.interval + 2):
        found = occasions(rule, course, since=since, until=since + dt.timedelta(days=366 * years))
        if found:
            return found[0]
    return None


def _within(rule: Every, period: CycleTime, course: Course) -> Iterator[Occasion]:
    start, end = max(period.start, course.begin), min(period.end, course.end or period.end)
    if start > end:
        return
    dates = place(rule.date_in_period, rule.freq, period.start, period.end, course.workdays)
    if not any(start <= date <= end for date in dates) and _share(start, end, period) < course.least_share:
        return
    statement = None
    if rule.date_in_period and not dates and not _is_parity(rule):
        statement = f"“{rule.date_in_period}”不能换算成日期，按周期最后一天计，请核对。"
    quota = -(-(rule.times or 1) // max(len(dates), 1))
    for number, date in enumerate(dates or (period.end,), start=1):
        key = period.key if len(dates) < 2 else f"{period.key}#{number}"
        day = min(date, course.end) if course.end and date > course.end else date
        yield Occasion(key, period.label, start, end, day, quota, statement)


def _share(start: dt.date, end: dt.date, period: CycleTime) -> int:
    """Return how many percent of the days of the period lie between `start` and `end`."""
    return 100 * ((end - start).days + 1) // ((period.end - period.start).days + 1)


def _periods(rule: Every, course: Course, since: dt.date, until: dt.date) -> Iterable[CycleTime]:
    """Return the periods that can have an occasion in the window; some before and after it are among them."""
    margin = dt.timedelta(days=62)
    first, last = max(since - margin, course.begin), min(until + margin, course.end or until + margin)
    if rule.freq == "semester":
        return [
            CycleTime(term.key or term.start.isoformat(), term.name, term.start, term.end)
            for term in course.terms
            if term.end >= first - dt.timedelta(days=370) and term.start <= last
        ]
    cycle, interval = _natural(rule.freq, rule.interval)
    if cycle == "day" and interval == 1:
        return [day for day in _each("day", first, last) if course.workdays.is_workday(day.start)]
    if _is_parity(rule):
        return [period for period in _each(cycle, first, last) if _number(cycle, period) % 2 == _parity(rule)]
    if interval == 1:
        return _each(cycle, first, last)
    return _blocks(cycle, interval, course.begin, first, last)


def _natural(freq: Cycle, interval: int) -> tuple[Cycle, int]:
    """Return the natural period that the rule counts in, and how many of them make one period of the rule."""
    return ("ten_days", 1) if freq == "day" and interval == _TEN_DAYS else (freq, interval)


def _each(cycle: Cycle, first: dt.date, last: dt.date) -> Iterator[CycleTime]:
    period = cycle_of(cycle, first)
    while period.start <= last:
        yield period
        period = following(cycle, period)


def _blocks(cycle: Cycle, interval: int, begin: dt.date, first: dt.date, last: dt.date) -> Iterator[CycleTime]:
    """Return runs of `interval` natural periods, counted from the one in which the duty begins."""
    run: list[CycleTime] = []
    for period in _each(cycle, begin, last + dt.timedelta(days=366 * interval)):
        run.append(period)
        if len(run) < interval:
            continue
        if run[0].start > last:
            return
        if run[-1].end >= first:
            yield replace(run[0], end=run[-1].end, label=f"{run[0].label}至{run[-1].label}")
        run = []


def _is_parity(rule: Every) -> bool:
    """Whether the rule names odd or even periods (逢双月), which stand for themselves."""
    return rule.interval == 2 and (rule.date_in_period or "")[:2] in ("单月", "双月", "单周", "双周", "单日", "双日")


def _parity(rule: Every) -> int:
    return 1 if (rule.date_in_period or "").startswith("单") else 0


def _number(cycle: Cycle, period: CycleTime) -> int:
    match cycle:
        case "week":
            return period.start.isocalendar().week
        case "day":
            return period.start.day
    return period.start.month
