"""The text of a paragraph as a reader of the page sees it."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from lxml import etree

from zhenggai.document.readers.docx.names import (
    ADDED,
    ALTERNATIVE,
    BOX,
    CHOICE,
    FALLBACK,
    MATH,
    PARAGRAPH,
    PARAGRAPH_PROPERTIES,
    REMOVED,
    RUN,
    RUN_PROPERTIES,
    TEXT,
    TRANSITIONAL,
    VAL,
    VANISH,
    VML,
    W,
    is_on,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

    from zhenggai.document.readers.docx.styles import Style, Styles


class Remark(Enum):
    """What a person should be told of a file."""

    CHANGES = auto()
    HIDDEN = auto()
    COVERED = auto()
    EMBEDDED = auto()
    DIAGRAMS = auto()
    PICTURES = auto()


_SEEN = {W + "tab": "\t", W + "ptab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-"}
"""What stands for one character."""

_UNSEEN = frozenset(
    {
        PARAGRAPH_PROPERTIES,
        RUN_PROPERTIES,
        W + "instrText",
        W + "delInstrText",
        W + "delText",
        W + "fldData",
        W + "sdtPr",
        W + "sdtEndPr",
        W + "customXmlPr",
        W + "smartTagPr",
        W + "rt",
        W + "rubyPr",
        W + "softHyphen",
    }
)
"""What holds no text of the page, whatever is in it."""

_PICTURES = frozenset({W + "drawing", W + "pict", W + "object"})
_FIELD, _BREAK, _SYMBOL, _MATH_TEXT = W + "fldChar", W + "br", W + "sym", MATH + "t"
_RUN_STYLE = W + "rStyle"
_LINE_BREAKS = frozenset({None, "textWrapping"})

_INTRICATE = (
    *(_UNSEEN - {PARAGRAPH_PROPERTIES, RUN_PROPERTIES}),
    *(REMOVED | ADDED | _PICTURES | _SEEN.keys()),
    *(VANISH, _RUN_STYLE, ALTERNATIVE, _FIELD, _BREAK, _SYMBOL, _MATH_TEXT),
)
"""Without any of these in it the text of a paragraph is what its w:t hold, one after the other."""
_ASTRAY = etree.XPath(
    "boolean(.//w:pPr//w:t) or boolean(.//w:rPr//w:t) or boolean(.//w:t//w:t)", namespaces={"w": TRANSITIONAL}
)
"""Whether a w:t stands where no text may be: Word writes none there, spoilt files have them."""

_SYMBOLS = {
    "Wingdings": {0x6C: "●", 0x6E: "■", 0x6F: "□", 0x75: "◆", 0xA1: "○", 0xA8: "□", 0xD8: "➢", 0xFB: "×", 0xFC: "√", 0xFD: "☒", 0xFE: "☑"},
    "Wingdings 2": {0x2A: "□", 0x4F: "×", 0x50: "√", 0x51: "☒", 0x52: "☑", 0xA3: "□"},
    "Symbol": {0xB4: "×", 0xB7: "•"},
}  # fmt: skip
"""What the places of Word's symbol fonts look like."""


