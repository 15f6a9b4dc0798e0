"""The docx reader: parts in their order, and notes on what was accepted or left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zhenggai.document.archive import grow
from zhenggai.document.blocks import Block, Part
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits, Reader, Reading, Source
from zhenggai.document.readers.docx.inline import Remark
from zhenggai.document.readers.docx.names import W
from zhenggai.document.readers.docx.numbering import Numbering
from zhenggai.document.readers.docx.package import Package, recognises
from zhenggai.document.readers.docx.story import Book, StoryReader
from zhenggai.document.readers.docx.styles import Styles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_REMARKS = {
    Remark.CHANGES: "文件带有修订痕迹，已按全部接受修订读取。",
    Remark.HIDDEN: "文件中有隐藏文字，没有读取。",
    Remark.COVERED: "合并单元格下面压着文字，页面上看不到，没有读取。",
    Remark.DIAGRAMS: "图示（SmartArt）中的文字排在正文之后。",
    Remark.EMBEDDED: "文件中嵌入了另一个文件，嵌入的内容没有读取。请用 Word 打开后另存一份再试。",
}


def _read(source: Source, limits: Limits) -> Reading:
    package = Package(source.data, limits)
    styles = Styles(package.styles())
    book = Book(styles, Numbering(lambda: package.root("numbering"), styles), limits)
    StoryReader(book, Part.BODY).read_growing(grow(package.pieces(), W + "body"))
    _read_diagrams(package, book)
    for kind in ("footnotes", "endnotes"):
        story = StoryReader(book, Part.FOOTNOTE)
        for name in package.parts(kind):
            story.read(_notes(package.xml(name)))
    body, book.blocks = book.blocks, []
    _read_margins(package, book)
    if not body and not book.blocks and Remark.PICTURES in book.remarks:
        raise DocumentError("scan", "文件里只有图片，没有文字：请先做文字识别（OCR），或换用有文字的原件。")
    blocks = (*body, *_once(book.blocks, len(body)))
    return Reading(blocks, tuple(_notices(package, book)))


def _read_diagrams(package: Package, book: Book) -> None:
    """Read the words of diagrams (SmartArt), which stand in parts of their own."""
    for name in package.parts("diagramData"):
        for paragraph in package.xml(name).iter("{*}p"):
            words = "".join(text.text or "" for text in paragraph.iter("{*}t")).strip()
            if words:
                book.remarks.add(Remark.DIAGRAMS)
                book.count_paragraph()
                book.add(Block(len(book.blocks), words, Part.TEXT_BOX))


def _read_margins(package: Package, book: Book) -> None:
    """Read headers and footers, which count their lists together."""
    header = StoryReader(book, Part.HEADER)
    for name in package.parts("header"):
        header.read(package.xml(name))
    footer = header.alike(Part.FOOTER)
    for name in package.parts("footer"):
        footer.read(package.xml(name))


def _notes(root: _Element) -> Iterator[_Element]:
    """Yield the paragraphs of the notes, without the lines that divide notes from text."""
    for note in root:
        if note.get(W + "type") in {None, "normal"}:
            yield from note


def _once(blocks: list[Block], first: int) -> Iterator[Block]:
    """Yield headers and footers without repetitions: each section names its own, mostly alike."""
    seen: set[tuple[Part, str]] = set()
    for block in blocks:
        key = (block.part, block.text)
        if key not in seen:
            seen.add(key)
            yield replace(block, number=first + len(seen) - 1)


def _notices(package: Package, book: Book) -> Iterator[str]:
    for remark, notice in _REMARKS.items():
        if remark in book.remarks:
            yield notice
    comments = package.root("comments")
    if comments is not None and len(comments):
        yield f"文件中有批注{len(comments)}条，没有读取。"


READER = Reader(
    key="docx",
    title="Word 文档（docx）",
    suffixes=(".docx", ".docm", ".dotx", ".dotm"),
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    recognises=recognises,
    read=_read,
)
