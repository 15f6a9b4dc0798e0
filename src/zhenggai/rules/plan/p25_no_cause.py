"""方案没有分析问题产生的原因。

判定：没有一个问题写有原因，全文也没有原因分析、根源剖析一节。全文一个结果。

例外：规则配置停用这条规则的；在其他部分集中分析原因的。

为什么：不问原因，只能就事论事。制度和管理上的漏洞留着，问题会再来。

反例：
    问题：值班登记不全，3天没有签名。

正例：
    指导思想：经分析，产生问题的原因主要是分工不清、检查不够。逐条改到位。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Role
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, the_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import DocumentFacts

_CAUSE = re.compile(
    r"原因(?:分析|剖析|主要|在于|是|:)|成因|根源(?:分析|剖析|在于|:)|剖析(?:问题)?(?:原因|根源)|产生问题的原因"
)


def check(document: DocumentFacts, _setting: Setting) -> Iterator[Hit]:
    """Look for causes in the findings, then in the document as a whole."""
    if any(finding.cause for finding in document.plan.findings):
        return
    if any(_CAUSE.search(b.text) for b in document.own if b.owner(0).role in {Role.OUTSIDE, Role.HEADING, Role.FIELD}):
        return
    yield Hit(
        quote=document.plan.title or document.plan.source.name,
        why="方案没有分析问题产生的原因。",
        fix="请逐个问题或者集中写明原因；不要求写的，可在规则配置中停用这条规则。",
    )


RULE = Rule("P25", "没有原因分析", Severity.INFO, the_document, check, __doc__)