class InlineReader:
    """Reads paragraphs one after the other. A field may run over several, so one reader serves a whole story."""

    def __init__(self, styles: Styles, remarks: set[Remark]) -> None:
        """Take the styles, which may hide text, and where to note what was met."""
        self.boxes: list[_Element] = []
        """The contents of the text boxes anchored in the paragraph read last."""
        self.watermarks: list[str] = []
        """The words set as a picture in the paragraph read last."""
        self.intricate: set[_Element] | None = None
        """The paragraphs that hold more than plain runs, of all that are read; None where this is not known."""
        self._styles = styles
        self._remarks = remarks
        self._pieces: list[str] = []
        self._fields: list[bool] = []
        """For each open field whether its code (and not its result) is being read."""
        self._code = 0
        self._style_hides = False
        self._properties_matter = False
        """Whether a run of the paragraph may be hidden by its own properties: mostly none is, and they need no look."""

    def read(self, paragraph: _Element, style: Style) -> str:
        """Return the text of `paragraph`, which is of `style`."""
        self._pieces, self.boxes, self.watermarks = [], [], []
        if self.intricate is None or paragraph in self.intricate or self._code or style.hidden:
            self._read_closely(paragraph, style)
        else:
            for one in paragraph.iter(TEXT):
                self._put(one.text)
        return "".join(self._pieces).strip()

    def _read_closely(self, paragraph: _Element, style: Style) -> None:
        self._style_hides = style.hidden
        self._properties_matter = next(paragraph.iter(VANISH, _RUN_STYLE), None) is not None
        self._walk(paragraph)
        while self._fields and self._fields[-1]:  # a code that does not end with its paragraph is a broken field
            self._fields.pop()
            self._code -= 1

    def _walk(self, holder: _Element) -> None:
        for one in holder:
            tag = one.tag
            if tag == RUN:
                self._run(one)
            elif tag in REMOVED:
                self._remarks.add(Remark.CHANGES)
            elif tag not in _UNSEEN:
                if tag in ADDED:
                    self._remarks.add(Remark.CHANGES)
                self._content(one, tag)

    def _run(self, run: _Element) -> None:
        hidden = self._style_hides
        for one in run:
            tag = one.tag
            if tag == RUN_PROPERTIES:
                if self._properties_matter:
                    hidden = self._hides(one)
            elif tag == TEXT:
                self._words(one.text, hidden=hidden)
            elif tag == _FIELD:
                self._field(one.get(W + "fldCharType"))
            elif hidden:
                continue
            elif tag not in _UNSEEN:
                self._content(one, tag)

    def _hides(self, properties: _Element) -> bool:
        by_style = False
        for one in properties:
            tag = one.tag
            if tag == VANISH:
                return is_on(one)
            if tag == _RUN_STYLE:
                by_style = self._styles.style(one.get(VAL)).hidden
        return by_style != self._style_hides

    def _words(self, text: str | None, *, hidden: bool) -> None:
        if hidden and text:
            self._remarks.add(Remark.HIDDEN)
        elif not self._code:
            self._put(text)

    def _put(self, text: str | None) -> None:
        if text:
            self._pieces.append(" ".join(text.split()) if "\n" in text else text)

    def _content(self, one: _Element, tag: str) -> None:
        """Take what is neither a run nor its plain text: a sign, a picture, or something around runs."""
        if tag in _PICTURES:
            self._remarks.add(Remark.PICTURES)
            self._look_into(one)
        elif tag == ALTERNATIVE:
            chosen = _chosen(one)
            if chosen is not None:
                self._walk(chosen)
        elif tag in {TEXT, _MATH_TEXT, _BREAK, _SYMBOL} or tag in _SEEN:
            if not self._code:
                self._sign(one, tag)
        else:
            self._walk(one)

    def _sign(self, one: _Element, tag: str) -> None:
        if tag in _SEEN:
            self._pieces.append(_SEEN[tag])
        elif tag == _BREAK:
            self._pieces.append("\n" if one.get(W + "type") in _LINE_BREAKS else "")
        elif tag == _SYMBOL:
            self._pieces.append(_symbol(one.get(W + "char") or "", one.get(W + "font") or ""))
        else:
            self._put(one.text)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(True)
            self._code += 1
        elif self._fields and kind == "separate":
            self._code -= self._fields[-1]
            self._fields[-1] = False
        elif self._fields and kind == "end":
            self._code -= self._fields.pop()

    def _look_into(self, picture: _Element) -> None:
        """Find text boxes, without those in them, and watermarks. The fallback of an alternative says the same again."""
        waiting = [picture]
        while waiting:
            one = waiting.pop()
            if one.tag == BOX:
                self.boxes.append(one)
            elif one.tag == ALTERNATIVE:
                chosen = _chosen(one)
                if chosen is not None:
                    waiting.append(chosen)
            else:
                words = one.get("string") if one.tag == VML + "textpath" else None
                if words and words.strip():
                    self.watermarks.append(words.strip())
                waiting.extend(reversed(one))


def intricate_paragraphs(holder: _Element) -> set[_Element] | None:
    """Return the paragraphs in `holder` that hold more than plain runs; None where each must be looked at.

    One search for all of them takes next to nothing, one for each would take longer than reading it.
    """
    if _ASTRAY(holder):
        return None
    return {paragraph for one in holder.iter(*_INTRICATE) for paragraph in one.iterancestors(PARAGRAPH)}


def _chosen(alternative: _Element) -> _Element | None:
    """Return the first choice; the fallback, for older programs, only where there is none."""
    choice = alternative.find(CHOICE)
    return choice if choice is not None else alternative.find(FALLBACK)


def _symbol(written: str, font: str) -> str:
    try:
        code = int(written[:8], 16)
    except ValueError:
        return ""
    place = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    known = _SYMBOLS.get(font, {}).get(place)
    if known is not None:
        return known
    if 0xE000 <= code <= 0xF8FF or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or code < 0x20:
        return "□"
    return chr(code)
