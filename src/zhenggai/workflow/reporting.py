"""填报周期: in which cycle a measure reports on a day, when that cycle is opened and closed, and who is late or missing.

A cycle of the calendar is reported on from the day after the cycle before it was closed until the end of its own cut-off, so that every
day belongs to just one. Nothing is asked for of the time before the plan was confirmed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from zhenggai.deadline import cycle_of, following, shifted
from zhenggai.text import day_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhenggai.deadline import CycleTime, WorkCalendar
    from zhenggai.profile import Cycle, ReportingCustom

Standing = Literal["reported", "late", "missing", "waiting", "released"]
STANDINGS: Mapping[Standing, str] = {
    "reported": "已填报",
    "late": "迟报",
    "missing": "未填报",
    "waiting": "待填报",
    "released": "不用填报",
}
RELEASES: Mapping[str, str] = {"done": "措施已完成", "withdrawn": "措施已撤销", "closed": "问题已销号"}
"""Why a measure need not report after all."""
LONGEST_REASON = 300
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a cycle is reported on: `opens` and `cut_off` are the first and the last of them."""

    cycle: Cycle
    key: str
    label: str
    start: dt.date
    end: dt.date
    opens: dt.date
    cut_off: dt.date


@dataclass(frozen=True, slots=True)
class Schedule:
    """When measures report: the `custom` of the profile, the working days, and the day `since` on which the plan was confirmed."""

    custom: ReportingCustom
    workdays: WorkCalendar
    since: dt.date

    def window(self, rectification_class: str, day: dt.date) -> Window | None:
        """Return the cycle that a measure of the class reports on on `day`; None before the plan was confirmed."""
        if day < self.since:
            return None
        general = self.custom.rhythms.get(rectification_class, self.custom.general)
        early = self.custom.early
        if rectification_class != "immediate" or early == general or not self.custom.early_days:
            return self._window(general, day, self.since)
        turn = self._window(early, self.since + dt.timedelta(days=self.custom.early_days - 1), self.since).cut_off
        if day <= turn:
            return self._window(early, day, self.since)
        return self._window(general, day, turn + _DAY)

    def windows(
        self, rectification_class: str, first: dt.date, last: dt.date, *, reported_until: dt.date | None = None
    ) -> Iterator[Window]:
        """Yield the cycles of a class that have a day between `first` and `last`, both of them within, in order.

        `reported_until` is the end of the last cycle that was asked for before: no day is asked for twice, whatever has become of
        the custom or of that cycle's cut-off.
        """
        day = max(first, self.since)
        while day <= last:
            window = self.window(rectification_class, day)
            if window is None:
                return
            if reported_until is not None and window.end <= reported_until:
                window = self.window(rectification_class, window.cut_off + _DAY)
            if window is None:
                return
            yield window
            day, reported_until = window.cut_off + _DAY, window.end

    def cut_off(self, cycle: Cycle, time: CycleTime) -> dt.date:
        """Return the last day on which the cycle is reported on: always before the next one ends, so that cut-offs follow each other."""
        day = time.end + dt.timedelta(days=self.custom.cut_off[cycle])
        latest = following(cycle, time).end - _DAY
        moved = shifted(day, self.custom.day_off, self.workdays, start=time.end, end=latest)
        return max(time.end, min(moved, latest))

    def _window(self, cycle: Cycle, day: dt.date, floor: dt.date) -> Window:
        """Return the window of the cycle on `day`; cycles that were over before `floor` are not reported on."""
        time = cycle_of(cycle, day)
        before = cycle_of(cycle, time.start - _DAY)
        if before.end >= floor and day <= self.cut_off(cycle, before):  # the days after a cycle that are still for it
            time, before = before, cycle_of(cycle, before.start - _DAY)
        opens = self.cut_off(cycle, before) + _DAY if before.end >= floor else floor
        return Window(cycle, time.key, time.label, time.start, time.end, opens, self.cut_off(cycle, time))


def standing_of(
    *, reported_on: dt.date | None, cut_off: dt.date, closed: bool, released: bool, late: bool = False
) -> Standing:
    """Return how an expected report stands. A report counts before a release; `late` says that it came after the closing."""
    if reported_on is not None:
        return "late" if late or reported_on > cut_off else "reported"
    if released:
        return "released"
    return "missing" if closed else "waiting"


def release_of(*, withdrawn: bool, closed: bool, done: bool) -> str:
    """Return why a measure need not report any more, as a code of `RELEASES`; "" where it must."""
    return "withdrawn" if withdrawn else "closed" if closed else "done" if done else ""


def faults_of_cut_off(
    *, cut_off: dt.date | None, now: dt.date, end: dt.date, latest: dt.date, today: dt.date, reason: str
) -> dict[str, str]:
    """Return what is wrong with another cut-off than `now` for a cycle that ends on `end`; `latest` is the last day it may have."""
    faults = {}
    if cut_off is None:
        faults["cut_off"] = "请填写新的截止日。"
    elif cut_off == now:
        faults["cut_off"] = "截止日没有变化。"
    elif cut_off < today:
        faults["cut_off"] = "截止日不能早于今天。"
    elif cut_off < end:
        faults["cut_off"] = f"截止日不能早于本期最后一天（{day_words(end)}）。"
    elif cut_off > latest:
        faults["cut_off"] = f"截止日最晚为{day_words(latest)}，再晚就与下一期重叠了。"
    if not reason.strip():
        faults["reason"] = "请填写调整截止日的原因。"
    elif len(reason.strip()) > LONGEST_REASON:
        faults["reason"] = f"原因请控制在{LONGEST_REASON}字以内。"
    return faults
