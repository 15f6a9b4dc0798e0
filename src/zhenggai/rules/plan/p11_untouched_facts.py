"""措施没有触及反馈所指的事实。

判定：问题写出了可以核对的事实（数量、金额、《》或者引号中的名称），而措施一处也没有再提到它们，也没有用到问题中的主要词语（可在规则配置中改最少的重合字数）。

例外：事实在措施中换了说法的；问题没有写出具体事实的。

为什么：反馈指出的是具体的人、钱、事。措施绕开它们，事实就不会改变。

反例：
    问题：2023年有14份采购合同没有编号。
    措施：切实转变作风，由分管领导约谈办事人员2名。

正例：
    问题：2023年有14份采购合同没有编号。
    措施：为14份采购合同补编号并登记造册。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Option, Rule, Setting, each_answer
from zhenggai.rules.wording.acts import OBJECT
from zhenggai.rules.wording.merging import MERGED
from zhenggai.text import compact, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer

LEAST = Option("least_shared", 2, "措施至少要用到问题中几个相邻的两字词")
_QUOTED = re.compile(r"“([^”]{2,20})”|《([^》]{2,30})》")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """Look for the facts of the finding in its measures."""
    problem = fold(answer.finding.text)
    facts = {m[0].replace(" ", "") for m in OBJECT.finditer(problem)} | {
        m[1] or m[2] for m in _QUOTED.finditer(problem)
    }
    text = fold("".join(measure.text for measure in answer.measures))
    if not facts or not text or MERGED.search(text):
        return
    if any(compact(fact) in compact(text) for fact in facts):
        return
    shared = _pairs(problem) & _pairs(text)
    if len(shared) >= setting.number("least_shared"):
        return
    yield Hit(
        quote=answer.measures[0].text,
        why=f"措施没有提到问题中的事实（{'、'.join(sorted(facts)[:3])}），需核实是否触及。",
        fix="请写明对这些事实怎样处理。",
        findings=(answer.finding.id,),
        spans=tuple(span for measure in answer.measures for span in measure.spans),
    )


def _pairs(text: str) -> set[str]:
    return {word[i : i + 2] for word in _CHINESE.findall(text) for i in range(len(word) - 1)}


RULE = Rule("P11", "措施没有触及事实", Severity.WARN, each_answer, check, __doc__, options=(LEAST,))
