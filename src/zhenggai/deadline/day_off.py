"""A date that falls on a day off is moved by the office's custom, but never out of its period."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from zhenggai.deadline.workdays import WorkCalendar

Shift = Literal["none", "earlier", "later"]


def shifted(date: dt.date, shift: Shift, workdays: WorkCalendar, *, start: dt.date, end: dt.date) -> dt.date:
    """Return the working day at or nearest `date` in the direction of `shift`.

    `start` and `end` bound the period: where the direction leads out of it the other one is taken, and where the whole
    period is off `date` stays.
    """
    if shift == "none" or workdays.is_workday(date):
        return date
    steps = (1, -1) if shift == "later" else (-1, 1)
    bounds = {1: max(end, date), -1: min(start, date)}
    for step in steps:
        day = date
        while day != bounds[step]:
            day += dt.timedelta(days=step)
            if workdays.is_workday(day):
                return day
    return date
