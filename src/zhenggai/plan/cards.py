"""Ledgers in cards: a table that says in each row a label and its text, one or more problems below each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.plan import wording
from zhenggai.plan.labels import FIELDS, Role, classify
from zhenggai.plan.ledger import NOTHING, Grid, Ledger, entries_of, fragments_of, head_text, whole_of
from zhenggai.plan.marks import MarkKind
from zhenggai.plan.tree import Draft, Field, Level, Node

if TYPE_CHECKING:
    from zhenggai.plan.lines import TableCell


def has_pairs(grid: Grid) -> bool:
    """Whether the rows say labels and texts by turns and no row is a head: 存在问题 | … | 责任部门 | …."""
    words: set[str] = set()
    labelled = 0
    for row in range(grid.rows):
        first = grid.starting(row, 0)
        if first is None or _label_of(first) is None:
            continue
        labelled += 1
        for cell in grid.cells_starting(row):
            role = _label_of(cell)
            if role is None or not _follows_pair(grid, cell):
                continue
            text = grid.at(row, cell.column + cell.column_span)
            beside = _label_of(text) if text is not None else None
            if beside is not None and not (beside is role is Role.AREA):
                return False
            words.add(head_text(cell))
    return len(words) > 2 and labelled > 1 and labelled * 2 >= grid.rows


def _follows_pair(grid: Grid, cell: TableCell) -> bool:
    """Whether the cell is no text of a label right before it."""
    before = grid.at(cell.row, cell.column - 1) if cell.column else None
    return before is None or not before.lines or _label_of(before) is None


def _label_of(cell: TableCell) -> Role | None:
    return classify(head_text(cell)) if 0 < len(cell.text) <= 20 else None


def read_cards(grid: Grid) -> Ledger | None:
    """Read a table that says in each row a label and its text, one or more cards below each other."""
    labelled = sum(
        1 for row in range(grid.rows) if (cell := grid.starting(row, 0)) is not None and classify(head_text(cell))
    )
    if has_pairs(grid):
        labelled = max(labelled, 3)
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
        edge = 0
        for cell in cells:
            role = _label_of(cell)
            if role is not None and (label is None or cell.column > edge):
                label = (head_text(cell), role)
                edge = cell.column + cell.column_span
                self._ledger.heads += fragments_of(cell)
            elif label is not None:
                self._take(label, cell)
                label = None
            else:
                self._ledger.unassigned += fragments_of(cell)

    def _take(self, label: tuple[str, Role], cell: TableCell) -> None:
        head, role = label
        if NOTHING.fullmatch(cell.text) or role is Role.NUMBER:
            self._ledger.heads += fragments_of(cell)
        elif role is Role.AREA:
            self._node = self._child(Level.AREA, cell, self._ledger.root)
        elif role in {Role.ITEM, Role.PROBLEM}:
            parent = self._node
            while parent is not None and parent.level is Level.FINDING:
                parent = parent.parent
            self._node = self._child(Level.FINDING, cell, parent or self._ledger.root)
        elif self._node is None:
            self._ledger.unassigned += fragments_of(cell)
        else:
            self._take_value(self._node, head, role, cell)

    def _child(self, level: Level, cell: TableCell, parent: Node) -> Node:
        node = Node(MarkKind.HEADING, 0, None, fragments_of(cell), parent, level=level)
        parent.children.append(node)
        return node

    def _take_value(self, node: Node, head: str, role: Role, cell: TableCell) -> None:
        if node.draft is None:
            node.draft = Draft([node])
            self._ledger.drafts.append(node.draft)
        draft = node.draft
        if role is Role.PROGRESS and wording.is_silence(cell.text):
            draft.fields.append(Field(Role.OTHER, head, whole_of(cell)))
        elif role in FIELDS:
            draft.fields.append(Field(role, head, whole_of(cell)))
        elif role is Role.MEASURES:
            draft.measures += entries_of(cell.lines, self._ledger)
        elif role is Role.PROGRESS:
            draft.progress += entries_of(cell.lines, self._ledger)
        elif role is Role.CAUSE:
            node.cause += fragments_of(cell)
        elif role is Role.OBJECTIVE:
            draft.objective += fragments_of(cell)
        else:
            draft.next_steps += fragments_of(cell)
