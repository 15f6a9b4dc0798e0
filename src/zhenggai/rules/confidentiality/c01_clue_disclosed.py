"""问题线索、信访举报的内容连同姓名或者登记号写进了方案。

判定：一句话里有问题线索、信访件、举报人、初核、立案、谈话函询等用语，同时有姓名或者登记号。

例外：只有件数的；同样的字另有意思的（留置针、设立案例库、举报电话）；经办的领导姓名。

为什么：线索和举报人的情况要严格保密，方案会发到各部门，还要公开。

反例：
    问题：信访答复不及时，2件信访件没有回复。
    措施：对举报人柏青禾反映食堂采购的信访件重新核实后答复。
    --
    问题：信访答复不及时，2件信访件没有回复。
    措施：对编号XF2024-0317的信访件重新核实后答复。

正例：
    问题：信访答复不及时，2件信访件没有回复。
    措施：2件信访件重新核实后答复，由副书记沈知行审核。
    --
    问题：病区更换留置针没有记录，14名患者的记录空白。
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

_REGISTERED = re.compile(
    r"(?:登记|受理|信访|线索|案件|来信|举报|交办|转办|编)号(?:为|是|:)?\s*[(\[]?[A-Za-z]{0,6}[-]?\d[\d\-A-Za-z]{3,}"
    r"|(?<![A-Za-z0-9])[A-Z]{1,6}-?(?:\d{4}-\d+|\d{6,})"
    r"|(?:信|访|举|控|线索|案件?)[字件]?\s*[(\[]\d{4}[\])]\s*第?\d+号"
)
_BLANKED = "　"
_INFORMER = re.compile(r"举报人|信访人|反映人|检举人|控告人|来信人")


def check(document: DocumentFacts, setting: Setting) -> Iterator[Hit]:
    """Look at each sentence for a clue together with whom or which it is about."""
    known = officers(document)
    for block in document.own:
        if setting.lexicon.pattern("clue_words").search(block.text) is None:
            continue
        for sentence in sentences(block.text):
            told = _told(sentence, setting.lexicon, known)
            if told is None:
                continue
            findings, spans, quote = at(block, sentence.start, sentence.end)
            yield Hit(
                quote=quote.strip(),
                why=f"写到{told}，属于线索、举报信息，需处理。",
                fix="请删去姓名、登记号，只写件数；线索另行保密管理。",
                findings=findings,
                spans=spans,
            )


def _told(sentence: Stretch, lexicon: Lexicon, known: frozenset[str]) -> str | None:
    text = lexicon.pattern("not_clues").sub(lambda m: _BLANKED * len(m[0]), sentence.text)
    clue = lexicon.pattern("clue_words").search(text)
    if clue is None:
        return None
    for named in names_in(text, known):
        if named.name not in known or _INFORMER.search(text[max(0, named.start - 4) : named.start]):
            return f"“{clue[0]}”和姓名"
    number = _REGISTERED.search(text)
    return f"“{clue[0]}”和登记号" if number is not None else None


RULE = Rule("C01", "线索信息外露", Severity.BLOCK, the_document, check, __doc__, needs=frozenset({Need.DOCUMENT}))
