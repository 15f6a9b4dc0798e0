"""Which level of the plan each node is: area, item or finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.plan import wording
from zhenggai.plan.marks import MarkKind
from zhenggai.plan.tree import Draft, Level, Node

if TYPE_CHECKING:
    from collections.abc import Sequence

_AREA_KINDS = {MarkKind.CHAPTER, MarkKind.CHINESE, MarkKind.CHINESE_PAREN, MarkKind.HEADING}
_AREA_TITLE = re.compile(r"方面|领域|同志$|班子$|环节$")


def settle_levels(root: Node, drafts: list[Draft]) -> list[Node]:
    """Give every node below `root` its level; return the nodes dropped because they are no problems.

    A heading at the top whose numbered lines get no response although the document responds elsewhere, and that state no fault,
    is a list of something else (matters carried over from another year) and is taken out of the tree.
    """
    dropped = _drop_foreign(root, drafts)
    if not root.children:
        return dropped
    depth = max(leaf.depth for leaf in root.leaves())
    areas = depth > 1 and _top_is_area(root.children, depth)
    for top in list(root.children):
        if areas:
            _settle_area(top)
        else:
            _settle_inner(top)
    if areas:
        _settle_loose_leaves(root.children)
    return dropped


def _top_is_area(tops: Sequence[Node], depth: int) -> bool:
    inner = [n for n in tops if n.children]
    if len(inner) * 2 < len(tops) and depth == 2:
        return False
    if all(len(n.children) == 1 and n.children[0].kind is None for n in inner):
        return False
    if sum(1 for n in inner if _AREA_TITLE.search(n.text[:60])) * 2 > len(inner):
        return True
    kinds = {n.kind for n in inner}
    return bool(kinds & _AREA_KINDS) or (depth > 3 and MarkKind.PROBLEM not in kinds)


def _settle_area(node: Node) -> None:
    node.level = Level.AREA
    if not node.children:
        child = Node(node.kind, node.number, None, list(node.fragments), node, draft=node.draft, level=Level.WHOLE_ITEM)
        child.cause = node.cause
        if node.draft is not None:
            node.draft.nodes = [child if n is node else n for n in node.draft.nodes]
            node.draft = None
        node.children.append(child)
        return
    for child in node.children:
        _settle_inner(child)


def _settle_loose_leaves(tops: Sequence[Node]) -> None:
    """A problem right under an area, numbered like the sub-problems of the items elsewhere, is one of them without an item."""
    nodes = [n for top in tops for n in top.walk()]
    items = {n.kind for n in nodes if n.level is Level.ITEM}
    leaves = {n.kind for n in nodes if n.level is Level.FINDING}
    for node in nodes:
        if node.level is Level.WHOLE_ITEM and node.kind in leaves - items:
            node.level = Level.FINDING


def _settle_inner(node: Node) -> None:
    if not node.children:
        in_item = node.parent is not None and node.parent.level is Level.ITEM
        node.level = Level.FINDING if in_item else Level.WHOLE_ITEM
        return
    node.level = Level.ITEM if any(not child.children for child in node.children) else Level.BETWEEN
    for child in node.children:
        _settle_inner(child)


def _drop_foreign(root: Node, drafts: list[Draft]) -> list[Node]:
    leaves = list(root.leaves())
    answered = sum(1 for leaf in leaves if leaf.draft is not None)
    if answered * 2 < len(leaves) or len(root.children) < 2:
        return []
    dropped: list[Node] = []
    for top in list(root.children):
        own = list(top.leaves()) or [top]
        if any(leaf.draft is not None and leaf.draft.acts for leaf in own):
            continue
        if len(own) and any(wording.states_fault(leaf.text) for leaf in own):
            continue
        root.children.remove(top)
        for leaf in own:
            if leaf.draft is not None and leaf.draft in drafts:
                drafts.remove(leaf.draft)
        dropped.append(top)
    return dropped
