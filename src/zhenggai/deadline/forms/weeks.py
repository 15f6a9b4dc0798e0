"""Weeks and their days: 本周内, 下周五前, 3月第二周."""

from __future__ import annotations

from zhenggai.deadline import points
from zhenggai.deadline.form import Form
from zhenggai.deadline.grammar import BEFORE
from zhenggai.deadline.limits import limit

WEEK = Form(
    key="by.week",
    title="本周、下周",
    about="从参照日期所在的周算起，一周以星期日结束；写明星期几的，指当日。",
    pattern=points.WEEK.pattern + BEFORE + "?",
    build=limit(points.WEEK),
    examples=("本周内", "下周五前", "下周"),
    signs=("周", "星期", "礼拜"),
)

THIS_WEEK = Form(
    key="by.week.this",
    title="周内、周末",
    about="不写哪一周的周内、周末，指参照日期所在周的星期日。",
    pattern=points.THIS_WEEK.pattern + BEFORE + "?",
    build=limit(points.THIS_WEEK),
    examples=("周末前", "周内"),
    signs=("周",),
    modes=("field",),
)

WEEKDAY = Form(
    key="by.day.weekday",
    title="星期几前",
    about="不写哪一周的星期几，指参照日期起第一个该日。",
    pattern=(rf"{points.WEEKDAY.pattern}(?:之前|以前|前(?!期|述|后))"),
    build=limit(points.WEEKDAY),
    examples=("周五前", "星期三下班前"),
    signs=("周", "星期", "礼拜"),
    modes=("field",),
)

WEEK_OF_MONTH = Form(
    key="by.week.of_month",
    title="某月第几周",
    about="某月第一周以该月第一个星期日结束，依次类推。",
    pattern=points.WEEK_OF_MONTH.pattern + BEFORE + "?",
    build=limit(points.WEEK_OF_MONTH),
    examples=("2024年3月第二周", "9月第1周前"),
    signs=("周", "星期"),
)

WEEK_OF_DAY = Form(
    key="by.week.of_day",
    title="某日所在周",
    about="某日所在的周，以星期日结束。",
    pattern=points.WEEK_OF_DAY.pattern + BEFORE + "?",
    build=limit(points.WEEK_OF_DAY),
    examples=("2024年5月12日所在周内", "9月1日当周"),
    signs=("周",),
)
