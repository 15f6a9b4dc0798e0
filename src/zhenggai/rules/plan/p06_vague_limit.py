"""时限只写“长期坚持”“尽快”一类用语，没有日期。

判定：写了时限，但其中没有一处是日期，也推算不出日期，包括还是占位符的。

例外：旁边写有日期的；写到季度、月份的；自反馈之日起若干日内的；措施里另有日期节点的；根本没有写时限的，由 P04 提示。

为什么：没有日期就没有逾期，预警、督办、销号都无从谈起。长期坚持的事项也要有阶段节点。

反例：
    问题：办公楼照明浪费，6间空房长期开灯。
    完成时限：长期坚持

    --
    问题：办公楼照明浪费，6间空房长期开灯。
    完成时限：尽快整改到位

正例：
    问题：办公楼照明浪费，6间空房长期开灯。
    完成时限：2024年6月底前完成，并长期坚持
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, each_answer
from zhenggai.rules.wording.time import VAGUE_LIMIT, is_definite
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.plan.model import Spans
    from zhenggai.rules.facts import Answer

_DATED = re.compile(r"\d{1,2}\s*(?:月|日|/|-|\.)\s*\d*|\d{4}年")


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """A limit needs a part that comes to a date."""
    limits = [limit for limit in answer.limits if limit.text.strip()]
    if not limits:
        yield from _in_measures(answer)
        return
    dated = is_definite((*limits, *answer.measure_limits), setting.document)
    unread = any(not limit.parts and _DATED.search(fold(limit.text)) for limit in limits)
    if dated or unread:
        return
    words = "；".join(limit.text for limit in limits)
    yield _hit(words, answer, tuple(span for limit in limits for span in limit.spans))


def _in_measures(answer: Answer) -> Iterator[Hit]:
    """No field at all, but a measure that says when, vaguely."""
    if answer.measure_limits:
        return
    for measure in answer.measures:
        found = VAGUE_LIMIT.search(fold(measure.text))
        if found is not None:
            yield _hit(measure.text[found.start() : found.end()], answer, measure.spans)
            return


def _hit(words: str, answer: Answer, spans: Spans) -> Hit:
    return Hit(
        quote=words,
        why=f"时限“{words}”推算不出日期，需明确。",
        fix="请写明完成日期；需要长期坚持的，写明阶段性节点的日期。",
        findings=(answer.finding.id,),
        spans=spans,
    )


RULE = Rule("P06", "时限笼统", Severity.BLOCK, each_answer, check, __doc__)
