"""Lines → paragraphs: where the writer ended a line and where the page did.

A line that had room for what follows was ended by the writer. A line that begins further right than the text does begins a
paragraph. Where neither tells (text without indents), a mark such as 一、 after a full stop does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.document.layout.lines import MARK, is_latin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenggai.document.layout.frame import Frame
    from zhenggai.document.layout.page import Line

_SENTENCE_ENDS = frozenset("。；;！？!?")
_RUNNING_ON = frozenset("，、：“《（")
_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]")
_NUMBER = re.compile(r"([0-9]{1,3})[.．、]")
_LABEL = re.compile(r"[【\[]?[\u4e00-\u9fff]{2,8}\d{0,3}[】\]]?[：:]")


def goes_on(paragraph: Sequence[Line], following: Line, here: Frame, there: Frame, *, same_page: bool) -> bool:
    """Say whether `following` continues the paragraph that ends with the last line of `paragraph`.

    `here` is the frame of that last line, `there` that of `following`; they differ at a page break.
    """
    last = paragraph[-1]
    if abs(last.size - following.size) > 0.15 * max(last.size, following.size):
        return False
    if abs((here.right - here.left) - (there.right - there.left)) > 5 * here.size or (
        same_page and _stands_off(last, following, here)
    ):
        return False
    if _is_centred(last, here) and _is_centred(following, there):
        return _same_title(last, following, here) or not had_room(last, following, here.right)
    if had_room(last, following, here.right) or _is_aside(paragraph, following, here, there):
        return False
    if same_page and there.spaced and abs(following.x0 - there.left) <= 0.8 * there.size:
        return True
    return _stands_under(paragraph, following, here, there)


def _is_aside(paragraph: Sequence[Line], following: Line, here: Frame, there: Frame) -> bool:
    """Say whether the last line is set to the right or in the middle, as a signature or title is, and `following` is not."""
    if following.x0 - there.left >= 1.2 * there.size:
        return False
    aside = paragraph[-1].x0 - here.left
    return aside > 3.4 * here.size or (
        len(paragraph) == 1 and here.indented and 0.5 * here.size < aside < 1.4 * here.size
    )


def _stands_off(last: Line, following: Line, frame: Frame) -> bool:
    step = following.top - last.top
    if last.size > 1.15 * frame.size or not frame.pitch:
        return not 0 <= step <= 2.2 * last.size
    return not 0 <= step <= max(frame.widest_step, 1.26 * last.size + 1)


def _is_centred(line: Line, frame: Frame) -> bool:
    aside = line.x0 - frame.left
    if aside < 2.6 * frame.size and line.size < 1.15 * frame.size:
        return False
    return abs((line.x0 + line.x1) - (frame.left + frame.right)) < 1.6 * line.size and aside > -0.5 * line.size


def _same_title(last: Line, following: Line, frame: Frame) -> bool:
    """Say whether two centred lines in large type, set close, are one title that the writer broke by hand."""
    large = last.size > 1.15 * frame.size and abs(last.size - following.size) < 0.5
    return large and 0 < following.top - last.top < 2.2 * last.size and last.text[-1] not in _SENTENCE_ENDS


def had_room(last: Line, following: Line, right: float) -> bool:
    """Say whether the first word of `following` would have fitted behind `last`: then the writer ended the line."""
    return last.x1 + _needed(last, following) <= right - 0.06 * last.size


def _needed(last: Line, following: Line) -> float:
    """Return the room for the first word of `following`: word processors put air between Chinese and Latin characters."""
    air = 0.25 * last.size if is_latin(last.text[-1]) != is_latin(following.text[0]) else 0.0
    return following.first_word + air


def _stands_under(paragraph: Sequence[Line], following: Line, here: Frame, there: Frame) -> bool:
    """Say whether the left edge of `following` is where a paragraph goes on, its last line being full."""
    indent = following.x0 - there.left
    first = paragraph[0].x0 - here.left if len(paragraph) == 1 else None
    if abs(indent) <= 0.8 * there.size:
        return there.indented or not begins_paragraph(following.text, paragraph)
    if begins_paragraph(following.text, paragraph):
        return False
    if first is None:
        return abs(indent - (paragraph[-1].x0 - here.left)) <= 0.5 * there.size and not _is_indent(indent, there)
    hanging = paragraph[0].after_mark
    return hanging is not None and abs(indent - (hanging - here.left)) <= 0.5 * there.size


def _is_indent(indent: float, frame: Frame) -> bool:
    return frame.indented and 1.2 * frame.size <= indent <= 2.6 * frame.size


def begins_paragraph(text: str, before: Sequence[Line]) -> bool:
    """Say whether a line begins with a mark or label that, after the lines `before`, can only begin a paragraph."""
    recent = "".join(line.text for line in before[-5:])
    if recent.count("（") + recent.count("(") > recent.count("）") + recent.count(")") and not recent.endswith(
        ("）", ")")
    ):
        return False
    end = recent.rstrip("”’）)】》")[-1:]
    if end in _SENTENCE_ENDS:
        return bool(MARK.match(text) or _LABEL.match(text)) or _is_next(text, before[0].text)
    if _HEADING.match(before[0].text) and _SENTENCE_ENDS.isdisjoint(recent) and _NUMBER.match(text):
        return bool(MARK.match(text))
    return bool(_HEADING.match(text)) and end not in _RUNNING_ON


def _is_next(text: str, first: str) -> bool:
    """Say whether a line and the first line of the paragraph before it are numbered in sequence: 2.35 after 1.…"""
    number, before = _NUMBER.match(text), _NUMBER.match(first)
    return number is not None and before is not None and int(number[1]) == int(before[1]) + 1


def join(lines: Sequence[Line]) -> str:
    """Return the text of a paragraph: its lines run together, with a blank only between two Latin words."""
    parts = [lines[0].text]
    for line in lines[1:]:
        if _is_word(parts[-1][-1]) and _is_word(line.text[0]):
            parts.append(" ")
        parts.append(line.text)
    return "".join(parts)


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def divide(lines: Sequence[Line], width: float) -> list[list[Line]]:
    """Return the paragraphs of a table cell whose text may be `width` wide. Cells have no indents: room and marks decide."""
    paragraphs: list[list[Line]] = []
    for line in lines:
        if paragraphs and _goes_on_in_cell(paragraphs[-1], line, width):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def _goes_on_in_cell(paragraph: Sequence[Line], following: Line, width: float) -> bool:
    last = paragraph[-1]
    if last.width + _needed(last, following) <= width - 0.3 * last.size:
        return False
    return not begins_paragraph(following.text, paragraph)
