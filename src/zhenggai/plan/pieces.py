"""Lines cut into pieces: at their numbers, their labels and their brackets of fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from zhenggai.plan import wording
from zhenggai.plan.labels import (
    ACTIONS,
    FIELDS,
    FoundLabel,
    Role,
    is_vague,
    label_at,
    labels_in,
    spaced_labels_in,
    standalone_label,
)
from zhenggai.plan.lines import Line
from zhenggai.plan.marks import Mark, MarkKind, inline_marks, leading_mark, written_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhenggai.plan.lines import Stretch

_OPENERS = frozenset({Role.MEASURES, Role.PROGRESS, Role.CAUSE, Role.OBJECTIVE})
_NEVER_INLINE = frozenset({Role.NUMBER, Role.AREA, Role.ITEM, Role.NEXT_STEP})
_SENTENCE_END = set("。;!?)】 >|\n")
_VALUE_EDGE = " \t;,。|、>"
_BRACKET_EDGE = _VALUE_EDGE + ")】]"
_RUN_ON_LENGTH = 300
_OPENING = re.compile(r"[(【\[]")


@dataclass(slots=True)
class Piece:
    """Characters `start` to `end` of a line, with the number and the label that head them.

    `text_start` to `text_end` is the piece without its head and without the separators around it. `bracketed` holds for
    the fields inside a bracket, `inline` for a piece that does not begin its line.
    """

    line: Line
    start: int
    end: int
    text_start: int
    text_end: int
    mark: Mark | None = None
    label: FoundLabel | None = None
    role: Role | None = None
    """The role of the label, or None."""
    inline: bool = False
    bracketed: bool = False
    run_on: bool = False

    @property
    def text(self) -> str:
        """The folded text without number and label."""
        return self.line.text[self.text_start : self.text_end]

    @property
    def raw(self) -> str:
        """The text without number and label, as it stands."""
        return self.line.raw[self.text_start : self.text_end]

    @property
    def number(self) -> str | None:
        """The number as it stands, or None."""
        return written_mark(self.mark, self.line.raw) if self.mark is not None else None

    @property
    def label_word(self) -> str:
        """The label as it stands, without its colon or box; empty without a label."""
        if self.label is None:
            return ""
        return self.line.raw[self.label.start : self.label.end].strip("【】[]()（）：: \u3000").replace(" ", "")


@dataclass(slots=True)
class _Cut:
    start: int
    head_end: int
    mark: Mark | None = None
    label: FoundLabel | None = None
    bracketed: bool = False
    plain: bool = False


_START = attrgetter("start")


def cut_lines(lines: Iterable[Line]) -> tuple[Piece, ...]:
    """Return all pieces of `lines` in order. Every character of a line belongs to exactly one piece."""
    latest: dict[MarkKind, int] = {}
    pieces: list[Piece] = []
    for line in lines:
        pieces += cut_line(line, latest)
    return tuple(pieces)


def cut_line(line: Line, latest: dict[MarkKind, int]) -> list[Piece]:
    """Return the pieces of one line. `latest` holds the latest number of each kind seen, over the lines."""
    run_on = is_run_on(line.text)
    cuts = _cuts(line.text, latest, run_on=run_on)
    if not cuts or cuts[0].start > 0:
        cuts.insert(0, _Cut(0, 0, plain=True))
    ends = [cut.start for cut in cuts[1:]] + [len(line.text)]
    pieces: list[Piece] = []
    for cut, end in zip(cuts, ends, strict=True):
        text_start, text_end = _content(line.text, cut, end)
        inline = bool(pieces) and not run_on
        role = cut.label.role if cut.label is not None else None
        pieces.append(
            Piece(line, cut.start, end, text_start, text_end, cut.mark, cut.label, role, inline, cut.bracketed, run_on)
        )
    return pieces


def unroll(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield `stretches` with each run-on line divided where a paragraph must have begun: at headings, problems and labels."""
    latest: dict[MarkKind, int] = {}
    for stretch in stretches:
        if isinstance(stretch, Line) and is_run_on(stretch.text):
            yield from _unrolled(stretch, latest)
        else:
            yield stretch


_PARAGRAPH_KINDS = {
    MarkKind.CHAPTER,
    MarkKind.CHINESE,
    MarkKind.CHINESE_PAREN,
    MarkKind.PROBLEM,
    MarkKind.PROJECT,
    MarkKind.DOTTED,
}


