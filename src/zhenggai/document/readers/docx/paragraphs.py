"""A paragraph: its text, the number that Word makes for it, its heading level, and whether it runs into the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.document.readers.docx.inline import InlineReader, Remark, intricate_paragraphs
from zhenggai.document.readers.docx.names import (
    LEVEL,
    NUMBER_ID,
    NUMBERING,
    OUTLINE,
    PARAGRAPH_PROPERTIES,
    REMOVED,
    RUN_PROPERTIES,
    VAL,
    VANISH,
    W,
    is_on,
    number,
    to_number,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

    from zhenggai.document.readers.docx.numbering import Count, Numbering
    from zhenggai.document.readers.docx.styles import Style, Styles

_STYLE = W + "pStyle"


@dataclass(slots=True)
class Paragraph:
    """A paragraph as read. `number` is what Word makes and `text` does not hold."""

    text: str = ""
    number: str = ""
    heading: int | None = None
    boxes: list[_Element] = field(default_factory=list)
    watermarks: list[str] = field(default_factory=list)
    joins_next: bool = False
    """Whether the mark at its end is removed or hidden."""

    @property
    def shown(self) -> str:
        """What a reader of the page sees."""
        return self.number + self.text


@dataclass(slots=True)
class _Properties:
    """What w:pPr says."""

    style: Style
    numbering: tuple[int, int] | None = None
    """Instance and level."""
    heading: int | None = None
    mark_removed: bool = False
    mark_hidden: bool = False


class ParagraphReader:
    """Reads the paragraphs of one story: the text, a text box, the notes, the headers."""

    def __init__(self, styles: Styles, numbering: Numbering, count: Count, remarks: set[Remark]) -> None:
        """Take what the paragraphs of a file share, and how far the story's lists have come."""
        self._styles = styles
        self._numbering = numbering
        self._count = count
        self._remarks = remarks
        self._inline = InlineReader(styles, remarks)
        self._by_style: dict[tuple[str | None, int | None, int | None], tuple[int, int] | None] = {}

    def expect(self, holder: _Element) -> None:
        """Look ahead at `holder`: until the next call every paragraph that is read must stand in it."""
        self._inline.intricate = intricate_paragraphs(holder)

    def read(self, element: _Element) -> Paragraph:
        """Read a paragraph and count it in its list."""
        properties = self._properties(next(element.iterchildren(PARAGRAPH_PROPERTIES), None))
        text = self._inline.read(element, properties.style)
        hidden = properties.mark_hidden or properties.style.hidden
        gone = properties.mark_removed or (hidden and not text)
        made = ""
        if properties.numbering is not None and not gone:
            made = self._numbering.next_number(*properties.numbering, self._count)
        return Paragraph(
            text,
            made,
            None if properties.mark_removed else properties.heading,
            self._inline.boxes,
            self._inline.watermarks,
            properties.mark_removed or properties.mark_hidden,
        )

    def _properties(self, element: _Element | None) -> _Properties:
        style_id = number_id = level = outline = mark = None
        for one in element if element is not None else ():
            tag = one.tag
            if tag == _STYLE:
                style_id = one.get(VAL)
            elif tag == NUMBERING:
                number_id, level = number(one, NUMBER_ID), number(one, LEVEL)
            elif tag == OUTLINE:
                outline = to_number(one.get(VAL))
            elif tag == RUN_PROPERTIES:
                mark = one
        style = self._styles.style(style_id)
        heading = style.outline if outline is None else outline + 1 if 0 <= outline < 9 else 0
        found = _Properties(style, self._numbered(style_id, number_id, level), heading or None)
        if mark is not None and len(mark):
            self._look_at_mark(mark, found)
        return found

    def _look_at_mark(self, mark: _Element, found: _Properties) -> None:
        for one in mark:
            tag = one.tag
            if tag in REMOVED:
                found.mark_removed = True
                self._remarks.add(Remark.CHANGES)
            elif tag == VANISH:
                found.mark_hidden = is_on(one)

    def _numbered(self, style_id: str | None, number_id: int | None, level: int | None) -> tuple[int, int] | None:
        """Return the instance and the level that a paragraph counts in; numId 0 takes it out of the list of its style."""
        key = (style_id, number_id, level)
        if key not in self._by_style:
            self._by_style[key] = self._resolve(*key)
        return self._by_style[key]

    def _resolve(self, style_id: str | None, number_id: int | None, level: int | None) -> tuple[int, int] | None:
        style = self._styles.style(style_id)
        number_id = style.number_id if number_id is None else number_id
        if not number_id:
            return None
        if level is None:
            level = self._numbering.level_of(number_id, style.lineage)
        return number_id, level if level is not None else style.level or 0


def join(first: Paragraph, second: Paragraph) -> Paragraph:
    """Return two paragraphs as one, since the mark between them is not there for a reader of the page."""
    if first.number:
        number, text = first.number, first.text + second.shown
    else:
        number, text = second.number, first.text + second.text
    return Paragraph(
        text,
        number,
        first.heading if first.heading is not None and first.shown else second.heading,
        first.boxes + second.boxes,
        first.watermarks + second.watermarks,
        second.joins_next,
    )
