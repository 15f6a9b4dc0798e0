"""The doubts that the reader may have, each with a code, a title and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.plan.model import Doubt

if TYPE_CHECKING:
    from zhenggai.plan.model import Spans


@dataclass(frozen=True, slots=True)
class DoubtKind:
    """One kind of doubt. `message` is filled with the particulars by `raise_doubt`."""

    code: str
    title: str
    message: str
    advice: str


_KINDS = (
    DoubtKind("no_problem_part", "没有找到问题部分", "文件中没有找到反馈问题和整改措施。", "请确认文件是否为整改方案、情况报告或台账；如是，请在导入页手工指定问题所在段落。"),
    DoubtKind("unassigned_text", "有文字未归入台账", "“{text}”没有归入任何栏目。", "请指定它属于哪个问题、哪一栏，或者确认它不属于台账。"),
    DoubtKind("number_gap", "编号不连续", "“{mark}”前面应为第{expected}项，编号不连续。", "请核对原文是否漏了一项，或者编号写错。"),
    DoubtKind("finding_without_measure", "问题没有对应措施", "“{text}”没有找到对应的整改措施。", "请补充整改措施，或者确认它与相邻问题共用措施。"),
    DoubtKind("measures_shared", "几个问题共用措施", "{marks}等{count}个问题之后只有一组措施，按共用处理。", "请确认这些问题是否共用同一组措施。"),
    DoubtKind("time_limit_unread", "时限没有读懂", "时限“{text}”没有读懂，已按原文保留。", "请改写为“2024年3月底前”“立行立改”一类的写法，或者手工填写日期。"),
    DoubtKind("time_limit_placeholder", "时限尚未填写", "时限“{text}”还是占位符。", "请在定稿时填写具体时限。"),
    DoubtKind("name_placeholder", "责任主体尚未填写", "“{label}”还是占位符“{text}”。", "请在定稿时填写具体的人员或部门。"),
    DoubtKind("year_assumed", "年份由上下文推定", "“{text}”没有写年份，按{year}年理解。", "请核对年份。"),
    DoubtKind("reference_date_missing", "没有可以推定年份的日期", "“{text}”没有写年份，文件中也没有可以参照的日期。", "请用 --as-of 指定参照日期，或者补写年份。"),
    DoubtKind("total_differs", "总数与文件自述不符", "文件自述{stated}，实际读出{found}。", "请核对是否漏读、多读，或者文件自述的数字有误。"),
    DoubtKind("attachment_missing", "附件正文不在文件中", "文件列有附件“{title}”，但没有找到附件正文。", "如附件是整改台账，请把附件一并导入。"),
    DoubtKind("not_a_problem", "一段列举没有按问题处理", "“{text}”下的列举没有整改措施，也不像反馈问题，没有列入台账。", "如确属反馈问题，请手工加入。"),
    DoubtKind("unknown_status", "完成状态没有读懂", "完成状态“{text}”没有读懂，已按原文保留。", "请改用“已完成”“基本完成”“正在整改”“未完成”一类的写法。"),
    DoubtKind("unlabelled_text", "没有标签的文字按惯例归类", "“{text}”前面没有标签，按{role}处理。", "请核对。"),
    DoubtKind("label_unused", "预告的栏目没有出现", "前文说要明确“{label}”，但没有一个问题写明。", "请核对是否遗漏。"),
    DoubtKind("row_unmatched", "附表中的一行没有对应的正文问题", "附表中“{text}”在正文中没有对应的问题，单独列为一项。", "请核对它与正文哪个问题是同一个。"),
    DoubtKind("file_note", "读取文件时的说明", "{note}", "请与原文件核对。"),
)  # fmt: skip

DOUBTS: dict[str, DoubtKind] = {kind.code: kind for kind in _KINDS}
"""All kinds of doubt by code."""

_SHOWN = 30


def raise_doubt(code: str, spans: Spans = (), **particulars: object) -> Doubt:
    """Return the doubt `code` with its message filled in and what to do; long texts are cut for showing.

    Raises:
        KeyError: an unknown code, or a particular that the message needs is missing.
    """
    kind = DOUBTS[code]
    shown = {name: _shorten(str(value)) for name, value in particulars.items()}
    return Doubt(code, kind.message.format(**shown) + kind.advice, spans)


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
