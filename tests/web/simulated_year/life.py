"""The year itself: day by day, the daily run first and then the people."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from simulated_year.courses import plan_findings
from simulated_year.duties import see_to_occurrences
from simulated_year.meetings import see_to_meetings
from simulated_year.papers import see_to_papers
from simulated_year.unit import DAY, LAST, ZONE, Unit, found_unit
from zhenggai import deadline

if TYPE_CHECKING:
    from collections.abc import Callable

    Daily = Callable[[dt.datetime], object]


def make_year() -> Unit:
    """Make the unit and plan what its people do about the findings."""
    unit = found_unit()
    plan_findings(unit)
    return unit


def live(unit: Unit, daily: Daily, *, until: dt.date = LAST) -> None:
    """Live on through `until`, from the day after the plan was confirmed: the daily run at six, then the people."""
    while unit.today < until:
        day = unit.today = unit.today + DAY
        daily(dt.datetime.combine(day, dt.time(6), ZONE))
        for act in unit.acts.pop(day, ()):
            act(day)
        if deadline.national().is_workday(day):
            see_to_occurrences(unit, day)
            see_to_papers(unit, day)
            see_to_meetings(unit, day)
