"""Hard line breaks at a fixed width: told by the lines' own widths, and taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from zhenggai.document.furniture import furniture_of
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable

_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十]{1,3}(?:部分|章|节|条)|#{1,6} "
)
_MARK = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、](?!\d)|[①-⑳]|[一二三四五六七八九十]{1,2}(?:是|要)|其[一二三]|第[一二三四五六七八九十]{1,3}(?:部分|章|节|条|[,、])"
    r"|(?:反馈|存在|具体)?(?:问题|项目|任务|隐患)[一二三四五六七八九十\d]|附件|#|\||[-*•●▪] |【"
)
_LABEL = re.compile(
    r"[【(]?(?:整改|存在|反馈|原因|责任|牵头|分管|配合|协助|协同|验收|督办|督查|完成|办理|目前|具体|下一步|工作|包抓|包保|主责|主办|协办|承办|时限|期限|措施|目标|问题|成因|状态|进展)[\u4e00-\u9fff/]{0,8}[】]? ?:"
)
_MARKED_WHOLE = re.compile(r"\s{0,3}#{1,6}\s")
"""A Markdown heading is one line, however long."""
_CLOSING = frozenset("。;!?:)】」』》…")
_INNER = frozenset("，。、；：“”")
_TOKEN = re.compile(r"[0-9A-Za-z.%/-]+|.", re.DOTALL)
_LEAST_BREAKS = 5
_FEWEST = 3
"""So many breaks are enough where indents show that the next line begins no paragraph."""
_NARROWEST, _WIDEST = 30, 200
"""In columns."""
_TOLERANCE = 4
"""Two Chinese characters, in columns: what a line may stay short so that no closing mark begins the next."""
_INDENTS = ("　　", "    ", "\t")


@dataclass(frozen=True, slots=True)
class Rejoined:
    """The lines after rejoining, and how many breaks were taken out."""

    lines: tuple[str, ...]
    breaks: int


def _columns(text: str) -> int:
    """The width on a page: what GBK writes in two bytes takes two columns."""
    return len(text.encode("gbk", "replace"))


def _characters(text: str) -> int:
    """The length as a program counts it, doubled to be like columns."""
    return 2 * len(text)


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a text is broken: at which width, how that is measured, and what sets paragraphs apart."""

    measure: Callable[[str], int]
    width: int
    indented: bool
    spaced: bool


def rejoin(lines: list[str]) -> Rejoined:
    """Return `lines` with breaks at a fixed width taken out; lines of other documents come back unchanged.

    A line runs on where the next word did not fit behind it and the next line begins no paragraph: by its indent where the
    text indents all paragraphs, else by numbers, labels and the end of sentences. A page number between the two stands aside.
    """
    setting = _setting_of(lines)
    if setting is None:
        return Rejoined(tuple(lines), 0)
    paragraphs: list[str] = []
    pieces: list[str] = []
    aside: list[str] = []
    between: list[str] = []
    breaks = depth = 0
    for line in lines:
        if pieces and (not line.strip() or furniture_of(line) is not None):
            between.append(line)
            continue
        if pieces and _turns_page(between) and _joins(pieces[-1], line, setting, enclosed=depth > 0):
            pieces.append(_tied(pieces[-1], line, setting))
            aside += between
            breaks += 1
        else:
            paragraphs += ["".join(pieces), *aside, *between] if pieces else between
            pieces, aside, depth = [line.rstrip()], [], 0
        between = []
        depth = max(0, depth + _depth(line))
    paragraphs += ["".join(pieces), *aside, *between] if pieces else between
    return Rejoined(tuple(paragraphs), breaks)


def _turns_page(between: list[str]) -> bool:
    """Blank lines end a paragraph; blank lines around a page number do not."""
    return not between or any(line.strip() for line in between)


def _tied(line: str, following: str, setting: _Setting) -> str:
    """Return `following` as it goes on behind `line`: a blank comes back between Latin words that were not cut."""
    text = following.strip()
    latin = line[-1:].isascii() and line[-1:].isalpha() and text[:1].isascii() and text[:1].isalpha()
    return " " + text if latin and setting.measure(line) < setting.width - _TOLERANCE else text


