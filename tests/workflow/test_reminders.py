"""到期提醒 as a rule: each threshold once, nothing lost over days off, nothing said twice."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenggai.workflow.reminders import Due, Mark, crossed

MARKS = (Mark(-1, "逾期"), Mark(10, "临期"), Mark(20, "将到期"))
DUE = dt.date(2025, 6, 30)


@pytest.mark.parametrize(
    ("left", "told", "word"),
    [
        (21, (), None),
        (20, (), "将到期"),
        (20, (20,), None),
        (11, (20,), None),
        (10, (20,), "临期"),
        (10, (), "临期"),
        (3, (10,), None),
        (0, (10,), None),
        (-1, (10,), "逾期"),
        (-1, (), "逾期"),
        (-400, (-1,), None),
        (20, (10,), None),
    ],
)
def test_what_is_told_now(left: int, told: tuple[int, ...], word: str | None) -> None:
    mark = crossed(MARKS, Due(DUE, told), DUE - dt.timedelta(days=left))
    assert (mark.word if mark else None) == word


@given(days=st.lists(st.integers(-60, 60), min_size=1, max_size=30), marks=st.sets(st.integers(-1, 30), min_size=1))
def test_whenever_it_runs_the_same_is_told_once_and_in_order(days: list[int], marks: set[int]) -> None:
    all_marks = [Mark(mark, str(mark)) for mark in marks]
    told: list[int] = []
    for day in sorted(days):
        today = DUE + dt.timedelta(days=day)
        for _ in range(2):
            mark = crossed(all_marks, Due(DUE, told), today)
            if mark:
                told.append(mark.days_left)
        left = (DUE - today).days
        reached = [mark for mark in marks if left <= mark]
        assert not reached or told[-1] == min(reached), "where things stand is known after each run"
    assert all(later < earlier for earlier, later in pairwise(told))
