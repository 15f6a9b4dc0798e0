"""到期提醒: the day's digest of each person, over days on which it runs twice, not at all, or after a date was moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from offices import NOW, TODAY, Office

from zhenggai.profile import load
from zhenggai.web.accounts.models import Person
from zhenggai.web.audit.chain import Actor
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.actions import reminders
from zhenggai.web.ledger.actions.duties import lay_out
from zhenggai.web.ledger.actions.reminders import remind
from zhenggai.web.ledger.daily import run_daily
from zhenggai.web.ledger.models import Assignment, Duty, Finding, Measure, Notice, Occurrence, Reminder

if TYPE_CHECKING:
    from zhenggai.profile.model import Threshold
    from zhenggai.web.ledger.models import Inspection

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def measures(office: Office, inspection: Inspection) -> list[Measure]:
    """Two measures of 教务处 that are due in 30 days; nothing else has a date."""
    rows = Measure.objects.filter(inspection=inspection)
    rows.update(due_on=None, recurrences=[], completion_status="ongoing")
    Occurrence.objects.all().delete()
    Duty.objects.all().delete()
    found = list(rows.order_by("order")[:2])
    for measure in found:
        Assignment.objects.filter(response=measure.response_id).delete()
    for response in {measure.response_id for measure in found}:
        Assignment.objects.create(
            unit=office.unit, inspection=inspection, response_id=response, role="responsible_department",
            name="教务处", organization=office.departments["教务处"], since=TODAY - 90 * DAY,
        )  # fmt: skip
    Measure.objects.filter(pk__in=[measure.pk for measure in found]).update(due_on=TODAY + 30 * DAY)
    Notice.objects.all().delete()
    return found


def _run(inspection: Inspection, days: int) -> dict[str, int]:
    return remind(actor=Actor(None, "系统", NOW + days * DAY), inspection_id=inspection.pk)


def _said(office: Office, role: str = "handler") -> list[tuple[str, list[str]]]:
    rows = Notice.objects.filter(person=office.people[role]).order_by("pk")
    return [(str(row.day), [f"{line[0]}{line[2]}" for line in row.lines]) for row in rows]


def test_each_threshold_is_told_once_whether_it_runs_daily_twice_or_after_days_off(
    office: Office, inspection: Inspection, measures: list[Measure]
) -> None:
    first, second = (f"措施{measure.reference}" for measure in measures)
    Measure.objects.filter(pk=measures[1].pk).update(due_on=TODAY + 31 * DAY)
    for day in (0, 9, 10, 10, 11, 12, 25, 25, 30, 31, 32, 50):
        _run(inspection, day)
    assert _said(office) == [
        ("2025-05-30", [f"{first}将到期"]),
        ("2025-05-31", [f"{second}将到期"]),
        ("2025-06-14", [f"{first}临期", f"{second}临期"]),
        ("2025-06-20", [f"{first}逾期"]),
        ("2025-06-21", [f"{second}逾期"]),
    ]
    assert _said(office, "department_head") == _said(office)[2:], "the head hears from 临期 on, as the profile has it"
    assert Event.objects.filter(action="reminder.told").count() == 5, "a day on which nothing is told leaves no event"


def test_a_new_date_is_a_new_matter_and_what_is_done_is_none(
    office: Office, inspection: Inspection, measures: list[Measure]
) -> None:
    _run(inspection, 25)
    Measure.objects.filter(pk=measures[0].pk).update(due_on=TODAY + 60 * DAY)
    Measure.objects.filter(pk=measures[1].pk).update(completion_status="completed")
    _run(inspection, 26)
    assert len(_said(office)) == 1
    _run(inspection, 41)
    assert _said(office)[1:] == [("2025-06-30", [f"措施{measures[0].reference}将到期"])]


def test_what_is_closed_or_withdrawn_is_not_told(
    office: Office, inspection: Inspection, measures: list[Measure]
) -> None:
    Measure.objects.filter(pk=measures[0].pk).update(withdrawn_at=NOW)
    Finding.objects.filter(inspection=inspection).update(closure_stage="approved")
    assert _run(inspection, 40) == {}
    assert not Reminder.objects.exists()


def test_a_second_crossing_of_a_day_is_told_on_that_day(
    office: Office, inspection: Inspection, measures: list[Measure]
) -> None:
    _run(inspection, 25)
    Measure.objects.filter(pk=measures[0].pk).update(due_on=TODAY + 24 * DAY)
    _run(inspection, 25)
    assert [words for _, words in _said(office)][1:] == [[f"措施{measures[0].reference}逾期"]]


def test_each_light_is_told_to_the_roles_that_the_profile_names_for_it(
    office: Office, inspection: Inspection, measures: list[Measure]
) -> None:
    told = replace(
        load("inspection-2024@1"), thresholds=_thresholds(green="", yellow="handler supervision", red="lead_leader")
    )
    Assignment.objects.create(
        unit=office.unit, inspection=inspection, response_id=measures[0].response_id, measure=measures[0], role="lead_leader",
        name="牵头领导", person=office.people["lead_leader"], since=TODAY - 90 * DAY,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reminders, "profile_of", lambda _key: told)
        for day in (12, 25, 40):
            _run(inspection, day)
    first, second = (f"措施{measure.reference}" for measure in measures)
    near = ("2025-06-14", [f"{first}临期", f"{second}临期"])
    late = "2025-06-29"
    assert _said(office, "lead_leader") == [(late, [f"{first}逾期"])]
    assert _said(office, "supervision") == [near]
    assert _said(office) == [near, (late, [f"{second}逾期"])], "who acts hears where nobody is in the role"
    assert _said(office, "department_head") == [(late, [f"{second}逾期"])]
    assert not _said(office, "office")


def _thresholds(**roles: str) -> tuple[Threshold, ...]:
    lights = load("inspection-2024@1").thresholds
    return tuple(replace(light, told=frozenset(roles[light.colour].split())) for light in lights)


def test_where_nobody_who_acts_can_be_told_the_office_hears(
    office: Office, inspection: Inspection, measures: list[Measure]
) -> None:
    Person.objects.filter(pk__in=[office.people[role].pk for role in ("handler", "department_head")]).update(login=None)
    _run(inspection, 25)
    assert _said(office, "office")
    assert not _said(office)


def test_occurrences_are_told_in_their_period_and_missed_ones_apart(
    office: Office, inspection: Inspection, measures: list[Measure]
) -> None:
    rule = {"kind": "every", "freq": "month", "interval": 1, "times": 2}
    Measure.objects.filter(pk__in=[measure.pk for measure in measures]).update(due_on=None)
    Measure.objects.filter(pk=measures[0].pk).update(recurrences=[rule], rectification_class="long_term")
    lay_out(actor=Actor(None, "系统", NOW), inspection_id=inspection.pk)
    _run(inspection, 0)
    _run(inspection, 0)
    _run(inspection, 12)
    kinds = Notice.objects.filter(person=office.people["handler"]).order_by("pk").values_list("kind", "day")
    assert [(kind, str(day)) for kind, day in kinds] == [("due", "2025-05-20"), ("occurrence_missed", "2025-06-01")]
    missed = Notice.objects.get(person=office.people["handler"], kind="occurrence_missed")
    assert "缺2次" in missed.lines[0][1]
    assert missed.lines[0][3] == "occurrence"


def test_a_long_digest_lists_the_most_urgent_and_counts_the_rest(
    office: Office, inspection: Inspection, measures: list[Measure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "LISTED", 1)
    Measure.objects.filter(pk=measures[1].pk).update(due_on=TODAY + 20 * DAY)
    _run(inspection, 25)
    lines = Notice.objects.get(person=office.people["handler"]).lines
    assert [line[0] for line in lines] == [f"措施{measures[1].reference}", "其余1项"]
    assert [(line[2], line[6]) for line in lines] == [("逾期", 1), ("临期", 1)]


def test_the_daily_run_reminds(office: Office, inspection: Inspection, measures: list[Measure]) -> None:
    assert run_daily(NOW + 25 * DAY).counts["到期提醒"] >= 2
    assert run_daily(NOW + 25 * DAY).counts["到期提醒"] == 0


def test_queries_do_not_grow_with_the_measures(office: Office, inspection: Inspection, measures: list[Measure]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        _run(inspection, 25)
    rest = Measure.objects.filter(inspection=inspection, due_on=None)
    assert rest.count() > 5
    rest.update(due_on=TODAY + 20 * DAY)
    with CaptureQueriesContext(connection) as many:
        _run(inspection, 25)
    assert len(many) <= len(few) + 3, "the office may be told beside, no more"
