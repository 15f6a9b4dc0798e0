"""措施说的是另一件事。

判定：按主题词表，问题和措施各有主题，而没有一个相同；并且措施没有重复问题中的任何数量或者名称。

例外：问题或者措施看不出主题的；措施触及问题事实的。

为什么：措施贴错了问题，两个问题都没有着落。

反例：
    问题：灭火器过期，消防通道堆放杂物。
    措施：规范党费收缴，按月登记党支部党费。

正例：
    问题：灭火器过期，消防通道堆放杂物。
    措施：更换灭火器，清空消防通道。
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, each_answer
from zhenggai.rules.wording.acts import OBJECT
from zhenggai.rules.wording.lexicon import any_of
from zhenggai.rules.wording.merging import MERGED
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer
    from zhenggai.rules.wording.lexicon import Lexicon


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """Compare the topics of the finding with those of its measures."""
    problem = fold(answer.problem)
    text = fold("".join(measure.text for measure in answer.measures))
    ours, theirs = _topics(problem, setting.lexicon), _topics(text, setting.lexicon)
    if not ours or not theirs or ours & theirs or MERGED.search(text):
        return
    if any(found[0] in text for found in OBJECT.finditer(problem)):
        return
    yield Hit(
        quote=answer.measures[0].text,
        why=f"问题的主题是{'、'.join(sorted(ours))}，措施的主题是{'、'.join(sorted(theirs))}，需核实是否对应。",
        fix="请核对措施是否写错了位置。",
        findings=(answer.finding.id,),
        spans=tuple(span for measure in answer.measures for span in measure.spans),
    )


def _topics(text: str, lexicon: Lexicon) -> set[str]:
    return {topic for topic, words in lexicon.topics.items() if any_of(words).search(text)}


RULE = Rule("P14", "措施与问题不对应", Severity.INFO, each_answer, check, __doc__)
