"""xlsx: the official ledger as a sheet that prints as it should, in WPS as in Excel."""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.export import fitting
from zhenggai.export.sheet import Cell, ExportError, Format, Options, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

_PAGE = 150
"""Widths of all columns together, in characters: what A4 landscape takes at about 95 %; the sheet is then fitted to the page."""
_MOST_ROWS = 1_048_576
_MOST_CHARACTERS = 32_767
_HIGHEST = 400.0
"""Excel's rows end at 409.5 points; a higher one is made of several, merged."""
_TALL = 150.0
"""From this height on words stand at the top of a merged cell, so that they are not on the second page of three."""
_LINE = 15.5
_BODY_SIZE = 10.5
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_FILLING_COLOUR = "#FFF8E1"
"""The ground of cells that are to be filled in."""
_TONE_COLOURS = {"good": "#1E6B34", "fair": "#8A5A00", "open": "#1F4E8C", "bad": "#B3261E"}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_name": "宋体", "font_size": 20, "bold": True, "align": "center", "valign": "vcenter"},
    "note": {"font_name": "仿宋", "font_size": 12, "align": "left", "valign": "vcenter"},
    "head": {"font_name": "黑体", "font_size": _BODY_SIZE, "align": "center", "valign": "vcenter", "border": 1},
    "text": {"font_name": "仿宋", "font_size": _BODY_SIZE, "align": "left", "valign": "vcenter", "border": 1},
    "centre": {"font_name": "仿宋", "font_size": _BODY_SIZE, "align": "center", "valign": "vcenter", "border": 1},
}


@dataclass(frozen=True, slots=True)
class _Area:
    """Rows and columns of the sheet, both ends within."""

    top: int
    left: int
    bottom: int
    right: int


