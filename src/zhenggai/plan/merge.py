"""A table that repeats the problems of the text: its fields go to them, its other rows stay rows of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.plan.tree import Draft
from zhenggai.plan.wording import share_subject
from zhenggai.text import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhenggai.plan.ledger import Ledger
    from zhenggai.plan.tree import Fragment, Node

_PREFIX = 12
_Values = tuple[tuple[str, str], ...]
"""The fields of a row, by role and text."""


def merge_ledger(roots: Sequence[Node], drafts: list[Draft], ledger: Ledger) -> list[Node]:
    """Move what the rows of `ledger` say of problems already read to these; return the rows that match none.

    Matched rows are taken out of the ledger's tree. Where fewer than a third of the rows match, the table is another
    ledger and stays whole.
    """
    leaves = [leaf for root in roots for leaf in root.leaves()]
    known = _index(leaves)
    headings = _index(node for root in roots for node in root.walk() if node.children)
    rows = list(ledger.root.leaves())
    matches = [(row, [node] if (node := _match(row, known) or _heading_of(row, headings)) else []) for row in rows]
    numbered = _by_numbers(rows, leaves)
    if _matched(numbered) > _matched(matches):
        matches = numbered
    if _matched(matches) * 3 < max(len(rows), 1):
        return []
    shared = _said_apart(matches)
    beside: dict[tuple[int, _Values], Draft] = {}
    for row, nodes in matches:
        for node in nodes:
            if not node.children and node.draft is not None and id(node.draft) in shared:
                _set_beside(row, node, drafts, ledger, beside)
            else:
                _move(row, node, drafts, ledger)
    ledger.heads += _prune(ledger.root, {id(row) for row, nodes in matches if nodes})
    return [row for row, nodes in matches if not nodes]


def _matched(matches: Sequence[tuple[Node, list[Node]]]) -> int:
    return sum(1 for _, nodes in matches if nodes)


def _by_numbers(rows: Sequence[Node], leaves: Sequence[Node]) -> list[tuple[Node, list[Node]]]:
    """Match rows by their numbers, where the problems of the text are numbered throughout; a row may name several (3、4).

    The words need not be the same, but most rows must speak of the matter of their problem.
    """
    numbered = {leaf.number: leaf for leaf in leaves}
    if len(numbered) < len(leaves) or len(leaves) < 2:
        return []
    matches = [(row, [numbered[n] for n in _numbers(row.mark or "") if n in numbered]) for row in rows]
    alike = sum(1 for row, nodes in matches if any(share_subject(row.text, node.text) for node in nodes))
    return matches if alike * 3 >= len(rows) * 2 else []


def _numbers(written: str) -> list[int]:
    numbers = [int(n) for n in re.findall(r"\d{1,3}", written)]
    if len(numbers) == 2 and re.search(r"\d\s*[-—~至]\s*\d", written):
        return list(range(numbers[0], numbers[1] + 1))
    return numbers


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


def _heading_of(row: Node, headings: dict[str, Node]) -> Node | None:
    """Return the heading whose problems a row speaks of together: who answers for all of them, one line for an item."""
    if row.draft is None or row.draft.acts or row.draft.objective:
        return None
    return headings.get(compact(row.text)[:_PREFIX])


def _share(draft: Draft, heading: Node, drafts: list[Draft], ledger: Ledger) -> None:
    """Let the fields of a row hold for all problems below `heading`."""
    ledger.drafts.remove(draft)
    unanswered = [leaf for leaf in heading.leaves() if leaf.draft is None]
    heading.scope_fields += draft.fields
    if unanswered:
        drafts.append(Draft(unanswered))
        for leaf in unanswered:
            leaf.draft = drafts[-1]


def _move(row: Node, node: Node, drafts: list[Draft], ledger: Ledger) -> None:
    draft = row.draft
    ledger.heads += row.fragments
    if draft is None:
        return
    if node.children:
        _share(draft, node, drafts, ledger)
        return
    if draft in ledger.drafts:
        ledger.drafts.remove(draft)
    node.cause += row.cause
    own = node.draft
    if own is None:
        draft.nodes = [*(n for n in draft.nodes if n is not row), node]
        node.draft = draft
        if draft not in drafts:
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


def _said_apart(matches: Sequence[tuple[Node, list[Node]]]) -> set[int]:
    """Return the identities of drafts that several problems share although the table gives them different fields."""
    said: dict[int, tuple[Draft, dict[int, _Values]]] = {}
    for row, nodes in matches:
        for node in nodes:
            if node.draft is not None and len(node.draft.nodes) > 1:
                said.setdefault(id(node.draft), (node.draft, {}))[1][id(node)] = _values(row)
    return {
        key
        for key, (draft, values) in said.items()
        if any(values.values()) and len({values.get(id(node), ()) for node in draft.nodes}) > 1
    }


def _values(row: Node) -> _Values:
    return tuple((f.role.value, f.value.raw) for f in row.draft.fields) if row.draft is not None else ()


def _set_beside(
    row: Node, node: Node, drafts: list[Draft], ledger: Ledger, beside: dict[tuple[int, _Values], Draft]
) -> None:
    """Give a problem that shares its measures with others a second response, which holds the fields of its own row."""
    ledger.heads += row.fragments
    draft, own = row.draft, node.draft
    if draft is None or own is None:
        return
    if draft in ledger.drafts:
        ledger.drafts.remove(draft)
    node.cause += row.cause
    if not _values(row) and not draft.acts:
        return
    key = (id(own), _values(row))
    if key in beside:
        beside[key].nodes.append(node)
    else:
        stated = {f.role for f in own.fields}
        fields = [f for f in draft.fields if f.role not in stated]
        beside[key] = Draft([node], fields=fields, objective=[] if own.objective else draft.objective)
        beside[key].measures = [] if own.measures else draft.measures
        beside[key].progress = [] if own.progress else draft.progress
        drafts.insert(drafts.index(own) + len([k for k in beside if k[0] == id(own)]), beside[key])
    left = [*(draft.measures if own.measures else ()), *(draft.progress if own.progress else ())]
    ledger.unassigned += [f for entry in left for f in entry.fragments]


def _prune(root: Node, moved: set[int]) -> list[Fragment]:
    """Take the rows `moved` out of the tree, with the headings that hold nothing else; return the words of these."""
    words: list[Fragment] = []
    for node in list(root.children):
        had = bool(node.children)
        words += _prune(node, moved)
        emptied = had and not node.children
        words += node.fragments if emptied and id(node) not in moved else []
        if id(node) in moved or emptied:
            root.children.remove(node)
    return words
