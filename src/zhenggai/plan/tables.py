"""Ledgers in tables: columns by the meaning of their heads, blank cells as merged with the cell above."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.plan import wording
from zhenggai.plan.labels import FIELDS, PARTIES, Role, classify
from zhenggai.plan.marks import MarkKind, leading_mark
from zhenggai.plan.pieces import cut_line
from zhenggai.plan.tree import Draft, Entry, Field, Fragment, Level, Node
from zhenggai.text import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhenggai.plan.lines import Line, Table, TableCell

_LEFT = (Role.AREA, Role.ITEM, Role.PROBLEM)
_BODY = PARTIES | {Role.MEASURES, Role.PROGRESS, Role.STATUS, Role.TIME_LIMIT, Role.CAUSE, Role.OBJECTIVE}
_NONE = re.compile(r"[/\\\-—~～、\s]*|无|暂无|没有|空|不涉及")
_FOOT = re.compile(
    r"^(?:合\s*计|总\s*计|小\s*计|填[报表]人|制表|审核人|注\s*[:1]|备注\s*:|说明\s*:|单位负责人|填报单位|填报时间|单位\(盖章\)|联系人)"
)
_HEADER_ROWS = 10
_ACTUAL_TIME = re.compile(r"实际|^(?:整改)?完成(?:时间|日期)$")
_DEMANDED_TIME = re.compile(r"时限|期限|要求|计划|预计|拟|限期")


@dataclass(slots=True)
class Column:
    """One column: its head as it stands and what it holds."""

    index: int
    head: str
    role: Role | None
    spare: bool = False
    """Whether it holds another time that counts where the column of time limits is empty."""


@dataclass(slots=True)
class Ledger:
    """A table read as a ledger: nodes by level, drafts, and what belongs to no field."""

    root: Node = field(default_factory=Node)
    drafts: list[Draft] = field(default_factory=list)
    heads: list[Fragment] = field(default_factory=list)
    unassigned: list[Fragment] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    area: Node | None = None
    heading: Line | None = None
    """The heading line that names the area of all rows."""

    def put_under(self, heading: Line, area: Node | None) -> None:
        """Put all rows under the area that `heading` names; under `area` where another table made it already."""
        children, self.root.children = self.root.children, []
        if area is None:
            mark = leading_mark(heading.text)
            start = mark.end if mark else 0
            area = Node(
                MarkKind.HEADING,
                0,
                mark.text if mark else None,
                [Fragment(heading, start, len(heading.text))],
                self.root,
                level=Level.AREA,
            )
            self.root.children.append(area)
            self.heads.append(Fragment(heading, 0, start))
            self.heading = heading
        self.area = area
        for child in children:
            child.parent = area
            area.children.append(child)


def read_ledger(table: Table, columns: Sequence[Column] = ()) -> Ledger | None:
    """Read `table` as a ledger; None where it is none.

    `columns` are those of a ledger right before it, for a table that goes on without a head of its own.
    """
    grid = _Grid(table)
    found = _find_header(grid)
    if found is None:
        cards = _read_cards(grid)
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
    for row in range(first_row):
        ledger.heads += [f for cell in grid.cells_starting(row) for f in _fragments(cell)]
    _settle_roles(grid, own, first_row)
    _RowReader(grid, own, ledger).read(first_row)
    return ledger


class _Grid:
    """The cells of a table by row and column, merged cells everywhere that they span."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows, self.columns = table.rows, table.columns
        self._at: dict[tuple[int, int], TableCell] = {}
        for cell in table.cells.values():
            for row in range(cell.row, min(cell.row + cell.row_span, table.rows)):
                for column in range(cell.column, min(cell.column + cell.column_span, table.columns)):
                    self._at.setdefault((row, column), cell)

    def at(self, row: int, column: int) -> TableCell | None:
        return self._at.get((row, column))

    def starting(self, row: int, column: int) -> TableCell | None:
        return self.table.cells.get((row, column))

    def cells_starting(self, row: int) -> list[TableCell]:
        return [cell for column in range(self.columns) if (cell := self.starting(row, column)) is not None]


def _fragments(cell: TableCell | None) -> list[Fragment]:
    return [Fragment(line, 0, len(line.text)) for line in cell.lines] if cell is not None else []


def _head_text(cell: TableCell | None) -> str:
    return re.sub(r"\s+", "", cell.text) if cell is not None else ""


# -- heads -------------------------------------------------------------------------------------------------------------


def _find_header(grid: _Grid) -> tuple[int, list[Column]] | None:
    """Return the first row below the head and the columns, or None."""
    best: tuple[int, int] | None = None
    for row in range(min(grid.rows, _HEADER_ROWS)):
        cells = grid.cells_starting(row)
        known = sum(1 for cell in cells if len(cell.text) <= 24 and classify(_head_text(cell)) is not None)
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
    _tell_apart(columns)
    return first, columns


def _column(grid: _Grid, row: int, index: int) -> Column:
    head = _head_text(grid.at(row, index))
    return Column(index, head, classify(head) if head else None)


