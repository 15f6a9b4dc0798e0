"""Tables inside a text: pipes of Markdown, tabs, commas. Found by content, given as cells."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
_SHORT_CELL = 24
_LOOK_AHEAD = 60


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table that takes `lines` lines of the text; `rows` hold the cells as they stand."""

    rows: tuple[tuple[str, ...], ...]
    lines: int


def table_at(lines: list[str], index: int, *, comma: bool = True) -> TextTable | None:
    """Return the table that begins at line `index`, or None. `comma`: whether commas may divide cells."""
    line = lines[index]
    if line.lstrip().startswith("|"):
        return _pipes(lines, index)
    if "\t" in line.strip():
        return _tabs(lines, index)
    if comma and line.count(",") > 1:
        return _commas(lines, index)
    return None


def _pipes(lines: list[str], index: int) -> TextTable | None:
    rows: list[tuple[str, ...]] = []
    end = index
    while end < len(lines) and lines[end].strip().startswith("|") and lines[end].count("|") > 1:
        if not _RULE.fullmatch(lines[end]):
            rows.append(_pipe_cells(lines[end].strip()))
        end += 1
    return TextTable(tuple(rows), end - index) if len(rows) > 1 else None


def _pipe_cells(line: str) -> tuple[str, ...]:
    inner = line[1:-1] if line.endswith("|") and not line.endswith("\\|") else line[1:]
    return tuple(cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", inner))


def _tabs(lines: list[str], index: int) -> TextTable | None:
    end = index
    columns = 0
    while end < len(lines) and "\t" in lines[end].rstrip("\r\n"):
        columns = max(columns, lines[end].count("\t") + 1)
        end += 1
        if lines[end - 1].count('"') % 2:
            end = _closing_quote(lines, end)
    rows = (
        [tuple(c.strip() for c in row) for row in csv.reader(lines[index:end], delimiter="\t", strict=False)]
        if end - index < 100_000
        else []
    )
    filled = [row for row in rows if sum(1 for c in row if c) > 1]
    if columns < 3 or len(filled) < 2 or not any(row[0] for row in filled):
        return None
    return TextTable(tuple(rows), end - index)


def _closing_quote(lines: list[str], start: int) -> int:
    """Return the line after the one that closes a quotation begun before `start`, where one does so soon."""
    for end in range(start, min(len(lines), start + _LOOK_AHEAD)):
        if lines[end].count('"') % 2:
            return end + 1
    return start


def _commas(lines: list[str], index: int) -> TextTable | None:
    """A comma table needs a head of short cells and several rows of as many cells, or prose with commas would be one."""
    first = _records(lines[index : index + _LOOK_AHEAD])
    heads = [row for row, _ in first[:6]]
    width = len(heads[0]) if heads else 0
    if width < 3 or len(first) < 3 or any(len(row) != width for row in heads[:3]):
        return None
    if not any(_is_head(row) for row in heads):
        return None
    rows: list[tuple[str, ...]] = []
    used = 0
    for row, lines_used in _records(lines[index:]):
        if len(row) != width and not (len(row) > 2 and abs(len(row) - width) < 2):
            break
        rows.append(tuple(cell.strip() for cell in row))
        used = lines_used
    return TextTable(tuple(rows), used) if len(rows) > 2 else None


def _records(lines: list[str]) -> list[tuple[list[str], int]]:
    """Return the records of `lines` with the number of lines read up to and with each."""
    reader = csv.reader((line + "\n" for line in lines), strict=False)
    records: list[tuple[list[str], int]] = []
    try:
        for row in reader:
            if not row:
                break
            records.append((row, reader.line_num))
    except csv.Error:
        pass
    return records


def _is_head(row: list[str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    return len(filled) > 2 and all(len(cell) <= _SHORT_CELL and "。" not in cell for cell in filled)
