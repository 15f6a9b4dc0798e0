"""反馈的问题没有整改措施。

判定：一个具体问题没有任何整改措施，包括措施栏空着、只有横线。

例外：与相邻问题共用一段措施的；写明与第几项合并整改的；措施标为“整改举措”“措施”或者没有标签的。

为什么：反馈的每个问题都要有回应。没有措施的问题无从检查落实，也无法销号。

反例：
    问题：阅览室开放时间不足，每天只开放2小时。
    措施：

正例：
    问题：阅览室开放时间不足，每天只开放2小时。
    措施：阅览室每天延长开放3小时，开放时间在门口公布。
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, each_answer
from zhenggai.rules.wording.merging import MERGED
from zhenggai.text import compact, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer

_NOTHING = {"无", "略", "暂无", "没有", "待定"}


def check(answer: Answer, _setting: Setting) -> Iterator[Hit]:
    """A finding needs one measure that says anything."""
    said = [compact(m.text) for m in answer.measures]
    if any(text and text not in _NOTHING for text in said):
        return
    words = [answer.finding.text, *(v for r in answer.responses for v in r.labels.values())]
    if any(MERGED.search(fold(text)) for text in words) or any(r.progress for r in answer.responses):
        return
    yield Hit(
        quote=answer.finding.text,
        why="这个问题没有对应的整改措施。",
        fix="请补写整改措施；确与其他问题合并整改的，写明“与第×项合并整改”。",
        findings=(answer.finding.id,),
        spans=answer.finding.spans,
    )


RULE = Rule("P03", "没有整改措施", Severity.BLOCK, each_answer, check, __doc__)
