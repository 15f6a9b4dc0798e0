"""自己查自己：验收部门就是责任部门，或者督查组组长又是牵头领导。

判定：一个问题的验收（复查、销号）部门同时是它的责任部门；组织保障中写明由某部门核验，该部门又承担整改；督查组组长牵头了问题。

例外：验收部门与责任部门不同的；措施里对货物、工程的验收。

为什么：验收的人就是做事的人，上报即销号就没有人挡得住。

反例：
    问题：药品效期管理混乱，17盒药品过期。
    责任部门：药剂科
    验收部门：药剂科

正例：
    问题：药品效期管理混乱，17盒药品过期。
    责任部门：药剂科
    验收部门：质控科
    --
    问题：药品效期管理混乱，17盒药品过期。
    措施：清点并销毁17盒药品，新购药品由药剂科逐盒验收。
    责任部门：药剂科
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Role
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, at, the_document
from zhenggai.rules.wording.owners import is_name, person, same_person
from zhenggai.text import compact, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer, DocumentFacts, TextBlock

FIX = "请改由其他部门验收、其他领导督查；人员确实不够的，写明回避办法。"
_SUPERVISION = re.compile(
    r"(?:督查|督导|监督检查|监督|督办|督察)(?:工作)?(?:小)?组(?P<rest>[,(]?(?:组长|由)[^。;]{0,40}|[^。;,]{0,40})"
)
_HEAD_OF_IT = re.compile(r"(?<!副)组长|负责|牵头|任|为")
_VERIFIED = re.compile(
    r"由(?P<who>[^,。;由]{2,16}?)(?:对[^,。;]{0,20})?(?:逐项|逐条|逐一|统一|具体|负责|牵头|组织)*(?:核验|核查|验收|复查|复核|审核)(?!人员)"
)
_VERIFIES = re.compile("验收|复查|复核|核查|核验|销号|审核")
"""The label of whoever verifies."""
_RESULT = re.compile(r"整改(?:结果|完成情况|情况|成效|落实|质量|任务)|销号|各项整改")


def check(document: DocumentFacts, setting: Setting) -> Iterator[Hit]:
    """Compare who acts with who verifies."""
    for answer in document.answers:
        yield from _own_verifier(answer)
    for block in document.own:
        if block.owner(0).role is Role.OUTSIDE:
            yield from _supervision(block, document)
            yield from _verified_by_actor(block, document)
    yield from _supervision_groups(document, setting)


def _own_verifier(answer: Answer) -> Iterator[Hit]:
    for response in answer.responses:
        acting = {compact(name) for name in response.responsible_departments}
        both = [name for name in response.verifying_departments if compact(name) in acting]
        verifiers = [v for k, v in response.labels.items() if _VERIFIES.search(k)]
        both += [v for text in verifiers for v in re.split("[、,，]", text) if compact(v) and compact(v) in acting]
        persons = [*response.responsible_persons, *response.responsible_leaders, *response.lead_leaders]
        both += [v for v in verifiers if any(len(person(p)) > 1 and person(v) == person(p) for p in persons)]
        if both:
            yield Hit(
                quote="；".join(f"{k}：{v}" for k, v in response.labels.items() if any(b in v for b in both))
                or both[0],
                why=f"“{both[0]}”既负责整改又负责验收，需核实。",
                fix=FIX,
                findings=(answer.finding.id,),
                spans=response.spans,
            )
            return


def _leads(document: DocumentFacts, text: str) -> str | None:
    """The lead leader whose name stands in the text."""
    for answer in document.answers:
        for token in answer.leaders:
            name = person(token)
            if is_name(name) and name in text:
                return name
    return None


def _supervision(block: TextBlock, document: DocumentFacts) -> Iterator[Hit]:
    for found in _SUPERVISION.finditer(block.text):
        rest = re.split(r"副组长|,(?!组长|由)", found["rest"].lstrip(",("))[0]
        name = _leads(document, rest) if _HEAD_OF_IT.search(rest) else None
        if name is not None:
            _, spans, quote = at(block, found.start(), found.end())
            yield Hit(quote, f"督查组由{name}负责，{name}又牵头了问题，需核实。", FIX, spans=spans)
            return


def _supervision_groups(document: DocumentFacts, _setting: Setting) -> Iterator[Hit]:
    for group in document.plan.groups:
        if not re.search("督查|督导|监督|督办", group.name):
            continue
        name = _leads(document, fold(" ".join(group.leader)))
        if name is not None and any(same_person(name, token) for token in group.leader):
            yield Hit(
                f"{group.name}组长：{'、'.join(group.leader)}",
                f"{group.name}由{name}负责，{name}又牵头了问题，需核实。",
                FIX,
                spans=group.spans[:1],
            )


def _verified_by_actor(block: TextBlock, document: DocumentFacts) -> Iterator[Hit]:
    for found in _VERIFIED.finditer(block.text):
        sentence = block.text[block.text.rfind("。", 0, found.start()) + 1 : found.end() + 12]
        if _RESULT.search(sentence) is None:
            continue
        who = compact(found["who"])
        acting = {compact(d) for a in document.answers for r in a.responses for d in r.responsible_departments}
        if who in acting:
            _, spans, quote = at(block, found.start(), found.end())
            yield Hit(quote, f"整改结果由“{found['who']}”核验，它自己也承担整改，需核实。", FIX, spans=spans)


RULE = Rule("P20", "自己查自己", Severity.BLOCK, the_document, check, __doc__)
