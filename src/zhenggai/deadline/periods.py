"""Periods and what starts them: 三个月, 15个工作日, 反馈之日起, 方案印发后, 收到通知书之日起."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.deadline.days import add_months
from zhenggai.deadline.grammar import NUM, RANGE, count
from zhenggai.deadline.kinds import Within
from zhenggai.deadline.workdays import national

if TYPE_CHECKING:
    from zhenggai.deadline.form import Scene
    from zhenggai.deadline.kinds import Anchor, PeriodUnit
    from zhenggai.deadline.workdays import WorkCalendar

_FROM = r"(?:之日|当日|当天|次日|之时|日)?(?:(?:以后|之后|后|起|开始)(?:计算|算)?){1,2}的?"

FEEDBACK = (
    r"[自从在于经收到接中央国家省市州县区旗乡镇校院局委党组纪监常第一二三四五六七八九十0-9巡察视查督导审计检考核评估环保生态上级本次整改问题情况书面集中专项轮办的向正式]{0,24}"
    r"反馈[意见问题情况报告会议函清单通知书印发下达送召开大结束的面]{0,12}" + f"(?:{_FROM}|之日)?"
)
PLAN = (
    r"(?:[自从在于本该整改落实施工作总体巡察视审计的]{0,16}(?:方案|计划)"
    r"[经报获被由正式上级党委组会审议批准复定核通过印下发布制出台公备案实施行后]{0,10}?|(?:自|从|在)?(?:印发|下发|发布|公布|发文))"
    + _FROM
    + r"|即日起"
)
DOCUMENT = (
    r"(?:[自从在于收到接本该上级责令限期整改处理罚监督察检查办理行政书面的此相关正式中央国家省市州县区旗乡镇局委党组纪审计巡视院部门应急管消防环保教卫健]{0,24}?"
    r"(?:通知书?|决定书?|审计报告|审计意见书?|检查报告|意见书|建议书?|督办[函单]|提[示醒]函|预警函|工作函|整改函|函件?|通报|文件|文书|本文|来文|交办[函单]|告知书|指令书?|转办[函单]|移交单|整改单|清单|任务单|报告|公函)"
    r"(?:送达|下发|印发|下达|签收|发出|作出|出具|发布|公布|生效|收到|到达)?"
    + _FROM
    + r"|(?:自|从|在)?(?:收到|接到|送达|收文|签收|接文|文到|接报|收件)"
    + _FROM
    + ")"
)

_ONE = re.compile(
    rf"(?P<a>半|{NUM})?(?:{RANGE}(?P<b>{NUM}))?(?P<half1>个?半)?(?:个)?(?P<unit>工作日|自然日|日历[日天]|天|日|周|星期|礼拜|月|季度|年|小时)(?P<half2>半)?"
)
_UNITS: dict[str, PeriodUnit] = {
    "工作日": "workday",
    "周": "week",
    "星期": "week",
    "礼拜": "week",
    "月": "month",
    "季度": "month",
    "年": "year",
}


@dataclass(frozen=True, slots=True)
class Length:
    """How long a period is."""

    count: int
    unit: PeriodUnit


def length(words: str) -> Length | None:
    """Return how long the words say, or None: 半年 is 6 months, 半个月 15 days, 一年半 18 months, 48小时 2 days.

    Of a range (3至6个月) the longer is the limit.
    """
    if words.startswith("半") and "年" in words:
        return Length(6, "month")
    if words.startswith("半"):
        return Length(15, "day")
    match = _ONE.fullmatch(words)
    if not match:
        return None
    value = count(match.group("b") or match.group("a") or "") or 0
    return _scaled(value, match.group("unit"), bool(match.group("half1") or match.group("half2")))


def _scaled(value: int, unit: str, half: bool) -> Length | None:
    if not 0 < value < 1000:
        return None
    if unit == "小时":
        return Length(-(-value // 24), "day")
    if unit == "季度":
        return Length(3 * value, "month")
    if half and unit == "年":
        return Length(12 * value + 6, "month")
    if half and unit == "月":
        return Length(30 * value + 15, "day")
    return None if half else Length(value, _UNITS.get(unit, "day"))


def after(start: dt.date, span: Length, workdays: WorkCalendar) -> dt.date | None:
    """Return the last day of the period that begins after `start`, or None beyond the calendar."""
    try:
        match span.unit:
            case "workday":
                return workdays.after(start, span.count)
            case "day":
                return start + dt.timedelta(days=span.count)
            case "week":
                return start + dt.timedelta(weeks=span.count)
            case "month":
                return add_months(start, span.count)
            case "year":
                return add_months(start, 12 * span.count)
    except (OverflowError, ValueError):
        return None


def within(words: str, anchor: Anchor | None, scene: Scene) -> Within | None:
    """Return the limit that the period sets, dated where the date of its anchor is known."""
    span = length(words)
    if span is None:
        return None
    start = scene.context.date_of(anchor) if anchor else None
    date = after(start, span, national()) if start else None
    if start and date and span.unit == "workday":
        statement = national().statement(start, date)
        scene.notes.extend([statement] if statement else [])
    return Within(span.count, span.unit, anchor, date)
