"""What a document says of itself: title, kind, issuer, number, dates and totals."""

from __future__ import annotations

import datetime as dt

import pytest

from zhenggai.document import read_bytes
from zhenggai.plan import Plan, build_plan
from zhenggai.plan.front import read_totals
from zhenggai.plan.model import Announced
from zhenggai.text import fold

PROBLEM = "一、整改任务\n1.台账不全，有3处漏登。\n整改措施：补登台账。\n"


def read(text: str) -> Plan:
    return build_plan(read_bytes(text.encode(), "方案.txt"))


TITLES = (
    ("某县档案局党组关于巡察反馈意见的整改方案", "plan"),
    ("某公司审计整改工作方案（试行）", "plan"),
    ("某局整改计划", "plan"),
    ("某县贯彻落实督察反馈意见整改方案（公开版）", "plan"),
    ("某县档案局党组关于巡察整改进展情况的通报", "notice"),
    ("某局关于巡察整改方案落实情况的通报", "notice"),
    ("某校关于督查反馈问题整改情况的公告", "notice"),
    ("某局问题整改销号公示", "notice"),
    ("某县贯彻落实督察报告整改任务进展情况公示", "notice"),
    ("某县档案局关于审计报告反映问题整改情况的函", "report"),
    ("某县档案局关于审计查出问题整改情况的报告", "report"),
    ("某局关于整改进展情况的汇报", "report"),
    ("某局关于巡察反馈意见整改工作的回复", "report"),
    ("某县档案局巡察反馈问题整改台账", "ledger"),
    ("某局审计发现问题整改清单", "ledger"),
    ("某局整改任务分解表", "ledger"),
    ("某局消防安全隐患整改情况统计表", "ledger"),
    ("某局整改情况说明", "report"),
    ("某局关于巡察反馈问题整改落实情况的说明", "report"),
)
NO_TITLES = (
    "某局年度工作总结",
    "整改措施要具体。",
    "发布时间：整改方案",
    "我们要把整改抓到底！制定方案",
    "局党组研究了整改工作",
    "某局整改情况说明会",
    "关于整改问题的说明",
)


@pytest.mark.parametrize(("title", "kind"), TITLES)
def test_the_last_word_of_the_title_gives_the_kind(title: str, kind: str) -> None:
    plan = read(f"{title}\n{PROBLEM}")
    assert (plan.title, plan.kind) == (title, kind)


@pytest.mark.parametrize("line", NO_TITLES)
def test_what_is_no_title(line: str) -> None:
    plan = read(f"{line}\n{PROBLEM}")
    assert (plan.title, plan.kind) == (None, "other")


BROKEN = (
    ("某局领导班子\n2031年度民主生活会整改方案", "某局领导班子2031年度民主生活会整改方案"),
    ("关于区委巡察组反馈意见\n整改落实工作方案", "关于区委巡察组反馈意见整改落实工作方案"),
    ("某县第一中学\n关于巡察反馈意见的整改方案", "某县第一中学关于巡察反馈意见的整改方案"),
    ("来源：某网\n某局关于巡察反馈意见的整改方案", "某局关于巡察反馈意见的整改方案"),
    ("某局关于巡察反馈意见的整改方案\n某党发〔2031〕6号", "某局关于巡察反馈意见的整改方案"),
)


@pytest.mark.parametrize(("lines", "title"), BROKEN)
def test_a_title_over_two_lines_is_one(lines: str, title: str) -> None:
    assert read(f"{lines}\n{PROBLEM}").title == title


ISSUERS = (
    ("中共某县水利局党组关于巡察反馈意见的整改方案", "", "中共某县水利局党组"),
    ("某县水利局关于审计整改情况的报告", "", "某县水利局"),
    ("某县人民政府关于整改情况的报告", "", "某县人民政府"),
    ("某县第一中学\n关于巡察反馈意见的整改方案", "", "某县第一中学"),
    ("关于巡察反馈意见的整改方案", "某县水利局\n2031年4月2日\n", "某县水利局"),
    ("某大学委员会关于巡视整改进展情况的通报", "中共某大学委员会\n2031年4月2日\n", "中共某大学委员会"),
    ("关于巡察反馈意见的整改方案", "", None),
    ("关于巡察反馈意见的整改方案", "2031年4月2日\n", None),
)


@pytest.mark.parametrize(("head", "tail", "issuer"), ISSUERS)
def test_the_issuer(head: str, tail: str, issuer: str | None) -> None:
    assert read(f"{head}\n{PROBLEM}{tail}").issuer == issuer


NUMBERS = (
    ("某党发〔2031〕6号", "某党发〔2031〕6号"),
    ("某发[2031]16号", "某发[2031]16号"),
    ("（某办函〔2031〕2号）", "某办函〔2031〕2号"),
    ("某审报〔2031〕第3号", "某审报〔2031〕第3号"),
    ("某局〔2031〕６号", "某局〔2031〕６号"),
    ("某政办字（2031）112号", "某政办字（2031）112号"),
    ("编号：12", None),
    ("2031年第6号", None),
    ("某党发〔2031〕号", None),
    ("某党发2031-6号", None),
    ("根据某党发〔2031〕6号文件", None),
)


@pytest.mark.parametrize(("line", "number"), NUMBERS)
def test_the_number_of_the_document(line: str, number: str | None) -> None:
    assert read(f"某局关于反馈意见的整改方案\n{line}\n{PROBLEM}").document_number == number


