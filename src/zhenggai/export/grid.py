"""A sheet drawn with lines of characters: cells that span rows, and headings across the whole width."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from zhenggai.export import fitting
from zhenggai.export.sheet import Cell, Column, Row, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_AMBIGUOUS = 1
"""“ ” and ① take one column on most terminals."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters with a look: a tone of `sheet.Tone`, "heading", "head", "rule" or "" for plain words."""

    text: str
    look: str = ""


Line = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Rows below one run of headings; the headings may be none."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def narrow(sheet: Sheet) -> tuple[tuple[Column, ...], tuple[Section, ...]]:
    """Return what is left of `sheet` where room is scarce: filled columns, groups in one column each, headings apart."""
    rows = [_without_wide_headings(sheet, row) for row in sheet.rows]
    grouped: dict[str, list[int]] = {}
    for n, column in enumerate(sheet.columns):
        if not column.heading and any(cell and cell.text for cell in (row[n] for row in rows)):
            grouped.setdefault(column.group or column.title, []).append(n)
    columns: list[Column] = []
    strips: list[list[Cell | None]] = []
    for title, members in sorted(grouped.items(), key=lambda entry: _leader(sheet, *entry)):
        leader = _leader(sheet, title, members)
        own = sheet.columns[leader]
        columns.append(own if own.title == title else Column(title))
        strips.append(_joined(title, [(sheet.columns[n].title, [row[n] for row in rows]) for n in members]))
    return tuple(columns), tuple(_sections(sheet, columns, list(zip(*strips, strict=True))))


def _leader(sheet: Sheet, title: str, members: Sequence[int]) -> int:
    """Return the column that gives a group its place: the one of its name, else its first."""
    return next((n for n in members if sheet.columns[n].title == title), members[0])


def _without_wide_headings(sheet: Sheet, row: Row) -> Row:
    """Move a heading cell that covers plain columns too into the first of these."""
    moved = list(row)
    for n, cell in enumerate(row):
        if cell is None or not sheet.columns[n].heading or cell.columns == 1:
            continue
        target = next((m for m in range(n, n + cell.columns) if not sheet.columns[m].heading), None)
        if target is not None:
            moved[n] = Cell("", cell.rows)
            moved[target] = Cell(cell.text, cell.rows, cell.columns - (target - n), cell.tone)
    return tuple(moved)


def _joined(group: str, members: Sequence[tuple[str, Sequence[Cell | None]]]) -> list[Cell | None]:
    """Return one column out of several: title：words, a line each; the column that has the group's name needs no title."""
    if len(members) == 1 and members[0][0] == group:
        return list(members[0][1])
    height = len(members[0][1])
    starts = [n for n in range(height) if any(strip[n] for _, strip in members)]
    out: list[Cell | None] = [None] * height
    for start, end in pairwise((*starts, height)):
        cells = [(title, cell) for title, strip in members if (cell := strip[start]) and cell.text]
        words = (cell.text if title == group else f"{title}：{cell.text}" for title, cell in cells)
        out[start] = Cell("\n".join(words), end - start)
    return out


def _sections(sheet: Sheet, columns: Sequence[Column], rows: list[Row]) -> Iterator[Section]:
    headings = [n for n, column in enumerate(sheet.columns) if column.heading]
    start = 0
    words: tuple[str, ...] = ()
    for n, row in enumerate(sheet.rows):
        begun = [cell for cell in (row[h] for h in headings) if cell is not None]
        begun_words = tuple(cell.text for cell in begun if cell.text and cell.columns == 1)
        if begun and _breaks(rows[n]):
            if n > start:
                yield Section(words, tuple(rows[start:n]))
                start = n
            words = begun_words
        elif begun_words:
            rows[n] = _headed(rows[n], columns, begun_words)
    if rows:
        yield Section(words, tuple(rows[start:]))


def _headed(row: Row, columns: Sequence[Column], words: tuple[str, ...]) -> Row:
    """Put headings that begin beside a cell that goes on into the first running text of `row`."""
    target = next((n for n, cell in enumerate(row) if cell is not None and columns[n].kind == "text"), None)
    return tuple(
        Cell("\n".join((*words, cell.text)), cell.rows, cell.columns, cell.tone) if cell and n == target else cell
        for n, cell in enumerate(row)
    )


