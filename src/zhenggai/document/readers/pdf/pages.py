"""The pages of a pdf as glyphs and ruling lines, and what a person must know of them."""

from __future__ import annotations

import io
import logging
import re
import warnings
from typing import TYPE_CHECKING, Any

import pdfplumber
from pdfplumber.utils.exceptions import PdfminerException

from zhenggai.document.faults import DocumentError
from zhenggai.document.layout.compose import compose
from zhenggai.document.layout.lines import set_lines
from zhenggai.document.layout.page import Glyph, Grid, Line, Page
from zhenggai.document.layout.rules import Rule, find_meshes
from zhenggai.document.reader import Limits, Reading
from zhenggai.document.readers.pdf.guards import Expansion, refuse_bomb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.document.layout.tables import Mesh

_MOST_RULES = 4_000
"""A page with more ruling lines than this is a drawing; looking for tables in it would take minutes."""

_FURTHEST = 1e6
"""No place on a page is further from its corner, in points; what is none (nan) is not nearer either."""

_UNKNOWN = re.compile(r"\(cid:\d+\)")
"""What pdfminer writes for a glyph of which the file does not say what character it is."""

_CONTROL = dict.fromkeys((*range(9), *range(11, 13), *range(14, 32), 0x7F, 0xAD, 0xFEFF, 0x200B))
"""Characters that no reader of the page sees."""

for _name in ("pdfminer", "pdfplumber"):  # they log every oddity of a file; what matters is a DocumentError or a note
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def read_pages(data: bytes, limits: Limits) -> Reading:
    """Read a pdf in this process, which a hostile one may bring down: `reader` has it done in another.

    Raises:
        DocumentError: it is broken, has a password, holds no text or too much.
    """
    refuse_bomb(data, limits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pages, notes = _pages(data, limits)
        except DocumentError:
            raise
        except Exception as error:
            raise _fault(error) from error
    return Reading(compose(pages), notes)


def _fault(error: Exception) -> DocumentError:
    reasons = [error, *error.args] if isinstance(error, PdfminerException) else [error]
    names = {type(reason).__name__ for reason in reasons}
    if names & {"PDFPasswordIncorrect", "PDFEncryptionError"}:
        return DocumentError("encrypted", "PDF 设有打开密码：请去掉密码后再试。")
    return DocumentError("broken", "PDF 文件已损坏，读不出内容：请用原软件打开后另存一份再试。")


def _pages(data: bytes, limits: Limits) -> tuple[list[Page], tuple[str, ...]]:
    pages: list[Page] = []
    pictures: list[int] = []
    unknown = characters = 0
    expansion = Expansion()
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for number, found in enumerate(pdf.pages, 1):
            if number > limits.pages:
                raise DocumentError("too_large", f"PDF 超过{limits.pages}页，请拆成几个文件。")
            expansion.check(found.page_obj)
            page, missing = _page(found, number)
            found.close()
            pages.append(page)
            unknown += missing
            characters += _length(page)
            if characters > limits.characters:
                raise DocumentError("too_large", f"PDF 文字超过{limits.characters}字，请拆成几个文件。")
            if not page.items:
                pictures.append(number)
    return pages, _judge(pages, pictures, unknown, characters)


def _length(page: Page) -> int:
    return sum(
        len(item.text) if isinstance(item, Line) else sum(len(line.text) for box in item.boxes for line in box.lines)
        for item in page.items
    )


def _judge(pages: list[Page], pictures: list[int], unknown: int, characters: int) -> tuple[str, ...]:
    """Return the notes to a person.

    Raises:
        DocumentError: there is no text, or most of it cannot be told.
    """
    if len(pictures) == len(pages):
        raise DocumentError("scan", "这是扫描件或图片 PDF，里面没有文字：请先做文字识别（OCR），或换用 Word 原件。")
    if unknown > characters / 3:
        raise DocumentError("no_text", "PDF 的字体没有带文字编码，读不出文字：请换用 Word 原件，或重新导出 PDF。")
    notes = ["PDF 按版面重新接成段落，表格按框线识别，请与原件核对。"]
    if pictures:
        notes.append(f"第{'、'.join(map(str, pictures[:20]))}页没有文字（可能是图片），未读取。")
    if unknown:
        notes.append(f"有{unknown}个字的字体没有带文字编码，以“□”代替。")
    return tuple(notes)


def _page(found: Any, number: int) -> tuple[Page, int]:
    upright: list[Glyph] = []
    across: list[str] = []
    missing = 0
    for char in found.chars:
        text = char["text"]
        if text.startswith("(cid:"):
            text, gaps = _UNKNOWN.subn("□", text)
            missing += gaps
        text = text.translate(_CONTROL)
        if not text:
            continue
        glyph = Glyph(text, char["x0"], char["x1"], char["top"], char["bottom"])
        if _is_level(char["matrix"]) and all(abs(place) < _FURTHEST for place in glyph[1:]):
            upright.append(glyph)
        else:
            across.append(text)
    meshes = _meshes(found)
    items: list[Line | Grid] = []
    items += set_lines(_outside(upright, meshes))
    items += [mesh.grid() for mesh in meshes]
    items.sort(key=lambda item: item.top)
    text_across = "".join(across).strip()
    width, height = (_length_of(side, usual) for side, usual in ((found.width, 595.0), (found.height, 842.0)))
    return Page(number, width, height, items, [text_across] if text_across else []), missing


def _length_of(side: Any, usual: float) -> float:
    """Return the length of a side of the page, or that of A4 where the file states none that can be."""
    length = float(side)
    return length if 1 < length < _FURTHEST else usual


def _is_level(matrix: tuple[float, ...]) -> bool:
    """Say whether text runs from left to right; pdfminer calls text upright that is turned by less than 90 degrees."""
    return matrix[0] > 0 and abs(matrix[1]) <= 0.05 * matrix[0]


def _outside(glyphs: Iterable[Glyph], meshes: list[Mesh]) -> list[Glyph]:
    """Give each glyph to the smallest table that has a cell for it and return the rest."""
    return [glyph for glyph in glyphs if not any(mesh.take(glyph) for mesh in meshes)]


def _meshes(found: Any) -> list[Mesh]:
    drawn = len(found.lines) + len(found.rects) + len(found.curves)
    if not 0 < drawn <= _MOST_RULES:
        return []
    level: list[Rule] = []
    upright: list[Rule] = []
    for edge in found.edges:
        if edge["orientation"] == "h":
            level.append(Rule(edge["top"], edge["x0"], edge["x1"]))
        elif edge["orientation"] == "v":
            upright.append(Rule(edge["x0"], edge["top"], edge["bottom"]))
    return find_meshes(level, upright)
