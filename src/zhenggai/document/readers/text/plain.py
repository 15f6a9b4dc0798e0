"""txt, md, csv, tsv: lines and tables of a text file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from zhenggai.document.blocks import Block, Cell
from zhenggai.document.faults import DocumentError
from zhenggai.document.lines import rejoin
from zhenggai.document.reader import Limits, Reader, Reading, Source
from zhenggai.document.readers.text.encoding import decode
from zhenggai.document.readers.text.tables import TextTable, table_at

if TYPE_CHECKING:
    from collections.abc import Iterator

_BINARY = (b"%PDF", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*")
_LIST = re.compile(r"\s*(?:[-*+]\s+|>\s?)+")
_EMPHASIS = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*|__(?=\S)(.+?)(?<=\S)__|`([^`]+)`")
_RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*")


def _recognises(source: Source) -> bool:
    if source.data.startswith(_BINARY):
        return False
    try:
        decode(source.data[:65536] if len(source.data) <= 65536 else _whole_lines(source.data))
    except DocumentError:
        return False
    return True


def _whole_lines(data: bytes) -> bytes:
    """Return the first stretch of `data` up to a line break, so that no character is cut."""
    start = data[:65536]
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in start[:64]:
        return start
    cut = start.rfind(b"\n")
    return start[:cut] if cut > 0 else data


def _read(source: Source, limits: Limits) -> Reading:
    text = decode(source.data)
    if len(text) > limits.characters:
        raise DocumentError(
            "too_many_characters", f"文件超过{limits.characters // 10000}万字的上限，已停止读取。请拆成几个文件再试。"
        )
    lines = _BREAKS.split(text)
    if len(lines) > limits.blocks * 4:
        raise DocumentError("too_many_blocks", f"文件超过{limits.blocks}个段落的上限，已停止读取。请拆成几个文件再试。")
    suffix = Path(source.name).suffix.lower()
    markdown = suffix in {".md", ".markdown"} or _is_markdown(lines)
    blocks: list[Block] = []
    notes: list[str] = []
    tables = 0
    for stretch in _stretches(lines):
        if isinstance(stretch, TextTable):
            blocks += _cells(stretch, tables, len(blocks), markdown=markdown)
            tables += 1
            continue
        joined = rejoin(stretch)
        if joined.breaks:
            notes.append(f"文件按固定宽度折行，已接上{joined.breaks}处断行。")
        blocks += _paragraphs(joined.lines, len(blocks), markdown=markdown)
    return Reading(tuple(blocks), tuple(notes))


def _is_markdown(lines: list[str]) -> bool:
    headings = sum(1 for line in lines if _HEADING.fullmatch(line))
    strong = sum(1 for line in lines if _EMPHASIS.search(line))
    pipes = sum(1 for line in lines if re.fullmatch(r"\s*\|(?:\s*:?-{2,}:?\s*\|)+\s*", line))
    return headings > 0 or strong > 1 or pipes > 0


def _stretches(lines: list[str]) -> Iterator[list[str] | TextTable]:
    """Yield runs of ordinary lines and the tables between them."""
    run: list[str] = []
    index = refused = 0
    while index < len(lines):
        table = table_at(lines, index, comma=index >= refused) if lines[index].strip() else None
        if table is None:
            run.append(lines[index])
            if lines[index].count(",") > 1:
                refused = max(refused, index + 1)
            index += 1
            continue
        if run:
            yield run
            run = []
        yield table
        index += max(1, table.lines)
    if run:
        yield run


def _cells(table: TextTable, number: int, first: int, *, markdown: bool) -> list[Block]:
    blocks: list[Block] = []
    for row, cells in enumerate(table.rows):
        for column, text in enumerate(cells):
            shown = _without_emphasis(text) if markdown else text
            if shown.strip():
                blocks.append(Block(first + len(blocks), shown, cell=Cell(number, row, column)))
    return blocks


def _paragraphs(lines: tuple[str, ...], first: int, *, markdown: bool) -> list[Block]:
    blocks: list[Block] = []
    for line in lines:
        text, heading = _without_marks(line) if markdown else (line, None)
        if text.strip():
            blocks.append(Block(first + len(blocks), text, heading=heading))
    return blocks


def _without_marks(line: str) -> tuple[str, int | None]:
    """Return a Markdown line as a reader sees it, and its heading level."""
    if _RULE.fullmatch(line):
        return "", None
    heading = _HEADING.fullmatch(line)
    if heading:
        return _without_emphasis(heading[2]), len(heading[1])
    listed = _LIST.match(line)
    return _without_emphasis(line[listed.end() :] if listed else line), None


def _without_emphasis(text: str) -> str:
    return _EMPHASIS.sub(lambda m: m[1] or m[2] or m[3], text)


READERS = (
    Reader(
        key="text",
        title="文字（txt）",
        suffixes=(".txt", ".text"),
        media_type="text/plain",
        recognises=_recognises,
        read=_read,
    ),
    Reader(
        key="text_markdown",
        title="Markdown",
        suffixes=(".md", ".markdown"),
        media_type="text/markdown",
        recognises=_recognises,
        read=_read,
    ),
    Reader(
        key="text_delimited",
        title="逗号或制表符分隔的表格（csv、tsv）",
        suffixes=(".csv", ".tsv", ".tab"),
        media_type="text/csv",
        recognises=_recognises,
        read=_read,
    ),
)
"""One reader under the names of its formats."""