def _breaks(row: Row) -> bool:
    """Say whether every column begins a cell here, so that a line can go across."""
    return all(cell is not None for cell in row)


class _Drawing:
    """Rows drawn into lines, between rules."""

    def __init__(self, widths: Sequence[int]) -> None:
        self.widths = widths

    def across(self, words: str, look: str) -> Iterator[Line]:
        """Words over all columns."""
        room = sum(self.widths) + 3 * (len(self.widths) - 1)
        for line in fitting.wrap(words, room, ambiguous=_AMBIGUOUS):
            yield (Segment("│ ", "rule"), Segment(_pad(line, room), look), Segment(" │", "rule"))

    def edge(self, left: str, joint: str, right: str) -> Line:
        """A rule over all columns."""
        return (Segment(left + joint.join("─" * (width + 2) for width in self.widths) + right, "rule"),)

    def rows(self, rows: Sequence[Row], look: str = "") -> Iterator[Line]:
        """Rows with rules between those cells that end."""
        heights = [int(-(-height // 1)) for height in fitting.row_heights(rows, self.need, least=1)]
        words: list[Iterator[str]] = [iter(())] * len(self.widths)
        looks = [look] * len(self.widths)
        for n, row in enumerate(rows):
            if n:
                yield self.between(row, words, looks)
            for column, cell in enumerate(row):
                if cell is not None:
                    words[column] = iter(fitting.wrap(cell.text, self.widths[column], ambiguous=_AMBIGUOUS))
                    looks[column] = cell.tone or look
            for _ in range(heights[n]):
                yield tuple(self.line(words, looks))

    def need(self, cell: Cell, column: int) -> float:
        """Return the lines of a cell; one that spans rows has their rules too."""
        return len(fitting.wrap(cell.text, self.widths[column], ambiguous=_AMBIGUOUS)) - (cell.rows - 1)

    def line(self, words: Sequence[Iterator[str]], looks: Sequence[str]) -> Iterator[Segment]:
        """The next line of every cell."""
        for n, width in enumerate(self.widths):
            yield Segment("│ " if n == 0 else " │ ", "rule")
            yield Segment(_pad(next(words[n], ""), width), looks[n])
        yield Segment(" │", "rule")

    def between(self, row: Row, words: Sequence[Iterator[str]], looks: Sequence[str]) -> Line:
        """The rule above `row`, which stops where a cell goes on."""
        segments: list[Segment] = []
        ruled_before = False
        for n, width in enumerate(self.widths):
            ruled = row[n] is not None
            segments.append(Segment(_joint(ruled_before, ruled, first=n == 0), "rule"))
            if ruled:
                segments.append(Segment("─" * (width + 2), "rule"))
            else:
                segments.append(Segment(f" {_pad(next(words[n], ''), width)} ", looks[n]))
            ruled_before = ruled
        return (*segments, Segment("┤" if ruled_before else "│", "rule"))


def _joint(left: bool, right: bool, *, first: bool) -> str:
    if first:
        return "├" if right else "│"
    return {(True, True): "┼", (True, False): "┤", (False, True): "├", (False, False): "│"}[left, right]


def _pad(words: str, width: int) -> str:
    return words + " " * max(width - fitting.width(words, ambiguous=_AMBIGUOUS), 0)


def draw(sheet: Sheet, width: int) -> Iterator[Line]:
    """Return the lines of `sheet`, none wider than `width` where its columns allow it."""
    columns, sections = narrow(sheet)
    flat = Sheet("", "", columns, tuple(row for section in sections for row in section.rows))
    widths = fitting.column_widths(flat, width - 3 * len(columns) - 1, fitting.SCREEN)
    drawing = _Drawing(widths)
    yield drawing.edge("┌", "┬", "┐")
    yield from drawing.rows([tuple(Cell(column.title) for column in columns)], "head")
    for section in sections:
        if section.headings:
            yield drawing.edge("├", "┴", "┤")
            for words in section.headings:
                yield from drawing.across(words, "heading")
            yield drawing.edge("├", "┬", "┤")
        else:
            yield drawing.edge("├", "┼", "┤")
        yield from drawing.rows(section.rows)
    yield drawing.edge("└", "┴", "┘")
