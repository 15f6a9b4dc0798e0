"""措施空泛：没有具体动作，也没有可以核对的东西。

判定：一个问题的各项措施里，没有一项有具体动作（修订、清退、约谈、拆除等），也没有可以核对的对象（《》名称、数量、日期）。“加强培训”“强化检查”中的动作只是空泛动词的宾语，不算。

例外：有一项具体的就够；写明对象的简短措施（撤销该账户）；措施以外的话。

为什么：空泛的措施放在哪个问题上都合适，检查时无从对照，销号时也拿不出佐证。

反例：
    问题：群众来访接待不热情，全年被投诉9次。
    措施：切实提高思想认识，进一步转变工作作风，不断加强队伍建设，努力提升服务水平。

正例：
    问题：群众来访接待不热情，全年被投诉9次。
    措施：对被投诉的窗口人员逐一约谈。
    --
    问题：违规开设的账户没有处理。
    措施：撤销该账户。
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, each_answer
from zhenggai.rules.wording.acts import is_concrete
from zhenggai.rules.wording.merging import MERGED
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """One concrete measure is enough."""
    texts = [fold(measure.text) for measure in answer.measures]
    if not texts or any(is_concrete(text, setting.lexicon) for text in texts):
        return
    if any(MERGED.search(text) for text in texts):
        return
    yield Hit(
        quote=answer.measures[0].text,
        why="措施中没有具体动作，也没有数量、名称、日期等可以核对的内容，需细化。",
        fix="请写明做什么、做到什么程度、凭什么验收。",
        findings=(answer.finding.id,),
        spans=tuple(span for measure in answer.measures for span in measure.spans),
    )


RULE = Rule("P09", "措施空泛", Severity.WARN, each_answer, check, __doc__)
