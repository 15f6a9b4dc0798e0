"""When a part falls due, and what is said where it has no date or a provisional one."""

from __future__ import annotations

import datetime as dt

import pytest

from zhenggai.deadline import Context, PhaseEnd, due, national, read
from zhenggai.deadline.kinds import Phase, Within

ANCHORS = Context(
    plan_date=dt.date(2024, 5, 8),
    feedback_date=dt.date(2024, 4, 12),
    phases=(PhaseEnd("集中整改阶段", dt.date(2024, 7, 31)), PhaseEnd("巩固提升阶段")),
)


def dues(text: str, context: Context = ANCHORS):
    return due(read(text, context=context).parts, anchors=context, workdays=national())


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024年9月底前", "2024-09-30"),
        ("6月1日至8月31日", "2024-08-31"),
        ("反馈之日起三个月内", "2024-07-12"),
        ("方案印发后10个工作日内", "2024-05-21"),
        ("集中整改期内", "2024-07-31"),
    ],
)
def test_dates(text: str, date: str) -> None:
    assert [(found.date, found.statement) for found in dues(text)] == [(dt.date.fromisoformat(date), None)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("立行立改", "立即整改"),
        ("长期坚持", "没有截止日期"),
        ("每月25日前", "周期"),
        ("春节前", "春节前"),
        ("XX", "留空"),
        ("三个月内", "没有写明从何时起算"),
        ("收到通知之日起7日内", "缺少文书送达日期"),
        ("巩固提升阶段", "没有“巩固提升阶段”的截止日期"),
    ],
)
def test_what_has_no_date_says_why(text: str, reason: str) -> None:
    (found,) = dues(text)
    assert found.date is None
    assert found.statement is not None
    assert reason in found.statement


def test_a_year_not_published_is_said() -> None:
    context = Context(feedback_date=dt.date(2026, 12, 25))
    (found,) = dues("反馈之日起15个工作日内", context)
    assert found.date == dt.date(2027, 1, 15)
    assert found.statement is not None
    assert "2027年" in found.statement
    (in_days,) = dues("反馈之日起15日内", context)
    assert in_days.statement is None


def test_a_period_beyond_the_calendar_has_no_date() -> None:
    late = Context(feedback_date=dt.date(2199, 12, 31))
    (found,) = due((Within(9999, "year", "feedback"),), anchors=late, workdays=national())
    assert found.date is None
    assert found.statement is not None


def test_phase_takes_the_title_of_the_schedule() -> None:
    assert read("集中整改期内", context=ANCHORS).parts == (Phase("集中整改阶段"),)
    assert read("集中整改期内", context=Context()).parts == (Phase("集中整改期"),)
