"""Front matter, totals, schedule, groups, mechanisms, attachments: small documents and what they say."""

from __future__ import annotations

import datetime as dt

import pytest

from zhenggai.document import read_bytes
from zhenggai.plan import Plan, build_plan
from zhenggai.plan.front import read_totals
from zhenggai.text import fold

PROBLEM = "一、整改任务\n1.台账不全，有3处漏登。\n整改措施：补登台账。\n"


def read(text: str) -> Plan:
    return build_plan(read_bytes(text.encode(), "方案.txt"))


TITLES = (
    ("某县档案局党组关于巡察反馈意见的整改方案", "plan"),
    ("某县档案局党组关于巡察整改进展情况的通报", "notice"),
    ("某县档案局关于审计报告反映问题整改情况的函", "report"),
    ("某县档案局关于审计查出问题整改情况的报告", "report"),
    ("某县档案局巡察反馈问题整改台账", "ledger"),
    ("某县贯彻落实督察反馈意见整改方案（公开版）", "plan"),
    ("某县贯彻落实督察报告整改任务进展情况公示", "notice"),
)


@pytest.mark.parametrize(("title", "kind"), TITLES)
def test_the_last_word_of_the_title_gives_the_kind(title: str, kind: str) -> None:
    plan = read(f"{title}\n{PROBLEM}")
    assert (plan.title, plan.kind) == (title, kind)


def test_a_title_over_two_lines_is_one() -> None:
    assert (
        read(f"某局领导班子\n2031年度民主生活会整改方案\n{PROBLEM}").title == "某局领导班子2031年度民主生活会整改方案"
    )
    assert (
        read(f"关于区委巡察组反馈意见\n整改落实工作方案\n{PROBLEM}").title == "关于区委巡察组反馈意见整改落实工作方案"
    )


def test_number_issuer_and_date() -> None:
    plan = read(f"某局党组关于反馈意见的整改方案\n某局党发〔2031〕6号\n{PROBLEM}中共某局党组\n2031年4月2日\n")
    assert plan.document_number == "某局党发〔2031〕6号"
    assert plan.issuer == "中共某局党组"
    assert plan.plan_date == dt.date(2031, 4, 2)


FEEDBACK = (
    ("2031年3月5日，巡察组反馈了意见。", dt.date(2031, 3, 5)),
    ("2030年9月10日至11月20日，巡察组开展了巡察，并于12月6日反馈了意见。", dt.date(2030, 12, 6)),
    ("2031年2月至4月，巡察组开展巡察，5月6日反馈意见。", dt.date(2031, 5, 6)),
    ("2030年5月8日至7月12日，巡察组开展了巡察，同步作了延伸了解，并反馈了意见。", None),
    ("巡察组反馈了意见。", None),
)


@pytest.mark.parametrize(("lead", "date"), FEEDBACK)
def test_the_date_of_the_feedback(lead: str, date: dt.date | None) -> None:
    assert read(f"某局整改方案\n{lead}\n{PROBLEM}").feedback_date == date


TOTALS = (
    (
        "反馈4个方面37个问题，已整改完成34个，阶段性完成3个",
        {"areas": 4, "findings": 37, "completed": 34, "basically_done": 3},
    ),
    ("梳理出3个方面12个具体问题，制定整改措施46条", {"areas": 3, "findings": 12, "measures": 46}),
    ("聚焦反馈的三个方面十二个问题", {"areas": 3, "findings": 12}),
    ("梳理出XX大项具体整改任务", {}),
    ("整改一个、销号一个，问题不解决不放过", {}),
    ("从3个方面加强学习", {}),
)


@pytest.mark.parametrize(("text", "totals"), TOTALS)
def test_announced_totals(text: str, totals: dict[str, int]) -> None:
    read_out = read_totals([fold(text)])
    assert {name: getattr(read_out, name) for name in totals} == totals
    assert sum(
        getattr(read_out, n) is not None for n in ("areas", "findings", "measures", "completed", "basically_done")
    ) == len(totals)


SCHEDULE = (
    "某局整改方案\n2031年3月5日，巡察组反馈了意见。\n" + PROBLEM + "二、时间安排\n"
    "（一）动员部署阶段（3月6日—3月15日）。召开动员会。\n"
    "（二）集中整改阶段（3月16日—6月30日）。4月底前，召开推进会；5月20日前，各科室报送进展。适时召开专题会。\n"
    "（三）巩固提升阶段（7月1日以后）。完善制度。\n"
)


