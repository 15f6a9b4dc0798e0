"""文字差错：重复的词、“消号”、不成对的括号、①②跳号。

判定：词语连写两遍；“向”后面没有对象（巡察组向反馈）；“销号”写成“消号”，巡察写成巡查组；括号、书名号不成对；措施的①②跳号、重号。

例外：叠词（件件、研究研究）；两个词碰在一起（部门负责人）；人名；本来意义上的巡查。

为什么：差错多，说明没有校对，也会使对照检索落空。

反例：
    措施：对6份登记表逐份逐份更正更正，由经手人签字后归档。
    --
    措施：①更正6份登记表。③由经手人签字。

正例：
    措施：①更正6份登记表。②由督查组组长签字。
    --
    措施：护林员每天巡查林区，记录由站长签字，件件有回音。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Need, Role
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, at, the_document
from zhenggai.rules.wording.brackets import unmatched
from zhenggai.text import circled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import DocumentFacts, TextBlock
    from zhenggai.rules.wording.lexicon import Lexicon

_DOUBLED = re.compile(r"(?P<word>[\u4e00-\u9fff]{2,6})(?P=word)")
_REPEATED_BODY = re.compile(r"([\u4e00-\u9fff]{2})[组会队]\1")
"""A body named after what it does, and then doing it: 巡察组巡察, 督查组督查."""
_PARTICLE = re.compile(r"(?<!目)的的(?!确)|及及|与与|把把|被被|(?<![不了])了了(?![不然])|，，|、、|。。|；；|,,|;;")
_WRONG = re.compile(r"消号(?!人)")
_NO_OBJECT = re.compile(r"[组委办局]向(?=反馈|汇报|通报|报告|报送)")
_WRONG_OFFICE = re.compile(r"(?:省|市|县|区|委|第.)巡查(?:组|办|反馈|整改|意见)|巡查(?:组反馈|反馈意见|整改)")
_CIRCLED = re.compile(r"[①-⑳㉑-㉟㊱-㊿]")
_ACTS = frozenset({Role.MEASURE, Role.PROGRESS, Role.FIELD})
FIX = "请改正并通读全文。"


def check(document: DocumentFacts, setting: Setting) -> Iterator[Hit]:
    """Look at each block for slips of the pen."""
    last: dict[tuple[str, ...], int] = {}
    inspection = "巡察" in "".join(block.text for block in document.own)
    for block in document.own:
        yield from _doubled(block, setting.lexicon)
        yield from _wrong_words(block, inspection=inspection)
        yield from _numbers(block, last)
    for block, position in unmatched(document.own):
        findings, spans, _ = at(block, position, position + 1)
        quote = block.raw[max(0, position - 8) : position + 9]
        yield Hit(quote, f"“{block.raw[position]}”不成对。", FIX, findings=findings, spans=spans)


def _doubled(block: TextBlock, lexicon: Lexicon) -> Iterator[Hit]:
    for found in (*_DOUBLED.finditer(block.text), *_PARTICLE.finditer(block.text)):
        if _REPEATED_BODY.search(found[0]):
            continue
        word = found.groupdict().get("word", "")
        if word and (_is_natural(word, lexicon) or _meet_by_chance(block.text, found.end(), lexicon)):
            continue
        findings, spans, quote = at(block, found.start(), found.end())
        yield Hit(quote, f"“{quote}”疑似重复，需核对。", FIX, findings=findings, spans=spans)


def _is_natural(word: str, lexicon: Lexicon) -> bool:
    if word in lexicon.words("natural_doubles") or len(set(word)) == 1:
        return True
    return len(word) == 2 and word[0] in "一逐"


def _meet_by_chance(text: str, end: int, lexicon: Lexicon) -> bool:
    return lexicon.pattern("compound_ends").match(text, end) is not None


def _wrong_words(block: TextBlock, *, inspection: bool) -> Iterator[Hit]:
    for found in _WRONG.finditer(block.text):
        findings, spans, _ = at(block, found.start(), found.end())
        quote = block.raw[max(0, found.start() - 2) : found.end()]
        yield Hit(quote, "“消号”应为“销号”。", FIX, findings=findings, spans=spans)
    for found in _NO_OBJECT.finditer(block.text):
        findings, spans, _ = at(block, found.start(), found.end())
        quote = block.raw[found.start() : found.end() + 4]
        yield Hit(quote, f"“{quote}”在“向”后面疑似缺字，需核对。", FIX, findings=findings, spans=spans)
    for found in _WRONG_OFFICE.finditer(block.text) if inspection else ():
        findings, spans, quote = at(block, found.start(), found.end())
        yield Hit(quote, "“巡查”疑为“巡察”，需核对。", FIX, findings=findings, spans=spans)


def _numbers(block: TextBlock, last: dict[tuple[str, ...], int]) -> Iterator[Hit]:
    """Gaps and repeats of ①② where they number measures; `last` holds the latest number by findings."""
    for found in _CIRCLED.finditer(block.text):
        owner = block.owner(found.end())
        if owner.role not in _ACTS:
            continue
        value = circled(found[0]) or 0
        before = last.get(owner.findings, 0)
        last[owner.findings] = value
        if value in (before + 1, 1) and value != before:
            continue
        findings, spans, _ = at(block, found.end(), found.end())
        quote = block.raw[found.start() : found.start() + 16]
        yield Hit(quote, f"“{found[0]}”前面应为第{before + 1}项，编号不连续。", FIX, findings=findings, spans=spans)


RULE = Rule("P24", "文字差错", Severity.INFO, the_document, check, __doc__, needs=frozenset({Need.DOCUMENT}))