def _unrolled(line: Line, latest: dict[MarkKind, int]) -> Iterator[Line]:
    text = line.text
    labels = {
        f.start: f.role
        for f in labels_in(text)
        if f.role in _OPENERS or (f.role in FIELDS and text[f.start - 1] not in "(;,、")
    }
    marks = {m.start: m for m in inline_marks(text, 0, len(text), latest, run_on=True)}
    gaps = {m.end() for m in re.finditer(r" {2,}", text)}
    start, opened = 0, False
    for cut in sorted(labels.keys() | marks.keys() | gaps):
        mark = marks.get(cut)
        begins = cut in labels or cut in gaps or (mark is not None and _begins_paragraph(text, mark, opened=opened))
        if not begins or cut == start:
            continue
        yield line.part(start, cut)
        start = cut
        opened = labels.get(cut) in _OPENERS if cut in labels else False
    yield line.part(start, len(text))


def _begins_paragraph(text: str, mark: Mark, *, opened: bool) -> bool:
    """Whether a number in run-on text heads a paragraph: always for headings; others not inside the text of a label."""
    after_fields = (mark.start > 1 and text[mark.start - 1] == ")") or text[mark.start - 2 : mark.start] == ")。"
    return mark.kind in _PARAGRAPH_KINDS or after_fields or not opened


def is_run_on(text: str) -> bool:
    """Return whether a line holds several problems with their measures, its paragraphs run into one."""
    if len(text) < _RUN_ON_LENGTH:
        return False
    openers = sum(1 for found in labels_in(text) if found.role in ACTIONS)
    return openers > 1 or (
        openers > 0 and len(re.findall(r"[。\u4e00-\u9fff] ?(?:\([一二三四五]\)|[一二三四五]、)", text)) > 2
    )


def _content(text: str, cut: _Cut, end: int) -> tuple[int, int]:
    start = cut.head_end
    if start >= end:
        return start, end
    is_field = cut.bracketed or (cut.label is not None and cut.label.role in FIELDS)
    edge = _VALUE_EDGE if is_field else " "
    words = text[start:end].lstrip(edge)
    start = end - len(words)
    if not cut.bracketed:
        return start, start + len(words.rstrip(edge))
    while end > start and text[end - 1] in _BRACKET_EDGE:
        if text[end - 1] in ")】]" and text.count("(", start, end) >= text.count(")", start, end) > 0:
            break
        end -= 1
    return start, end


def _cuts(text: str, latest: dict[MarkKind, int], *, run_on: bool) -> list[_Cut]:
    mark = leading_mark(text)
    if mark is not None:
        latest[mark.kind] = mark.number
    position = mark.end if mark else 0
    label = label_at(text, position) or (standalone_label(text[position:]) if position < len(text) else None)
    if label is not None and label.start < position and mark is not None:
        label = FoundLabel(label.word, label.role, position, len(text))
    cuts: list[_Cut] = []
    if mark is not None or label is not None:
        position = label.end if label else position
        cuts.append(_Cut(0, position, mark, label))
    brackets = tuple(_field_brackets(text, position))
    if brackets:
        cuts += _bracket_cuts(text, brackets)
    gaps = _gaps(position, len(text), brackets)
    labels = [f for a, b in gaps for f in _inline_labels(text, a, b, in_fields=_heads_fields(label), run_on=run_on)]
    if label is not None and label.role is Role.ASSIGNMENT and not labels:
        labels = list(spaced_labels_in(text, position, len(text)))
    cuts += [_Cut(f.start, f.end, None, f) for f in labels]
    cuts.sort(key=_START)
    cuts += _mark_cuts(text, position, cuts, latest, run_on=run_on)
    cuts.sort(key=_START)
    return _merged(cuts)


def _heads_fields(label: FoundLabel | None) -> bool:
    return label is not None and label.role in FIELDS


def _mark_cuts(text: str, position: int, cuts: list[_Cut], latest: dict[MarkKind, int], *, run_on: bool) -> list[_Cut]:
    """Cut at the numbers inside texts; a number inside the value of a field divides nothing, unless all is run together."""
    found: list[_Cut] = []
    starts = [c.start for c in cuts] + [len(text)]
    if not cuts or cuts[0].start > 0:
        found += [_Cut(m.start, m.end, m) for m in inline_marks(text, position, starts[0], latest, run_on=run_on)]
    for index, cut in enumerate(cuts):
        if cut.bracketed or (_heads_fields(cut.label) and not run_on):
            continue
        acts = cut.label is not None and cut.label.role in ACTIONS
        marks = inline_marks(text, cut.head_end, starts[index + 1], latest, run_on=run_on, acts=acts)
        found += [_Cut(m.start, m.end, m) for m in marks]
    return found


