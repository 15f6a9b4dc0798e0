"""Ledgers in tables: columns by the meaning of their heads, blank cells as merged with the cell above."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from zhenggai.plan import wording
from zhenggai.plan.cards import has_pairs, read_cards
from zhenggai.plan.labels import FIELDS, PARTIES, Role, classify
from zhenggai.plan.ledger import NOTHING, Column, Grid, Ledger, entries_of, fragments_of, head_text, whole_of
from zhenggai.plan.marks import MarkKind, leading_mark, written_mark
from zhenggai.plan.tree import Draft, Field, Fragment, Level, Node
from zhenggai.text import compact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenggai.plan.lines import Table, TableCell

_LEFT = (Role.AREA, Role.ITEM, Role.PROBLEM)
_BODY = PARTIES | {Role.MEASURES, Role.PROGRESS, Role.STATUS, Role.TIME_LIMIT, Role.CAUSE, Role.OBJECTIVE}
_FOOT = re.compile(
    r"^(?:合\s*计|总\s*计|小\s*计|填[报表]人|制表|审核人|注\s*[:1]|备注\s*:|说明\s*:|单位负责人|填报单位|填报时间|单位\(盖章\)|联系人)"
)
_HEADER_ROWS = 10
_AREA_ABOVE = re.compile(r"^(?:.{1,4}[、.)]|.{0,4}(?=.{2,8}方面$)).{2,30}方面(?:的?问题)?$")
"""What a row above the head says that names an area and is no title of the table."""
_ACTUAL_TIME = re.compile(r"实际|^(?:整改)?完成(?:时间|日期)$")
_DEMANDED_TIME = re.compile(r"时限|期限|要求|计划|预计|拟|限期")


def read_ledger(table: Table, columns: Sequence[Column] = ()) -> Ledger | None:
    """Read `table` as a ledger; None where it is none.

    `columns` are those of a ledger right before it, for a table that goes on without a head of its own.
    """
    grid = Grid(table)
    found = None if has_pairs(grid) else _find_header(grid)
    if found is None:
        cards = read_cards(grid)
        if cards is not None:
            return cards
        if not columns or table.columns != len(columns):
            return None
        first_row, own = 0, list(columns)
    else:
        first_row, own = found
    if not _is_ledger(own):
        return None
    ledger = Ledger(columns=own)
    _settle_roles(grid, own, first_row)
    reader = _RowReader(grid, own, ledger)
    for row in range(first_row):
        cells = [c for c in grid.cells_starting(row) if c.lines]
        if not (len(cells) == 1 and _AREA_ABOVE.search(cells[0].text) and reader.take_area_row(row, cells)):
            ledger.heads += [f for cell in cells for f in fragments_of(cell)]
    reader.read(first_row)
    return ledger


# -- heads -------------------------------------------------------------------------------------------------------------


def _find_header(grid: Grid) -> tuple[int, list[Column]] | None:
    """Return the first row below the head and the columns, or None."""
    best: tuple[int, int] | None = None
    for row in range(min(grid.rows, _HEADER_ROWS)):
        cells = grid.cells_starting(row)
        known = sum(1 for cell in cells if len(cell.text) <= 24 and classify(head_text(cell)) is not None)
        if known >= 2 and known * 2 >= sum(1 for c in cells if c.lines) and (best is None or known > best[1]):
            best = (row, known)
    if best is None:
        return None
    row = best[0]
    columns = [_column(grid, row, c) for c in range(grid.columns)]
    first = max([row + 1, *(cell.row + cell.row_span for cell in grid.cells_starting(row))])
    if _has_second_head(grid, row):
        columns = [_second_column(grid, row, c, columns[c]) for c in range(grid.columns)]
        first = max(first, row + 2)
    if row > 0:
        columns = [_first_column(grid, row, column) for column in columns]
    _tell_apart(columns)
    return first, columns


def _column(grid: Grid, row: int, index: int) -> Column:
    head = head_text(grid.at(row, index))
    return Column(index, head, classify(head) if head else None)


def _first_column(grid: Grid, row: int, column: Column) -> Column:
    """A column without a head in the row of heads has it in the row above, where that is no title."""
    above = [cell for cell in grid.cells_starting(row - 1) if cell.lines]
    if column.head or len(above) < 3:
        return column
    head = head_text(grid.at(row - 1, column.index))
    return Column(column.index, head, classify(head) if head else None)


def _has_second_head(grid: Grid, row: int) -> bool:
    below = [grid.starting(row + 1, c) for c in range(grid.columns)]
    filled = [cell for cell in below if cell is not None and cell.lines]
    if not filled or (len(filled) >= grid.columns and grid.columns > 1 and not _spans(grid, row)):
        return False
    if any(len(cell.text) > 14 or re.search(r"[。;,\d]", cell.text) for cell in filled):
        return False
    known = sum(1 for cell in filled if classify(head_text(cell)) is not None)
    return _spans(grid, row) or (known * 2 >= len(filled) and known > 1)


def _spans(grid: Grid, row: int) -> bool:
    return any(cell.column_span > 1 and cell.row_span == 1 for cell in grid.cells_starting(row))


def _second_column(grid: Grid, row: int, index: int, first: Column) -> Column:
    cell = grid.at(row + 1, index)
    if cell is None or not cell.lines or cell is grid.at(row, index):
        return first
    head = head_text(cell)
    role = classify(head) or classify(first.head + head) or (first.role if first.role in _BODY | {Role.OTHER} else None)
    return Column(index, head, role)


def _tell_apart(columns: list[Column]) -> None:
    """Settle columns of the same meaning: of two problem columns the first is the wider one."""
    of_role: dict[Role, list[Column]] = {}
    for column in columns:
        if column.role is not None:
            of_role.setdefault(column.role, []).append(column)
    problems, items = of_role.get(Role.PROBLEM, []), of_role.get(Role.ITEM, [])
    if not problems and items:
        items[-1].role = Role.PROBLEM
        problems = [items.pop()]
    if len(problems) > 1:
        for extra in problems[1:-1]:
            extra.role = Role.OTHER
        problems[0].role = Role.AREA if items and Role.AREA not in of_role else Role.OTHER if items else Role.ITEM
    if len(items) > 1 and Role.AREA not in of_role:
        items[0].role = Role.AREA
    limits = of_role.get(Role.TIME_LIMIT, [])
    if len(limits) > 1:
        kept = next((c for c in limits if re.search("时限|期限", c.head)), None) or next(
            (c for c in limits if _DEMANDED_TIME.search(c.head)), limits[0]
        )
        for other in limits:
            other.spare = other is not kept and _DEMANDED_TIME.search(other.head) is not None
            other.role = Role.TIME_LIMIT if other is kept else Role.OTHER


def _is_ledger(columns: Sequence[Column]) -> bool:
    roles = {c.role for c in columns}
    return Role.PROBLEM in roles and bool(roles & (_BODY | {Role.NUMBER}))


def _settle_roles(grid: Grid, columns: list[Column], first_row: int) -> None:
    """A column of progress that only holds status words is one of status, and the reverse."""
    for column in columns:
        if column.role not in {Role.PROGRESS, Role.STATUS}:
            continue
        values = [
            c.text for r in range(first_row, grid.rows) if (c := grid.starting(r, column.index)) is not None and c.lines
        ]
        statuses = sum(1 for v in values if wording.is_status(v.replace("\n", "、")))
        if column.role is Role.PROGRESS and values and statuses * 3 > len(values) * 2:
            if not any(c.role is Role.STATUS for c in columns):
                column.role = Role.STATUS
        elif (
            column.role is Role.STATUS
            and values
            and statuses * 3 < len(values)
            and sum(len(v) > 12 for v in values) * 2 > len(values)
        ):
            column.role = Role.PROGRESS


# -- rows --------------------------------------------------------------------------------------------------------------


class _RowReader:
    def __init__(self, grid: Grid, columns: list[Column], ledger: Ledger) -> None:
        self._grid = grid
        self._columns = columns
        self._ledger = ledger
        self._levels: dict[Role, Node | None] = dict.fromkeys(_LEFT)
        self._seen: set[int] = set()
        self._drafts: dict[int, Draft] = {}
        """The draft that the measures or progress of a cell went to, by `id(cell)`."""
        self._heads = Counter(c.head for c in columns)

    def read(self, first_row: int) -> None:
        for row in range(first_row, self._grid.rows):
            cells = [c for c in self._grid.cells_starting(row) if c.lines]
            if not cells:
                continue
            if self._is_foot(cells) or self._repeats_head(row):
                self._ledger.heads += [f for cell in cells for f in fragments_of(cell)]
            elif not self.take_area_row(row, cells):
                self._take_row(row)

    def _is_foot(self, cells: list[TableCell]) -> bool:
        return bool(_FOOT.match(cells[0].text)) and len(cells) * 2 <= max(2, len(self._columns))

    def _repeats_head(self, row: int) -> bool:
        texts = [head_text(self._grid.at(row, c.index)) for c in self._columns]
        same = sum(1 for text, c in zip(texts, self._columns, strict=True) if text and text == c.head)
        return same > 1 and same * 2 >= len(self._columns)

    def take_area_row(self, row: int, cells: list[TableCell]) -> bool:
        """Take a row of one cell across the table as the heading of an area; return whether it is one."""
        cell = cells[0]
        wide = cell.column_span * 2 > len(self._columns)
        alone = len(cells) == 1 and len(cell.text) < 60
        covered = any(
            (other := self._grid.at(row, c.index)) is not None and other is not cell
            for c in self._columns
            if c.role in _BODY
        )
        if not (
            wide or (alone and not covered and (leading_mark(cell.text) is not None or cell.text.endswith("方面")))
        ):
            return False
        if not wide and (self._column_of(cell) in _BODY or len(cell.lines) > 1):
            return False
        node = self._node(Level.AREA, fragments_of(cell), self._ledger.root)
        self._levels = {Role.AREA: node, Role.ITEM: None, Role.PROBLEM: None}
        return True

    def _column_of(self, cell: TableCell) -> Role | None:
        return self._columns[cell.column].role if cell.column < len(self._columns) else None

    def _take_row(self, row: int) -> None:
        fresh = False
        for role, level in zip(_LEFT, (Level.AREA, Level.ITEM, Level.FINDING), strict=True):
            column = next((c for c in self._columns if c.role is role), None)
            if column is None:
                continue
            cell = self._grid.starting(row, column.index)
            if cell is None or not cell.lines or (role is not Role.PROBLEM and NOTHING.fullmatch(cell.text)):
                continue
            current = self._levels[role]
            if current is not None and not fresh and compact(current.text) == compact(_bare(cell)):
                self._ledger.heads += fragments_of(cell)
                continue
            self._enter(role, level, cell)
            fresh = True
        self._take_cells(row, fresh=fresh)

    def _enter(self, role: Role, level: Level, cell: TableCell) -> None:
        parent = self._ledger.root
        for above in _LEFT[: _LEFT.index(role)]:
            parent = self._levels[above] or parent
        self._levels[role] = self._node(level, fragments_of(cell), parent)
        for below in _LEFT[_LEFT.index(role) + 1 :]:
            self._levels[below] = None

    def _node(self, level: Level, fragments: list[Fragment], parent: Node) -> Node:
        mark = leading_mark(fragments[0].text) if fragments else None
        node = Node(MarkKind.HEADING, 0, None, fragments, parent, level=level)
        if mark is not None and mark.end < len(fragments[0].text) and not _is_amount(fragments[0].text):
            first = fragments[0]
            self._ledger.heads.append(Fragment(first.line, 0, mark.end))
            node.fragments = [Fragment(first.line, mark.end, first.end), *fragments[1:]]
            node.mark = written_mark(mark, first.line.raw)
        parent.children.append(node)
        return node

    def _take_cells(self, row: int, *, fresh: bool) -> None:
        node = self._levels[Role.PROBLEM]
        cells = [(c, self._grid.at(row, c.index)) for c in self._columns if c.role not in _LEFT]
        if node is None:
            node = self._levels[Role.ITEM] or self._levels[Role.AREA]
        if node is not None and fresh and node.draft is None:
            self._share(row, node)
        for column, cell in cells:
            if cell is None or not cell.lines:
                continue
            first_time = id(cell) not in self._seen
            self._seen.add(id(cell))
            if column.role is Role.NUMBER:
                self._take_number(node, cell, fresh=fresh)
            elif node is None:
                if first_time:
                    self._ledger.unassigned += fragments_of(cell)
            elif first_time or (fresh and self._draft_of(node).nodes == [node]):
                self._take_cell(self._draft_of(node), node, column, cell)

    def _share(self, row: int, node: Node) -> None:
        """A problem beside the merged measures of the one above, with no cell of its own, shares its response."""
        body = [self._grid.at(row, c.index) for c in self._columns if c.role in _BODY]
        filled = [cell for cell in body if cell is not None and cell.lines]
        acts = [self._grid.at(row, c.index) for c in self._columns if c.role in {Role.MEASURES, Role.PROGRESS}]
        above = next((self._drafts[id(cell)] for cell in acts if cell is not None and id(cell) in self._drafts), None)
        if above is None or any(cell.row == row for cell in filled):
            return
        node.draft = above
        above.nodes.append(node)

    def _take_number(self, node: Node | None, cell: TableCell, *, fresh: bool) -> None:
        self._ledger.heads += fragments_of(cell)
        if node is not None and fresh and node.mark is None and node.level is Level.FINDING:
            node.mark = cell.lines[0].raw

    def _draft_of(self, node: Node) -> Draft:
        if node.draft is None:
            node.draft = Draft([node])
            self._ledger.drafts.append(node.draft)
        return node.draft

    def _take_cell(self, draft: Draft, node: Node, column: Column, cell: TableCell) -> None:
        role = column.role
        if role in FIELDS or role is None or (role is Role.PROGRESS and wording.is_silence(cell.text)):
            self._take_field(draft, column, cell)
        elif NOTHING.fullmatch(cell.text):
            self._ledger.heads += fragments_of(cell)
        elif role is Role.MEASURES:
            self._drafts[id(cell)] = draft
            draft.measures += entries_of(cell.lines, self._ledger)
        elif role is Role.PROGRESS:
            self._drafts[id(cell)] = draft
            draft.progress += entries_of(cell.lines, self._ledger)
        elif role is Role.CAUSE:
            node.cause += fragments_of(cell)
        elif role is Role.OBJECTIVE:
            draft.objective += fragments_of(cell)
        else:
            draft.next_steps += fragments_of(cell)

    def _take_field(self, draft: Draft, column: Column, cell: TableCell) -> None:
        if NOTHING.fullmatch(cell.text):
            self._ledger.heads += fragments_of(cell)
            return
        role = column.role if column.role in FIELDS else Role.OTHER
        if column.spare and not self._has_limit(cell):
            role = Role.TIME_LIMIT
        label = column.head if self._heads[column.head] == 1 else f"{column.head}({column.index + 1})"
        draft.fields.append(Field(role, label, whole_of(cell)))

    def _has_limit(self, cell: TableCell) -> bool:
        """Whether the row of `cell` fills the column of time limits."""
        limits = (self._grid.at(cell.row, c.index) for c in self._columns if c.role is Role.TIME_LIMIT)
        return any(c is not None and c.lines and not NOTHING.fullmatch(c.text) for c in limits)


def _bare(cell: TableCell) -> str:
    mark = leading_mark(cell.text)
    return (
        cell.text[mark.end :]
        if mark is not None and mark.end < len(cell.text) and not _is_amount(cell.text)
        else cell.text
    )


def _is_amount(text: str) -> bool:
    """Whether a text that begins with a number goes on as an amount: 3.批次 does not, 2.8万元 does."""
    return bool(re.match(r"\d+\.\d", text))
