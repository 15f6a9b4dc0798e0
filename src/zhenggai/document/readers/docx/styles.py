"""Paragraph and character styles: what they say of numbering, headings and hidden text, through basedOn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.document.readers.docx.names import attribute, child, is_on, local, number

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says, with all that it is based on. `level` is the numbering level, `outline` the heading level from 1."""

    number_id: int | None = None
    level: int | None = None
    outline: int | None = None
    hidden: bool = False


class Styles:
    """The styles of a document by their identifiers."""

    def __init__(self, root: _Element | None) -> None:
        """Take the root of styles.xml; None where the document has none."""
        self._elements: dict[str, _Element] = {}
        self._default = ""
        for element in root if root is not None else ():
            if local(element) != "style":
                continue
            identifier = attribute(element, "styleId") or ""
            self._elements.setdefault(identifier, element)
            if attribute(element, "type") == "paragraph" and attribute(element, "default") in {"1", "true", "on"}:
                self._default = identifier
        self._known: dict[str, Style] = {}

    def style(self, identifier: str | None) -> Style:
        """Return the style `identifier`; the default paragraph style for None, an empty one where there is none."""
        key = self._default if identifier is None else identifier
        if key not in self._known:
            self._known[key] = self._resolve(key)
        return self._known[key]

    def _resolve(self, identifier: str) -> Style:
        chain: list[_Element] = []
        seen: set[str] = set()
        while identifier in self._elements and identifier not in seen and len(chain) < _DEEPEST:
            seen.add(identifier)
            element = self._elements[identifier]
            chain.append(element)
            identifier = attribute(child(element, "basedOn"), "val") or ""
        style = Style()
        for element in reversed(chain):
            style = _with(style, element)
        return style

    def numbered_by(self, number_id: int) -> dict[str, int]:
        """Return the paragraph styles that use the numbering `number_id` themselves, with their levels."""
        found: dict[str, int] = {}
        for identifier in self._elements:
            style = self.style(identifier)
            if style.number_id == number_id:
                found[identifier] = style.level or 0
        return found


def _with(base: Style, element: _Element) -> Style:
    paragraph, run = child(element, "pPr"), child(element, "rPr")
    numbering = child(paragraph, "numPr")
    number_id = number(child(numbering, "numId"))
    level = number(child(numbering, "ilvl"))
    outline = number(child(paragraph, "outlineLvl"))
    named = _HEADING.fullmatch(attribute(child(element, "name"), "val") or "")
    hidden = is_on(child(run, "vanish"))
    return Style(
        base.number_id if number_id is None else number_id,
        base.level if level is None else level,
        outline + 1 if outline is not None and outline < 9 else int(named[1]) if named else base.outline,
        base.hidden if hidden is None else hidden,
    )