def _has_second_head(grid: _Grid, row: int) -> bool:
    below = [grid.starting(row + 1, c) for c in range(grid.columns)]
    filled = [cell for cell in below if cell is not None and cell.lines]
    if not filled or (len(filled) >= grid.columns and grid.columns > 1 and not _spans(grid, row)):
        return False
    if any(len(cell.text) > 14 or re.search(r"[。;,\d]", cell.text) for cell in filled):
        return False
    known = sum(1 for cell in filled if classify(_head_text(cell)) is not None)
    return _spans(grid, row) or (known * 2 >= len(filled) and known > 1)


def _spans(grid: _Grid, row: int) -> bool:
    return any(cell.column_span > 1 and cell.row_span == 1 for cell in grid.cells_starting(row))


def _second_column(grid: _Grid, row: int, index: int, first: Column) -> Column:
    cell = grid.at(row + 1, index)
    if cell is None or not cell.lines or cell is grid.at(row, index):
        return first
    head = _head_text(cell)
    role = classify(head) or classify(first.head + head) or (first.role if first.role == Role.OTHER else None)
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


def _settle_roles(grid: _Grid, columns: list[Column], first_row: int) -> None:
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
    def __init__(self, grid: _Grid, columns: list[Column], ledger: Ledger) -> None:
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
                self._ledger.heads += [f for cell in cells for f in _fragments(cell)]
            elif not self._take_area_row(row, cells):
                self._take_row(row)

    def _is_foot(self, cells: list[TableCell]) -> bool:
        return bool(_FOOT.match(cells[0].text)) and len(cells) * 2 <= max(2, len(self._columns))

    def _repeats_head(self, row: int) -> bool:
        texts = [_head_text(self._grid.at(row, c.index)) for c in self._columns]
        same = sum(1 for text, c in zip(texts, self._columns, strict=True) if text and text == c.head)
        return same > 1 and same * 2 >= len(self._columns)

    def _take_area_row(self, row: int, cells: list[TableCell]) -> bool:
        """A row of one cell across the table heads an area."""
        cell = cells[0]
        wide = cell.column_span * 2 > len(self._columns)
        alone = len(cells) == 1 and len(cell.text) < 60
        covered = any(self._grid.at(row, c.index) not in {None, cell} for c in self._columns if c.role in _BODY)
        if not (
            wide or (alone and not covered and (leading_mark(cell.text) is not None or cell.text.endswith("方面")))
        ):
            return False
        if not wide and (self._column_of(cell) in _BODY or len(cell.lines) > 1):
            return False
        node = self._node(Level.AREA, _fragments(cell), self._ledger.root)
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
            if cell is None or not cell.lines or (role is not Role.PROBLEM and _NONE.fullmatch(cell.text)):
                continue
            current = self._levels[role]
            if current is not None and not fresh and compact(current.text) == compact(_bare(cell)):
                self._ledger.heads += _fragments(cell)
                continue
            self._enter(role, level, cell)
            fresh = True
        self._take_cells(row, fresh=fresh)

    def _enter(self, role: Role, level: Level, cell: TableCell) -> None:
        parent = self._ledger.root
        for above in _LEFT[: _LEFT.index(role)]:
            parent = self._levels[above] or parent
        self._levels[role] = self._node(level, _fragments(cell), parent)
        for below in _LEFT[_LEFT.index(role) + 1 :]:
            self._levels[below] = None

    def _node(self, level: Level, fragments: list[Fragment], parent: Node) -> Node:
        mark = leading_mark(fragments[0].text) if fragments else None
        node = Node(MarkKind.HEADING, 0, None, fragments, parent, level=level)
        if mark is not None and mark.end < len(fragments[0].text) and not _is_amount(fragments[0].text):
            first = fragments[0]
            self._ledger.heads.append(Fragment(first.line, 0, mark.end))
            node.fragments = [Fragment(first.line, mark.end, first.end), *fragments[1:]]
            node.mark = mark.text
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
                    self._ledger.unassigned += _fragments(cell)
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
        self._ledger.heads += _fragments(cell)
        if node is not None and fresh and node.mark is None and node.level is Level.FINDING:
            node.mark = cell.lines[0].raw

    def _draft_of(self, node: Node) -> Draft:
        if node.draft is None:
            node.draft = Draft([node])
            self._ledger.drafts.append(node.draft)
        return node.draft

    def _take_cell(self, draft: Draft, node: Node, column: Column, cell: TableCell) -> None:
        role = column.role
        if role in FIELDS or role is None:
            self._take_field(draft, column, cell)
        elif _NONE.fullmatch(cell.text):
            self._ledger.heads += _fragments(cell)
        elif role is Role.MEASURES:
            self._drafts[id(cell)] = draft
            draft.measures += _entries(cell.lines, self._ledger)
        elif role is Role.PROGRESS:
            self._drafts[id(cell)] = draft
            draft.progress += _entries(cell.lines, self._ledger)
        elif role is Role.CAUSE:
            node.cause += _fragments(cell)
        elif role is Role.OBJECTIVE:
            draft.objective += _fragments(cell)
        else:
            draft.next_steps += _fragments(cell)

    def _take_field(self, draft: Draft, column: Column, cell: TableCell) -> None:
        if _NONE.fullmatch(cell.text):
            self._ledger.heads += _fragments(cell)
            return
        role = column.role or Role.OTHER
        if column.spare and not self._has_limit(cell):
            role = Role.TIME_LIMIT
        label = column.head if self._heads[column.head] == 1 else f"{column.head}({column.index + 1})"
        draft.fields.append(Field(role, label, _whole(cell)))

    def _has_limit(self, cell: TableCell) -> bool:
        """Whether the row of `cell` fills the column of time limits."""
        limits = (self._grid.at(cell.row, c.index) for c in self._columns if c.role is Role.TIME_LIMIT)
        return any(c is not None and c.lines and not _NONE.fullmatch(c.text) for c in limits)


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