def _merged(cuts: list[_Cut]) -> list[_Cut]:
    """Join a number and the label that follows it at once into one head."""
    out: list[_Cut] = []
    for cut in cuts:
        last = out[-1] if out else None
        if last and last.mark and not last.label and cut.label and not cut.mark and cut.start == last.head_end:
            out[-1] = _Cut(last.start, cut.head_end, last.mark, cut.label, last.bracketed)
        else:
            out.append(cut)
    return out


def _gaps(start: int, end: int, brackets: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    gaps, position = [], start
    for left, right in brackets:
        gaps.append((position, left))
        position = right
    gaps.append((position, end))
    return gaps


def _inline_labels(text: str, start: int, end: int, *, in_fields: bool, run_on: bool) -> Iterator[FoundLabel]:
    seen_field = in_fields
    for found in labels_in(text, start, end):
        before = text[found.start - 1] if found.start else ""
        is_field = found.role in FIELDS
        if found.role in _NEVER_INLINE or is_vague(found.word):
            continue
        if found.role is Role.PROBLEM and not run_on:
            continue
        if found.role is Role.OTHER and not seen_field:
            continue
        boxed = text[found.start] == "【" and (seen_field or text[0] == "【")
        listed = seen_field and before in ",、|"
        if before and before not in _SENTENCE_END and not (boxed or listed) and found.start != start:
            continue
        if is_field or found.role in _OPENERS or run_on:
            seen_field = seen_field or is_field
            yield found


def _field_brackets(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the brackets of `text` that hold fields: labelled ones, or a mere time limit or status at the end of a text."""
    position = start
    while True:
        match = _OPENING.search(text, position)
        if match is None:
            return
        left = match.start()
        right = _closing(text, left)
        position = left + 1
        if right is None:
            label = label_at(text, left + 1)
            if label and label.role in FIELDS:
                yield left, len(text)
                return
            continue
        if _holds_fields(text, left, right):
            stop = right + 1
            while stop < len(text) and text[stop] in "。;,":
                stop += 1
            yield left, stop
            position = stop


_PAIRS = {"(": ")", "【": "】", "[": "]"}


_WIDEST_BRACKET = 600


def _closing(text: str, left: int) -> int | None:
    """Return where the bracket that opens at `left` closes; None where it does not within reach."""
    opening, closing = text[left], _PAIRS[text[left]]
    reach = left + _WIDEST_BRACKET
    right, counted = text.find(closing, left, reach), left
    depth = 0
    while right >= 0:
        depth += text.count(opening, counted, right) - 1
        if depth == 0:
            return right
        right, counted = text.find(closing, right + 1, reach), right
    return None


def _holds_fields(text: str, left: int, right: int) -> bool:
    if text[left] == "【" and label_at(text, left) is not None:
        return False
    label = label_at(text, left + 1)
    if label is not None and label.end <= right and label.role in FIELDS:
        return True
    if label is not None and label.role in _OPENERS:
        return any(found.role in FIELDS for found in labels_in(text, label.end, right))
    if any(found.start == left + 1 for found in spaced_labels_in(text, left + 1, right)):
        return True
    ends_text = (
        right + 1 >= len(text) or text[right + 1] in "。;" or leading_mark(text[right + 1 :].lstrip()) is not None
    )
    inside = text[left + 1 : right].strip(" 。;,")
    if not inside or not ends_text:
        return False
    return wording.is_status(inside) or wording.is_time_limit(inside) or wording.is_assignment(inside)


def _bracket_cuts(text: str, brackets: tuple[tuple[int, int], ...]) -> list[_Cut]:
    cuts: list[_Cut] = []
    for left, right in brackets:
        found = list(_labels_in_bracket(text, left + 1, right))
        if not found or found[0].start > left + 1:
            cuts.append(_Cut(left, left + 1, bracketed=True))
        for index, label in enumerate(found):
            start = left if index == 0 and label.start == left + 1 else label.start
            cuts.append(_Cut(start, label.end, None, label, bracketed=label.role in FIELDS))
        if right < len(text):
            cuts.append(_Cut(right, right, plain=True))
    return cuts


def _labels_in_bracket(text: str, start: int, end: int) -> Iterator[FoundLabel]:
    """Yield the labels of a bracket of fields; those of texts too where it begins with one: （整改措施：…；责任部门：…）."""
    found = list(labels_in(text, start, end))
    texts = _OPENERS if found and found[0].start == start and found[0].role in _OPENERS else frozenset()
    kept = [label for label in found if label.role in FIELDS or label.role in texts]
    yield from kept or spaced_labels_in(text, start, end)
