"""xls and et of the old kind: a workbook in a compound file.

The project reads the records itself: python-calamine gives numbers without their formats, holds every place up to the last
cell, and ends the whole program on some broken files.
"""

from __future__ import annotations

from zhenggai.document.compound import CompoundFile, stream_names
from zhenggai.document.reader import Limits, Reader, Reading, Source
from zhenggai.document.readers.spreadsheet.biff import broken, open_workbook, read_sheet
from zhenggai.document.readers.spreadsheet.grid import Budget, Sheet, sheets_to_reading

_STREAMS = ("Workbook", "Book")


def _recognises(source: Source) -> bool:
    return not stream_names(source.data).isdisjoint(_STREAMS)


def _read(source: Source, limits: Limits) -> Reading:
    container = CompoundFile(source.data)
    stream = next((found for name in _STREAMS if (found := container.read(name))), None)
    if stream is None:
        raise broken()
    book = open_workbook(stream, limits.characters)
    budget = Budget(limits)
    sheets: list[Sheet] = []
    for bound in book.sheets:
        if bound.visible and bound.cells:
            sheets.append(Sheet(bound.name))
            read_sheet(book, bound, sheets[-1], budget)
    return sheets_to_reading(sheets, [bound.name for bound in book.sheets if not bound.visible])


READER = Reader(
    key="xls",
    title="旧版 Excel 和 WPS 表格（xls、et）",
    suffixes=(".xls", ".et", ".xlt", ".ett"),
    media_type="application/vnd.ms-excel",
    recognises=_recognises,
    read=_read,
)
