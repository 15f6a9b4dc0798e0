"""整改责任的三个要素不全：缺领导、缺部门或者缺时限。

判定：有措施的问题，没有写明牵头（责任、包抓、分管）领导或者责任人、职务，没有写明责任部门，或者没有任何时限。

例外：写在条的标题下、合并单元格里、措施里，或者用句子写明（由某某牵头，某部门负责）的；时限写了但笼统的，由 P06 提示。

为什么：谁来抓、哪个部门办、什么时候办完，少一样就无法督办，也无法追究责任。

反例：
    问题：宣传栏内容陈旧，4块宣传栏一年没有更换。
    牵头领导：
    --
    问题：宣传栏内容陈旧，4块宣传栏一年没有更换。
    措施：更换4块宣传栏的内容。
    完成时限：

正例：
    问题：宣传栏内容陈旧，4块宣传栏一年没有更换。
    牵头领导：
    责任领导：沈知行
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Role
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, each_answer
from zhenggai.rules.wording.owners import fields_of, is_department, owners_in
from zhenggai.rules.wording.time import VAGUE_LIMIT
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer

_ALL = re.compile(r"(?:以上|上述|所有|全部)(?:各项|任务|问题|事项|整改)*[^。;]{0,6}?均?由(?P<rest>[^。;]+)")
_LEADERS = ("lead_leaders", "responsible_leaders", "responsible_persons")


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """See which of leader, department and time limit are missing."""
    if not answer.measures:
        return
    missing = [*_missing_owners(answer, setting), *_missing_limit(answer)]
    if not missing:
        return
    spans = tuple(span for r in answer.responses for span in r.spans) or answer.finding.spans
    yield Hit(
        quote="；".join(f"{k}：{v}" for r in answer.responses for k, v in r.labels.items()) or answer.finding.text,
        why=f"没有写明{'、'.join(missing)}。",
        fix=f"请补写{'、'.join(missing)}；由其他条款统一规定的，写明依据。",
        findings=(answer.finding.id,),
        spans=spans,
    )


def _missing_owners(answer: Answer, setting: Setting) -> list[str]:
    fields = fields_of(answer)
    leader = any(fields.get(name) for name in _LEADERS)
    department = bool(fields.get("responsible_departments"))
    persons = fields.get("responsible_persons", ())
    department = department or any(is_department(name) for name in persons)
    if not (leader and department):
        said = owners_in(_general_clauses(setting))
        leader = leader or bool(answer.said_leaders or said.leaders)
        department = department or bool(answer.said_departments or said.departments)
    return [word for word, there in (("牵头（责任）领导", leader), ("责任部门", department)) if not there]


def _general_clauses(setting: Setting) -> Iterator[str]:
    """What the document says once for all findings: 以上各项均由…."""
    for block in setting.document.own:
        if block.owner(0).role is Role.OUTSIDE:
            yield from ("由" + found["rest"] for found in _ALL.finditer(block.text))


def _missing_limit(answer: Answer) -> list[str]:
    if any(limit.text.strip() for limit in answer.limits) or answer.measure_limits:
        return []
    if any(m.recurrences for m in answer.measures):
        return []
    if any(VAGUE_LIMIT.search(fold(m.text)) for m in answer.measures):
        return []
    return ["完成时限"]


RULE = Rule("P04", "责任要素不全", Severity.BLOCK, each_answer, check, __doc__)
