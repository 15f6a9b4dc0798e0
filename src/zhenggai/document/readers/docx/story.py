"""Paragraphs and tables in reading order, as blocks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zhenggai.document.blocks import Block, Cell, Furniture, Part
from zhenggai.document.faults import DocumentError
from zhenggai.document.readers.docx.inline import Remark
from zhenggai.document.readers.docx.names import (
    ADDED,
    ALTERNATIVE,
    CHOICE,
    PARAGRAPH,
    REMOVED,
    TABLE,
    WRAPPERS,
    W,
)
from zhenggai.document.readers.docx.numbering import Count, Numbering
from zhenggai.document.readers.docx.paragraphs import Paragraph, ParagraphReader, join
from zhenggai.document.readers.docx.tables import TableReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

    from zhenggai.document.reader import Limits
    from zhenggai.document.readers.docx.styles import Styles

_DEEPEST = 20
"""Tables and text boxes in one another; Word itself gives up earlier."""
_MOST_MARKUP = 2_000_000
"""Tags and attributes that are held at once, some 500 MB. One paragraph or table row with more is no text."""
_EMBEDDED = W + "altChunk"


@dataclass(slots=True)
class Book:
    """What all stories of a file share: its styles, lists and limits, and the blocks read so far."""

    styles: Styles
    numbering: Numbering
    limits: Limits
    blocks: list[Block] = field(default_factory=list)
    remarks: set[Remark] = field(default_factory=set)
    tables: int = 0
    paragraphs: int = 0
    characters: int = 0

    def count_paragraph(self) -> None:
        """Count one paragraph, empty or not.

        Raises:
            DocumentError: there are more than the limit.
        """
        self.paragraphs += 1
        if self.paragraphs > self.limits.blocks:
            raise DocumentError(
                "too_many_blocks", f"文件超过{self.limits.blocks}个段落的上限，已停止读取。请拆成几个文件再试。"
            )

    def add(self, block: Block) -> None:
        """Add a block.

        Raises:
            DocumentError: there is more text than the limit.
        """
        self.characters += len(block.text)
        if self.characters > self.limits.characters:
            raise DocumentError(
                "too_many_characters",
                f"文件超过{self.limits.characters // 10000}万字的上限，已停止读取。请拆成几个文件再试。",
            )
        self.blocks.append(block)

    def widen(self, index: int, rows: int, columns: int) -> None:
        """Give the table cell of the block at `index` so many rows and columns more."""
        block = self.blocks[index]
        if block.cell is not None and (rows or columns):
            cell = block.cell
            cell = replace(cell, row_span=cell.row_span + rows, column_span=cell.column_span + columns)
            self.blocks[index] = replace(block, cell=cell)


class StoryReader:
    """Reads one story into the blocks of the book."""

    def __init__(self, book: Book, part: Part, depth: int = 0) -> None:
        """Take the `book`, the `part` that the blocks belong to, and how deep in text boxes and tables the story begins."""
        self.book = book
        self.part = part
        self.depth = depth
        self._paragraphs = ParagraphReader(book.styles, book.numbering, Count(), book.remarks)
        self._boxes: StoryReader | None = None
        self._waiting: Paragraph | None = None
        self._open: tuple[_Element, TableReader] | None = None

    def alike(self, part: Part) -> StoryReader:
        """Return a reader of another part that goes on counting the lists of this one."""
        other = StoryReader(self.book, part, self.depth)
        other._paragraphs = self._paragraphs
        return other

    def read(self, elements: Iterable[_Element]) -> None:
        """Read block-level `elements` to their end."""
        for element in elements:
            self._element(element)
        self._flush()

    def read_growing(self, states: Iterator[tuple[_Element, bool, int]]) -> None:
        """Read a holder that is still being parsed, taking out what is complete, so that memory holds only a piece of it.

        `states` yields the holder again and again, whether it is whole, and how much markup came in since.

        Raises:
            DocumentError: a single paragraph or table row is too large to hold.
        """
        held = 0
        for holder, whole, markup in states:
            taken = self._take(holder, whole=whole)
            held = markup if taken else held + markup
            if held > _MOST_MARKUP:
                raise DocumentError("too_large", "文件中有一个段落或表格行过大，可能是恶意文件，已停止读取。")
        self._flush()

    def _take(self, holder: _Element, *, whole: bool) -> bool:
        """Read the complete children of `holder`, and the complete rows of a table at its end. Return whether there were any."""
        complete = list(holder) if whole else list(holder)[:-1]
        taken = bool(complete)
        self._paragraphs.expect(holder)
        for element in complete:
            if self._open is not None and self._open[0] is element:
                self._open[1].read(element)
                self._open = None
            else:
                self._element(element)
        if whole:
            return True
        _drop(holder, complete)
        if len(holder) and holder[0].tag == TABLE:
            if self._open is None:
                self._flush()
                self._open = (holder[0], self._new_table())
            rows = list(holder[0])[:-1]
            taken = taken or bool(rows)
            self._open[1].take(rows)
            _drop(holder[0], rows)
        return taken

    def _element(self, element: _Element) -> None:
        tag = element.tag
        if tag == PARAGRAPH:
            self._place(self.paragraph(element))
        elif tag == TABLE:
            self.table(element)
        elif tag in REMOVED:
            self.book.remarks.add(Remark.CHANGES)
        elif tag == _EMBEDDED:
            self.book.remarks.add(Remark.EMBEDDED)
        elif tag in WRAPPERS or tag == ALTERNATIVE:
            self._look_into(element, tag)

    def _look_into(self, element: _Element, tag: str) -> None:
        """Read what stands in a content control, a tracked insertion, or the first choice of an alternative."""
        if tag in ADDED:
            self.book.remarks.add(Remark.CHANGES)
        inner = element.find(CHOICE) if tag == ALTERNATIVE else element
        for one in inner if inner is not None else ():
            self._element(one)

    def paragraph(self, element: _Element) -> Paragraph:
        """Read a paragraph, wherever it stands, without adding it."""
        self.book.count_paragraph()
        return self._paragraphs.read(element)

    def _place(self, paragraph: Paragraph) -> None:
        if self._waiting is not None:
            paragraph = join(self._waiting, paragraph)
            self._waiting = None
        if paragraph.joins_next:
            self._waiting = paragraph
            return
        if paragraph.text:
            self.book.add(
                Block(
                    len(self.book.blocks),
                    paragraph.shown,
                    self.part,
                    heading=paragraph.heading,
                    generated=len(paragraph.number),
                )
            )
        self.add_beside(paragraph)

    def _flush(self) -> None:
        """Place a paragraph that has none after it to run into."""
        if self._waiting is not None:
            paragraph, self._waiting = self._waiting, None
            paragraph.joins_next = False
            self._place(paragraph)

    def add_beside(self, paragraph: Paragraph) -> None:
        """Add what is anchored in a paragraph: text boxes and watermarks."""
        for words in paragraph.watermarks:
            self.book.add(Block(len(self.book.blocks), words, self.part, furniture=Furniture.WATERMARK))
        for box in paragraph.boxes:
            self.go_deeper()
            self._box_story().read(box)

    def _box_story(self) -> StoryReader:
        """Return the story of the text boxes: they count their lists together, apart from the text around them."""
        if self._boxes is None:
            part = Part.TEXT_BOX if self.part is Part.BODY else self.part
            self._boxes = StoryReader(self.book, part, self.depth + 1)
        return self._boxes

    def go_deeper(self) -> None:
        """Make sure that one table or text box more may stand in this one.

        Raises:
            DocumentError: they are nested too deep.
        """
        if self.depth >= _DEEPEST:
            raise DocumentError("too_deep", "文件中的表格或文本框嵌套过深，可能是恶意文件，已停止读取。")

    def table(self, element: _Element) -> None:
        """Read a whole table."""
        self._flush()
        self.go_deeper()
        self.depth += 1
        self._new_table().read(element)
        self.depth -= 1

    def _new_table(self) -> TableReader:
        number = self.book.tables
        self.book.tables += 1
        return TableReader(self, number)

    def add_cell(self, text: str, cell: Cell, generated: int) -> int:
        """Add a table cell and return the index of its block."""
        self.book.add(Block(len(self.book.blocks), text, self.part, cell, generated=generated))
        return len(self.book.blocks) - 1


def _drop(holder: _Element, children: list[_Element]) -> None:
    """Remove the first `children` of `holder`, which have been read."""
    for _ in children:
        del holder[0]
    children.clear()
