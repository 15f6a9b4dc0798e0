"""The schedule: phases, dated acts, and standing arrangements with their rhythm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai import deadline
from zhenggai.deadline.kinds import By, Window
from zhenggai.plan import wording
from zhenggai.plan.marks import MarkKind
from zhenggai.plan.model import Mechanism, Milestone, SchedulePhase, TimeLimit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from zhenggai.plan.lines import Line
    from zhenggai.plan.outline import Part
    from zhenggai.plan.pieces import Piece

SCHEDULE_TITLE = re.compile(
    r"时间(?:安排|步骤|进度|节点)|(?:工作|实施|方法|整改|推进|进度|阶段)(?:步骤|安排|进度)|步骤|进度|阶段(?:划分|安排)"
)
_PHASE = re.compile(r"^(?P<title>[^。:;(,]{2,30}?)\s*(?:\((?P<dates>[^()]{2,40})\)|[:。,]|$)")
_PHASE_WORD = re.compile(
    r"^[^\d]*(?:阶段|部署|动员|自查|整改|巩固|提升|总结|验收|回头看|建章立制|落实|整治|准备|研究|制定|公开|报告|销号|认领|攻坚)$"
)
_OPEN_END = re.compile(r"(?:以后|之后|起|以来|开始)$")
_CLAUSE_END = re.compile(r"[。;]")
_MECHANISM = re.compile(
    r"^(?P<verb>(?:持续|不断|进一步|建立|健全|完善|实行|落实|严格|执行|坚持|推行)*(?:健全|完善)?)(?P<name>[^。:;,]{2,20}?(?:制度|机制))\s*(?:[。:;,]|$)"
)
_DATES = r"(?P<dates>(?:\d{4}年)?\d{1,2}月\d{1,2}日\s*(?:至|到|-|~)+\s*(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日|底))"
_PROSE_PHASE = re.compile(_DATES + r"为(?P<title>[^,。;]{2,12}?阶段)")
_CONCENTRATED = re.compile(
    r"(?P<title>集中整改期)(?:限|间)?(?:为|是|:|[^。;\d]{0,4}(?:[三六36]个月|\d+个?[天日月])[^。;\d]{0,6})?\(?" + _DATES
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the schedule part holds."""

    phases: tuple[SchedulePhase, ...]
    milestones: tuple[Milestone, ...]


def read_schedule(parts: Sequence[tuple[Part, Sequence[Piece]]], context: deadline.Context) -> Schedule:
    """Read the parts whose titles speak of time, steps or phases."""
    phases: list[SchedulePhase] = []
    milestones: list[Milestone] = []
    for part, pieces in parts:
        if not SCHEDULE_TITLE.search(part.title):
            continue
        for group in _grouped(pieces):
            phase = _phase(group, context)
            if phase is not None:
                phases.append(phase)
            milestones += _milestones(group, context)
    if not phases:
        phases += [
            p
            for _, pieces in parts
            for piece in pieces
            for p in _phases_in_prose(piece.line, context)
            if piece.start == 0
        ]
    return Schedule(tuple(phases), tuple(milestones))


def _phases_in_prose(line: Line, context: deadline.Context) -> Iterator[SchedulePhase]:
    """Yield the phases that a sentence bounds: 5月7日至6月3日为部署阶段."""
    for match in _PROSE_PHASE.finditer(line.text):
        start, end = _bounds(match["dates"], context)
        title = line.raw[match.start("title") : match.end("title")]
        yield SchedulePhase(
            None, title, start, end, line.raw[match.start() : match.end()], (line.span(match.start(), match.end()),)
        )


def read_concentrated_period(lines: Iterable[Line], context: deadline.Context) -> SchedulePhase | None:
    """Return the 集中整改期 that the lead or the safeguards bound, as a phase without a number."""
    for line in lines:
        for match in _CONCENTRATED.finditer(line.text):
            start, end = _bounds(match["dates"], context)
            if start is not None and end is not None:
                span = line.span(match.start(), match.end())
                return SchedulePhase(
                    None,
                    line.raw[match.start("title") : match.end("title")],
                    start,
                    end,
                    line.raw[match.start() : match.end()],
                    (span,),
                )
    return None


