"""The agenda follows the ledger: what is on it, in which order, and what a line over a restricted finding leaves out."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest

from zhenggai.workflow.agenda import AgendaFacts, ClosureFact, Line, MeasureFact, ResolutionFact, agenda_of, figures_of

DAY = dt.date(2025, 6, 16)
HUSHED = "挪用专项经费"


def on(month: int, day: int) -> dt.date:
    return dt.date(2025, month, day)


MEASURES = (
    MeasureFact(1, "C001", "修订学习制度", 11, "W001", ("教务处",), on(6, 1), "正在整改", 40, done="已起草初稿"),
    MeasureFact(2, "C002", "清退超标补贴", 12, "W002", ("财务室",), on(6, 10), "正在整改", 60, difficulty="个别人员已调离"),
    MeasureFact(3, "C003", "公示采购价格", 13, "W003", ("总务处", "财务室"), on(6, 25), "正在整改", 20),
    MeasureFact(4, "C004", "组织专题培训", 14, "W004", ("教务处",), on(5, 20), "已完成", 100, finished=True),
    MeasureFact(5, "C005", "建立巡查机制", 15, "W005", (), None, "正在整改", 10, returned="缺少签到表"),
    MeasureFact(6, "C006", HUSHED, 16, "W006", ("财务室",), on(6, 5), "正在整改", 0, done=HUSHED, difficulty=HUSHED, secret=True),
    MeasureFact(7, "C007", "完善资产台账", 17, "W007", ("总务处",), on(7, 10), "正在整改", 0),
)  # fmt: skip
FACTS = AgendaFacts(
    DAY, on(6, 16), on(6, 30), on(7, 15),
    resolutions=(
        ResolutionFact(8, "第2次会议第1项", "报送整改台账", "教务处", on(6, 10), "办理中", open=True, carried=1),
        ResolutionFact(9, "第2次会议第2项", "补齐会议记录", "办公室", on(6, 9), "已办结", open=False),
        ResolutionFact(10, "第2次会议第3项", HUSHED, "财务室", on(6, 20), "办理中", True, 16, "W006", secret=True),
    ),
    measures=MEASURES,
    closures=(ClosureFact(14, "W004", "培训不到位"), ClosureFact(16, "W006", HUSHED, secret=True)),
)  # fmt: skip

GOLDEN = {
    "last_resolutions": [
        "第2次会议第1项：报送整改台账（教务处，2025年6月10日前，已逾期，已结转1次）",
        "第2次会议第3项：问题W006的议定事项（财务室，2025年6月20日前）",
        "第2次会议第2项：补齐会议记录（办公室，2025年6月9日前）",
    ],
    "departments": [
        "总务处：承担措施2项，已完成0项，未完成的有C003、C007。",
        "教务处：承担措施2项，已完成1项，逾期1项，未完成的有C001。",
        "财务室：承担措施3项，已完成0项，逾期2项，未完成的有C006、C002、C003。",
        "未明确责任部门：承担措施1项，已完成0项，未完成的有C005。",
    ],
    "pressing": [
        "C001 修订学习制度（教务处，逾期，应于2025年6月1日完成，已逾期15天）",
        "问题W006的措施C006（财务室，逾期，应于2025年6月5日完成，已逾期11天）",
        "C002 清退超标补贴（财务室，逾期，应于2025年6月10日完成，已逾期6天）",
        "C005 建立巡查机制（未明确责任部门，退回：缺少签到表）",
        "C003 公示采购价格（总务处、财务室，临期，应于2025年6月25日完成）",
    ],
    "coordination": [
        "问题W006的措施C006（财务室，需要协调）",
        "C002 清退超标补贴（财务室，存在困难：个别人员已调离）",
    ],
    "closures": ["审定问题W004销号：培训不到位", "审定问题W006销号"],
    "next_period": [
        "C003 公示采购价格（总务处、财务室，2025年6月25日前完成）",
        "C007 完善资产台账（总务处，2025年7月10日前完成）",
    ],
    "figures": ["截至2025年6月16日，共7项整改措施，已完成1项，完成率14.28%；逾期未完成3项。"],
    "other": ["研究其他事项"],
}


@pytest.mark.parametrize("section", GOLDEN)
def test_each_section_says_what_the_ledger_says(section: str) -> None:
    assert [line.text for line in agenda_of([section], FACTS)] == GOLDEN[section]


def test_nothing_secret_stands_on_an_agenda() -> None:
    lines = agenda_of(list(GOLDEN), FACTS)
    assert not [line for line in lines if HUSHED in line.text + line.reported]
    assert {line.finding_id for line in lines if line.secret} == {16}


def test_the_order_of_the_facts_makes_no_difference() -> None:
    shuffled = [list(part) for part in (FACTS.resolutions, FACTS.measures, FACTS.closures)]
    for seed in range(20):
        for part in shuffled:
            random.Random(seed).shuffle(part)  # noqa: S311 — any order will do
        again = replace(FACTS, resolutions=tuple(shuffled[0]), measures=tuple(shuffled[1]), closures=tuple(shuffled[2]))
        assert agenda_of(list(GOLDEN), again) == agenda_of(list(GOLDEN), FACTS)


def test_keys_are_unique_and_sections_keep_their_order() -> None:
    order = ["next_period", "pressing", "departments"]
    lines = agenda_of(order, FACTS)
    assert len({line.key for line in lines}) == len(lines)
    assert list(dict.fromkeys(line.section for line in lines)) == order


def test_a_measure_of_two_findings_stands_once() -> None:
    twice = replace(FACTS, measures=(*MEASURES, replace(MEASURES[0], finding_id=18, finding="W008")))
    assert [line.text for line in agenda_of(["pressing"], twice)] == GOLDEN["pressing"]
    assert figures_of(twice) == GOLDEN["figures"][0]


def test_an_empty_ledger_still_makes_an_agenda() -> None:
    empty = AgendaFacts(DAY, DAY, on(6, 30), on(7, 15))
    lines = agenda_of(list(GOLDEN), empty)
    assert [line.section for line in lines] == list(GOLDEN)
    assert Line("pressing", "pressing", "没有逾期、退回和下次会议前到期的措施。") in lines


def test_a_long_section_says_how_many_more_there_are() -> None:
    many = replace(FACTS, measures=tuple(replace(MEASURES[0], id=100 + n, reference=f"C{100 + n}") for n in range(40)))
    lines = agenda_of(["pressing"], many)
    assert (len(lines), lines[-1].text) == (16, "另有25项，见台账。")