class _Printer:
    """Writes one worksheet, from the top down."""

    def __init__(self, workbook: Any, sheet: Sheet, name: str) -> None:
        self.workbook = workbook
        self.sheet = sheet
        self.page: Any = workbook.add_worksheet(name)
        self.formats: dict[tuple[object, ...], Any] = {}
        self.widths = fitting.column_widths(sheet, _PAGE, fitting.PAPER)
        self.row = 0

    def style(self, key: str, *, tone: str | None = None, top: bool = False, open_to_all: bool = False) -> Any:
        """Return the format `key`, made once, in the colour of `tone`, with its words at the top, and not locked if so asked."""
        if (key, tone, top, open_to_all) not in self.formats:
            properties = {**_STYLES[key], "text_wrap": True}
            if tone is not None:
                properties["font_color"] = _TONE_COLOURS[tone]
            if top:
                properties["valign"] = "top"
            if open_to_all:
                properties |= {"locked": False, "bg_color": _FILLING_COLOUR}
            self.formats[key, tone, top, open_to_all] = self.workbook.add_format(properties)
        return self.formats[key, tone, top, open_to_all]

    def write(self) -> None:
        """Write the sheet and set its page up."""
        for n, (width, column) in enumerate(zip(self.widths, self.sheet.columns, strict=True)):
            self.page.set_column(n, n, width, None, {"hidden": True} if column.hidden else None)
        self.line(self.sheet.title, "title", 28.0)
        for note in (*self.sheet.notes, *self.sheet.form_head):
            self.line(note, "note", 17.0)
        self.head()
        self.body()
        if self.sheet.form_foot:
            self.page.set_row(self.row, 10)
            self.row += 1
        for words in self.sheet.form_foot:
            self.line(words, "note", 22.0)
        self.set_up_page()

    def line(self, words: str, style: str, line_height: float) -> None:
        """Write a line over the whole width."""
        size = _STYLES[style]["font_size"] / _BODY_SIZE
        lines = fitting.wrap(clean(words), int((sum(self.widths) - 4) / size))
        self.page.set_row(self.row, min(len(lines) * line_height + 4, 409))
        self.put(words, _Area(self.row, 0, self.row, len(self.widths) - 1), self.style(style))
        self.row += 1

    def head(self) -> None:
        """Write the column titles; they stay on the screen and stand on every printed page."""
        titles = [column.title for column in self.sheet.columns]
        lines = max(len(fitting.wrap(t, _room(w))) for t, w in zip(titles, self.widths, strict=True))
        self.page.set_row(self.row, lines * _LINE + 8)
        for n, words in enumerate(titles):
            self.page.write_string(self.row, n, words, self.style("head"))
        self.page.repeat_rows(self.row)
        self.page.freeze_panes(self.row + 1, 0)
        self.row += 1

    def body(self) -> None:
        """Write the rows, each as high as its words need."""
        if not self.sheet.rows:
            self.page.set_row(self.row, 30)
            area = _Area(self.row, 0, self.row, len(self.widths) - 1)
            self.put(self.sheet.empty, area, self.style("centre"))
            self.row += 1
            return
        heights = fitting.row_heights(self.sheet.rows, self.need, least=_LINE + 6)
        starts = [self.row]
        for height in heights:
            pieces = math.ceil(height / _HIGHEST)
            starts.append(starts[-1] + pieces)
        if starts[-1] + len(self.sheet.form_foot) + 1 > _MOST_ROWS:
            raise ExportError(f"表格超过{_MOST_ROWS}行，Excel 和 WPS 打不开这样的表，请把文件拆开后分别读取。")
        for n, height in enumerate(heights):
            self.rows(starts[n], starts[n + 1], height)
        for n, row in enumerate(self.sheet.rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    bottom = starts[min(n + cell.rows, len(heights))] - 1
                    self.cell(
                        cell,
                        _Area(starts[n], column, bottom, column + cell.columns - 1),
                        sum(heights[n : n + cell.rows]),
                    )
        self.guide(self.row, starts[-1] - 1)
        self.row = starts[-1]

    def guide(self, first: int, last: int) -> None:
        """Say what the cells that are filled in may hold, and lock the others; there is no password."""
        if not any(column.filling for column in self.sheet.columns):
            return
        for n, column in enumerate(self.sheet.columns):
            if column.filling is None:
                continue
            if column.filling.choices:
                rule: dict[str, Any] = {
                    "validate": "list",
                    "source": list(column.filling.choices),
                    "error_title": "请从列表中选",
                }
                self.page.data_validation(first, n, last, n, rule)
            if column.filling.most is not None:
                words = f"请填0到{column.filling.most}之间的整数"
                rule = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": column.filling.most}
                self.page.data_validation(
                    first, n, last, n, rule | {"error_title": words, "error_message": f"{words}。"}
                )
        free = {"format_columns": True, "format_rows": True, "format_cells": True, "select_locked_cells": True}
        self.page.protect("", free)

    def rows(self, start: int, end: int, height: float) -> None:
        """Give rows `start` to `end` together `height`."""
        for n in range(start, end):
            self.page.set_row(n, round(height / (end - start) * 4) / 4)

    def need(self, cell: Cell, column: int) -> float:
        """Return the height in points at which no line of `cell` is cut."""
        width = sum(self.widths[column : column + cell.columns])
        words = clean(cell.text)
        return max(len(fitting.wrap(words, _room(width))) * _LINE + 6, (len(split(words)) - 1) * _HIGHEST + 1)

    def cell(self, cell: Cell, area: _Area, height: float) -> None:
        """Write `cell` into `area`; words beyond what a cell of the format can hold go on in a further cell below."""
        kind = self.sheet.columns[area.left].kind
        style = self.style(
            "text" if kind == "text" else "centre",
            tone=cell.tone,
            top=height > _TALL and cell.rows > 1,
            open_to_all=self.sheet.columns[area.left].filling is not None,
        )
        if kind == "number" and cell.text.isascii() and cell.text.isdigit() and len(cell.text) < 10:
            self.figure(int(cell.text), area, style)
            return
        parts = split(clean(cell.text))
        rows = area.bottom + 1 - area.top
        for n, words in enumerate(parts):
            top, bottom = area.top + rows * n // len(parts), area.top + rows * (n + 1) // len(parts) - 1
            self.put(words, _Area(top, area.left, bottom, area.right), style)

    def figure(self, number: int, area: _Area, style: Any) -> None:
        """Write a number, so that the program can sort by it."""
        self.merge(area, style)
        self.page.write_number(area.top, area.left, number, style)

    def put(self, words: str, area: _Area, style: Any) -> None:
        """Write words as words: what begins with = stays what it is."""
        self.merge(area, style)
        self.page.write_string(area.top, area.left, clean(words)[:_MOST_CHARACTERS], style)

    def merge(self, area: _Area, style: Any) -> None:
        """Make one cell of `area`."""
        if (area.top, area.left) != (area.bottom, area.right):
            self.page.merge_range(area.top, area.left, area.bottom, area.right, "", style)

    def set_up_page(self) -> None:
        """A4 landscape, as wide as the page, page numbers below."""
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.set_margins(left=0.55, right=0.55, top=0.75, bottom=0.7)
        self.page.center_horizontally()
        self.page.fit_to_pages(1, 0)
        self.page.set_footer('&C&"宋体"&10第 &P 页，共 &N 页')
        self.page.print_area(0, 0, self.row - 1, len(self.widths) - 1)
        self.page.set_zoom(100)


def write(sheets: tuple[Sheet, ...], options: Options) -> bytes:  # noqa: ARG001 — every format is called alike
    """Return the workbook of `sheets`.

    Raises:
        ExportError: more rows than the format can hold.
    """
    import xlsxwriter  # noqa: PLC0415 — loaded when a workbook is asked for

    file = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(file, settings)
    for name, sheet in zip(_names(sheets), sheets, strict=True):
        _Printer(workbook, sheet, name).write()
    workbook.close()
    return file.getvalue()


def clean(words: str) -> str:
    """Return `words` without what XML cannot hold and with line ends as the format has them."""
    return _ILLEGAL.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))


def split(words: str) -> list[str]:
    """Return `words` in parts that a cell can hold (the format counts UTF-16 units), cut at line ends where there are some."""
    if 2 * len(words) <= _MOST_CHARACTERS:
        return [words]
    parts: list[str] = []
    at = 0
    while True:
        part = words[at : at + _MOST_CHARACTERS]
        while (excess := _units(part) - _MOST_CHARACTERS) > 0:
            part = part[: -math.ceil(excess / 2)]
        if at + len(part) >= len(words):
            return [*parts, part]
        part = part[: part.rfind("\n", len(part) // 2) + 1] or part
        parts.append(part)
        at += len(part)


def _units(words: str) -> int:
    return len(words) + sum(c > "\uffff" for c in words)


def _room(width: int) -> int:
    """Return the half-width characters of body size that surely fit a line of a column `width` wide.

    A column is measured in figures of the program's own font, 7 pixels each; a Chinese character of 10.5 points is 14 wide.
    One is left over for the cell's edges and for fonts that differ.
    """
    return max(width - 1, 2)


def _names(sheets: Sequence[Sheet]) -> list[str]:
    """Return names of at most 31 characters, without what the format forbids, no two alike."""
    names: list[str] = []
    for n, sheet in enumerate(sheets, start=1):
        name = re.sub(r"[\[\]:*?/\\']", "", clean(sheet.name))[:28] or "表"
        names.append(name if name not in names else f"{name}{n}")
    return names


XLSX = Format(
    "xlsx", "Excel 工作簿", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write
)
