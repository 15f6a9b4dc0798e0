"""涉及应当退回、收回的钱，措施没有写退回的金额和日期。

判定：问题写明违规发放、多付、重复支付、应收未收、应退未退等钱款，而没有一项措施写明清退（追缴、收回、上缴等）、金额和日期。时限栏的日期也算日期。

例外：反馈前已经退回并有凭证的；没有人应当退回的钱（未公示、未编预算、未入账、未经审批）。

为什么：只定制度、不退钱，事实没有改变。退回要写清多少、什么时候、退到哪里，才能用凭证核对。

反例：
    问题：2023年向2名已退休人员多发补助0.84万元。
    措施：印发《补助发放审核办法》，逐月核对人员名册。

正例：
    问题：2023年向2名已退休人员多发补助0.84万元。
    措施：2024年6月30日前追回0.84万元，缴入镇财政专户。
    --
    问题：2023年有3笔办公费没有编入预算，共1.1万元。
    措施：将3笔支出补报镇人大备案。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, each_answer
from zhenggai.rules.wording import money
from zhenggai.rules.wording.time import dates_of
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer

_DATE = re.compile(
    r"\d{1,2}月(?:\d{1,2}日|底|上旬|中旬|下旬|份|前|内)|\d{4}年(?:底|\d)|第[一二三四1-4]季度|\d{4}[-./]\d{1,2}"
)


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """Where money is owed, one measure must return it: act, amount, date."""
    words = money.owed(fold(answer.finding.text), setting.lexicon)
    if words is None:
        return
    texts = [fold(measure.text) for measure in answer.measures]
    if money.returned_before([fold(answer.problem), *texts], setting.lexicon):
        return
    limits = (*answer.limits, *answer.measure_limits)
    dated = any(dates_of(limit, setting.document) for limit in limits) or any(_DATE.search(text) for text in texts)
    returned = any(money.returns(text, setting.lexicon) for text in texts)
    if returned and dated:
        return
    lacking = "退回、收回的日期" if returned else "退回、收回的金额和日期"
    yield Hit(
        quote=words,
        why=f"问题涉及“{words}”，措施没有写明{lacking}，需说明。",
        fix="请写明何时退回（收回、上缴）多少、退到哪里；反馈前已经退回的，写明日期和凭证。",
        findings=(answer.finding.id,),
        spans=answer.finding.spans,
    )


RULE = Rule("P12", "应退的钱没有退", Severity.BLOCK, each_answer, check, __doc__)
