"""Pages → blocks: the text that runs on from page to page, with what belongs to the pages named and set beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zhenggai.document.blocks import Block, Cell, Furniture, Part
from zhenggai.document.layout import tables
from zhenggai.document.layout.frame import Frame, frame_of
from zhenggai.document.layout.page import Grid, Line, Page
from zhenggai.document.layout.paragraphs import goes_on, join
from zhenggai.document.layout.running import find_footnotes, find_running

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEW = 6
"""A page with fewer lines than this takes its margins from the other pages of its size."""


def compose(pages: Sequence[Page], stamps: dict[int, Furniture] | None = None) -> tuple[Block, ...]:
    """Return the blocks of a document, numbered from 0.

    `stamps` names lines, by their `id`, that the file itself says belong to the page (OFD templates).
    """
    running = find_running(pages) | (stamps or {})
    composer = _Composer(running, _frames(pages, running))
    for page in pages:
        composer.add_page(page)
    return composer.finish()


def _frames(pages: Sequence[Page], running: dict[int, Furniture]) -> dict[int, Frame]:
    """Return the frame of each page that has lines, by its number."""
    own = {page.number: [line for line in page.lines if id(line) not in running] for page in pages}
    sides: dict[tuple[int, int], tuple[list[Line], list[Line]]] = {}
    for page in pages:
        sides.setdefault(_size(page), ([], []))[page.number % 2].extend(own[page.number])
    shared = {size: _common(left, right, size[0]) for size, (left, right) in sides.items()}
    frames: dict[int, Frame] = {}
    for page in pages:
        lines = own[page.number]
        common = shared[_size(page)][page.number % 2]
        if common is not None:
            frames[page.number] = _settle(frame_of(lines, page.width) if len(lines) >= _FEW else None, common)
    return frames


def _common(even: Sequence[Line], odd: Sequence[Line], width: float) -> tuple[Frame | None, Frame | None]:
    """Return the frames of even and odd pages: one for both unless the same column stands further in on one side."""
    one, other = frame_of(even, width), frame_of(odd, width)
    if one and other and min(len(even), len(odd)) >= 2 * _FEW:
        shift = other.left - one.left
        if abs(shift) > 3 and abs(other.right - one.right - shift) < one.size:
            return one, other
    both = frame_of([*even, *odd], width)
    return both, both


def _size(page: Page) -> tuple[int, int]:
    return round(page.width), round(page.height)


def _settle(own: Frame | None, common: Frame) -> Frame:
    """Return the margins of pages of this size, moved sideways where this page's own are (inner and outer pages)."""
    shift = own.left - common.left if own is not None else 0.0
    if own is None or abs(shift) <= 3 or abs(own.right - common.right - shift) > common.size:
        return common
    return replace(common, left=common.left + shift, right=common.right + shift)


class _Composer:
    """Takes page after page; holds the paragraph or table that may go on."""

    def __init__(self, running: dict[int, Furniture], frames: dict[int, Frame]) -> None:
        self._running = running
        self._frames = frames
        self._blocks: list[Block] = []
        self._paragraph: list[Line] = []
        self._started = 0
        self._last_page = 0
        self._table: tables.Table | None = None
        self._tables = 0
        self._beside: list[Block] = []

    def add_page(self, page: Page) -> None:
        """Add a page's text."""
        frame = self._frames.get(page.number)
        notes = {id(line) for line in find_footnotes(page, self._running, frame.size)} if frame else set()
        self._aside(page, notes, frame)
        for item in page.items:
            if isinstance(item, Grid):
                self._add_grid(item, page.number)
            elif id(item) not in self._running and id(item) not in notes and frame:
                self._add_line(item, page.number, frame)

    def finish(self) -> tuple[Block, ...]:
        """Return all blocks."""
        self._close_paragraph()
        self._close_table()
        self._put_aside()
        return tuple(self._blocks)

    def _aside(self, page: Page, notes: set[int], frame: Frame | None) -> None:
        for line in page.lines:
            kind = self._running.get(id(line))
            if kind is not None:
                part = Part.HEADER if line.top < page.height / 2 else Part.FOOTER
                self._beside.append(Block(0, line.text, part, page=page.number, furniture=kind))
        self._beside += [Block(0, text, page=page.number, furniture=Furniture.WATERMARK) for text in page.across]
        note: list[Line] = []
        for line in page.lines:
            if id(line) in notes and frame:
                if note and not goes_on(note, line, frame, frame, same_page=True):
                    self._beside.append(Block(0, join(note), Part.FOOTNOTE, page=page.number))
                    note = []
                note.append(line)
        if note:
            self._beside.append(Block(0, join(note), Part.FOOTNOTE, page=page.number))

    def _add_line(self, line: Line, page: int, frame: Frame) -> None:
        self._close_table()
        here = self._frames.get(self._last_page, frame)
        if self._paragraph and goes_on(self._paragraph, line, here, frame, same_page=page == self._last_page):
            self._paragraph.append(line)
        else:
            self._close_paragraph()
            self._paragraph, self._started = [line], page
        self._last_page = page

    def _add_grid(self, grid: Grid, page: int) -> None:
        self._close_paragraph()
        if self._table is not None and page == self._last_page + 1 and tables.continues(self._table, grid):
            tables.extend(self._table, grid, page)
        else:
            self._close_table()
            self._table = tables.begin(grid, page)
        self._last_page = page

    def _close_paragraph(self) -> None:
        if self._paragraph:
            self._put(Block(0, join(self._paragraph), page=self._started))
            self._paragraph = []
            self._put_aside()

    def _close_table(self) -> None:
        if self._table is None:
            return
        for cell in tables.finish(self._table):
            place = Cell(self._tables, cell.row, cell.column, cell.row_span, cell.column_span)
            self._put(Block(0, cell.text, cell=place, page=cell.page))
        for page, text in self._table.repeated:
            self._put(Block(0, text, page=page, furniture=Furniture.RUNNING_HEAD))
        self._tables += 1
        self._table = None
        self._put_aside()

    def _put_aside(self) -> None:
        for block in self._beside:
            self._put(block)
        self._beside = []

    def _put(self, block: Block) -> None:
        self._blocks.append(
            Block(
                len(self._blocks),
                block.text,
                block.part,
                block.cell,
                page=block.page,
                furniture=block.furniture,
            )
        )
