"""Where the reading of a problem part stands: the open problem, its response, and the label that governs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.plan.habits import OPENERS
from zhenggai.plan.labels import Role

if TYPE_CHECKING:
    from zhenggai.plan.marks import Mark, MarkKind
    from zhenggai.plan.tree import Draft, Entry, Node

ACTION_MODES = OPENERS | {Role.NEXT_STEP}
"""The labels whose texts may hold numbered entries."""


@dataclass(slots=True)
class Position:
    """The state between two pieces.

    `mode` is the role of the label that governs, `run` the last number of its entries, `fresh` whether nothing has followed
    the label yet, `closed` whether fields have ended the response. `latest` holds the last number of each kind that
    headed a problem.
    """

    node: Node
    draft: Draft | None = None
    mode: Role | None = None
    run: Mark | None = None
    fresh: bool = False
    closed: bool = False
    latest: dict[MarkKind, int] = field(default_factory=dict)

    def enter(self, node: Node) -> None:
        """Go to a new node: no response, no label."""
        self.node = node
        self.draft = self.mode = self.run = None
        self.fresh = self.closed = False

    def entries(self) -> list[Entry]:
        """The entries of the open response that the label governs; empty without a response."""
        if self.draft is None:
            return []
        return self.draft.progress if self.mode is Role.PROGRESS else self.draft.measures

    def governing(self) -> Role | None:
        """The label that governs an open response, or None."""
        return self.mode if self.mode in ACTION_MODES and not self.closed else None

    def level_of(self, mark: Mark) -> Node | None:
        """The open node of the same kind, whose sibling the mark may head; None where the kind is not open.

        A 1 below a node deeper than that level begins a sequence under the deeper node, once for each kind: 1. → ① → 1.
        """
        nearest: Node | None = None
        open_levels = 0
        node: Node | None = self.node
        while node is not None and node.parent is not None:
            if node.kind is mark.kind:
                nearest = nearest or node
                open_levels += 1
            node = node.parent
        nests = mark.number == 1 and nearest is not self.node and open_levels == 1
        return None if nests else nearest

    def kinds_above(self, level: Node | None) -> frozenset[MarkKind]:
        """The kinds of number over a new node: a sibling of `level`, or a child of the open node without one."""
        node = level.parent if level is not None else self.node
        kinds: set[MarkKind] = set()
        while node is not None and node.kind is not None:
            kinds.add(node.kind)
            node = node.parent
        return frozenset(kinds)
