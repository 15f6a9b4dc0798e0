"""The column in which the text of a page stands, read off the edges of its lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenggai.document.layout.page import Line

_HANGING = frozenset("，。、；：,.;:")


@dataclass(frozen=True, slots=True)
class Frame:
    """Margins, usual size and line distance of a text, and by what its paragraphs are told apart."""

    left: float
    right: float
    size: float
    pitch: float
    """The usual distance from line to line; 0 where there is none."""
    indented: bool
    """Whether first lines are indented."""
    spaced: bool
    """Whether air between paragraphs parts them, there being no indents."""

    @property
    def widest_step(self) -> float:
        """The greatest distance of two lines of one paragraph."""
        return 1.2 * self.pitch + 1


def frame_of(lines: Sequence[Line], page_width: float) -> Frame | None:
    """Return the frame that `lines` were set in on a page of that width, or None where there are none."""
    if not lines:
        return None
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    size = _most(sizes)
    usual = [line for line in lines if abs(line.size - size) <= 0.15 * size] or list(lines)
    left = _left(usual)
    right = _right(usual, size)
    if not _is_shown(usual, left, right, size):
        right = max(right, page_width - left)
    starts = sum(1.2 * size <= line.x0 - left <= 3.2 * size for line in usual)
    indented = starts >= max(1, len(usual) // 25)
    steps = [b.top - a.top for a, b in pairwise(usual) if 0.8 * size < b.top - a.top < 4 * size]
    frame = Frame(left, right, size, _most(Counter(float(round(step)) for step in steps)), indented, spaced=False)
    wide = sum(step > frame.widest_step for step in steps)
    spaced = not indented and wide > len(steps) // 10
    return Frame(left, right, size, frame.pitch, indented, spaced)


def _most(counts: Counter[float]) -> float:
    """Return the most frequent value, the smaller of two alike; 0 where there is none."""
    return max(counts, key=lambda value: (counts[value], -value), default=0.0)


def _left(lines: Sequence[Line]) -> float:
    """Return the outermost place at which enough lines begin: more than those that a heading or a stray mark sets there."""
    clusters: list[list[float]] = []
    for place in sorted(line.x0 for line in lines):
        if clusters and place - clusters[-1][0] <= 2.5:
            clusters[-1].append(place)
        else:
            clusters.append([place])
    needed = max(1, max(len(cluster) for cluster in clusters) // 10, len(lines) // 50)
    outer = next(cluster for cluster in clusters if len(cluster) >= needed)
    return outer[len(outer) // 2]


def _right(lines: Sequence[Line], size: float) -> float:
    """Return the outermost place near which enough lines end. A stop or comma may hang over the margin and does not count."""
    ends = sorted((line.x1 - size if line.text[-1] in _HANGING else line.x1 for line in lines), reverse=True)
    needed = 1 + len(ends) // 25
    return next((a for a, b in zip(ends, ends[needed - 1 :], strict=False) if a - b <= size), ends[0])


def _is_shown(lines: Sequence[Line], left: float, right: float, size: float) -> bool:
    """Say whether the lines show the right margin: many end near it, or one is followed by the rest of its paragraph."""
    if sum(right - line.x1 < 0.5 * size for line in lines) >= 3:
        return True
    return any(
        right - a.x1 < 4 * size and a.x0 - left > 1.2 * size and abs(b.x0 - left) < 0.5 * size
        for a, b in pairwise(lines)
    )
