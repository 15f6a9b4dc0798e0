"""What stands in the ledger, and what spans what."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.export import plans

from zhenggai.export import all_reports
from zhenggai.export.reports import ledger
from zhenggai.export.sheet import Cell, Sheet, Subject
from zhenggai.plan.model import Area, Finding, Item, Measure, Progress, Response, Span, TimeLimit

OFFICIAL = [
    "序号",
    "方面",
    "反馈问题",
    "具体问题",
    "整改措施",
    "牵头领导",
    "责任领导",
    "责任部门",
    "配合部门",
    "完成时限",
    "整改进展",
    "完成状态",
]


def made(plan: object) -> Sheet:
    return ledger.make(Subject(plan))  # type: ignore[arg-type]


def column(sheet: Sheet, title: str) -> list[tuple[str, int] | None]:
    n = [c.title for c in sheet.columns].index(title)
    return [(row[n].text, row[n].rows) if row[n] else None for row in sheet.rows]


def words(sheet: Sheet, title: str) -> list[tuple[str, int]]:
    return [entry for entry in column(sheet, title) if entry is not None]


def covered(sheet: Sheet) -> list[list[int]]:
    """How many cells cover each place of the grid."""
    places = [[0] * len(sheet.columns) for _ in sheet.rows]
    for n, row in enumerate(sheet.rows):
        for m, cell in enumerate(row):
            if cell is not None:
                for y in range(n, n + cell.rows):
                    for x in range(m, m + cell.columns):
                        places[y][x] += 1
    return places


def test_area_and_item_span_the_rows_of_their_measures() -> None:
    sheet = made(plans.school())
    assert words(sheet, "方面") == [("（一）聚焦落实上级教育决策部署方面", 6), ("（二）聚焦基层组织建设方面", 1)]
    assert [rows for _, rows in words(sheet, "反馈问题")] == [4, 2, 1]
    assert [rows for _, rows in words(sheet, "具体问题")] == [2, 1, 1, 2]


def test_findings_that_share_a_block_share_its_cells() -> None:
    sheet = made(plans.school())
    assert ("收费项目和标准每学期在校门口公示栏和学校网站公示，设立监督电话。", 2) in words(sheet, "整改措施")
    assert ("总务处", 2) in words(sheet, "责任部门")


def test_measures_of_a_shared_block_stand_in_one_cell_beside_all_its_findings() -> None:
    measures = (Measure("M1", "①", "甲"), Measure("M2", "②", "乙", time_limit=TimeLimit("月底前")))
    response = Response("R1", ("F1", "F2", "F3"), measures=measures, time_limit=TimeLimit("年底前"))
    findings = tuple(Finding(f"F{n}", None, None, None, f"问题{n}") for n in (1, 2, 3))
    sheet = made(replace(plans.empty(), findings=findings, responses=(response,)))
    assert words(sheet, "整改措施") == [("①甲\n②乙", 3)]
    assert words(sheet, "完成时限") == [("年底前\n月底前", 3)]
    assert words(sheet, "具体问题") == [("问题1", 1), ("问题2", 1), ("问题3", 1)]


def test_findings_that_share_several_blocks_have_them_each() -> None:
    findings = tuple(Finding(f"F{n}", None, None, None, f"问题{n}") for n in (1, 2))
    responses = tuple(Response(f"R{n}", ("F1", "F2"), measures=(Measure(f"M{n}", None, f"措施{n}"),)) for n in (1, 2))
    sheet = made(replace(plans.empty(), findings=findings, responses=responses))
    assert [entry[0] for entry in words(sheet, "整改措施")] == ["措施1", "措施2"] * 2
    assert [entry[0] for entry in words(sheet, "备注")] == ["", "", "整改措施同序号1", "整改措施同序号1"]


def test_every_place_is_covered_once() -> None:
    for plan in (plans.school(), plans.tangled()):
        assert {count for row in covered(made(plan)) for count in row} == {1}


def test_nothing_of_the_plan_is_missing() -> None:
    for plan in (plans.school(), plans.tangled()):
        sheet = made(plan)
        shown = "\n".join(cell.text for row in sheet.rows for cell in row if cell)
        wanted = [f.text for f in plan.findings] + [a.title for a in plan.areas] + [i.title for i in plan.items]
        wanted += [m.text for r in plan.responses for m in r.measures]
        wanted += [p.text for r in plan.responses for p in r.progress]
        assert [entry for entry in wanted if entry not in shown] == []


def test_official_columns_stay_and_others_come_only_when_filled() -> None:
    assert [c.title for c in made(plans.empty()).columns] == OFFICIAL
    titles = [c.title for c in made(plans.school()).columns]
    assert [title for title in titles if title not in OFFICIAL] == ["原因分析", "备注"]


def test_an_item_that_is_its_own_finding_is_one_cell() -> None:
    sheet = made(plans.school())
    last = sheet.rows[-1][2]
    assert last is not None
    assert (last.columns, sheet.rows[-1][3]) == (2, None)


def test_a_limit_of_a_measure_stands_beside_it() -> None:
    assert words(made(plans.school()), "完成时限") == [
        ("2031年9月底前，长期坚持", 2),
        ("立行立改", 2),
        ("2031年5月底前", 1),
        ("2031年8月底前", 1),
        ("", 1),
    ]


def test_a_label_that_no_column_shows_is_a_remark() -> None:
    assert words(made(plans.school()), "备注")[0] == ("整改类型：限期整改", 2)


def test_status_has_its_word_and_its_tone() -> None:
    sheet = made(plans.school())
    n = [c.title for c in sheet.columns].index("完成状态")
    cells = [cell for row in sheet.rows if (cell := row[n])]
    assert [(cell.text, cell.tone) for cell in cells] == [
        ("正在推进", "open"),
        ("已完成", "good"),
        ("未完成", "bad"),
        ("基本完成", "fair"),
    ]


@pytest.mark.parametrize(
    ("number", "title", "shown"),
    [
        ("1", "管理松散", "1.管理松散"),
        ("2.1", "管理松散", "2.1.管理松散"),
        ("1", "2030年没有开会", "1. 2030年没有开会"),
        ("一", "管理松散", "一、管理松散"),
        ("（一）", "管理松散", "（一）管理松散"),
        ("①", "管理松散", "①管理松散"),
        ("一是", "管理松散", "一是管理松散"),
        ("问题3", "管理松散", "问题3：管理松散"),
        ("1.", "1.管理松散", "1.管理松散"),
        (None, "管理松散", "管理松散"),
    ],
)
def test_numbers_are_set_as_in_print(number: str | None, title: str, shown: str) -> None:
    plan = replace(plans.empty(), findings=(Finding("F1", None, None, number, title),))
    assert words(made(plan), "具体问题") == [(shown, 1)]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("关于巡察反馈意见的整改方案", "关于巡察反馈意见的整改台账"),
        ("关于反馈意见整改落实工作的实施方案（公开版）", "关于反馈意见整改台账（公开版）"),
        ("某站巡察整改任务清单", "某站巡察整改任务清单"),
        ("关于整改情况的通报", "整改台账"),
        ("消防演练方案", "整改台账"),
        (None, "整改台账"),
    ],
)
def test_title(title: str | None, shown: str) -> None:
    assert made(replace(plans.empty(), title=title)).title == shown


def test_title_names_the_unit_where_the_document_is_no_plan() -> None:
    assert made(replace(plans.empty(), title="关于整改情况的通报", issuer="某某局")).title == "某某局整改台账"


def test_a_limit_in_the_words_of_a_measure_does_not_displace_the_one_given_for_all() -> None:
    measure = Measure("M1", None, "年内完成两期培训", time_limit=TimeLimit("年内"))
    plan = replace(plans.empty(), findings=(Finding("F1", None, None, None, "问题"),))
    for limit, shown in ((None, "年内"), (TimeLimit("2031年6月底前"), "2031年6月底前")):
        response = Response("R1", ("F1",), measures=(measure,), time_limit=limit)
        assert words(made(replace(plan, responses=(response,))), "完成时限") == [(shown, 1)]


def test_the_same_limit_beside_several_measures_stands_once() -> None:
    measures = (
        Measure("M1", "①", "甲", time_limit=TimeLimit("月底前")),
        Measure("M2", "②", "乙"),
        Measure("M3", "③", "丙"),
    )
    response = Response("R1", ("F1",), measures=measures, time_limit=TimeLimit("年底前"))
    plan = replace(plans.empty(), findings=(Finding("F1", None, None, None, "问题"),), responses=(response,))
    assert words(made(plan), "完成时限") == [("月底前", 1), ("年底前", 2)]


def test_progress_of_table_rows_stands_beside_its_measure() -> None:
    beside = Response(
        "R1",
        ("F1",),
        measures=tuple(Measure(f"M{n}", None, f"措施{n}", (Span(n * 2, 0, 3),)) for n in (1, 2)),
        progress=tuple(Progress(None, f"进展{n}", (Span(n * 2 + 1, 0, 3),)) for n in (1, 2)),
    )
    below = replace(beside, progress=tuple(Progress(None, f"进展{n}", (Span(n + 8, 0, 3),)) for n in (1, 2)))
    plan = replace(plans.empty(), findings=(Finding("F1", None, None, None, "问题"),))
    assert words(made(replace(plan, responses=(beside,))), "整改进展") == [("进展1", 1), ("进展2", 1)]
    assert words(made(replace(plan, responses=(below,))), "整改进展") == [("进展1\n进展2", 2)]


def test_items_and_areas_without_findings_stand_in_their_place() -> None:
    plan = replace(
        plans.empty(),
        areas=(Area("A1", "（一）", "甲方面", (Span(0, 0, 1),)), Area("A2", "（二）", "乙方面", (Span(1, 0, 1),))),
        items=(
            Item("I1", "A2", "1", "没有下文的问题", (Span(2, 0, 1),)),
            Item("I2", "A2", "2", "有下文的问题", (Span(3, 0, 1),)),
        ),
        findings=(Finding("F1", "A2", "I2", "一是", "表现", spans=(Span(4, 0, 1),)),),
    )
    sheet = made(plan)
    assert words(sheet, "方面") == [("（一）甲方面", 1), ("（二）乙方面", 2)]
    assert words(sheet, "反馈问题") == [("", 1), ("1.没有下文的问题", 1), ("2.有下文的问题", 1)]


def test_a_block_shown_twice_says_so() -> None:
    assert ("整改措施同序号1", 1) in words(made(plans.tangled()), "备注")


def test_doubts_follow_the_ledger() -> None:
    assert all_reports()["ledger"].followed_by == ("doubts",)


def test_no_row_without_a_number() -> None:
    rows = made(plans.tangled()).rows
    assert [cell.text for row in rows if (cell := row[0])] == [str(n) for n in range(1, 6)]
    assert Cell() != rows[0][0]
