"""方案没有写整改目标或者完成标志。

判定：全文没有一个问题写有整改目标（预期成效、完成标志、验收标准），总体部分也没有整改目标一节。全文一个结果。规则配置可以改为逐个问题都要有（every）。

例外：总体部分写有整改目标的；规则配置停用这条规则的。

为什么：没有目标，就不知道做到什么程度算完成，销号时只能看做没做，不能看改没改。

反例：
    问题：值班登记不全，3天没有签名。

正例：
    指导思想：整改目标：集中整改期内全部问题改到位。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Option, Rule, Setting, the_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import DocumentFacts

EVERY = Option("every", False, "是否要求每个问题都写目标")
_OBJECTIVE = re.compile(
    r"整改目标|工作目标|总体目标|主要目标|预期成效|预期目标|完成标志|完成标准|验收标准|达到的目标|目标:"
)


def check(document: DocumentFacts, setting: Setting) -> Iterator[Hit]:
    """Look for objectives in the answers, then in the document as a whole."""
    without = [a for a in document.answers if not any(r.objective for r in a.responses)]
    if setting.options["every"]:
        for answer in without:
            yield _hit(answer.finding.text, (answer.finding.id,))
        return
    if len(without) < len(document.answers):
        return
    if not any(_OBJECTIVE.search(block.text) for block in document.own):
        yield _hit(document.plan.title or document.plan.source.name, ())


def _hit(quote: str, findings: tuple[str, ...]) -> Hit:
    return Hit(
        quote=quote,
        why="没有写明整改目标或者完成标志。",
        fix="请写明改到什么程度算完成。",
        findings=findings,
    )


RULE = Rule("P16", "没有整改目标", Severity.INFO, the_document, check, __doc__, options=(EVERY,))
