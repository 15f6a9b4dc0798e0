"""Ways of writing that offices have beside the plain plan: cards in lines, three lists, measures under （一）, closing words, notes."""

from __future__ import annotations

import pytest

from zhenggai.document import read_bytes
from zhenggai.document.blocks import Block, Cell, Document, Furniture, Part
from zhenggai.plan import Plan, build_plan

PLAN, NOTICE = "某局整改方案\n", "某局整改情况的通报\n"


def read(text: str) -> Plan:
    return build_plan(read_bytes(text.encode(), "方案.txt"))


def of_tables(*tables: tuple[str, ...]) -> Plan:
    """Read tables below each other: one string a row, cells divided by |."""
    blocks: list[Block] = []
    for table, rows in enumerate(tables):
        blocks.append(Block(len(blocks), f"{'一二三四'[table]}、{rows[0]}"))
        for row, line in enumerate(rows[1:]):
            for column, text in enumerate(line.split("|")):
                blocks.append(Block(len(blocks), text, cell=Cell(table, row, column)))
    return build_plan(Document("清单.docx", "x", "0" * 64, tuple(blocks)))


CARDS: tuple[tuple[str, list[tuple[str | None, str]], list[str]], ...] = (
    (
        "问题编号：1\n问题描述：垃圾未清运。\n整改措施：增设垃圾桶。\n责任单位：甲村\n\n问题编号：2\n问题描述：管网破损。\n整改措施：分段修复。\n责任单位：乙办\n",
        [("1", "垃圾未清运。"), ("2", "管网破损。")],
        ["甲村", "乙办"],
    ),
    (
        "问题序号：01\n存在问题：垃圾未清运。\n整改措施：增设垃圾桶。\n责任单位：甲村\n整改状态：已完成\n问题序号：02\n存在问题：管网破损。\n整改措施：分段修复。\n责任单位：乙办\n",
        [("01", "垃圾未清运。"), ("02", "管网破损。")],
        ["甲村", "乙办"],
    ),
    (  # behind its problem the number is a label of the card
        "问题描述：垃圾未清运。\n整改措施：增设垃圾桶。\n责任单位：甲村\n问题编号：1\n",
        [(None, "垃圾未清运。")],
        ["甲村"],
    ),
)


@pytest.mark.parametrize(("text", "problems", "departments"), CARDS)
def test_the_number_of_a_card_goes_to_its_own_problem(
    text: str, problems: list[tuple[str | None, str]], departments: list[str]
) -> None:
    plan = read("某镇整改台账\n" + text)
    assert [(item.number, item.title) for item in plan.items] == problems
    assert [" ".join(r.responsible_departments) for r in plan.responses] == departments
    assert not plan.unassigned
    before = [r for r in plan.responses if any("编号" in label or "序号" in label for label in r.labels)]
    assert len(before) == (problems[0][0] is None)


MEASURES: tuple[tuple[str, list[tuple[str | None, str]]], ...] = (
    ("（一）全面排查。（二）截污改造。（三）每周巡查。", [("（一）", "全面排查。"), ("（二）", "截污改造。"), ("（三）", "每周巡查。")]),
    ("按照（一）的要求排查。（二）类企业先改。", [(None, "按照（一）的要求排查。（二）类企业先改。")]),
    ("排查排污口。", [(None, "排查排污口。")]),
    ("（一）按第（二）条的规定排查。", [("（一）", "按第（二）条的规定排查。")]),
)  # fmt: skip


@pytest.mark.parametrize(("text", "measures"), MEASURES)
def test_measures_numbered_as_headings_are_inside_a_line(text: str, measures: list[tuple[str | None, str]]) -> None:
    plan = read(
        f"{PLAN}一、反馈问题：仍有排污口\n整改措施：{text}\n二、反馈问题：焚烧管控不力\n整改措施：（一）落实监管。\n"
    )
    assert [(m.number, m.text) for m in plan.responses[0].measures] == measures
    assert [m.text for m in plan.responses[1].measures] == ["落实监管。"]
    assert len(plan.findings) == 2


