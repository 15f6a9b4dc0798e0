"""填报周期: which cycle a day belongs to, cut-offs over days off, and what may be done to a cut-off."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenggai import profile as profiles
from zhenggai.deadline import national
from zhenggai.workflow.reporting import Schedule, Window, faults_of_cut_off, release_of, standing_of

CUSTOM = profiles.load("inspection-2024@1").reporting
CLASSES = ("immediate", "time_limited", "long_term", "")
DAY = dt.timedelta(days=1)


def day(words: str) -> dt.date:
    return dt.date.fromisoformat(words)


def schedule(since: str = "2025-04-02", **changes: Any) -> Schedule:
    return Schedule(replace(CUSTOM, **changes), national(), day(since))


def told(window: Window | None) -> str:
    return f"{window.key} {window.opens:%m%d}-{window.cut_off:%m%d}" if window else "—"


@pytest.mark.parametrize(
    ("kind", "when", "expected"),
    [
        ("time_limited", "2025-04-01", "—"),  # before the plan was confirmed
        ("time_limited", "2025-04-02", "2025-04-1 0402-0417"),  # the second half of March is not asked for
        ("time_limited", "2025-04-17", "2025-04-1 0402-0417"),
        ("time_limited", "2025-04-18", "2025-04-2 0418-0506"),  # 30 April and two days are in the long holiday
        ("time_limited", "2025-05-06", "2025-04-2 0418-0506"),
        ("time_limited", "2025-05-07", "2025-05-1 0507-0519"),  # 17 May is a Saturday
        ("", "2025-05-20", "2025-05-2 0520-0603"),
        ("immediate", "2025-04-02", "2025-W14 0402-0407"),
        ("immediate", "2025-04-07", "2025-W14 0402-0407"),
        ("immediate", "2025-04-08", "2025-W15 0408-0414"),
        ("immediate", "2025-05-31", "2025-W22 0527-0603"),  # 2 June is a day off, and day 60 is 31 May
        ("immediate", "2025-06-03", "2025-W22 0527-0603"),
        ("immediate", "2025-06-04", "2025-06-1 0604-0617"),  # from then on as the others
        ("long_term", "2025-04-10", "2025-Q2 0402-0710"),  # the first quarter was over before the plan
        ("long_term", "2025-07-11", "2025-Q3 0711-1010"),
    ],
)
def test_a_day_lies_in_one_cycle(kind: str, when: str, expected: str) -> None:
    assert told(schedule().window(kind, day(when))) == expected


@pytest.mark.parametrize(
    ("changes", "when", "expected"),
    [
        ({"day_off": "none"}, "2025-05-02", "2025-04-2 0418-0502"),
        ({"day_off": "earlier"}, "2025-04-30", "2025-04-2 0418-0430"),
        ({"cut_off": dict.fromkeys(CUSTOM.cut_off, 0), "day_off": "none"}, "2025-04-16", "2025-04-2 0416-0430"),
        ({"general": "month", "rhythms": {}}, "2025-05-03", "2025-04 0402-0506"),
        ({"early_days": 0}, "2025-04-03", "2025-04-1 0402-0417"),
        ({"early": "half_month"}, "2025-04-03", "2025-04-1 0402-0417"),
    ],
)
def test_custom_changes_the_cycle(changes: dict[str, Any], when: str, expected: str) -> None:
    assert told(schedule(**changes).window("immediate" if "early" in str(changes) else "", day(when))) == expected


customs = st.builds(
    lambda general, early, days, cut, off, rest: replace(
        CUSTOM, general=general, early=early, early_days=days, day_off=off,
        cut_off=dict(zip(CUSTOM.cut_off, cut, strict=True)), rhythms=dict(zip(CLASSES, rest, strict=False)),
    ),
    st.sampled_from(list(profiles.CYCLES)),
    st.sampled_from(list(profiles.CYCLES)),
    st.integers(0, 120),
    st.tuples(st.integers(0, 5), st.integers(0, 13), st.integers(0, 27), st.integers(0, 80)),
    st.sampled_from(["none", "earlier", "later"]),
    st.tuples(*(st.sampled_from(list(profiles.CYCLES)) for _ in range(3))),
)  # fmt: skip
days = st.dates(dt.date(2020, 1, 1), dt.date(2026, 6, 30))


@given(customs, st.sampled_from(CLASSES), days, st.integers(0, 400))
def test_every_day_belongs_to_one_cycle_and_cut_offs_follow_each_other(
    custom: Any, kind: str, since: dt.date, length: int
) -> None:
    found = Schedule(custom, national(), since)
    last = since + length * DAY
    windows = list(found.windows(kind, since, last))
    assert windows[0].opens == since
    for one, following in pairwise(windows):
        assert following.opens == one.cut_off + DAY
        assert following.cut_off > one.cut_off
        assert following.end > one.end or following.cycle != one.cycle
    assert len({one.key for one in windows}) == len(windows), "no cycle is asked for twice"
    for one in windows:
        assert one.end >= since, "nothing is invented for the time before the plan"
        assert one.opens <= one.cut_off >= one.end
        for when in (one.opens, one.opens + (one.cut_off - one.opens) // 2, one.cut_off):
            assert found.window(kind, when) == one


@given(customs, customs, st.sampled_from(CLASSES), days, st.integers(0, 200))
def test_another_custom_changes_nothing_that_was_closed(
    before: Any, after: Any, kind: str, since: dt.date, length: int
) -> None:
    """What is open stays as it was opened; the new custom says what is opened on the day after its cut-off."""
    window = Schedule(before, national(), since).window(kind, since + length * DAY)
    assert window is not None
    following = Schedule(after, national(), since).window(kind, window.cut_off + DAY)
    assert following is not None
    assert following.cut_off > window.cut_off


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "waiting"),
        ({"closed": True}, "missing"),
        ({"reported_on": day("2025-05-19")}, "reported"),
        ({"reported_on": day("2025-05-20"), "closed": True}, "late"),
        ({"reported_on": day("2025-05-18"), "late": True}, "late"),  # closed early
        ({"released": True, "closed": True}, "released"),
        ({"released": True, "reported_on": day("2025-05-19")}, "reported"),
    ],
)
def test_how_an_expected_report_stands(values: dict[str, Any], expected: str) -> None:
    asked: dict[str, Any] = {"reported_on": None, "closed": False, "released": False}
    assert standing_of(cut_off=day("2025-05-19"), **(asked | values)) == expected


@pytest.mark.parametrize(
    ("flags", "why"),
    [((False, False, False), ""), ((True, True, True), "withdrawn"), ((False, True, True), "closed"), ((False, False, True), "done")],
)  # fmt: skip
def test_why_a_measure_need_not_report(flags: tuple[bool, bool, bool], why: str) -> None:
    assert release_of(withdrawn=flags[0], closed=flags[1], done=flags[2]) == why


@pytest.mark.parametrize(
    ("cut_off", "reason", "field", "message"),
    [
        ("2025-05-21", "期中考试", "", ""),
        (None, "期中考试", "cut_off", "请填写新的截止日"),
        ("2025-05-19", "期中考试", "cut_off", "没有变化"),
        ("2025-05-16", "期中考试", "cut_off", "不能早于今天"),
        ("2025-05-17", "", "reason", "请填写调整截止日的原因"),
        ("2025-06-03", "期中考试", "cut_off", "最晚为2025年5月30日"),
        ("2025-05-21", "长" * 301, "reason", "300字以内"),
    ],
)
def test_another_cut_off(cut_off: str | None, reason: str, field: str, message: str) -> None:
    faults = faults_of_cut_off(
        cut_off=day(cut_off) if cut_off else None, now=day("2025-05-19"), end=day("2025-05-15"),
        latest=day("2025-05-30"), today=day("2025-05-17"), reason=reason,
    )  # fmt: skip
    assert (message in faults.get(field, "")) if field else not faults


def test_a_cycle_is_not_closed_before_it_is_over() -> None:
    faults = faults_of_cut_off(
        cut_off=day("2025-05-12"), now=day("2025-05-19"), end=day("2025-05-15"), latest=day("2025-05-30"),
        today=day("2025-05-10"), reason="都已填报",
    )  # fmt: skip
    assert faults == {"cut_off": "截止日不能早于本期最后一天（2025年5月15日）。"}
