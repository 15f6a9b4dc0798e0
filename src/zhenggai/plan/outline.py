"""The outline of a document: front matter, parts, annexes, closing lines, and which parts hold the problems."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.plan import wording
from zhenggai.plan.habits import OPENERS
from zhenggai.plan.labels import Role, label_at
from zhenggai.plan.lines import Line, Table
from zhenggai.plan.marks import Mark, MarkKind, leading_mark
from zhenggai.text import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhenggai.plan.lines import Stretch
    from zhenggai.plan.pieces import Piece

CONTAINER = re.compile(
    r"(?:整改|问题|反馈|意见|任务).{0,12}(?:任务|措施|内容|情况|清单|台账|台帐|事项|分工|进展|落实|整改|分解|举措)|任务分解|(?:重点|主要|具体|工作)(?:任务|事项)|整改(?:情况|任务)|问题清单"
    r"|(?:存在|发现|指出|主要|突出|查出|反馈|检视|查摆)的?(?:主要|突出|具体)*(?:的)?问题|问题(?:和|及|与|的)?(?:原因|整改|不足)"
)
_AREA = re.compile(r"方面(?!的?要求)|^(?:关于|聚焦|在|围绕|针对)|领域|同志$|班子$")
PROBLEMS_ALONE = re.compile(r"(?:存在|发现|指出|查出|反馈|检视|查摆|主要|突出|具体)的?问题(?:清单)?$|^问题清单$")
OUTSIDE = re.compile(
    r"组织(?:领导|保障|机构|实施|整改|推进|体系|开展|落实|情况|工作)|(?:责任|主体责任|政治责任)(?:落实|情况)?$|领导(?:机构|小组|责任)|保障(?:措施|机制)?$|总体(?:要求|目标|思路|情况|安排)|指导思想|(?:基本|主要|工作|整改)(?:原则|目标|思路)|原则$|目标$"
    r"|(?:工作|有关|整改|纪律|相关)要求$|(?:时间|进度|工作|步骤|实施)(?:安排|步骤|计划)|步骤$|方法步骤|下一步|下步|今后|长效机制|长期坚持|持续(?:推进|整改|深化)|需(?:要)?长期|基本情况|概况|背景|主要做法|主要成效|存在(?:的)?(?:不足|困难)|意见建议|审计建议|(?:工作|推进|督查)机制|联系方式|附则|督查督办|经验"
)
_CLOSING = re.compile(
    r"^(?:有关|工作|几点|相关|纪律)要求\s*[:。]|^(?:组织|工作)?保障(?:措施)?\s*[:。]?$|^下一步工作(?:打算|安排)?\s*[:。]?$|^(?:有关|工作|几点|相关)要求$"
)
_TAIL = re.compile(
    r"^(?:欢迎|如有意见|特此|专此|\(?此件|联系(?:电话|方式|人|地址)|监督电话|举报电话|电子邮箱|邮政|通[信讯]地址|邮编|抄[送报]|主送|公示(?:期|时间)|填[表报]人|审核人|制表|印发|\(?联系人|电话:|单位:\(盖章\)|\(盖章\))"
)
_OUTLOOK_BEGINS = re.compile(r"下一?步|今后|接下来")
_OUTLOOK = re.compile(
    r"^(?:下一?步|今后|接下来)(?:工作)?(?:中)?,?(?:我|本|全|县|市|区|局|院|校|镇|街道|公司).{0,16}?(?:将|要)"
)
"""What the writer means to do after all: a closing paragraph where no problem has one of its own."""
_DATE_LINE = re.compile(
    r"^[(]?[\dxX×〇零○一二三四五六七八九]{2,4}\s*年\s*[\dxX×〇一二三四五六七八九十]{1,3}\s*月\s*(?:[\dxX×〇一二三四五六七八九十]{1,3}\s*日)?[)]?$"
)
_ORG_LINE = re.compile(
    r"^[^。,;:!?、]{3,40}(?:委员会|党组|党委|党工委|局|院|校|学校|大学|中学|公司|办公室|总支|支部|政府|小组|组|厅|委|所|中心|处|科|部|街道|镇|乡|社|会|队|站|集团)$"
)
_ATTACHMENT = re.compile(
    r"^附\s*(?:件|表|录)?\s*(?P<number>\d{1,2}|[一二三四五六七八九十])?\s*(?:[:.、\-]\s*|\s+|$)(?P<title>.*)$"
)
_LISTED = re.compile(r"^(?P<number>\d{1,2})\s*[.、]\s*(?P<title>.{2,80})$")


@dataclass(slots=True)
class Part:
    """A top-level part: its heading, absent for text that stands under none, and what follows."""

    heading: Line | None = None
    mark: Mark | None = None
    stretches: list[Stretch] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The folded title up to its first full stop; empty without a heading."""
        if self.heading is None:
            return ""
        text = self.heading.text[self.mark.end if self.mark else 0 :]
        return re.split(r"[。:]", text, maxsplit=1)[0].strip()

    @property
    def lines(self) -> list[Line]:
        """The lines of the part without its heading line."""
        return [s for s in self.stretches if isinstance(s, Line)]

    @property
    def tables(self) -> list[Table]:
        """The tables of the part."""
        return [s for s in self.stretches if isinstance(s, Table)]