PLAN_DATES = (
    ("某局\n2031年4月2日\n", dt.date(2031, 4, 2)),
    ("某局\n二〇三一年四月二日\n", dt.date(2031, 4, 2)),
    ("某局\n二〇三一年四月十二日\n", dt.date(2031, 4, 12)),
    ("（2031年4月2日）\n", dt.date(2031, 4, 2)),
    ("某局\n２０３１年４月２日\n", dt.date(2031, 4, 2)),
    ("某局\n2031年13月2日\n", None),
    ("某局\n2031年2月29日\n", None),
    ("某局\n2031年4月\n", None),
    ("某局\n2031年X月X日\n", None),
    ("", None),
    ("某局\n2031 年 4 月 2 日\n", dt.date(2031, 4, 2)),
    ("某局\n2031年 4月12 日\n", dt.date(2031, 4, 12)),
    ("某局\n二〇三一 年 四 月 二 日\n", dt.date(2031, 4, 2)),
    ("某局\n2031 年   月   日\n", None),
)


@pytest.mark.parametrize(("tail", "date"), PLAN_DATES)
def test_the_date_of_the_document(tail: str, date: dt.date | None) -> None:
    assert read(f"某局关于反馈意见的整改方案\n{PROBLEM}{tail}").plan_date == date


FEEDBACK = (
    ("2031年3月5日，巡察组反馈了意见。", dt.date(2031, 3, 5)),
    ("二〇三一年三月五日，巡察组反馈了意见。", dt.date(2031, 3, 5)),
    ("2030年9月10日至11月20日，巡察组开展了巡察，并于12月6日反馈了意见。", dt.date(2030, 12, 6)),
    ("2030年12月20日至2031年1月20日巡察组巡察，2月5日反馈了意见。", dt.date(2031, 2, 5)),
    ("2031年2月至4月，巡察组开展巡察，5月6日反馈意见。", dt.date(2031, 5, 6)),
    ("2031年3月5日，省委巡视组反馈意见；5月1日，我局制定方案。", dt.date(2031, 3, 5)),
    ("根据2031年3月5日反馈的意见，制定本方案。", dt.date(2031, 3, 5)),
    ("审计组于2031年3月5日反馈审计报告。", dt.date(2031, 3, 5)),
    ("收到2031年3月5日县委巡察办《反馈意见》后，局党组立即研究。", dt.date(2031, 3, 5)),
    ("2030年5月8日至7月12日，巡察组开展了巡察，同步作了延伸了解，并反馈了意见。", None),
    ("巡察组反馈了意见。", None),
    ("巡察组3月5日反馈了意见。", None),
    ("2031年3月5日至4月5日，巡察组开展巡察。", None),
    ("2031年3月5日印发通知。", None),
    ("2031年2月30日，巡察组反馈了意见。", None),
    ("2031年3月5日下午，巡察组向局党组反馈了意见。", dt.date(2031, 3, 5)),
    ("2031 年 3 月 5 日，巡察组反馈了意见。", dt.date(2031, 3, 5)),
    ("2031年3月5日（星期三）上午，巡察组反馈了意见。", dt.date(2031, 3, 5)),
    ("2031年3月5日会议，巡察组反馈了意见。", None),
)


@pytest.mark.parametrize(("lead", "date"), FEEDBACK)
def test_the_date_of_the_feedback(lead: str, date: dt.date | None) -> None:
    assert read(f"某局整改方案\n{lead}\n{PROBLEM}").feedback_date == date


TOTALS = (
    (
        "反馈4个方面37个问题，已整改完成34个，阶段性完成3个",
        {"areas": 4, "findings": 37, "completed": 34, "basically_done": 3},
    ),
    (
        "21个问题中，整改完成15个、基本完成4个、持续推进2个",
        {"findings": 21, "completed": 15, "basically_done": 4, "ongoing": 2},
    ),
    ("梳理出3个方面12个具体问题，制定整改措施46条", {"areas": 3, "findings": 12, "measures": 46}),
    ("聚焦反馈的三个方面十二个问题", {"areas": 3, "findings": 12}),
    ("指出三个方面、二十一个具体问题", {"areas": 3, "findings": 21}),
    ("反馈5大类21项问题", {"areas": 5, "findings": 21}),
    ("两个方面9个问题", {"areas": 2, "findings": 9}),
    ("共细化为21项整改任务", {"items": 21}),
    ("制定措施63项", {"measures": 63}),
    ("制定63条整改措施", {"measures": 63}),
    ("反馈的21个问题已全部整改", {"findings": 21}),
    ("梳理出XX大项具体整改任务", {}),
    ("整改一个、销号一个，问题不解决不放过", {}),
    ("从3个方面加强学习", {}),
    ("对21个单位的问题进行了检查", {}),
    ("发现问题若干", {}),
    ("问题整改率达到100%", {}),
    ("反馈问题21个，制定措施30条", {"findings": 21, "measures": 30}),
    ("反馈的3个方面问题21项", {"areas": 3, "findings": 21}),
    ("共有具体问题共21个", {"findings": 21}),
    ("反馈问题中第21个没有整改", {}),
    ("立行立改问题2个", {}),
    ("第3个方面的问题", {}),
    ("第13个方面的问题", {}),
    ("第二十三个方面的问题", {}),
    ("第 3 个方面的问题", {}),
    ("第3个方面5个问题", {"findings": 5}),
    ("已销号18项问题", {"completed": 18}),
    ("已整改9个问题，还有4个问题正在整改", {"completed": 9}),
    ("已完成18个问题，反馈的21个问题逐项销号", {"completed": 18, "findings": 21}),
    ("其中3个问题未整改", {}),
)


@pytest.mark.parametrize(("text", "totals"), TOTALS)
def test_announced_totals(text: str, totals: dict[str, int]) -> None:
    assert read_totals([fold(text)]) == Announced(**totals)


def test_the_first_statement_of_a_total_counts() -> None:
    assert read_totals([fold("反馈21个问题"), fold("整改9个问题的措施")]).findings == 21
