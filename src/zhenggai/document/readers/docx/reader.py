"""The docx reader: parts in their order, and notes on what was accepted or left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.document.blocks import Block, Part
from zhenggai.document.reader import Limits, Reader, Reading, Source
from zhenggai.document.readers.docx.body import BodyReader
from zhenggai.document.readers.docx.names import attribute, local
from zhenggai.document.readers.docx.numbering import Numbering
from zhenggai.document.readers.docx.package import Package, recognises
from zhenggai.document.readers.docx.styles import Styles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element


def _read(source: Source, limits: Limits) -> Reading:
    package = Package(source.data, limits)
    styles = Styles(package.root("styles"))
    reader = BodyReader(styles, Numbering(package.root("numbering"), styles), limits)
    reader.read(package.archive.xml_children(package.main, "body"), Part.BODY)
    for kind in ("footnotes", "endnotes"):
        for name in package.parts(kind):
            reader.read(_notes(package.archive.xml(name)), Part.FOOTNOTE)
    body = reader.blocks
    reader.blocks = []
    for kind, part in (("header", Part.HEADER), ("footer", Part.FOOTER)):
        for name in package.parts(kind):
            reader.read(package.archive.xml(name), part)
    return Reading((*body, *_once(reader.blocks)), tuple(_remarks(reader, package)))


def _notes(root: _Element) -> Iterator[_Element]:
    """Yield the paragraphs of the notes, without the lines that divide notes from text."""
    for note in root:
        if local(note) in {"footnote", "endnote"} and attribute(note, "type") in {None, "normal"}:
            yield from note


def _once(blocks: list[Block]) -> list[Block]:
    """Return headers and footers without repetitions: each section names its own, mostly alike."""
    seen: set[tuple[Part, str]] = set()
    out: list[Block] = []
    for block in blocks:
        key = (block.part, block.text)
        if block.cell is not None or key not in seen:
            seen.add(key)
            out.append(block)
    return out


def _remarks(reader: BodyReader, package: Package) -> Iterator[str]:
    if reader.changed:
        yield "文件带有修订痕迹，已按全部接受修订读取。"
    if reader.hidden:
        yield "文件中有隐藏文字，没有读取。"
    if reader.foreign or package.parts("aFChunk"):
        yield "文件中嵌入了另一个文件，嵌入的内容没有读取。请打开后另存一份再试。"


READER = Reader(
    key="docx",
    title="Word 文档（docx）",
    suffixes=(".docx", ".docm", ".dotx", ".dotm"),
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    recognises=recognises,
    read=_read,
)
