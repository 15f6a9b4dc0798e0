"""Tables: rows and cells, merged ones as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.document.blocks import Cell
from zhenggai.document.readers.docx.inline import Remark
from zhenggai.document.readers.docx.names import CELL, PARAGRAPH, ROW, TABLE, TEXT, VAL, WRAPPERS, W, is_on, number
from zhenggai.document.readers.docx.paragraphs import Paragraph, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

    from zhenggai.document.readers.docx.story import StoryReader

_ROW_PROPERTIES, _CELL_PROPERTIES = W + "trPr", W + "tcPr"
_WIDEST = 1000
"""Columns that one cell may cover; Word allows 63."""


@dataclass(slots=True)
class _Merged:
    """A cell that goes on in the rows below. `index` is its block's, None where it is empty."""

    index: int | None
    rows: int = 0


class TableReader:
    """Reads the rows of one table as they come."""

    def __init__(self, story: StoryReader, table: int) -> None:
        """Take the story that the table stands in and the table's number."""
        self._story = story
        self._table = table
        self._row = 0
        self._merged: dict[int, _Merged] = {}
        """By column."""

    def read(self, element: _Element) -> None:
        """Read a table to its end."""
        self.take(element)
        for merged in self._merged.values():
            self._close(merged)
        self._merged = {}

    def take(self, elements: Iterable[_Element]) -> None:
        """Read rows, and rows in content controls."""
        for row in _within(elements, ROW):
            self._take_row(row)

    def _take_row(self, row: _Element) -> None:
        properties = row.find(_ROW_PROPERTIES)
        column = 0
        if properties is not None:
            remark = _why_unseen(properties)
            if remark is not None:
                self._story.book.remarks.add(remark)
                return
            column = _limited(number(properties, W + "gridBefore"))
        last: int | None = None
        for cell in _within(row, CELL):
            last, column = self._take_cell(cell, column, last)
        self._row += 1

    def _take_cell(self, element: _Element, column: int, last: int | None) -> tuple[int | None, int]:
        """Read a cell. Return its block's index and the column after it."""
        span, across, down = _merging(element)
        if across == "continue":
            if last is not None:
                self._story.book.widen(last, 0, span)
            return last, column + span
        above = self._merged.get(column)
        if down == "continue" and above is not None:
            above.rows += 1
            if any(text.text for text in element.iter(TEXT)):
                self._story.book.remarks.add(Remark.COVERED)
            return above.index, column + span
        within = range(column, column + span)
        for covered in [each for each in self._merged if each in within] if len(self._merged) < span else within:
            if covered in self._merged:
                self._close(self._merged.pop(covered))
        index = self._fill(element, column, span)
        if down is not None:
            self._merged[column] = _Merged(index)
        return index, column + span

    def _close(self, merged: _Merged) -> None:
        if merged.index is not None:
            self._story.book.widen(merged.index, merged.rows, 0)

    def _fill(self, element: _Element, column: int, span: int) -> int | None:
        """Add the cell's block and, after it, what stands in the cell: text boxes and tables."""
        paragraphs: list[Paragraph] = []
        beside: list[Paragraph | _Element] = []
        joins = False
        for one in _contents(element):
            if one.tag == TABLE:
                beside.append(one)
                joins = False
                continue
            paragraph = self._story.paragraph(one)
            if joins:
                paragraphs[-1] = join(paragraphs[-1], paragraph)
            else:
                paragraphs.append(paragraph)
            joins = paragraph.joins_next
            beside.append(paragraph)
        if not beside:
            self._story.book.count_paragraph()  # a cell without any paragraph costs as much as one with
        written = [p for p in paragraphs if p.text] or [p for p in paragraphs if p.number]
        index = None
        if written:
            text = "\n".join(p.shown for p in written)
            place = Cell(self._table, self._row, column, 1, span)
            index = self._story.add_cell(text, place, len(written[0].number))
        for each in beside:
            if isinstance(each, Paragraph):
                self._story.add_beside(each)
            else:
                self._story.table(each)
        return index


def _why_unseen(properties: _Element) -> Remark | None:
    if properties.find(W + "del") is not None:
        return Remark.CHANGES
    hidden = properties.find(W + "hidden")
    return Remark.HIDDEN if hidden is not None and is_on(hidden) else None


def _merging(element: _Element) -> tuple[int, str | None, str | None]:
    """Return how many columns the cell covers, and whether it begins or continues a merged one across and down."""
    properties = element.find(_CELL_PROPERTIES)
    if properties is None:
        return 1, None, None
    across, down = properties.find(W + "hMerge"), properties.find(W + "vMerge")
    return (
        max(1, _limited(number(properties, W + "gridSpan"))),
        None if across is None else across.get(VAL) or "continue",
        None if down is None else down.get(VAL) or "continue",
    )


def _limited(columns: int | None) -> int:
    return max(0, min(columns or 0, _WIDEST))


def _within(elements: Iterable[_Element], wanted: str) -> Iterator[_Element]:
    """Yield the elements `wanted`, also those inside content controls and tracked insertions."""
    for one in elements:
        if one.tag == wanted:
            yield one
        elif one.tag in WRAPPERS:
            yield from _within(one, wanted)


def _contents(elements: Iterable[_Element]) -> Iterator[_Element]:
    """Yield paragraphs and tables, also those inside content controls and tracked insertions."""
    for one in elements:
        if one.tag in {PARAGRAPH, TABLE}:
            yield one
        elif one.tag in WRAPPERS:
            yield from _contents(one)
