"""What `show` writes, `read` reads back as the same parts."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from zhenggai.deadline import Context, national, read, show
from zhenggai.deadline.days import month_end, sunday_of
from zhenggai.deadline.kinds import AtOnce, By, Event, Every, Ongoing, Phase, Placeholder, TimePart, Window, Within
from zhenggai.deadline.periods import Length, after

CONTEXT = Context(plan_date=dt.date(2024, 5, 8), feedback_date=dt.date(2024, 4, 12))
DATES = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))


def last_day(date: dt.date, grain: str) -> dt.date:
    length = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}.get(grain)
    if length:
        return month_end(date.year, -(-date.month // length) * length)
    if grain == "week":
        return sunday_of(date)
    if grain == "ten_days":
        return date.replace(day=10 if date.day <= 10 else 20) if date.day <= 20 else month_end(date.year, date.month)
    return date


GRAINS = ("day", "week", "ten_days", "month", "quarter", "half_year", "year")
BYS = st.builds(lambda date, grain: By(last_day(date, grain), grain), DATES, st.sampled_from(GRAINS))
WINDOWS = st.builds(lambda a, b: Window(min(a, b), max(a, b)), DATES, DATES)


def within(count: int, unit, anchor) -> Within:
    start = CONTEXT.date_of(anchor) if anchor else None
    return Within(count, unit, anchor, after(start, Length(count, unit), national()) if start else None)


WITHINS = st.builds(
    within,
    st.integers(1, 365),
    st.sampled_from(("day", "workday", "week", "month", "year")),
    st.sampled_from(("feedback", "plan", "document", None)),
)
DATED_IN = {
    "month": ("25日前", "5日、20日前", "底前", "第一周", "上旬", "最后一个工作日"),
    "quarter": ("末", "末月20日前", "首月10日前"),
    "year": ("3月、9月", "12月底前", "6月30日前", "底前"),
    "week": ("周一", "周二、周五", "星期三"),
    "semester": ("开学前", "末"),
    "half_year": ("末",),
}
TIMES = st.none() | st.integers(1, 99)


@st.composite
def everies(draw: st.DrawFn) -> Every:
    freq = draw(st.sampled_from(("day", "week", "half_month", "month", "quarter", "half_year", "year", "semester")))
    interval = 1 if freq == "half_month" else draw(st.integers(1, 12))
    dates = DATED_IN.get(freq, ())
    date = draw(st.none() | st.sampled_from(dates)) if dates else None
    return Every(freq, interval, draw(TIMES), date)


ALTERNATES = st.builds(
    lambda which, unit, times: Every({"月": "month", "周": "week"}[unit], 2, times, which + unit),
    st.sampled_from("单双"),
    st.sampled_from("月周"),
    TIMES,
)
PHASES = st.sampled_from(("集中整改期", "第一阶段", "建章立制阶段", "巩固提升阶段")).map(Phase)
EVENTS = st.sampled_from(
    ("春节前", "2024年秋季学期开学前", "下次换届时", "资金到位后", "新学期开学后一个月内", "项目验收后30日内")
).map(Event)
PLAIN = st.sampled_from((AtOnce(), Ongoing(), Placeholder()))
PARTS = st.one_of(BYS, WINDOWS, WITHINS, everies(), ALTERNATES, PHASES, EVENTS, PLAIN)


@given(st.lists(PARTS, min_size=1, max_size=5))
def test_shown_parts_are_read_back(parts: list[TimePart]) -> None:
    assume(all(one != other for one, other in pairwise(parts)))
    words = show(parts)
    assert read(words, context=CONTEXT).parts == tuple(parts), words


@given(st.lists(PARTS, min_size=1, max_size=4), st.sampled_from("，；、"))
def test_punctuation_between_parts_changes_nothing(parts: list[TimePart], mark: str) -> None:
    assume(all(one != other for one, other in pairwise(parts)))
    words = show(parts).replace("，", mark) + "。"
    assert read(words, context=CONTEXT).parts == tuple(parts), words


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(st.lists(st.one_of(BYS, WINDOWS, WITHINS), min_size=1, max_size=4))
def test_width_and_blanks_change_nothing(parts: list[TimePart]) -> None:
    words = show(parts)
    expected = read(words, context=CONTEXT).parts
    assert read(full_width(words), context=CONTEXT).parts == expected
    assert read(words.replace("年", " 年 ").replace("月", "\u3000月 "), context=CONTEXT).parts == expected


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (By(dt.date(2024, 3, 31), "month"), "2024年3月底前"),
        (By(dt.date(2024, 5, 12), "week"), "2024年5月12日所在周内"),
        (By(dt.date(2024, 8, 20), "ten_days"), "2024年8月中旬前"),
        (Within(15, "workday", "feedback"), "反馈之日起15个工作日内"),
        (Within(3, "month"), "为期3个月内"),
        (Every("month", 1, 2, "25日前"), "每月25日前不少于2次"),
        (Every("month", 2, None, "双月"), "逢双月"),
        (Every("quarter", 2), "每2个季度"),
        (Phase("集中整改期"), "集中整改期内"),
    ],
)
def test_standard_wording(part: TimePart, words: str) -> None:
    assert show((part,)) == words


def test_nothing_is_shown_as_nothing() -> None:
    assert show(()) == ""