STATUSES = (
    ("持续整改中。建立提醒制度。", "ongoing", "持续整改中"),
    ("整改中。建立提醒制度。", "ongoing", "整改中"),
    ("修订办法，培训2场。已完成整改。", "completed", "已完成整改"),
    ("超支费用已退缴。整改完成。", "completed", "整改完成"),
    ("一是约谈3人。二是修订办法。已完成整改。", "completed", "已完成整改"),
    ("账目已核对。已销号。", "completed", "已销号"),
    ("修订办法。正在整改。", "ongoing", "正在整改"),
    ("已完成6笔清理，其余正在核销。", None, None),
    ("督促下属单位完成整改。", None, None),
    ("召开会议，督促乙科整改到位。", None, None),
    ("修订办法。长期坚持。", None, None),
)


@pytest.mark.parametrize(("progress", "status", "words"), STATUSES)
def test_a_sentence_that_only_says_how_far_things_are(progress: str, status: str | None, words: str | None) -> None:
    plan = read(f"{NOTICE}1.台账不全。\n整改情况：{progress}\n2.报销慢。\n整改情况：限时办结。\n")
    assert (plan.responses[0].status, plan.responses[0].status_text) == (status, words)
    assert plan.responses[1].status is None


PROBLEMS = (
    "问题清单",
    "序号|聚焦方面|反馈问题|具体问题",
    "1|党的建设|学习不深入|次数不足",
    "2|党的建设|学习不深入|研讨走过场",
    "3|财务管理|报销审核不严|超标准报销",
)
TASKS = (
    "任务清单",
    "序号|反馈问题|具体问题|整改措施|完成时限",
    "1|学习不深入|次数不足|每季度学习2次|2024年6月底前",
    "2|学习不深入|研讨走过场|重点发言|长期坚持",
    "3|报销审核不严|超标准报销|清退费用|立行立改",
)
DUTIES = (
    "责任清单",
    "序号|反馈问题|牵头领导|牵头部门",
    "1|学习不深入|书记|宣传部",
    "2|报销审核不严|总会计师|财务处",
)


def test_three_lists_are_one_ledger() -> None:
    plan = of_tables(PROBLEMS, TASKS, DUTIES)
    assert [f.text for f in plan.findings] == ["次数不足", "研讨走过场", "超标准报销"]
    assert [(r.findings, [m.text for m in r.measures], r.lead_leaders, r.responsible_departments) for r in plan.responses] == [
        (("F1",), ["每季度学习2次"], ("书记",), ("宣传部",)),
        (("F2",), ["重点发言"], ("书记",), ("宣传部",)),
        (("F3",), ["清退费用"], ("总会计师",), ("财务处",)),
    ]  # fmt: skip
    assert not plan.unassigned
    assert not plan.doubts


def test_who_answers_for_an_item_answers_for_its_problems_without_measures_too() -> None:
    plan = of_tables(PROBLEMS, DUTIES)
    assert [(r.findings, r.lead_leaders) for r in plan.responses] == [
        (("F1", "F2"), ("书记",)),
        (("F3",), ("总会计师",)),
    ]


def test_what_the_row_of_a_problem_says_outweighs_the_row_of_its_item() -> None:
    tasks = (TASKS[0], TASKS[1] + "|牵头部门", TASKS[2] + "|组织部", TASKS[3] + "|", TASKS[4] + "|")
    plan = of_tables(PROBLEMS, tasks, DUTIES)
    assert [r.responsible_departments for r in plan.responses] == [("组织部",), ("宣传部",), ("财务处",)]


def test_a_row_with_measures_for_a_whole_item_stays_a_row_of_its_own() -> None:
    duties = ("责任清单", "序号|反馈问题|整改措施", "1|学习不深入|制定计划", "2|报销审核不严|明确标准")
    plan = of_tables(PROBLEMS, TASKS, duties)
    assert {"制定计划", "明确标准"} <= {m.text for r in plan.responses for m in r.measures}


def with_note(part: Part, furniture: Furniture | None = None) -> Plan:
    lines = ("某局整改方案", "1.“四乱”排查不彻底。", "整改措施：逐项排查。")
    blocks = [Block(number, line) for number, line in enumerate(lines)]
    note = Block(3, "指乱占、乱采、乱堆、乱建，2025年6月底前改完。", part=part, furniture=furniture)
    return build_plan(Document("方案.docx", "x", "0" * 64, (*blocks, note)))


