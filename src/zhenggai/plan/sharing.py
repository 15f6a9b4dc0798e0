"""Which problems share a response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.plan import wording
from zhenggai.plan.labels import Role
from zhenggai.plan.marks import MarkKind

if TYPE_CHECKING:
    from zhenggai.plan.tree import Draft, Node

_SHARING_KINDS = {MarkKind.ORDINAL, MarkKind.CIRCLED}


def _holds_status_only(draft: Draft) -> bool:
    return not draft.acts and all(f.role is Role.STATUS for f in draft.fields) and not draft.objective


def waiting_before(node: Node) -> list[Node]:
    """Return the problems right before `node` that wait for measures too."""
    if node.parent is None or node.children:
        return []
    waiting: list[Node] = []
    for sibling in reversed(node.parent.children[:-1]):
        waits = sibling.draft is None or _holds_status_only(sibling.draft)
        if not waits or sibling.children or sibling.kind is not node.kind:
            break
        waiting.insert(0, sibling)
    return waiting


def part_strangers(drafts: list[Draft]) -> None:
    """Take problems out of a shared response whose measures do not speak of them.

    Sub-problems counted 一是 or ① and problems on one line share what follows them; problems that each have a line and a
    number of their own share it only where the measures speak of their matter.
    """
    for draft in drafts:
        for node in draft.nodes[:-1]:
            if node.kind in _SHARING_KINDS or node.inline:
                continue
            words = "".join(e.text for e in (*draft.measures, *draft.progress))
            if words and not wording.share_subject(node.text, words):
                draft.nodes.remove(node)
                node.draft = None if node.draft is draft else node.draft
