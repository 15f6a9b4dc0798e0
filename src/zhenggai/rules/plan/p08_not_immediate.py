"""写了立行立改，期限却很长，或者要等以后的事才能改。

判定：时限写明立行立改、即知即改一类，同时日期晚于反馈和方案成文各30天以上（天数可在规则配置中改）；或者措施要等下一次换届、下一次考核等以后的事。

例外：反馈后30天以内的；写在总体要求、原则里的；对以前的事马上补正的。

为什么：立行立改是马上能改的。要等几个月、等下一届的，应当归为限期整改或者长期坚持，写明日期和节点。

反例：
    问题：饮水点卫生检查没有记录，3个月空白。
    完成时限：立行立改，2024年8月30日前
    --
    问题：村干部年度考核没有量化指标，5个村打分雷同。
    措施：下一次年度考核时把指标细化为10项。
    完成时限：立行立改

正例：
    问题：饮水点卫生检查没有记录，3个月空白。
    完成时限：立行立改，2024年5月31日前
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from zhenggai.deadline.kinds import AtOnce
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, each_answer
from zhenggai.rules.wording.time import dates_of, has_kind
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer

_TO_COME = re.compile(
    r"(?:下一?次|下届|下一届|下一?轮|下一?学期|下一?学年|下一?年度|下半年|来年|明年|次年|今后|以后|届满|任期(?:届)?满|到期后|将来|待[^,。;]{0,10}?(?:后|时))[^,。;]{0,14}?(?:换届|选举|改选|考核|评优|评先|评审|评议|竞聘|聘任|任期|届|招生|招聘|招标|采购|年检|体检|民主生活会|组织生活会|开学|学期|测评|述职|审计|检查|普查|培训|征兵)"
    r"|(?:换届|选举|考核|届满|开学|任期结束|合同到期)(?:时|后|前)"
)
_RECURRING = re.compile(r"年年(?:说|改|有|提)|屡改屡犯|屡查屡犯|边改边犯|反复出现|多年没有解决")


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """Where the class is immediate, neither date nor event may lie far ahead."""
    limits = (*answer.limits, *answer.measure_limits)
    labels = [v for r in answer.responses for v in r.labels.values()]
    classes = setting.lexicon.pattern("at_once")
    if not has_kind(limits, (AtOnce,)) and not any(classes.search(fold(text)) for text in labels):
        return
    reason = _far(answer, setting) or _to_come(answer)
    if reason is None:
        return
    limit = next(iter(answer.limits), None)
    yield Hit(
        quote=limit.text if limit is not None else answer.measures[0].text if answer.measures else answer.finding.text,
        why=f"写明立行立改，但{reason}，需核实整改类型。",
        fix="请改为限期整改并写明日期，或者把能马上办的写成立行立改，其余另定时限。",
        findings=(answer.finding.id,),
        spans=limit.spans if limit is not None else answer.finding.spans,
    )


def _far(answer: Answer, setting: Setting) -> str | None:
    known = [d for d in (setting.plan.feedback_date, setting.plan.plan_date) if d is not None]
    dates = [d for limit in answer.limits for d in dates_of(limit, setting.document)]
    if not known or not dates:
        return None
    days = setting.facts.profile.immediate_days
    last = max(known) + dt.timedelta(days=days)
    return f"期限超过{days}天" if max(dates) > last else None


def _to_come(answer: Answer) -> str | None:
    texts = [*(limit.text for limit in answer.limits), *(m.text for m in answer.measures)]
    for text in texts:
        found = _TO_COME.search(fold(text))
        if found is not None:
            return f"要等“{text[found.start() : found.end()]}”"
    found = _RECURRING.search(fold(answer.problem))
    return f"问题“{found[0]}”，不是一次能改好的" if found is not None else None


RULE = Rule("P08", "立行立改名不副实", Severity.WARN, each_answer, check, __doc__)
