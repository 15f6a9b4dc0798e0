"""When a limit falls due: a date for each part that has one, and why where it has none or only a provisional one."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — the dataclass carries dates at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.deadline.kinds import AtOnce, By, Event, Every, Ongoing, Phase, Placeholder, TimePart, Window, Within
from zhenggai.deadline.periods import Length, after

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.deadline.context import Context
    from zhenggai.deadline.workdays import WorkCalendar

_ANCHOR_NAMES = {"feedback": "反馈日期", "plan": "方案印发日期", "document": "文书送达日期"}

_UNDATED = {
    "at_once": "要求立即整改，没有具体日期。",
    "ongoing": "长期坚持，没有截止日期。",
    "every": "周期性任务，按每个周期分别计算到期日。",
    "placeholder": "时限留空，需要补填。",
}


@dataclass(frozen=True, slots=True)
class Due:
    """The date by which `part` is to be fulfilled, or None; `statement` says in Chinese what a person must know."""

    part: TimePart
    date: dt.date | None
    statement: str | None = None


def due(parts: Iterable[TimePart], *, anchors: Context, workdays: WorkCalendar) -> tuple[Due, ...]:
    """Return the due date of each part.

    `anchors` gives the dates that periods count from and the ends of the phases. A date counted in working days of a
    year that `workdays` does not know counts weekends alone, and the statement says so.
    """
    return tuple(_due(part, anchors, workdays) for part in parts)


def _due(part: TimePart, anchors: Context, workdays: WorkCalendar) -> Due:
    match part:
        case By():
            found = Due(part, part.date)
        case Window():
            found = Due(part, part.end)
        case Within():
            found = _within(part, anchors, workdays)
        case Phase():
            found = _phase(part, anchors)
        case Event():
            found = Due(part, None, f"以“{part.event}”为限，日期待定。")
        case AtOnce() | Ongoing() | Every() | Placeholder():
            found = Due(part, None, _UNDATED[part.kind])
    return found


def _within(part: Within, anchors: Context, workdays: WorkCalendar) -> Due:
    if part.anchor is None:
        return Due(part, None, "没有写明从何时起算，不能推算日期。")
    start = anchors.date_of(part.anchor)
    if start is None:
        return Due(part, part.date, None if part.date else f"缺少{_ANCHOR_NAMES[part.anchor]}，不能推算日期。")
    date = after(start, Length(part.count, part.unit), workdays)
    if date is None:
        return Due(part, None, "期限超出日历范围，不能推算日期。")
    return Due(part, date, workdays.statement(start, date) if part.unit == "workday" else None)


def _phase(part: Phase, anchors: Context) -> Due:
    for phase in anchors.phases:
        if phase.title == part.phase and phase.end:
            return Due(part, phase.end)
    return Due(part, None, f"方案中没有“{part.phase}”的截止日期。")
