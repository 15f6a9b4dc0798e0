"""The XML names of WordprocessingML and how its values are written (ECMA-376 part 1).

`package` turns the names of the strict kind into these before anything is read, so no other file need know of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"

W = f"{{{TRANSITIONAL}}}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
VML = "{urn:schemas-microsoft-com:vml}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

VAL = W + "val"
PARAGRAPH, RUN, TEXT = W + "p", W + "r", W + "t"
PARAGRAPH_PROPERTIES, RUN_PROPERTIES = W + "pPr", W + "rPr"
TABLE, ROW, CELL = W + "tbl", W + "tr", W + "tc"
INSERTED, MOVED_HERE = W + "ins", W + "moveTo"
DELETED, MOVED_AWAY = W + "del", W + "moveFrom"
NUMBERING, NUMBER_ID, LEVEL = W + "numPr", W + "numId", W + "ilvl"
OUTLINE, VANISH = W + "outlineLvl", W + "vanish"
BOX = W + "txbxContent"
ALTERNATIVE, CHOICE, FALLBACK = MC + "AlternateContent", MC + "Choice", MC + "Fallback"

REMOVED = frozenset({DELETED, MOVED_AWAY})
ADDED = frozenset({INSERTED, MOVED_HERE})
WRAPPERS = frozenset({W + "sdt", W + "sdtContent", W + "customXml", W + "smartTag", *ADDED})
"""What may stand around paragraphs, rows and cells without being seen."""

_OFF = frozenset({"0", "false", "off"})
_LONGEST = 10
"""Digits of a whole number that Word could mean; it counts in 32 bits."""


def to_number(written: str | None) -> int | None:
    """Return a whole number, or None where nothing or something else is written."""
    if written is None or len(written) > _LONGEST:
        return None
    try:
        return int(written)
    except ValueError:
        return None


def value(element: _Element | None, tag: str) -> str | None:
    """Return what the child `tag` of `element` says, or None where there is none."""
    child = next(element.iterchildren(tag), None) if element is not None else None
    return child.get(VAL) if child is not None else None


def number(element: _Element | None, tag: str) -> int | None:
    """Return what the child `tag` of `element` says as a whole number, or None."""
    return to_number(value(element, tag))


def is_on(element: _Element) -> bool:
    """Return what an on-off element says: without a word it says yes."""
    return element.get(VAL) not in _OFF
