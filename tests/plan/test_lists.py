"""Three lists in text: problems, what is done, who answers; the numbers hold them together."""

from __future__ import annotations

import pytest

from zhenggai.document import read_bytes
from zhenggai.plan import Plan, build_plan

PROBLEMS = "一、问题清单\n1.台账不全。\n2.报销慢。\n"
Row = tuple[str, list[str], tuple[str, ...], str | None]
"""Problem, measures, departments, limit."""


def read(text: str) -> Plan:
    return build_plan(read_bytes(f"某局巡察整改三个清单\n{text}".encode(), "清单.txt"))


def rows(plan: Plan) -> list[Row]:
    texts = {f.id: f.text for f in plan.findings}
    return [
        (
            "+".join(texts[f] for f in r.findings),
            [m.text for m in r.measures],
            r.responsible_departments,
            r.time_limit.text if r.time_limit else None,
        )
        for r in plan.responses
    ]


BOTH: list[Row] = [
    ("台账不全。", ["补登3处。", "逐月核对。"], ("办公室",), "2024年3月底"),
    ("报销慢。", ["限时办结。"], ("财务科",), None),
]
LISTS: dict[str, tuple[str, list[Row]]] = {
    "the numbers alone": (
        (
            "二、任务清单\n1.（1）补登3处。（2）逐月核对。\n2.限时办结。\n"
            "三、责任清单\n1.责任部门：办公室；完成时限：2024年3月底。\n2.责任部门：财务科。\n"
        ),
        BOTH,
    ),
    "problems named": (
        (
            "二、措施清单\n1.针对问题1：①补登3处。②逐月核对。\n2.针对问题2：限时办结。\n"
            "三、责任清单\n1.问题1：责任部门 办公室；完成时限 2024年3月底。\n2.问题2：责任部门 财务科。\n"
        ),
        BOTH,
    ),
    "problems named in another order": (
        (
            "二、任务清单\n1.针对问题2：限时办结。\n2.针对问题1：①补登3处。②逐月核对。\n"
            "三、责任清单\n1.问题二：责任部门 财务科。\n2.问题一：责任部门 办公室；完成时限 2024年3月底。\n"
        ),
        [BOTH[1], BOTH[0]],
    ),
    "labels and lines": (
        (
            "二、任务清单\n1.整改措施：\n（1）补登3处。\n（2）逐月核对。\n完成时限：2024年3月底\n2.整改措施：限时办结。\n"
            "三、责任清单\n1.\n责任部门：办公室\n2.\n责任部门：财务科\n"
        ),
        BOTH,
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_what_stands_under_a_number_goes_to_its_problem(name: str) -> None:
    text, expected = LISTS[name]
    plan = read(PROBLEMS + text)
    assert rows(plan) == expected
    assert [f.text for f in plan.findings] == ["台账不全。", "报销慢。"]
    assert not plan.unassigned


def test_measures_for_a_problem_with_several_faults_are_shared() -> None:
    plan = read(
        "一、问题清单\n1.秩序混乱。\n（1）占道。\n（2）乱贴。\n2.保洁差。\n二、任务清单\n1.开展整治。\n2.增加保洁。\n"
    )
    assert [(r.findings, [m.text for m in r.measures]) for r in plan.responses] == [
        (("F1", "F2"), ["开展整治。"]),
        (("F3",), ["增加保洁。"]),
    ]


def test_a_reference_to_no_problem_stays_open() -> None:
    plan = read(PROBLEMS + "二、任务清单\n1.针对问题1：补登。\n2.针对问题9：养护道路。\n")
    assert [(r.findings, [m.text for m in r.measures]) for r in plan.responses] == [(("F1",), ["补登。"])]
    assert any(d.code == "unassigned_text" and "养护道路" in d.message for d in plan.doubts)
    assert any(d.code == "finding_without_measure" and "报销慢" in d.message for d in plan.doubts)


NO_LISTS = {
    "another count": "二、任务清单\n1.补登。\n2.核对。\n3.公示。\n",
    "areas": "二、任务清单\n（一）台账\n1.补登。\n（二）报销\n1.限时。\n",
    "a title of another kind": "二、工作要求\n1.加强领导。\n2.强化落实。\n",
}


@pytest.mark.parametrize("name", NO_LISTS)
def test_lists_that_do_not_fit_the_problems_are_not_joined_by_number(name: str) -> None:
    plan = read(PROBLEMS + NO_LISTS[name])
    assert not [m for r in plan.responses for m in r.measures if set(r.findings) & {"F1", "F2"}]
    assert [f.text for f in plan.findings][:2] == ["台账不全。", "报销慢。"]


@pytest.mark.parametrize("name", LISTS)
def test_every_character_of_the_lists_is_accounted_for(name: str) -> None:
    text = PROBLEMS + LISTS[name][0]
    plan = read(text)
    lines = [line for line in text.splitlines() if line and line[0] not in "一二三"]
    covered = sum(span.end - span.start for span in plan.problem_part)
    assert covered == sum(map(len, lines))
    named = {
        (span.block, place)
        for spans in (
            *(f.spans for f in plan.findings),
            *(r.spans for r in plan.responses),
            *(m.spans for r in plan.responses for m in r.measures),
            *(f.spans for f in plan.furniture),
            plan.unassigned,
        )
        for span in spans
        for place in range(span.start, span.end)
    }
    assert named == {(s.block, place) for s in plan.problem_part for place in range(s.start, s.end)}
