"""Natural periods of the calendar: the week, half-month, month … that a day belongs to, its key and its Chinese name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from zhenggai.deadline.days import add_months, month_end, sunday_of
from zhenggai.text import day_words

if TYPE_CHECKING:
    from collections.abc import Callable

Cycle = Literal["day", "week", "ten_days", "half_month", "month", "quarter", "half_year", "year"]


@dataclass(frozen=True, slots=True)
class CycleTime:
    """One period: `key` sorts by time among its kind, `label` is its Chinese name, `start` and `end` its first and last day."""

    key: str
    label: str
    start: dt.date
    end: dt.date


def cycle_of(cycle: Cycle, day: dt.date) -> CycleTime:
    """Return the period of the kind `cycle` that `day` belongs to. Weeks begin on Monday."""
    return _CYCLES[cycle](day)


def following(cycle: Cycle, time: CycleTime) -> CycleTime:
    """Return the period after `time`."""
    return cycle_of(cycle, time.end + dt.timedelta(days=1))


def label_of(key: str) -> str:
    """Return the Chinese name of the period kept under `key`; a key that is a word already stays as it is."""
    year, _, rest = key.partition("-")
    if not year.isdigit():
        return key
    if rest[:1] in ("W", "Q", "H"):
        number = int(rest[1:])
        words = {
            "W": f"第{number}周",
            "Q": f"第{'一二三四'[(number - 1) % 4]}季度",
            "H": f"{'上下'[(number - 1) % 2]}半年",
        }
        return f"{year}年{words[rest[0]]}"
    month, _, half = rest.partition("-")
    if not month:
        return f"{year}年"
    return f"{year}年{int(month)}月{ {'1': '上半月', '2': '下半月'}.get(half, '') }"


def _day(day: dt.date) -> CycleTime:
    return CycleTime(day.isoformat(), day_words(day), day, day)


def _week(day: dt.date) -> CycleTime:
    iso, end = day.isocalendar(), sunday_of(day)
    return CycleTime(f"{iso.year}-W{iso.week:02d}", f"{iso.year}年第{iso.week}周", end - dt.timedelta(days=6), end)


def _ten_days(day: dt.date) -> CycleTime:
    return _part_of_month(day, (1, 11, 21), ("上旬", "中旬", "下旬"), "T")


def _half_month(day: dt.date) -> CycleTime:
    return _part_of_month(day, (1, 16), ("上半月", "下半月"), "")


def _part_of_month(day: dt.date, starts: tuple[int, ...], names: tuple[str, ...], mark: str) -> CycleTime:
    number = max(n for n, first in enumerate(starts) if day.day >= first)
    last = month_end(day.year, day.month)
    end = last if number == len(starts) - 1 else day.replace(day=starts[number + 1] - 1)
    label = f"{day.year}年{day.month}月{names[number]}"
    return CycleTime(f"{day.year}-{day.month:02d}-{mark}{number + 1}", label, day.replace(day=starts[number]), end)


def _month(day: dt.date) -> CycleTime:
    return _months(day, 1, f"{day.year}-{day.month:02d}", f"{day.year}年{day.month}月")


def _quarter(day: dt.date) -> CycleTime:
    number = (day.month + 2) // 3
    return _months(day, 3, f"{day.year}-Q{number}", f"{day.year}年第{'一二三四'[number - 1]}季度")


def _half_year(day: dt.date) -> CycleTime:
    number = (day.month + 5) // 6
    return _months(day, 6, f"{day.year}-H{number}", f"{day.year}年{'上下'[number - 1]}半年")


def _year(day: dt.date) -> CycleTime:
    return _months(day, 12, f"{day.year}", f"{day.year}年")


def _months(day: dt.date, length: int, key: str, label: str) -> CycleTime:
    start = dt.date(day.year, (day.month - 1) // length * length + 1, 1)
    last = add_months(start, length - 1)
    return CycleTime(key, label, start, month_end(last.year, last.month))


_CYCLES: dict[Cycle, Callable[[dt.date], CycleTime]] = {
    "day": _day,
    "week": _week,
    "ten_days": _ten_days,
    "half_month": _half_month,
    "month": _month,
    "quarter": _quarter,
    "half_year": _half_year,
    "year": _year,
}