@dataclass(slots=True)
class Zone:
    """The body or one annex: front lines, parts and closing lines."""

    title: str
    number: int | None
    front: list[Stretch] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    tail: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Named:
    """An attachment that a line names."""

    number: int | None
    title: str
    line: Line
    start: int
    end: int


@dataclass(slots=True)
class Outline:
    """The whole document."""

    zones: list[Zone]
    named: list[Named]
    present: set[int]
    """The indices of `named` whose text follows."""


def draw_outline(stretches: Sequence[Stretch]) -> Outline:
    """Divide a document into body and annexes, each into parts."""
    found = _Attachments(stretches)
    bounds = [0, *(start for start, _, _ in found.starts), len(stretches)]
    titles = [("", None), *((title, number) for _, title, number in found.starts)]
    zones = [
        _zone([stretches[i] for i in range(a, b) if i not in found.naming], title, number)
        for (a, b), (title, number) in zip(itertools.pairwise(bounds), titles, strict=True)
    ]
    return Outline(zones, found.named, found.present)


class _Attachments:
    """The attachments that lines name, and where the texts of those present begin."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self.named: list[Named] = []
        self.starts: list[tuple[int, str, int | None]] = []
        self.present: set[int] = set()
        self.naming: set[int] = set()
        """The indices of the lines that name attachments and say nothing else."""
        self._stretches = stretches
        self._listing = False
        for index, stretch in enumerate(stretches):
            if isinstance(stretch, Table):
                self._listing = False
            else:
                self._take(index, stretch)

    def _take(self, index: int, line: Line) -> None:
        match = _ATTACHMENT.match(line.text) if line.text.startswith("附") and len(line.text) < 100 else None
        if match is not None and _heads_list(self._stretches, index, match):
            self._listing = True
            self.naming.add(index)
            return
        if match is not None and _is_attachment(line.text, match):
            self._take_line(index, line, match)
            return
        listed = _LISTED.match(line.text) if self._listing else None
        if listed:
            self.naming.add(index)
            title, start = listed["title"].strip(), listed.start("title")
            self.named.append(Named(int(listed["number"]), title, line, start, len(line.text)))
            return
        if self.named and len(line.text) < 60:
            known = _find_title(self.named, line.text)
            if known is not None and known not in self.present:
                self.starts.append((index, self.named[known].title, self.named[known].number))
                self.present.add(known)
        self._listing = self._listing and bool(_DATE_LINE.match(line.text) or _ORG_LINE.match(line.text))

    def _take_line(self, index: int, line: Line, match: re.Match[str]) -> None:
        number, title = _number(match["number"]), match["title"].strip()
        inner = _LISTED.match(title)
        if inner and number is None:
            number, title = int(inner["number"]), inner["title"].strip()
        known = _find_named(self.named, number, title)
        if title and known is None and not _text_follows(self._stretches, index):
            start = len(line.text) - len(title)
            self.named.append(Named(number, title, line, start, len(line.text)))
            self.naming.add(index)
            self._listing = True
            return
        following = title or _next_line(self._stretches, index)
        self.starts.append((index, following, number))
        known = known if known is not None else _find_named(self.named, number, following)
        if known is None and following:
            self.named.append(Named(number, following, line, 0, len(line.text)))
            known = len(self.named) - 1
        self.present |= {known} if known is not None else set()
        self._listing = False


def _heads_list(stretches: Sequence[Stretch], index: int, match: re.Match[str]) -> bool:
    """Whether only names of attachments follow a line that says 附件： and no more."""
    if match["title"] or match["number"] or ":" not in match[0]:
        return False
    for place, stretch in enumerate(stretches[index + 1 :]):
        listed = _LISTED.match(stretch.text) if isinstance(stretch, Line) else None
        if listed is None:
            return place > 0 and isinstance(stretch, Line) and _ends_list(stretch.text)
        if re.search(r"[。;:]", listed["title"]):
            return False
    return index + 1 < len(stretches)


def _ends_list(text: str) -> bool:
    """Whether a line below a list of attachments belongs to no text of theirs."""
    return leading_mark(text) is None and label_at(text) is None


def _text_follows(stretches: Sequence[Stretch], index: int) -> bool:
    """Whether the text of an attachment begins right below the line that names it, and not the end of the letter."""
    following = stretches[index + 1] if index + 1 < len(stretches) else None
    if following is None:
        return False
    if isinstance(following, Table):
        return True
    text = following.text
    if (
        _ATTACHMENT.match(text)
        or _DATE_LINE.match(text)
        or _ORG_LINE.match(text)
        or _TAIL.match(text)
        or _LISTED.match(text)
    ):
        return False
    return leading_mark(text) is not None or len(text) > 40


def _is_attachment(text: str, match: re.Match[str]) -> bool:
    return text.startswith(("附件", "附 件", "附表", "附录")) or (
        text.startswith("附") and match["title"] != "" and text[1] in ":1234"
    )


def _number(written: str | None) -> int | None:
    if not written:
        return None
    return int(written) if written.isdigit() else "一二三四五六七八九十".index(written) + 1


def _find_named(named: list[Named], number: int | None, title: str) -> int | None:
    for index, one in enumerate(named):
        if number is not None and one.number == number:
            return index
    return _find_title(named, title) if title else (0 if len(named) == 1 and number is None else None)


def _find_title(named: list[Named], title: str) -> int | None:
    wanted = compact(title)
    for index, one in enumerate(named):
        if wanted and compact(one.title) == wanted:
            return index
    return None


def _next_line(stretches: Sequence[Stretch], index: int) -> str:
    following = stretches[index + 1] if index + 1 < len(stretches) else None
    return following.raw if isinstance(following, Line) and len(following.text) < 60 else ""


def _zone(stretches: list[Stretch], title: str, number: int | None) -> Zone:
    zone = Zone(title, number)
    stretches, zone.tail = _cut_tail(stretches)
    headings = _headings(stretches)
    if not headings:
        begin = _first_problem(stretches)
        zone.front, rest = stretches[:begin], stretches[begin:]
        if rest:
            zone.parts.append(Part(stretches=rest))
        return zone
    zone.front = stretches[: headings[0][0]]
    ends = [index for index, _, _ in headings[1:]] + [len(stretches)]
    for (index, line, mark), end in zip(headings, ends, strict=True):
        zone.parts.append(Part(line, mark, stretches[index + 1 : end]))
    return zone


def _cut_tail(stretches: list[Stretch]) -> tuple[list[Stretch], list[Line]]:
    """Cut signature, date and contact lines off the end, and the closing section of a document without parts."""
    end = len(stretches)
    lines = [(i, s) for i, s in enumerate(stretches) if isinstance(s, Line)]
    for position, (index, line) in enumerate(reversed(lines)):
        if index != end - 1 or position > 12:
            break
        date_below = end < len(stretches) and any(
            _DATE_LINE.match(s.text) for s in stretches[end:] if isinstance(s, Line)
        )
        if not (
            _DATE_LINE.match(line.text)
            or _TAIL.match(line.text)
            or (date_below and _ORG_LINE.match(line.text) and leading_mark(line.text) is None)
        ):
            break
        end = index
    end = _before_outlook(lines, end)
    for index, line in lines[1:]:
        if index < end and _CLOSING.match(line.text) and not any(_opens(s) for s in stretches[index + 1 : end]):
            end = index
            break
    return stretches[:end], [s for s in stretches[end:] if isinstance(s, Line)]


def _before_outlook(lines: Sequence[tuple[int, Line]], end: int) -> int:
    """Return where the closing paragraph on what comes next begins, if it is the only one of its kind; else `end`."""
    last = next((line for index, line in reversed(lines) if index == end - 1), None)
    if last is None or _OUTLOOK.match(last.text) is None:
        return end
    outlooks = [index for index, line in lines if _OUTLOOK_BEGINS.match(line.text)]
    return end - 1 if outlooks == [end - 1] else end


def _opens(stretch: Stretch) -> bool:
    if isinstance(stretch, Table):
        return True
    found = label_at(stretch.text)
    return found is not None and found.role in OPENERS


def _headings(stretches: list[Stretch]) -> list[tuple[int, Line, Mark]]:
    """Return the lines that head the parts: the sequence of 第一部分 or 一、, unless another level stands above it."""
    marked = [
        (i, s, m) for i, s in enumerate(stretches) if isinstance(s, Line) and (m := leading_mark(s.text)) is not None
    ]
    for kind in (MarkKind.CHAPTER, MarkKind.CHINESE):
        sequence: list[tuple[int, Line, Mark]] = []
        for index, line, mark in marked:
            if mark.kind is not kind:
                continue
            last = sequence[-1][2].number if sequence else 0
            if last < mark.number <= last + 2 or (mark.number == last and len(line.text) < 40):
                sequence.append((index, line, mark))
        if len(sequence) > 1 or (sequence and kind is MarkKind.CHINESE and sequence[0][2].number == 1):
            above = [i for i, line, mark in marked if mark.kind is MarkKind.CHINESE_PAREN and i < sequence[0][0]]
            return [] if above else sequence
    return []


def _first_problem(stretches: list[Stretch]) -> int:
    """Return where the problems begin in a document without parts: at the first number, label or table, or the heading over it."""
    first = _first_marked(stretches)
    if first > 2 and first < len(stretches):
        over, before = stretches[first - 1], stretches[first - 2]
        short = isinstance(over, Line) and len(over.text) < 30 and not re.search(r"[。;,:!?]", over.text)
        if short and isinstance(before, Line) and len(before.text) > 40:
            return first - 1
    return first


def _first_marked(stretches: list[Stretch]) -> int:
    for index, stretch in enumerate(stretches):
        if isinstance(stretch, Table):
            return index
        if leading_mark(stretch.text) is not None:
            return index
        found = label_at(stretch.text)
        if found is not None and found.role in OPENERS | {Role.PROBLEM, Role.ITEM}:
            return index
        if found is not None and found.role is Role.NUMBER and found.word.startswith("问题"):
            return index
    return len(stretches)


@dataclass(slots=True)
class ProblemPart:
    """Parts that hold problems. `as_nodes`: their headings are themselves the highest level of the problems."""

    parts: list[Part]
    as_nodes: bool


def choose_problem_parts(outline: Outline, pieces_of: dict[int, list[Piece]]) -> list[ProblemPart]:
    """Return the parts that hold problems: those whose texts carry the labels of responses, else those titled so.

    `pieces_of` holds the pieces of each part by `id(part)`.
    """
    weights = [[_weight(pieces_of[id(p)]) for p in zone.parts] for zone in outline.zones]
    best = max((sum(w) for w in weights), default=0)
    if best == 0:
        return _by_titles(outline)
    chosen: list[ProblemPart] = []
    for zone, weight in zip(outline.zones, weights, strict=True):
        if sum(weight) * 5 < best:
            continue
        holding = [p for p, w in zip(zone.parts, weight, strict=True) if w and not (OUTSIDE.search(p.title) and w < 3)]
        chosen += _grouped(holding or [p for p, w in zip(zone.parts, weight, strict=True) if w], zone, pieces_of)
    return chosen


_ANSWERS = frozenset({Role.MEASURES, Role.PROGRESS, Role.CAUSE})


def _weight(pieces: Iterable[Piece]) -> int:
    return sum(1 for p in pieces if p.role in _ANSWERS or (p.mark is not None and p.mark.kind is MarkKind.PROBLEM))


def _grouped(holding: list[Part], zone: Zone, pieces_of: dict[int, list[Piece]]) -> list[ProblemPart]:
    containers = [p for p in holding if p.heading is None or (CONTAINER.search(p.title) and not _AREA.search(p.title))]
    if containers and (
        len(containers) < len(holding) or len(holding) == 1 or all(_has_levels(pieces_of[id(p)]) for p in containers)
    ):
        return [ProblemPart([p], as_nodes=False) for p in containers]
    if len(holding) == 1 and _has_areas(pieces_of[id(holding[0])]):
        return [ProblemPart(holding, as_nodes=False)]
    if not holding:
        return []
    return [ProblemPart(_with_neighbours(holding, zone), as_nodes=True)]


def _with_neighbours(holding: list[Part], zone: Zone) -> list[Part]:
    """Take in the parts between the holding ones: an area whose problems have no measures is an area still."""
    held = {id(p) for p in holding}
    places = [place for place, part in enumerate(zone.parts) if id(part) in held]
    return [p for p in zone.parts[places[0] : places[-1] + 1] if id(p) in held or not OUTSIDE.search(p.title)]


def _has_levels(pieces: list[Piece]) -> bool:
    return any(p.mark is not None and not p.inline and p.role in {None, Role.PROBLEM} for p in pieces)


def _has_areas(pieces: list[Piece]) -> bool:
    return sum(1 for p in pieces if p.mark is not None and p.mark.kind is MarkKind.CHINESE_PAREN and not p.inline) > 0


def _states_problems(part: Part) -> bool:
    """Whether numbered lines of the part name problems and not steps of the work."""
    marked = [line.text for line in part.lines if leading_mark(line.text) is not None]
    faults = sum(1 for text in marked if "问题" in text[:40] or wording.states_fault(re.split(r"[。:]", text)[0]))
    return faults * 4 >= len(marked) > 0


def _by_titles(outline: Outline) -> list[ProblemPart]:
    for zone in outline.zones:
        titled = [p for p in zone.parts if p.heading is not None]
        containers = [
            p
            for p in titled
            if CONTAINER.search(p.title) and not OUTSIDE.search(p.title) and not _AREA.search(p.title) and p.lines
        ]
        containers = [p for p in containers if _states_problems(p)] or containers
        if len(containers) > 2:
            return [ProblemPart(containers, as_nodes=True)]
        if containers:
            return [ProblemPart([p], as_nodes=False) for p in containers]
        areas = [p for p in titled if not OUTSIDE.search(p.title) and p.lines]
        if areas and any(_AREA.search(p.title) or "问题" in p.title for p in areas):
            return [ProblemPart(areas, as_nodes=True)]
        flat = [p for p in zone.parts if p.heading is None and any(leading_mark(line.text) for line in p.lines)]
        if flat:
            return [ProblemPart(flat, as_nodes=False)]
    return []
