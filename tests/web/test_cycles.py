"""填报周期: opened, answered, released and closed by the daily work; late reports; another cut-off; who is told."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from offices import NOW

from zhenggai.web.accounts.actions import hold_post
from zhenggai.web.accounts.models import Organization
from zhenggai.web.audit.chain import Actor
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger.actions.cycles import adjust_cut_off, keep_cycles
from zhenggai.web.ledger.actions.profiles import bind_profile, make_profile
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.models import Assignment, ExpectedUpdate, Measure, Notice, ProgressUpdate, ReportingCycle
from zhenggai.web.ledger.proof.cycles import cycle_misfits
from zhenggai.web.ledger.proof.verification import verify

if TYPE_CHECKING:
    from offices import Office

    from zhenggai.web.ledger.models import Inspection

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def everywhere(office: Office, inspection: Inspection) -> None:
    """The handler works for every department of the sample."""
    departments = Assignment.objects.filter(role="responsible_department").values("organization")
    for department in Organization.objects.filter(pk__in=departments).exclude(name="教务处"):
        hold_post(
            actor=Actor(None, "系统", NOW),
            person=office.people["handler"],
            organization=department,
            since=dt.date(2025, 1, 1),
        )


def on(day: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), NOW.timetz())


def keep(inspection: Inspection, *days: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for day in days:
        found.update(keep_cycles(actor=Actor(None, "系统", on(day)), inspection_id=inspection.pk))
    return found


def report(office: Office, reference: str, day: str, *, percent: int = 40, **values: Any) -> ProgressUpdate:
    at = on(day)
    measure = Measure.objects.get(reference=reference)
    asked = {"completion_status": "ongoing", "done": "已开展工作。", "seen": measure.version} | values
    return report_progress(
        actor=office.actor("handler", at), rights=office.rights("handler", at.date()), measure_id=measure.pk, percent=percent, **asked
    )  # fmt: skip


def cycles() -> dict[str, tuple[str, str]]:
    rows = ReportingCycle.objects.order_by("cut_off", "pk")
    return {row.key: (f"{row.cut_off:%m-%d}", "closed" if row.closed_at else "open") for row in rows}


def asked(key: str) -> dict[str, str]:
    rows = ExpectedUpdate.objects.filter(cycle__key=key).select_related("measure", "answer", "cycle")
    return {
        row.measure.reference: row.released_for or ("late" if row.late else "in" if row.answer_id else "none")
        for row in rows
    }


def test_the_days_work_opens_and_closes_cycles_once(office: Office, inspection: Inspection) -> None:
    assert keep(inspection, "2025-05-20")["新开填报周期"] == 3, "the week, the half-month and the quarter"
    assert cycles() == {
        "2025-W21": ("05-26", "open"), "2025-05-2": ("06-03", "open"), "2025-Q2": ("07-10", "open"),
    }  # fmt: skip
    rows = Counter(ExpectedUpdate.objects.values_list("measure__reference", flat=True))
    assert set(rows.values()) == {1}
    assert len(rows) == Measure.objects.count()
    assert not keep(inspection, "2025-05-20", "2025-05-21", "2025-05-26").total()
    assert keep(inspection, "2025-05-27") == {"新开填报周期": 1, "截止填报周期": 1}
    assert cycles()["2025-W21"] == ("05-26", "closed")
    assert Event.objects.filter(action="cycle.closed").get().after["missing"] == len(asked("2025-W21"))


def test_a_week_without_the_daily_work_comes_to_the_same(office: Office, inspection: Inspection) -> None:
    keep(inspection, "2025-05-20")
    report(office, "C005", "2025-05-22")
    report(office, "C006", "2025-06-05", percent=100, completion_status="completed")
    keep(inspection, "2025-06-20")
    assert not keep(inspection, "2025-06-20").total()
    found = cycles()
    assert [key for key in found if "W" in key] == ["2025-W21", "2025-W22", "2025-W23", "2025-W24", "2025-W25"]
    assert found["2025-06-1"] == ("06-17", "closed")
    assert found["2025-06-2"][1] == "open"
    half = "2025-05-2" if "C005" in asked("2025-05-2") else "2025-W21"
    assert asked(half)["C005"] == "in"
    done = {
        row.cycle.key: row for row in ExpectedUpdate.objects.filter(measure__reference="C006").select_related("cycle")
    }
    assert {key: row.answer_id is not None for key, row in done.items()}.popitem() == (
        max(done, key=lambda k: done[k].cycle.cut_off),
        True,
    )


def test_nothing_is_asked_of_the_time_before_the_plan(office: Office, inspection: Inspection) -> None:
    keep(inspection, "2025-05-01", "2025-05-19")
    assert not ReportingCycle.objects.exists()


def test_a_report_answers_what_is_open_and_a_second_stands_beside_it(office: Office, inspection: Inspection) -> None:
    keep(inspection, "2025-05-20")
    first = report(office, "C005", "2025-05-26")
    second = report(office, "C005", "2025-05-26", percent=50)
    expected = ExpectedUpdate.objects.get(measure__reference="C005")
    assert (expected.answer, expected.late) == (first, False)
    assert (second.cycle, second.revision) == (first.cycle, 2)
    assert first.cycle == expected.cycle.key


def test_a_late_report_is_taken_marked_and_overwrites_nothing(office: Office, inspection: Inspection) -> None:
    keep(inspection, "2025-05-20", "2025-06-04")
    missed = ExpectedUpdate.objects.filter(cycle__closed_at__isnull=False, measure__rectification_class="time_limited")
    first, second = missed.order_by("measure__order")[:2]
    newer = report(office, first.measure.reference, "2025-06-04", percent=60)
    late = report(office, first.measure.reference, "2025-06-05", percent=20, expected_id=first.pk)
    only = report(office, second.measure.reference, "2025-06-05", percent=30, expected_id=second.pk)
    assert (newer.cycle, newer.late, late.cycle, late.late) == ("2025-06-1", False, "2025-05-2", True)
    assert list(missed.filter(late=True).values_list("answer", flat=True).order_by("pk")) == [late.pk, only.pk]
    first.measure.refresh_from_db()
    second.measure.refresh_from_db()
    assert (first.measure.percent, second.measure.percent) == (60, 30), "what is newer stays"
    event = Event.objects.filter(action="progress.reported", subject_id=str(first.measure_id)).order_by("-pk")[0]
    assert (event.after["late"], event.after["late_percent"]) == ("是", 20)
    measures = {f"《{inspection.title}》{one.measure.reference}" for one in (first, second)}
    found = [misfit.where for unit in verify(now=on("2025-06-05"), units=None).units for misfit in unit.misfits]
    assert not [where for where in found if any(where.startswith(one) for one in measures)]


def test_where_the_profile_takes_no_late_report_it_is_refused(office: Office, inspection: Inspection) -> None:
    keep(inspection, "2025-05-20", "2025-06-04")
    own = make_profile(
        actor=office.actor("office"), rights=office.rights("office"), based_on=inspection.profile, typed={"reporting.late": "refused"}
    )  # fmt: skip
    type(inspection).objects.filter(pk=inspection.pk).update(profile=own.key)
    missed = ExpectedUpdate.objects.filter(cycle__closed_at__isnull=False)[0]
    with pytest.raises(Refused, match="不再接收补报"):
        report(office, missed.measure.reference, "2025-06-05", expected_id=missed.pk)


def test_what_is_done_or_withdrawn_is_released(office: Office, inspection: Inspection) -> None:
    keep(inspection, "2025-05-20")
    limited = Measure.objects.filter(rectification_class="time_limited").order_by("order")
    done, withdrawn = limited[0], limited[1]
    Measure.objects.filter(pk=done.pk).update(completion_status="completed")
    Measure.objects.filter(pk=withdrawn.pk).update(withdrawn_at=on("2025-05-21"))
    keep(inspection, "2025-05-22", "2025-06-04")
    found = asked("2025-05-2")
    assert (found[done.reference], found[withdrawn.reference]) == ("done", "withdrawn")
    assert not {done.reference, withdrawn.reference} & asked("2025-06-1").keys()
    closed = Event.objects.get(action="cycle.closed", subject_label__contains="5月下半月")
    assert closed.after["missing"] == Counter(found.values())["none"]


def test_what_is_done_after_the_cut_off_was_missing_though_nobody_closed_the_cycle(
    office: Office, inspection: Inspection
) -> None:
    keep(inspection, "2025-05-20")
    measure = Measure.objects.filter(rectification_class="time_limited").order_by("order")[0]
    report(office, measure.reference, "2025-06-10", percent=100, completion_status="completed")
    keep(inspection, "2025-06-12")
    assert asked("2025-05-2")[measure.reference] == "none", "the cut-off was on 3 June"


def test_a_cycle_closed_between_two_seconds_is_not_taken_for_tampered(office: Office, inspection: Inspection) -> None:
    keep(inspection, "2025-05-20")
    at = on("2025-05-27") + dt.timedelta(microseconds=1234)
    keep_cycles(actor=Actor(None, "系统", at), inspection_id=inspection.pk)
    assert ReportingCycle.objects.filter(closed_at=at).exists()
    assert not list(cycle_misfits(office.unit.pk, lambda: None))
    ReportingCycle.objects.filter(closed_at=at).update(closed_at=at + dt.timedelta(seconds=1))
    assert [misfit.where for misfit in cycle_misfits(office.unit.pk, lambda: None)] == ["2025年第21周填报"]


def test_another_profile_touches_only_what_is_opened_later(office: Office, inspection: Inspection) -> None:
    keep(inspection, "2025-05-20")
    own = make_profile(
        actor=office.actor("office"), rights=office.rights("office"), based_on=inspection.profile,
        typed={"cycle": "month", "reporting.immediate_early": "month", "reporting.long_term": "general", "reporting.cut_off_half_month": "9"},
    )  # fmt: skip
    inspection.refresh_from_db()
    bind_profile(
        actor=office.actor("office"),
        rights=office.rights("office"),
        inspection_id=inspection.pk,
        seen=inspection.version,
        key=own.key,
    )
    before = cycles()
    assert not keep(inspection, "2025-05-21").total()
    assert cycles() == before
    keep(inspection, "2025-06-04")
    assert cycles()["2025-05-2"] == ("06-03", "closed")
    assert cycles()["2025-06"] == ("07-07", "open")
    assert not asked("2025-05").keys() & asked("2025-05-2").keys(), "what half-months asked for the month does not"


def adjust(office: Office, key: str, day: str, cut_off: str, **values: Any) -> ReportingCycle:
    row = ReportingCycle.objects.get(key=key)
    asked = {"seen": row.version, "reason": "期中考试，集中填报。"} | values
    return adjust_cut_off(
        actor=office.actor("office", on(day)), rights=office.rights("office", on(day).date()), cycle_id=row.pk,
        cut_off=dt.date.fromisoformat(cut_off), **asked,
    )  # fmt: skip


def test_the_office_gives_more_time_or_less(office: Office, inspection: Inspection) -> None:
    keep(inspection, "2025-05-20")
    adjust(office, "2025-05-2", "2025-06-01", "2025-06-10")
    keep(inspection, "2025-06-04")
    assert cycles()["2025-05-2"] == ("06-10", "open")
    assert "2025-06-1" not in cycles(), "the next one begins when this one is closed"
    measure = Measure.objects.filter(rectification_class="time_limited").first()
    assert measure
    assert report(office, measure.reference, "2025-06-08").cycle == "2025-05-2"
    keep(inspection, "2025-06-11")
    assert cycles()["2025-06-1"] == ("06-17", "open")
    adjust(office, "2025-06-1", "2025-06-15", "2025-06-16")
    keep(inspection, "2025-06-17")
    assert cycles()["2025-06-1"] == ("06-16", "closed")
    assert report(office, measure.reference, "2025-06-17").cycle == "2025-06-2"
    event = Event.objects.filter(action="cycle.adjusted").order_by("pk")[0]
    assert (event.before, event.after, event.reason) == (
        {"cut_off": "2025-06-03"}, {"cut_off": "2025-06-10"}, "期中考试，集中填报。",
    )  # fmt: skip


def test_a_cut_off_that_cannot_be_is_refused(office: Office, inspection: Inspection) -> None:
    keep(inspection, "2025-05-20")
    for cut_off, values, fault in (
        ("2025-06-20", {}, Invalid), ("2025-06-02", {"reason": " "}, Invalid), ("2025-06-02", {"seen": 9}, Stale),
    ):  # fmt: skip
        with pytest.raises(fault):
            adjust(office, "2025-05-2", "2025-06-01", cut_off, **values)
    with pytest.raises(Refused, match="已经截止"):
        adjust(office, "2025-05-2", "2025-06-04", "2025-06-10")
    row = ReportingCycle.objects.get(key="2025-05-2")
    with pytest.raises(Refused):
        adjust_cut_off(
            actor=office.actor("principal"), rights=office.rights("principal"), cycle_id=row.pk, seen=row.version,
            cut_off=row.cut_off + DAY, reason="迟几天",
        )  # fmt: skip


def test_each_person_is_told_once_a_cycle(office: Office, inspection: Inspection) -> None:
    handler, clerk = office.people["handler"], office.people["office"]
    keep(inspection, "2025-05-20", "2025-05-20", "2025-05-21")
    opened = list(Notice.objects.filter(person=handler).values_list("what", "why"))
    assert len(opened) == len(set(opened)) <= 3
    assert any(what == "2025年5月下半月进展填报" and "6月3日截止" in why for what, why in opened)
    keep(inspection, "2025-06-02", "2025-06-02", "2025-06-03")
    soon = Notice.objects.filter(person=handler, what="2025年5月下半月进展填报", why__contains="还有")
    assert soon.count() == 1
    keep(inspection, "2025-06-04", "2025-06-04", "2025-06-05")
    missing = Notice.objects.filter(person=handler, what="2025年5月下半月进展填报", why__contains="没有在6月3日前填报")
    assert missing.count() == 1
    told = Notice.objects.get(person=clerk, what="2025年5月下半月填报情况")
    assert told.why.startswith("已截止，")


def test_who_has_reported_is_not_reminded(office: Office, inspection: Inspection) -> None:
    keep(inspection, "2025-05-20")
    for row in ExpectedUpdate.objects.filter(cycle__key="2025-05-2").select_related("measure"):
        report(office, row.measure.reference, "2025-05-30")
    keep(inspection, "2025-06-02")
    assert not Notice.objects.filter(
        person=office.people["handler"], what__startswith="2025年5月下半月", why__contains="还有"
    ).exists()


def test_the_days_work_asks_the_store_no_more_for_more_measures(office: Office, inspection: Inspection) -> None:
    keep(inspection, "2025-05-20")
    with CaptureQueriesContext(
        connection,
    ) as few:
        keep(inspection, "2025-05-21")
    assert len(few) <= 20
    with CaptureQueriesContext(connection) as turn:
        keep(inspection, "2025-06-04")
    assert len(turn) <= 110
