"""The XML names of WordprocessingML, transitional and strict (ECMA-376; ISO/IEC 29500)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRUE = frozenset({"1", "true", "on"})


def local(element: _Element) -> str:
    """Return the local name of `element`, which is no comment (the parser drops them)."""
    tag = element.tag
    return tag[tag.rfind("}") + 1 :]


def attribute(element: _Element | None, name: str) -> str | None:
    """Return the attribute `name` of `element` in either namespace, or None."""
    if element is None:
        return None
    value = element.get(f"{{{W}}}{name}")
    if value is None:
        value = element.get(f"{{{STRICT}}}{name}")
    return str(value) if value is not None else None


def child(element: _Element | None, name: str) -> _Element | None:
    """Return the first child of `element` with the local name `name`, or None."""
    if element is None:
        return None
    for one in element:
        if local(one) == name:
            return one
    return None


def number(element: _Element | None, name: str = "val") -> int | None:
    """Return the attribute `name` as a whole number, or None where it is missing or none."""
    written = attribute(element, name)
    if written is None:
        return None
    try:
        return int(written)
    except ValueError:
        return None


def is_on(element: _Element | None) -> bool | None:
    """Return what an on-off element says; None where it is missing."""
    if element is None:
        return None
    written = attribute(element, "val")
    return written is None or written in _TRUE
