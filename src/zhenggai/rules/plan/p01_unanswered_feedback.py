"""反馈意见中的问题，方案里没有；或者方案里的问题，反馈意见中没有。

判定：与反馈意见逐条对照，文字相近程度不到八成五（可在规则配置中改）的，算作没有对应。只有同时给出反馈意见时才检查。

例外：方案把几个问题合并，而合并后的文字包含原来的问题的；反馈意见中的条标题由下级问题分别回应的。

为什么：漏掉反馈的问题是整改中最重的一种不到位；自己添上的问题会打乱统计。

反例：
    问题：值班登记不全，3天没有签名。
    反馈：关于对青桐镇党委巡察的反馈意见
    二、存在的主要问题
    （一）履行职责方面
    1.值班登记不全，3天没有签名。
    2.公车外出没有派车单，5次外出没有登记。

正例：
    问题：值班登记不全，3天没有签名。
    问题：公车外出没有派车单，5次外出没有登记。
    其他问题：无
    反馈：关于对青桐镇党委巡察的反馈意见
    二、存在的主要问题
    （一）履行职责方面
    1.值班登记不全，3天没有签名。
    2.公车外出没有派车单，5次外出没有登记。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from zhenggai.rules.facts import Need
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Option, Rule, Setting, the_document
from zhenggai.text import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhenggai.plan.model import Plan
    from zhenggai.rules.facts import DocumentFacts

LEAST = Option("least", 0.85, "文字相近程度达到多少算对应")
_FRAME = re.compile(r"^(?:关于|针对|反馈(?:的|意见)?)|的?(?:问题|方面)?(?:的整改)?$")
_SHORTEST = 6


def check(document: DocumentFacts, setting: Setting) -> Iterator[Hit]:
    """Match the findings of the two papers with each other."""
    feedback = setting.facts.feedback
    if feedback is None:
        return
    least = 100 * setting.number("least")
    ours, theirs = _texts(document.plan), _texts(feedback)
    for finding in feedback.findings:
        if not _matches(finding.text, ours, least):
            yield Hit(
                quote=finding.text,
                why=f"反馈意见中的“{finding.text[:40]}”在方案中没有对应的问题，需核实。",
                fix="请补写这个问题和整改措施；与其他问题合并的，在方案中写明。",
            )
    for finding in document.plan.findings:
        if not _matches(finding.text, theirs, least):
            yield Hit(
                quote=finding.text,
                why="反馈意见中没有对应的问题，需核实。",
                fix="请核对反馈意见；自查发现的问题另列。",
                findings=(finding.id,),
                spans=finding.spans,
            )


def _texts(plan: Plan) -> list[str]:
    """What a problem of the other paper may be: findings, items, and an item with its findings."""
    found = [_bare(f.text) for f in plan.findings]
    for item in plan.items:
        below = [f.text for f in plan.findings if f.item == item.id]
        found += [_bare(item.title), _bare(item.title + "".join(below))]
    return [text for text in dict.fromkeys(found) if text]


def _bare(text: str) -> str:
    return compact(_FRAME.sub("", text.strip("。；;，, “”")))


def _matches(text: str, others: Iterable[str], least: float) -> bool:
    bare = _bare(text)
    for other in others:
        if fuzz.ratio(bare, other, score_cutoff=least):
            return True
        shorter = min(len(bare), len(other))
        if shorter >= _SHORTEST and fuzz.partial_ratio(bare, other, score_cutoff=max(least, 90)):
            return True
    return False


RULE = Rule(
    "P01",
    "反馈问题漏项",
    Severity.BLOCK,
    the_document,
    check,
    __doc__,
    needs=frozenset({Need.PLAN, Need.FEEDBACK}),
    options=(LEAST,),
)
