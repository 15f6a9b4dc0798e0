"""The records of an old Excel workbook ([MS-XLS] BIFF8, and BIFF5 of Excel 95): values, formats and merged ranges, cell by cell."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from zhenggai.document.faults import DocumentError
from zhenggai.document.readers.spreadsheet.number_formats import BUILT_IN, plain, show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.document.readers.spreadsheet.grid import Budget, Sheet

FORMULA, EOF, DATE_MODE, FILE_PASS, CONTINUE, CODE_PAGE = 0x0006, 0x000A, 0x0022, 0x002F, 0x003C, 0x0042
BOUND_SHEET, MULTIPLE_RK, RICH_STRING, FORMAT_STYLE, MERGED_CELLS = 0x0085, 0x00BD, 0x00D6, 0x00E0, 0x00E5
SHARED_STRINGS, LABEL_SHARED, NUMBER, LABEL, BOOLEAN, STRING = 0x00FC, 0x00FD, 0x0203, 0x0204, 0x0205, 0x0207
RK, BEGIN, FORMAT = 0x027E, 0x0809, 0x041E

_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_CODE_PAGES = {936: "gb18030", 950: "big5", 932: "cp932", 1200: "utf-16-le", 1252: "cp1252"}
_MOST_RECORDS = 4_000_000
"""More records than this are read over and over by sheets that overlap, which no real program writes."""


class Record(NamedTuple):
    """One record: its kind, its bytes, and the places in them where a CONTINUE record was joined on."""

    kind: int
    body: bytes
    joints: tuple[int, ...] = ()


class Bound(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    start: int
    visible: bool
    cells: bool
    """Whether it is a sheet of cells, not a chart or a module."""


@dataclass(slots=True)
class Workbook:
    """What all sheets share."""

    stream: bytes
    sheets: list[Bound] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    since_1904: bool = False
    wide: bool = True
    """BIFF8, whose strings say how they are coded; before it, bytes in `encoding`."""
    encoding: str = "gb18030"
    records: int = 0

    def show(self, value: float, style: int) -> str:
        """Return a number as a cell of this style shows it."""
        code = self.codes.get(self.styles[style], "") if style < len(self.styles) else ""
        return show_number(value, code, since_1904=self.since_1904) if code else plain(value)


def open_workbook(stream: bytes, most_characters: int) -> Workbook:
    """Read the part of a workbook that comes before its sheets.

    Raises:
        DocumentError: it is no workbook, has a password, or holds more text than `most_characters`.
    """
    book = Workbook(stream)
    for number, record in enumerate(_records(book, 0)):
        if number == 0:
            if record.kind != BEGIN or len(record.body) < 2:
                raise broken()
            book.wide = struct.unpack_from("<H", record.body)[0] >= 0x0600
        try:
            _note_shared(book, record, most_characters)
        except struct.error:
            continue
        if record.kind == EOF:
            break
    return book


def read_sheet(book: Workbook, bound: Bound, sheet: Sheet, budget: Budget) -> None:
    """Put the cells of the sheet that `bound` tells of into `sheet`.

    Raises:
        DocumentError: the workbook is over its limits.
    """
    cells = _Cells(book, sheet, budget)
    depth = 0
    for record in _records(book, bound.start):
        if record.kind == BEGIN:
            depth += 1
        elif record.kind == EOF:
            depth -= 1
        elif depth == 1:
            try:
                cells.take(record)
            except struct.error:
                continue
        if depth <= 0:
            break


def broken() -> DocumentError:
    """Return the fault of a workbook that cannot be followed."""
    return DocumentError("broken", "表格文件已损坏，读不出工作表：请用原软件打开后另存为 xlsx 再试。")


def _records(book: Workbook, at: int) -> Iterator[Record]:
    """Yield the records from `at` on, each with what CONTINUE records add to it."""
    stream, end = book.stream, len(book.stream)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        pieces = [stream[at + 4 : at + 4 + size]]
        at += 4 + size
        joints: list[int] = []
        length = len(pieces[0])
        while kind in {SHARED_STRINGS, STRING, LABEL} and stream[at : at + 2] == b"\x3c\x00" and at + 4 <= end:
            size = struct.unpack_from("<H", stream, at + 2)[0]
            joints.append(length)
            pieces.append(stream[at + 4 : at + 4 + size])
            length += len(pieces[-1])
            at += 4 + size
        book.records += 1
        if book.records > _MOST_RECORDS:
            raise DocumentError("too_large", "表格过大或已损坏：内部记录过多，请用原软件另存为 xlsx 后再试。")
        yield Record(kind, b"".join(pieces), tuple(joints))


def _note_shared(book: Workbook, record: Record, most_characters: int) -> None:
    kind, body = record.kind, record.body
    if kind == FILE_PASS:
        raise DocumentError("encrypted", "表格设有打开密码：请去掉密码后再试。")
    if kind == DATE_MODE:
        book.since_1904 = body[:1] == b"\x01"
    elif kind == CODE_PAGE:
        book.encoding = _CODE_PAGES.get(struct.unpack_from("<H", body)[0], "gb18030")
    elif kind == FORMAT_STYLE:
        book.styles.append(struct.unpack_from("<H", body, 2)[0])
    elif kind == FORMAT:
        book.codes[struct.unpack_from("<H", body)[0]] = _text(book, body, 2, long=book.wide)
    elif kind == BOUND_SHEET:
        start, state, sort = struct.unpack_from("<IBB", body)
        book.sheets.append(Bound(_text(book, body, 6, long=False), start, state & 3 == 0, sort == 0))
    elif kind == SHARED_STRINGS:
        book.strings = _shared_strings(record, most_characters)


def _text(book: Workbook, body: bytes, at: int, *, long: bool) -> str:
    """Return the string at `at`: its length (two bytes if `long`, else one), in BIFF8 its coding, its characters."""
    length = struct.unpack_from("<H" if long else "<B", body, at)[0]
    at += 2 if long else 1
    if not book.wide:
        return body[at : at + length].decode(book.encoding, "replace")
    flags = body[at] if at < len(body) else 0
    at += 1
    if flags & 1:
        return body[at : at + 2 * length].decode("utf-16-le", "replace")
    return body[at : at + length].decode("latin-1")


def _shared_strings(record: Record, most_characters: int) -> list[str]:
    """Return the strings that cells refer to, as many as there truly are."""
    reader = _Strings(record)
    found: list[str] = []
    characters = 0
    while not reader.ended:
        found.append(reader.next())
        characters += len(found[-1]) + 1
        if characters <= 2 * most_characters:
            continue
        raise DocumentError("too_large", f"表格文字超过{2 * most_characters}字，请拆成几个文件。")
    return found


class _Strings:
    """Walks through shared strings; where a CONTINUE record cuts the characters of one, it says anew how they are coded."""

    def __init__(self, record: Record) -> None:
        self._body = record.body
        self._joints = [*record.joints, len(record.body)]
        self._joint = 0
        self._at = 8

    @property
    def ended(self) -> bool:
        """Whether no further string begins."""
        return self._at + 3 > len(self._body)

    def next(self) -> str:
        """Return the next string, without its fonts and its pronunciation."""
        length, flags = struct.unpack_from("<HB", self._body, self._at)
        self._at += 3
        runs = extra = 0
        if flags & 8:
            runs = self._number("<H", 2)
        if flags & 4:
            extra = self._number("<I", 4)
        pieces: list[str] = []
        wide = flags & 1
        while length > 0 and self._at < len(self._body):
            while self._joints[self._joint] <= self._at and self._joint < len(self._joints) - 1:
                self._joint += 1
            room = (self._joints[self._joint] - self._at) // (2 if wide else 1)
            count = min(length, room)
            piece = self._body[self._at : self._at + count * (2 if wide else 1)]
            pieces.append(piece.decode("utf-16-le" if wide else "latin-1", "replace"))
            self._at += len(piece)
            length -= count
            if length > 0:
                self._at = self._joints[self._joint]
                wide = self._body[self._at] & 1 if self._at < len(self._body) else 0
                self._at += 1
        self._at += 4 * runs + extra
        return "".join(pieces)

    def _number(self, form: str, size: int) -> int:
        value = struct.unpack_from(form, self._body, self._at)[0] if self._at + size <= len(self._body) else 0
        self._at += size
        return int(value)


class _Cells:
    """Takes the records of one sheet."""

    def __init__(self, book: Workbook, sheet: Sheet, budget: Budget) -> None:
        self._book = book
        self._sheet = sheet
        self._budget = budget
        self._formula: tuple[int, int] | None = None

    def take(self, record: Record) -> None:
        """Put what a record holds into the sheet."""
        kind, body = record.kind, record.body
        if kind == STRING:
            if self._formula is not None:
                self._put(*self._formula, self._long_text(record))
        elif kind == MULTIPLE_RK:
            self._take_several(body)
        elif kind == MERGED_CELLS:
            self._take_merged(body)
        elif kind in {FORMULA, NUMBER, RK, LABEL, RICH_STRING, LABEL_SHARED, BOOLEAN}:
            row, column, style = struct.unpack_from("<HHH", body)
            self._put(row, column, self._shown(kind, body, style))
            self._formula = (row, column) if kind == FORMULA else None

    def _put(self, row: int, column: int, text: str) -> None:
        if text:
            self._budget.take(text)
            self._sheet.put(row, column, text)

    def _shown(self, kind: int, body: bytes, style: int) -> str:
        match kind:
            case 0x027E:
                return self._book.show(_unpack_rk(struct.unpack_from("<I", body, 6)[0]), style)
            case 0x0203:
                return self._book.show(struct.unpack_from("<d", body, 6)[0], style)
            case 0x00FD:
                number = struct.unpack_from("<I", body, 6)[0]
                return self._book.strings[number] if number < len(self._book.strings) else ""
            case 0x0205:
                value, is_error = struct.unpack_from("<BB", body, 6)
                return _flag(value, is_error=bool(is_error))
            case 0x0006:
                return self._result(body, style)
            case _:
                return _text(self._book, body, 6, long=True)

    def _result(self, body: bytes, style: int) -> str:
        """Return what a formula gave; a text stands in the record that follows."""
        if body[12:14] != b"\xff\xff":
            return self._book.show(struct.unpack_from("<d", body, 6)[0], style)
        return _flag(body[8], is_error=body[6] == 2) if body[6] in {1, 2} else ""

    def _long_text(self, record: Record) -> str:
        if not self._book.wide:
            return _text(self._book, record.body, 0, long=True)
        shifted = Record(STRING, bytes(8) + record.body, tuple(joint + 8 for joint in record.joints))
        return _Strings(shifted).next()

    def _take_several(self, body: bytes) -> None:
        row, column = struct.unpack_from("<HH", body)
        for offset in range((len(body) - 6) // 6):
            style, packed = struct.unpack_from("<HI", body, 4 + 6 * offset)
            self._put(row, column + offset, self._book.show(_unpack_rk(packed), style))

    def _take_merged(self, body: bytes) -> None:
        count = min(struct.unpack_from("<H", body)[0], (len(body) - 2) // 8)
        for number in range(count):
            top, bottom, left, right = struct.unpack_from("<HHHH", body, 2 + 8 * number)
            self._sheet.merged.append(((top, left), (bottom, right)))


def _flag(value: int, *, is_error: bool) -> str:
    if is_error:
        return _ERRORS.get(value, "#N/A")
    return "TRUE" if value else "FALSE"


def _unpack_rk(packed: int) -> float:
    """Return the number that 30 bits and two flags hold: a whole one or the upper half of a double, perhaps times 100."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        value = float(struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0])
    return value / 100 if packed & 1 else value
