"""Three lists in text: the problems in one part; in the next, under the same numbers, what is done and who answers for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.plan.labels import FIELDS, Role, labels_in, spaced_labels_in
from zhenggai.plan.ledger import Ledger, entries_of
from zhenggai.plan.marks import MarkKind, leading_mark
from zhenggai.plan.tree import Draft, Field, Fragment, Node
from zhenggai.text import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from zhenggai.plan.labels import FoundLabel
    from zhenggai.plan.lines import Line
    from zhenggai.plan.outline import Outline, Part, Zone

_PROBLEMS = re.compile(r"问题清单$")
_ANSWERS = re.compile(r"(?:任务|措施|责任|整改|举措|目标)清单$")
_REFERENCE = re.compile(
    r"(?:针对|对应|关于|对)?(?:反馈)?(?:问题|第)\s*(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})(?:个?问题)?\s*[:,、.]?\s*"
)
_EDGE = " ;,。、"


@dataclass(slots=True)
class ListedPart:
    """A part that answers the problems of the part before it."""

    part: Part
    answers: list[_Answer]


@dataclass(slots=True)
class _Answer:
    """What stands under one number: the number's own place, the problem's number and the lines."""

    head: Fragment
    number: int
    lines: list[Line] = field(default_factory=list)


def find_lists(outline: Outline) -> tuple[Part, list[ListedPart]] | None:
    """Return the part that lists the problems and the parts that answer them by number; None where the document has no such lists."""
    for zone in outline.zones:
        problems = next((p for p in zone.parts if _PROBLEMS.search(p.title) and not p.tables), None)
        if problems is None:
            continue
        count = len(_answers_in(problems))
        listed = [ListedPart(part, _answers_in(part)) for part in _following(zone, problems)]
        if listed and all(len(one.answers) == count > 1 for one in listed):
            return problems, listed
    return None


def _following(zone: Zone, problems: Part) -> list[Part]:
    place = next(index for index, part in enumerate(zone.parts) if part is problems)
    after = zone.parts[place + 1 :]
    return [p for p in after if _ANSWERS.search(p.title) and not p.tables]


def _answers_in(part: Part) -> list[_Answer]:
    """Divide a part at the numbers of its first kind; a reference to a problem (针对问题3：) outweighs the number before it."""
    answers: list[_Answer] = []
    kind: MarkKind | None = None
    for line in part.lines:
        mark = leading_mark(line.text)
        kind = kind or (mark.kind if mark else None)
        if kind is MarkKind.CHINESE_PAREN:  # areas: the numbers below begin anew in each
            return []
        if mark is not None and mark.kind is kind:
            named = _REFERENCE.match(line.text, mark.end)
            end = named.end() if named else mark.end
            value = (number(named["n"]) if named else None) or mark.number
            answers.append(_Answer(Fragment(line, 0, end), value))
            line = line.part(end, len(line.text))  # noqa: PLW2901
        if answers and line.text:
            answers[-1].lines.append(line)
    return answers


def take_lists(listed: Iterable[ListedPart], root: Node, drafts: list[Draft], heads: list[Fragment]) -> None:
    """Give the problems below `root` what the lists say under their numbers; a list that names no problem leaves its text open."""
    problems = {node.number: node for node in root.children}
    for one in listed:
        names_people = "责任" in one.part.title
        for answer in one.answers:
            node = problems.get(answer.number)
            if node is not None:
                heads.append(answer.head)
                _take(answer.lines, _draft_of(node, drafts), heads, names_people=names_people)


def _draft_of(node: Node, drafts: list[Draft]) -> Draft:
    leaves = list(node.leaves()) or [node]
    draft = leaves[0].draft
    if draft is None:
        draft = Draft(leaves)
        drafts.append(draft)
        for leaf in leaves:
            leaf.draft = draft
    return draft


def _take(lines: Sequence[Line], draft: Draft, heads: list[Fragment], *, names_people: bool) -> None:
    texts: list[Line] = []
    for line in lines:
        labels = list(_labels(line.text, names_people=names_people))
        first = labels[0].start if labels else len(line.text)
        texts += [line.part(0, first)] if line.text[:first].strip(_EDGE) else []
        ends = [label.start for label in labels[1:]] + [len(line.text)] * bool(labels)
        for label, end in zip(labels, ends, strict=True):
            heads.append(Fragment(line, label.start, label.end))
            if label.role in FIELDS:
                word = line.raw[label.start : label.end].strip("：: ")
                draft.fields.append(Field(label.role, word, _trimmed(line, label.end, end)))
            elif label.role is Role.OBJECTIVE:
                draft.objective.append(Fragment(line, label.end, end))
            else:
                texts.append(line.part(label.end, end))
    if not names_people:
        ledger = Ledger()
        draft.measures += entries_of(texts, ledger)
        heads += ledger.heads


def _labels(text: str, *, names_people: bool) -> Iterator[FoundLabel]:
    found = [f for f in labels_in(text) if f.role in FIELDS | {Role.OBJECTIVE, Role.MEASURES}]
    yield from found or (spaced_labels_in(text, 0, len(text)) if names_people else ())


def _trimmed(line: Line, start: int, end: int) -> Fragment:
    while start < end and line.text[start] in _EDGE:
        start += 1
    while end > start and line.text[end - 1] in _EDGE:
        end -= 1
    return Fragment(line, start, end)
