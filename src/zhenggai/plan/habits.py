"""What a document does throughout: which labels open a response, which numbers head problems and which head actions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.plan import wording
from zhenggai.plan.labels import ACTIONS, FIELDS, Role
from zhenggai.plan.marks import MarkKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenggai.plan.model import Kind
    from zhenggai.plan.pieces import Piece

OPENERS = frozenset({Role.MEASURES, Role.PROGRESS, Role.CAUSE, Role.OBJECTIVE})
_OF_PROBLEMS = frozenset({None, Role.PROBLEM})
_HEADED = OPENERS | {Role.PROBLEM}
"""The labels that may stand right behind the number of a problem."""
_AHEAD = 80


@dataclass(slots=True)
class Habits:
    """Counts over the pieces of one problem part.

    `default_action` is what text without a label under a problem is: measures, progress, or nothing where the document only
    lists problems.
    """

    unlabelled: Counter[MarkKind] = field(default_factory=Counter)
    labels: Counter[Role] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    heads_problem: Counter[MarkKind] = field(default_factory=Counter)
    heads_action: Counter[MarkKind] = field(default_factory=Counter)
    order: dict[Role, int] = field(default_factory=dict)
    """The openers by their first appearance: a label that comes later in this order does not begin a new response."""
    fields_first: bool = False
    default_action: Role | None = None

    @property
    def labelled(self) -> bool:
        """Whether measures or progress carry labels in this document."""
        return self.labels[Role.MEASURES] + self.labels[Role.PROGRESS] > 0


def observe(pieces: Sequence[Piece], kind: Kind, *, titled_problems: bool = False) -> Habits:
    """Return the habits of `pieces`, in a document of `kind`; `titled_problems`: the title over them names problems alone."""
    habits = Habits()
    before = after = 0
    seen_fields = seen_actions = False
    for index, piece in enumerate(pieces):
        role = piece.role
        if piece.mark is not None and role in _OF_PROBLEMS:
            _count_mark(habits, pieces, index)
            if not piece.inline:
                seen_fields = seen_actions = False
        if role is None:
            continue
        habits.labels[role] += 1
        habits.words[piece.label.word if piece.label else ""] += 1
        if role in OPENERS:
            habits.order.setdefault(role, len(habits.order))
        if role in ACTIONS:
            before += seen_fields and not seen_actions
            seen_actions = True
        elif role in FIELDS and role is not Role.STATUS:
            after += seen_actions and not seen_fields
            seen_fields = True
    habits.fields_first = before > after
    habits.default_action = (
        None if _lists_faults(pieces, habits, titled=titled_problems) else _default_action(habits, kind)
    )
    return habits


def _count_mark(habits: Habits, pieces: Sequence[Piece], index: int) -> None:
    piece = pieces[index]
    mark = piece.mark
    if mark is None:
        return
    previous = pieces[index - 1] if index else None
    if previous is not None and previous.role in OPENERS and not previous.text and mark.number == 1:
        habits.heads_action[mark.kind] += 1
        return
    following = pieces[index + 1] if index + 1 < len(pieces) else None
    if following is not None and following.role in _HEADED and not following.bracketed:
        habits.heads_problem[mark.kind] += 1


def _lists_faults(pieces: Sequence[Piece], habits: Habits, *, titled: bool) -> bool:
    """Whether the document only lists problems: nothing is labelled, and what stands behind 一是 inside the lines are faults."""
    if habits.labelled or any(habits.labels[role] for role in OPENERS):
        return False
    listed = [
        p.text.partition("。")[0] for p in pieces if p.inline and p.mark is not None and p.mark.kind is MarkKind.ORDINAL
    ]
    faults, deeds = sum(map(wording.count_faults, listed)), sum(map(wording.count_deeds, listed))
    return len(listed) > 1 and (faults > 2 * deeds or (titled and faults >= deeds))


def _default_action(habits: Habits, kind: Kind) -> Role | None:
    measures, progress = habits.labels[Role.MEASURES], habits.labels[Role.PROGRESS]
    if measures or progress:
        return Role.PROGRESS if progress >= measures else Role.MEASURES
    if kind in {"notice", "report"}:
        return Role.PROGRESS
    return Role.MEASURES if kind == "plan" else None


def opener_ahead(
    pieces: Sequence[Piece], index: int, above: frozenset[MarkKind], habits: Habits, mode: Role | None = None
) -> bool:
    """Return whether a label that opens a response follows piece `index` within the reach of the problem that it may head.

    The reach ends at a number of a kind of `above` (the levels over it) and at fields, where fields close a response. `mode` is
    the label that governs so far: one that comes after it in each response goes on with the same response.
    """
    mark = pieces[index].mark
    kind = mark.kind if mark else None
    last = mark.number if mark else 0
    for place in range(index + 1, min(index + _AHEAD, len(pieces))):
        piece = pieces[place]
        if piece.role in OPENERS and not piece.bracketed:
            return mode is None or habits.order.get(piece.role, 0) <= habits.order.get(mode, 0)
        if piece.role in FIELDS or piece.bracketed:
            states = piece.role is Role.STATUS or (piece.label is None and wording.is_status(piece.text))
            return mode is None if states else habits.fields_first
        if piece.mark is None:
            continue
        if piece.mark.kind is kind:
            if piece.mark.number <= last:
                return False
            last = piece.mark.number
        elif kind is None or piece.mark.kind in above:
            return False
    return False
