"""The iCalendar file, read back by a library that has no part in writing it."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenggai.export.calendar_feed import Appointment, written

STAMP = dt.datetime(2026, 9, 1, 8, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 9, 30)


def appointment(**values: object) -> Appointment:
    kept: dict[str, object] = {"uid": "measure-1@store", "sequence": 3, "start": DAY, "last": DAY, "summary": "到期"}
    return Appointment(**(kept | values))  # type: ignore[arg-type]


def read(*appointments: Appointment) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(written(appointments, name="整改日程", stamp=STAMP))
    assert str(calendar["VERSION"]) == "2.0"
    assert str(calendar["X-WR-CALNAME"]) == "整改日程"
    events = list(calendar.walk("VEVENT"))
    assert not calendar.errors
    assert not any(event.errors for event in events)
    return events


def test_a_day_ends_when_the_next_begins() -> None:
    (event,) = read(appointment())
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (DAY, dt.date(2026, 10, 1))
    assert (str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == ("measure-1@store", 3, "CONFIRMED")
    assert event["DTSTAMP"].dt == STAMP


def test_an_hour_is_an_hour_everywhere() -> None:
    begins = dt.datetime(2026, 9, 30, 14, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    (event,) = read(appointment(begins=begins, minutes=90))
    assert event["DTSTART"].dt == begins
    assert event["DTEND"].dt - event["DTSTART"].dt == dt.timedelta(minutes=90)


def test_what_is_called_off_stays_and_says_so() -> None:
    (event,) = read(appointment(cancelled=True))
    assert str(event["STATUS"]) == "CANCELLED"


def test_an_empty_calendar_is_one() -> None:
    assert read() == []


@pytest.mark.parametrize(
    "text",
    [
        "制定印发《教学管理办法》；报送，备案",
        "路径 C:\\整改\\1；a,b;c",
        "第一行\n第二行\r\n第三行",
        "一" * 400,
        "😀" * 60,
        "END:VEVENT\r\nBEGIN:VALARM",
        "a" * 75 + "中",
        '"引号" ^ 与: 冒号',
    ],
)
def test_any_words_come_back_as_they_were(text: str) -> None:
    (event,) = read(appointment(summary=text, description=text))
    wanted = text.replace("\r\n", "\n")
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (wanted, wanted)


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=200))
def test_no_line_is_too_long_and_none_is_cut_within_a_character(text: str) -> None:
    data = written([appointment(summary=text)], name=text, stamp=STAMP)
    assert data.endswith(b"\r\n")
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() is not None for line in lines)
    (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert str(event["SUMMARY"]) == text
