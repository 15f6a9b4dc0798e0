"""The schedule: phases, dated acts, and standing arrangements with their rhythm."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai import deadline
from zhenggai.deadline.kinds import By, Window, Within
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
_PHASE = re.compile(
    r"^(?P<title>(?:第[一二三四五六]阶段\s*[:、]\s*(?=[^\d。:;(,]{2,24}\())?[^。:;(,]{2,30}?)\s*(?:\((?P<dates>[^()]{2,40})\)|(?P<edge>[:。,])|$)"
)
_BEHIND_TITLE = re.compile(r"\s*(?P<dates>[^。;,:()]{4,40}?)\s*(?:[。;,]|$)")
_PHASE_WORD = re.compile(
    r"^[^\d]*(?:阶段|部署|动员|自查|整改|巩固|提升|总结|验收|回头看|建章立制|落实|整治|准备|研究|制定|公开|报告|销号|认领|攻坚)$"
)
_OPEN_END = re.compile(r"(?:以后|之后|起|以来|开始)$")
_CLAUSE_END = re.compile(r"[。;]")
_DATED = re.compile("[日月年季旬周]")
_LIMIT_END = re.compile(
    r"(?:之前|以前|前|底|末|内(?![部容外])|日(?=召开|举行|开展|组织|报送|上报|印发))(?![前之以内])(?=[\u4e00-\u9fff])"
)
_MECHANISM = re.compile(
    r"^(?P<verb>(?:持续|不断|进一步|建立|健全|完善|实行|落实|严格|执行|坚持|推行)*+)(?P<name>[^。:;,]{2,20}?(?:制度|机制))\s*(?:[。:;,]|$|(?=每|原则上每|按[月季周]))"
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
    if match is None:
        return None
    dates, end_of_head = _phase_dates(whole, match)
    if not (_PHASE_WORD.match(match["title"]) or dates):
        return None
    start, end = _bounds(dates, context)
    same = [p for p in group if p.line is head.line]
    body = head.line.raw[head.text_start + end_of_head : same[-1].end].lstrip("。:： ")
    body += "".join("\n" * (p.start == 0) + p.line.raw[p.start : p.end] for p in group if p.line is not head.line)
    title = head.line.raw[head.text_start : head.text_start + len(match["title"])]
    spans = (head.line.span(head.text_start, head.text_end), *(p.line.span(p.start, p.end) for p in group[1:]))
    return SchedulePhase(head.number, title, start, end, body, spans)


def _phase_dates(whole: str, match: re.Match[str]) -> tuple[str, int]:
    """Return the dates of a phase, in a bracket or behind its colon, and where they end."""
    if match["dates"]:
        return match["dates"], match.end()
    behind = _BEHIND_TITLE.match(whole, match.end()) if match["edge"] in {":", ","} else None
    if behind is not None and "阶段" in match["title"] and wording.is_time_limit(behind["dates"]):
        return behind["dates"], behind.end()
    return "", match.end()


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
    head = (group[0].line, group[0].text_start)
    for index, piece in enumerate(group):
        clauses = [] if piece.bracketed else _clauses(piece)
        for start, end in clauses:
            found = _milestone(piece, start, end, context)
            if found is None and (start, end) == clauses[-1] and (piece.line, start) != head:
                found = _act_before_bracket(group, index, start, context)
            if found is not None:
                yield found


def _clauses(piece: Piece) -> list[tuple[int, int]]:
    """Return where the clauses of a piece begin and end."""
    text, end = piece.line.text, piece.text_end
    ends = [*(m.end() for m in _CLAUSE_END.finditer(text, piece.text_start, end)), end]
    return [(a, b) for a, b in itertools.pairwise([piece.text_start, *ends]) if text[a:b].strip()]


def _milestone(piece: Piece, start: int, end: int, context: deadline.Context) -> Milestone | None:
    """Return the dated act of a clause that begins with its date: 6月底前，召开…, 6月底前召开…."""
    text = piece.line.text[start:end]
    if not _DATED.search(text, 0, 24):
        return None
    for cut in (text.find(","), *(m.end() for m in _LIMIT_END.finditer(text[:24]))):
        before = text[:cut].strip() if cut > 0 else ""
        if not _is_dated(before):
            continue
        first = start + text.index(before[0])
        act_start = start + cut + (text[cut] == ",")
        return _dated_act(piece, (act_start, end), (piece, first, start + cut), context)
    return None


def _is_dated(words: str) -> bool:
    """Whether the words are a limit with a day, no rhythm and no name of a phase."""
    return (
        _DATED.search(words) is not None and "每" not in words and "阶段" not in words and wording.is_time_limit(words)
    )


def _act_before_bracket(group: Sequence[Piece], index: int, start: int, context: deadline.Context) -> Milestone | None:
    """Return the act whose date stands behind it in a bracket: 召开推进会（4月底前）."""
    piece = group[index]
    bracket = group[index + 1] if index + 1 < len(group) else None
    if bracket is None or not bracket.bracketed or bracket.line is not piece.line or not _is_dated(bracket.text):
        return None
    return _dated_act(piece, (start, piece.text_end), (bracket, bracket.text_start, bracket.text_end), context)


def _dated_act(
    piece: Piece, act_at: tuple[int, int], limit_at: tuple[Piece, int, int], context: deadline.Context
) -> Milestone | None:
    act = piece.line.raw[act_at[0] : act_at[1]].strip(" 。；;，")
    holder, start, end = limit_at
    limit = holder.line.raw[start:end]
    parts = deadline.read(limit, context=context).parts
    if not act or not all(isinstance(part, By | Window | Within) for part in parts):
        return None
    span = piece.line.span(min(start, act_at[0]), max(end, act_at[1]))
    return Milestone(act, TimeLimit(limit, parts, (holder.line.span(start, end),)), (span,))


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
            duties = deadline.recurrences(body) or deadline.recurrences(name)
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
