"""xlsx, xlsm and et of the new kind: an own reader, because number formats decide what a person sees in a cell.

Other readers give the stored number alone (0.85 for 85 %, the first of the month for 2024年3月) or hold every place up to the
last cell, filled or not; this one holds the filled cells.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.document.archive import Archive, is_archive
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits, Reader, Reading, Source
from zhenggai.document.readers.spreadsheet.grid import Budget, Place, Sheet, sheets_to_reading
from zhenggai.document.readers.spreadsheet.number_formats import BUILT_IN, plain, show_date, show_number

if TYPE_CHECKING:
    from lxml.etree import _Element

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(slots=True)
class _Workbook:
    """What all sheets share."""

    strings: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    """The format code of each cell style."""
    since_1904: bool = False


def _recognises(source: Source) -> bool:
    return is_archive(source.data) and "xl/" in _folders(source)


def _folders(source: Source) -> set[str]:
    try:
        return {name.partition("/")[0] + "/" for name in Archive(source.data, Limits()).names}
    except DocumentError:
        return set()


def _read(source: Source, limits: Limits) -> Reading:
    archive = Archive(source.data, limits)
    main = _main_part(archive)
    targets = _relations(archive, main)
    book = archive.xml(main)
    shared = _Workbook(
        strings=_strings(archive, targets, limits),
        formats=_formats(archive, targets),
        since_1904=any(e.get("date1904") in {"1", "true"} for e in book.iter("{*}workbookPr")),
    )
    budget = Budget(limits)
    sheets: list[Sheet] = []
    hidden: list[str] = []
    for entry in book.iter("{*}sheet"):
        name = entry.get("name") or ""
        relation = next((value for key, value in entry.attrib.items() if str(key).endswith("}id")), "")
        kind, target = targets.get(str(relation), ("", ""))
        if kind != "worksheet" or target not in archive.names:
            continue
        if entry.get("state", "visible") != "visible":
            hidden.append(name)
        else:
            sheets.append(_sheet(archive, target, name, shared, budget))
    return sheets_to_reading(sheets, hidden)


def _main_part(archive: Archive) -> str:
    for kind, target in _relations(archive, "").values():
        if kind == "officeDocument":
            return target
    return "xl/workbook.xml"


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Return the kind (last word of its type) and the part of each relation of `part`, by its id."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}
    if path not in archive.names:
        return found
    for relation in archive.xml(path).iter("{*}Relationship"):
        target = relation.get("Target") or ""
        target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[relation.get("Id") or ""] = ((relation.get("Type") or "").rpartition("/")[2], target)
    return found


def _part(targets: dict[str, tuple[str, str]], kind: str, archive: Archive) -> str | None:
    return next((target for found, target in targets.values() if found == kind and target in archive.names), None)


def _strings(archive: Archive, targets: dict[str, tuple[str, str]], limits: Limits) -> list[str]:
    part = _part(targets, "sharedStrings", archive)
    strings: list[str] = []
    if part is None:
        return strings
    characters = 0
    for entry in archive.xml_items(part, "si"):
        strings.append(_rich_text(entry))
        characters += len(strings[-1]) + 1
        if characters > 2 * limits.characters:
            raise DocumentError("too_large", f"表格文字超过{2 * limits.characters}字，请拆成几个文件。")
    return strings


def _rich_text(entry: _Element) -> str:
    """Return the text of a string that may be made of runs, without the pronunciation that Excel keeps beside it."""
    parts = [e.text or "" for e in entry.iter("{*}t") if not _is_phonetic(e)]
    return _unescape("".join(parts))


def _unescape(text: str) -> str:
    """Put back the control characters that Excel writes as _x000D_; halves of a surrogate pair are no text."""
    return _ESCAPED.sub(lambda found: "" if 0xD800 <= int(found[1], 16) < 0xE000 else chr(int(found[1], 16)), text)


def _is_phonetic(element: _Element) -> bool:
    parent = element.getparent()
    return parent is not None and str(parent.tag).rpartition("}")[2] == "rPh"


def _formats(archive: Archive, targets: dict[str, tuple[str, str]]) -> list[str]:
    part = _part(targets, "styles", archive)
    if part is None:
        return []
    styles = archive.xml(part)
    codes = dict(BUILT_IN)
    for entry in styles.iter("{*}numFmt"):
        codes[_whole(entry.get("numFmtId"))] = entry.get("formatCode") or ""
    return [
        codes.get(_whole(xf.get("numFmtId")), "") for table in styles.iter("{*}cellXfs") for xf in table.iter("{*}xf")
    ]


def _whole(text: str | None) -> int:
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else -1


def _sheet(archive: Archive, part: str, name: str, shared: _Workbook, budget: Budget) -> Sheet:
    sheet = Sheet(name)
    row = -1
    for element in archive.xml_items(part, "row", "mergeCell"):
        if str(element.tag).rpartition("}")[2] == "mergeCell":
            corners = [place for corner in (element.get("ref") or "").split(":") if (place := _place(corner))]
            if len(corners) == 2:
                sheet.merged.append((corners[0], corners[1]))
            continue
        row = _whole(element.get("r")) - 1 if _whole(element.get("r")) > 0 else row + 1
        if row < _LAST_ROW:
            _read_row(element, row, sheet, shared, budget)
    return sheet


def _read_row(element: _Element, row: int, sheet: Sheet, shared: _Workbook, budget: Budget) -> None:
    column = -1
    for cell in element.iterchildren("{*}c"):
        place = _place(cell.get("r") or "")
        column = place[1] if place else column + 1
        text = _show(cell, shared)
        if text and column < _LAST_COLUMN:
            budget.take(text)
            sheet.put(row, column, text)


def _place(reference: str) -> Place | None:
    """Return row and column of a reference such as B7, from 0."""
    found = _REFERENCE.fullmatch(reference)
    if not found or int(found[2]) < 1:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _show(cell: _Element, shared: _Workbook) -> str:
    """Return what a cell shows; empty for a blank one."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _rich_text(cell)
    value = (cell.findtext("{*}v") or "").strip() if kind != "str" else cell.findtext("{*}v") or ""
    if not value:
        return ""
    if kind == "s":
        index = _whole(value)
        return shared.strings[index] if 0 <= index < len(shared.strings) else ""
    if kind == "b":
        return "TRUE" if value in {"1", "true"} else "FALSE"
    if kind in {"n", "d"}:
        style = _whole(cell.get("s"))
        code = shared.formats[style] if 0 <= style < len(shared.formats) else ""
        return _show_iso(value, code) if kind == "d" else _show_stored(value, code, since_1904=shared.since_1904)
    return _unescape(value)


def _show_stored(value: str, code: str, *, since_1904: bool) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    return show_number(number, code, since_1904=since_1904) if code else plain(number)


def _show_iso(value: str, code: str) -> str:
    try:
        return show_date(dt.datetime.fromisoformat(value), code or "ymd")
    except ValueError:
        return value


READER = Reader(
    key="xlsx",
    title="Excel 表格（xlsx、xlsm）和新版 WPS 表格（et）",
    suffixes=(".xlsx", ".xlsm", ".xltx", ".xltm"),
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    recognises=_recognises,
    read=_read,
)
