"""A table that repeats the problems of the text: its fields go to them, its other rows stay rows of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.text import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhenggai.plan.tables import Ledger
    from zhenggai.plan.tree import Draft, Node

_PREFIX = 12


def merge_ledger(roots: Sequence[Node], drafts: list[Draft], ledger: Ledger) -> list[Node]:
    """Move what the rows of `ledger` say of problems already read to these; return the rows that match none.

    Matched rows are taken out of the ledger's tree. Where fewer than a third of the rows match, the table is another
    ledger and stays whole.
    """
    known = _index(leaf for root in roots for leaf in root.leaves())
    rows = list(ledger.root.leaves())
    matches = [(row, _match(row, known)) for row in rows]
    matched = [(row, node) for row, node in matches if node is not None]
    if not matched or len(matched) * 3 < len(rows):
        return []
    for row, node in matched:
        _move(row, node, drafts, ledger)
    _prune(ledger.root)
    return [row for row, node in matches if node is None]


def _index(leaves: Iterable[Node]) -> dict[str, Node]:
    index: dict[str, Node] = {}
    for leaf in leaves:
        index.setdefault(compact(leaf.text)[:_PREFIX], leaf)
    return index


def _match(row: Node, known: dict[str, Node]) -> Node | None:
    text = compact(row.text)
    found = known.get(text[:_PREFIX])
    if found is not None or len(text) < 6:
        return found
    return next(
        (
            node
            for prefix, node in known.items()
            if len(prefix) >= 6 and (text.startswith(prefix) or prefix.startswith(text))
        ),
        None,
    )


def _move(row: Node, node: Node, drafts: list[Draft], ledger: Ledger) -> None:
    draft = row.draft
    ledger.heads += row.fragments
    if draft is None:
        return
    ledger.drafts.remove(draft)
    node.cause += row.cause
    own = node.draft
    if own is None:
        node.draft, draft.nodes = draft, [node]
        drafts.append(draft)
        return
    present = {f.role for f in own.fields}
    own.fields += [f for f in draft.fields if f.role not in present]
    own.measures += [] if own.measures else draft.measures
    own.progress += [] if own.progress else draft.progress
    own.objective += [] if own.objective else draft.objective
    ledger.unassigned += [
        f for e in (*draft.measures, *draft.progress) for f in e.fragments if e not in own.measures + own.progress
    ]


def _prune(root: Node) -> None:
    for node in list(root.children):
        if node.draft is not None and node.draft.nodes != [node]:
            root.children.remove(node)
            continue
        had = bool(node.children)
        _prune(node)
        if had and not node.children:
            root.children.remove(node)
