"""STANDING → SHEET: the official ledger with stable references, so that the filled-in sheet can come back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from zhenggai.export.sheet import Cell, Column, Sheet, Tone
from zhenggai.web.ledger.drafting.columns import COLUMNS, REPORTED, shown, stands_alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhenggai.web.ledger.drafting.standing import Report, Row, Standing

_TONES: dict[str, Tone] = {"completed": "good", "basically_done": "fair", "ongoing": "open", "not_done": "bad"}
_LABELS = (
    ("code", "台账编号"),
    ("plan", "方案版本"),
    ("export", "导出号"),
    ("sheet", "填报表号"),
    ("cycle", "填报周期"),
    ("department", "填报部门"),
)
_ADVICE = (
    ("编号", "系统对照用，请勿改动。新增措施另起一行，编号留空。"),
    ("整改措施", "不再实施的措施请保留原行，在备注中说明；删去的行不会自动撤销，导入时会逐项询问。"),
    ("牵头领导、责任领导、责任部门、配合部门", "多个名称用“、”隔开，名称与机构人员中的一致。"),
    ("完成时限", "如“2025年6月30日前”“2025年6月底前”“长期坚持”。"),
    ("完成状态", "填“已完成”“基本完成”“正在整改”“未完成”之一。"),
    ("完成进度", "填0%至100%。"),
    ("进展情况、存在困难、下一步措施", "填写后作为一次新的进展保存，不改动以前的记录。"),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands around the table. `facts` are code, plan version and export number, by which the file is known again."""

    title: str
    unit: str
    code: str
    plan: int
    export: str
    exported: str
    extract: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of the sheet. `same_as` is the finding beside which the measures of a shared response stand."""

    area: Row | None = None
    item: Row | None = None
    finding: Row | None = None
    response: Row | None = None
    measure: Row | None = None
    same_as: str = ""

    @property
    def problem(self) -> Row | None:
        return self.finding or self.item or self.area

    @property
    def reference(self) -> str:
        return "/".join(row.reference for row in (self.problem, self.measure) if row)


def ledger_sheets(standing: Standing, heading: Heading) -> tuple[Sheet, ...]:
    """Return the ledger and a page that says how to fill it in."""
    lines = list(_lines(standing))
    keys = [key for key, column in COLUMNS.items() if not column.optional or _filled(standing, key)]
    strips = [_strip(standing, lines, key) for key in keys]
    ledger = Sheet(
        name="整改台账",
        title=heading.title,
        columns=tuple(Column(COLUMNS[key].title, COLUMNS[key].room) for key in keys),
        rows=tuple(zip(*strips, strict=True)),
        notes=(_identity(heading), _counts(standing) + heading.extract),
        form_head=(f"填报单位：{heading.unit}　　　　填报日期：　　　　年　　月　　日",),
        form_foot=("填表人：　　　　　　　　审核人：　　　　　　　　单位负责人（签字）：　　　　　　　　（盖章）",),
        empty="（没有符合条件的问题）",
    )
    return ledger, advice_sheet(_ADVICE)


def advice_sheet(entries: Iterable[tuple[str, str]]) -> Sheet:
    """Return the sheet that says how each column is filled in: the column, and what is asked for."""
    return Sheet(
        name="填写说明",
        title="填写说明",
        columns=(Column("栏目", "short"), Column("填写要求")),
        rows=tuple((Cell(title), Cell(words)) for title, words in entries),
    )


def _identity(heading: Heading) -> str:
    return f"台账编号：{heading.code}　方案版本：第{heading.plan}版　导出号：{heading.export}　导出时间：{heading.exported}"


def identity_of(texts: Iterable[str]) -> dict[str, str]:
    """Return what the lines above a table say of where it comes from: code, plan and export; nothing for a strange file."""
    found: dict[str, str] = {}
    for text in texts:
        for key, label in _LABELS:
            match = re.search(rf"{label}：\s*([^　\n]+)", text)
            if match and key not in found:
                found[key] = match[1].strip()
    return found


def _counts(standing: Standing) -> str:
    words = (("area", "个方面"), ("item", "条反馈问题"), ("finding", "个具体问题"), ("measure", "项整改措施"))
    counts = [f"{n}{word}" for kind, word in words if (n := len(standing.of(kind)))]  # type: ignore[arg-type]
    return "共" + "、".join(counts) if counts else "没有问题"


def _filled(standing: Standing, key: str) -> bool:
    return any(row.fields.get(key) for row in standing.of("response"))


def _lines(standing: Standing) -> Iterable[_Line]:
    rows, below = standing.rows, standing.below()
    first_shown: dict[str, str] = {}
    for problem in _problems(standing):
        parent = rows.get(problem.parents[0]) if problem.parents else None
        item = problem if problem.kind == "item" else parent if parent and parent.kind == "item" else None
        owner = item or problem
        area = problem if problem.kind == "area" else rows.get(owner.parents[0]) if owner.parents else None
        finding = problem if problem.kind == "finding" else None
        responses = [row for row in below.get(problem.reference, ()) if row.kind == "response"] if finding else []
        if not responses:
            yield _Line(area, item, finding)
        for response in responses:
            same_as = first_shown.setdefault(response.reference, problem.reference)
            measures = below.get(response.reference, ()) if same_as == problem.reference else ()
            for measure in measures:
                yield _Line(area, item, finding, response, measure)
            if not measures:
                other = "" if same_as == problem.reference else same_as
                yield _Line(area, item, finding, response, None, other)


def _problems(standing: Standing) -> list[Row]:
    """Return the findings, and the items and areas that have none, area by area and item by item."""
    places = {reference: n for n, reference in enumerate(standing.rows)}
    parents = {parent for row in standing.rows.values() if row.kind in ("item", "finding") for parent in row.parents}
    alone = [row for row in (*standing.of("area"), *standing.of("item")) if row.reference not in parents]

    def path(row: Row) -> list[int]:
        above = path(standing.rows[row.parents[0]]) if row.parents and row.parents[0] in standing.rows else []
        return [*above, places[row.reference]]

    return sorted([*alone, *standing.of("finding")], key=path)


def _strip(standing: Standing, lines: Sequence[_Line], key: str) -> list[Cell | None]:
    """Return one column. Neighbours that tell of the same row, or of the same limit, are one cell."""
    if key == "number":
        return _numbers(lines)
    if key == "reference":
        return [Cell(line.reference) for line in lines]
    strip: list[Cell | None] = []
    for (cell, columns), run in groupby(lines, key=lambda line: _identified(standing, line, key)):
        height = len(list(run))
        if columns:
            strip.append(Cell(cell[1], height, columns, _tone(standing, cell[0], key)))
            strip.extend([None] * (height - 1))
        else:
            strip.extend([None] * height)
    return strip


def _numbers(lines: Sequence[_Line]) -> list[Cell | None]:
    strip: list[Cell | None] = []
    for n, (_, run) in enumerate(groupby(lines, key=lambda line: line.problem), start=1):
        height = len(list(run))
        strip.extend([Cell(str(n), height), *[None] * (height - 1)])
    return strip


def _identified(standing: Standing, line: _Line, key: str) -> tuple[tuple[str, str], int]:
    """Return what makes a cell of the line one with the next, its words, and the columns that it takes."""
    if key == "finding" and stands_alone(line.item, line.finding):
        return (line.reference, ""), 0
    row = getattr(line, COLUMNS[key].level)
    columns = 2 if key == "item" and stands_alone(line.item, line.finding) else 1
    if key == "remark" and line.same_as:
        return (line.reference, f"整改措施同{line.same_as}"), 1
    if row is None or (line.same_as and COLUMNS[key].level == "response"):
        return (line.reference, ""), columns
    words = shown(standing, row, key)
    if key == "due_text" and line.response:
        return (line.response.reference, words), columns
    if key in REPORTED and line.response and _is_shared(standing, row, key):
        return (line.response.reference, words), columns
    owner = f"{row.reference}+{line.finding.reference}" if row.kind == "response" and line.finding else row.reference
    return (owner, words), columns


def _is_shared(standing: Standing, measure: Row, key: str) -> bool:
    """Say whether what is shown beside `measure` was reported on the whole block."""
    own, shared = (standing.reports.get(reference) for reference in (measure.reference, *measure.parents[:1]))
    return key not in ("status", "percent") and _says_something(shared) and not _says_something(own)


def _says_something(report: Report | None) -> bool:
    return report is not None and bool(report.done or report.difficulty or report.next_step)


def _tone(standing: Standing, reference: str, key: str) -> Tone | None:
    row = standing.rows.get(reference)
    return _TONES.get(standing.report(row).status) if key == "status" and row and row.kind == "measure" else None
