"""The schedule: phases, dated acts, the period of concentrated work, and standing arrangements."""

from __future__ import annotations

import datetime as dt

import pytest

from zhenggai.document import read_bytes
from zhenggai.plan import Plan, build_plan

HEAD = "某局整改方案\n2031年3月5日，巡察组反馈了意见。\n一、整改任务\n1.台账不全，有3处漏登。\n整改措施：补登台账。\n"


def read(text: str) -> Plan:
    return build_plan(read_bytes(f"{HEAD}{text}\n".encode(), "方案.txt"))


def wrong(reason: str) -> pytest.MarkDecorator:
    return pytest.mark.xfail(strict=True, reason=f"schedule.py: {reason}")


def day(written: str | None) -> dt.date | None:
    return dt.date.fromisoformat(written) if written else None


PHASES = (
    ("1.部署阶段（2031年3月6日至3月15日）。开会。", ("1", "部署阶段", "2031-03-06", "2031-03-15", "开会。")),
    ("（一）学习动员（3月6日—3月15日）", ("（一）", "学习动员", "2031-03-06", "2031-03-15", "")),
    ("（一）自查自纠阶段（3月底前）。自查。", ("（一）", "自查自纠阶段", None, "2031-03-31", "自查。")),
    (
        "（一）集中整改阶段（即日起至6月30日）。改。",
        ("（一）", "集中整改阶段", "2031-03-05", "2031-06-30", "改。"),
    ),
    ("（一）总结验收阶段（7月1日起）。总结。", ("（一）", "总结验收阶段", "2031-07-01", None, "总结。")),
    ("（一）巩固提升阶段（7月1日以后）。总结。", ("（一）", "巩固提升阶段", "2031-07-01", None, "总结。")),
    ("（一）制定方案（3月中旬）。写。", ("（一）", "制定方案", None, "2031-03-20", "写。")),
    ("（一）整改阶段。逐条整改。", ("（一）", "整改阶段", None, None, "逐条整改。")),
    ("动员部署阶段（3月6日至3月10日）。开会。", (None, "动员部署阶段", "2031-03-06", "2031-03-10", "开会。")),
    (
        "（一）总结阶段（2031年12月1日至2032年1月15日）。总结。",
        ("（一）", "总结阶段", "2031-12-01", "2032-01-15", "总结。"),
    ),
    ("（一）巩固提升阶段（长期坚持）。", ("（一）", "巩固提升阶段", None, None, "")),
    ("（一）加强领导。开会。", None),
    ("（一）学习教育。开会。", None),
    ("逐条整改，按时完成。", None),
    ("1.4月召开推进会。", None),
    pytest.param(
        "（一）全面整改阶段：2031年3月16日至6月30日。改。",
        ("（一）", "全面整改阶段", "2031-03-16", "2031-06-30", "改。"),
        marks=wrong("the dates of a phase are read in brackets alone, not behind a colon"),
    ),
    pytest.param(
        "第一阶段：动员部署（3月6日至3月10日）。开会。",
        (None, "第一阶段：动员部署", "2031-03-06", "2031-03-10", "开会。"),
        marks=wrong("the title ends at the colon of 第一阶段：, so that name and dates of the phase are lost"),
    ),
)


@pytest.mark.parametrize(("line", "phase"), PHASES)
def test_a_phase_has_name_and_bounds(line: str, phase: tuple[str | None, ...] | None) -> None:
    found = [(p.number, p.title, p.start, p.end, p.text) for p in read(f"二、时间安排\n{line}").phases]
    expected = [] if phase is None else [(phase[0], phase[1], day(phase[2]), day(phase[3]), phase[4])]
    assert found == expected


PROSE_PHASES = (
    (
        "3月7日至4月3日为部署阶段，4月4日至6月30日为整改阶段。",
        [("部署阶段", "2031-03-07", "2031-04-03"), ("整改阶段", "2031-04-04", "2031-06-30")],
    ),
    ("集中整改期为3个月（2031年3月6日至6月5日）。", [("集中整改期", "2031-03-06", "2031-06-05")]),
    ("集中整改期限为2031年3月6日至6月5日。", [("集中整改期", "2031-03-06", "2031-06-05")]),
    ("集中整改期：2031年3月6日-9月5日。", [("集中整改期", "2031-03-06", "2031-09-05")]),
    ("集中整改期6个月。", []),
    ("集中整改期间要抓紧。", []),
    ("3月7日至4月3日，巡察组开展了巡察。", []),
)


@pytest.mark.parametrize(("sentence", "phases"), PROSE_PHASES)
def test_phases_in_a_sentence(sentence: str, phases: list[tuple[str, str, str]]) -> None:
    found = read(f"二、工作要求\n（一）{sentence}").phases
    assert [(p.title, p.start, p.end) for p in found] == [(t, day(a), day(b)) for t, a, b in phases]


