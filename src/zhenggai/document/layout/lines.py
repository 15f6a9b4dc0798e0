"""Glyphs → lines: which characters stand side by side, in which order, and where a gap is a blank."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING

from zhenggai.document.layout.page import Glyph, Line

if TYPE_CHECKING:
    from collections.abc import Iterable

_OPENING = frozenset("（(［[【〔《〈「『“‘{｛")
_CLOSING = frozenset("）)］]】〕》〉」』”’}｝，,。．.、；;：:？?！!％%…—－-～~·")
_QUOTES = frozenset("“”‘’")
MARK = re.compile(
    r"第?[一二三四五六七八九十百]{1,4}[、.．章节条]"
    r"|[（(](?:[一二三四五六七八九十百]{1,4}|\d{1,3})[）)]"
    r"|\d{1,3}(?:[、．）)]|\.(?!\d)|\.(?=20\d\d年))"
    r"|[①-⑳㈠-㈩⑴-⒇⒈-⒛]"
    r"|[一二三四五六七八九十]{1,2}(?:是|要)"
    r"|[-•●◆■□○·*]\s"
    r"|附件\s?\d{0,2}[：:]?"
)
"""The numbers and signs with which paragraphs begin."""

_WORD_GAP = 0.22
"""A gap between two Latin letters that is a blank, as a share of the size."""

_WIDE_GAP = 0.9
"""A gap beside a Chinese character that is a blank; less is justification or the air that Word puts beside Latin letters."""


def set_lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """Return the lines that `glyphs` form, from top to bottom.

    A file may draw its glyphs in any order (quotation marks of another font come late): only positions count.
    """
    rows: list[list[Glyph]] = []
    tallest: Glyph | None = None
    for glyph in sorted(glyphs, key=lambda g: (g.top + g.bottom, g.x0)):
        middle = (glyph.top + glyph.bottom) / 2
        if tallest is None or not tallest.top <= middle <= tallest.bottom or _apart(tallest, glyph):
            rows.append([glyph])
            tallest = glyph
            continue
        rows[-1].append(glyph)
        if glyph.bottom - glyph.top > tallest.bottom - tallest.top:
            tallest = glyph
    lines = (_line(row) for row in rows)
    return sorted((line for line in lines if line is not None), key=lambda line: (line.top, line.x0))


def _apart(tallest: Glyph, glyph: Glyph) -> bool:
    """Say whether a glyph overlaps the line by less than 40 % of its own height."""
    overlap = min(tallest.bottom, glyph.bottom) - max(tallest.top, glyph.top)
    return overlap < 0.4 * (glyph.bottom - glyph.top)


def _line(row: list[Glyph]) -> Line | None:
    row.sort(key=lambda g: (g.x0, g.x1))
    glyphs = _single(row)
    while glyphs and not glyphs[0].text.strip():
        del glyphs[0]
    while glyphs and not glyphs[-1].text.strip():
        del glyphs[-1]
    if not glyphs:
        return None
    sizes = Counter(round(g.bottom - g.top, 1) for g in glyphs)
    size = max(sizes, key=lambda s: (sizes[s], s))
    text = _text(glyphs, size)
    top = next(g.top for g in glyphs if abs(g.bottom - g.top - size) < 0.06)
    return Line(text, glyphs[0].x0, glyphs[-1].x1, top, size, _first_word(glyphs), _after_mark(text, glyphs))


def _single(row: list[Glyph]) -> list[Glyph]:
    """Drop a glyph that is drawn a second time over itself, as made-up bold is."""
    kept: list[Glyph] = []
    for glyph in row:
        reach = 0.15 * (glyph.bottom - glyph.top)
        twice = any(
            k.text == glyph.text and abs(k.x0 - glyph.x0) < reach and abs(k.top - glyph.top) < reach for k in kept[-3:]
        )
        if not twice or not glyph.text.strip():
            kept.append(glyph)
    return kept


def _text(glyphs: list[Glyph], size: float) -> str:
    gaps = [after.x0 - before.x1 for before, after in pairwise(glyphs)]
    spacing = max(median_low(gaps), 0.0) if gaps else 0.0
    text = [glyphs[0].text]
    for gap, before, after in zip(gaps, glyphs, glyphs[1:], strict=False):
        latin = is_latin(before.text[-1:]) and is_latin(after.text[:1])
        if gap > spacing + (_WORD_GAP if latin else _WIDE_GAP) * size and before.text.strip() and after.text.strip():
            text.append(" ")
        text.append(after.text)
    return "".join(text).strip()


def is_latin(character: str) -> bool:
    """Say whether a character is a letter, digit or mark of which Latin words and numbers consist."""
    return "!" <= character <= "~"


def _first_word(glyphs: list[Glyph]) -> float:
    end = 0
    while end < len(glyphs) - 1 and _holds(glyphs[end].text[-1:], glyphs[end + 1].text[:1]):
        end += 1
    return glyphs[end].x1 - glyphs[0].x0


def _holds(before: str, after: str) -> bool:
    """Say whether some program does not break a line between two characters (Unicode UAX 14 with the Chinese additions)."""
    if after in _CLOSING or before in _OPENING or before in _QUOTES or after in _QUOTES:
        return True
    if is_latin(after):
        return is_latin(before) or before in _CLOSING
    return before.isdigit() or (is_latin(before) and after in _OPENING)


def _after_mark(text: str, glyphs: list[Glyph]) -> float | None:
    found = MARK.match(text)
    if not found:
        return None
    rest = found.end()
    for glyph in glyphs:
        if rest <= 0 and glyph.text.strip():
            return glyph.x0
        rest -= len(glyph.text)
    return None
