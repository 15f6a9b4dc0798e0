"""工作台: what each person must do, the most urgent first, and how the ledgers stand."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from offices import BACKEND, NOW, TODAY, import_sample, make_office

from zhenggai.web.ledger.actions.imports import start_draft
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.models import Finding, Measure, Occurrence
from zhenggai.web.ledger.queries.work import Work, work_of

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office
    from pytest_django import DjangoAssertNumQueries

    from zhenggai.web.ledger.models import Inspection


def work(office: Office, role: str, today: dt.date = TODAY) -> Work:
    return work_of(office.rights(role, today))


def tasks(found: Work) -> list[tuple[str, str]]:
    return [(task.act, task.what.split()[0]) for task in found.tasks]


def due(reference: str, days: int | None) -> None:
    date = None if days is None else TODAY + dt.timedelta(days=days)
    Measure.objects.filter(reference=reference).update(due_on=date)


def test_the_latest_comes_first_and_what_has_no_date_last(office: Office, inspection: Inspection) -> None:
    due("C005", None)
    due("C006", 1)
    due("C007", -1)
    Occurrence.objects.all().delete()
    found = work(office, "handler")
    assert tasks(found) == [("填报进展", "C007"), ("填报进展", "C006"), ("填报进展", "C005")]
    assert all(task.why == "2025年第21周进展未填报" for task in found.tasks)
    assert [task.light.words for task in found.tasks if task.light][:1] == ["逾期1天"]


@pytest.mark.parametrize(
    ("days", "values", "why"),
    [
        (300, {}, ""),
        (None, {}, ""),
        (-3, {}, "逾期3天"),
        (-3, {"percent": 100, "completion_status": "completed"}, ""),
    ],
)
def test_what_is_reported_stays_only_while_it_is_urgent(
    office: Office, inspection: Inspection, days: int | None, values: dict[str, Any], why: str
) -> None:
    due("C005", days)
    measure = Measure.objects.get(reference="C005")
    given = {"percent": 40, "completion_status": "ongoing", "done": "已办。"} | values
    report_progress(
        actor=office.actor("handler"), rights=office.rights("handler"), measure_id=measure.pk, seen=1, **given
    )
    left = [task.why for task in work(office, "handler").tasks if task.what.startswith("C005")]
    assert len(left) == bool(why)
    assert all(why in words for words in left)


def test_in_the_next_cycle_the_report_is_owed_again(office: Office, inspection: Inspection) -> None:
    due("C005", 300)
    report_progress(
        actor=office.actor("handler", NOW), rights=office.rights("handler"), seen=1, percent=40, done="已办。",
        measure_id=Measure.objects.get(reference="C005").pk, completion_status="ongoing",
    )  # fmt: skip
    assert ("填报进展", "C005") not in tasks(work(office, "handler"))
    assert ("填报进展", "C005") in tasks(work(office, "handler", dt.date(2025, 6, 1)))


def test_a_leader_sees_late_measures_with_who_acts_and_a_count_of_the_own(
    office: Office, inspection: Inspection
) -> None:
    leader = office.people["lead_leader"]
    assert work(office, "lead_leader") == Work((), 0, ())
    Finding.objects.get(reference="W003").responses.get().assignments.create(
        unit=office.unit, inspection=inspection, role="lead_leader", person=leader, name=leader.name, since=TODAY
    )
    due("C005", -2)
    due("C006", 0)
    due("C007", 400)
    found = work(office, "lead_leader")
    assert tasks(found) == [("督促", "C005")]
    assert found.tasks[0].why == "由教务处承担"
    (standing,) = found.standings
    assert (standing.whole, standing.measures, standing.overdue, standing.completed) == (False, 3, 1, 0)


def test_the_office_sees_the_whole_and_others_nothing_of_it(office: Office, inspection: Inspection) -> None:
    other = make_office("云溪县第一小学", "-2")
    import_sample(other)
    (standing,) = work(office, "office").standings
    assert (standing.whole, standing.measures, standing.inspection_id) == (True, Measure.objects.filter(inspection=inspection).count(), inspection.pk)  # fmt: skip
    assert {name: (owed, given) for name, owed, given in standing.departments}["教务处"] == (3, 0)
    for role in ("system_administrator", "security_administrator", "audit_administrator"):
        assert work(office, role) == Work((), 0, ())


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("office", "请到“导入”上传整改方案"),
        ("handler", "目前没有需要您办理的事项"),
        ("system_administrator", "开通后从未登录"),
        ("security_administrator", "目前没有需要您办理的事项"),
    ],
)
def test_an_empty_screen_says_what_to_do(client: Client, office: Office, role: str, words: str) -> None:
    client.force_login(office.people[role], backend=BACKEND)
    assert words in client.get("/").content.decode()


def test_what_has_no_date_does_not_push_the_late_off_a_long_list(
    office: Office, inspection: Inspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhenggai.web.ledger.queries.work.LIMIT", 1)
    due("C005", None)
    due("C006", None)
    due("C007", -1)
    Occurrence.objects.all().delete()
    assert tasks(work(office, "handler")) == [("填报进展", "C007")]


def test_a_recurring_duty_due_soon_or_missed_is_the_handlers_to_report(office: Office, inspection: Inspection) -> None:
    found = [task for task in work(office, "handler").tasks if task.act == "填报周期任务"]
    assert {task.what.split()[0] for task in found} == {"C007"}
    assert "每周" in found[0].why
    Occurrence.objects.filter(duty__measure__reference="C007").update(due_on=TODAY - dt.timedelta(days=1))
    late = next(task for task in work(office, "handler").tasks if task.act == "填报周期任务")
    count = Occurrence.objects.filter(duty__measure__reference="C007").count()
    assert count > 1
    assert late.why.startswith(f"每周，{count}个周期累计缺{count}次，最近一期为"), (
        "one line for all that the duty has missed"
    )
    assert late.light
    assert late.light.words == "逾期1天"


def test_the_link_of_what_falls_due_soon_shows_just_that(
    client: Client, office: Office, inspection: Inspection
) -> None:
    Measure.objects.update(due_on=None)
    today = timezone.localdate()
    for reference, days in (("C005", 3), ("C010", 300), ("C001", -1)):
        Measure.objects.filter(reference=reference).update(due_on=today + dt.timedelta(days=days))
    client.force_login(office.people["office"], backend=BACKEND)
    link = re.search(r'<a href="([^"]+)"><b class="light yellow">1</b>', client.get("/").content.decode())
    assert link
    shown = re.findall(r">(W\d+)</a>", client.get(link[1].replace("&amp;", "&")).content.decode())
    assert shown == ["W003"]


def test_a_ledger_begun_by_hand_is_called_by_its_title(client: Client, office: Office) -> None:
    start_draft(
        actor=office.actor("office"), rights=office.rights("office"), unit_id=office.unit.pk, title="校园安全自查"
    )
    client.force_login(office.people["office"], backend=BACKEND)
    assert "手工台账《校园安全自查》" in client.get("/").content.decode()
    assert "《校园安全自查》（手工台账）" in client.get("/imports/").content.decode()


@pytest.mark.parametrize(("role", "most"), [("office", 26), ("handler", 28), ("lead_leader", 15)])
def test_the_number_of_queries_is_fixed(
    client: Client,
    office: Office,
    inspection: Inspection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    role: str,
    most: int,
) -> None:
    client.force_login(office.people[role], backend=BACKEND)
    client.get("/")
    with django_assert_max_num_queries(most):
        client.get("/")