def test_a_footnote_is_named_as_not_assigned() -> None:
    plan = with_note(Part.FOOTNOTE)
    assert [(s.block, s.start) for s in plan.unassigned] == [(3, 0)]
    assert [d.spans[0].block for d in plan.doubts if d.code == "unassigned_text"] == [3]
    assert 3 in {s.block for s in plan.problem_part}


@pytest.mark.parametrize("part", [Part.HEADER, Part.FOOTER])
def test_the_head_and_foot_of_pages_are_not(part: Part) -> None:
    assert not with_note(part, Furniture.RUNNING_HEAD).unassigned


def test_a_footnote_that_is_furniture_is_not() -> None:
    assert not with_note(Part.FOOTNOTE, Furniture.PAGE_NUMBER).unassigned


NUMBERED = (
    ("3.12345热线办理质量不高。", "12345热线办理质量不高。"),
    ("3.110联动机制不健全。", "110联动机制不健全。"),
    ("3.12380举报平台无人值守。", "12380举报平台无人值守。"),
)


@pytest.mark.parametrize(("line", "problem"), NUMBERED)
def test_a_number_before_the_number_of_a_telephone(line: str, problem: str) -> None:
    plan = read(f"{PLAN}1.台账不全。\n整改措施：补登。\n2.报销慢。\n整改措施：限时。\n{line}\n整改措施：整治。\n")
    assert [f.text for f in plan.findings][2:] == [problem]


@pytest.mark.parametrize("line", ["3.125万元未入账。", "3.1250米道路未修。", "3.125"])
def test_an_amount_is_no_number_of_a_problem(line: str) -> None:
    plan = read(f"{PLAN}1.台账不全。\n整改措施：补登。\n2.报销慢。\n整改措施：限时。\n{line}\n")
    assert [f.text for f in plan.findings] == ["台账不全。", "报销慢。"]


OUTLOOKS = (
    ("整改情况：限时办结。\n下一步，我局将健全长效机制。\n", ["限时办结。"]),
    ("整改情况：限时办结。\n下一步工作中，县委将持续抓好整改。\n青石县教育局\n2024年3月1日\n", ["限时办结。"]),
    ("整改情况：限时办结。\n下一步，对超期的逐笔核销。\n", ["限时办结。", "下一步，对超期的逐笔核销。"]),
)


@pytest.mark.parametrize(("closing", "progress"), OUTLOOKS)
def test_the_closing_paragraph_is_no_progress_of_the_last_problem(closing: str, progress: list[str]) -> None:
    plan = read(f"{NOTICE}一、关于“台账不全”的问题\n整改情况：已补登3处。\n二、关于“报销慢”的问题\n{closing}")
    assert [p.text for p in plan.responses[1].progress] == progress


def test_where_every_problem_has_an_outlook_the_last_is_of_its_problem() -> None:
    outlook = "下一步，我局将继续核对。"
    plan = read(
        f"{NOTICE}一、关于“台账不全”的问题\n整改情况：已补登3处。\n{outlook}\n二、关于“报销慢”的问题\n整改情况：限时办结。\n{outlook}\n"
    )
    assert [[p.text for p in r.progress][-1] for r in plan.responses] == [outlook, outlook]


TITLES = (
    ("某医院党委巡察整改“三张清单”\n1.台账不全。\n", "某医院党委巡察整改“三张清单”", "某医院党委"),
    ("关于省委巡视反馈意见整改的清单\n1.台账不全。\n", "关于省委巡视反馈意见整改的清单", None),
    ("某县教育局关于巡察整改情况的报告\n1.台账不全。\n", "某县教育局关于巡察整改情况的报告", "某县教育局"),
)


@pytest.mark.parametrize(("text", "title", "issuer"), TITLES)
def test_titles_with_quotes_and_without_an_issuer(text: str, title: str, issuer: str | None) -> None:
    plan = read(text)
    assert (plan.title, plan.issuer) == (title, issuer)


def with_table(*rows: str, under: str = "2.报销慢。") -> Plan:
    lines = (
        "某局整改方案",
        "一、整改任务",
        "1.台账不全。",
        "整改措施：补登。",
        "2.报销慢。",
        "整改措施：限时。",
        "二、工作要求",
        "抓好落实。",
    )
    blocks: list[Block] = []
    for line in lines:
        blocks.append(Block(len(blocks), line))
        if line == under:
            for row, cells in enumerate(rows):
                for column, text in enumerate(cells.split("|")):
                    blocks.append(Block(len(blocks), text, cell=Cell(0, row, column)))
    return build_plan(Document("方案.docx", "x", "0" * 64, tuple(blocks)))


