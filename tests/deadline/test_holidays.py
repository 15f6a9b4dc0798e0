"""The working-day calendar against the State Council's notices, and due dates over long holidays and weekends that are worked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from zhenggai.deadline import Context, due, national, read, shifted

HERE = Path(__file__).parent
CALENDAR = national()
YEARS = range(2020, 2027)
_DAY = dt.timedelta(days=1)


def lines(name: str) -> list[list[str]]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def days(runs: str) -> set[dt.date]:
    found: set[dt.date] = set()
    for run in runs.split() if runs != "-" else []:
        first, _, last = run.partition("..")
        day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)
        while day <= end:
            found.add(day)
            day += _DAY
    return found


NOTICES = lines("holidays.tsv")
OFF = {day for line in NOTICES for day in days(line[4])}
WORKED = {day for line in NOTICES for day in days(line[5])} - {day for line in NOTICES for day in days(line[6])}
DUE = lines("due_over_holidays.tsv")


@pytest.mark.parametrize("year", YEARS)
def test_every_day_of_the_year_is_as_published(year: int) -> None:
    wrong = []
    day = dt.date(year, 1, 1)
    while day.year == year:
        published = day in WORKED or (day.weekday() < 5 and day not in OFF)
        if CALENDAR.is_workday(day) is not published:
            wrong.append(day.isoformat())
        day += _DAY
    assert not wrong


def test_the_notices_are_whole() -> None:
    """Each year has its seven holidays, the two that meet told once; what is worked is a weekend; nothing is both off and worked."""
    assert {int(line[0]) for line in NOTICES} == set(YEARS)
    assert not OFF & WORKED
    assert all(day.weekday() >= 5 for day in WORKED)
    named = Counter(line[0] for line in NOTICES if line[3] != "延长春节假期" for _ in line[3].split("、"))
    assert set(named.values()) == {7}
    weekdays = {year: sum(day.weekday() < 5 and day.year == year for day in OFF) for year in YEARS}
    worked = {year: sum(day.year == year for day in WORKED) for year in YEARS}
    statutory = {year: weekdays[year] - worked[year] for year in YEARS}
    assert all(8 <= count <= 14 for count in statutory.values()), statutory


@pytest.mark.parametrize(("wording", "start", "on", "later", "earlier"), DUE, ids=[" ".join(line[:2]) for line in DUE])
def test_due_over_holidays(wording: str, start: str, on: str, later: str, earlier: str) -> None:
    context = Context(feedback_date=dt.date.fromisoformat(start))
    (found,) = due(read(wording, context=context).parts, anchors=context, workdays=CALENDAR)
    assert found.date == dt.date.fromisoformat(on)
    assert found.statement is None
    wide = {"start": found.date - 20 * _DAY, "end": found.date + 20 * _DAY}
    moved = [shifted(found.date, way, CALENDAR, **wide) for way in ("later", "earlier", "none")]
    assert [day.isoformat() for day in moved] == [later, earlier, on]


def test_the_cases_cover_every_year_and_meet_days_off() -> None:
    assert len(DUE) >= 60
    assert {line[1][:4] for line in DUE} == {str(year) for year in YEARS}
    assert sum(line[2] != line[3] for line in DUE) >= 20, "days off that are moved"
    assert any(dt.date.fromisoformat(line[2]) in WORKED for line in DUE), "one that falls on a weekend that is worked"


@pytest.mark.parametrize(
    ("wording", "start", "years"),
    [
        ("反馈之日起15个工作日内", "2026-12-20", "2027"),
        ("反馈之日起15个工作日内", "2027-09-20", "2027"),
        ("反馈之日起310个工作日内", "2026-11-01", "2027、2028"),
    ],
)
def test_a_year_that_is_not_published_is_said(wording: str, start: str, years: str) -> None:
    context = Context(feedback_date=dt.date.fromisoformat(start))
    (found,) = due(read(wording, context=context).parts, anchors=context, workdays=CALENDAR)
    assert found.statement is not None
    assert found.statement.startswith(f"{years}年的放假调休安排")
    assert "尚未公布" in found.statement
