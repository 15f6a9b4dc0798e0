"""How heavy each reading of a number is: a problem, an entry under a label, an action that no label announces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.plan import wording
from zhenggai.plan.labels import Role
from zhenggai.plan.marks import Mark, MarkKind
from zhenggai.plan.position import ACTION_MODES

if TYPE_CHECKING:
    from zhenggai.plan.habits import Habits
    from zhenggai.plan.pieces import Piece
    from zhenggai.plan.position import Position
    from zhenggai.plan.tree import Node

_NEVER = -100
_OF_PROBLEMS = frozenset({MarkKind.PROBLEM, MarkKind.PROJECT, MarkKind.CHAPTER})
_GAP = 3
FRAME = re.compile(r"(?:针对|关于|对于?)[^。;]{2,90}?(?:问题|方面|情况)[。:,]\s*")
"""A problem named in a frame, at the beginning of a text: 针对……的问题。"""
FRAMED = re.compile(r"^(?:针对|关于|对于?).*(?:问题|方面|情况)[。:]?$")
SENTENCE = re.compile(r"[。;!?]")


def weigh_structure(at: Position, habits: Habits, piece: Piece, mark: Mark, level: Node | None, *, ahead: bool) -> int:
    """How well the mark heads a problem or heading: a sibling of `level`, or a child of the open node without one."""
    weight = _weigh_sequence(at, mark, level)
    if ahead:
        weight += 5
    elif habits.labelled:
        weight -= 2
    weight += 2 * (habits.heads_problem[mark.kind] > habits.heads_action[mark.kind])
    if piece.role is Role.PROBLEM or mark.kind in _OF_PROBLEMS:
        weight += 8
    if piece.line.heading is not None and not piece.inline:
        weight += 3
    if level is None and at.node.draft is not None and at.node.draft.acts:
        weight -= 4
    if piece.inline and at.mode in ACTION_MODES:
        weight -= 3
    return weight


def _weigh_sequence(at: Position, mark: Mark, level: Node | None) -> int:
    if level is None:
        return 3 if mark.number in {1, at.latest.get(mark.kind, 0) + 1} else 0
    if mark.number == level.number + 1:
        return 4
    if level.number < mark.number <= level.number + _GAP:
        return 2
    if mark.number == level.number:
        return 1
    return -2 if mark.number == 1 else -1


def weigh_action(at: Position, habits: Habits, piece: Piece, mark: Mark) -> int:
    """How well the mark heads an entry under the label that governs."""
    if at.mode not in ACTION_MODES:
        return _NEVER
    weight = 2 * (habits.heads_action[mark.kind] > habits.heads_problem[mark.kind])
    weight -= 5 * at.closed
    weight += 6 * piece.inline
    if at.run is None:
        weight -= 3 * (mark.number != 1)
        weight += 12 * at.fresh + 8 * (_introduces(at) and not at.fresh)
        return weight
    return weight + _weigh_run(mark, at.run)


def _weigh_run(mark: Mark, run: Mark) -> int:
    if run.kind is not mark.kind:
        return 1 if mark.number == 1 else -4
    if mark.number == run.number + 1:
        return 5
    if run.number < mark.number <= run.number + _GAP:
        return 2
    return 1 if mark.number == run.number else -4


def _introduces(at: Position) -> bool:
    """Whether the last entry ends with a colon, announcing a list."""
    entries = at.entries()
    return bool(entries) and entries[-1].text.endswith(":")


def weigh_unlabelled(at: Position, habits: Habits, piece: Piece, mark: Mark, level: Node | None, *, ahead: bool) -> int:
    """How well the mark heads an action that no label announces."""
    default = habits.default_action
    if default is None or at.mode in ACTION_MODES or at.node.parent is None or mark.kind is MarkKind.PROBLEM:
        return _NEVER
    restarts = level is not None and level is not at.node and mark.number == 1
    if (
        ahead
        or (level is not None and not restarts)
        or mark.number != 1
        or (habits.labelled and at.node.depth == 1 and not at.node.text)
    ):
        return _NEVER
    head = piece.text.partition("。")[0]
    faults, deeds = wording.count_faults(head), wording.count_deeds(head)
    weight = 2 * (default is Role.PROGRESS) + 2 * (mark.kind is MarkKind.ORDINAL)
    weight += 3 * (deeds > faults) - 4 * (faults > deeds)
    weight += not SENTENCE.search(at.node.text) or wording.states_fault(at.node.text)
    weight += 2 * bool(FRAME.match(at.node.text) or FRAMED.search(at.node.text))
    weight += 2 * (habits.heads_action[mark.kind] > habits.heads_problem[mark.kind])
    weight += 2 * (at.node.draft is not None)
    weight += (not habits.labelled) + 3 * (habits.unlabelled[mark.kind] > 0)
    weight -= 3 * (habits.heads_problem[mark.kind] > 0)
    return weight - 3 * (at.node.depth == 1 and mark.kind in {MarkKind.ARABIC, MarkKind.PROJECT, MarkKind.DOTTED})


_SENTENCES = re.compile(r"[^。]+。?")


def end_of_problem(text: str, *, labelled: bool) -> int | None:
    """Return where progress begins in a text that names the problem first, or None where it does not.

    The progress begins with a sentence that only states how far things are, or behind the frame of the problem; in a
    document without labels also behind a first sentence that states a fault, where what follows tells deeds.
    """
    sentences = list(_SENTENCES.finditer(text))
    for sentence in sentences[1:]:
        if wording.is_status(sentence.group().strip("。 ")):
            return sentence.start()
    frame = FRAME.match(text)
    if frame is not None:
        return frame.end()
    if labelled or len(sentences) < 2 or sentences[0].end() > 45:
        return None
    rest = text[sentences[0].end() :]
    tells_deeds = wording.count_deeds(rest) > wording.count_faults(rest)
    return sentences[0].end() if tells_deeds and wording.states_fault(sentences[0].group()) else None
