"""Each doubt fires in one small document and is quiet in its neighbour."""

from __future__ import annotations

import datetime as dt

import pytest

from zhenggai.document import read_bytes
from zhenggai.plan import build_plan
from zhenggai.plan.doubts import DOUBTS, raise_doubt

HEAD = "某局关于巡察反馈意见的整改方案\n2031年3月5日，巡察组反馈了意见。\n一、整改任务\n（一）作风方面\n"
ONE = "1.台账不全，有3处漏登。\n整改措施：补登台账。\n责任部门：办公室\n完成时限：2031年5月底前\n"
TWO = "2.公开不及时，超期10天。\n整改措施：按时公开。\n责任部门：办公室\n完成时限：立行立改\n"
PROSE = (
    "局党组把这次巡察看作一次全面体检，先后三次开会研究，逐条对照反馈意见查摆原因，明确由谁来改、改到什么程度、什么时候改完，并把进展情况按月报送巡察办备查，"
    "同时结合年度重点工作举一反三，对下属五个单位同类情况一并排查，能够当场解决的当场解决，一时解决不了的列出清单逐项推进，直到干部职工满意为止，"
    "所需经费和人员由办公室统筹安排，任何科室不得以任务重、人手紧为由拖延不办，机关纪委全程监督，年底前向全体党员报告结果并接受评议。"
)
WRAPPED = "\n".join(PROSE[i : i + 20] for i in range(0, len(PROSE), 20)) + "\n"
TABLE = "附件\n责任分工表\n序号\t具体问题\t责任部门\t完成时限\n1\t{}\t办公室\t2031年5月底前\n"
CASES = {
    "no_problem_part": ("某局工作总结\n今年工作有序开展。\n", HEAD + ONE),
    "unassigned_text": (HEAD + ONE + "另有说明若干文字在此。\n" + TWO, HEAD + ONE + TWO),
    "number_gap": (HEAD + ONE + TWO.replace("2.", "3.", 1), HEAD + ONE + TWO),
    "finding_without_measure": (HEAD + ONE + "2.公开不及时，超期10天。\n责任部门：办公室\n", HEAD + ONE + TWO),
    "measures_shared": (
        HEAD + "1.台账管理混乱。\n一是漏登3处。\n二是错登2处。\n整改措施：逐一核对台账。\n",
        HEAD + ONE,
    ),
    "time_limit_unread": (HEAD + ONE.replace("2031年5月底前", "条件成熟再说"), HEAD + ONE),
    "time_limit_placeholder": (HEAD + ONE.replace("2031年5月底前", "XX"), HEAD + ONE),
    "name_placeholder": (HEAD + ONE.replace("办公室", "XXX"), HEAD + ONE),
    "reference_date_missing": (
        "某局整改方案\n一、整改任务\n" + ONE.replace("2031年5月底前", "5月底前"),
        HEAD + ONE.replace("2031年5月底前", "5月底前"),
    ),
    "total_differs": (
        HEAD.replace("意见。", "意见，指出1个方面8个问题。") + ONE,
        HEAD.replace("意见。", "意见，指出1个方面1个问题。") + ONE,
    ),
    "attachment_missing": (HEAD + ONE + "附件：整改任务台账\n", HEAD + ONE),
    "unknown_status": (HEAD + ONE + "整改状态：说不清楚\n", HEAD + ONE + "整改状态：已完成\n"),
    "label_unused": (
        HEAD.replace("一、", "逐条明确牵头领导、责任部门、完成时限。\n一、") + ONE,
        HEAD.replace("一、", "逐条明确整改措施、责任部门、完成时限。\n一、") + ONE,
    ),
    "unlabelled_text": (
        HEAD.replace("整改方案", "整改情况的通报") + "1.台账不全\n整改情况：已补登台账。\n2.公开不及时\n已按时公开。\n",
        HEAD.replace("整改方案", "整改情况的通报")
        + "1.台账不全\n整改情况：已补登台账。\n2.公开不及时\n整改情况：已按时公开。\n",
    ),
    "row_unmatched": (
        HEAD
        + ONE
        + TWO
        + TABLE.format("台账不全，有3处漏登。")
        + "2\t食堂无人留样，抽查缺2天\t后勤科\t2031年6月底前\n",
        HEAD + ONE + TWO + TABLE.format("台账不全，有3处漏登。") + "2\t公开不及时，超期10天。\t办公室\t立行立改\n",
    ),
    "file_note": (WRAPPED, HEAD + ONE),
    "not_a_problem": (
        HEAD + ONE + TWO + "（二）上年度结转事项\n1.电梯更新项目，今年继续推进。\n2.车棚改建项目，今年继续推进。\n",
        HEAD + ONE + TWO,
    ),
}


def codes(text: str) -> set[str]:
    return {doubt.code for doubt in build_plan(read_bytes(text.encode(), "方案.txt")).doubts}


def test_every_doubt_has_a_case() -> None:
    assert set(DOUBTS) - set(CASES) == {"year_assumed"}


@pytest.mark.parametrize("code", CASES)
def test_a_doubt_fires_and_is_quiet(code: str) -> None:
    fires, quiet = CASES[code]
    assert code in codes(fires)
    assert code not in codes(quiet)


def test_a_year_from_the_day_of_reading_is_said_to_be_assumed() -> None:
    text = CASES["reference_date_missing"][0]
    plan = build_plan(read_bytes(text.encode(), "方案.txt"), as_of=dt.date(2031, 2, 1))
    assert "year_assumed" in {doubt.code for doubt in plan.doubts}
    limit = plan.responses[0].time_limit
    assert limit is not None
    quiet = build_plan(read_bytes((HEAD + ONE).encode(), "方案.txt"), as_of=dt.date(2031, 2, 1))
    assert "year_assumed" not in {doubt.code for doubt in quiet.doubts}
    assert limit.parts[0].date == dt.date(2031, 5, 31)  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", DOUBTS.values(), ids=DOUBTS)
def test_every_doubt_says_what_to_do(kind: object) -> None:
    names = (
        "text",
        "mark",
        "expected",
        "marks",
        "count",
        "label",
        "rest",
        "year",
        "stated",
        "found",
        "title",
        "role",
        "note",
    )
    doubt = raise_doubt(kind.code, **dict.fromkeys(names, "某"))  # type: ignore[attr-defined]
    assert doubt.message.endswith(kind.advice)  # type: ignore[attr-defined]
    assert "{" not in doubt.message
