"""The problem part read piece by piece: levels from context, responses from labels or, without them, from wording.

The number before a text does not tell what the text is: 1. heads a problem in one place and a measure in the next, 一是 a problem
in one document and a deed in another. Each numbered piece is therefore weighed: how well it continues an open sequence of
actions, how well it continues or opens a level of problems, whether a label such as 整改措施： follows within its reach, how its
kind is used elsewhere in the document, and whether its words state a fault or a deed. The heavier reading wins.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.plan import wording
from zhenggai.plan.habits import OPENERS, Habits, opener_ahead
from zhenggai.plan.labels import FIELDS, Role
from zhenggai.plan.marks import Mark, MarkKind
from zhenggai.plan.tree import Draft, Entry, Field, Fragment, Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenggai.plan.lines import Line
    from zhenggai.plan.pieces import Piece

_NEVER = -100
_GAP = 3
_HEADING = re.compile(
    r"(?:方面|领域|同志|班子|环节|工作)(?:的?问题)?(?:的?整改(?:情况|措施)?)?$|^(?:关于|聚焦|在|围绕|针对).{2,60}(?:问题|方面)"
)
_FRAME = re.compile(r"(?:针对|关于|对于?)[^。;]{2,90}?(?:问题|方面|情况)[。:,]\s*")
_FRAMED = re.compile(r"^(?:针对|关于|对于?).*(?:问题|方面|情况)[。:]?$")
_SENTENCE = re.compile(r"[。;!?]")
_DESCRIBED_KINDS = {
    MarkKind.ARABIC,
    MarkKind.ARABIC_PAREN,
    MarkKind.HALF_PAREN,
    MarkKind.ORDINAL,
    MarkKind.CIRCLED,
    MarkKind.PROBLEM,
    MarkKind.PROJECT,
    MarkKind.DOTTED,
}
_ACTION_MODES = OPENERS | {Role.NEXT_STEP}


class ProblemReader:
    """Reads the pieces of one problem part into a tree of nodes with drafts of responses."""

    def __init__(self, pieces: Sequence[Piece], habits: Habits) -> None:
        """Take the `pieces` of the part in order, and what was observed of the document."""
        self.root = Node()
        self.drafts: list[Draft] = []
        self.heads: list[Fragment] = []
        self.leads: list[Fragment] = []
        self.unassigned: list[Fragment] = []
        self.gaps: list[tuple[Node, int]] = []
        self._pieces = pieces
        self._habits = habits
        self._node = self.root
        self._draft: Draft | None = None
        self._mode: Role | None = None
        self._run: Mark | None = None
        self._fresh = False
        self._closed = False
        self._latest: dict[MarkKind, int] = {}
        self._headings = 0
        self._field_line: Line | None = None
        self._foreign = False
        self._several = False
        """Whether a numbered problem has several descriptions: then each description is a problem under a heading."""

    def read(self) -> Node:
        """Read all pieces and return the root."""
        for index, piece in enumerate(self._pieces):
            self._head(piece)
            if self._foreign and (piece.inline or piece.mark is None):
                if piece.text:
                    self.unassigned.append(Fragment(piece.line, piece.text_start, piece.text_end))
            elif piece.bracketed or piece.role in FIELDS:
                self._take_field(piece)
            elif piece.mark is not None and not self._is_numbered_label(index):
                self._take_numbered(index)
            elif piece.label is not None:
                self._take_label(piece)
            elif piece.text:
                self._take_plain(index)
        for node in list(self.root.walk()) if self._several else ():
            if node.described_from:
                self._as_item(node)
        return self.root

    # -- heads -----------------------------------------------------------------------------------------------------

    def _head(self, piece: Piece) -> None:
        if piece.text_start > piece.start:
            self.heads.append(Fragment(piece.line, piece.start, piece.text_start))
        if piece.end > piece.text_end:
            self.heads.append(Fragment(piece.line, piece.text_end, piece.end))

    def _is_numbered_label(self, index: int) -> bool:
        """Whether the number only counts labels: （1）存在问题：… （2）整改措施：…."""
        piece = self._pieces[index]
        if piece.label is None or piece.mark is None or piece.role in {Role.AREA, Role.ITEM, Role.NUMBER}:
            return False
        if piece.role is not Role.PROBLEM:
            return True
        for following in self._pieces[index + 1 : index + 40]:
            if following.mark is not None and following.mark.kind is piece.mark.kind:
                return following.role not in {None, Role.PROBLEM} and following.mark.number == piece.mark.number + 1
        return False

    # -- numbered pieces -------------------------------------------------------------------------------------------

    def _take_numbered(self, index: int) -> None:
        piece = self._pieces[index]
        mark = piece.mark
        if mark is None:
            return
        level = self._level_of(mark)
        ahead = opener_ahead(self._pieces, index, self._kinds_above(level), self._habits, self._governing())
        structure = self._weigh_structure(piece, mark, level, ahead=ahead)
        labelled = self._weigh_action(piece, mark)
        unlabelled = self._weigh_unlabelled(piece, mark, level, ahead=ahead)
        if max(labelled, unlabelled) > structure:
            if labelled < unlabelled:
                self._open_unlabelled()
                self._habits.unlabelled[mark.kind] += 1
            self._add_entry(piece, mark)
        else:
            self._open_node(piece, mark, level, ahead=ahead)

    def _governing(self) -> Role | None:
        return self._mode if self._mode in _ACTION_MODES and not self._closed else None

    def _level_of(self, mark: Mark) -> Node | None:
        """The open node of the same kind, whose sibling the mark may head; None where the kind is not open.

        A 1 below a node deeper than that level begins a sequence under the deeper node: 1. → ① → 1.
        """
        node: Node | None = self._node
        while node is not None and node.parent is not None:
            if node.kind is mark.kind:
                return None if mark.number == 1 and node is not self._node else node
            node = node.parent
        return None

    def _kinds_above(self, level: Node | None) -> frozenset[MarkKind]:
        node = level.parent if level is not None else self._node
        kinds: set[MarkKind] = set()
        while node is not None and node.kind is not None:
            kinds.add(node.kind)
            node = node.parent
        return frozenset(kinds)

    def _weigh_structure(self, piece: Piece, mark: Mark, level: Node | None, *, ahead: bool) -> int:
        weight = self._weigh_sequence(mark, level)
        if ahead:
            weight += 5
        elif self._habits.labelled:
            weight -= 2
        weight += 2 * (self._habits.heads_problem[mark.kind] > self._habits.heads_action[mark.kind])
        weight += wording.states_fault(piece.text)
        if piece.role is Role.PROBLEM or mark.kind in {MarkKind.PROBLEM, MarkKind.PROJECT, MarkKind.CHAPTER}:
            weight += 8
        if piece.line.heading is not None and not piece.inline:
            weight += 3
        if level is None and self._node.draft is not None and self._node.draft.acts:
            weight -= 4
        if piece.inline and self._mode in _ACTION_MODES:
            weight -= 3
        return weight

    def _weigh_sequence(self, mark: Mark, level: Node | None) -> int:
        if level is None:
            return 3 if mark.number in {1, self._latest.get(mark.kind, 0) + 1} else 0
        if mark.number == level.number + 1:
            return 4
        if level.number < mark.number <= level.number + _GAP:
            return 2
        if mark.number == level.number:
            return 1
        return -2 if mark.number == 1 else -1

    def _weigh_action(self, piece: Piece, mark: Mark) -> int:
        """How well the mark heads an entry under the label that governs."""
        if self._mode not in _ACTION_MODES:
            return _NEVER
        weight = 2 * (self._habits.heads_action[mark.kind] > self._habits.heads_problem[mark.kind])
        weight -= 5 * self._closed
        weight += 6 * piece.inline
        if self._run is None:
            weight -= 3 * (mark.number != 1)
            weight += 12 * self._fresh + 8 * (self._introduces() and not self._fresh)
            return weight
        return weight + self._weigh_run(mark, self._run)

    def _weigh_run(self, mark: Mark, run: Mark) -> int:
        if run.kind is not mark.kind:
            return 1 if mark.number == 1 else -4
        if mark.number == run.number + 1:
            return 5
        if run.number < mark.number <= run.number + _GAP:
            return 2
        return 1 if mark.number == run.number else -4

    def _introduces(self) -> bool:
        """Whether the last entry ends with a colon, announcing a list."""
        entries = self._entries()
        return bool(entries) and entries[-1].text.endswith(":")

    def _weigh_unlabelled(self, piece: Piece, mark: Mark, level: Node | None, *, ahead: bool) -> int:
        """How well the mark heads an action that no label announces."""
        default = self._habits.default_action
        if default is None or self._mode in _ACTION_MODES or self._node is self.root or mark.kind is MarkKind.PROBLEM:
            return _NEVER
        restarts = level is not None and level is not self._node and mark.number == 1
        if (
            ahead
            or (level is not None and not restarts)
            or mark.number != 1
            or (self._habits.labelled and self._node.depth == 1 and not self._node.text)
        ):
            return _NEVER
        faults, deeds = wording.count_faults(piece.text), wording.count_deeds(piece.text)
        weight = 2 * (default is Role.PROGRESS) + 2 * (mark.kind is MarkKind.ORDINAL)
        weight += 3 * (deeds > faults) - 4 * (faults > deeds)
        weight += not _SENTENCE.search(self._node.text) or wording.states_fault(self._node.text)
        weight += 2 * bool(_FRAME.match(self._node.text) or _FRAMED.search(self._node.text))
        weight += 2 * (self._habits.heads_action[mark.kind] > self._habits.heads_problem[mark.kind])
        weight += 2 * (self._node.draft is not None)
        weight += (not self._habits.labelled) + 3 * (self._habits.unlabelled[mark.kind] > 0)
        weight -= 3 * (self._habits.heads_problem[mark.kind] > 0)
        return weight - 3 * (
            self._node.depth == 1 and mark.kind in {MarkKind.ARABIC, MarkKind.PROJECT, MarkKind.DOTTED}
        )

    # -- nodes -----------------------------------------------------------------------------------------------------

    def _open_node(self, piece: Piece, mark: Mark, level: Node | None, *, ahead: bool) -> None:
        parent = level.parent if level is not None and level.parent is not None else self._node
        expected = level.number + 1 if level is not None else None
        if level is None:
            self._yield_scope(parent)
        node = Node(mark.kind, mark.number, mark.text, parent=parent, inline=piece.inline)
        if piece.text:
            node.fragments.append(Fragment(piece.line, piece.text_start, piece.text_end))
        if expected is not None and mark.number != expected:
            self.gaps.append((node, expected))
        parent.children.append(node)
        self._latest[mark.kind] = mark.number
        self._enter(node)
        if not ahead:
            self._part_frame(piece)

    def _part_frame(self, piece: Piece) -> None:
        """A problem named in a frame (针对……的问题。) with its progress behind it on the same line."""
        match = _FRAME.match(piece.text) if self._habits.default_action is Role.PROGRESS else None
        if match is None or match.end() >= len(piece.text):
            return
        middle = piece.text_start + match.end()
        self._node.fragments = [Fragment(piece.line, piece.text_start, middle)]
        self._open_unlabelled()
        self._entries().append(Entry(None, [Fragment(piece.line, middle, piece.text_end)]))

    def _enter(self, node: Node) -> None:
        self._node = node
        self._draft = None
        self._mode = None
        self._run = None
        self._fresh = self._closed = self._foreign = False

    def _yield_scope(self, parent: Node) -> None:
        """Fields that stood under a heading before its first problem hold for all its problems."""
        draft = parent.draft
        if draft is not None and not draft.acts and len(draft.nodes) == 1:
            parent.scope_fields += draft.fields
            parent.draft = None
            if not draft.objective and not draft.next_steps:
                self.drafts.remove(draft)

    # -- labels ----------------------------------------------------------------------------------------------------

    def _take_label(self, piece: Piece) -> None:
        role = piece.role
        if role in {Role.PROBLEM, Role.ITEM, Role.AREA}:
            self._take_problem_label(piece)
            return
        if role not in _ACTION_MODES:
            self._take_field(piece)
            return
        if role is Role.PROGRESS and wording.is_status(piece.text):
            self._take_status(piece)
            return
        if self._closed and role is Role.MEASURES and self._is_foreign(piece):
            self.unassigned.append(Fragment(piece.line, piece.text_start, piece.text_end))
            self._foreign = True
            return
        if role is not Role.CAUSE:
            self._open_draft()
        self._mode, self._run, self._fresh, self._closed = role, None, not piece.text, False
        if piece.label is not None and piece.label.number is not None and role in {Role.MEASURES, Role.PROGRESS}:
            self._entries().append(self._entry(piece, piece.label.number))
        elif piece.text:
            self._extend(piece)

    def _is_foreign(self, piece: Piece) -> bool:
        """Whether a label after a closed response is used nowhere else: a word on the whole document, no measures."""
        draft = self._node.draft
        return (
            draft is not None
            and bool(draft.measures)
            and piece.label is not None
            and self._habits.words[piece.label.word] == 1
        )

    def _take_status(self, piece: Piece) -> None:
        """完成情况：已完成 is a status; what follows it may be progress still."""
        draft = self._open_draft()
        draft.fields.append(
            Field(Role.STATUS, piece.label_word, Fragment(piece.line, piece.text_start, piece.text_end))
        )
        self._closed = draft.acts
        if not draft.progress:
            self._mode, self._run, self._fresh, self._closed = Role.PROGRESS, None, True, False

    def _take_problem_label(self, piece: Piece) -> None:
        """问题：… without a number: a problem of its own, or the description of the numbered problem above."""
        node = self._node
        if node.described_from is not None:
            self._several = True
            self._enter(self._child_of(self._as_item(node)))
        elif node.kind in _DESCRIBED_KINDS and node.draft is None and not node.children:
            node.described_from = len(node.fragments)
        elif node is self.root or node.kind is None or node.draft is not None or node.fragments:
            made_by_label = node.kind is None and node.parent is not None
            parent = node.parent if made_by_label and node.parent is not None else node
            self._yield_scope(parent)
            self._enter(self._child_of(parent))
        if piece.text:
            self._node.fragments.append(Fragment(piece.line, piece.text_start, piece.text_end))
        self._mode = None

    def _child_of(self, parent: Node) -> Node:
        child = Node(parent=parent)
        parent.children.append(child)
        return child

    def _as_item(self, node: Node) -> Node:
        """Turn a described problem into a heading over its description, because a second description follows."""
        child = self._child_of(node)
        child.fragments = node.fragments[node.described_from :]
        node.fragments = node.fragments[: node.described_from]
        child.draft, child.cause = node.draft, node.cause
        if node.draft is not None:
            node.draft.nodes = [child if n is node else n for n in node.draft.nodes]
        node.draft, node.cause, node.described_from = None, [], None
        return node

    def _open_draft(self) -> Draft:
        if self._draft is None:
            self._draft = self._node.draft
        if self._draft is None:
            nodes = [*self._shared(), self._node]
            self._draft = Draft(nodes)
            self.drafts.append(self._draft)
            for node in nodes:
                node.draft = node.draft or self._draft
        return self._draft

    def _shared(self) -> list[Node]:
        """The problems right before this one that wait for measures too."""
        node = self._node
        if node.parent is None or node.children:
            return []
        siblings = node.parent.children
        shared: list[Node] = []
        for sibling in reversed(siblings[:-1]):
            waits = sibling.draft is None or _holds_status_only(sibling.draft)
            if not waits or sibling.children or sibling.kind is not node.kind:
                break
            shared.insert(0, sibling)
        return shared

    # -- actions ---------------------------------------------------------------------------------------------------

    def _entries(self) -> list[Entry]:
        draft = self._open_draft()
        return draft.progress if self._mode is Role.PROGRESS else draft.measures

    def _entry(self, piece: Piece, number: str | None) -> Entry:
        return Entry(number, [Fragment(piece.line, piece.text_start, piece.text_end)])

    def _add_entry(self, piece: Piece, mark: Mark) -> None:
        run = self._run
        nested = run is not None and run.kind is not mark.kind
        self._fresh = self._closed = False
        if self._mode in {Role.CAUSE, Role.OBJECTIVE, Role.NEXT_STEP}:
            self._extend(piece)
            self._run = mark
            return
        entries = self._entries()
        if nested and entries and mark.number == 1 and not self._fresh:
            entries[-1].fragments.append(Fragment(piece.line, piece.start, piece.text_end))
            self.heads = [h for h in self.heads if not (h.line is piece.line and h.start == piece.start)]
            return
        if nested and entries and run is not None:
            entries[-1].fragments.append(Fragment(piece.line, piece.start, piece.text_end))
            self.heads = [h for h in self.heads if not (h.line is piece.line and h.start == piece.start)]
            return
        entries.append(self._entry(piece, mark.text))
        self._run = mark

    def _open_unlabelled(self) -> None:
        self._open_draft().unlabelled = True
        self._mode, self._run, self._closed = self._habits.default_action, None, False

    def _extend(self, piece: Piece) -> None:
        """Add unnumbered text to what the current label governs."""
        fragment = Fragment(piece.line, piece.text_start, piece.text_end)
        if self._mode is Role.CAUSE:
            self._node.cause.append(fragment)
        elif self._mode is Role.OBJECTIVE:
            self._open_draft().objective.append(fragment)
        elif self._mode is Role.NEXT_STEP:
            self._open_draft().next_steps.append(fragment)
        else:
            entries = self._entries()
            if self._run is not None and entries:
                entries[-1].fragments.append(fragment)
            else:
                entries.append(Entry(None, [fragment]))
        self._fresh = False

    # -- fields ----------------------------------------------------------------------------------------------------

    def _take_field(self, piece: Piece) -> None:
        value = Fragment(piece.line, piece.text_start, piece.text_end)
        if not piece.inline:
            self._field_line = piece.line
        if not piece.text:
            return
        if piece.label is None:
            field = self._unlabelled_field(value)
        else:
            role = Role.OTHER if piece.role is Role.ASSIGNMENT else piece.label.role
            field = Field(role, piece.label_word, value)
        if self._node is self.root:
            self.root.scope_fields.append(field)
            return
        draft = self._open_draft()
        entries = draft.progress if self._mode is Role.PROGRESS else draft.measures
        if (
            piece.bracketed
            and piece.line is not self._field_line
            and entries
            and self._mode in {Role.MEASURES, Role.PROGRESS}
        ):
            entries[-1].fields.append(field)
        draft.fields.append(field)
        field.trailing = draft.acts and piece.line is self._field_line
        if not (piece.bracketed and piece.inline):
            self._closed = draft.acts

    def _unlabelled_field(self, value: Fragment) -> Field:
        if wording.is_status(value.text):
            return Field(Role.STATUS, "", value)
        if wording.is_time_limit(value.text):
            return Field(Role.TIME_LIMIT, "", value)
        return Field(Role.OTHER, "", value)

    # -- plain text ------------------------------------------------------------------------------------------------

    def _take_plain(self, index: int) -> None:
        piece = self._pieces[index]
        fragment = Fragment(piece.line, piece.text_start, piece.text_end)
        if not piece.inline and self._is_heading(index):
            self._open_heading(fragment)
        elif self._closed:
            self.unassigned.append(fragment)
        elif self._mode in _ACTION_MODES:
            self._extend(piece)
        elif self._node is self.root:
            self.leads.append(fragment)
        elif self._names_problem(index):
            self._open_framed(piece)
        elif piece.inline or self._continues_problem(index):
            self._node.fragments.append(fragment)
        elif self._leads_to_children(index):
            self.leads.append(fragment)
        else:
            self._open_unlabelled()
            self._extend(piece)

    def _continues_problem(self, index: int) -> bool:
        if self._habits.default_action is None or not self._node.fragments:
            return True
        for piece in self._pieces[index + 1 : index + 40]:
            if piece.role in OPENERS or piece.bracketed or piece.role in FIELDS:
                return True
            if piece.mark is not None and not piece.inline:
                return False
        return False

    def _names_problem(self, index: int) -> bool:
        """Whether an unnumbered line under a heading names its problem in a frame: 针对……的问题。一是……."""
        piece = self._pieces[index]
        if piece.inline or self._habits.default_action is not Role.PROGRESS or self._node.draft is not None:
            return False
        return (
            piece.text.startswith("针对")
            and _FRAME.match(piece.text) is not None
            and not self._continues_problem(index)
        )

    def _open_framed(self, piece: Piece) -> None:
        child = self._child_of(self._node)
        child.fragments.append(Fragment(piece.line, piece.text_start, piece.text_end))
        self._enter(child)
        self._part_frame(piece)

    def _leads_to_children(self, index: int) -> bool:
        """Whether the text only leads over from a heading to the numbered problems below it."""
        place = next(
            (i for i, p in enumerate(self._pieces[index + 1 : index + 20], index + 1) if p.mark is not None), None
        )
        following = self._pieces[place] if place is not None else None
        if place is None or following is None or following.mark is None or self._level_of(following.mark) is not None:
            return False
        ahead = opener_ahead(self._pieces, place, self._kinds_above(None), self._habits)
        return ahead or (self._node.depth == 1 and following.mark.kind is not MarkKind.ORDINAL)

    def _is_heading(self, index: int) -> bool:
        """Whether an unnumbered line heads a group of problems: 政治建设方面, 张某某同志."""
        piece = self._pieces[index]
        text = piece.text
        if (
            len(text) > 45
            or _SENTENCE.search(text)
            or text.endswith((",", ":"))
            or piece.text_end < len(piece.line.text)
        ):
            return False
        following = self._pieces[index + 1] if index + 1 < len(self._pieces) else None
        if following is None or following.inline:
            return False
        heads = following.role is Role.PROBLEM or (
            following.mark is not None and following.mark.kind in {MarkKind.PROBLEM, MarkKind.PROJECT}
        )
        if (
            piece.line.heading is None
            and not _HEADING.search(text)
            and not (heads and len(text) < 30 and (self._closed or self._node is self.root))
        ):
            return False
        if following.role in {Role.PROBLEM, Role.ITEM}:
            return True
        return following.mark is not None and (following.mark.number == 1 or self._mode is not None or self._closed)

    def _open_heading(self, fragment: Fragment) -> None:
        parent = self.root
        node: Node | None = self._node
        while node is not None:
            if node.kind is MarkKind.HEADING and node.parent is not None:
                parent = node.parent
                break
            node = node.parent
        self._headings += 1
        heading = Node(MarkKind.HEADING, self._headings, None, [fragment], parent)
        parent.children.append(heading)
        self._enter(heading)


def _holds_status_only(draft: Draft) -> bool:
    return not draft.acts and all(f.role is Role.STATUS for f in draft.fields) and not draft.objective


_SHARING_KINDS = {MarkKind.ORDINAL, MarkKind.CIRCLED}


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
