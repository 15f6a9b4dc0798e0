"""Ledgers in tables: heads, merged and blank cells, area rows, foot rows, cards, tables that only show figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.document.blocks import Block, Cell, Document
from zhenggai.plan import build_plan

if TYPE_CHECKING:
    from zhenggai.plan import Plan


def read(*rows: str, merged: dict[tuple[int, int], tuple[int, int]] | None = None) -> Plan:
    """Read a table: one string a row, cells divided by |, a blank cell left out; `merged` gives spans of rows and columns."""
    blocks: list[Block] = []
    for row, line in enumerate(rows):
        for column, text in enumerate(line.split("|")):
            if text:
                spans = (merged or {}).get((row, column), (1, 1))
                blocks.append(Block(len(blocks), text, cell=Cell(0, row, column, *spans)))
    return build_plan(Document("台账.xlsx", "x", "0" * 64, tuple(blocks)))


HEAD = "序号|反馈问题|具体问题|整改措施|责任部门|完成时限|整改状态"


def answers(plan: Plan) -> list[tuple[str, list[str], tuple[str, ...], str | None, str | None]]:
    texts = {f.id: f.text for f in plan.findings}
    return [
        (
            "+".join(texts[f] for f in r.findings),
            [m.text for m in r.measures],
            r.responsible_departments,
            r.time_limit.text if r.time_limit else None,
            r.status_text,
        )
        for r in plan.responses
    ]


def test_a_row_a_problem_and_blank_as_above() -> None:
    plan = read(HEAD, "1|作风不实|会议多|精简会议|办公室|立行立改|已完成", "2||文件长|限制篇幅|/|—|正在整改")
    assert [i.title for i in plan.items] == ["作风不实"]
    assert answers(plan) == [
        ("会议多", ["精简会议"], ("办公室",), "立行立改", "已完成"),
        ("文件长", ["限制篇幅"], (), None, "正在整改"),
    ]


def test_a_row_a_measure() -> None:
    plan = read(HEAD, "1|作风不实|会议多|精简会议|办公室|立行立改|80%", "2|||按月通报|||")
    assert answers(plan) == [("会议多", ["精简会议", "按月通报"], ("办公室",), "立行立改", "80%")]


def test_merged_measures_are_shared() -> None:
    merged = {(1, 3): (2, 1), (1, 4): (2, 1), (1, 5): (2, 1)}
    plan = read(HEAD, "1|作风不实|会议多|精简文会|办公室|立行立改|", "2||文件长||||", merged=merged)
    assert answers(plan) == [("会议多+文件长", ["精简文会"], ("办公室",), "立行立改", None)]


def test_a_head_of_two_rows_under_a_title() -> None:
    plan = read(
        "某局整改台账||||||",
        "序号|具体问题|整改措施|责任分工||完成时限|进展",
        "|||责任领导|责任部门||",
        "1|会议多|1.精简会议。\n2.按月通报。|甲某|办公室|立行立改|已压减会议12次",
        merged={(0, 0): (1, 7), (1, 3): (1, 2)},
    )
    assert answers(plan) == [("会议多", ["精简会议。", "按月通报。"], ("办公室",), "立行立改", None)]
    assert plan.responses[0].responsible_leaders == ("甲某",)
    assert [p.text for p in plan.responses[0].progress] == ["已压减会议12次"]


def test_a_row_across_the_table_is_an_area_and_sums_are_no_rows() -> None:
    plan = read(
        HEAD,
        "一、作风方面||||||",
        "1||会议多|精简会议|办公室|立行立改|",
        "二、财务方面||||||",
        "2||报销慢|限时办理|财务科|长期坚持|",
        "合计|2|||||",
        merged={(1, 0): (1, 7), (3, 0): (1, 7)},
    )
    assert [a.title for a in plan.areas] == ["作风方面", "财务方面"]
    assert [f.text for f in plan.findings] == ["会议多", "报销慢"]


def test_cards_say_label_and_text_in_each_row() -> None:
    plan = read(
        "存在问题|会议多",
        "原因分析|统筹不够",
        "整改措施|精简会议",
        "责任部门|办公室",
        "完成时限|立行立改",
        "验收人|乙某",
    )
    assert answers(plan) == [("会议多", ["精简会议"], ("办公室",), "立行立改", None)]
    assert plan.findings[0].cause == "统筹不够"
    assert plan.responses[0].labels["验收人"] == "乙某"


def test_a_table_of_figures_is_no_ledger() -> None:
    assert read("年度|经费（万元）|占比", "2030|120|2.9%", "2031|130|3.1%").findings == ()


def test_columns_are_known_by_their_heads_in_any_order() -> None:
    plan = read("完成情况|完成时限|责任单位|牵头单位|整改举措|问题描述", "已整改|2031/3/5|乙科|甲科|清理通道|通道堵塞")
    assert answers(plan) == [("通道堵塞", ["清理通道"], ("甲科",), "2031/3/5", "已整改")]
    assert plan.responses[0].cooperating_departments == ("乙科",)
