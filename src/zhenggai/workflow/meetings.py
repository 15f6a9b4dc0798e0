"""会议 and 议定事项: which step may follow which, and what it must come with. One line a step.

Buttons, API routes, events and the tests are read off these tables; no database is needed. A meeting that is moved stays moved; one that
is cancelled says why. A resolution is finished when the unit that verifies it has accepted it, not when it is reported done.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from zhenggai.text import day_words

MEETING_STATES = {
    "planned": "待召开",
    "agenda_set": "议程已定",
    "held": "已召开",
    "minutes": "纪要待印发",
    "issued": "纪要已印发",
    "cancelled": "已取消",
}
RESOLUTION_STATES = {"open": "办理中", "reported": "已报办结", "accepted": "已办结", "withdrawn": "已撤销"}
COMING = ("planned", "agenda_set")
"""States of a meeting that has not been held."""
HELD = ("held", "minutes", "issued")
OPEN = ("open", "reported")
"""States of a resolution that waits for somebody."""
LONGEST = 2000
FARTHEST = dt.timedelta(days=5 * 365)
"""How far ahead a meeting or a time limit may lie: a year that was mistyped lies farther."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `act` says who may take it at all; `to` is "" where the state stays; `demands` what must come with it."""

    code: str
    label: str
    act: str
    froms: tuple[str, ...]
    to: str
    demands: tuple[str, ...] = ()

    def obstacle(self, state: str, states: dict[str, str]) -> str:
        """Return why the step cannot be taken from `state`, in Chinese; "" when it can."""
        if state in self.froms:
            return ""
        words = "、".join(f"“{states[one]}”" for one in self.froms)
        return f"当前状态是“{states[state]}”，只有{words}时才能{self.label}。"


_MEETING = (
    Step("arranged", "安排会议", "meeting.prepare", COMING, ""),
    Step("moved", "调整会议时间", "meeting.prepare", COMING, "", ("date", "reason")),
    Step("cancelled", "取消会议", "meeting.prepare", COMING, "cancelled", ("reason",)),
    Step("assembled", "生成议程", "meeting.prepare", COMING, ""),
    Step("agenda_changed", "修改议程", "meeting.prepare", COMING, ""),
    Step("agenda_set", "确定议程", "meeting.prepare", ("planned",), "agenda_set"),
    Step("attendance_taken", "登记出席情况", "meeting.prepare", (*COMING, "held", "minutes"), ""),
    Step("held", "记录会议已召开", "meeting.prepare", ("agenda_set",), "held", ("attendance",)),
    Step("noted", "记录讨论情况", "meeting.prepare", ("agenda_set", "held", "minutes"), ""),
    Step("resolved", "登记议定事项", "meeting.prepare", ("held", "minutes"), ""),
    Step("drafted", "起草纪要", "meeting.prepare", ("held", "minutes"), "minutes"),
    Step("issued", "印发纪要", "meeting.issue", ("minutes",), "issued"),
    Step("corrected", "更正纪要", "meeting.issue", ("issued",), "", ("reason",)),
    Step("record_signed", "在会议记录上签字", "meeting.read", HELD, ""),
)
_RESOLUTION = (
    Step("reported", "报告办结", "resolution.report", ("open",), "reported", ("text",)),
    Step("progressed", "报告进展", "resolution.report", ("open",), "", ("text",)),
    Step("accepted", "验收通过", "resolution.accept", ("reported",), "accepted"),
    Step("returned", "退回办理", "resolution.accept", ("reported",), "open", ("text",)),
    Step("carried", "结转下次会议", "meeting.prepare", OPEN, ""),
    Step("withdrawn", "撤销议定事项", "resolution.withdraw", OPEN, "withdrawn", ("text",)),
)
MEETING_STEPS: dict[str, Step] = {step.code: step for step in _MEETING}
RESOLUTION_STEPS: dict[str, Step] = {step.code: step for step in _RESOLUTION}


def refusal_of_meeting(code: str, state: str) -> str:
    """Return why a meeting in `state` does not allow the step `code`, or ""."""
    return MEETING_STEPS[code].obstacle(state, MEETING_STATES)


def refusal_of_resolution(code: str, state: str) -> str:
    """Return why a resolution in `state` does not allow the step `code`, or ""."""
    return RESOLUTION_STEPS[code].obstacle(state, RESOLUTION_STATES)


@dataclass(frozen=True, slots=True)
class AcceptCase:
    """How one person stands to a resolution that is reported done.

    `verifier` is the organisation named to verify, if any; `belongs` says that the person belongs to it, `supervises` that the
    person is of the supervision group or the office, `acted` that the person reported it done or belongs to who is responsible.
    """

    verifier: bool
    belongs: bool
    supervises: bool
    acted: bool


def refusal_to_accept(case: AcceptCase) -> str:
    """Return why the person cannot accept, in Chinese; "" when the person can."""
    if case.acted:
        return "议定事项不能由承办单位自己验收，请由验收单位办理。"
    if case.verifier and not case.belongs:
        return "这项议定事项由会议确定的验收单位验收，您不属于这个单位。"
    if not case.verifier and not case.supervises:
        return "会议没有确定验收单位的，由整改办或督查组验收。"
    return ""


def fault_of_new_date(day: dt.date | None, today: dt.date) -> str:
    """Return what is wrong with the day of a meeting that is to come, or ""."""
    if day is None:
        return "请填写会议日期。"
    if day < today:
        return f"会议日期不能早于今天，{day_words(day)}已经过去；已开过的会，请按今天列入，再登记实际召开的日期。"
    return f"会议日期不能晚于今天起{FARTHEST.days // 365}年，请核对年份。" if day > today + FARTHEST else ""


def fault_of_held_date(day: dt.date | None, today: dt.date) -> str:
    """Return what is wrong with the day on which a meeting is said to have been held, or ""."""
    if day is None:
        return "请填写召开日期。"
    return "召开日期不能晚于今天，会议还没有召开的不能登记。" if day > today else ""


def fault_of_due_date(due_on: dt.date | None, held_on: dt.date) -> str:
    """Return what is wrong with a resolution's time limit, or ""."""
    if due_on is not None and due_on < held_on:
        return f"完成时限不能早于会议日期{day_words(held_on)}。"
    if due_on is not None and due_on > held_on + FARTHEST:
        return f"完成时限不能晚于会议日期起{FARTHEST.days // 365}年，请核对年份。"
    return ""


def faults_of_words(
    texts: dict[str, tuple[str, str]], *, longest: int = LONGEST, needed: bool = True
) -> dict[str, str]:
    """Return what is wrong with words by field; `texts` gives (words, label)."""
    faults = {}
    for name, (words, label) in texts.items():
        if needed and not words.strip():
            faults[name] = f"请填写{label}。"
        elif len(words) > longest:
            faults[name] = f"{label}过长，请控制在{longest}字以内（现为{len(words)}字）。"
    return faults
