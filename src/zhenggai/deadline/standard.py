"""Parts of a time limit in their standard wording. What `show` writes, `read` reads back as the same parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.deadline.kinds import AtOnce, By, Event, Every, Ongoing, Phase, Placeholder, TimePart, Window, Within
from zhenggai.text import day_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_UNITS = {"day": "日", "workday": "个工作日", "week": "周", "month": "个月", "year": "年"}
_ANCHORS = {"feedback": "反馈之日起", "plan": "方案印发之日起", "document": "收到通知之日起", None: "为期"}
PERIODS: Mapping[str, str] = {
    "day": "日",
    "week": "周",
    "half_month": "半月",
    "month": "月",
    "quarter": "季度",
    "half_year": "半年",
    "year": "年",
    "semester": "学期",
}


def show(parts: Iterable[TimePart]) -> str:
    """Return the parts as one would write them in a plan: 2024年3月底前，长期坚持."""
    return "，".join(_show(part) for part in parts)


def _show(part: TimePart) -> str:
    match part:
        case By():
            words = _by(part)
        case Window():
            words = f"{day_words(part.start)}至{day_words(part.end)}"
        case Within():
            words = f"{_ANCHORS[part.anchor]}{part.count}{_UNITS[part.unit]}内"
        case Every():
            words = _every(part)
        case Phase():
            words = f"{part.phase}内"
        case Event():
            words = part.event
        case AtOnce():
            words = "立行立改"
        case Ongoing():
            words = "长期坚持"
        case Placeholder():
            words = "××"
    return words


def _by(part: By) -> str:
    date = part.date
    year, month = f"{date.year}年", f"{date.year}年{date.month}月"
    wordings = {
        "day": f"{day_words(date)}前",
        "week": f"{day_words(date)}所在周内",
        "ten_days": f"{month}{'上中下'[min((date.day - 1) // 10, 2)]}旬前",
        "month": f"{month}底前",
        "quarter": f"{year}第{'一二三四'[(date.month - 1) // 3]}季度末前",
        "half_year": f"{year}{'上' if date.month <= 6 else '下'}半年",
        "year": f"{year}底前",
    }
    return wordings[part.grain]


def _every(part: Every) -> str:
    date = part.date_in_period or ""
    times = f"不少于{part.times}次" if part.times else ""
    if part.interval == 2 and date[:2] in ("单月", "双月", "单周", "双周", "单日", "双日"):
        return f"逢{date}{times}"
    unit = PERIODS[part.freq]
    counted = "" if part.interval == 1 else f"{part.interval}{'个' if part.freq not in ('day', 'week', 'year') else ''}"
    if part.freq == "week" and date[:1] == "周":
        date = date[1:]
    elif part.freq == "week" and date[:2] == "星期":
        unit, date = "星期", date[2:]
    return f"每{counted}{unit}{date}{times}"
