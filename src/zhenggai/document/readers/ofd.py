"""ofd (GB/T 33190): the pages' text and ruling lines read straight from the zip of XML; paragraphs and tables by `document.layout`.

Names are matched without their XML namespace, because programs write different ones.
"""

from __future__ import annotations

import math
import posixpath
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from zhenggai.document.archive import Archive, is_archive
from zhenggai.document.blocks import Furniture
from zhenggai.document.faults import DocumentError
from zhenggai.document.layout.compose import compose
from zhenggai.document.layout.lines import set_lines
from zhenggai.document.layout.page import Glyph, Grid, Line, Page
from zhenggai.document.layout.rules import Rule, find_meshes
from zhenggai.document.reader import Limits, Reader, Reading, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_POINTS = 72 / 25.4
"""OFD counts in millimetres, the layout in points."""

_ASCENT = 0.86
"""How much of a character stands above the base line."""

_A4 = (0.0, 0.0, 210.0, 297.0)
_UNSEEN = {("false", None), ("false", "false")}
"""Stroke and Fill of a path that is not drawn."""

_MOST_RULES = 20_000
_ARGUMENTS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
"""How many numbers each drawing order of a path takes; its last two are the new place."""


class _Matrix(NamedTuple):
    """Where a point of an object comes to lie on the page."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where (x, y) lies."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    @property
    def level(self) -> bool:
        """Whether text stays upright."""
        return abs(self.b) < 0.02 * abs(self.a) and self.a > 0

    @property
    def scale(self) -> float:
        """How much larger things become."""
        return math.sqrt(abs(self.a * self.d - self.b * self.c)) or 1.0


@dataclass(slots=True)
class _Drawn:
    """What an XML part draws: upright characters, text across the page, level and upright lines."""

    glyphs: list[Glyph] = field(default_factory=list)
    across: list[str] = field(default_factory=list)
    level: list[Rule] = field(default_factory=list)
    upright: list[Rule] = field(default_factory=list)
    characters: int = 0


def _recognises(source: Source) -> bool:
    if not is_archive(source.data):
        return False
    try:
        return "OFD.xml" in Archive(source.data, Limits()).names
    except DocumentError:
        return False


def _read(source: Source, limits: Limits) -> Reading:
    archive = Archive(source.data, limits)
    book = _Book(archive, limits)
    for root in archive.xml("OFD.xml").iter("{*}DocRoot"):
        book.add_document(_path("", root.text))
    if not book.pages:
        raise DocumentError("broken", "OFD 文件已损坏：里面没有页面，请用原软件重新导出。")
    if not any(page.items for page in book.pages):
        raise DocumentError("scan", "这个 OFD 只有图片，没有文字：请先做文字识别（OCR），或换用 Word 原件。")
    return Reading(compose(book.pages, book.stamps), ("OFD 按版面重新接成段落，表格按框线识别，请与原件核对。",))


class _Book:
    """The pages of a file, as far as read."""

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self._characters = 0
        self.pages: list[Page] = []
        self.stamps: dict[int, Furniture] = {}

    def add_document(self, part: str) -> None:
        """Add the pages of one document of the file."""
        document = self._archive.xml(part)
        folder = posixpath.dirname(part)
        templates = {
            entry.get("ID", ""): _path(folder, entry.get("BaseLoc")) for entry in document.iter("{*}TemplatePage")
        }
        usual = _box(next(document.iter("{*}PhysicalBox"), None)) or _A4
        for entry in document.iter("{*}Page"):
            path = _path(folder, entry.get("BaseLoc"))
            if path in self._archive.names:
                if len(self.pages) >= self._limits.pages:
                    raise DocumentError("too_large", f"OFD 超过{self._limits.pages}页，请拆成几个文件。")
                self._add_page(self._archive.xml(path), templates, usual)

    def _add_page(self, content: _Element, templates: dict[str, str], usual: tuple[float, ...]) -> None:
        _, _, width, height = _box(next(content.iter("{*}PhysicalBox"), None)) or usual
        drawn = self._draw(content)
        below = _Drawn()
        for entry in content.iter("{*}Template"):
            path = templates.get(entry.get("TemplateID", ""), "")
            if path in self._archive.names:
                below = self._draw(self._archive.xml(path))
        meshes = find_meshes(drawn.level + below.level, drawn.upright + below.upright)
        free = [glyph for glyph in drawn.glyphs if not any(mesh.take(glyph) for mesh in meshes)]
        fixed = [glyph for glyph in below.glyphs if not any(mesh.take(glyph) for mesh in meshes)]
        stamps = set_lines(fixed)
        self.stamps |= {id(line): Furniture.RUNNING_HEAD for line in stamps}
        items: list[Line | Grid] = [*set_lines(free), *stamps, *(mesh.grid() for mesh in meshes)]
        items.sort(key=lambda item: item.top)
        across = [text for text in ("".join(below.across), "".join(drawn.across)) if text.strip()]
        self.pages.append(Page(len(self.pages) + 1, width * _POINTS, height * _POINTS, items, across))

    def _draw(self, content: _Element) -> _Drawn:
        drawn = _Drawn()
        for element in content.iter("{*}TextObject", "{*}PathObject"):
            if element.get("Visible") == "false":
                continue
            if str(element.tag).rpartition("}")[2] == "TextObject":
                _draw_text(element, drawn)
            elif len(drawn.level) + len(drawn.upright) < _MOST_RULES:
                _draw_path(element, drawn)
        self._characters += drawn.characters
        if self._characters > self._limits.characters:
            raise DocumentError("too_large", f"OFD 文字超过{self._limits.characters}字，请拆成几个文件。")
        return drawn


def _path(folder: str, location: str | None) -> str:
    location = (location or "").strip()
    return location.lstrip("/") if location.startswith("/") else posixpath.normpath(posixpath.join(folder, location))


def _numbers(text: str | None) -> list[float]:
    """Return the finite numbers of a list that blanks divide, up to the first word that is none."""
    found: list[float] = []
    for word in (text or "").split():
        try:
            value = float(word)
        except ValueError:
            break
        found.append(value if math.isfinite(value) and abs(value) < 1e6 else 0.0)
    return found


def _box(element: _Element | None) -> tuple[float, ...] | None:
    box = tuple(_numbers(element.text)) if element is not None else ()
    return box if len(box) == 4 and box[2] > 1 and box[3] > 1 else None


def _matrix(element: _Element) -> _Matrix:
    numbers = _numbers(element.get("CTM"))
    matrix = _Matrix(*numbers) if len(numbers) == 6 else _Matrix()
    x, y, *_ = [*_numbers(element.get("Boundary")), 0.0, 0.0]
    return matrix._replace(e=matrix.e + x, f=matrix.f + y)


def _draw_text(element: _Element, drawn: _Drawn) -> None:
    matrix = _matrix(element)
    size = (_numbers(element.get("Size")) or [3.7])[0] or 3.7
    stretch = (_numbers(element.get("HScale")) or [1.0])[0] or 1.0
    for code in element.iterchildren("{*}TextCode"):
        text = code.text or ""
        drawn.characters += len(text)
        if not matrix.level:
            drawn.across.append(text.strip())
            continue
        x, y = ((_numbers(code.get(name)) or [0.0])[0] for name in ("X", "Y"))
        down, steps = _deltas(code.get("DeltaY")), _deltas(code.get("DeltaX"))
        height = size * matrix.scale * _POINTS
        for character in text:
            natural = size * stretch * (1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5)
            left, base = (value * _POINTS for value in matrix.place(x, y))
            width = natural * abs(matrix.a) * _POINTS
            top = base - _ASCENT * height
            drawn.glyphs.append(Glyph(character, left, left + width, top, top + height))
            falls = next(down, 0.0)
            x += next(steps, 0.0 if falls else natural)
            y += falls


def _deltas(text: str | None) -> Iterator[float]:
    """Yield the steps from character to character; `g 3 2.5` stands for 2.5 three times."""
    words = iter((text or "").split())
    for word in words:
        count = 1
        value = word
        if word == "g":
            times = _numbers(next(words, "0"))
            count = int(min(max(times[0], 0), 100_000)) if times else 0
            value = next(words, "0")
        number = (_numbers(value) or [0.0])[0]
        for _ in range(count):
            yield number


def _draw_path(element: _Element, drawn: _Drawn) -> None:
    data = next(element.iter("{*}AbbreviatedData"), None)
    if data is None or not data.text or (element.get("Stroke"), element.get("Fill")) in _UNSEEN:
        return
    matrix = _matrix(element)
    start = here = (0.0, 0.0)
    words = iter(data.text.split())
    for order in words:
        if order not in _ARGUMENTS:
            continue
        numbers = _numbers(" ".join(next(words, "0") for _ in range(_ARGUMENTS[order])))
        there = start if order == "C" else (numbers[-2], numbers[-1]) if len(numbers) >= 2 else here
        if order in "LC":
            _add_rule(matrix.place(*here), matrix.place(*there), drawn)
        elif order in "MS":
            start = there
        here = there


def _add_rule(start: tuple[float, float], end: tuple[float, float], drawn: _Drawn) -> None:
    (x0, x1), (y0, y1) = sorted((start[0] * _POINTS, end[0] * _POINTS)), sorted((start[1] * _POINTS, end[1] * _POINTS))
    if y1 - y0 < 0.5 < x1 - x0:
        drawn.level.append(Rule((y0 + y1) / 2, x0, x1))
    elif x1 - x0 < 0.5 < y1 - y0:
        drawn.upright.append(Rule((x0 + x1) / 2, y0, y1))


READER = Reader(
    key="ofd",
    title="OFD 版式文件",
    suffixes=(".ofd",),
    media_type="application/ofd",
    recognises=_recognises,
    read=_read,
)
