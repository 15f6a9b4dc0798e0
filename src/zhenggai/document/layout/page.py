"""What stands on a page: glyphs, lines of them, tables. All lengths in points, y counted from the top of the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Glyph(NamedTuple):
    """One character, or a few that the file draws as one, and its box."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of text without blanks at both ends, and what of its glyphs is needed to tell where paragraphs end."""

    text: str
    x0: float
    x1: float
    top: float
    size: float
    """The height of most of its glyphs."""
    first_word: float
    """The width of what a line break may not divide at its start: （2024 of （2024年, 的” of 的”和."""
    after_mark: float | None
    """Where the text behind a mark such as 1. begins; None where there is no mark."""

    @property
    def width(self) -> float:
        """The length of the line."""
        return self.x1 - self.x0

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.size


@dataclass(slots=True)
class Box:
    """A table cell on a page: its place in the grid, its width and its lines."""

    row: int
    column: int
    row_span: int
    column_span: int
    width: float
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A table on one page: its upper edge, the x of its column edges, the number of rows, its cells in reading order."""

    top: float
    edges: list[float]
    rows: int
    boxes: list[Box]


@dataclass(slots=True)
class Page:
    """One page: what stands in the body, from top to bottom, and text that lies across it (watermarks)."""

    number: int
    width: float
    height: float
    items: list[Line | Grid]
    across: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        """The lines outside tables."""
        return [item for item in self.items if isinstance(item, Line)]