def test_phases_stand_in_order_and_hold_their_acts() -> None:
    plan = read(
        "二、时间安排\n"
        "（一）动员部署阶段（3月6日—3月15日）。召开动员会。\n"
        "（二）集中整改阶段（3月16日—6月30日）。4月底前，召开推进会；5月20日前，各科室报送进展。适时召开专题会。\n"
        "（三）巩固提升阶段（7月1日以后）。完善制度。"
    )
    assert [p.number for p in plan.phases] == ["（一）", "（二）", "（三）"]
    assert [(m.time_limit.text, m.text) for m in plan.milestones] == [
        ("4月底前", "召开推进会"),
        ("5月20日前", "各科室报送进展"),
    ]


MILESTONES = (
    ("4月底前，召开推进会。", [("4月底前", "召开推进会")]),
    ("3月16日，召开动员会。", [("3月16日", "召开动员会")]),
    ("6月底，向市委报告。", [("6月底", "向市委报告")]),
    ("12月20日前将报告送巡察办。", [("12月20日前", "将报告送巡察办")]),
    ("年底前，总结评估。", [("年底前", "总结评估")]),
    (
        "2031年5月20日前，报送进展；5月30日前，报送总结。",
        [("2031年5月20日前", "报送进展"), ("5月30日前", "报送总结")],
    ),
    ("适时召开推进会。", []),
    ("每月底前，报送进展。", []),
    ("集中整改阶段，召开推进会。", []),
    ("按照3月5日会议要求，逐条整改。", []),
    ("立即召开会议，传达反馈意见。", []),
    ("第1、2科室负责，逐条整改。", []),
    pytest.param(
        "4月底前召开推进会。",
        [("4月底前", "召开推进会")],
        marks=wrong("without a comma 4月底前 is cut behind 底: the limit loses 前 and the act begins with it"),
    ),
    pytest.param(
        "召开推进会（4月底前）。",
        [],
        marks=wrong("the bracket is read as an act that says 前）; the limit of an act may stand behind it"),
    ),
    pytest.param(
        "第二季度末，开展回头看。",
        [("第二季度末", "开展回头看")],
        marks=wrong("a quarter is no date of an act"),
    ),
)


@pytest.mark.parametrize(("sentence", "acts"), MILESTONES)
def test_dated_acts(sentence: str, acts: list[tuple[str, str]]) -> None:
    plan = read(f"二、时间安排\n（一）整改阶段。{sentence}")
    assert [(m.time_limit.text, m.text) for m in plan.milestones] == acts


MECHANISMS = (
    ("（一）建立定期会商机制。每月会商一次。", [("定期会商机制", ["month"])]),
    ("（一）销号制度。改一件销一件。", [("销号制度", [])]),
    ("1.督查制度：每季度督查一次。", [("督查制度", ["quarter"])]),
    ("（一）信息报送制度，每月25日前报送。", [("信息报送制度", ["month"])]),
    ("（一）碰头会制度。每半月召开一次碰头会。", [("碰头会制度", ["half_month"])]),
    ("（一）一是通报制度。每周通报一次。二是台账制度。逐项登记。", [("通报制度", ["week"]), ("台账制度", [])]),
    (
        "（一）建立以下制度。\n1.例会制度。每周一次。\n2.通报制度。每月一次。",
        [("例会制度", ["week"]), ("通报制度", ["month"])],
    ),
    ("（一）健全长效机制。举一反三。", []),
    ("（一）实行台账管理制度。逐项登记。", []),
    ("（一）加强领导。每月听取一次汇报。", []),
    ("碰头会制度。每半月召开一次。", []),
    ("（一）严格执行各项规章制度，不走过场。", []),
    pytest.param(
        "（一）周例会制度。每周一召开例会。",
        [("周例会制度", ["week"])],
        marks=wrong("the 周 of the name and 每周一 are taken for two rhythms"),
    ),
    pytest.param(
        "（一）联席会议制度每季度召开一次。",
        [("联席会议制度", ["quarter"])],
        marks=wrong("a name that its rhythm follows without punctuation is not told"),
    ),
    pytest.param(
        "（一）完善制度。每季度修订一次。",
        [],
        marks=wrong("完善制度 says what to do and names no arrangement"),
    ),
)


@pytest.mark.parametrize(("lines", "mechanisms"), MECHANISMS)
def test_mechanisms_have_names_and_rhythm(lines: str, mechanisms: list[tuple[str, list[str]]]) -> None:
    found = read(f"二、组织保障\n{lines}").mechanisms
    assert [(m.name, [str(r.freq) for r in m.recurrences]) for m in found] == mechanisms