def _setting_of(lines: list[str]) -> _Setting | None:
    """Return how the text is broken, or None for a text whose lines are its paragraphs."""
    filled = [line.rstrip() for line in lines if line.strip()]
    if len(filled) <= _LEAST_BREAKS:
        return None
    before_blank = [not after.strip() for line, after in pairwise([*lines, ""]) if line.strip()]
    measured = (_measured(filled, before_blank, measure) for measure in (_columns, _characters))
    found = [(_count_breaks(filled, setting), setting) for setting in measured if setting]
    breaks, best = max(found, key=lambda pair: pair[0], default=(0, None))
    return best if breaks else None


def _measured(lines: list[str], before_blank: list[bool], measure: Callable[[str], int]) -> _Setting | None:
    widths = [measure(line) for line in lines]
    width = sorted(widths)[-max(1, len(widths) // 20)]
    over = sum(1 for w in widths if w > width + _TOLERANCE)
    if not _NARROWEST <= width <= _WIDEST or over * 20 > len(widths):
        return None
    ends = [w < width - _TOLERANCE for w in widths]
    indented = [line.startswith(_INDENTS) for line in lines]
    firsts = [indents for ended, indents in zip(ends, indented[1:], strict=False) if ended]
    lasts = [blank for ended, blank in zip(ends, before_blank, strict=True) if ended]
    return _Setting(
        measure,
        width,
        indented=_mostly(firsts) and sum(indented) < 0.95 * len(lines),
        spaced=_mostly(lasts) and sum(before_blank) < 0.95 * len(lines),
    )


def _mostly(answers: list[bool]) -> bool:
    return len(answers) > 2 and sum(answers) >= 0.8 * len(answers)


def _count_breaks(lines: list[str], setting: _Setting) -> int:
    """Return how many full lines stop within a sentence; 0 where that is not for want of room.

    Broken prose has many such lines, and its paragraphs end with the end of a sentence. A list of names or of catchwords
    has lines of one width, too, but no sentences. Indents make up for less of either.
    """
    joined = [_joins(line, following, setting) for line, following in pairwise(lines)]
    open_ended = [line for line, joins in zip(lines, joined, strict=False) if joins and not _is_closed(line)]
    ends = [
        line for line, was, goes_on in zip(lines[1:], joined, [*joined[1:], False], strict=True) if was and not goes_on
    ]
    least, share = (_FEWEST, 0.03) if setting.indented else (_LEAST_BREAKS, 0.125)
    prose = sum(1 for line in open_ended if not _INNER.isdisjoint(line))
    if len(open_ended) < max(least, share * len(lines)) or prose * 2 < len(open_ended):
        return 0
    closed = sum(1 for line in ends if _is_closed(line))
    return len(open_ended) if setting.indented or closed * 2 > len(ends) else 0


def _joins(line: str, following: str, setting: _Setting, *, enclosed: bool = False) -> bool:
    """Return whether `following` goes on with the paragraph of `line`; `enclosed`: a bracket of it is still open."""
    if not _fills(line, following, setting) or following.startswith(_INDENTS):
        return False
    if _MARKED_WHOLE.match(line):
        return False
    folded = fold(following).lstrip()
    if setting.indented or setting.spaced or enclosed:
        return not (_is_closed(line) and _HEADING.match(folded))
    return not (_is_closed(line) or _MARK.match(folded) or _LABEL.match(folded))


def _fills(line: str, following: str, setting: _Setting) -> bool:
    """Return whether `line` is full: as wide as the text, or too wide for the next word to stand behind it."""
    own = setting.measure(line.rstrip())
    if own > setting.width + _TOLERANCE:
        return False
    word = _TOKEN.match(following.lstrip())
    return own >= setting.width - _TOLERANCE or (
        word is not None and own + setting.measure(word[0][:20]) > setting.width
    )


def _depth(line: str) -> int:
    folded = fold(line)
    return folded.count("(") - folded.count(")") + folded.count("【") - folded.count("】")


def _is_closed(line: str) -> bool:
    return fold(line).rstrip()[-1:] in _CLOSING
