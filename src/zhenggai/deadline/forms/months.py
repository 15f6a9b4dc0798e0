"""A month or a third of one: 2024年3月底前, 8月中旬, 本月内, 月底前."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.deadline import points
from zhenggai.deadline.form import Form
from zhenggai.deadline.grammar import BEFORE, NUM, YEAR
from zhenggai.deadline.limits import by, limit

if TYPE_CHECKING:
    from zhenggai.deadline.form import Parts, Scene

MONTH = Form(
    key="by.month",
    title="某月",
    about="以月为时限，无论有无“底”“末”“前”“内”，均指该月最后一日。",
    pattern=points.WHOLE_MONTH.pattern + BEFORE + "?",
    build=limit(points.WHOLE_MONTH),
    examples=("2024年3月底前", "2024年12月", "6月份前", "本月内", "明年三月末"),
    signs=("月",),
)


def _months(match: re.Match[str], scene: Scene) -> Parts | None:
    parts: Parts = ()
    for month in re.findall(r"[^、和,]+", match.group("list")):
        point = points.WHOLE_MONTH.read(f"{match.group('y') if not parts and match.group('y') else ''}{month}月", scene)
        found = by(point, scene, match.start(), match.end()) if point else ()
        if not found:
            return None
        scene.advance(found)
        parts += found
    return parts


MONTHS = Form(
    key="by.month.list",
    title="几个月共用一个“月”字",
    about="逐月列举时只写一个“月”字，每个月各为一个时限。",
    pattern=rf"(?P<y>{YEAR})?(?P<list>{NUM}(?:[、和]{NUM}){{1,11}})月份?[底末]{BEFORE}?",
    build=_months,
    examples=("2024年6、9、12月底前", "六、九月底前"),
    signs=("、", "和"),
)

NUMERIC_MONTH = Form(
    key="by.month.numeric",
    title="数字年月",
    about="用点、斜线或短横分隔的年和月。",
    pattern=points.NUMERIC_MONTH.pattern + BEFORE + "?",
    build=limit(points.NUMERIC_MONTH),
    examples=("2024.3", "2024-03", "2024/3底前"),
    signs=(".", "/", "-"),
)

COMPACT_MONTH = Form(
    key="by.month.compact",
    title="六位数字年月",
    about="年和月连写的六位数字。",
    pattern=points.COMPACT_MONTH.pattern + BEFORE + "?",
    build=limit(points.COMPACT_MONTH),
    examples=("202403",),
    signs=("20",),
    modes=("field",),
)

THIS_MONTH = Form(
    key="by.month.this",
    title="月底、月内",
    about="不写哪个月的月底、月末、月内，指参照日期所在的月。",
    pattern=points.THIS_MONTH.pattern + BEFORE + "?",
    build=limit(points.THIS_MONTH),
    examples=("月底前", "月内"),
    signs=("月底", "月末", "月内", "月初", "月中"),
)

TEN_DAYS = Form(
    key="by.ten_days",
    title="上旬、中旬、下旬",
    about="以旬为时限，指该旬最后一日：10日、20日、月末。",
    pattern=points.TEN_DAYS.pattern + BEFORE + "?",
    build=limit(points.TEN_DAYS),
    examples=("2024年8月中旬前", "5月上旬", "下旬前"),
    signs=("旬",),
)

MONTH_PART = Form(
    key="by.ten_days.part",
    title="月初、月中",
    about="某月初按上旬计，某月中按中旬计。",
    pattern=points.MONTH_PART.pattern + BEFORE + "?",
    build=limit(points.MONTH_PART),
    examples=("2024年9月初", "10月中前"),
    signs=("月",),
    also=("初", "中"),
)
