"""The cells of a sheet, from whatever file, as blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.document.blocks import Block, Cell
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

Place = tuple[int, int]
"""Row and column, from 0."""

_MOST_MERGED_ROWS = 2_000_000
"""Ranges that cover more rows together overlap, which no real program writes."""


@dataclass(slots=True)
class Sheet:
    """One sheet as read: the text of its cells and its merged ranges (upper left and lower right place)."""

    name: str
    cells: dict[Place, str] = field(default_factory=dict)
    merged: list[tuple[Place, Place]] = field(default_factory=list)

    def put(self, row: int, column: int, text: str) -> None:
        """Keep the text of a cell unless it is blank."""
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if text:
            self.cells[row, column] = text


class Budget:
    """Counts cells and characters while a workbook is read, so that a huge one is refused before it fills the memory."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._cells = 0
        self._characters = 0

    def take(self, text: str) -> None:
        """Count one cell.

        Raises:
            DocumentError: the workbook is over the limits.
        """
        self._cells += 1
        self._characters += len(text)
        if self._cells > self._limits.blocks or self._characters > self._limits.characters:
            message = (
                f"表格太大：单元格超过{self._limits.blocks}个或文字超过{self._limits.characters}字，请拆成几个文件。"
            )
            raise DocumentError("too_large", message)


def sheets_to_reading(sheets: Iterable[Sheet], hidden: Iterable[str]) -> Reading:
    """Return the blocks of all sheets, one table each, with a note on the sheets that are hidden.

    Raises:
        DocumentError: no visible sheet has any text.
    """
    blocks: list[Block] = []
    table = 0
    for sheet in sheets:
        if sheet.cells:
            _add_sheet(blocks, sheet, table)
            table += 1
    left_out = "、".join(hidden)
    if not blocks:
        raise DocumentError("empty", "表格里没有文字：各个可见的工作表都是空的。")
    return Reading(tuple(blocks), (f"跳过隐藏的工作表：{left_out}。",) if left_out else ())


def _add_sheet(blocks: list[Block], sheet: Sheet, table: int) -> None:
    last_row = max(row for row, _ in sheet.cells)
    last_column = max(column for _, column in sheet.cells)
    spans, covered = _spans(sheet, last_row, last_column)
    for row, column in sorted(sheet.cells):
        if (row, column) in covered:
            continue
        row_span, column_span = spans.get((row, column), (1, 1))
        cell = Cell(table, row, column, row_span, column_span)
        blocks.append(Block(len(blocks), sheet.cells[row, column], cell=cell, sheet=sheet.name))


def _spans(sheet: Sheet, last_row: int, last_column: int) -> tuple[dict[Place, Place], set[Place]]:
    """Return the spans by upper left place, and the filled places that a range covers and Excel therefore does not show."""
    spans: dict[Place, Place] = {}
    covered: set[Place] = set()
    rows: dict[int, list[int]] = {}
    for row, column in sheet.cells:
        rows.setdefault(row, []).append(column)
    work = 0
    for (top, left), (bottom, right) in sheet.merged:
        height, width = min(bottom, last_row) - top + 1, min(right, last_column) - left + 1
        if height < 1 or width < 1 or (top, left) in spans:
            continue
        spans[top, left] = (height, width)
        work += height
        if (top, left) not in sheet.cells or work > _MOST_MERGED_ROWS:
            continue
        for row in range(top, top + height):
            covered.update((row, column) for column in rows.get(row, ()) if left <= column <= right)
        covered.discard((top, left))
    return spans, covered
