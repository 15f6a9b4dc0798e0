"""Recurring wordings as single days: `recurrence.tsv`, and what holds for every rule and every window."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenggai.deadline import Context, Course, Occasion, Term, national, needs_terms, next_occasion, occasions, read
from zhenggai.deadline.day_off import Shift, shifted
from zhenggai.deadline.kinds import Every, Frequency

TERMS = (
    Term("2023—2024学年第二学期", dt.date(2024, 2, 26), dt.date(2024, 7, 5)),
    Term("2024—2025学年第一学期", dt.date(2024, 9, 2), dt.date(2025, 1, 17)),
)
LINES = [
    line.split("\t")
    for line in Path(__file__).with_name("recurrence.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
WORDS = sorted({line[0] for line in LINES})


def rule_of(words: str) -> Every:
    parts = read(words, mode="field", context=Context(plan_date=dt.date(2024, 5, 13))).parts
    (rule,) = (part for part in parts if isinstance(part, Every))
    return rule


def course(begin: dt.date, end: dt.date | None = None, terms: tuple[Term, ...] = TERMS) -> Course:
    return Course(begin, national(), end=end, terms=terms)


def shown(found: tuple[Occasion, ...]) -> str:
    marks = ((f"×{one.quota}" if one.quota > 1 else "") + ("~" if one.statement else "") for one in found)
    return " ".join(f"{one.scheduled_on}{mark}" for one, mark in zip(found, marks, strict=True)) or "-"


@pytest.mark.parametrize(("words", "begin", "until", "days"), LINES, ids=lambda value: str(value)[:20])
def test_a_wording_becomes_these_days(words: str, begin: str, until: str, days: str) -> None:
    first, last = dt.date.fromisoformat(begin), dt.date.fromisoformat(until)
    assert shown(occasions(rule_of(words), course(first), since=first, until=last)) == days


@pytest.mark.parametrize(
    ("words", "end", "days"),
    [
        ("每年12月底前", "2025-01-16", "2024-12-31"),
        ("每年12月底前", "2025-10-16", "2024-12-31 2025-10-16"),
        ("每月25日前报送", "2024-12-10", "2024-11-25"),
        ("每月25日前报送", "2024-12-20", "2024-11-25 2024-12-20"),
    ],
)
def test_a_last_period_that_has_hardly_begun_and_whose_day_lies_beyond_the_end_does_not_count(
    words: str, end: str, days: str
) -> None:
    begin, last = dt.date(2024, 11, 13), dt.date.fromisoformat(end)
    assert shown(occasions(rule_of(words), course(begin, last), since=begin, until=last)) == days


def test_terms_come_from_the_unit_alone() -> None:
    rule = rule_of("每学期一次")
    begin = dt.date(2024, 2, 26)
    assert needs_terms(rule)
    assert not needs_terms(rule_of("每月一次"))
    assert occasions(rule, course(begin, terms=()), since=begin, until=dt.date(2025, 6, 30)) == ()
    assert next_occasion(rule, course(begin), since=dt.date(2025, 2, 1)) is None


def test_the_horizon_does_not_stop_at_new_year() -> None:
    found = next_occasion(rule_of("每年12月底前"), course(dt.date(2024, 5, 13)), since=dt.date(2025, 1, 1))
    assert found
    assert found.scheduled_on == dt.date(2025, 12, 31)


def test_the_last_period_ends_with_the_duty() -> None:
    rule, begin, end = rule_of("每月不少于2次"), dt.date(2024, 5, 1), dt.date(2024, 7, 20)
    found = occasions(rule, course(begin, end), since=begin, until=dt.date(2025, 1, 1))
    assert [one.scheduled_on for one in found] == [dt.date(2024, 5, 31), dt.date(2024, 6, 30), end]
    short = occasions(rule, course(begin, dt.date(2024, 7, 9)), since=begin, until=dt.date(2025, 1, 1))
    assert [one.key for one in short] == ["2024-05", "2024-06"]


RULES = st.builds(
    Every,
    freq=st.sampled_from(get_args(Frequency)),
    interval=st.integers(1, 4),
    times=st.none() | st.integers(1, 5),
    date_in_period=st.none()
    | st.sampled_from([rule_of(words).date_in_period for words in WORDS])
    | st.text(max_size=6),
)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2026, 12, 31))


@given(rule=RULES, begin=DAYS, length=st.integers(0, 400), cut=st.integers(0, 400))
def test_two_windows_side_by_side_are_one(rule: Every, begin: dt.date, length: int, cut: int) -> None:
    until = begin + dt.timedelta(days=length)
    middle = begin + dt.timedelta(days=min(cut, length))
    way = course(begin)
    whole = occasions(rule, way, since=begin, until=until)
    parts = occasions(rule, way, since=begin, until=middle)
    parts += occasions(rule, way, since=middle + dt.timedelta(days=1), until=until)
    assert parts == whole


@given(rule=RULES, begin=DAYS, end=st.none() | st.integers(0, 300), since=st.integers(-100, 300))
def test_none_before_the_duty_none_after_it_none_twice(
    rule: Every, begin: dt.date, end: int | None, since: int
) -> None:
    last = None if end is None else begin + dt.timedelta(days=end)
    first = begin + dt.timedelta(days=since)
    found = occasions(rule, course(begin, last), since=first, until=begin + dt.timedelta(days=400))
    assert all(one.scheduled_on >= max(begin, first) for one in found)
    assert all(last is None or one.scheduled_on <= last for one in found)
    assert all(one.start <= one.end and one.quota >= 1 for one in found)
    assert len({one.key for one in found}) == len(found)


@given(rule=RULES.filter(lambda rule: rule.freq != "semester"), begin=DAYS)
def test_there_is_always_a_next_one(rule: Every, begin: dt.date) -> None:
    found = next_occasion(rule, course(begin), since=begin)
    assert found
    assert occasions(rule, course(begin), since=begin, until=found.scheduled_on)[0] == found


@pytest.mark.parametrize(
    ("date", "shift", "start", "end", "moved"),
    [
        ("2024-05-25", "later", "2024-05-01", "2024-05-31", "2024-05-27"),
        ("2024-05-25", "earlier", "2024-05-01", "2024-05-31", "2024-05-24"),
        ("2024-05-25", "none", "2024-05-01", "2024-05-31", "2024-05-25"),
        ("2024-05-24", "later", "2024-05-01", "2024-05-31", "2024-05-24"),
        ("2024-06-30", "later", "2024-06-01", "2024-06-30", "2024-06-28"),
        ("2024-06-01", "earlier", "2024-06-01", "2024-06-30", "2024-06-03"),
        ("2024-05-11", "later", "2024-05-01", "2024-05-31", "2024-05-11"),
        ("2024-10-05", "later", "2024-10-01", "2024-10-31", "2024-10-08"),
        ("2024-10-05", "later", "2024-10-01", "2024-10-06", "2024-10-05"),
        ("2024-07-20", "later", "2024-04-01", "2024-06-30", "2024-07-19"),
    ],
)
def test_a_day_off_is_moved_within_its_period(date: str, shift: Shift, start: str, end: str, moved: str) -> None:
    day, first, last = (dt.date.fromisoformat(text) for text in (date, start, end))
    assert shifted(day, shift, national(), start=first, end=last).isoformat() == moved
