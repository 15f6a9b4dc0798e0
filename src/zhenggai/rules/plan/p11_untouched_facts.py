"""措施没有触及反馈所指的事实。

判定：问题写出了可以核对的事实（数量、金额、《》或者引号中的名称），而措施一处也没有再提到它们，也没有用到问题中的主要词语（可在规则配置中改最少的重合字数）；或者问题写的是某人做错了事，而措施没有查清、处理这个人的内容。

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
_PERSON = re.compile(
    r"(?:某(?!些|种|项)|个别|XX+|\d+名|[一二两三]名)[^,。;]{0,6}?(?:党员|干部|教师|职工|员工|医生|人员|同志|负责人)"
)
_ACT = re.compile(
    r"长期不|脱岗|空岗|旷工|不上班|不在岗|不到岗|未到岗|代签|冒名|造假|补写|私自|挪用|冒领|收受|擅自|兼职取酬|违规"
)
_HANDLED = re.compile(
    r"处分|处理|约谈|批评|谈话|问责|诫勉|通报|追究|责令|检讨|警告|辞退|解聘|解除|扣发|退回|退还|追回|核实|查清|调查|清退|限期返岗|到岗|更正"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """Look for the facts of the finding in its measures."""
    problem = fold(answer.finding.text)
    text = fold("".join(measure.text for measure in answer.measures))
    if not text or MERGED.search(text):
        return
    person = _PERSON.search(problem)
    if person is not None and _ACT.search(problem):
        if _HANDLED.search(text) is None:
            yield _hit(answer, person[0])
        return
    facts = {m[0].replace(" ", "") for m in OBJECT.finditer(problem)} | {
        m[1] or m[2] for m in _QUOTED.finditer(problem)
    }
    if not facts or any(compact(fact) in compact(text) for fact in facts):
        return
    shared = _pairs(problem) & _pairs(text)
    if len(shared) >= setting.number("least_shared"):
        return
    yield _hit(answer, "、".join(sorted(facts)[:3]))


def _hit(answer: Answer, facts: str) -> Hit:
    return Hit(
        quote=answer.measures[0].text,
        why=f"措施没有提到问题中的事实（{facts}），需核实是否触及。",
        fix="请写明对这些事实怎样处理。",
        findings=(answer.finding.id,),
        spans=tuple(span for measure in answer.measures for span in measure.spans),
    )


def _pairs(text: str) -> set[str]:
    return {word[i : i + 2] for word in _CHINESE.findall(text) for i in range(len(word) - 1)}


RULE = Rule("P11", "措施没有触及事实", Severity.WARN, each_answer, check, __doc__, options=(LEAST,))
