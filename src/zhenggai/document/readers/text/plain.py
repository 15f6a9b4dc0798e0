"""txt, md, csv, tsv: lines and tables of a text file."""

from __future__ import annotations

import re
from pathlib import Path

from zhenggai.document.blocks import Block, Cell
from zhenggai.document.faults import DocumentError
from zhenggai.document.lines import rejoin
from zhenggai.document.reader import Limits, Reader, Reading, Source
from zhenggai.document.readers.text.encoding import decode, looks_like_text
from zhenggai.document.readers.text.markdown import is_markdown, without_emphasis, without_marks
from zhenggai.document.readers.text.tables import TextTable, divide

_OTHER_FORMATS = (
    *(b"%PDF", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b"),
    *(b"7z\xbc\xaf", b"Rar!"),
)
_MARKUP = (b"{\\rtf", b"<!doctype", b"<html", b"<?xml", b"mime-version:")
_BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_MARKDOWN = (".md", ".markdown")
_DELIMITED = (".csv", ".tsv", ".tab")


def _recognises(source: Source) -> bool:
    if source.data.startswith(_OTHER_FORMATS):
        return False
    start = source.data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return not start.startswith(_MARKUP) and looks_like_text(source.data)


def _read(source: Source, limits: Limits) -> Reading:
    text = decode(source.data)
    if len(text) > limits.characters:
        raise _too_much("characters", f"{limits.characters}个字")
    lines = _BREAKS.split(text)
    if len(lines) > limits.blocks * 4:
        raise _too_much("blocks", f"{limits.blocks}个段落和单元格")
    suffix = Path(source.name).suffix.lower()
    markdown = suffix in _MARKDOWN or (suffix not in _DELIMITED and is_markdown(lines))
    sheet = _Sheet(limits, markdown=markdown)
    for stretch in divide(lines, delimited=suffix in _DELIMITED):
        if isinstance(stretch, TextTable):
            sheet.add_table(stretch)
        else:
            sheet.add_lines(stretch)
    return Reading(tuple(sheet.blocks), sheet.notes(unreadable=text.count("\ufffd")))


class _Sheet:
    """The blocks of one text as they come."""

    def __init__(self, limits: Limits, *, markdown: bool) -> None:
        self.blocks: list[Block] = []
        self._limits = limits
        self._markdown = markdown
        self._tables = 0
        self._breaks = 0

    def add_table(self, table: TextTable) -> None:
        for row, cells in enumerate(table.rows):
            for column, text in enumerate(cells):
                shown = without_emphasis(text) if self._markdown else text
                if shown.strip():
                    self._add(shown, cell=Cell(self._tables, row, column))
        self._tables += 1

    def add_lines(self, lines: list[str]) -> None:
        joined = rejoin(lines)
        self._breaks += joined.breaks
        for line in joined.lines:
            text, heading = without_marks(line) if self._markdown else (line, None)
            if text.strip():
                self._add(text, heading=heading)

    def notes(self, *, unreadable: int) -> tuple[str, ...]:
        notes = []
        if self._breaks:
            notes.append(f"文件按固定宽度折行，已接上{self._breaks}处断行。")
        if unreadable:
            notes.append(f"文件中有{unreadable}处字符损坏，无法识别，已用“\ufffd”代替。")
        return tuple(notes)

    def _add(self, text: str, *, cell: Cell | None = None, heading: int | None = None) -> None:
        if len(self.blocks) >= self._limits.blocks:
            raise _too_much("blocks", f"{self._limits.blocks}个段落和单元格")
        self.blocks.append(Block(len(self.blocks), text, cell=cell, heading=heading))


def _too_much(what: str, amount: str) -> DocumentError:
    return DocumentError(f"too_many_{what}", f"文件超过{amount}的上限，已停止读取。请拆成几个文件再试。")


def _reader(key: str, title: str, suffixes: tuple[str, ...], media_type: str) -> Reader:
    return Reader(key, title, suffixes, media_type, _recognises, _read)


READERS = (
    _reader("text", "文字（txt）", (".txt", ".text"), "text/plain"),
    _reader("text_markdown", "Markdown", _MARKDOWN, "text/markdown"),
    _reader("text_delimited", "逗号或制表符分隔的表格（csv、tsv）", _DELIMITED, "text/csv"),
)
"""One reader under the names of its formats."""
