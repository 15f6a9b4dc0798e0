"""Which parts of a document hold problems, which levels they have and what answers them: small documents as data."""

from __future__ import annotations

import pytest

from zhenggai.document import read_bytes
from zhenggai.plan import Plan, build_plan
from zhenggai.plan.marks import MarkKind
from zhenggai.plan.sharing import waiting_before
from zhenggai.plan.tree import Node

PLAN, NOTICE = "某局整改方案\n", "某局整改情况的通报\n"


def read(text: str) -> Plan:
    return build_plan(read_bytes(text.encode(), "方案.txt"))


Levels = tuple[list[str], list[str], list[str]]
LEVELS: tuple[tuple[str, Levels], ...] = (
    (
        PLAN + "一、主要原则\n一是强化导向。二是立行立改。\n二、整改任务\n（一）作风方面\n1.台账不全。\n整改措施：①补登。②核对。\n"
        "三、组织保障\n（一）加强领导。一是压实责任。二是传导压力。\n",
        (["作风方面"], ["台账不全。"], ["台账不全。"]),
    ),
    (
        PLAN + "一、作风方面\n1.台账不全。\n整改措施：补登。\n二、财务方面\n1.报销慢。\n整改措施：限时。\n三、下一步工作\n1.加强学习。\n",
        (["作风方面", "财务方面"], ["台账不全。", "报销慢。"], ["台账不全。", "报销慢。"]),
    ),
    (
        PLAN + "第一部分 总体要求\n改好。\n第二部分 整改任务\n一、作风方面\n1.台账不全。\n整改措施：补登。\n二、财务方面\n1.报销慢。\n整改措施：限时。\n",
        (["作风方面", "财务方面"], ["台账不全。", "报销慢。"], ["台账不全。", "报销慢。"]),
    ),
    (
        PLAN + "（一）台账不全。\n整改措施：补登。\n（二）报销慢。\n整改措施：限时。\n",
        ([], ["台账不全。", "报销慢。"], ["台账不全。", "报销慢。"]),
    ),
    (
        PLAN + "问题1：台账不全。\n整改措施：补登。\n问题2：报销慢。\n整改措施：限时。\n",
        ([], ["台账不全。", "报销慢。"], ["台账不全。", "报销慢。"]),
    ),
    (
        PLAN + "一、整改任务\n1.台账不全\n（1）漏登3处\n（2）错登2处\n整改措施：补齐漏登、更正错登。\n2.报销慢\n整改措施：限时。\n",
        ([], ["台账不全", "报销慢"], ["漏登3处", "错登2处", "报销慢"]),
    ),
    ("某局问题清单\n一、存在问题\n1.台账不全。\n2.报销慢。\n", ([], ["台账不全。", "报销慢。"], ["台账不全。", "报销慢。"])),
    (
        NOTICE + "一、整改情况\n1.台账不全\n整改情况：一是补登台账。二是逐月核对。\n二、联系方式\n电话：某号\n",
        ([], ["台账不全"], ["台账不全"]),
    ),
    ("某局工作总结\n今年工作有序开展。\n", ([], [], [])),
    (PLAN + "一、总体要求\n抓好落实。\n二、组织保障\n（一）加强领导。\n", ([], [], [])),
    ("。\n", ([], [], [])),
    ("一、\n二、\n三、\n", ([], [], [])),
)  # fmt: skip


@pytest.mark.parametrize(("text", "levels"), LEVELS)
def test_the_levels_of_problems(text: str, levels: Levels) -> None:
    plan = read(text)
    assert ([a.title for a in plan.areas], [i.title for i in plan.items], [f.text for f in plan.findings]) == levels


