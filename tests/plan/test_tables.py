"""Ledgers in tables: heads, merged and blank cells, area rows, foot rows, cards, tables that only show figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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


Row = tuple[str, str, str, str | None, str | None]
"""The problem, the measures divided by +, the departments, the limit, the status."""
TABLES = {
    "the same item in each row is one": (
        (HEAD, "1|作风不实|会议多|精简|办公室|立行立改|已完成", "2|作风不实|文件长|限制|办公室|长期坚持|80%"),
        [("会议多", "精简", "办公室", "立行立改", "已完成"), ("文件长", "限制", "办公室", "长期坚持", "80%")],
    ),
    "numbered measures in one cell": (
        (HEAD, "1|作风不实|会议多|1.精简；2.通报|办公室、财务科||"),
        [("会议多", "精简；+通报", "办公室 财务科", None, None)],
    ),
    "measures on lines of their own": (
        (HEAD, "1|作风不实|会议多|精简。\n通报。|办公室||"),
        [("会议多", "精简。+通报。", "办公室", None, None)],
    ),
    "the head again on the next page": (
        (HEAD, "1|作风不实|会议多|精简|办公室||", HEAD, "2|作风不实|文件长|限制|财务科||"),
        [("会议多", "精简", "办公室", None, None), ("文件长", "限制", "财务科", None, None)],
    ),
    "foot rows": (
        ("问题|措施|责任部门|时限", "会议多|精简|办公室|5月底前", "填表人：甲某|||", "注：按月更新|||", "合计|1||"),
        [("会议多", "精简", "办公室", "5月底前", None)],
    ),
    "rows without text": (
        ("问题|措施|责任部门", "||", "会议多|精简|办公室", "||"),
        [("会议多", "精简", "办公室", None, None)],
    ),
    "two columns alone": (("问题|措施", "会议多|精简"), [("会议多", "精简", "", None, None)]),
    "progress that only states how far things are": (
        ("反馈问题|整改情况", "会议多|已完成", "文件长|正在整改"),
        [("会议多", "", "", None, "已完成"), ("文件长", "", "", None, "正在整改")],
    ),
    "progress that was not reported": (
        ("反馈问题|整改情况", "会议多|已压减会议12次", "文件长|未报送"),
        [("会议多", "", "", None, None), ("文件长", "", "", None, None)],
    ),
    "a time demanded and a time kept": (
        ("问题|措施|计划完成时间|实际完成时间", "会议多|精简|2031年5月底|2031年4月20日"),
        [("会议多", "精简", "", "2031年5月底", None)],
    ),
    "two columns of departments": (
        ("问题|措施|责任部门|责任部门", "会议多|精简|办公室|财务科"),
        [("会议多", "精简", "办公室 财务科", None, None)],
    ),
    "an amount is no number": (
        ("序号|问题|措施|责任部门", "1|2.8万元未收|追缴|财务科", "2|3.批次未验|补验|总务科"),
        [("2.8万元未收", "追缴", "财务科", None, None), ("批次未验", "补验", "总务科", None, None)],
    ),
    "cells that say nothing": (
        ("问题|措施|责任部门|完成时限", "会议多|精简|无|/", "文件长|—|办公室|"),
        [("会议多", "精简", "", None, None), ("文件长", "", "办公室", None, None)],
    ),
    "several cards below each other": (
        (
            "存在问题|会议多",
            "整改措施|精简",
            "责任部门|办公室",
            "存在问题|文件长",
            "整改措施|限制",
            "责任部门|财务科",
        ),
        [("会议多", "精简", "办公室", None, None), ("文件长", "限制", "财务科", None, None)],
    ),
    "a list of people": (("姓名|职务|电话", "甲某|科长|某号"), []),
    "a schedule": (("阶段|时间|内容", "动员|3月|开会", "整改|4月|改"), []),
    "problems with a remark": (("问题|备注", "会议多|无"), []),
    "no rows below the head": ((HEAD,), []),
    "a card of a person": (("姓名|甲某", "电话|某号", "地址|某街"), []),
    "cards of two labels a row": (
        ("存在问题|会议多|责任部门|办公室", "整改措施|精简|完成时限|立行立改", "整改状态|已完成|备注|无"),
        [("会议多", "精简", "办公室", "立行立改", "已完成")],
    ),
    "a card whose area ends with 方面": (
        ("方面|作风方面", "存在问题|会议多", "整改措施|精简", "责任部门|办公室"),
        [("会议多", "精简", "办公室", None, None)],
    ),
    "cards of two labels in two rows": (
        ("存在问题|会议多|责任部门|办公室", "整改措施|精简|完成时限|立行立改"),
        [("会议多", "精简", "办公室", "立行立改", None)],
    ),
    "a ledger whose first column holds areas": (
        ("问题类型|具体问题|整改措施", "作风方面|会议多|精简", "财务方面|报销慢|限时", "纪律方面|迟到|考勤"),
        [("会议多", "精简", "", None, None), ("报销慢", "限时", "", None, None), ("迟到", "考勤", "", None, None)],
    ),
    "measures over two columns": (
        ("序号|具体问题|整改措施||责任部门", "||近期|长期|", "1|会议多|精简|建立制度|办公室"),
        [("会议多", "精简+建立制度", "办公室", None, None)],
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_what_the_rows_say(name: str) -> None:
    rows, expected = TABLES[name]
    merged = {(0, 2): (1, 2)} if "over two columns" in name else None
    assert [
        (text, "+".join(measures), " ".join(parties), limit, status)
        for text, measures, parties, limit, status in answers(read(*rows, merged=merged))
    ] == expected


ABOVE_THE_HEAD = (
    ("一、作风方面", ["作风方面"]),
    ("（一）作风方面的问题", ["作风方面的问题"]),
    ("作风方面", ["作风方面"]),
    ("一、整改任务清单", []),
    ("某局整改台账", []),
    ("某局党组巡察反馈意见整改台账作风方面", []),
)


@pytest.mark.parametrize(("title", "areas"), ABOVE_THE_HEAD)
def test_an_area_above_the_head(title: str, areas: list[str]) -> None:
    plan = read(f"{title}||", "问题|措施|责任部门", "会议多|精简|办公室", merged={(0, 0): (1, 3)})
    assert [a.title for a in plan.areas] == areas
    assert [f.text for f in plan.findings] == ["会议多"]


def test_a_label_without_text_in_a_card_takes_none_from_the_next() -> None:
    plan = read("存在问题|会议多|配合部门||完成时限|立行立改", "整改措施|精简|责任部门|办公室||")
    assert answers(plan) == [("会议多", ["精简"], ("办公室",), "立行立改", None)]
    assert plan.responses[0].cooperating_departments == ()


def test_area_item_and_problem_in_columns() -> None:
    plan = read("序号|方面|问题|措施", "1|作风|会议多|精简", "2||文件长|限制", "3|财务|报销慢|限时")
    areas = {a.id: a.title for a in plan.areas}
    assert [(f.text, areas[f.area or ""]) for f in plan.findings] == [
        ("会议多", "作风"),
        ("文件长", "作风"),
        ("报销慢", "财务"),
    ]


def test_a_cell_without_report_is_no_progress() -> None:
    plan = read("反馈问题|整改情况", "会议多|已压减会议12次", "文件长|未报送")
    assert [[e.text for e in r.progress] for r in plan.responses] == [["已压减会议12次"], []]
    assert plan.responses[1].labels == {"整改情况": "未报送"}


def test_a_card_may_say_its_area() -> None:
    plan = read("问题类别|作风", "存在问题|会议多", "整改措施|精简", "存在问题|文件长", "整改措施|限制")
    assert [a.title for a in plan.areas] == ["作风"]
    assert [(f.text, f.area) for f in plan.findings] == [("会议多", "A1"), ("文件长", "A1")]


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
