"""整改方案缺少必备的要素。

判定：巡视巡察整改方案中没有：领导小组、办公室、督查组、有日期的阶段、专题民主生活会的日期（“适时”不算）、两个报告、公开、追责、满意度测评或者成效评估。全文一个结果，列出所缺。

例外：用其他说法写明的，写在附件里的；审计整改方案。

为什么：这些是整改方案应当写明的组织安排。缺了，后面的会议、报告、公开就没有依据。

反例：
    进度：2024年5月16日至10月10日为整改阶段，适时召开专题民主生活会。

正例：
    进度：2024年5月16日至9月30日为整改阶段，8月20日前召开专题民主生活会。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Role
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Option, Rule, Setting, at, the_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.plan.model import Spans
    from zhenggai.rules.facts import DocumentFacts

WAIVED = Option("waived", (), "不要求的要素（用要素的名称）")
_DATE = r"\d{1,2}\s*月|\d{1,2}日|\d{4}[-./]\d|季度|\d+(?:个)?(?:工作)?日内|月底|月内"
_STAGE = re.compile(
    rf"(?:{_DATE})[^。;\n]{{0,30}}(?:至|到|-|~|起)[^。;\n]{{0,40}}(?:阶段|部署|动员|整改|总结|巩固|攻坚|自查|评估)|(?:阶段|部署|整改|总结|巩固)[^。;\n]{{0,16}}(?:{_DATE})[^。;\n]{{0,20}}(?:至|到|-|~)"
)
_ELEMENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("领导小组", re.compile(r"(?:领导|工作|整改)小组|整改专班|工作专班|领导机构")),
    (
        "办公室",
        re.compile(
            r"(?:下设|设立|设|小组|整改|巡改)[^。;]{0,12}办公室|办公室(?:设在|设于|主任)|整改办|巡改办|日常工作由"
        ),
    ),
    (
        "督查组",
        re.compile(r"(?:督查|督导|监督检查|监督|督办|督察|检查)(?:工作)?(?:小)?(?:组|专班)|督查机构|督查工作机构"),
    ),
    (
        "两个报告",
        re.compile(
            r"两个报告|两份报告|(?:书记|主要负责人|校长|院长|局长|董事长|第一责任人)[^。;]{0,16}(?:组织)?[^。;]{0,6}(?:落实|整改)[^。;]{0,12}报告"
        ),
    ),
    (
        "公开",
        re.compile(
            r"公开|公布|公示|(?:党内|内部|系统内|全[校院局镇乡县区市]|一定范围)[^。;]{0,6}通报|通报[^。;]{0,6}(?:整改|进展|结果)"
        ),
    ),
    ("追责", re.compile(r"追责|问责|追究|责任追究|严肃处理|约谈")),
    ("满意度测评或者成效评估", re.compile(r"满意度|测评|评估|评议|问卷|评价")),
)
_LIFE_MEETING = re.compile(r"民主生活会")


def check(document: DocumentFacts, setting: Setting) -> Iterator[Hit]:
    """Look for each element anywhere in the document."""
    plan = document.plan
    title = plan.title or ""
    if plan.kind != "plan" or (re.search("审计", title) and not re.search("巡视|巡察", title)):
        return
    if setting.facts.profile.source == "audit" and not re.search("巡视|巡察", title):
        return
    text = "\n".join(block.text for block in document.own if block.owner(0).role is Role.OUTSIDE)
    missing = [name for name, pattern in _ELEMENTS if pattern.search(text) is None]
    if not (any(p.start and p.end and "集中整改期" not in p.title for p in plan.phases) or _STAGE.search(text)):
        missing.append("有日期的阶段")
    if not _has_dated_life_meeting(text):
        missing.append("专题民主生活会的日期")
    missing = [name for name in missing if name not in setting.words("waived")]
    if missing:
        yield _hit(missing, document)


def _has_dated_life_meeting(text: str) -> bool:
    for found in _LIFE_MEETING.finditer(text):
        start = max(text.rfind(c, 0, found.start()) for c in "。;\n") + 1
        end = min((p for p in (text.find(c, found.end()) for c in "。;\n") if p >= 0), default=len(text))
        sentence = text[start:end]
        near = sentence[max(0, found.start() - start - 40) : found.end() - start + 24]
        clause = re.split(r",", sentence[: found.start() - start])[-1]
        if re.search("适时|视情|择机|按要求|条件成熟", clause):
            continue
        if re.search(_DATE, near):
            return True
    return False


def _hit(missing: list[str], document: DocumentFacts) -> Hit:
    spans: Spans = ()
    quote = document.plan.title or document.plan.source.name
    if "专题民主生活会的日期" in missing:
        for block in document.own:
            found = re.search(r"[^,。;\n]{0,10}民主生活会", block.text)
            if found is not None and not block.owner(found.start()).findings:
                _, spans, quote = at(block, found.start(), found.end())
                break
    return Hit(
        quote=quote,
        why=f"方案中没有写明：{'、'.join(missing)}。",
        fix="请补写所缺的要素；已在其他文件中规定的，写明文件名称。",
        spans=spans,
    )


RULE = Rule("P21", "方案要素不全", Severity.WARN, the_document, check, __doc__, options=(WAIVED,))
