"""以学习代替整改：问题是做错了事，措施全是学习培训。

判定：各项措施全是学习、传达、培训、讲座、研讨一类，而问题讲的不是没有学习、没有传达、培训不到位。

例外：问题本身就是没有学、没有传达的；有一项措施办了事的。

为什么：学习可以提高认识，但做错的事还在那里。反馈指出的事实要有纠正它的措施。

反例：
    问题：门卫室夜间无人值守，抽查4次有3次空岗。
    措施：①组织保安人员学习《值班管理规定》。②召开安全教育培训会1次。

正例：
    问题：门卫室夜间无人值守，抽查4次有3次空岗。
    措施：①组织保安人员学习《值班管理规定》。②对3名空岗人员扣发当月补助。
    --
    问题：上级文件精神传达不及时，4份文件没有组织学习。
    措施：补学4份文件，由办公室检查学习笔记。
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, each_answer
from zhenggai.rules.wording.acts import lacks_study, only_studies
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """Nothing but study for a finding that is not about study."""
    texts = [fold(measure.text) for measure in answer.measures]
    if not texts or not only_studies(texts, setting.lexicon) or lacks_study(fold(answer.problem), setting.lexicon):
        return
    yield Hit(
        quote=answer.measures[0].text,
        why="措施只有学习、培训一类，没有纠正反馈所指事实的内容，需补充。",
        fix="请补写纠正事实的措施：更正、清退、处理、恢复、补办等。",
        findings=(answer.finding.id,),
        spans=tuple(span for measure in answer.measures for span in measure.spans),
    )


RULE = Rule("P10", "以学习代替整改", Severity.WARN, each_answer, check, __doc__)
