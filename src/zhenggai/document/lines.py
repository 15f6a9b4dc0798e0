"""Hard line breaks at a fixed width: told by the lines' own widths, and taken out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from zhenggai.document.furniture import furniture_of
from zhenggai.text import fold

_MARK = re.compile(
    r"(?:第?[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、](?!\d)|[①-⑳]|[一二三四五六七八九十]{1,2}(?:是|要)|其[一二三]|第[一二三四五六七八九十]+(?:部分|章|节)"
    r"|(?:反馈|存在|具体)?(?:问题|项目|任务|隐患)\s*[一二三四五六七八九十\d]|附件|#|\||[-*•●] )"
)
_LABEL = re.compile(
    r"[【(]?(?:整改|存在|反馈|原因|责任|牵头|分管|配合|协助|验收|督办|完成|办理|目前|具体|下一步|工作|包抓|包保|主责|承办|时限|措施|目标|问题|成因|状态)[\u4e00-\u9fff/]{0,8}[】]?\s*:"
)
_CLOSED = set("。;!?:)】」』》…")
_LEAST_LINES = 6
_WIDEST = 200


@dataclass(frozen=True, slots=True)
class Rejoined:
    """The lines after rejoining, and how many breaks were taken out."""

    lines: tuple[str, ...]
    breaks: int


def rejoin(lines: list[str]) -> Rejoined:
    """Return `lines` with breaks at a fixed width taken out; lines of other documents come back unchanged.

    A line runs on where it is as wide as the widest, does not end a sentence (or the document indents its paragraphs) and
    the next line begins no paragraph: no indent, no number, no label. Page numbers between the two stand aside.
    """
    width = _fixed_width(lines)
    if width is None:
        return Rejoined(tuple(lines), 0)
    indented = _indents(lines)
    out: list[str] = []
    aside: list[str] = []
    breaks, open_line = 0, False
    for line in lines:
        if open_line and furniture_of(line) is not None:
            aside.append(line)
            continue
        if open_line and line.strip() and _goes_on(line, indented=indented):
            out[-1] += line.strip()
            breaks += 1
        else:
            out += aside
            aside = []
            out.append(line)
        open_line = _runs_on(line, width, indented=indented)
    return Rejoined((*out, *aside), breaks)


def _fixed_width(lines: list[str]) -> int | None:
    """Return the width at which the document breaks its lines, or None."""
    widths = [(_width(line), fold(line).rstrip()[-1:]) for line in lines if line.strip()]
    if len(widths) < _LEAST_LINES:
        return None
    widest = sorted(w for w, _ in widths)[-max(1, len(widths) // 10)]
    if not 30 <= widest <= _WIDEST:
        return None
    near = [end for w, end in widths if widest - 4 <= w <= widest + 4]
    over = sum(1 for w, _ in widths if w > widest + 4)
    broken = sum(1 for end in near if end not in _CLOSED)
    if broken < _LEAST_LINES - 1 or broken * 4 < len(widths) or over * 20 > len(widths):
        return None
    return widest


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line.rstrip())


def _indents(lines: list[str]) -> bool:
    """Whether paragraphs begin with two full-width blanks and other lines do not."""
    filled = [line for line in lines if line.strip()]
    share = sum(1 for line in filled if line.startswith(("　　", "    "))) / max(1, len(filled))
    return 0.1 < share < 0.9


def _runs_on(line: str, width: int, *, indented: bool) -> bool:
    if not line.strip() or _width(line) < width - 4:
        return False
    return indented or fold(line).rstrip()[-1:] not in _CLOSED


def _goes_on(line: str, *, indented: bool) -> bool:
    if line.startswith(("　　", "    ", "\t")):
        return False
    folded = fold(line).lstrip()
    return indented or not (_MARK.match(folded) or _LABEL.match(folded))
