# ruff: noqa: INP001 — a script beside its data, not a package
"""Sets the sample plan as a Word document with the look of an official paper: fonts, sizes and margins of GB/T 9704."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

HERE = Path(__file__).parent
TITLE = ("方正小标宋简体", 22)
BODY = ("仿宋_GB2312", 16)
LEVELS = (
    (re.compile(r"[一二三四五六七八九十]+、"), ("黑体", 16)),
    (re.compile(r"（[一二三四五六七八九十]+）[^。]{1,40}$"), ("楷体_GB2312", 16)),
)
SIGNATURE = re.compile(r"中共\w+委员会|\d+年\d+月\d+日")


def set_font(paragraph: Paragraph, font: tuple[str, int]) -> None:
    """Give all runs of `paragraph` the font (name, size in points), for Chinese characters too."""
    name, size = font
    for run in paragraph.runs:
        run.font.name = name
        run.font.size = Pt(size)
        run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def add_title(document: Document, text: str) -> None:
    """Add one line of the title."""
    paragraph = document.add_paragraph(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing = Pt(32)
    set_font(paragraph, TITLE)


def add_body(document: Document, text: str) -> None:
    """Add a paragraph, a heading in the font of its level, or the signature and date on the right."""
    font = next((font for pattern, font in LEVELS if pattern.match(text)), BODY)
    paragraph = document.add_paragraph(text)
    if SIGNATURE.fullmatch(text):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    else:
        paragraph.paragraph_format.first_line_indent = Pt(2 * font[1])
    paragraph.paragraph_format.line_spacing = Pt(28)
    paragraph.paragraph_format.space_after = Pt(0)
    set_font(paragraph, font)


def add_page_number(document: Document) -> None:
    """Put — 1 — at the foot of the page, as a field that Word counts."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run, shown = OxmlElement("w:r"), OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001 — python-docx has no way to add a field
    paragraph.add_run(" —")
    set_font(paragraph, ("宋体", 14))


def set_document(text: str) -> Document:
    """Return `text` as a Word document; its lines before the first blank one are the title."""
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    title, body = text.split("\n\n", 1)
    for line in title.splitlines():
        add_title(document, line)
    for line in body.splitlines():
        add_body(document, line)
    add_page_number(document)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return document


def main() -> None:
    """Set every .txt of this folder."""
    for source in sorted(HERE.glob("*.txt")):
        set_document(source.read_text(encoding="utf-8")).save(str(source.with_suffix(".docx")))


if __name__ == "__main__":
    main()
