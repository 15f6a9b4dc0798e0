"""文件首部有密级标志或者内部标志。

判定：标题之前（含页眉）单独成行的绝密、机密、秘密，带★和期限的，“密级：”，或者“内部资料”“注意保存”一类的标志。

例外：正文句子里提到这些词的。

为什么：涉密文件不得进入非涉密的系统，带内部标志的文件不得公开。

反例：
    页首：秘密★1年

正例：
    问题：1份标注“内部资料”的征求意见稿被拍照转发。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Need
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Option, Rule, Setting, the_document
from zhenggai.rules.wording.lexicon import any_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.plan.model import Span
    from zhenggai.rules.facts import DocumentFacts, TextBlock
    from zhenggai.rules.wording.lexicon import Lexicon

HEAD = Option("head", 8, "首部看前几段")
_LONGEST = 24
_TERM = r"\s*(?:[★☆*·]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})?\s*(?:年|个?月|天|长期)?)?"
_AROUND = r"[\s()\[\]【】:;,·★☆*“”\"'《》-]*"


def check(document: DocumentFacts, setting: Setting) -> Iterator[Hit]:
    """Look at the lines above the title, and a few below it."""
    for block in _head(document, int(setting.number("head"))):
        for line in block.text.split("\n"):
            kind = _mark(line.strip(), setting.lexicon)
            if kind is None:
                continue
            yield Hit(
                quote=line.strip(),
                why=f"文件首部有{kind}“{line.strip()}”，需核实。",
                fix="涉密文件请立即移出本系统，按保密规定处理；误标的，删去后重新导入。",
                spans=(_span(block),),
            )
            return


def _head(document: DocumentFacts, most: int) -> Iterator[TextBlock]:
    yield from (block for block in document.blocks if block.header)
    seen = 0
    for block in document.blocks:
        if block.header or not block.text.strip():
            continue
        seen += 1
        if seen > most or block.owner(0).findings:
            return
        yield block


def _mark(line: str, lexicon: Lexicon) -> str | None:
    if not line or len(line) > _LONGEST:
        return None
    secrecy = any_of(lexicon.words("secrecy_marks")).pattern
    if re.fullmatch(rf"{_AROUND}(?:密级)?{_AROUND}(?:{secrecy}){_TERM}{_AROUND}(?:件|级)?{_AROUND}", line):
        return "密级标志"
    if re.fullmatch(rf"(?:(?:编号|份号|No)?[:.]?\s*\d{{1,8}}\s+)?(?:{secrecy}){_TERM}(?:\s+\S{{1,8}})?", line):
        return "密级标志"
    if re.fullmatch(rf"(?:{_AROUND}(?:密级:?)?(?:{any_of(lexicon.words('internal_marks')).pattern}))+{_AROUND}", line):
        return "内部标志"
    return None


def _span(block: TextBlock) -> Span:
    from zhenggai.plan.model import Span as Place  # noqa: PLC0415 — the name above is only for types

    return Place(block.number, 0, len(block.text))


RULE = Rule(
    "C05",
    "密级或者内部标志",
    Severity.BLOCK,
    the_document,
    check,
    __doc__,
    needs=frozenset({Need.DOCUMENT}),
    options=(HEAD,),
)
