"""时限早于方案或者反馈，或者晚于整改期限。

判定：完成时限早于方案成文日期或者反馈日期；或者晚于文件自述的整改期限的最后一天。

例外：写明长期坚持并有阶段日期的；台账中早于填报日期的；写明已经批准延期的；恰为最后一天的；措施中不是时限的日期。

为什么：早于方案的时限一定下就已逾期；晚于整改期限的要有批准手续，否则到期时无法报告完成。

反例：
    问题：水费收缴台账不全，11户没有登记。
    完成时限：2024年12月31日前
    --
    问题：水费收缴台账不全，11户没有登记。
    完成时限：2024年4月5日前

正例：
    问题：水费收缴台账不全，11户没有登记。
    完成时限：2024年10月10日前
    --
    问题：水费收缴台账不全，11户没有登记。
    完成时限：长期坚持，2024年9月30日前登记11户，2025年3月31日前复核一遍
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.deadline.kinds import Ongoing
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, each_answer
from zhenggai.rules.wording.time import dates_of, has_kind
from zhenggai.text import day_words, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.plan.model import TimeLimit
    from zhenggai.rules.facts import Answer

_APPROVED = re.compile(
    r"(?:批准|同意|批复|审批|备案)[^。;]{0,12}延(?:期|长)|延(?:期|长)[^。;]{0,16}(?:批准|同意|批复|备案)|经[^。;]{0,16}(?:批准|同意)"
)
_LIMIT_IN_MEASURE = re.compile(r"(?:前|底|内|之前)$")


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """Compare each date of the limits with the bounds that the document gives."""
    words = " ".join([*(v for r in answer.responses for v in r.labels.values()), *(m.text for m in answer.measures)])
    if _APPROVED.search(fold(words)):
        return
    ongoing = has_kind(answer.limits, (Ongoing,)) or "长期坚持" in words
    for limit in (*answer.limits, *_limits_in_measures(answer, setting)):
        fault = _fault(limit, setting, ongoing=ongoing)
        if fault is None:
            continue
        yield Hit(
            quote=limit.text,
            why=f"时限“{limit.text}”{fault}，需核实。",
            fix="请核对日期；确需超出整改期限的，先办理批准手续并在方案中写明。",
            findings=(answer.finding.id,),
            spans=limit.spans,
        )
        return


def _limits_in_measures(answer: Answer, setting: Setting) -> Iterator[TimeLimit]:
    """The dates in measures that are limits, and not of what happened before."""
    feedback = setting.plan.feedback_date
    for limit in answer.measure_limits:
        dates = dates_of(limit, setting.document)
        past = feedback is not None and any(date < feedback for date in dates)
        if not past and _LIMIT_IN_MEASURE.search(fold(limit.text)):
            yield limit


def _fault(limit: TimeLimit, setting: Setting, *, ongoing: bool) -> str | None:
    dates = dates_of(limit, setting.document)
    if not dates:
        return None
    plan, end = setting.plan, setting.document.period_end
    first = min(dates)
    if plan.kind == "plan" and plan.plan_date is not None and first < plan.plan_date:
        return f"早于方案成文日期{day_words(plan.plan_date)}"
    if plan.feedback_date is not None and first < plan.feedback_date:
        return f"早于反馈日期{day_words(plan.feedback_date)}"
    if end is not None and max(dates) > end and not ongoing:
        return f"晚于整改期限的最后一天{day_words(end)}"
    return None


RULE = Rule("P07", "时限超出范围", Severity.BLOCK, each_answer, check, __doc__)
