"""疑点与未归类文字: what a person should look at before trusting the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.export.sheet import Cell, Column, Report, Row, Sheet, Subject

if TYPE_CHECKING:
    from zhenggai.document.blocks import Block, Document
    from zhenggai.plan.model import Span, Spans

_COLUMNS = (
    Column("序号", "number"),
    Column("类别", "short"),
    Column("说明"),
    Column("位置", "short"),
    Column("原文"),
    Column("代码"),
)


def make(subject: Subject) -> Sheet:
    """Return the doubts of a plan and the text that no field took, each with its place and its words."""
    plan = subject.plan
    entries = [("疑点", doubt.message, doubt.spans, doubt.code) for doubt in plan.doubts]
    entries += [("未归类文字", "没有归入任何字段，请人工核对。", (span,), "") for span in plan.unassigned]
    rows: list[Row] = []
    for n, (group, message, spans, code) in enumerate(entries, start=1):
        place, words = describe(spans, subject.document)
        rows.append(tuple(Cell(part) for part in (str(n), group, message, place, words, code)))
    return Sheet(
        name="疑点与未归类文字",
        title="疑点与未归类文字",
        columns=_COLUMNS,
        rows=tuple(rows),
        notes=(f"疑点{len(plan.doubts)}处，未归类文字{len(plan.unassigned)}处。",),
        empty="没有疑点，也没有未归类的文字。",
    )


def describe(spans: Spans, document: Document | None) -> tuple[str, str]:
    """Return where `spans` stand, said to a person, and their words (empty without the document)."""
    places: list[str] = []
    words: list[str] = []
    for span in spans:
        block = document.blocks[span.block] if document and 0 <= span.block < len(document.blocks) else None
        place = _place(span, block)
        if place not in places[-1:]:
            places.append(place)
        if block is not None:
            words.append(block.text[span.start : span.end])
    return "；".join(places), " … ".join(words)


def _place(span: Span, block: Block | None) -> str:
    if block is None:
        return f"第{span.block}块"
    parts = [f"第{block.page}页"] if block.page is not None else []
    if block.sheet is not None:
        parts.append(f"工作表“{block.sheet}”")
    if block.cell is not None:
        parts.append(f"表{block.cell.table + 1}第{block.cell.row + 1}行第{block.cell.column + 1}列")
    return "".join((*parts, f"第{block.number}块"))


REPORT = Report("doubts", "疑点与未归类文字", make)
