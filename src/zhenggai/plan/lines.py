"""The document as lines and tables in reading order, folded for matching, every position kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from zhenggai.document.blocks import Part
from zhenggai.plan.model import Span
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.document.blocks import Block, Document

_OWN = frozenset({Part.BODY, Part.TEXT_BOX})
_BULLET = re.compile(r"[-*+•●◆■◇□▪·»>]\s+|[•●◆■◇▪]")
_BREAK = re.compile(r"\n|<br\s*/?>", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """One line of a paragraph: characters `start` to `end` of block `block`, without the blanks around it.

    `text` is the folded text (of the same length), `raw` the text as it stands.
    """

    block: int
    start: int
    end: int
    text: str
    raw: str
    heading: int | None = None

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Return the span of the line's characters `start` to `end`."""
        return Span(self.block, self.start + start, self.start + (len(self.text) if end is None else end))

    def part(self, start: int, end: int) -> Line:
        """Return the line of the characters `start` to `end` alone, without the blanks around them."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        end = start + len(text.strip())
        return Line(
            self.block, self.start + start, self.start + end, self.text[start:end], self.raw[start:end], self.heading
        )


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell of a table: its place, what it spans and its lines."""

    row: int
    column: int
    row_span: int
    column_span: int
    lines: tuple[Line, ...]
    whole: Line
    """The whole text of the cell as one line, its own line breaks in it."""

    @property
    def text(self) -> str:
        """The folded text of the cell, its lines divided by line breaks."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the document with its cells by (row, column) of their upper left."""

    cells: dict[tuple[int, int], TableCell]
    rows: int
    columns: int

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines of the table in reading order."""
        return tuple(line for _, cell in sorted(self.cells.items()) for line in cell.lines)


Stretch = Line | Table


def read_stretches(document: Document) -> tuple[Stretch, ...]:
    """Return the document's own text as lines and tables in reading order, page furniture and notes left out."""
    stretches: list[Stretch] = []
    own = [b for b in document.blocks if b.furniture is None and b.part in _OWN]
    for key, group in groupby(own, key=_table_key):
        if key is None:
            for block in group:
                stretches.extend(split_lines(block))
        else:
            stretches.append(_table(list(group)))
    return tuple(stretches)


def read_notes(document: Document) -> Iterator[Line]:
    """Yield the lines of the footnotes and endnotes, which stand in no stretch."""
    for block in document.blocks:
        if block.furniture is None and block.part is Part.FOOTNOTE:
            yield from split_lines(block)


def split_lines(block: Block) -> Iterator[Line]:
    """Yield the lines of a block that hold more than blanks."""
    text = block.text
    position = 0
    for match in _BREAK.finditer(text) if "\n" in text or "<" in text else ():
        line = _trimmed(block, position, match.start())
        if line is not None:
            yield line
        position = match.end()
    line = _trimmed(block, position, len(text))
    if line is not None:
        yield line


def _trimmed(block: Block, start: int, end: int) -> Line | None:
    text = fold(block.text[start:end]).lstrip()
    bullet = _BULLET.match(text)
    if bullet:
        text = text[bullet.end() :].lstrip()
    first = end - len(text)
    text = text.rstrip()
    if not text:
        return None
    last = first + len(text)
    return Line(block.number, first, last, text, block.text[first:last], block.heading)


def _table_key(block: Block) -> tuple[str | None, int] | None:
    return None if block.cell is None else (block.sheet, block.cell.table)


def _table(blocks: list[Block]) -> Table:
    cells: dict[tuple[int, int], TableCell] = {}
    rows = columns = 0
    for block in blocks:
        cell = block.cell
        if cell is None:
            continue
        lines = tuple(split_lines(block))
        whole = _trimmed(block, 0, len(block.text)) or Line(block.number, 0, 0, "", "")
        cells[cell.row, cell.column] = TableCell(cell.row, cell.column, cell.row_span, cell.column_span, lines, whole)
        rows, columns = max(rows, cell.row + cell.row_span), max(columns, cell.column + cell.column_span)
    return Table(cells, rows, columns)
