"""Paragraphs and tables of a docx in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.document.blocks import Block, Cell, Part
from zhenggai.document.faults import DocumentError
from zhenggai.document.readers.docx.names import attribute, child, local, number
from zhenggai.document.readers.docx.paragraphs import InlineReader, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

    from zhenggai.document.reader import Limits
    from zhenggai.document.readers.docx.numbering import Numbering
    from zhenggai.document.readers.docx.styles import Styles

_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"})
_DEEPEST = 40


@dataclass(slots=True)
class Paragraph:
    """A paragraph read: its text with the number that Word makes of `generated` characters before it."""

    text: str
    generated: int = 0
    heading: int | None = None
    boxes: list[_Element] = field(default_factory=list)
    joins_next: bool = False


@dataclass(slots=True)
class _Cell:
    row: int
    column: int
    column_span: int
    row_span: int = 1
    paragraphs: list[Paragraph] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    tables: list[_Element] = field(default_factory=list)


class BodyReader:
    """Reads the parts of a docx one after the other; the numbers count on over them."""

    def __init__(self, styles: Styles, numbering: Numbering, limits: Limits) -> None:
        """Take styles, numbering and the limit of blocks."""
        self.blocks: list[Block] = []
        self.changed = self.hidden = self.foreign = False
        self._styles = styles
        self._numbering = numbering
        self._limits = limits
        self._inline = InlineReader(styles)
        self._tables = self._seen = 0
        self._waiting: Paragraph | None = None

    def read(self, elements: Iterable[_Element], part: Part) -> None:
        """Read block-level `elements` as blocks of `part`."""
        for element in elements:
            self._element(element, part, 0)
        self._flush(part)

    def _element(self, element: _Element, part: Part, depth: int) -> None:
        name = local(element)
        if name == "p":
            self._place(self._paragraph(element), part, depth)
        elif name == "tbl":
            self._flush(part)
            self._table(element, part, depth)
        elif name in _WRAPPERS and depth < _DEEPEST:
            self.changed |= name in {"ins", "moveTo"}
            for one in element:
                self._element(one, part, depth + 1)
        elif name in {"del", "moveFrom"}:
            self.changed = True
        elif name == "altChunk":
            self.foreign = True

    # -- paragraphs ------------------------------------------------------------------------------------------------

    def _place(self, paragraph: Paragraph, part: Part, depth: int) -> None:
        if self._waiting is not None:
            paragraph = _joined(self._waiting, paragraph)
            self._waiting = None
        if paragraph.joins_next:
            self._waiting = paragraph
            return
        if paragraph.text.strip():
            self._add(Block(len(self.blocks), paragraph.text, part, None, paragraph.heading, paragraph.generated))
        self._boxes(paragraph.boxes, depth)

    def _flush(self, part: Part) -> None:
        if self._waiting is not None:
            last, self._waiting = self._waiting, None
            last.joins_next = False
            self._place(last, part, 0)

    def _boxes(self, boxes: Iterable[_Element], depth: int) -> None:
        for box in boxes if depth < _DEEPEST else ():
            for element in box:
                self._element(element, Part.TEXT_BOX, depth + 1)
            self._flush(Part.TEXT_BOX)

    def _paragraph(self, element: _Element) -> Paragraph:
        self._seen += 1
        if self._seen > self._limits.blocks:
            raise DocumentError(
                "too_many_blocks", f"文件超过{self._limits.blocks}个段落的上限，已停止读取。请拆成几个文件再试。"
            )
        properties = child(element, "pPr")
        text = self._inline.read(element)
        self.changed |= text.changed
        self.hidden |= text.hidden
        style_id = attribute(child(properties, "pStyle"), "val")
        style = self._styles.style(style_id)
        outline = number(child(properties, "outlineLvl"))
        heading = style.outline if outline is None else outline + 1 if outline < 9 else None
        shown = "".join(text.pieces)
        mark = child(properties, "rPr")
        removed = child(mark, "del") is not None or child(mark, "moveFrom") is not None
        made = "" if _is_gone(shown, text, removed=removed) else self._number(properties, style_id)
        return Paragraph(made + shown, len(made), heading, text.boxes, removed)

    def _number(self, properties: _Element | None, style_id: str | None) -> str:
        style = self._styles.style(style_id)
        own = child(properties, "numPr")
        number_id, level = number(child(own, "numId")), number(child(own, "ilvl"))
        if number_id is None:
            number_id = style.number_id
            if number_id is not None and level is None:
                tied = self._numbering.level_of_style(number_id, style_id)
                level = tied if tied is not None else style.level
        if not number_id:
            return ""
        return self._numbering.next_number(number_id, level or 0)

    # -- tables ----------------------------------------------------------------------------------------------------

    def _table(self, element: _Element, part: Part, depth: int) -> None:
        table = self._tables
        self._tables += 1
        cells = self._cells(element, depth)
        for cell in cells:
            text, generated = _cell_text(cell.paragraphs)
            place = Cell(table, cell.row, cell.column, cell.row_span, cell.column_span)
            if text.strip():
                self._add(Block(len(self.blocks), text, part, place, None, generated))
        for cell in cells:
            self._boxes(cell.boxes, depth + 1)
            for nested in cell.tables if depth < _DEEPEST else ():
                self._table(nested, part, depth + 1)

    def _cells(self, element: _Element, depth: int) -> list[_Cell]:
        cells: list[_Cell] = []
        above: dict[int, _Cell] = {}
        row = 0
        for one in _below(element, "tr", depth):
            properties = child(one, "trPr")
            if child(properties, "del") is not None:
                self.changed = True
                continue
            column = number(child(properties, "gridBefore")) or 0
            for tc in _below(one, "tc", depth):
                cell = self._cell(tc, row, max(0, min(column, 1000)), above, depth)
                column = cell.column + cell.column_span
                if cell.row == row and cell not in cells[-1:]:
                    cells.append(cell)
            row += 1
        return cells

    def _cell(self, element: _Element, row: int, column: int, above: dict[int, _Cell], depth: int) -> _Cell:
        """Read one tc. A cell that goes on the one above is that one, with one row more."""
        properties = child(element, "tcPr")
        span = max(1, min(number(child(properties, "gridSpan")) or 1, 1000))
        merge = child(properties, "vMerge")
        origin = above.get(column)
        if (
            merge is not None
            and attribute(merge, "val") in {None, "continue"}
            and origin is not None
            and origin.row < row
        ):
            origin.row_span = row - origin.row + 1
            self._fill(element, origin, depth)
            return _Cell(origin.row, column, span)
        cell = _Cell(row, column, span)
        self._fill(element, cell, depth)
        for index in range(column, column + span):
            above.pop(index, None)
        if merge is not None:
            above[column] = cell
        return cell

    def _fill(self, element: _Element, cell: _Cell, depth: int) -> None:
        for one in element:
            name = local(one)
            if name == "p":
                paragraph = self._paragraph(one)
                cell.paragraphs.append(paragraph)
                cell.boxes += paragraph.boxes
            elif name == "tbl":
                cell.tables.append(one)
            elif name in _WRAPPERS and depth < _DEEPEST:
                self._fill(one, cell, depth + 1)

    def _add(self, block: Block) -> None:
        self.blocks.append(block)


def _is_gone(shown: str, text: Text, *, removed: bool) -> bool:
    """Whether nothing of the paragraph is left to number: all its text hidden or removed."""
    return not shown.strip() and (text.hidden or removed)


def _joined(first: Paragraph, second: Paragraph) -> Paragraph:
    """Join two paragraphs whose mark between them was removed."""
    return Paragraph(
        first.text + second.text[second.generated :],
        first.generated,
        first.heading or second.heading,
        first.boxes + second.boxes,
        second.joins_next,
    )


def _cell_text(paragraphs: list[Paragraph]) -> tuple[str, int]:
    filled = [p for p in paragraphs if p.text.strip()]
    return "\n".join(p.text for p in filled), filled[0].generated if filled else 0


def _below(element: _Element, name: str, depth: int) -> Iterator[_Element]:
    """Yield the children `name` of `element`, also those inside content controls and tracked insertions."""
    for one in element:
        found = local(one)
        if found == name:
            yield one
        elif found in _WRAPPERS and depth < _DEEPEST:
            yield from _below(one, name, depth + 1)
