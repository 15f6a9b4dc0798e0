"""Doubts and unassigned text are shown with their place and their words."""

from __future__ import annotations

from tests.export import plans

from zhenggai.document.blocks import Block, Cell, Document
from zhenggai.export.reports import doubts
from zhenggai.export.sheet import Subject
from zhenggai.plan.model import Span

DOCUMENT = Document(
    "a.docx",
    "application/octet-stream",
    "0" * 64,
    (
        Block(0, "标题"),
        Block(1, "三个方面的问题", page=2),
        Block(2, "前面这几个字没有归类后面", cell=Cell(0, 3, 1), sheet="清单"),
    ),
)


def texts(document: Document | None) -> list[list[str]]:
    sheet = doubts.make(Subject(plans.school(), document))
    return [[cell.text for cell in row if cell] for row in sheet.rows]


def test_words_and_places_come_from_the_document() -> None:
    assert texts(DOCUMENT) == [
        ["1", "疑点", "文中说有3个方面，读出2个。", "第2页第1块", "三个方面", "totals.areas"],
        ["2", "未归类文字", "没有归入任何字段，请人工核对。", "工作表“清单”表1第4行第2列第2块", "几个字没有归", ""],
    ]


def test_without_the_document_the_block_is_named() -> None:
    assert [row[3:5] for row in texts(None)] == [["第1块", ""], ["第2块", ""]]


def test_a_span_outside_the_document_does_no_harm() -> None:
    assert doubts.describe((Span(99, 0, 1),), DOCUMENT) == ("第99块", "")


def test_several_spans_of_one_block_name_it_once() -> None:
    assert doubts.describe((Span(1, 0, 1), Span(1, 3, 5)), DOCUMENT) == ("第2页第1块", "三 … 面的")


def test_nothing_to_doubt_is_said() -> None:
    sheet = doubts.make(Subject(plans.empty()))
    assert sheet.rows == ()
    assert "没有疑点" in sheet.empty