def test_a_table_between_the_problems_that_is_no_ledger_is_named_once() -> None:
    plan = with_table("会议|时间", "动员会|4月5日", "推进会|5月")
    assert [s.block for s in plan.unassigned] == [5, 6, 7, 8, 9, 10]
    doubts = [d for d in plan.doubts if d.code == "unassigned_text"]
    assert [len(d.spans) for d in doubts] == [6]
    assert "会议 时间 动员会" in doubts[0].message
    assert len(plan.findings) == 2


def test_a_table_outside_the_problems_is_not() -> None:
    assert not with_table("会议|时间", "动员会|4月5日", "推进会|5月", under="抓好落实。").unassigned


def of_sheet(*rows: str) -> Plan:
    blocks: list[Block] = []
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells.split("|")):
            if text:
                blocks.append(Block(len(blocks), text, cell=Cell(0, row, column), sheet="表"))
    return build_plan(Document("台账.xlsx", "x", "0" * 64, tuple(blocks)))


SHEET = ("序号|存在问题|整改措施|责任部门", "1|台账不全|补登|办公室", "2|报销慢|限时|财务科")
SHEET_TITLES = (
    (("某医院巡察整改台账", *SHEET), "某医院巡察整改台账"),
    (("附表", "某医院巡察整改台账", "填报单位：某医院", *SHEET), "某医院巡察整改台账"),
    (SHEET, None),
    ((SHEET[0], "巡察反馈问题整改清单", *SHEET[1:]), None),
)


@pytest.mark.parametrize(("rows", "title"), SHEET_TITLES)
def test_the_title_of_a_sheet_stands_in_a_row_above_the_heads(rows: tuple[str, ...], title: str | None) -> None:
    plan = of_sheet(*rows)
    assert plan.title == title
    assert [f.text for f in plan.findings] == ["台账不全", "报销慢"]


def test_a_paragraph_without_a_label_between_a_problem_and_its_fields_is_its_measure() -> None:
    plan = read(
        PLAN
        + "一、整改任务\n（一）管理方面\n1.门卫登记不全，5天没有记录。\n补签5天的登记。\n（牵头领导：甲某；责任部门：乙办；完成时限：2024年7月1日前）\n"
        "2.图书没有编号。\n为210册图书编号。\n（牵头领导：甲某；责任部门：丙室；完成时限：2024年7月1日前）\n"
    )
    assert [finding.text for finding in plan.findings] == ["门卫登记不全，5天没有记录。", "图书没有编号。"]
    assert [[m.text for m in r.measures] for r in plan.responses] == [["补签5天的登记。"], ["为210册图书编号。"]]


def test_where_measures_have_labels_a_second_paragraph_that_states_faults_is_still_the_problem() -> None:
    plan = read(
        PLAN
        + "一、整改任务\n（一）管理方面\n1.门卫登记不全。\n夜间没有值班记录，来访不登记。\n（牵头领导：甲某；责任部门：乙办）\n整改措施：补签登记。\n"
        "2.图书没有编号。\n整改措施：编号。\n（牵头领导：甲某；责任部门：丙室）\n"
    )
    assert plan.findings[0].text.replace("\n", "") == "门卫登记不全。夜间没有值班记录，来访不登记。"


def test_an_area_whose_number_is_used_twice_is_an_area_still() -> None:
    plan = read(
        PLAN
        + "一、整改任务\n（一）聚焦管理方面\n1.门卫登记不全。\n整改措施：补签登记。（牵头领导：甲某；责任部门：乙办）\n"
        "（一）聚焦作风方面\n2.窗口空岗。\n整改措施：约谈值班员。（牵头领导：甲某；责任部门：丙室）\n"
    )
    assert [(area.number, area.title) for area in plan.areas] == [
        ("（一）", "聚焦管理方面"),
        ("（一）", "聚焦作风方面"),
    ]
    assert [[m.text for m in r.measures] for r in plan.responses] == [["补签登记。"], ["约谈值班员。"]]
    assert "number_gap" in {doubt.code for doubt in plan.doubts}
