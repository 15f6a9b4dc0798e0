"""写明或者能认出是谁的人，同时写了病情、信仰、生物识别等敏感信息。

判定：一句话里有姓名（或者住院号、学号等能认出人的编号），同时有病情、宗教信仰、生物识别信息，或者这个人是未成年人。

例外：群体、设备、单位层面的工作（宗教场所安全检查、职工体检、人脸识别门禁）；责任栏中的领导姓名。

为什么：敏感个人信息一旦外传，对本人的伤害很大，法律要求严格保护。

反例：
    问题：病历保管不严，住院患者乔若溪的乙肝检验单被贴在走廊。

正例：
    问题：病历保管不严，3名住院患者的检验单被贴在走廊。
    --
    问题：宗教活动场所消防检查有空白，2处场所没有检查记录。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Need
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, at, the_document
from zhenggai.rules.wording.clauses import Stretch, sentences
from zhenggai.rules.wording.people import names_in, officers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import DocumentFacts
    from zhenggai.rules.wording.lexicon import Lexicon

_NUMBERED = re.compile(
    r"(?:住院|病案|门诊|学籍|就诊|医保|残疾证|床)号(?:为|:)?\s*[A-Za-z]?\d{3,}|(?<!\d)\d{1,2}床(?:患者|病人)"
)
_YOUNG = re.compile(
    r"(?:小学|初中|初一|初二|初三|高一|高二|高三|中学|幼儿园|[一二三四五六七八九\d]年级|[\d一二三四五六七八九十]+班)[^,。;]{0,8}(?:学生|幼儿|同学)?$|(?:学生|幼儿|孩子|儿童|少年)$"
)
_MAY_BE_YOUNG = re.compile(r"学|幼儿|孩子|儿童|少年|岁|班")
_AGE = re.compile(r"^\s*\(?[^,。;]{0,4}?(?:1[0-7]|[1-9])(?:周)?岁")
_HIGHER = re.compile(r"大学|学院|高校|研究生")


def check(document: DocumentFacts, setting: Setting) -> Iterator[Hit]:
    """Look at each sentence for somebody who can be told together with what is nobody's business."""
    known = officers(document)
    higher = _HIGHER.search(document.plan.title or "") is not None
    for block in document.own:
        for sentence in sentences(block.text):
            told = _told(sentence, setting.lexicon, known, higher=higher)
            if told is None:
                continue
            findings, spans, quote = at(block, sentence.start, sentence.end)
            yield Hit(
                quote=quote.strip(),
                why=f"写到能认出的人和{told}，属于敏感个人信息，需处理。",
                fix="请改为“1名患者”“1名学生”一类写法，删去编号。",
                findings=findings,
                spans=spans,
            )


def _told(sentence: Stretch, lexicon: Lexicon, known: frozenset[str], *, higher: bool) -> str | None:
    text = sentence.text
    sensitive = lexicon.pattern("sensitive_words").search(text)
    if sensitive is not None and _NUMBERED.search(text):
        return f"“{sensitive[0]}”"
    if sensitive is None and _MAY_BE_YOUNG.search(text) is None:
        return None
    for named in names_in(text, known):
        if named.name in known:
            continue
        if sensitive is not None:
            return f"“{sensitive[0]}”"
        young = _YOUNG.search(text[: named.start]) is not None and not higher
        if young or _AGE.match(text[named.end :]):
            return "未成年人的情况"
    return None


RULE = Rule("C06", "敏感个人信息", Severity.WARN, the_document, check, __doc__, needs=frozenset({Need.DOCUMENT}))
