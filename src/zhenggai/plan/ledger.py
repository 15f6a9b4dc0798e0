"""A table read as a ledger: its grid, its columns, and what its rows gave."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.plan.marks import MarkKind, leading_mark, written_mark
from zhenggai.plan.pieces import cut_line
from zhenggai.plan.tree import Draft, Entry, Fragment, Level, Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.plan.labels import Role
    from zhenggai.plan.lines import Line, Table, TableCell

NOTHING = re.compile(r"[/\\\-—~～、\s]*|无|暂无|没有|空|不涉及")
"""What a cell says that holds no value."""


@dataclass(slots=True)
class Column:
    """One column: its head as it stands and what it holds."""

    index: int
    head: str
    role: Role | None
    spare: bool = False
    """Whether it holds another time that counts where the column of time limits is empty."""


@dataclass(slots=True)
class Ledger:
    """A table read as a ledger: nodes by level, drafts, and what belongs to no field."""

    root: Node = field(default_factory=Node)
    drafts: list[Draft] = field(default_factory=list)
    heads: list[Fragment] = field(default_factory=list)
    unassigned: list[Fragment] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    area: Node | None = None
    heading: Line | None = None
    """The heading line that names the area of all rows."""

    def put_under(self, heading: Line, area: Node | None) -> None:
        """Put all rows under the area that `heading` names; under `area` where another table made it already."""
        children, self.root.children = self.root.children, []
        if area is None:
            mark = leading_mark(heading.text)
            start = mark.end if mark else 0
            area = Node(
                MarkKind.HEADING,
                0,
                written_mark(mark, heading.raw) if mark else None,
                [Fragment(heading, start, len(heading.text))],
                self.root,
                level=Level.AREA,
            )
            self.root.children.append(area)
            self.heads.append(Fragment(heading, 0, start))
            self.heading = heading
        self.area = area
        for child in children:
            child.parent = area
            area.children.append(child)


class Grid:
    """The cells of a table by row and column, merged cells everywhere that they span."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows, self.columns = table.rows, table.columns
        self._at: dict[tuple[int, int], TableCell] = {}
        for cell in table.cells.values():
            for row in range(cell.row, min(cell.row + cell.row_span, table.rows)):
                for column in range(cell.column, min(cell.column + cell.column_span, table.columns)):
                    self._at.setdefault((row, column), cell)

    def at(self, row: int, column: int) -> TableCell | None:
        """Return the cell that covers a place, or None."""
        return self._at.get((row, column))

    def starting(self, row: int, column: int) -> TableCell | None:
        """Return the cell whose upper left is the place, or None."""
        return self.table.cells.get((row, column))

    def cells_starting(self, row: int) -> list[TableCell]:
        """Return the cells whose first row is `row`."""
        return [cell for column in range(self.columns) if (cell := self.starting(row, column)) is not None]


def fragments_of(cell: TableCell | None) -> list[Fragment]:
    """Return the lines of a cell as fragments."""
    return [Fragment(line, 0, len(line.text)) for line in cell.lines] if cell is not None else []


def head_text(cell: TableCell | None) -> str:
    """Return the text of a head cell without blanks."""
    return re.sub(r"\s+", "", cell.text) if cell is not None else ""


def whole_of(cell: TableCell) -> Fragment:
    """Return one fragment over all lines of the cell, which belong to one block."""
    return Fragment(cell.whole, 0, len(cell.whole.text))


def entries_of(lines: Iterable[Line], ledger: Ledger) -> list[Entry]:
    """Divide a cell into its entries: by its numbers, else by its lines."""
    entries: list[Entry] = []
    run: MarkKind | None = None
    last = ""
    latest: dict[MarkKind, int] = {}
    for line in lines:
        for piece in cut_line(line, latest):
            fragment = Fragment(piece.line, piece.text_start, piece.text_end)
            if piece.mark is not None and (run is None or piece.mark.kind is run) and piece.label is None:
                run = piece.mark.kind
                ledger.heads.append(Fragment(line, piece.start, piece.text_start))
                entries.append(Entry(piece.number, [fragment]))
            elif (
                entries
                and (run is not None or piece.inline or not re.search(r"[。;!?]$", last))
                and not (run is None and not piece.inline and last)
            ):
                entries[-1].fragments.append(Fragment(line, piece.start, piece.text_end))
            elif piece.text_end > piece.start:
                entries.append(Entry(None, [Fragment(line, piece.start, piece.text_end)]))
            last = piece.text or last
    return entries
