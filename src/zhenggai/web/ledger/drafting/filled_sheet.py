"""A document's blocks → the filled-in ledger: rows with their cells by column, merged cells as part of each row they cover."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zhenggai.text import fold
from zhenggai.web.ledger.drafting.columns import column_of
from zhenggai.web.ledger.drafting.ledger_sheet import identity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_HEAD_ROWS = 15
_LEAST_COLUMNS = 4
_LONG = 16_000
"""A cell of so many characters is not the end of what was written: the format holds 32,767, and a break is sought in the second half."""
_FOOT = re.compile(r"^(?:填表人|填报人|审核人|单位负责人|合\s*计|总\s*计)")
_REFERENCE = re.compile(r"[FTWC]\d{3,}")


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell with its upper left place and its extent, in rows and columns counted from 0."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of the ledger. `number` is the row as a spreadsheet counts; a key of `cells` is missing where nothing stands."""

    number: int
    cells: Mapping[str, SheetCell]

    def text(self, key: str) -> str:
        """Return the words of a column, "" where nothing stands."""
        cell = self.cells.get(key)
        return cell.text.strip() if cell else ""

    @property
    def references(self) -> list[str]:
        """The references in the row, as a person may have typed them."""
        return _REFERENCE.findall(fold(self.text("reference")).upper())


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """The table with the heads of its columns by key, and what the lines above it say of where it comes from."""

    columns: Mapping[str, str]
    rows: tuple[SheetRow, ...]
    identity: Mapping[str, str] = field(default_factory=dict)
    extract: bool = False

    def by_reference(self) -> dict[str, SheetRow]:
        """Return the rows by their last reference; of several with the same the first."""
        found: dict[str, SheetRow] = {}
        for row in self.rows:
            if row.references:
                found.setdefault(row.references[-1], row)
        return found


def find_sheet(
    blocks: Sequence[Mapping[str, Any]], named: Callable[[str], str | None] = column_of
) -> FilledSheet | None:
    """Return the first table with a column of references and rows that have some; None for a document of another kind.

    `blocks` are as `reading.blocks_of` gives them; `named` gives the key of the column that has a head.
    """
    tables: dict[int, list[SheetCell]] = {}
    for block in blocks:
        if block["cell"]:
            table, row, column, rows, columns = block["cell"]
            tables.setdefault(table, []).append(SheetCell(block["text"], row, column, rows, columns))
    for cells in tables.values():
        sheet = _Table(cells, named).sheet()
        if sheet is not None and any(row.references for row in sheet.rows):
            return sheet
    return None


class _Table:
    def __init__(self, cells: list[SheetCell], named: Callable[[str], str | None]) -> None:
        self.named = named
        self.cells = _joined(cells)
        self.last = max(cell.row + cell.rows for cell in self.cells)
        self.starting: dict[int, list[SheetCell]] = {}
        self.covering: dict[tuple[int, int], SheetCell] = {}
        for cell in self.cells:
            self.starting.setdefault(cell.row, []).append(cell)
            for row in range(cell.row, cell.row + cell.rows):
                for column in range(cell.column, cell.column + cell.columns):
                    self.covering[row, column] = cell

    def sheet(self) -> FilledSheet | None:
        head = next((row for row in range(min(_HEAD_ROWS, self.last)) if self._is_head(row)), None)
        if head is None:
            return None
        columns: dict[str, SheetCell] = {}
        for cell in self.starting[head]:
            key = self.named(cell.text)
            if key:
                columns.setdefault(key, cell)
        above = [cell.text for cell in self.cells if cell.row < head]
        places = {key: cell.column for key, cell in columns.items()}
        first = max(cell.row + cell.rows for cell in self.starting[head])
        return FilledSheet(
            columns={key: cell.text.strip() for key, cell in columns.items()},
            rows=tuple(self._rows(first, places)),
            identity=identity_of(above),
            extract=any("按筛选条件导出" in text for text in above),
        )

    def _is_head(self, row: int) -> bool:
        keys = {self.named(cell.text) for cell in self.starting.get(row, ())} - {None}
        return "reference" in keys and len(keys) >= _LEAST_COLUMNS

    def _rows(self, first: int, places: Mapping[str, int]) -> list[SheetRow]:
        rows: list[SheetRow] = []
        row = first
        while row < self.last:
            begun = [cell for cell in self.starting.get(row, ()) if cell.text.strip()]
            if begun and _FOOT.match(begun[0].text.strip()):
                break
            reference = self.covering.get((row, places["reference"]))
            height = reference.row + reference.rows - row if reference else 1
            if begun:
                rows.append(SheetRow(row + 1, self._cells(row, places)))
            row += height
        return rows

    def _cells(self, row: int, places: Mapping[str, int]) -> dict[str, SheetCell]:
        return {key: cell for key, column in places.items() if (cell := self.covering.get((row, column))) is not None}


def _joined(cells: Sequence[SheetCell]) -> list[SheetCell]:
    """Return the cells with those put together again whose words were too long for one and go on in the next one below."""
    by_place = {(cell.row, cell.column): cell for cell in cells}
    found = []
    for cell in sorted(cells, key=lambda cell: (cell.row, cell.column)):
        if (cell.row, cell.column) not in by_place:
            continue
        words, rows, last = cell.text, cell.rows, cell
        while len(last.text) >= _LONG and (below := by_place.pop((cell.row + rows, cell.column), None)) is not None:
            words, rows, last = words + below.text, rows + below.rows, below
        found.append(SheetCell(words, cell.row, cell.column, rows, cell.columns))
    return found
