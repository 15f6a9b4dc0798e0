"""模板没有填完：XX、×月×日、第X巡察组、空括号。

判定：文中留有占位的字母、叉号、空括号、下划线，或者“待补充”“此处填写”一类的提示。

例外：姓氏加某（由 C03 看）；名称、编号里的字母（X206线）；乘号；【标签】。

为什么：占位符说明这一处还没有定下来。报出去的方案里有占位符，说明没有人从头看过。

反例：
    问题：XX站房屋出租没有签订合同。
    --
    完成时限：2024年X月底前

正例：
    问题：乡道X206线有3处塌方没有修复。
    --
    问题：围栏尺寸不足，设计为2×3米，实际为2×2米。
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

_LEFT = re.compile(
    r"(?<![A-Za-z0-9])[XxＸ×✕╳□○]{2,}(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])[Xx×](?=\s*(?:年|月|日|号|个|名|项|万元|元|次|人|%|届|巡察|巡视|组|县|市|局|学校|同志))"
    r"|(?<=第)[Xx×](?![0-9])|(?<=年)[Xx×](?=月)|(?<![A-Za-z0-9])[Xx×](?=\s[Xx×])"
    r"|\(\s*\)|\[\s*\]|【\s*】|_{2,}|＿{2,}|…{3,}年|\.{4,}(?=年|月|日)"
    r"|(?<!\d)\s*年\s+月\s*(?:\s+日)?|\d{4}年\s*月\s*日|\d{4}年\s+月|\[\d{4}\]\s*号"
    r"|[(【\[](?:待定|待补充?|待填写?|请填写[^)】\]]*|此处[^)】\]]{0,12}|填写[^)】\]]{0,12}|插入[^)】\]]{0,12}|单位名称|姓名|日期|年月日)[)】\]]|此处(?:填写|插入|补充)|请(?:在此)?填写|待补充"
)
_SIGN = re.compile(
    r"[Xx×✕╳*□○_＿…【]|[(\[]\s*[)\]待请此填插单姓日年]|\.{4}|\s[月日]|此处|填写|待补|\d年月|年\s|\]\s*号"
)
"""Without one of these nothing is left of a template."""
_TICK = re.compile(r"[□○]{2,}")


def check(block: TextBlock, _setting: Setting) -> Iterator[Hit]:
    """Tell the first blank of each finding or other stretch in the block."""
    told: set[tuple[str, ...]] = set()
    if _SIGN.search(block.text) is None:
        return
    for found in _LEFT.finditer(block.text):
        if _TICK.fullmatch(found[0]):
            continue
        findings, spans, _ = at(block, found.start(), found.end())
        if findings in told:
            continue
        told.add(findings)
        start, end = max(0, found.start() - 4), min(len(block.text), found.end() + 8)
        yield Hit(
            quote=block.raw[start:end].strip(),
            why=f"“{block.raw[start:end].strip()}”中还有没有填写的内容。",
            fix="请填写；不宜写明的，改用规范的隐名写法。",
            findings=findings,
            spans=spans,
        )


RULE = Rule("P23", "模板没有填完", Severity.BLOCK, each_block, check, __doc__, needs=frozenset({Need.DOCUMENT}))