def test_phases_and_dated_acts() -> None:
    plan = read(SCHEDULE)
    assert [(p.number, p.title, p.start, p.end) for p in plan.phases] == [
        ("（一）", "动员部署阶段", dt.date(2031, 3, 6), dt.date(2031, 3, 15)),
        ("（二）", "集中整改阶段", dt.date(2031, 3, 16), dt.date(2031, 6, 30)),
        ("（三）", "巩固提升阶段", dt.date(2031, 7, 1), None),
    ]
    assert [(m.time_limit.text, m.text) for m in plan.milestones] == [
        ("4月底前", "召开推进会"),
        ("5月20日前", "各科室报送进展"),
    ]


def test_the_period_of_concentrated_work_is_a_phase() -> None:
    plan = read(f"某局整改方案\n集中整改期为2031年3月6日至9月5日。\n{PROBLEM}完成时限：集中整改期内\n")
    assert [(p.title, p.start, p.end) for p in plan.phases] == [
        ("集中整改期", dt.date(2031, 3, 6), dt.date(2031, 9, 5))
    ]


def test_mechanisms_have_names_and_rhythm() -> None:
    plan = read(
        f"某局整改方案\n{PROBLEM}二、组织保障\n（一）建立推进机制。一是碰头会制度。每半月召开一次碰头会。二是台账制度。逐项登记。\n"
        "（二）建立定期调度机制。每周调度一次。\n（三）持续健全长效机制。举一反三。\n"
    )
    assert [(m.name, len(m.recurrences)) for m in plan.mechanisms] == [
        ("碰头会制度", 1),
        ("台账制度", 0),
        ("定期调度机制", 1),
    ]


GROUPS = (
    f"某局整改方案\n{PROBLEM}附件1：某局整改工作领导小组\n附件2：某局整改台账\n附件1\n某局整改工作领导小组\n组  长：甲某某\n副组长：乙某、丙某\n"
    "成  员：各科室负责人\n职  责：统筹整改工作。\n1.领导小组下设办公室，办公室设在机关党委。\n主  任：丙某\n2.领导小组下设督查组\n组  长：丁某\n"
)


def test_groups_their_people_and_attachments() -> None:
    plan = read(GROUPS)
    assert [(g.name, g.parent, g.leader, g.deputies, g.director) for g in plan.groups] == [
        ("某局整改工作领导小组", None, ("甲某某",), ("乙某", "丙某"), ()),
        ("办公室", "某局整改工作领导小组", (), (), ("丙某",)),
        ("督查组", "某局整改工作领导小组", ("丁某",), (), ()),
    ]
    assert [(a.number, a.title, a.present) for a in plan.attachments] == [
        (1, "某局整改工作领导小组", True),
        (2, "某局整改台账", False),
    ]


PROSE_GROUPS = (
    ("成立整改工作领导小组，党组书记甲某任组长，副局长乙某、丙某任副组长。", ("党组书记甲某",), ("副局长乙某", "丙某")),
    (
        "成立整改领导小组，组长甲某（书记），副组长乙某（主任）、丙某（副书记）。",
        ("甲某（书记）",),
        ("乙某（主任）", "丙某（副书记）"),
    ),
)


@pytest.mark.parametrize(("sentence", "leader", "deputies"), PROSE_GROUPS)
def test_groups_in_a_sentence(sentence: str, leader: tuple[str, ...], deputies: tuple[str, ...]) -> None:
    plan = read(f"某局整改方案\n{PROBLEM}二、组织保障\n（一）{sentence}\n")
    assert [(g.leader, g.deputies) for g in plan.groups] == [(leader, deputies)]


def test_principles_and_safeguards_are_no_problems() -> None:
    plan = read(
        "某局整改方案\n一、主要原则\n一是强化导向。二是立行立改。\n二、整改任务\n（一）作风方面\n1.台账不全。\n整改措施：①补登。②核对。\n"
        "三、组织保障\n（一）加强领导。一是压实责任。二是传导压力。\n"
    )
    assert [f.text for f in plan.findings] == ["台账不全。"]
    assert [m.text for m in plan.responses[0].measures] == ["补登。", "核对。"]