Answer = tuple[str, list[str], list[str]]
"""The identifiers of the findings, the measures, the progress."""
ANSWERS: tuple[tuple[str, list[Answer]], ...] = (
    ("1.台账不全。\n整改措施：①补登。②核对。\n", [("F1", ["补登。", "核对。"], [])]),
    ("1.台账不全。\n整改措施：\n（1）补登。\n（2）核对。\n2.报销慢。\n整改措施：\n（1）限时。\n",
     [("F1", ["补登。", "核对。"], []), ("F2", ["限时。"], [])]),
    ("1.台账不全。\n整改措施：一是补登。二是核对。\n整改情况：已补登3处。\n", [("F1", ["补登。", "核对。"], ["已补登3处。"])]),
    ("1.台账不全。\n整改情况：已完成。一是补登3处。二是核对2次。\n", [("F1", [], ["补登3处。", "核对2次。"])]),
    ("1.台账管理混乱。\n一是漏登3处。\n二是错登2处。\n整改措施：逐一核对。\n", [("F1 F2", ["逐一核对。"], [])]),
    ("1.台账管理混乱。\n一是漏登3处。\n整改措施：补登。\n二是错登2处。\n整改措施：更正。\n",
     [("F1", ["补登。"], []), ("F2", ["更正。"], [])]),
    ("1.台账不全。\n整改措施：补登；责任部门：办公室；完成时限：5月底前\n", [("F1", ["补登；"], [])]),
    ("1.台账不全。\n责任部门：办公室\n整改措施：1.补登。2.核对。\n2.报销慢。\n责任部门：财务科\n整改措施：1.限时。2.公示。\n",
     [("F1", ["补登。", "核对。"], []), ("F2", ["限时。", "公示。"], [])]),
    ("1.台账不全。\n责任部门：办公室\n整改措施：\n1.补登。\n2.核对。\n2.报销慢。\n责任部门：财务科\n整改措施：\n1.限时。\n2.公示。\n",
     [("F1", ["补登。", "核对。"], []), ("F2", ["限时。", "公示。"], [])]),
    ("1.台账不全（整改措施：补登；责任部门：办公室；完成时限：立行立改）\n2.报销慢（整改措施：限时；责任部门：财务科）\n",
     [("F1", ["补登；"], []), ("F2", ["限时；"], [])]),
    ("1.台账不全。\n（整改措施：①补登②核对；责任部门：办公室）。\n", [("F1", ["补登", "核对；"], [])]),
    ("1.台账不全。\n责任部门：办公室\n整改措施：\n1.补登。\n2.报销慢。\n责任部门：财务科\n整改措施：\n1.限时。\n3.迟到。\n责任部门：人事科\n整改措施：\n1.考勤。\n",
     [("F1", ["补登。"], []), ("F2", ["限时。"], []), ("F3", ["考勤。"], [])]),
    ("1.台账不全。\n整改措施：\n1.补登。\n2.核对。\n责任部门：办公室\n2.报销慢。\n整改措施：\n1.限时。\n2.公示。\n责任部门：财务科\n",
     [("F1", ["补登。", "核对。"], []), ("F2", ["限时。", "公示。"], [])]),
    ("4、问题：台账不全。\n整改措施：补登。\n问题：报销慢。\n整改措施：限时。\n5、问题：迟到。\n整改措施：考勤。\n",
     [("F1", ["补登。"], []), ("F2", ["限时。"], []), ("F3", ["考勤。"], [])]),
    ("4、问题：台账不全。\n问题：台账漏登。\n整改措施：补登台账。\n5、问题：迟到。\n整改措施：考勤。\n",
     [("F1 F2", ["补登台账。"], []), ("F3", ["考勤。"], [])]),
    ("4、问题：台账不全。\n具体表现：漏登3处。\n整改措施：补登。\n5、问题：迟到。\n整改措施：考勤。\n",
     [("F1", ["补登。"], []), ("F2", ["考勤。"], [])]),
    ("1.台账不全。\n整改情况：未报送\n2.报销慢。\n整改情况：已办结12笔。\n", [("F1", [], []), ("F2", [], ["已办结12笔。"])]),
    ("1.台账不全。\n整改情况：未报送材料的3个科室已约谈。\n", [("F1", [], ["未报送材料的3个科室已约谈。"])]),
    ("1.台账不全。\n责任部门：办公室\n", [("F1", [], [])]),
    ("1.台账不全。\n2.报销慢。\n", []),
)  # fmt: skip


@pytest.mark.parametrize(("lines", "answers"), ANSWERS)
def test_what_answers_a_problem(lines: str, answers: list[Answer]) -> None:
    plan = read(f"{PLAN}一、整改任务\n（一）作风方面\n{lines}")
    assert [
        (" ".join(r.findings), [m.text for m in r.measures], [e.text for e in r.progress]) for r in plan.responses
    ] == answers


def test_cause_and_objective_belong_to_the_problem() -> None:
    plan = read(f"{PLAN}一、整改任务\n1.台账不全。\n原因分析：没有专人。\n整改目标：账实相符。\n整改措施：补登。\n")
    assert [f.cause for f in plan.findings] == ["没有专人。"]
    assert [(r.objective, [m.text for m in r.measures]) for r in plan.responses] == [("账实相符。", ["补登。"])]


ASSIGNED = (
    ("整改措施：补登。由办公室牵头，财务科配合，2031年8月底前完成。\n", "办公室", "财务科", "2031年8月底前"),
    ("整改措施：补登。\n由办公室负责，2031年8月底前完成。\n", "办公室", "", "2031年8月底前"),
    ("整改措施：补登。（责任部门：办公室；配合部门：财务科；完成时限：立行立改）\n", "办公室", "财务科", "立行立改"),
    ("整改措施：补登。\n责任部门：办公室  配合部门：财务科\n完成时限：立行立改\n", "办公室", "财务科", "立行立改"),
    ("整改措施：补登。\n【责任部门】办公室；【完成时限】长期坚持\n", "办公室", "", "长期坚持"),
    ("整改措施：补登。\n【责任部门】办公室【完成时限】长期坚持\n", "办公室", "", "长期坚持"),
    ("【整改措施】补登【责任部门】办公室【配合部门】财务科\n", "办公室", "财务科", None),
    ("整改措施：在台账上填写【责任部门】一栏。\n", "", "", None),
    ("（整改措施：补登；责任部门：办公室；完成时限：立行立改）\n", "办公室", "", "立行立改"),
    ("（整改措施：①补登②核对；责任部门：办公室）。\n", "办公室", "", None),
    ("整改措施：补登（整改措施：见办法）。\n", "", "", None),
    ("整改措施：补登。\n牵头单位：办公室；责任单位：财务科\n", "办公室", "财务科", None),
    ("整改措施：补登，由专人负责登记。\n", "", "", None),
    ("整改措施：补登。\n", "", "", None),
)


