"""有的当事人隐去了名字，有的写了全名。

判定：文中有被处理的人写成罗某某、段某一类，另一个被处理的人或者同一个人却写了全名。结果列在写全名的地方。

例外：责任栏、名单里的领导姓名；当事人前后都隐名的；全文没有隐名的。

为什么：隐名是为了让人认不出是谁。一处写了全名，别处的隐名也就没有用了。

反例：
    问题：上班时间饮酒处理偏轻，村干部孟某某只作口头批评。
    措施：给予孟青棠党内警告处分。

正例：
    问题：上班时间饮酒处理偏轻，村干部孟某某只作口头批评。
    措施：给予孟某某党内警告处分，由副书记沈知行送达。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Need, Role
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, at, the_document
from zhenggai.rules.wording.clauses import sentences
from zhenggai.rules.wording.people import MASKED, Named, names_in, officers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import DocumentFacts, TextBlock
    from zhenggai.rules.wording.lexicon import Lexicon

_RUNNING = frozenset({Role.FINDING, Role.MEASURE, Role.PROGRESS, Role.HEADING, Role.OUTSIDE})
_LIST = re.compile(r"(?:组\s*长|副组长|成\s*员|主\s*任|名单|联系人|审核|制表|签发)\s*:")
_MASK = re.compile(r"[某Xx×*○]")
_ACTING = re.compile(r"由[^,。;]{0,12}$")


def check(document: DocumentFacts, setting: Setting) -> Iterator[Hit]:
    """Where somebody is masked, nobody dealt with may be named."""
    blocks = [block for block in document.own if not _LIST.search(block.text)]
    if not any(_is_masked(block) for block in blocks if _MASK.search(block.text)):
        return
    known = officers(document)
    for block in blocks:
        for named in _dealt_with(block, setting.lexicon, known):
            findings, spans, quote = at(block, named.start, named.end)
            yield Hit(
                quote=block.raw[max(0, named.start - 4) : named.end + 8],
                why=f"文中其他当事人已隐名，这里写出了“{quote}”，需统一。",
                fix="请统一隐名，或者改为“1名干部”一类写法。",
                findings=findings,
                spans=spans,
            )


def _is_masked(block: TextBlock) -> bool:
    return any(block.owner(m.start()).role in _RUNNING for m in MASKED.finditer(block.text))


def _dealt_with(block: TextBlock, lexicon: Lexicon, known: frozenset[str]) -> Iterator[Named]:
    for sentence in sentences(block.text):
        if lexicon.pattern("dealing_words").search(sentence.text) is None:
            continue
        for named in names_in(sentence.text, known):
            start = sentence.start + named.start
            acts = _ACTING.search(sentence.text[: named.start])
            if named.name in known or acts or block.owner(start).role not in _RUNNING:
                continue
            yield Named(named.name, start, sentence.start + named.end)


RULE = Rule("C03", "隐名不一致", Severity.BLOCK, the_document, check, __doc__, needs=frozenset({Need.DOCUMENT}))
