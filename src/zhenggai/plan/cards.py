"""Ledgers in cards: a table that says in each row a label and its text, one or more problems below each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.plan.labels import FIELDS, Role, classify
from zhenggai.plan.ledger import NOTHING, Grid, Ledger, entries_of, fragments_of, head_text, whole_of
from zhenggai.plan.marks import MarkKind
from zhenggai.plan.tree import Draft, Field, Level, Node

if TYPE_CHECKING:
    from zhenggai.plan.lines import TableCell


def read_cards(grid: Grid) -> Ledger | None:
    """Read a table that says in each row a label and its text, one or more cards below each other."""
    labelled = sum(
        1 for row in range(grid.rows) if (cell := grid.starting(row, 0)) is not None and classify(head_text(cell))
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
            role = classify(head_text(cell)) if len(cell.text) <= 20 else None
            if label is None and role is not None:
                label = (head_text(cell), role)
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
        if role in FIELDS:
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
