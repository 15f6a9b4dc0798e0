"""整改台账: one row a measure; area, item and finding span the rows of what answers them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from zhenggai import text
from zhenggai.export.numbering import numbered
from zhenggai.export.sheet import Cell, Column, Report, Sheet, Subject, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenggai.plan.model import Area, Finding, Item, Measure, Plan, Progress, Response, Spans, Status

STATUS_WORDS: dict[Status, str] = {
    "completed": "已完成",
    "basically_done": "基本完成",
    "ongoing": "正在整改",
    "not_done": "未完成",
}
"""The word for each status where the document gives none."""

_TONES: dict[Status, Tone] = {"completed": "good", "basically_done": "fair", "ongoing": "open", "not_done": "bad"}

_COLUMNS = {
    "number": Column("序号", "number"),
    "area": Column("方面", heading=True),
    "item": Column("反馈问题", heading=True),
    "finding": Column("具体问题"),
    "cause": Column("原因分析", group="具体问题"),
    "objective": Column("整改目标", group="整改措施"),
    "measure": Column("整改措施"),
    "lead_leaders": Column("牵头领导", "short", group="责任分工"),
    "responsible_leaders": Column("责任领导", "short", group="责任分工"),
    "responsible_persons": Column("责任人", "short", group="责任分工"),
    "responsible_departments": Column("责任部门", "short", group="责任分工"),
    "cooperating_departments": Column("配合部门", "short", group="责任分工"),
    "verifying_departments": Column("验收部门", "short", group="责任分工"),
    "supervising_departments": Column("督办单位", "short", group="责任分工"),
    "time_limit": Column("完成时限", "short"),
    "progress": Column("整改进展"),
    "status": Column("完成状态", "short"),
    "remark": Column("备注", "short", group="责任分工"),
}
_OPTIONAL = frozenset(
    {"cause", "objective", "responsible_persons", "verifying_departments", "supervising_departments", "remark"}
)
"""The columns that the official ledger has only where the document fills them."""

_BLANK = "　" * 10
_PARTIES = tuple(key for key, column in _COLUMNS.items() if column.group == "责任分工" and key != "remark")


@dataclass(frozen=True, slots=True)
class _Problem:
    """What one line of the problem side shows: a finding, or an item or area without one."""

    area: Area | None = None
    item: Item | None = None
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class _Band:
    """One problem and what answers it, or several in a row that share one response."""

    problems: tuple[_Problem, ...]
    responses: tuple[Response, ...]

    @property
    def height(self) -> int:
        """The number of rows: one a measure; a shared response is one cell beside its problems."""
        return len(self.problems) if self.shared else max(1, sum(max(1, len(r.measures)) for r in self.responses))

    @property
    def shared(self) -> bool:
        """Whether several problems share the response: beside its measures row by row they would seem to have one each."""
        return len(self.problems) > 1


class _Grid:
    """Columns that are filled from the top, cell by cell."""

    def __init__(self) -> None:
        self.strips: dict[str, list[Cell | None]] = {key: [] for key in _COLUMNS}

    def put(self, key: str, cell: Cell) -> None:
        """Add `cell` below what the column has."""
        strip = self.strips[key]
        strip.append(cell)
        strip.extend([None] * (cell.rows - 1))

    def skip(self, key: str, rows: int) -> None:
        """Leave `rows` of the column to a cell on the left."""
        self.strips[key].extend([None] * rows)

    def sheet_columns(self) -> tuple[tuple[Column, ...], tuple[tuple[Cell | None, ...], ...]]:
        """Return the columns that are shown, and the rows."""
        shown = [
            key
            for key, strip in self.strips.items()
            if key not in _OPTIONAL or any(cell and cell.text for cell in strip)
        ]
        return tuple(_COLUMNS[key] for key in shown), tuple(zip(*(self.strips[key] for key in shown), strict=True))


def make(subject: Subject) -> Sheet:
    """Return the ledger of a plan: every area, item, finding, measure, field and entry of progress stands in it."""
    plan = subject.plan
    grid = _Grid()
    heights: list[tuple[_Problem, int]] = []
    seen: dict[str, int] = {}
    for band in _bands(plan):
        shares = [1] * band.height if band.shared else [band.height]
        heights.extend(zip(band.problems, shares, strict=True))
        _put_responses(grid, band, seen, first=len(heights) - len(band.problems) + 1)
    _put_problems(grid, heights)
    columns, rows = grid.sheet_columns()
    return Sheet(
        name="整改台账",
        title=_title(plan),
        columns=columns,
        rows=rows,
        notes=_notes(plan),
        form_head=(f"填报单位：{plan.issuer or _BLANK}　　　　填报日期：　　　　年　　月　　日",),
        form_foot=("填表人：　　　　　　　　审核人：　　　　　　　　单位负责人（签字）：　　　　　　　　（盖章）",),
        empty="（文件中没有读出问题）",
    )


def _bands(plan: Plan) -> list[_Band]:
    answers: dict[str, list[Response]] = {}
    for response in plan.responses:
        for finding in response.findings:
            answers.setdefault(finding, []).append(response)
    lines = [
        (problem, tuple(answers.get(problem.finding.id, ())) if problem.finding else ()) for problem in _problems(plan)
    ]
    bands: list[_Band] = []
    for ids, run in groupby(lines, key=lambda line: [response.id for response in line[1]]):
        members = list(run)
        if len(ids) == 1:
            bands.append(_Band(tuple(problem for problem, _ in members), members[0][1]))
        else:
            bands.extend(_Band((problem,), responses) for problem, responses in members)
    known = {finding.id for finding in plan.findings}
    bands.extend(_Band((_Problem(),), (r,)) for r in plan.responses if known.isdisjoint(r.findings))
    return bands


def _problems(plan: Plan) -> list[_Problem]:
    """Return the findings, and the items and areas that have none, in the order of the document."""
    areas = {area.id: area for area in plan.areas}
    items = {item.id: item for item in plan.items}
    problems = []
    for finding in plan.findings:
        item = items.get(finding.item or "")
        area = areas.get(finding.area or (item.area if item else None) or "")
        problems.append((finding.spans, _Problem(area, item, finding)))
    filled = {problem.item.id for _, problem in problems if problem.item}
    problems += [(i.spans, _Problem(areas.get(i.area or ""), i)) for i in plan.items if i.id not in filled]
    filled = {problem.area.id for _, problem in problems if problem.area}
    problems += [(area.spans, _Problem(area)) for area in plan.areas if area.id not in filled]
    if all(spans for spans, _ in problems):
        problems.sort(key=lambda entry: _place(entry[0]))
    return [problem for _, problem in problems]


def _place(spans: Spans) -> tuple[int, int]:
    return min((span.block, span.start) for span in spans)


def _put_problems(grid: _Grid, heights: Sequence[tuple[_Problem, int]]) -> None:
    for n, (problem, rows) in enumerate(heights, start=1):
        finding = problem.finding
        grid.put("number", Cell(str(n), rows))
        grid.put("cause", Cell((finding.cause or "") if finding else "", rows))
        if not _stands_alone(problem):
            grid.put("finding", Cell(numbered(finding.number, finding.text) if finding else "", rows))
        else:
            grid.skip("finding", rows)
    for area, run in groupby(heights, key=lambda entry: entry[0].area):
        grid.put("area", Cell(numbered(area.number, area.title) if area else "", sum(rows for _, rows in run)))
    for (item, alone), run in groupby(heights, key=lambda entry: (entry[0].item, _stands_alone(entry[0]))):
        words = numbered(item.number, item.title) if item else ""
        grid.put("item", Cell(words, sum(rows for _, rows in run), columns=2 if alone else 1))


def _stands_alone(problem: _Problem) -> bool:
    """Say whether the item is its own only finding, so that one cell shows both."""
    item, finding = problem.item, problem.finding
    return bool(item and finding and finding.number is None and text.compact(item.title) == text.compact(finding.text))


def _put_responses(grid: _Grid, band: _Band, seen: dict[str, int], first: int) -> None:
    for response in band.responses:
        shares = [band.height] if band.shared else [1] * max(1, len(response.measures))
        _put_response(grid, response, shares, seen.setdefault(response.id, first), first)
    if not band.responses:
        for key in _COLUMNS:
            if key not in ("number", "area", "item", "finding", "cause"):
                grid.put(key, Cell(rows=band.height))


def _put_response(grid: _Grid, response: Response, shares: Sequence[int], shown_at: int, first: int) -> None:
    rows = sum(shares)
    _put_parts(grid, "measure", [numbered(measure.number, measure.text) for measure in response.measures], shares)
    _put_time_limits(grid, response, shares)
    _put_progress(grid, response, shares)
    for key in _PARTIES:
        grid.put(key, Cell("、".join(getattr(response, key)), rows))
    grid.put("objective", Cell(response.objective or "", rows))
    words = response.status_text or (STATUS_WORDS[response.status] if response.status else "")
    grid.put("status", Cell(words, rows, tone=_TONES[response.status] if response.status else None))
    remarks = _further_labels(response)
    if shown_at != first:
        remarks.append(f"整改措施同序号{shown_at}")
    grid.put("remark", Cell("\n".join(remarks), rows))


def _put_parts(grid: _Grid, key: str, parts: Sequence[str], shares: Sequence[int]) -> None:
    """Put one part beside each share of the rows, or all in one cell where there are not as many shares."""
    if len(parts) == len(shares):
        for words, share in zip(parts, shares, strict=True):
            grid.put(key, Cell(words, share))
    else:
        grid.put(key, Cell("\n".join(parts), sum(shares)))


def _put_time_limits(grid: _Grid, response: Response, shares: Sequence[int]) -> None:
    common = response.time_limit.text if response.time_limit else ""
    limits = [_own_limit(measure, common) for measure in response.measures] or [common]
    if len(limits) != len(shares):
        grid.put("time_limit", Cell("\n".join(dict.fromkeys(filter(None, limits))), sum(shares)))
        return
    for words, run in groupby(zip(limits, shares, strict=True), key=lambda entry: entry[0]):
        grid.put("time_limit", Cell(words, sum(share for _, share in run)))


def _own_limit(measure: Measure, common: str) -> str:
    """Return the limit that holds for `measure`: one in its own field, else the common one, else one in its own words."""
    if measure.time_limit is None:
        return common
    words = measure.time_limit.text
    return common if common and text.compact(words) in text.compact(measure.text) else words


def _put_progress(grid: _Grid, response: Response, shares: Sequence[int]) -> None:
    entries = [numbered(entry.number, entry.text) for entry in response.progress]
    if not _one_each(response):
        entries = ["\n".join(entries)]
        shares = [sum(shares)]
    _put_parts(grid, "progress", entries, shares)


def _one_each(response: Response) -> bool:
    """Say whether each entry of progress stood beside its measure, as in the rows of a table."""
    entries: list[Progress] = list(response.progress)
    if not entries or len(entries) != len(response.measures):
        return False
    pairs = zip(response.measures, entries, strict=True)
    spans = [part.spans for pair in pairs for part in pair]
    blocks = [_place(s)[0] for s in spans if s]
    return len(blocks) == len(spans) and all(a < b for a, b in pairwise(blocks))


def _further_labels(response: Response) -> list[str]:
    """Return the labelled words that no column shows: 验收人, 整改类型."""
    limits = [limit.text for limit in (response.time_limit, *(m.time_limit for m in response.measures)) if limit]
    shown = [name for key in _PARTIES for name in getattr(response, key)]
    shown += [*limits, response.objective or "", response.status_text or ""]
    shown += ["".join(m.text for m in response.measures), "".join(entry.text for entry in response.progress)]
    known = {text.compact(words) for words in shown}
    return [f"{label}：{words}" for label, words in response.labels.items() if not _is_known(words, known)]


def _is_known(words: str, known: set[str]) -> bool:
    return text.compact(words) in known or all(
        text.compact(part) in known for part in re.split(r"[、，,；;/\s]", words) if text.compact(part)
    )


def _title(plan: Plan) -> str:
    title = plan.title or ""
    if re.search(r"(台账|台帐|清单|一览表)(（[^（）]*）)?$", title):
        return title
    ledger = re.sub(r"(整改)(?:落实|工作|任务|的|实施){0,4}方案((?:（[^（）]*）)?)$", r"\1台账\2", title)
    return ledger if ledger != title else f"{plan.issuer or ''}整改台账"


def _notes(plan: Plan) -> tuple[str, ...]:
    counts = [
        f"{count}{words}"
        for count, words in (
            (len(plan.areas), "个方面"),
            (len(plan.items), "条反馈问题"),
            (len(plan.findings), "个具体问题"),
            (sum(len(response.measures) for response in plan.responses), "项整改措施"),
        )
        if count
    ]
    facts = [f"依据：《{plan.title}》" if plan.title and plan.title != _title(plan) else f"来源：{plan.source.name}"]
    if plan.document_number:
        facts.append(plan.document_number)
    if plan.feedback_date:
        facts.append(f"反馈日期：{_date(plan.feedback_date)}")
    facts.append("共" + "、".join(counts) if counts else "没有读出问题")
    return ("　".join(facts),)


def _date(day: object) -> str:
    year, month, date = str(day).split("-")
    return f"{int(year)}年{int(month)}月{int(date)}日"


REPORT = Report("ledger", "整改台账", make, followed_by=("doubts",))
