"""离线填报表: the reports that a cycle asks of a department as a sheet, and what stands in it when it comes back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from zhenggai.export.sheet import Cell, Column, Filling, Sheet
from zhenggai.web.ledger.drafting.cells import Puzzle, read_cell
from zhenggai.web.ledger.drafting.columns import column_of
from zhenggai.web.ledger.drafting.filled_sheet import find_sheet
from zhenggai.web.ledger.drafting.ledger_sheet import advice_sheet
from zhenggai.web.ledger.drafting.standing import STATUS_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhenggai.web.ledger.drafting.filled_sheet import SheetRow

Standing = Literal["new", "changed", "same", "empty", "taken", "gone", "unknown", "wrong"]
STANDINGS: Mapping[Standing, str] = {
    "new": "新填报",
    "changed": "系统中已另有填报",
    "same": "与系统中相同",
    "empty": "没有填写",
    "taken": "已采纳",
    "gone": "不用再填报",
    "unknown": "编号不对",
    "wrong": "填写有误",
}
TAKEABLE = frozenset({"new", "changed"})
"""What can be confirmed."""
_FIELDS = ("status", "percent", "done", "difficulty", "next_step")
_NAMES = {
    "status": "完成状态",
    "percent": "完成进度",
    "done": "本期工作进展",
    "difficulty": "存在困难",
    "next_step": "下一步措施",
}
_KEY_HEAD = "行标识"
_ADVICE = (
    ("可以填写的栏", "黄色底的各栏：本期工作进展、完成状态、完成进度、存在困难、下一步措施。其余各栏和表头请勿改动。"),
    ("本期工作进展", "写明本期做了哪些工作。没有填写的行不会导入，可以留到下次。"),
    ("完成状态", "从列表中选：已完成、基本完成、正在整改、未完成。"),
    ("完成进度", "填0到100之间的整数；状态为“已完成”的填100。"),
    ("限知事项", "不在本表中，请在系统中填报。"),
    ("交回", "保存后交整改办，或者在系统“填报”页面的“离线填报表”中上传。可以用WPS或Excel填写。"),
)


@dataclass(frozen=True, slots=True)
class SheetHead:
    """What stands above the table; `number` is by what the file is known again."""

    title: str
    unit: str
    department: str
    cycle: str
    cut_off: str
    number: str


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row that came back. `values` are codes and words by field; `faults` what is wrong with them, by field."""

    reference: str
    row: int
    values: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    stray: bool = False
    """Its reference is not the one that its hidden `key` was made for, or an earlier row has it already."""


@dataclass(frozen=True, slots=True)
class FilledReport:
    """A sheet that came back: what its head says, and its rows."""

    identity: Mapping[str, str]
    rows: tuple[FilledRow, ...]


def reporting_sheets(head: SheetHead, rows: Mapping[str, Mapping[str, Any]]) -> tuple[Sheet, ...]:
    """Return the sheet of a department with `rows` by reference, and a page that says how to fill it in."""
    columns = (
        Column("编号", "short"),
        Column("整改措施"),
        Column("完成时限", "short"),
        Column("上次填报"),
        Column("本期工作进展", filling=Filling()),
        Column("完成状态", "short", filling=Filling(choices=tuple(STATUS_WORDS.values()))),
        Column("完成进度（%）", "number", filling=Filling(most=100)),
        Column("存在困难", filling=Filling()),
        Column("下一步措施", filling=Filling()),
        Column(_KEY_HEAD, "number", hidden=True),
    )
    table = Sheet(
        name="填报表",
        title=head.title,
        columns=columns,
        rows=tuple(_row(head.number, reference, row) for reference, row in rows.items()),
        notes=(
            f"填报表号：{head.number}　填报周期：{head.cycle}　填报部门：{head.department}",
            f"填报单位：{head.unit}　截止日：{head.cut_off}　共{len(rows)}项　黄色底的各栏填写，其余请勿改动",
        ),
        empty="（本期没有需要填报的措施）",
    )
    return table, advice_sheet(_ADVICE)


