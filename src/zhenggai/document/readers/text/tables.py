"""Tables inside a text: pipes of Markdown, tabs, commas. Found by content, given as cells.

Every line is looked at a bounded number of times, so that a text of any shape is divided in linear time.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_RULE_CELL = re.compile(r":?-{2,}:?|:-:?|-:")
_COUNTER = re.compile(
    r"第?[一二三四五六七八九十]{1,3}[、.]?|\([一二三四五六七八九十\d]{1,4}\)|\d{1,3}[.、)]?|[①-⑳]|[-*•●▪]|附件\d*"
)
"""What stands before a tab where the tab only sets a number off from its sentence."""
_SHORT_CELL = 24
_QUOTED_LINES = 60
"""So many lines one quoted cell may take."""
_QUOTED_LENGTH = 100_000
"""So many characters one record may take; csv refuses longer cells itself."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of the text; `rows` hold the cells as they stand."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Record:
    """The cells of one row and the line after it."""

    cells: tuple[str, ...]
    end: int


def divide(lines: list[str], *, delimited: bool = False) -> Iterator[list[str] | TextTable]:
    """Yield the runs of ordinary lines and the tables of a text, in order.

    `delimited` says that the file calls itself a table (csv, tsv): then two columns and two rows are enough.
    """
    run: list[str] = []
    index = 0
    while index < len(lines):
        table, end = _table_at(lines, index, delimited=delimited)
        if table is None:
            run += lines[index:end]
        else:
            if run:
                yield run
                run = []
            yield table
        index = end
    if run:
        yield run


def _table_at(lines: list[str], index: int, *, delimited: bool) -> tuple[TextTable | None, int]:
    """Return the table that begins at line `index` and the line after it, or None and the line to look at next."""
    line = lines[index]
    if _begins_pipes(lines, index):
        return _pipes(lines, index)
    if "\t" in line.strip(" \r\n"):
        return _tabs(lines, index, delimited=delimited)
    if line.count(",") >= (1 if delimited else 2):
        return _commas(lines, index, delimited=delimited)
    return None, index + 1


def _begins_pipes(lines: list[str], index: int) -> bool:
    line = lines[index].strip()
    if line.startswith("|"):
        return line.count("|") > 1
    return "|" in line and index + 1 < len(lines) and "|" in lines[index + 1] and is_rule(lines[index + 1])


def _pipes(lines: list[str], index: int) -> tuple[TextTable | None, int]:
    closed = lines[index].lstrip().startswith("|")
    end = index
    while end < len(lines) and (lines[end].lstrip().startswith("|") if closed else "|" in lines[end]):
        end += 1
    rows = [_pipe_cells(line.strip()) for line in lines[index:end] if not is_rule(line)]
    ruled = len(rows) < end - index
    if not rows or (len(rows) == 1 and not ruled) or max(len(row) for row in rows) < 2:
        return None, end
    return TextTable(tuple(rows)), end


def is_rule(line: str) -> bool:
    """Return whether `line` is the line of dashes below the head of a Markdown table, as `|---|:-:|`."""
    bare = line.strip()
    if "-" not in bare or bare.strip("|-: \t"):
        return False
    cells = bare.removeprefix("|").removesuffix("|").split("|")
    return all(_RULE_CELL.fullmatch(cell.strip()) for cell in cells)


def _pipe_cells(line: str) -> tuple[str, ...]:
    inner = line.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return tuple(cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", inner))


def _tabs(lines: list[str], index: int, *, delimited: bool) -> tuple[TextTable | None, int]:
    records: list[_Record] = []
    end = index
    while end < len(lines) and "\t" in lines[end]:
        records.append(_record(lines, end, "\t"))
        end = _next_row(lines, records[-1].end, "\t") if delimited else records[-1].end
    if not _fits_tabs(records, delimited=delimited):
        return None, end
    return TextTable(tuple(r.cells for r in records)), end


def _fits_tabs(records: list[_Record], *, delimited: bool) -> bool:
    """Tabs make a table where rows hold several cells; where they only set a number off from its sentence they do not."""
    filled = [r.cells for r in records if sum(1 for cell in r.cells if cell) > 1]
    if len(filled) < 2:
        return len(filled) == 1 and delimited
    if delimited:
        return True
    columns = max(len(cells) for cells in filled)
    if columns > 2:
        wide = sum(1 for cells in filled if sum(1 for cell in cells if cell) > 2)
        return wide > 1 or (wide == 1 and len(filled[0]) > 2)
    counted = sum(1 for cells in filled if _COUNTER.fullmatch(fold(cells[0])))
    return len(filled) > 2 and not counted and all(len(cells[0]) <= _SHORT_CELL for cells in filled)


def _commas(lines: list[str], index: int, *, delimited: bool) -> tuple[TextTable | None, int]:
    """Commas need a head of short cells and several rows of as many cells, or prose with commas would be a table."""
    records: list[_Record] = []
    at = index
    while at < len(lines) and lines[at].strip():
        record = _record(lines, at, ",")
        if records and not _fits_width(record, len(records[0].cells), strict=len(records) < 3):
            break
        records.append(record)
        at = _next_row(lines, record.end, ",") if delimited else record.end
    rows = tuple(r.cells for r in records)
    if delimited and len(rows) > 1:
        return TextTable(rows), at
    if len(rows) < 3 or len(rows[0]) < 3 or not any(_is_head(row) for row in rows[:6]):
        return None, records[0].end if len(rows) < 3 or delimited else at
    return TextTable(rows), at


def _next_row(lines: list[str], index: int, delimiter: str) -> int:
    """Return the line of the next row where one blank line stands before it: some programs end each row twice."""
    doubled = index + 1 < len(lines) and not lines[index].strip() and delimiter in lines[index + 1]
    return index + 1 if doubled else index


def _fits_width(record: _Record, width: int, *, strict: bool) -> bool:
    """A later row may have one cell too many or too few: a comma without quotation marks, an empty end left off."""
    found = len(record.cells)
    return found == width or (not strict and found > 2 and abs(found - width) < 2)


def _is_head(row: tuple[str, ...]) -> bool:
    filled = [cell for cell in row if cell]
    return len(filled) > 2 and all(len(cell) <= _SHORT_CELL and not cell.endswith(("。", "；")) for cell in filled)


def _record(lines: list[str], index: int, delimiter: str) -> _Record:
    """Read the row that begins at line `index`; a quoted cell may run over line breaks, a stray quotation mark may not."""
    line = lines[index]
    if '"' not in line:
        return _Record(tuple(cell.strip() for cell in line.split(delimiter)), index + 1)
    end = _closing_line(lines, index) if line.count('"') % 2 else index + 1
    cells = _parse("\n".join(lines[index:end]), delimiter)
    if cells is None:
        end = index + 1
        cells = _parse(line, delimiter) if line.count('"') % 2 == 0 else None
    if cells is None:
        cells = tuple(cell.strip() for cell in line.split(delimiter))
    return _Record(cells, end)


def _closing_line(lines: list[str], index: int) -> int:
    """Return the line after the one that closes a quotation begun at `index`, where one does so soon; else the next."""
    length = 0
    for end in range(index + 1, min(len(lines), index + _QUOTED_LINES)):
        length += len(lines[end])
        if length > _QUOTED_LENGTH:
            break
        if lines[end].count('"') % 2:
            return end + 1
    return index + 1


def _parse(text: str, delimiter: str) -> tuple[str, ...] | None:
    """Return the cells of one whole record, or None where the quotation marks do not enclose cells."""
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return tuple(cell.strip() for cell in rows[0]) if len(rows) == 1 else None
