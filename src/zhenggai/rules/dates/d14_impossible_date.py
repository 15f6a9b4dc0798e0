"""写了不存在的日期。

判定：月份不在一月至十二月，或者日子超过当月的天数。没有写年份的2月29日不算。

例外：闰年的2月29日；写到月底、季度的；编号、案号里的数字。

为什么：不存在的日期推算不出期限，也说明没有核对。

反例：
    完成时限：2024年6月31日前

正例：
    问题：2024年2月29日的值班记录空白。
"""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Need
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, at, each_block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import TextBlock

_WRITTEN = re.compile(
    r"(?:(?P<year>(?<!\d)(?:19|20)\d\d)\s*年\s*)?(?<![\d.])(?P<month>\d{1,2})\s*月\s*(?:(?P<day>\d{1,2})\s*(?:日|号)(?:\s*(?:至|到|-|~)+\s*(?P<last>\d{1,2})\s*日)?)?"
)
_SHORT = re.compile(
    r"(?<![\d.\-/A-Za-z\[])(?P<year>(?:19|20)\d\d)(?P<s>[-./])(?P<month>\d{1,2})(?P=s)(?P<day>\d{1,2})(?![\d\-/]|\.\d)"
)
_LEAP = 2024


def check(block: TextBlock, _setting: Setting) -> Iterator[Hit]:
    """Look at every date of a block."""
    written = _WRITTEN.finditer(block.text) if "月" in block.text else ()
    for found in (*written, *_SHORT.finditer(block.text)):
        if all(_exists(found, key) for key in ("day", "last")):
            continue
        findings, spans, quote = at(block, found.start(), found.end())
        yield Hit(
            quote=quote.strip(),
            why=f"日期“{quote.strip()}”不存在。",
            fix="请改为实有的日期。",
            findings=findings,
            spans=spans,
        )


def _exists(found: re.Match[str], key: str) -> bool:
    parts = found.groupdict()
    month = int(parts["month"])
    if not 1 <= month <= 12:
        return found.re is _WRITTEN and parts["year"] is None and parts["day"] is None  # 36月: a length of time
    day = parts.get(key)
    if day is None:
        return True
    year = int(parts["year"]) if parts["year"] else _LEAP
    return 1 <= int(day) <= calendar.monthrange(year, month)[1]


RULE = Rule("D14", "不存在的日期", Severity.INFO, each_block, check, __doc__, needs=frozenset({Need.DOCUMENT}))
