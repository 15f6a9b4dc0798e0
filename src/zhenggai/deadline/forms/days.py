"""A day of the calendar: 2024年6月30日前, 2024.6.30, 6月30日, 25日前."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.deadline import points
from zhenggai.deadline.form import Form
from zhenggai.deadline.grammar import BEFORE
from zhenggai.deadline.limits import by, limit

if TYPE_CHECKING:
    import re

    from zhenggai.deadline.form import Parts, Scene

DAY = Form(
    key="by.day",
    title="某月某日",
    about="年月日，年份可省略；“6月30日前”“6月30日”“6月30号下班前”均指当日。",
    pattern=points.DAY.pattern + BEFORE + "?",
    build=limit(points.DAY),
    examples=("2024年6月30日前", "6月30日", "下月10日前", "十二月三十一日前"),
    signs=("月",),
)

NUMERIC_DAY = Form(
    key="by.day.numeric",
    title="数字日期",
    about="用点、斜线或短横分隔的日期，年份也可写两位；表格中带时刻的日期同样识别。",
    pattern=points.NUMERIC_DAY.pattern + BEFORE + "?",
    build=limit(points.NUMERIC_DAY),
    examples=("2024.6.30", "2024/6/30前", "2024-06-30 00:00:00", "24.6.30"),
    signs=(".", "/", "-"),
)

COMPACT_DAY = Form(
    key="by.day.compact",
    title="八位数字日期",
    about="年月日连写的八位数字。",
    pattern=points.COMPACT_DAY.pattern + BEFORE + "?",
    build=limit(points.COMPACT_DAY),
    examples=("20240630", "20240630前"),
    signs=("19", "20"),
)


def _short_day(match: re.Match[str], scene: Scene) -> Parts | None:
    point = points.SHORT_DAY.parse(match, scene)
    return by(point, scene, match.start(), match.end()) if point else None


SHORT_DAY = Form(
    key="by.day.short",
    title="月.日",
    about="只写月和日的数字日期，须独立成句或后接“前”；小数和百分数不在此列。",
    pattern=(rf"{points.SHORT_DAY.pattern}(?:{BEFORE}|(?=$|[,;)]))"),
    build=_short_day,
    examples=("6.30前", "6/30"),
    signs=(".", "/", "-"),
    modes=("field",),
)

DAY_ALONE = Form(
    key="by.day.alone",
    title="某日前",
    about="只写日不写月，指参照日期之后第一个该日。",
    pattern=(rf"{points.DAY_ALONE.pattern}(?:之前|以前|前(?!期|述|后)|止)"),
    build=limit(points.DAY_ALONE),
    examples=("25日前", "15号前"),
    signs=("日", "号"),
    modes=("field",),
)
