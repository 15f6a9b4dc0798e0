"""Tables of single pages → tables of the document: grids from cell boxes, and one table where it runs over pages."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.document.layout.lines import set_lines
from zhenggai.document.layout.page import Box, Glyph, Grid
from zhenggai.document.layout.paragraphs import begins_paragraph, divide, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhenggai.document.layout.page import Line

_SNAP = 1.5
"""Edges closer than this are one edge."""

_MOST_HEADER_ROWS = 4
_ENDS = frozenset("。；;！？!?")

Rectangle = tuple[float, float, float, float]
"""x0, top, x1, bottom."""


class Mesh:
    """The cell boxes of one table on a page, as rows and columns into which glyphs fall."""

    def __init__(self, cells: Sequence[Rectangle]) -> None:
        self._x = _edges([c[0] for c in cells] + [c[2] for c in cells])
        self._y = _edges([c[1] for c in cells] + [c[3] for c in cells])
        self._boxes: list[tuple[Box, list[Glyph]]] = []
        self._owner: dict[tuple[int, int], int] = {}
        for x0, top, x1, bottom in sorted(set(cells), key=lambda c: (c[1], c[0])):
            row, last_row = _index(self._y, top), _index(self._y, bottom)
            column, last_column = _index(self._x, x0), _index(self._x, x1)
            if last_row <= row or last_column <= column or (row, column) in self._owner:
                continue
            places = [(r, c) for r in range(row, last_row) for c in range(column, last_column)]
            self._owner |= dict.fromkeys(places, len(self._boxes))
            self._boxes.append((Box(row, column, last_row - row, last_column - column, x1 - x0), []))

    def __len__(self) -> int:
        return len(self._boxes)

    @property
    def area(self) -> float:
        """The size of the table on the page."""
        return (self._x[-1] - self._x[0]) * (self._y[-1] - self._y[0])

    def take(self, glyph: Glyph) -> bool:
        """Put a glyph into the cell in which its middle lies; say whether there is one."""
        row = bisect_right(self._y, (glyph.top + glyph.bottom) / 2) - 1
        column = bisect_right(self._x, (glyph.x0 + glyph.x1) / 2) - 1
        owner = self._owner.get((row, column))
        if owner is None:
            return False
        self._boxes[owner][1].append(glyph)
        return True

    def grid(self) -> Grid:
        """Return the table with the lines of its cells."""
        boxes = []
        for box, glyphs in self._boxes:
            box.lines = set_lines(glyphs)
            boxes.append(box)
        boxes.sort(key=lambda box: (box.row, box.column))
        return Grid(self._y[0], self._x, len(self._y) - 1, boxes)


def _edges(values: list[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SNAP:
            edges.append(value)
    return edges


def _index(edges: list[float], value: float) -> int:
    return bisect_right(edges, value + 0.01) - 1


@dataclass(slots=True)
class TableCell:
    """A cell of the finished table."""

    row: int
    column: int
    row_span: int
    column_span: int
    width: float
    page: int
    lines: list[Line] = field(default_factory=list)
    text: str = ""


@dataclass(slots=True)
class Table:
    """A table, grown page by page, and the header cells that later pages repeat."""

    edges: list[float]
    rows: int = 0
    cells: list[TableCell] = field(default_factory=list)
    repeated: list[tuple[int, str]] = field(default_factory=list)
    """Page and text of repeated header cells."""
    head: Grid | None = None
    """The first page's part, for its header rows."""
    below: dict[int, TableCell] = field(default_factory=dict)
    """The cells that reach the last row, by column."""
    padding: float = 5.4


def begin(grid: Grid, page: int) -> Table:
    """Return a table that begins with `grid`."""
    table = Table(grid.edges, padding=_padding(grid), head=grid)
    _append(table, grid, page, skipped=0)
    return table


def continues(table: Table, grid: Grid) -> bool:
    """Say whether `grid`, at the top of the next page, has the columns of `table`."""
    if len(table.edges) != len(grid.edges):
        return False
    shift = grid.edges[0] - table.edges[0]
    return all(abs(b - a - shift) < 4 for a, b in zip(table.edges, grid.edges, strict=True))


