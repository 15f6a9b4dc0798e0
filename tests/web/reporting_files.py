"""Sheets of a reporting cycle, filled in as people do, with another program than the one that made them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADS = {
    "done": "本期工作进展",
    "status": "完成状态",
    "percent": "完成进度（%）",
    "difficulty": "存在困难",
    "next": "下一步措施",
    "reference": "编号",
}


def opened(data: bytes) -> tuple[Any, Any, dict[str, int], dict[str, int]]:
    """Return the workbook, its first sheet, the columns by key and the rows by reference."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    head = next(row for row in page.iter_rows() if row[0].value == "编号")
    titles = {cell.value: cell.column for cell in head}
    columns = {key: titles[title] for key, title in HEADS.items()}
    rows = {row[0].value: row[0].row for row in page.iter_rows(min_row=head[0].row + 1) if row[0].value}
    return book, page, columns, rows


def filled(data: bytes, entries: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Return the file with `entries` (by reference, by key) written into it."""
    book, page, columns, rows = opened(data)
    for reference, values in entries.items():
        for key, value in values.items():
            page.cell(rows[reference], columns[key]).value = value
    return saved(book)


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
