"""主要负责人没有领办一个问题，或者一名领导领办了过半的问题。

判定：领导小组组长（没有写明的，看牵头领导栏中的书记、校长、局长等）没有牵头任何一个问题；或者一名领导牵头的问题超过一半（可在规则配置中改）。

例外：恰好一半的；主要负责人领办一个就够；督查组组长不领办问题是应当的。

为什么：主要负责人是整改第一责任人，应当带头领办。问题压在一人身上，其他班子成员就没有担起责任。

反例：
    问题：食堂进货台账不全，5次进货没有票据。
    牵头领导：周望舒
    问题：水电抄表不准，3块表没有校验。
    牵头领导：周望舒
    问题：公章使用没有登记，8次用章没有签字。
    牵头领导：周望舒
    问题：图书借阅没有登记，20册去向不明。
    牵头领导：沈知行
    其他问题：无

正例：
    问题：食堂进货台账不全，5次进货没有票据。
    牵头领导：周望舒
    问题：水电抄表不准，3块表没有校验。
    牵头领导：周望舒
    问题：公章使用没有登记，8次用章没有签字。
    牵头领导：林清越
    问题：图书借阅没有登记，20册去向不明。
    牵头领导：沈知行
    其他问题：无
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Option, Rule, Setting, the_document
from zhenggai.rules.wording.owners import is_collective, is_department, is_name, person, principals, same_person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import DocumentFacts

MOST = Option("most", 0.5, "一名领导最多领办多大的份额")
LEAST_FINDINGS = Option("least_findings", 4, "少于几个问题的方案不看")


def check(document: DocumentFacts, setting: Setting) -> Iterator[Hit]:
    """Count what everybody leads."""
    led = [_leaders(answer.leaders, setting) for answer in document.answers]
    total = len(led)
    if total < setting.number("least_findings") or not any(led):
        return
    reasons = [*_absent(document, led, setting), *_crowded(led, total, setting)]
    if not reasons:
        return
    yield Hit(
        quote="；".join(quote for quote, _ in reasons),
        why="；".join(why for _, why in reasons) + "，需核实分工。",
        fix="请由主要负责人领办重点难点问题，并在班子成员之间合理分工。",
    )


def _leaders(tokens: tuple[str, ...], setting: Setting) -> list[str]:
    named = (t for t in tokens if not is_collective(t, setting.lexicon) and not is_department(t))
    return list(dict.fromkeys(named))


def _absent(document: DocumentFacts, led: list[list[str]], setting: Setting) -> Iterator[tuple[str, str]]:
    heads = [head for head in principals(document, setting.lexicon) if is_name(person(head))]
    if not heads:
        return
    tokens = [token for leaders in led for token in leaders]
    if not any(same_person(head, token) or head == token for head in heads for token in tokens):
        yield "、".join(heads), f"主要负责人（{'、'.join(person(h) for h in heads)}）没有牵头任何问题"


def _crowded(led: list[list[str]], total: int, setting: Setting) -> Iterator[tuple[str, str]]:
    counts = Counter(name for leaders in led for token in leaders if is_name(name := person(token)))
    for name, count in counts.most_common(1):
        if count > total * setting.number("most") and len(counts) > 1:
            yield f"牵头领导：{name}", f"{name}牵头{count}个问题，超过全部{total}个的一半"


RULE = Rule("P19", "领办分工不当", Severity.WARN, the_document, check, __doc__, options=(MOST, LEAST_FINDINGS))
