"""The columns of the official ledger: what each shows of a row, and the heads by which a file that comes back names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhenggai.export.numbering import numbered
from zhenggai.text import compact
from zhenggai.web.ledger.drafting.standing import CLASS_WORDS, STATUS_WORDS, Kind, Row, Standing

if TYPE_CHECKING:
    from zhenggai.export.sheet import Kind as Room


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column. `level` is the kind of row that it tells of; an `optional` one is shown only where something stands in it."""

    key: str
    title: str
    level: Kind
    room: Room = "short"
    optional: bool = False
    heads: tuple[str, ...] = ()


_COLUMNS: Final = (
    LedgerColumn("number", "序号", "finding", "number"),
    LedgerColumn("reference", "编号", "measure", heads=("问题编号", "措施编号", "台账编号")),
    LedgerColumn("area", "聚焦方面", "area", heads=("方面", "反馈方面", "问题类别")),
    LedgerColumn(
        "item", "反馈问题", "item", "text", heads=("存在问题", "问题", "整改问题", "问题描述", "主要问题", "问题内容")
    ),
    LedgerColumn("finding", "具体问题", "finding", "text", heads=("具体表现", "问题表现", "具体事项")),
    LedgerColumn("objective", "整改目标", "response", "text", heads=("目标要求", "整改标准", "完成标准")),
    LedgerColumn("measure", "整改措施", "measure", "text", heads=("整改举措", "具体措施", "措施")),
    LedgerColumn("lead_leader", "牵头领导", "response", heads=("包抓领导", "包保领导", "牵头校领导")),
    LedgerColumn("responsible_leader", "责任领导", "response", heads=("分管领导", "责任校领导")),
    LedgerColumn("responsible_person", "责任人", "response", optional=True, heads=("具体责任人", "经办人", "联系人")),
    LedgerColumn(
        "responsible_department",
        "责任部门",
        "response",
        heads=("牵头部门", "牵头单位", "主责部门", "责任科室", "牵头责任部门", "责任单位"),
    ),
    LedgerColumn("cooperating_department", "配合部门", "response", heads=("协助部门", "配合单位", "配合科室", "协办")),
    LedgerColumn("verifying_department", "验收部门", "response", optional=True, heads=("验收单位", "验收科室")),
    LedgerColumn("supervising_department", "督办单位", "response", optional=True, heads=("督导部门", "监督部门")),
    LedgerColumn("rectification_class", "整改类型", "measure"),
    LedgerColumn("due_text", "完成时限", "measure", heads=("整改时限", "整改期限", "时间节点", "完成时间", "时限要求")),
    LedgerColumn(
        "done",
        "进展情况",
        "measure",
        "text",
        heads=("整改进展", "整改落实情况", "整改情况", "工作进展", "整改进展情况"),
    ),
    LedgerColumn("status", "完成状态", "measure", heads=("整改状态", "是否完成", "完成情况")),
    LedgerColumn("percent", "完成进度", "measure", heads=("进度", "完成比例", "完成率")),
    LedgerColumn("difficulty", "存在困难", "measure", heads=("存在的困难", "困难", "困难和问题")),
    LedgerColumn("next_step", "下一步措施", "measure", heads=("下一步", "下一步打算", "下步措施")),
    LedgerColumn("remark", "备注", "response", heads=("说明",)),
)
COLUMNS: Final = {column.key: column for column in _COLUMNS}
REPORTED: Final = ("done", "status", "percent", "difficulty", "next_step")
"""The columns that tell of progress; what is written there becomes a new report and changes no plan."""
_BY_HEAD: Final = {compact(head): column.key for column in _COLUMNS for head in (column.title, *column.heads)}
_KIND_OF_LETTER: Final = {"F": "area", "T": "item", "W": "finding", "C": "measure"}


def column_of(head: str) -> str | None:
    """Return the key of the column that has `head` above it, or None."""
    return _BY_HEAD.get(compact(head.partition("（")[0]))


def shown(standing: Standing, row: Row, key: str) -> str:
    """Return what the column `key` shows of `row`, which is of the column's level."""
    if key in REPORTED:
        report = standing.report(row)
        words: str = getattr(report, key)
        return {"status": STATUS_WORDS.get(words, ""), "percent": f"{words}%" if words else ""}.get(key, words)
    if key == "rectification_class":
        return CLASS_WORDS.get(row.fields.get(key, ""), "")
    if key in ("area", "item"):
        return numbered(row.fields["number"], row.fields["title"])
    if key in ("finding", "measure"):
        return numbered(row.fields["number"], row.fields["text"])
    return row.fields.get(key, "")


def stands_alone(item: Row | None, finding: Row | None) -> bool:
    """Say whether the item is its own only finding, so that one cell shows both."""
    return bool(
        item
        and finding
        and not finding.fields["number"]
        and compact(item.fields["title"]) == compact(finding.fields["text"])
    )


def kind_of(reference: str) -> str:
    """Return the kind of row that a reference names, by its letter; "" for none."""
    return _KIND_OF_LETTER.get(reference[:1], "") if reference[1:].isdigit() else ""
