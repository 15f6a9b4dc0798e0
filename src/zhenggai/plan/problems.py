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
from zhenggai.plan.labels import ACTIONS, FIELDS, Role
from zhenggai.plan.marks import Mark, MarkKind
from zhenggai.plan.position import ACTION_MODES, Position
from zhenggai.plan.sharing import waiting_before
from zhenggai.plan.tree import Draft, Entry, Field, Fragment, Node, raw_text
from zhenggai.plan.weights import FRAME, SENTENCE, end_of_problem, weigh_action, weigh_structure, weigh_unlabelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenggai.plan.lines import Line
    from zhenggai.plan.model import Span
    from zhenggai.plan.pieces import Piece

_AREA = re.compile(r"^.{0,40}(?:方面|领域)(?:的?问题)?(?:的整改)?[。:]?$")
_HEADING = re.compile(
    r"(?:方面|领域|同志|班子|环节|工作)(?:的?问题)?(?:的?整改(?:情况|措施)?)?$|^(?:关于|聚焦|在|围绕|针对).{2,60}(?:问题|方面)"
)
_UNDIVIDED = frozenset({Role.CAUSE, Role.OBJECTIVE, Role.NEXT_STEP})
"""What is one text, numbers and all."""
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


class ProblemReader:
    """Reads the pieces of one problem part into a tree of nodes with drafts of responses."""

    def __init__(self, pieces: Sequence[Piece], habits: Habits) -> None:
        """Take the `pieces` of the part in order, and what was observed of the document."""
        self.root = Node()
        self.drafts: list[Draft] = []
        self.heads: list[Span] = []
        self.leads: list[Fragment] = []
        self.unassigned: list[Fragment] = []
        self.gaps: list[tuple[Node, int]] = []
        self._pieces = pieces
        self._habits = habits
        self._at = Position(self.root)
        self._headings = 0
        self._field_line: Line | None = None
        self._foreign = False
        self._number: Piece | None = None
        """The number on a line of its own (问题编号：2) of the problem that comes next."""
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
                self._take_label(index)
            elif piece.text:
                self._take_plain(index)
        for node in list(self.root.walk()) if self._several else ():
            if node.described_from:
                self._as_item(node)
        return self.root

    # -- heads -----------------------------------------------------------------------------------------------------

    def _head(self, piece: Piece) -> None:
        if piece.text_start > piece.start:
            self.heads.append(piece.line.span(piece.start, piece.text_start))
        if piece.end > piece.text_end:
            self.heads.append(piece.line.span(piece.text_end, piece.end))

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
        level = self._at.level_of(mark)
        ahead = opener_ahead(self._pieces, index, self._at.kinds_above(level), self._habits, self._at.governing())
        if level is None and (again := self._area_again(piece, mark)) is not None:
            self._open_node(piece, mark, again, ahead=ahead)
            return
        structure = weigh_structure(self._at, self._habits, piece, mark, level, ahead=ahead)
        labelled = weigh_action(self._at, self._habits, piece, mark)
        unlabelled = weigh_unlabelled(self._at, self._habits, piece, mark, level, ahead=ahead)
        action = max(labelled, unlabelled)
        if structure == action - 1:  # only then the wording, which is costly to weigh, can turn the balance
            structure += wording.states_fault(piece.text)
        if action > structure:
            if labelled < unlabelled:
                self._open_unlabelled()
                self._habits.unlabelled[mark.kind] += 1
            self._add_entry(piece, mark)
        else:
            self._open_node(piece, mark, level, ahead=ahead)

    def _area_again(self, piece: Piece, mark: Mark) -> Node | None:
        """The area that stands open where a line is plainly the title of another, though its number is not the next."""
        draft = self._at.node.draft
        if piece.inline or draft is None or not (draft.acts and draft.fields) or _AREA.search(piece.text) is None:
            return None
        above = self._at.node
        while above.parent is not None and above.parent is not self.root:
            above = above.parent
        return above if above.parent is self.root and above.kind is mark.kind else None

    # -- nodes -----------------------------------------------------------------------------------------------------

    def _open_node(self, piece: Piece, mark: Mark, level: Node | None, *, ahead: bool) -> None:
        parent = level.parent if level is not None and level.parent is not None else self._at.node
        expected = level.number + 1 if level is not None else None
        if level is None:
            self._yield_scope(parent)
        node = Node(mark.kind, mark.number, piece.number, parent=parent, inline=piece.inline)
        node.stated = piece.label_word if piece.role is Role.PROBLEM else ""
        if piece.text:
            node.fragments.append(Fragment(piece.line, piece.text_start, piece.text_end))
        if expected is not None and mark.number != expected:
            self.gaps.append((node, expected))
        parent.children.append(node)
        self._at.latest[mark.kind] = mark.number
        self._enter(node)
        if not ahead:
            self._part_frame(piece)

    def _part_frame(self, piece: Piece) -> None:
        """A problem named in a frame (针对……的问题。) with its progress behind it on the same line."""
        if self._habits.default_action is not Role.PROGRESS:
            return
        end = end_of_problem(piece.text, labelled=self._habits.labelled)
        if end is None or end >= len(piece.text):
            return
        middle = piece.text_start + end
        self._at.node.fragments = [Fragment(piece.line, piece.text_start, middle)]
        self._open_unlabelled()
        self._entries().append(Entry(None, [Fragment(piece.line, middle, piece.text_end)]))

    def _enter(self, node: Node) -> None:
        self._at.enter(node)
        self._foreign = False

    def _yield_scope(self, parent: Node) -> None:
        """Fields that stood under a heading before its first problem hold for all its problems."""
        draft = parent.draft
        if draft is not None and not draft.acts and len(draft.nodes) == 1:
            parent.scope_fields += draft.fields
            parent.draft = None
            if not draft.objective and not draft.next_steps:
                self.drafts.remove(draft)

    # -- labels ----------------------------------------------------------------------------------------------------

    def _take_label(self, index: int) -> None:
        piece = self._pieces[index]
        role = piece.role
        if role in {Role.PROBLEM, Role.ITEM, Role.AREA}:
            self._take_problem_label(piece)
            return
        if role is Role.NUMBER and piece.text and self._heads_card(index):
            self._number = piece
            return
        if role not in ACTION_MODES:
            self._take_field(piece)
            return
        if role is Role.PROGRESS and wording.is_status(piece.text):
            self._take_status(piece)
            return
        if role is Role.PROGRESS and wording.is_silence(piece.text):
            value = Fragment(piece.line, piece.text_start, piece.text_end)
            self._open_draft().fields.append(Field(Role.OTHER, piece.label_word, value))
            return
        if self._at.closed and role is Role.MEASURES and self._is_foreign(piece):
            self.unassigned.append(Fragment(piece.line, piece.text_start, piece.text_end))
            self._foreign = True
            return
        if role is not Role.CAUSE:
            self._open_draft()
        self._at.mode, self._at.run, self._at.fresh, self._at.closed = role, None, not piece.text, False
        if piece.label is not None and piece.label.number is not None and role in {Role.MEASURES, Role.PROGRESS}:
            self._entries().append(self._entry(piece, piece.label.number))
        elif piece.text:
            self._extend(piece)

    def _heads_card(self, index: int) -> bool:
        """Whether a number labelled as such is that of the problem on the next line."""
        following = self._pieces[index + 1] if index + 1 < len(self._pieces) else None
        return following is not None and following.role in {Role.PROBLEM, Role.ITEM} and following.mark is None

    def _is_foreign(self, piece: Piece) -> bool:
        """Whether a label after a closed response is used nowhere else: a word on the whole document, no measures."""
        draft = self._at.node.draft
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
        self._at.closed = draft.acts
        if not draft.progress:
            self._at.mode, self._at.run, self._at.fresh, self._at.closed = Role.PROGRESS, None, True, False

    def _take_problem_label(self, piece: Piece) -> None:
        """问题：… without a number: a problem of its own, or the description of the numbered problem above."""
        node = self._at.node
        if node.stated and node.stated == piece.label_word and not node.children:
            self._enter(self._unnumbered_sibling(node))
        elif node.described_from is not None:
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
            self._at.node.fragments.append(Fragment(piece.line, piece.text_start, piece.text_end))
        self._at.mode = None

    def _child_of(self, parent: Node) -> Node:
        child = Node(parent=parent)
        if self._number is not None:
            child.mark = self._number.raw
            self.heads.append(self._number.line.span(self._number.text_start, self._number.text_end))
            self._number = None
        parent.children.append(child)
        return child

    def _unnumbered_sibling(self, node: Node) -> Node:
        """Return a new problem after `node`, for which the number was not written again: 4、问题：… 问题：…."""
        sibling = Node(node.kind, node.number, parent=node.parent, stated=node.stated)
        if node.parent is not None:
            node.parent.children.append(sibling)
        return sibling

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
        if self._at.draft is None:
            self._at.draft = self._at.node.draft
        if self._at.draft is None:
            nodes = [*waiting_before(self._at.node), self._at.node]
            self._at.draft = Draft(nodes)
            self.drafts.append(self._at.draft)
            for node in nodes:
                node.draft = node.draft or self._at.draft
        return self._at.draft

    # -- actions ---------------------------------------------------------------------------------------------------

    def _entries(self) -> list[Entry]:
        draft = self._open_draft()
        return draft.progress if self._at.mode is Role.PROGRESS else draft.measures

    def _entry(self, piece: Piece, number: str | None) -> Entry:
        return Entry(number, [Fragment(piece.line, piece.text_start, piece.text_end)])

    def _add_entry(self, piece: Piece, mark: Mark) -> None:
        run = self._at.run
        nested = run is not None and run.kind is not mark.kind
        self._at.fresh = self._at.closed = False
        if self._at.mode in _UNDIVIDED:
            self._extend(piece)
            self._at.run = mark
            return
        entries = self._entries()
        if nested and entries:
            entries[-1].fragments.append(Fragment(piece.line, piece.start, piece.text_end))
            self._unhead(piece)
            return
        entries.append(self._entry(piece, piece.number))
        self._at.run = mark

    def _unhead(self, piece: Piece) -> None:
        """The number of a nested list belongs to the text of its entry: it is no head. It was noted just before."""
        head = piece.line.span(piece.start, piece.text_start)
        self.heads[-2:] = [span for span in self.heads[-2:] if span != head]

    def _open_unlabelled(self) -> None:
        self._open_draft().unlabelled = True
        self._at.mode, self._at.run, self._at.closed = self._habits.default_action, None, False

    def _extend(self, piece: Piece) -> None:
        """Add unnumbered text to what the current label governs."""
        fragment = Fragment(piece.line, piece.text_start, piece.text_end)
        if self._at.mode is Role.CAUSE:
            self._at.node.cause.append(fragment)
        elif self._at.mode is Role.OBJECTIVE:
            self._open_draft().objective.append(fragment)
        elif self._at.mode is Role.NEXT_STEP:
            self._open_draft().next_steps.append(fragment)
        else:
            entries = self._entries()
            if self._at.run is not None and entries:
                entries[-1].fragments.append(fragment)
            else:
                entries.append(Entry(None, [fragment]))
        self._at.fresh = False

    # -- fields ----------------------------------------------------------------------------------------------------

    def _take_field(self, piece: Piece) -> None:
        value = Fragment(piece.line, piece.text_start, piece.text_end)
        if not piece.inline:
            self._field_line = piece.line
        if piece.text_start >= piece.text_end:
            return
        if piece.label is None:
            field = self._unlabelled_field(value)
        else:
            role = Role.OTHER if piece.role is Role.ASSIGNMENT else piece.label.role
            field = Field(role, piece.label_word, value)
        if self._at.node is self.root:
            self.root.scope_fields.append(field)
            return
        draft = self._open_draft()
        entries = draft.progress if self._at.mode is Role.PROGRESS else draft.measures
        if piece.bracketed and piece.line is not self._field_line and entries and self._at.mode in ACTIONS:
            entries[-1].fields.append(field)
        draft.fields.append(field)
        field.trailing = draft.acts and piece.line is self._field_line
        if not (piece.bracketed and piece.inline):
            self._at.closed = draft.acts

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
        elif self._at.closed:
            self.unassigned.append(fragment)
        elif self._at.mode in ACTION_MODES:
            self._extend(piece)
        elif self._at.node is self.root:
            self.leads.append(fragment)
        elif self._names_problem(index):
            self._open_framed(piece)
        elif piece.inline or self._continues_problem(index):
            self._at.node.fragments.append(fragment)
        elif self._leads_to_children(index):
            self.leads.append(fragment)
        else:
            self._open_unlabelled()
            self._extend(piece)

    def _continues_problem(self, index: int) -> bool:
        if self._habits.default_action is None or not self._at.node.fragments:
            return True
        for piece in self._pieces[index + 1 : index + 40]:
            if piece.role in OPENERS:
                return True
            if piece.bracketed or piece.role in FIELDS:
                return not self._answers_before_fields(self._pieces[index])
            if piece.mark is not None and not piece.inline:
                return False
        return False

    def _answers_before_fields(self, piece: Piece) -> bool:
        """Whether a paragraph between a problem and the fields of its response is measures without their label."""
        if self._habits.default_action is not Role.MEASURES or not raw_text(self._at.node.fragments).endswith("。"):
            return False
        return not self._habits.labelled or not wording.states_fault(piece.text)

    def _names_problem(self, index: int) -> bool:
        """Whether an unnumbered line under a heading names its problem in a frame: 针对……的问题。一是……."""
        piece = self._pieces[index]
        if piece.inline or self._habits.default_action is not Role.PROGRESS or self._at.node.draft is not None:
            return False
        return (
            piece.text.startswith("针对") and FRAME.match(piece.text) is not None and not self._continues_problem(index)
        )

    def _open_framed(self, piece: Piece) -> None:
        child = self._child_of(self._at.node)
        child.fragments.append(Fragment(piece.line, piece.text_start, piece.text_end))
        self._enter(child)
        self._part_frame(piece)

    def _leads_to_children(self, index: int) -> bool:
        """Whether the text only leads over from a heading to the numbered problems below it."""
        place = next(
            (i for i, p in enumerate(self._pieces[index + 1 : index + 20], index + 1) if p.mark is not None), None
        )
        following = self._pieces[place] if place is not None else None
        if (
            place is None
            or following is None
            or following.mark is None
            or self._at.level_of(following.mark) is not None
        ):
            return False
        ahead = opener_ahead(self._pieces, place, self._at.kinds_above(None), self._habits)
        return ahead or (self._at.node.depth == 1 and following.mark.kind is not MarkKind.ORDINAL)

    def _is_heading(self, index: int) -> bool:
        """Whether an unnumbered line heads a group of problems: 政治建设方面, 张某某同志."""
        piece = self._pieces[index]
        text = piece.text
        if (
            len(text) > 45
            or SENTENCE.search(text)
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
            and not (heads and len(text) < 30 and (self._at.closed or self._at.node is self.root))
        ):
            return False
        if following.role in {Role.PROBLEM, Role.ITEM}:
            return True
        return following.mark is not None and (
            following.mark.number == 1 or self._at.mode is not None or self._at.closed
        )

    def _open_heading(self, fragment: Fragment) -> None:
        parent = self.root
        node: Node | None = self._at.node
        while node is not None:
            if node.kind is MarkKind.HEADING and node.parent is not None:
                parent = node.parent
                break
            node = node.parent
        self._headings += 1
        heading = Node(MarkKind.HEADING, self._headings, None, [fragment], parent)
        parent.children.append(heading)
        self._enter(heading)
