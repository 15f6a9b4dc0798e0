"""A changed rule: what it adds, drops and leaves, under any sequence of changes, moves and reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from zhenggai.deadline import Course, Occasion, national, occasions
from zhenggai.deadline.kinds import Every
from zhenggai.workflow.duties import Standing, revise

if TYPE_CHECKING:
    from collections.abc import Sequence

BEGIN = dt.date(2024, 5, 13)
MONTHLY, TWICE, QUARTERLY = Every("month"), Every("month", times=2), Every("quarter")
ON_25 = Every("month", date_in_period="25日前")


def wanted(rule: Every, today: dt.date, ahead: int = 90) -> tuple[Occasion, ...]:
    return occasions(rule, Course(BEGIN, national()), since=BEGIN, until=today + dt.timedelta(days=ahead))


def made(found: Sequence[Occasion]) -> list[Standing]:
    return [Standing(one.key, one.scheduled_on, one.scheduled_on, one.quota) for one in found]


def test_another_quota_changes_the_open_future_alone() -> None:
    existing = made(wanted(MONTHLY, dt.date(2024, 5, 13)))
    revision = revise(existing, wanted(TWICE, dt.date(2024, 6, 15)), dt.date(2024, 6, 15))
    assert [one.key for one in revision.requota] == ["2024-06", "2024-07"]
    assert [one.key for one in revision.add] == ["2024-08"]
    assert revision.drop == ()
    assert revision.stay == ("2024-05",)


def test_another_day_replaces_what_has_not_begun() -> None:
    today = dt.date(2024, 6, 15)
    existing = made(wanted(MONTHLY, dt.date(2024, 5, 13)))
    existing[1] = replace(existing[1], begun=True)
    revision = revise(existing, wanted(ON_25, today), today)
    assert revision.drop == ("2024-07",)
    assert [one.scheduled_on.isoformat() for one in revision.add] == ["2024-07-25", "2024-08-25"]
    assert revision.stay == ("2024-05", "2024-06")


def test_what_was_moved_by_hand_stays_moved() -> None:
    today = dt.date(2024, 5, 20)
    existing = made(wanted(MONTHLY, today))
    existing[2] = replace(existing[2], due_on=dt.date(2024, 8, 9), moved=True)
    revision = revise(existing, wanted(QUARTERLY, today, 200), today)
    assert revision.drop == ("2024-05", "2024-06")
    assert "2024-07" in revision.stay
    assert [one.key for one in revision.add] == ["2024-Q2", "2024-Q3"]


def test_nothing_is_invented_in_the_past() -> None:
    today = dt.date(2024, 9, 1)
    revision = revise([], wanted(MONTHLY, today), today)
    assert [one.key for one in revision.add] == ["2024-09", "2024-10", "2024-11"]


def test_the_same_rule_changes_nothing() -> None:
    today = dt.date(2024, 5, 13)
    revision = revise(made(wanted(MONTHLY, today)), wanted(MONTHLY, today), today)
    assert not revision.changes


RULES = st.builds(
    Every,
    freq=st.sampled_from(["week", "half_month", "month", "quarter"]),
    interval=st.integers(1, 3),
    times=st.none() | st.integers(1, 3),
    date_in_period=st.none() | st.sampled_from(["25日前", "5日、20日前", "末月20日前", "周一、周四"]),
)
ACTS = st.tuples(st.integers(0, 40), RULES, st.sampled_from(["rule", "move", "begin"]), st.integers(0, 30))


@given(st.lists(ACTS, min_size=1, max_size=8))
def test_any_sequence_loses_none_and_doubles_none(acts: list[tuple[int, Every, str, int]]) -> None:
    today, live = BEGIN, {}
    for days, rule, act, which in acts:
        today += dt.timedelta(days=days)
        before = dict(live)
        if act == "rule" or not live:
            revision = revise(live.values(), wanted(rule, today, 120), today)
            live = {key: one for key, one in live.items() if key not in revision.drop}
            for occasion in revision.add:
                assert occasion.key not in live, "none is there twice"
                assert occasion.scheduled_on > today, "none is invented in the past"
                live[occasion.key] = made([occasion])[0]
            for occasion in revision.requota:
                live[occasion.key] = replace(live[occasion.key], quota=occasion.quota)
        else:
            key = sorted(live)[which % len(live)]
            if act == "move":
                live[key] = replace(live[key], due_on=today + dt.timedelta(days=which + 1), moved=True)
            else:
                live[key] = replace(live[key], begun=True)
        assert all(one.scheduled_on >= BEGIN for one in live.values()), "none before the duty began"
        kept = [key for key, one in before.items() if one.is_fixed(today)]
        assert all(key in live and live[key].scheduled_on == before[key].scheduled_on for key in kept), "none is lost"
        assert all(live[key].due_on == before[key].due_on for key in kept if act == "rule"), (
            "what was moved stays moved"
        )