def _whole(cell: TableCell) -> Fragment:
    """Return one fragment over all lines of the cell, which belong to one block."""
    return Fragment(cell.whole, 0, len(cell.whole.text))


def _entries(lines: Iterable[Line], ledger: Ledger) -> list[Entry]:
    """Divide a cell into its entries: by its numbers, else by its lines."""
    entries: list[Entry] = []
    run: MarkKind | None = None
    last = ""
    latest: dict[MarkKind, int] = {}
    for line in lines:
        for piece in cut_line(line, latest):
            fragment = Fragment(piece.line, piece.text_start, piece.text_end)
            if piece.mark is not None and (run is None or piece.mark.kind is run) and piece.label is None:
                run = piece.mark.kind
                ledger.heads.append(Fragment(line, piece.start, piece.text_start))
                entries.append(Entry(piece.mark.text, [fragment]))
            elif (
                entries
                and (run is not None or piece.inline or not re.search(r"[。;!?]$", last))
                and not (run is None and not piece.inline and last)
            ):
                entries[-1].fragments.append(Fragment(line, piece.start, piece.text_end))
            elif piece.text_end > piece.start:
                entries.append(Entry(None, [Fragment(line, piece.start, piece.text_end)]))
            last = piece.text or last
    return entries


# -- cards -------------------------------------------------------------------------------------------------------------


def _read_cards(grid: _Grid) -> Ledger | None:
    """Read a table that says in each row a label and its text, one or more cards below each other."""
    labelled = sum(
        1 for row in range(grid.rows) if (cell := grid.starting(row, 0)) is not None and classify(_head_text(cell))
    )
    if grid.columns < 2 or labelled < 3 or labelled * 2 < grid.rows:
        return None
    ledger = Ledger()
    reader = _CardReader(ledger)
    for row in range(grid.rows):
        reader.take_row([c for c in grid.cells_starting(row) if c.lines])
    return ledger if any(True for _ in ledger.root.walk()) else None


class _CardReader:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._node: Node | None = None

    def take_row(self, cells: list[TableCell]) -> None:
        label: tuple[str, Role] | None = None
        for cell in cells:
            role = classify(_head_text(cell)) if len(cell.text) <= 20 else None
            if label is None and role is not None:
                label = (_head_text(cell), role)
                self._ledger.heads += _fragments(cell)
            elif label is not None:
                self._take(label, cell)
                label = None
            else:
                self._ledger.unassigned += _fragments(cell)

    def _take(self, label: tuple[str, Role], cell: TableCell) -> None:
        head, role = label
        if _NONE.fullmatch(cell.text) or role is Role.NUMBER:
            self._ledger.heads += _fragments(cell)
        elif role is Role.AREA:
            self._node = self._child(Level.AREA, cell, self._ledger.root)
        elif role in {Role.ITEM, Role.PROBLEM}:
            parent = self._node
            while parent is not None and parent.level is Level.FINDING:
                parent = parent.parent
            self._node = self._child(Level.FINDING, cell, parent or self._ledger.root)
        elif self._node is None:
            self._ledger.unassigned += _fragments(cell)
        else:
            self._take_value(self._node, head, role, cell)

    def _child(self, level: Level, cell: TableCell, parent: Node) -> Node:
        node = Node(MarkKind.HEADING, 0, None, _fragments(cell), parent, level=level)
        parent.children.append(node)
        return node

    def _take_value(self, node: Node, head: str, role: Role, cell: TableCell) -> None:
        if node.draft is None:
            node.draft = Draft([node])
            self._ledger.drafts.append(node.draft)
        draft = node.draft
        if role in FIELDS:
            draft.fields.append(Field(role, head, _whole(cell)))
        elif role is Role.MEASURES:
            draft.measures += _entries(cell.lines, self._ledger)
        elif role is Role.PROGRESS:
            draft.progress += _entries(cell.lines, self._ledger)
        elif role is Role.CAUSE:
            node.cause += _fragments(cell)
        elif role is Role.OBJECTIVE:
            draft.objective += _fragments(cell)
        else:
            draft.next_steps += _fragments(cell)
