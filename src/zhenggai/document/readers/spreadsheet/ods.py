"""ods: an own reader, because the file itself keeps what every cell shows, and its merged ranges, which python-calamine drops."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.document.archive import Archive
from zhenggai.document.reader import Limits, Reader, Reading, Source
from zhenggai.document.readers.spreadsheet.grid import Budget, Sheet, sheets_to_reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_MIME = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_MOST_REPEATS = 1_000
"""A filled cell or row that repeats more often than this is padding, not text that anybody typed."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _recognises(source: Source) -> bool:
    return source.data[:2] == b"PK" and source.data[30 : 30 + len(_MIME)] == _MIME


def _read(source: Source, limits: Limits) -> Reading:
    content = Archive(source.data, limits).xml("content.xml")
    concealed = {
        style.get(_name(style, "name"))
        for style in content.iter("{*}style")
        for properties in style.iterchildren("{*}table-properties")
        if _attribute(properties, "display") == "false"
    }
    budget = Budget(limits)
    sheets: list[Sheet] = []
    hidden: list[str] = []
    for table in content.iter("{*}table"):
        name = _attribute(table, "name") or ""
        if _attribute(table, "style-name") in concealed:
            hidden.append(name)
        elif not _is_nested(table):
            sheets.append(_sheet(table, name, budget))
    return sheets_to_reading(sheets, hidden)


def _name(element: _Element, local: str) -> str:
    """Return the full name of the attribute whose name without its space is `local`."""
    return next((str(key) for key in element.attrib if str(key).endswith("}" + local)), local)


def _attribute(element: _Element, local: str) -> str | None:
    return element.get(_name(element, local))


def _count(element: _Element, local: str) -> int:
    text = _attribute(element, local) or ""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 10 else 1


def _is_nested(table: _Element) -> bool:
    return next(table.iterancestors("{*}table", "{*}annotation"), None) is not None


def _sheet(table: _Element, name: str, budget: Budget) -> Sheet:
    sheet = Sheet(name)
    row = 0
    for element in table.iter("{*}table-row"):
        repeats = _count(element, "number-rows-repeated")
        for offset in range(min(repeats, _MOST_REPEATS)):
            if not _read_row(element, row + offset, sheet, budget):
                break
        row += repeats
    return sheet


def _read_row(element: _Element, row: int, sheet: Sheet, budget: Budget) -> bool:
    """Put the cells of a row; say whether any has text."""
    column, filled = 0, False
    for cell in element.iterchildren("{*}table-cell", "{*}covered-table-cell"):
        repeats = _count(cell, "number-columns-repeated")
        text = _show(cell)
        if text and str(cell.tag).rpartition("}")[2] == "table-cell":
            filled = True
            for offset in range(min(repeats, _MOST_REPEATS)):
                budget.take(text)
                sheet.put(row, column + offset, text)
            _note_span(cell, row, column, sheet)
        column += repeats
    return filled


def _note_span(cell: _Element, row: int, column: int, sheet: Sheet) -> None:
    rows, columns = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
    if rows > 1 or columns > 1:
        sheet.merged.append(((row, column), (row + rows - 1, column + columns - 1)))


def _show(cell: _Element) -> str:
    """Return what a cell shows: a whole date as 2024-03-31, anything else as the file displays it."""
    shown = "\n".join("".join(_pieces(paragraph)) for paragraph in cell.iterchildren("{*}p"))
    date = _attribute(cell, "date-value") or ""
    if (
        _attribute(cell, "value-type") == "date"
        and _DAY.match(date)
        and not re.fullmatch(r"\d{4}\s*[年./-]\s*\d{1,2}月?", shown.strip())
    ):
        clock = date[11:16]
        return date[:10] + (f" {clock}" if clock not in {"", "00:00"} else "")
    return shown


def _pieces(element: _Element) -> Iterator[str]:
    yield element.text or ""
    for child in element.iterchildren():
        local = str(child.tag).rpartition("}")[2]
        if local == "s":
            yield " " * min(_count(child, "c"), _MOST_REPEATS)
        elif local in {"tab", "line-break"}:
            yield "\t" if local == "tab" else "\n"
        elif local not in {"annotation", "ruby-text"}:
            yield from _pieces(child)
        yield child.tail or ""


READER = Reader(
    key="ods",
    title="OpenDocument 表格（ods）",
    suffixes=(".ods", ".ots"),
    media_type="application/vnd.oasis.opendocument.spreadsheet",
    recognises=_recognises,
    read=_read,
)
