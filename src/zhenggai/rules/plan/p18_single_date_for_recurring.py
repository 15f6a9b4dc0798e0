"""措施是每月、每季度要做的事，时限却只有一个日期。

判定：措施中有周期性的任务（每周、每月、每季度、每学期等），而时限只有一个日期。

例外：写明并长期坚持的；先定首次日期、此后每月的；写明起止时间的；“每名”“每个”不是周期；问题、组织保障里的周期。

为什么：到了那一天只能证明做过一次。周期性任务要么写明长期坚持，要么写明起止，按期留下记录。

反例：
    问题：冷库温度没有记录，2023年缺少7个月的记录。
    措施：仓管员每月核对温度记录1次。
    完成时限：2024年8月31日前

正例：
    问题：冷库温度没有记录，2023年缺少7个月的记录。
    措施：仓管员每月核对温度记录1次。
    完成时限：2024年8月31日前，并长期坚持
    --
    问题：冷库温度没有记录，2023年缺少7个月的记录。
    措施：为每个冷库配备温度计1支。
    完成时限：2024年8月31日前
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.deadline.kinds import By, Within
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, each_answer
from zhenggai.rules.wording.time import parts_of
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer

_GOES_ON = re.compile(
    r"长期|坚持|持续|此后|之后|以后|常态|往后|其后|随后每|起[,]?(?:每|按|逐)|至\d{1,4}[年月日]|直至|直到|期间|为期|连续\d|连续[一二三四五六]|共\d+次|不间断|每年\d|首次|第一次|首轮"
)
_PERIODIC = re.compile(
    r"每(?![个名人户家处村校台间位条项份所科班组件套次栋辆座床例笔])|按(?:月|周|季|旬|日|半月|半年|学期|年度?)|逐[月季周]|[月季周日年](?:不少于|至少)|[一1](?:年|个?季度|个?月|周|学期|旬)[^,。;]{0,6}(?:次|期|场|轮)"
)


def check(answer: Answer, _setting: Setting) -> Iterator[Hit]:
    """A recurring measure under a limit of one single date."""
    recurring = [m for m in answer.measures if m.recurrences]
    parts = list(parts_of(answer.limits))
    if not recurring or len(parts) != 1 or not isinstance(parts[0], By | Within):
        return
    words = [fold(limit.text) for limit in answer.limits]
    if any(_GOES_ON.search(text) for text in words):
        return
    for measure in recurring:
        text = fold(measure.text)
        if _GOES_ON.search(text) or _PERIODIC.search(text) is None:
            continue
        yield Hit(
            quote=measure.text,
            why=f"措施是周期性的，时限只有“{answer.limits[0].text}”一个日期，需核实。",
            fix="请写明“并长期坚持”，或者写明从何时到何时。",
            findings=(answer.finding.id,),
            spans=(*measure.spans, *answer.limits[0].spans),
        )
        return


RULE = Rule("P18", "周期任务只有一个日期", Severity.WARN, each_answer, check, __doc__)