def _row(number: str, reference: str, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        Cell(reference),
        Cell(str(row["text"])),
        Cell(str(row["due"])),
        Cell(str(row["last"])),
        Cell(""),
        Cell(STATUS_WORDS.get(str(row["status"]), "")),
        Cell(str(row["percent"])),
        Cell(""),
        Cell(""),
        Cell(row_key(number, reference)),
    )


def row_key(number: str, reference: str) -> str:
    """Return what stands hidden in the row of a measure, so that a changed reference is seen."""
    return "k" + hashlib.sha256(f"{number}/{reference}".encode()).hexdigest()[:12]


def read_filled(blocks: Sequence[Mapping[str, Any]]) -> FilledReport | None:
    """Return what stands in a sheet that came back; None for a file that is no such sheet."""
    sheet = find_sheet(blocks, _column_of)
    if sheet is None or "sheet" not in sheet.identity or "done" not in sheet.columns:
        return None
    number = sheet.identity["sheet"]
    found: dict[str, FilledRow] = {}
    for row in sheet.rows:
        filled = _filled(number, row)
        if filled.reference in found:  # a copied row: either could be the one that is meant, so none is dropped
            filled = replace(filled, reference=_stray_reference(filled.reference, row.number), stray=True)
        found[filled.reference] = filled
    return FilledReport(sheet.identity, tuple(found.values()))


def _column_of(head: str) -> str | None:
    if head.strip() == _KEY_HEAD:
        return "key"
    if head.strip() == _NAMES["done"]:
        return "done"
    return column_of(head)


def _filled(number: str, row: SheetRow) -> FilledRow:
    reference = row.references[-1] if row.references else row.text("reference").strip()
    values: dict[str, str] = {}
    faults: dict[str, str] = {}
    for name in _FIELDS:
        words = row.text(name)
        read = read_cell(name, words, None)  # type: ignore[arg-type]  # only time limits ask for their context
        if isinstance(read, Puzzle):
            values[name] = words
            faults[name] = f"“{_NAMES[name]}”填的是“{words[:30]}”，{read.message}。"
        else:
            values[name] = read.words
    key = row.text("key")
    stray = key != row_key(number, reference)
    if stray:  # so that it hides no row whose reference it has taken
        reference = _stray_reference(row.text("reference"), row.number)
    return FilledRow(reference, row.number, values, faults, key, stray)


def _stray_reference(reference: str, row: int) -> str:
    return f"{reference}（第{row}行）"


@dataclass(frozen=True, slots=True)
class Now:
    """How a measure stands in the system: its figures, the words of the last report, and that report's id; `gone` says why it is over."""

    percent: int
    status: str
    latest: int | None
    said: Mapping[str, str]
    gone: str = ""


def standing_of_row(
    row: FilledRow, sent: Mapping[str, Any] | None, now: Now | None, *, taken: bool = False
) -> Standing:
    """Return what is to be thought of a row, given what it was filled from and how the measure stands now."""
    if taken:
        return "taken"
    if row.stray or sent is None or now is None:
        return "unknown"
    if _is_empty(row, sent):
        return "empty"
    if now.said and all(row.values[name] == now.said.get(name, "") for name in _FIELDS):
        return "same"
    if now.gone or row.faults:
        return "gone" if now.gone else "wrong"
    as_sent = (now.latest, now.percent, now.status) == (sent["latest"], sent["percent"], sent["status"])
    return "new" if as_sent else "changed"


def _is_empty(row: FilledRow, sent: Mapping[str, Any]) -> bool:
    if row.faults or any(row.values[name] for name in ("done", "difficulty", "next_step")):
        return False
    return row.values["percent"] in ("", str(sent["percent"])) and row.values["status"] in ("", sent["status"])
