"""问题部分的编号跳号、重号。

判定：问题部分中，方面、条、具体问题的编号在同一串里应当从一开始逐个递增。条的编号可以按方面重新开始，也可以贯通；具体问题的编号可以按条重新开始，也可以贯通。

为什么：编号是台账、报告和销号互相对照的依据。跳号说不清是漏抄了反馈问题，还是写错了号；重号会使两个问题共用一条台账。

反例：
    问题：1.值班登记不全，3天没有签名。
    问题：3.车辆外出没有登记，5次外出没有派车单。
    其他问题：无
    --
    问题：1.值班管理不严。一是3天没有签名。二是2天无人在岗。二是交接班没有记录。
    其他问题：无

正例：
    问题：1.值班登记不全，3天没有签名。
    问题：2.车辆外出没有登记，5次外出没有派车单。
    其他问题：无
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.plan.marks import Mark, leading_mark
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, the_document
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhenggai.plan.model import Area, Finding, Item, Spans
    from zhenggai.rules.facts import DocumentFacts

FIX = "请核对反馈意见原文：漏了的补上，写错的改正编号，并使台账、附件与正文一致。"
_MISSED = re.compile(r"[。;,]\s*(?P<mark>[一二三四五六七八九十]{1,2}是)")


@dataclass(frozen=True, slots=True)
class _Numbered:
    mark: Mark
    group: str | None
    text: str
    spans: Spans


def check(document: DocumentFacts, _setting: Setting) -> Iterator[Hit]:
    """Compare each number with the one before it."""
    plan = document.plan
    yield from _gaps(_areas(plan.areas), starts_anywhere=True)
    rows = _row_numbers(document)
    yield from _gaps(_items(plan.items), rows=rows)
    yield from _gaps(_findings(plan.findings))
    yield from _repeated(plan.findings)


def _areas(areas: Iterable[Area]) -> list[_Numbered]:
    return [n for a in areas if (n := _numbered(a.number, None, a.title, a.spans)) is not None]


def _items(items: Iterable[Item]) -> list[_Numbered]:
    return [n for i in items if (n := _numbered(i.number, i.area or "", i.title, i.spans)) is not None]


def _findings(findings: Iterable[Finding]) -> list[_Numbered]:
    return [n for f in findings if (n := _numbered(f.number, f.item or f.area or "", f.text, f.spans)) is not None]


def _numbered(number: str | None, group: str | None, text: str, spans: Spans) -> _Numbered | None:
    if not number:
        return None
    folded = fold(number).strip()
    mark = leading_mark(folded + "、") or leading_mark(folded + "甲") or leading_mark(folded + ".甲")
    return _Numbered(mark, group, text, spans) if mark is not None else None


def _row_numbers(document: DocumentFacts) -> frozenset[int]:
    """The numbers that stand alone in cells: where a table counts its rows, an item of three rows takes three of them."""
    cells = (block.text.strip() for block in document.own if block.row is not None)
    return frozenset(int(text) for text in cells if text.isascii() and text.isdecimal() and len(text) < 4)


def _gaps(run: list[_Numbered], *, starts_anywhere: bool = False, rows: frozenset[int] = frozenset()) -> Iterator[Hit]:
    last: _Numbered | None = None
    for one in run:
        if last is not None and last.mark.kind is not one.mark.kind:
            last = None if last.group != one.group else last
            if last is not None:
                last = one
                continue
        skipped = range(last.mark.number + 1 if last is not None else 1, one.mark.number)
        in_rows = bool(skipped) and all(number in rows for number in skipped)
        if not in_rows and not _follows(last, one, starts_anywhere=starts_anywhere):
            yield _hit(last, one)
        last = one


def _follows(last: _Numbered | None, one: _Numbered, *, starts_anywhere: bool) -> bool:
    if last is None:
        return one.mark.number == 1 or starts_anywhere
    if one.mark.number == last.mark.number + 1:
        return True
    return one.mark.number == 1 and one.group != last.group


def _hit(last: _Numbered | None, one: _Numbered) -> Hit:
    before = f"“{last.mark.text}”之后" if last is not None else "第一个编号"
    kind = "重号" if last is not None and one.mark.number == last.mark.number else "跳号"
    return Hit(
        quote=f"{one.mark.text}{one.text[:20]}",
        why=f"{before}是“{one.mark.text}”，疑似{kind}，需核实。",
        fix=FIX,
        spans=one.spans[:1],
    )


def _repeated(findings: Iterable[Finding]) -> Iterator[Hit]:
    """Numbers inside a finding that did not begin another one, because they do not go on."""
    for one in findings:
        own = leading_mark(fold(one.number or "") + "甲")
        found = _MISSED.search(fold(one.text))
        if own is None or found is None:
            continue
        yield Hit(
            quote=one.text[found.start("mark") : found.start("mark") + 20],
            why=f"“{own.text}”之后又有“{found['mark']}”，编号不连续，需核实。",
            fix=FIX,
            spans=one.spans[:1],
        )


RULE = Rule("P02", "编号不连续", Severity.WARN, the_document, check, __doc__)
