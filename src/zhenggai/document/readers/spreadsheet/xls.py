"""xls and et of the old kind (BIFF in a compound file): values by python-calamine, number formats by an own look at the records."""

from __future__ import annotations

import datetime as dt
import io
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import python_calamine as calamine

from zhenggai.document.compound import CompoundFile, stream_names
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits, Reader, Reading, Source
from zhenggai.document.readers.spreadsheet.grid import Budget, Place, Sheet, sheets_to_reading
from zhenggai.document.readers.spreadsheet.number_formats import BUILT_IN, plain, show_date, show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_PLACES = 4_000_000
"""python-calamine holds every place between the first and the last cell of a sheet, filled or not."""

_VALUE_RECORDS = frozenset({0x0006, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})
_MULRK, _XF, _FORMAT, _BOF, _EOF, _FILEPASS = 0x00BD, 0x00E0, 0x041E, 0x0809, 0x000A, 0x002F


@dataclass(slots=True)
class _Layout:
    """How far a sheet reaches, and the format code of its cells that have one of their own."""

    places: int = 0
    last: Place = (0, 0)
    formats: dict[Place, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Records:
    """What the records of a workbook say beside the values."""

    sheets: list[_Layout] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))

    def code(self, sheet: int, place: Place) -> str:
        """Return the format code of a cell, empty where it has none."""
        if sheet >= len(self.sheets):
            return ""
        style = self.sheets[sheet].formats.get(place)
        if style is None or style >= len(self.styles):
            return ""
        return self.codes.get(self.styles[style], "")


def _recognises(source: Source) -> bool:
    names = stream_names(source.data)
    return "Workbook" in names or "Book" in names


def _read(source: Source, limits: Limits) -> Reading:
    container = CompoundFile(source.data)
    records = _look_through(container.read("Workbook") or container.read("Book") or b"")
    sheets: list[Sheet] = []
    hidden: list[str] = []
    budget = Budget(limits)
    try:
        workbook = calamine.load_workbook(io.BytesIO(source.data))
        for number, about in enumerate(workbook.sheets_metadata):
            if about.visible != calamine.SheetVisibleEnum.Visible:
                hidden.append(about.name)
            elif about.typ in (calamine.SheetTypeEnum.WorkSheet, calamine.SheetTypeEnum.DialogSheet):
                sheets.append(_sheet(workbook.get_sheet_by_index(number), number, records, budget))
    except calamine.PasswordError as error:
        raise _locked() from error
    except calamine.CalamineError as error:
        raise DocumentError("broken", "表格文件已损坏，读不出工作表：请用原软件打开后另存为 xlsx 再试。") from error
    return sheets_to_reading(sheets, hidden)


def _sheet(found: Any, number: int, records: _Records, budget: Budget) -> Sheet:
    sheet = Sheet(found.name, merged=list(found.merged_cell_ranges or ()))
    top, left = found.start or (0, 0)
    for row, values in enumerate(found.iter_rows(), top):
        for column, value in enumerate(values, left):
            if value == "" or value is None:
                continue
            text = _show(value, records.code(number, (row, column)))
            budget.take(text)
            sheet.put(row, column, text)
    return sheet


def _show(value: object, code: str) -> str:
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return show_number(value, code) if code else plain(value)
        case dt.datetime():
            return show_date(value, code or ("ymdh" if value.hour or value.minute else "ymd"))
        case dt.date():
            return show_date(dt.datetime(value.year, value.month, value.day), code or "ymd")  # noqa: DTZ001 a cell has no zone
        case dt.time():
            return value.strftime("%H:%M")
        case _:
            return str(value)


def _look_through(stream: bytes) -> _Records:
    """Read formats and extents off the records.

    Raises:
        DocumentError: the workbook has a password, or a sheet spans too many places to be held.
    """
    found = _Records()
    depth = 0
    for kind, body in _records(stream):
        if kind == _FILEPASS:
            raise _locked()
        if kind == _BOF:
            depth += 1
            if depth == 1 and len(body) >= 4 and struct.unpack_from("<H", body, 2)[0] != 0x0005:
                found.sheets.append(_Layout())
        elif kind == _EOF:
            depth = max(depth - 1, 0)
        elif kind == _XF and len(body) >= 4:
            found.styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _FORMAT:
            _note_format(found, body)
        elif found.sheets:
            _note_cell(found.sheets[-1], kind, body)
    return found


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at, end = 0, len(stream)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _note_format(found: _Records, body: bytes) -> None:
    if len(body) < 5:
        return
    number, length, wide = struct.unpack_from("<HHB", body, 0)
    found.codes[number] = (
        body[5 : 5 + 2 * length].decode("utf-16-le", "replace") if wide & 1 else body[5 : 5 + length].decode("latin-1")
    )


def _note_cell(layout: _Layout, kind: int, body: bytes) -> None:
    if len(body) < 6:
        return
    if kind in _VALUE_RECORDS:
        row, column, style = struct.unpack_from("<HHH", body, 0)
        layout.formats[row, column] = style
    elif kind == _MULRK:
        row, column = struct.unpack_from("<HH", body, 0)
        count = (len(body) - 6) // 6
        for offset in range(count):
            layout.formats[row, column + offset] = struct.unpack_from("<H", body, 4 + 6 * offset)[0]
        column += max(count - 1, 0)
    else:
        return
    layout.last = (max(layout.last[0], row), max(layout.last[1], column))
    if (layout.last[0] + 1) * (layout.last[1] + 1) > _MOST_PLACES:
        raise DocumentError("too_large", "工作表的范围太大：请删去表格右边和下边多余的行列后再试。")


def _locked() -> DocumentError:
    return DocumentError("encrypted", "表格设有打开密码：请去掉密码后再试。")


READER = Reader(
    key="xls",
    title="旧版 Excel 和 WPS 表格（xls、et）",
    suffixes=(".xls", ".et", ".xlt", ".ett"),
    media_type="application/vnd.ms-excel",
    recognises=_recognises,
    read=_read,
)
