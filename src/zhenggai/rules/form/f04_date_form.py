"""日期的写法不规范：前面加零、两位数年份、汉字数字。

判定：表格以外的日期，月日前面加零（12月05日），年份只写两位（23年5月），或者用汉字数字（二〇二四年六月三日、六月底前）。

例外：表格里的；季度；一段时间的长度（三个月）；名称里的数字（三年行动）。

为什么：公文中的日期用阿拉伯数字，年份写全，月日不编虚位。

反例：
    完成时限：2024年07月05日前
    --
    完成时限：24年7月5日前

正例：
    完成时限：2024年7月5日前
    --
    措施：用三个月时间清点6份登记表，第三季度完成归档。

依据：GB/T 9704—2012《党政机关公文格式》；GB/T 15835—2011《出版物上数字用法》
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Need
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, at, each_block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import TextBlock

_DIGIT = "〇零○一二三四五六七八九"
_NUMERAL = "一二三四五六七八九十"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("月日前面不加零", re.compile(r"(?:(?:19|20)\d\d年)?(?<!\d)0\d月(?:\d{1,2}日)?|(?<!\d)\d{1,2}月0\d日")),
    (
        "月日前面不加零",
        re.compile(
            r"(?<![\dA-Za-z.\-/\[])(?:19|20)\d\d(?P<s>[-./])(?:0\d(?P=s)\d{1,2}|\d{1,2}(?P=s)0\d)(?![\d\-/]|\.\d)"
        ),
    ),
    ("年份写全四位", re.compile(r"(?<![\d.])[’'‘]?[012345]\d年(?:\d{1,2}月|底前|末前|年底)")),
    (
        "日期用阿拉伯数字",
        re.compile(
            rf"(?<![{_DIGIT}])[二一][〇零○九][{_DIGIT}]{{2}}年(?:[{_NUMERAL}]{{1,3}}月(?:[{_NUMERAL}]{{1,3}}日)?)?"
            rf"|(?<![{_NUMERAL}每第逐单双])(?:十[一二]|[{_NUMERAL}])月(?:[{_NUMERAL}]{{1,3}}[日号]|底|末|份|初|[上中下]旬|前)"
        ),
    ),
)
_SIGN = re.compile(r"(?<!\d)\d\d年|(?<!\d)0\d[月日]|[-./]0?\d|[一二三四五六七八九十]月|[二一][〇零○九]")
"""Without one of these no date is written otherwise than it should be."""
_PUBLISHED = re.compile(r"(?:发布|发文|更新|公开|浏览|来源|时间|日期|信息)[\u4e00-\u9fff]{0,4}\s*:")
"""A line that a web site puts over a text."""


def check(block: TextBlock, _setting: Setting) -> Iterator[Hit]:
    """Look at every date outside tables."""
    if block.row is not None or _SIGN.search(block.text) is None or _PUBLISHED.match(block.text.strip()):
        return
    for rule, pattern in _FORMS:
        for found in pattern.finditer(block.text):
            findings, spans, quote = at(block, found.start(), found.end())
            yield Hit(
                quote=quote,
                why=f"日期“{quote}”写法不规范：{rule}。",
                fix="请写成 2024年7月5日 的形式。",
                findings=findings,
                spans=spans,
            )


RULE = Rule("F04", "日期写法不规范", Severity.INFO, each_block, check, __doc__, needs=frozenset({Need.DOCUMENT}))
