"""Quarters, half-years and years: 2024年第二季度, 明年上半年, 年底前, 2024年内."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.deadline import guards, points
from zhenggai.deadline.form import Form
from zhenggai.deadline.grammar import BEFORE
from zhenggai.deadline.grammar import YEAR as ANY_YEAR
from zhenggai.deadline.limits import by, limit

if TYPE_CHECKING:
    from zhenggai.deadline.form import Parts, Scene

QUARTER = Form(
    key="by.quarter",
    title="某季度",
    about="以季度为时限，指该季度最后一日。",
    pattern=points.QUARTER.pattern + BEFORE + "?",
    build=limit(points.QUARTER),
    examples=("2024年第二季度", "三季度末前", "2024年Q3"),
    signs=("季", "Q"),
)


def _quarters(match: re.Match[str], scene: Scene) -> Parts | None:
    parts: Parts = ()
    for quarter in re.findall("[一二三四1-4]", match.group("list")):
        year = match.group("y") or ""
        point = points.QUARTER.read(f"{year}第{quarter}季度", scene)
        found = by(point, scene, match.start(), match.end()) if point else ()
        if not found:
            return None
        scene.advance(found)
        parts += found
    return parts


QUARTERS = Form(
    key="by.quarter.list",
    title="几个季度共用“季度”二字",
    about="逐个列举季度时只写一个“季度”，每个季度各为一个时限。",
    pattern=rf"(?P<y>{ANY_YEAR})?(?P<list>第?(?<!\d)[一二三四1-4](?:[、和]第?[一二三四1-4]){{1,3}})季度[底末]?{BEFORE}?",
    build=_quarters,
    examples=("2024年第三、四季度", "三、四季度末前"),
    signs=("季度",),
)

RELATIVE_QUARTER = Form(
    key="by.quarter.relative",
    title="本季度、季度末",
    about="本季度、下季度从参照日期算起；不写哪一季度的季度末指参照日期所在季度。",
    pattern=points.RELATIVE_QUARTER.pattern + BEFORE + "?",
    build=limit(points.RELATIVE_QUARTER),
    examples=("本季度内", "下季度末前", "季度末前"),
    signs=("季",),
)

HALF_YEAR = Form(
    key="by.half_year",
    title="上半年、下半年",
    about="以半年为时限，指6月30日或12月31日。",
    pattern=points.HALF_YEAR.pattern + BEFORE + "?",
    build=limit(points.HALF_YEAR),
    examples=("2024年上半年", "明年上半年", "下半年"),
    signs=("半年",),
)

MID_YEAR = Form(
    key="by.half_year.mid",
    title="年中",
    about="年中指6月30日。",
    pattern=points.MID_YEAR.pattern + BEFORE + "?",
    build=limit(points.MID_YEAR),
    examples=("2024年年中", "年中前"),
    signs=("年中",),
)

YEAR_END = Form(
    key="by.year.end",
    title="年底、年内",
    about="不写哪一年的年底、年末、年内，从参照日期或前一个日期算起。",
    pattern=points.YEAR_END.pattern + BEFORE + "?",
    build=limit(points.YEAR_END),
    examples=("年底前", "年内"),
    signs=("年底", "年末", "年终", "年尾", "年内", "年度内", "年度末"),
)

_year_limit = limit(points.WHOLE_YEAR)


def _year(match: re.Match[str], scene: Scene) -> Parts | None:
    bare = not re.search(r"[底末终尾内前]$", match.group())
    _, right = scene.script.clause(match.start(), match.end())
    if bare and (scene.mode == "prose" or guards.is_bare_year_of_something(right)):
        return ()
    return _year_limit(match, scene)


YEAR = Form(
    key="by.year",
    title="某年",
    about="以年为时限，指12月31日；年份修饰名词（2024年工作要点）时不是时限。",
    pattern=points.WHOLE_YEAR.pattern + BEFORE + "?",
    build=_year,
    examples=("2024年底前", "2024年内", "今年年底前", "2025年"),
    signs=("年",),
)

FIVE_YEARS = Form(
    key="by.year.five",
    title="五年规划期末",
    about="“十四五”末等，指该五年规划最后一年的12月31日。",
    pattern=points.FIVE_YEARS.pattern + BEFORE + "?",
    build=limit(points.FIVE_YEARS),
    examples=("“十四五”末", "“十五五”期末前"),
    signs=("五",),
)