def extend(table: Table, grid: Grid, page: int) -> None:
    """Add the rows of `grid` to `table`: without repeated header rows, and with a divided row put together."""
    repeated = _repeated_rows(table, grid)
    for box in grid.boxes:
        if box.row < repeated and box.lines:
            table.repeated.append((page, box_text(box.lines, box.width - 2 * table.padding)))
    below = table.below
    first = [box for box in grid.boxes if box.row == repeated]
    if _is_divided(below, first, table.padding):
        for box in first:
            if box.column in below:
                below[box.column].lines += box.lines
                below[box.column].row_span += box.row_span - 1
        _append(table, grid, page, skipped=repeated, joined=True)
        return
    filled = next((box.column for box in first if box.lines), 0)
    for box in first:
        if (
            box.column < filled
            and box.column in below
            and not box.lines
            and below[box.column].column_span == box.column_span
        ):
            below[box.column].row_span += box.row_span
    _append(table, grid, page, skipped=repeated)


def _append(table: Table, grid: Grid, page: int, *, skipped: int, joined: bool = False) -> None:
    start = table.rows - skipped - joined
    added: list[TableCell] = []
    for box in grid.boxes:
        if box.row >= skipped + joined and box.lines:
            cell = TableCell(
                start + box.row, box.column, box.row_span, box.column_span, box.width, page, list(box.lines)
            )
            added.append(cell)
    table.rows = start + grid.rows
    table.cells += added
    reaching = (cell for cell in (*table.below.values(), *added) if cell.row + cell.row_span == table.rows)
    table.below = {cell.column: cell for cell in reaching}


def finish(table: Table) -> list[TableCell]:
    """Return the cells with their text, in reading order."""
    for cell in table.cells:
        cell.text = box_text(cell.lines, cell.width - 2 * table.padding)
    return sorted(table.cells, key=lambda cell: (cell.row, cell.column))


def box_text(lines: Sequence[Line], width: float) -> str:
    """Return the paragraphs of a cell, divided by line breaks."""
    return "\n".join(join(paragraph) for paragraph in divide(lines, width))


def _padding(grid: Grid) -> float:
    """Return the air between a cell's edge and the widest text in it, which is the same for all cells of a table."""
    air = [(box.width - max(line.width for line in box.lines)) / 2 for box in grid.boxes if len(box.lines) > 1]
    return max(0.0, min([5.4, *air]))


def _row_texts(boxes: Iterable[Box], rows: int) -> list[list[tuple[int, int, str]]]:
    found: list[list[tuple[int, int, str]]] = [[] for _ in range(rows)]
    for box in boxes:
        if box.row < rows and box.lines:
            found[box.row].append((box.column, box.column_span, "".join(line.text for line in box.lines)))
    return found


def _repeated_rows(table: Table, grid: Grid) -> int:
    """Return how many rows at the top of `grid` say the same as the first rows of `table`."""
    head = table.head or grid
    most = min(_MOST_HEADER_ROWS, head.rows, grid.rows)
    count = 0
    for row, (above, here) in enumerate(zip(_row_texts(head.boxes, most), _row_texts(grid.boxes, most), strict=True)):
        if not above or above != here:
            break
        count = row + 1
    return 0 if count == 0 or count == grid.rows == table.rows else count


def _is_divided(below: dict[int, TableCell], first: Sequence[Box], padding: float) -> bool:
    """Say whether the row at the top of a page is the rest of the row at the foot of the page before.

    Every filled cell must be able to go on the cell above it, and one must plainly do so, or a cell that each row of its
    own fills must be blank.
    """
    filled = [box for box in first if box.lines]
    if not filled or any(box.column not in below for box in filled):
        return False
    flows = [_flow(below[box.column], box.lines[0], padding) for box in filled]
    if False in flows:
        return False
    blank = {box.column for box in first if not box.lines}
    own = any(below[column].row_span == 1 and below[column].lines for column in blank if column in below)
    return True in flows or own


def _flow(cell: TableCell, following: Line, padding: float) -> bool | None:
    """Return True if the text of a cell plainly runs on with `following`, False if it cannot, None if it may."""
    last = cell.lines[-1] if cell.lines else None
    if last is None or abs(last.size - following.size) > 0.15 * last.size:
        return False
    full = last.width + following.first_word > cell.width - 2 * padding - 0.3 * last.size
    if full and last.text[-1] not in _ENDS and not begins_paragraph(following.text, cell.lines):
        return True
    if len(cell.lines) > 1 or last.text[-1] in _ENDS:
        return None
    return False
