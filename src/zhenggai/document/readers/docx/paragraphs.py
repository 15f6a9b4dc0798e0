"""The text of a paragraph as a reader of the page sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.document.readers.docx.names import attribute, child, is_on, local

if TYPE_CHECKING:
    from lxml.etree import _Element

    from zhenggai.document.readers.docx.styles import Styles

_WRAPPERS = frozenset(
    {"hyperlink", "smartTag", "fldSimple", "customXml", "dir", "bdo", "ins", "moveTo", "sdtContent", "sdt", "rubyBase"}
)
_REMOVED = frozenset({"del", "moveFrom"})
_PICTURES = frozenset({"drawing", "pict", "object"})
_SYMBOLS = {"Wingdings": {0xFC: "√", 0xFB: "×", 0xFE: "☑", 0xA8: "□", 0x6F: "□", 0x6E: "■", 0x6C: "●"}}


@dataclass(slots=True)
class Text:
    """Pieces of text, and what was met on the way."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    """The contents of text boxes anchored here."""
    changed: bool = False
    hidden: bool = False


class InlineReader:
    """Reads runs. Fields may run over paragraphs, so one reader serves a whole part."""

    def __init__(self, styles: Styles) -> None:
        """Take the styles, which may hide text."""
        self._styles = styles
        self._fields: list[bool] = []
        """For each open field whether its code (and not its result) is being read."""

    def read(self, paragraph: _Element) -> Text:
        """Return the text of `paragraph`."""
        text = Text()
        self._walk(paragraph, text)
        while self._fields and self._fields[-1]:
            self._fields.pop()
        return text

    def _walk(self, element: _Element, text: Text) -> None:
        for one in element:
            name = local(one)
            if name == "r":
                self._run(one, text)
            elif name in _WRAPPERS:
                text.changed |= name in {"ins", "moveTo"}
                self._walk(one, text)
            elif name in _REMOVED:
                text.changed = True
            elif name == "AlternateContent":
                self._alternative(one, text)
            elif name in {"oMath", "oMathPara"}:
                text.pieces += [str(t.text) for t in one.iter("{*}t") if t.text]

    def _run(self, run: _Element, text: Text) -> None:
        properties = child(run, "rPr")
        if properties is not None and self._is_hidden(properties):
            text.hidden = text.hidden or any(local(one) == "t" and one.text for one in run)
            return
        for one in run:
            self._content(one, text)

    def _is_hidden(self, properties: _Element) -> bool:
        own = is_on(child(properties, "vanish"))
        if own is not None:
            return own
        style = attribute(child(properties, "rStyle"), "val")
        return style is not None and self._styles.style(style).hidden

    def _content(self, element: _Element, text: Text) -> None:
        name = local(element)
        if name == "fldChar":
            self._field(attribute(element, "fldCharType"))
        elif name in _PICTURES:
            text.boxes += _boxes(element)
        elif name == "AlternateContent":
            self._alternative(element, text)
        elif any(self._fields):
            return
        elif name == "t":
            text.pieces.append(element.text or "")
        elif name in _CHARACTERS:
            text.pieces.append(_CHARACTERS[name])
        elif name == "br":
            text.pieces.append("\n" if attribute(element, "type") in {None, "textWrapping"} else "")
        elif name == "sym":
            text.pieces.append(_symbol(element))
        elif name == "ruby":
            self._walk_ruby(element, text)

    def _walk_ruby(self, ruby: _Element, text: Text) -> None:
        base = child(ruby, "rubyBase")
        if base is not None:
            self._walk(base, text)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _alternative(self, element: _Element, text: Text) -> None:
        """Take the first choice alone: the fallback says the same again for older programs."""
        choice = child(element, "Choice")
        chosen = choice if choice is not None else child(element, "Fallback")
        for one in chosen if chosen is not None else ():
            if local(one) == "r":
                self._run(one, text)
            else:
                self._content(one, text)


_CHARACTERS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


def _symbol(element: _Element) -> str:
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    known = _SYMBOLS.get(attribute(element, "font") or "", {})
    if code & 0xFF in known and (code >= 0xF000 or code <= 0xFF):
        return known[code & 0xFF]
    if 0xE000 <= code <= 0xF8FF or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "□"
    return chr(code)


def _boxes(element: _Element) -> list[_Element]:
    """Return the contents of the text boxes under a drawing, the fallback of an alternative left out."""
    found: list[_Element] = []
    waiting = [element]
    while waiting:
        one = waiting.pop()
        name = local(one)
        if name == "txbxContent":
            found.append(one)
        elif name == "AlternateContent":
            choice = child(one, "Choice")
            waiting += [choice] if choice is not None else [c for c in one if local(c) == "Fallback"]
        else:
            waiting += reversed(list(one))
    return found
