"""Reporting cycles: which one a day belongs to, under which key it is kept and what people call it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenggai.profile.model import Cycle


@dataclass(frozen=True, slots=True)
class CycleTime:
    """One cycle: `key` sorts by time, `label` is its Chinese name, `start` and `end` are its first and last day."""

    key: str
    label: str
    start: dt.date
    end: dt.date


def cycle_of(cycle: Cycle, day: dt.date) -> CycleTime:
    """Return the cycle of the kind `cycle` that `day` belongs to. Weeks begin on Monday."""
    year, month = day.year, day.month
    match cycle:
        case "week":
            start = day - dt.timedelta(days=day.weekday())
            iso = day.isocalendar()
            return CycleTime(
                f"{iso.year}-W{iso.week:02d}", f"{iso.year}年第{iso.week}周", start, start + dt.timedelta(days=6)
            )
        case "half_month":
            last = _last_of(year, month)
            if day.day <= 15:
                return CycleTime(
                    f"{year}-{month:02d}-1",
                    f"{year}年{month}月上半月",
                    dt.date(year, month, 1),
                    dt.date(year, month, 15),
                )
            return CycleTime(f"{year}-{month:02d}-2", f"{year}年{month}月下半月", dt.date(year, month, 16), last)
        case "month":
            return CycleTime(
                f"{year}-{month:02d}", f"{year}年{month}月", dt.date(year, month, 1), _last_of(year, month)
            )
        case "quarter":
            number = (month + 2) // 3
            return CycleTime(
                f"{year}-Q{number}",
                f"{year}年第{'一二三四'[number - 1]}季度",
                dt.date(year, 3 * number - 2, 1),
                _last_of(year, 3 * number),
            )


def label_of(key: str) -> str:
    """Return the Chinese name of the cycle kept under `key`; a key that is a word already stays as it is."""
    year, _, rest = key.partition("-")
    if not year.isdigit():
        return key
    if rest.startswith("W"):
        return f"{year}年第{int(rest[1:])}周"
    if rest.startswith("Q"):
        return f"{year}年第{'一二三四'[int(rest[1:]) - 1]}季度"
    month, _, half = rest.partition("-")
    return f"{year}年{int(month)}月{ {'1': '上半月', '2': '下半月'}.get(half, '') }"


def _last_of(year: int, month: int) -> dt.date:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1)
