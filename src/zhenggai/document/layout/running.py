"""Page numbers, running heads and feet, footnotes: lines at the edge of a page that are not the text that runs on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from zhenggai.document.blocks import Furniture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenggai.document.layout.page import Line, Page

_REACH = 3
"""How many lines from the edge of a page a running head or foot may stand."""

_EDGE = 0.16
"""How far from the edge, as a share of the page's height."""

_PAGE_NUMBER = re.compile(
    r"[-—–－―~·•\s]*(?:第\s?)?[\dⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩivx]{1,5}(?:\s?页)?(?:\s?[,，/／]?\s?共?\s?\d{1,5}\s?页?)?[-—–－―~·•\s]*"
)
_ADORNED = re.compile(r"[-—–－―~·•页/／]")
_NOTE_MARK = re.compile(r"[①-⑳]|\[\d{1,3}\]|\d{1,3}\s?(?!\d)|[*†‡]|注[:：]")


def find_running(pages: Sequence[Page]) -> dict[int, Furniture]:
    """Return what each line that belongs to the page is, by the `id` of the line."""
    heads: dict[tuple[str, float], list[tuple[Page, Line]]] = defaultdict(list)
    numbers: list[tuple[Page, Line]] = []
    for page in pages:
        for line in _edge_lines(page):
            if _PAGE_NUMBER.fullmatch(line.text):
                numbers.append((page, line))
            else:
                heads[re.sub(r"\d+", "#", line.text), round(line.top / page.height, 2)].append((page, line))
    found = {id(line): Furniture.PAGE_NUMBER for page, line in numbers if _is_page_number(page, line, numbers)}
    for lines in _neighbouring(heads):
        if _runs(lines, len(pages)):
            found |= {id(line): Furniture.RUNNING_HEAD for _, line in lines}
    return found


def _runs(lines: Sequence[tuple[Page, Line]], pages: int) -> bool:
    """Say whether lines of the same text at the same height are a running head: on most pages or every other one.

    A label such as 整改措施： begins many pages by chance; it stands close to the text and in its size.
    """
    numbers = {page.number for page, _ in lines}
    share = len(numbers) / (max(numbers) - min(numbers) + 1)
    if len(numbers) < min(3, max(2, pages)) or share < 0.4:
        return False
    return share > 0.9 or all(_is_apart(page, line) for page, line in lines)


def _is_apart(page: Page, line: Line) -> bool:
    """Say whether a line stands off the others of its page or is set in another size."""
    others = [other for other in page.lines if other is not line]
    size = max(Counter(other.size for other in others).items(), key=lambda item: item[1], default=(0.0, 0))[0]
    nearest = min((abs(other.top - line.top) for other in others), default=page.height)
    return abs(line.size - size) > 0.1 * size or nearest > 2.4 * line.size


def _edge_lines(page: Page) -> list[Line]:
    lines = page.lines
    top = [line for line in lines[:_REACH] if line.top < _EDGE * page.height]
    bottom = [line for line in lines[-_REACH:] if line.bottom > (1 - _EDGE) * page.height]
    return top + bottom


def _is_page_number(page: Page, line: Line, numbers: Sequence[tuple[Page, Line]]) -> bool:
    """Say whether a lone number at the edge is a page number: it is adorned, outermost, or stands alike on another page."""
    outermost = line is page.lines[-1] or line is page.lines[0]
    if _ADORNED.search(line.text):
        return outermost or len(numbers) > 1
    near_edge = line.bottom > 0.9 * page.height or line.top < 0.08 * page.height
    alike = any(other is not page and abs(there.top - line.top) < 4 for other, there in numbers[:50])
    return outermost and (near_edge or alike)


def _neighbouring(heads: dict[tuple[str, float], list[tuple[Page, Line]]]) -> list[list[tuple[Page, Line]]]:
    """Gather lines of the same text at the same height, where rounding may have parted them."""
    groups = []
    for (text, height), lines in heads.items():
        above = heads.get((text, round(height + 0.01, 2)), [])
        groups.append(lines + above)
    return groups


def find_footnotes(page: Page, running: dict[int, Furniture], size: float) -> list[Line]:
    """Return the footnote lines of a page: the small lines at its foot, from the first that begins with a note mark."""
    lines = [line for line in page.lines if id(line) not in running]
    start = len(lines)
    while start > 0 and lines[start - 1].size < 0.8 * size and lines[start - 1].top > 0.5 * page.height:
        start -= 1
    while start < len(lines) and not _NOTE_MARK.match(lines[start].text):
        start += 1
    last = next((item for item in reversed(page.items) if id(item) not in running), None)
    return lines[start:] if start and last is lines[-1] else []
