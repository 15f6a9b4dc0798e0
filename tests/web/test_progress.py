"""Reporting progress: per cycle, never overwritten, by those whose measure it is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from offices import NOW

from zhenggai import profile as profiles
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.models import Measure, ProgressUpdate

if TYPE_CHECKING:
    from offices import Office

    from zhenggai.web.ledger.models import Inspection

GOOD = {"percent": 40, "completion_status": "ongoing", "done": "已修订办法初稿。"}


def report(office: Office, role: str = "handler", at: dt.datetime = NOW, **values: Any) -> ProgressUpdate:
    measure = Measure.objects.get(reference=values.pop("reference", "C005"))
    given = {"measure_id": measure.pk, "seen": measure.version, **GOOD, **values}
    return report_progress(actor=office.actor(role, at), rights=office.rights(role, at.date()), **given)


def test_a_report_is_a_new_record_of_its_cycle(office: Office, inspection: Inspection) -> None:
    first = report(office)
    again = report(office, percent=60)
    later = report(office, at=dt.datetime(2025, 6, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")), percent=80)
    assert [(u.cycle, u.revision, u.percent) for u in (first, again, later)] == [
        ("2025-W21", 1, 40),
        ("2025-W21", 2, 60),
        ("2025-W22", 1, 80),
    ]
    assert Measure.objects.get(reference="C005").percent == 80
    assert ProgressUpdate.objects.filter(measure__reference="C005").count() == 3
    event = Event.objects.filter(action="progress.reported").latest("pk")
    assert event.before == {"percent": 60, "completion_status": "ongoing"}
    assert event.after["percent"] == 80


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"percent": None}, "percent"),
        ({"percent": 101}, "percent"),
        ({"percent": -1}, "percent"),
        ({"percent": 90, "completion_status": "completed"}, "percent"),
        ({"percent": 100}, "completion_status"),
        ({"completion_status": "closed"}, "completion_status"),
        ({"done": "  \n "}, "done"),
        ({"done": "字" * 4001}, "done"),
        ({"difficulty": "字" * 4001}, "difficulty"),
    ],
)
def test_a_value_that_cannot_be_taken_is_named_and_nothing_changes(
    office: Office, inspection: Inspection, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        report(office, **values)
    assert list(caught.value.fields) == [field]
    assert not ProgressUpdate.objects.exists()


def test_a_measure_of_another_department_is_not_even_known(office: Office, inspection: Inspection) -> None:
    with pytest.raises(Unknown):
        report(office, reference="C001")


def test_the_office_sees_the_measure_and_may_not_report_for_the_department(
    office: Office, inspection: Inspection
) -> None:
    with pytest.raises(Refused, match="经办人"):
        report(office, role="office")


def test_what_is_withdrawn_takes_no_report(office: Office, inspection: Inspection) -> None:
    Measure.objects.filter(reference="C005").update(withdrawn_at=NOW)
    with pytest.raises(Refused, match="C005已在后续方案中撤销"):
        report(office)
    assert not ProgressUpdate.objects.exists()


def test_the_second_of_two_reporters_is_told_who_was_first(office: Office, inspection: Inspection) -> None:
    measure = Measure.objects.get(reference="C005")
    report(office, role="department_head")
    with pytest.raises(Stale, match="部门负责人某某"):
        report(office, seen=measure.version)
    assert ProgressUpdate.objects.count() == 1


@pytest.mark.parametrize(
    ("cycle", "day", "key", "label", "start", "end"),
    [
        ("week", "2027-01-01", "2026-W53", "2026年第53周", "2026-12-28", "2027-01-03"),
        ("half_month", "2025-02-15", "2025-02-1", "2025年2月上半月", "2025-02-01", "2025-02-15"),
        ("half_month", "2024-02-29", "2024-02-2", "2024年2月下半月", "2024-02-16", "2024-02-29"),
        ("month", "2025-12-31", "2025-12", "2025年12月", "2025-12-01", "2025-12-31"),
        ("quarter", "2025-12-31", "2025-Q4", "2025年第四季度", "2025-10-01", "2025-12-31"),
    ],
)
def test_the_cycle_of_a_day(cycle: Any, day: str, key: str, label: str, start: str, end: str) -> None:
    found = profiles.cycle_of(cycle, dt.date.fromisoformat(day))
    assert (found.key, found.label, found.start.isoformat(), found.end.isoformat()) == (key, label, start, end)
    assert profiles.label_of(key) == label


def test_a_cycle_that_is_a_word_is_its_own_label() -> None:
    assert profiles.label_of("导入") == "导入"
