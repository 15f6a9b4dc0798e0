"""共性问题只改了一件，没有举一反三。

判定：问题写明是普遍的、多处的、制度性的（普遍、均、都、多个、部分单位、制度不健全等），而措施没有排查同类问题的内容（举一反三、全面排查、逐一、全部、各……）。

例外：措施已经覆盖全部对象的；个别的、一次的问题。

为什么：反馈指出的往往是抽查到的几处。只改抽查到的，没查到的还在。

反例：
    问题：村级账目普遍混乱，抽查的4个村均有白条。
    措施：更换其中1个村的报账员。

正例：
    问题：村级账目普遍混乱，抽查的4个村均有白条。
    措施：对全镇17个村的账目全面排查，白条逐张处理。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Option, Rule, Setting, each_answer
from zhenggai.rules.wording.lexicon import any_of
from zhenggai.rules.wording.merging import MERGED
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer

GENERAL = Option(
    "general",
    (
        "普遍",
        "均有",
        "均未",
        "均没有",
        "都没有",
        "多个单位",
        "多数",
        "大部分",
        "部分单位",
        "部分村",
        "制度不健全",
        "制度缺失",
        "不同程度",
        "共性",
    ),
    "说明问题不止一处的用语",
)
ALIKE = Option(
    "alike",
    (
        "举一反三",
        "排查",
        "逐一",
        "逐个",
        "逐户",
        "逐村",
        "逐项",
        "逐人",
        "逐笔",
        "逐家",
        "全部",
        "全面",
        "所有",
        "全覆盖",
        "普查",
        "自查",
        "同类",
        "各村",
        "各科室",
        "各单位",
        "各部门",
        "全镇",
        "全校",
        "全院",
        "全局",
        "全县",
        "全市",
    ),
    "说明措施顾及同类问题的用语",
)
_COUNTED = re.compile(r"\d+(?=[\u4e00-\u9fff])")


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """A finding of many places needs a measure for them all."""
    problem = fold(answer.problem)
    general = any_of(setting.words("general")).search(problem)
    text = fold("".join(measure.text for measure in answer.measures))
    if general is None or not text or MERGED.search(text):
        return
    if any_of(setting.words("alike")).search(text) or set(_COUNTED.findall(problem)) & set(_COUNTED.findall(text)):
        return
    yield Hit(
        quote=answer.measures[0].text,
        why=f"问题写明“{general[0]}”，措施没有顾及同类问题，需说明。",
        fix="请补写对同类问题的排查和处理。",
        findings=(answer.finding.id,),
        spans=tuple(span for measure in answer.measures for span in measure.spans),
    )


RULE = Rule("P26", "没有举一反三", Severity.INFO, each_answer, check, __doc__, options=(GENERAL, ALIKE))
