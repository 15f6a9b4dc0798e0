"""Paragraph and character styles: what they say of numbering, headings and hidden text, through basedOn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.document.readers.docx.names import (
    LEVEL,
    NUMBER_ID,
    NUMBERING,
    OUTLINE,
    PARAGRAPH_PROPERTIES,
    RUN_PROPERTIES,
    VANISH,
    W,
    is_on,
    number,
    value,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_BASED_ON = W + "basedOn"
_DEEPEST = 50
"""Styles that are looked through for what one is based on: more than any document needs, and few enough for hostile ones."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says, with all that it is based on."""

    number_id: int | None = None
    level: int | None = None
    """The level of the list, if a style states it."""
    lineage: tuple[str, ...] = ()
    """The style and those it is based on, up to the one that states the list: a level of the list may name one of them."""
    outline: int = 0
    """The heading level from 1; 0 for body text."""
    hidden: bool = False


class Styles:
    """The styles of a document by their identifiers."""

    def __init__(self, root: _Element | None) -> None:
        """Take the root of styles.xml; None where the document has none."""
        self._elements: dict[str, _Element] = {}
        self._known: dict[str | None, Style] = {}
        default = ""
        for element in root.iterchildren(W + "style") if root is not None else ():
            identifier = element.get(W + "styleId") or ""
            self._elements.setdefault(identifier, element)
            if element.get(W + "default") in {"1", "true", "on"} and element.get(W + "type") == "paragraph":
                default = identifier
        self._known[None] = self._resolve(default)

    def style(self, identifier: str | None) -> Style:
        """Return the style `identifier`; the default paragraph style for None, an empty one where there is none."""
        known = self._known.get(identifier)
        if known is None:
            known = self._known[identifier] = self._resolve(identifier or "")
        return known

    def _resolve(self, identifier: str) -> Style:
        chain: dict[str, _Element] = {}
        while identifier in self._elements and identifier not in chain and len(chain) < _DEEPEST:
            chain[identifier] = self._elements[identifier]
            identifier = value(chain[identifier], _BASED_ON) or ""
        style = Style()
        for name, element in reversed(chain.items()):
            style = _with(style, name, element)
        return style


def _with(base: Style, name: str, element: _Element) -> Style:
    """Return what the style says that is based on `base`."""
    paragraph, run = element.find(PARAGRAPH_PROPERTIES), element.find(RUN_PROPERTIES)
    numbering = paragraph.find(NUMBERING) if paragraph is not None else None
    number_id, level = number(numbering, NUMBER_ID), number(numbering, LEVEL)
    outline = number(paragraph, OUTLINE)
    named = _HEADING.fullmatch(value(element, W + "name") or "")
    if outline is not None:
        heading = outline + 1 if 0 <= outline < 9 else 0
    else:
        heading = int(named[1]) if named else base.outline
    vanish = run.find(VANISH) if run is not None else None
    return Style(
        base.number_id if number_id is None else number_id,
        base.level if level is None else level,
        (name,) if number_id is not None else (name, *base.lineage),
        heading,
        base.hidden if vanish is None else is_on(vanish),
    )
