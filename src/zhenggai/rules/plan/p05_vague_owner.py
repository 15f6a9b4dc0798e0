"""责任领导或者责任部门只写集体用语，落不到人和部门。

判定：领导栏或者责任部门栏里只有“各科室”“各村”“有关部门”“班子成员”一类集体用语。

例外：配合部门栏；旁边写明牵头人、召集人的；名称里带有这类字的具体机构（机关党委）；栏目以外的话。

为什么：人人负责等于无人负责。督办、约谈、追责都要落到具体的人和部门。

反例：
    问题：防汛物资登记不全，3类物资账物不符。
    责任部门：各村
    --
    问题：防汛物资登记不全，3类物资账物不符。
    牵头领导：班子成员

正例：
    问题：防汛物资登记不全，3类物资账物不符。
    责任部门：应急管理办公室
    配合部门：各村
    --
    问题：防汛物资登记不全，3类物资账物不符。
    责任部门：各村（应急管理办公室牵头）
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, each_answer
from zhenggai.rules.wording.owners import fields_of, is_collective
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.plan.model import Spans
    from zhenggai.rules.facts import Answer

_WORDS = {
    "lead_leaders": "牵头领导",
    "responsible_leaders": "责任领导",
    "responsible_persons": "责任人",
    "responsible_departments": "责任部门",
}


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """Look at each field by itself: one that names anybody is enough."""
    fields = fields_of(answer)
    if not fields:
        fields = {"lead_leaders": answer.said_leaders, "responsible_departments": answer.said_departments}
    for field, names in fields.items():
        if not names or not all(is_collective(name, setting.lexicon) for name in names):
            continue
        labels = {label: text for r in answer.responses for label, text in r.labels.items()}
        said = [f"{label}：{text}" for label, text in labels.items() if all(name in text for name in names)]
        if any(setting.lexicon.pattern("convenors").search(fold(text.partition("：")[2])) for text in said):
            continue
        yield Hit(
            quote=said[0] if said else "、".join(names),
            why=f"{_WORDS[field]}只写了“{'、'.join(names)}”，没有落到具体的人或者部门，需明确。",
            fix="请写明具体的领导或者部门；确由多个单位共同承担的，写明由谁牵头。",
            findings=(answer.finding.id,),
            spans=_spans(answer, setting, names),
        )


def _spans(answer: Answer, setting: Setting, names: tuple[str, ...]) -> Spans:
    spans = [span for r in answer.responses for span in r.spans]
    own = [span for span in spans if any(name in setting.document.quote(span) for name in names)]
    return tuple(own or spans)


RULE = Rule("P05", "责任主体笼统", Severity.BLOCK, each_answer, check, __doc__)