def _grouped(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces of one phase each: from a number of the part's first kind to the next."""
    first = next((p.mark.kind for p in pieces if p.mark is not None), None)
    group: list[Piece] = []
    for piece in pieces:
        if piece.mark is not None and piece.mark.kind is first and group:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _phase(group: Sequence[Piece], context: deadline.Context) -> SchedulePhase | None:
    head = group[0]
    if head.mark is None and not re.search("阶段", head.text[:20]):
        return None
    whole = head.line.text[head.text_start :]
    match = _PHASE.match(whole)
    if match is None or not (_PHASE_WORD.match(match["title"]) or match["dates"]):
        return None
    start, end = _bounds(match["dates"] or "", context)
    same = [p for p in group if p.line is head.line]
    body = head.line.raw[head.text_start + match.end() : same[-1].end].lstrip("。:： ")
    body += "".join("\n" * (p.start == 0) + p.line.raw[p.start : p.end] for p in group if p.line is not head.line)
    title = head.line.raw[head.text_start : head.text_start + len(match["title"])]
    spans = (head.line.span(head.text_start, head.text_end), *(p.line.span(p.start, p.end) for p in group[1:]))
    return SchedulePhase(head.number, title, start, end, body, spans)


def _bounds(text: str, context: deadline.Context) -> tuple[dt.date | None, dt.date | None]:
    if not text:
        return None, None
    for part in deadline.read(text, context=context).parts:
        if isinstance(part, Window):
            return part.start, part.end
        if isinstance(part, By):
            return (part.date, None) if _OPEN_END.search(text) else (None, part.date)
    opened = _OPEN_END.sub("", text)
    parts = deadline.read(opened, context=context).parts if opened != text else ()
    return next(((p.date, None) for p in parts if isinstance(p, By)), (None, None))


def _milestones(group: Sequence[Piece], context: deadline.Context) -> Iterator[Milestone]:
    for piece in group:
        text, position = piece.line.text, piece.text_start
        for end in [*(m.end() for m in _CLAUSE_END.finditer(text, piece.text_start, piece.end)), piece.text_end]:
            found = _milestone(piece, position, end, context)
            if found is not None:
                yield found
            position = end


def _milestone(piece: Piece, start: int, end: int, context: deadline.Context) -> Milestone | None:
    """Return the dated act of a clause that begins with its date: 6月底前，召开…."""
    text = piece.line.text[start:end]
    comma = text.find(",")
    if comma < 0:
        comma = next((m.end() for m in re.finditer(r"(?:前|底|内)(?=[\u4e00-\u9fff])", text[:24])), -1)
        if comma < 0:
            return None
    before = text[:comma].strip()
    if (
        not re.search(r"\d|[一二三四五六七八九十]月|年底", before)
        or "阶段" in before
        or not wording.is_time_limit(before)
    ):
        return None
    first = start + text.index(before[0]) if before else start
    limit = piece.line.raw[first : start + comma]
    act_start = start + comma + (text[comma] == ",")
    act = piece.line.raw[act_start:end].strip(" 。；;")
    if not act:
        return None
    parts = deadline.read(limit, context=context).parts
    spans = (piece.line.span(first, end),)
    return Milestone(act, TimeLimit(limit, parts, (piece.line.span(first, start + comma),)), spans)


def read_mechanisms(parts: Sequence[tuple[Part, Sequence[Piece]]]) -> tuple[Mechanism, ...]:
    """Read the standing arrangements that the safeguards name: 一是碰头会制度。原则上每半月召开一次……."""
    found: list[Mechanism] = []
    for _, pieces in parts:
        for index, piece in enumerate(pieces):
            if piece.mark is None or piece.mark.kind is MarkKind.CHINESE:
                continue
            match = _MECHANISM.match(piece.text)
            if match is None or (match["verb"] and _lists_mechanisms(pieces, index)):
                continue
            name = piece.raw[match.start("name") : match.end("name")]
            body = piece.raw[match.end() :].strip()
            duties = deadline.recurrences(piece.text)
            if match["verb"] and not duties:
                continue
            found.append(
                Mechanism(name, duties, body or piece.raw, (piece.line.span(piece.text_start, piece.text_end),))
            )
    return tuple(found)


def _lists_mechanisms(pieces: Sequence[Piece], index: int) -> bool:
    kind = pieces[index].mark.kind if pieces[index].mark else None  # type: ignore[union-attr]
    for piece in pieces[index + 1 :]:
        if piece.mark is None:
            continue
        return piece.mark.kind is not kind
    return False