@pytest.mark.parametrize(("lines", "lead", "help_", "limit"), ASSIGNED)
def test_who_answers_and_until_when(lines: str, lead: str, help_: str, limit: str | None) -> None:
    (response,) = read(f"{PLAN}一、整改任务\n1.台账不全。\n{lines}").responses
    assert " ".join(response.responsible_departments) == lead
    assert " ".join(response.cooperating_departments) == help_
    assert (response.time_limit.text if response.time_limit else None) == limit


def test_a_field_under_a_heading_holds_for_its_problems_unless_they_have_their_own() -> None:
    plan = read(
        f"{PLAN}一、整改任务\n责任部门：办公室\n1.台账不全。\n整改措施：补登。\n2.报销慢。\n整改措施：限时。\n责任部门：财务科\n"
    )
    assert [r.responsible_departments for r in plan.responses] == [("办公室",), ("财务科",)]


def test_no_report_is_no_progress_and_stays_among_the_labels() -> None:
    (response,) = read(f"{NOTICE}一、整改情况\n1.台账不全。\n整改情况：暂未报送\n").responses
    assert (response.progress, response.status, response.labels) == ((), None, {"整改情况": "暂未报送"})


LISTS = (
    ("某局关于反馈意见的报告\n一、存在问题\n", "一是会议多；二是文件长；三是检查多。", 3),
    ("某局关于反馈意见的报告\n一、整改情况\n", "一是学习不够；二是调研偏少。", 2),
    ("某局反馈意见的通报\n一、反馈的问题\n", "一是学习不深入；二是组织培训走过场。", 2),
    ("某局问题清单\n一、存在问题\n", "一是会议多；二是文件长。", 2),
    ("某局整改方案\n一、整改任务\n", "一是学习不够；二是调研偏少；三是文风不实。", 3),
    ("某局整改情况的通报\n一、整改情况\n", "一是修订会议制度；二是压减文件12份。", 0),
    ("某局整改情况的通报\n一、存在问题\n", "一是修订会议制度；二是压减文件12份。", 0),
    ("某局整改方案\n一、整改任务\n", "一是修订会议制度；二是压减文件。", 0),
)


@pytest.mark.parametrize(("head", "ordinals", "problems"), LISTS)
def test_faults_counted_inside_a_line_are_problems_and_deeds_are_none(head: str, ordinals: str, problems: int) -> None:
    plan = read(f"{head}（一）作风方面\n1.作风不实。{ordinals}\n2.执行纪律不严。{ordinals}\n")
    assert len(plan.findings) == 2 * (problems or 1)
    assert (not plan.responses) is bool(problems)


def test_problems_that_wait_for_measures_are_of_one_kind_of_number() -> None:
    kinds = (MarkKind.ORDINAL, MarkKind.ARABIC, MarkKind.ORDINAL, MarkKind.ORDINAL)
    root = Node()
    root.children = [Node(kind, number, parent=root) for number, kind in enumerate(kinds)]
    assert [node.number for node in waiting_before(root.children[-1])] == [2]
    root.children[1].kind = MarkKind.ORDINAL
    assert [node.number for node in waiting_before(root.children[-1])] == [0, 1, 2]


RHYTHMS = (
    ("每季度检查一次。", None, ["quarter"]),
    ("每月通报一次，每半年评议一次。", None, ["month", "half_year"]),
    ("2031年8月底前修订办法。", "2031年8月底前", []),
    ("2031年8月底前修订办法，每年检查一次。", "2031年8月底前", ["year"]),
    ("修订办法，明确审批权限。", None, []),
    ("每人联系一个支部。", None, []),
    ("清理2029年以来的报销11笔。", None, []),
    ("每年1月修订一次清单。", None, ["year"]),
    ("每年3月、9月各核对一次。", None, ["year"]),
    ("每学年9月修订一次清单。", None, ["year"]),
    ("每学年开学前修订清单。", None, ["year"]),
    ("每年修订一次清单，2031年8月底前完成首次。", "2031年8月底前", ["year"]),
    ("2031年1月底前修订清单，每年1月核对。", "2031年1月底前", ["year"]),
    ("每人于2031年8月底前写出总结。", "2031年8月底前", []),
)


@pytest.mark.parametrize(("measure", "limit", "rhythm"), RHYTHMS)
def test_what_a_measure_says_of_time(measure: str, limit: str | None, rhythm: list[str]) -> None:
    plan = read(f"{PLAN}2031年3月5日，巡察组反馈了意见。\n一、整改任务\n1.台账不全。\n整改措施：{measure}\n")
    (found,) = plan.responses[0].measures
    assert (found.time_limit.text if found.time_limit else None) == limit
    assert [str(every.freq) for every in found.recurrences] == rhythm
