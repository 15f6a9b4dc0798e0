"""填报 and 填报情况: all of a person's measures on one page, sent one or all, what is wrong kept; who is missing, another cut-off."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from offices import BACKEND, NOW

from zhenggai.web.accounts.actions import hold_post
from zhenggai.web.accounts.models import Organization
from zhenggai.web.ledger.actions.cycles import keep_cycles
from zhenggai.web.ledger.models import Assignment, ExpectedUpdate, Measure, ProgressUpdate, ReportingCycle
from zhenggai.web.ledger.queries.cycles import cycle_overview
from zhenggai.web.ledger.queries.reporting import SHOWN, reporting_page
from zhenggai.web.ledger.queries.work import work_of

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office
    from pytest_django import DjangoAssertNumQueries

    from zhenggai.web.ledger.models import Inspection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def may(monkeypatch: pytest.MonkeyPatch, office: Office, inspection: Inspection) -> None:
    """It is the day of the import, and the day's work has been done."""
    keep_cycles(actor=office.actor("office"), inspection_id=inspection.pk)
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def handler(office: Office, client: Client) -> Client:
    client.force_login(office.people["handler"], backend=BACKEND)
    return client


@pytest.fixture
def clerk(office: Office, client: Client) -> Client:
    client.force_login(office.people["office"], backend=BACKEND)
    return client


def form(send: str = "all", **entries: dict[str, str]) -> dict[str, Any]:
    """Return what the page sends: all its measures, `entries` by reference filled in."""
    values: dict[str, Any] = {"asked": [], "send": send}
    for row in ExpectedUpdate.objects.filter(cycle__key="2025-W21").select_related("measure"):
        measure = row.measure
        values["cycle"] = row.cycle_id
        values["asked"].append(str(row.pk))
        shown = {"percent": str(measure.percent), "completion_status": measure.completion_status}
        typed = shown | entries.get(measure.reference, {})
        values |= {f"was-{name}-{row.pk}": value for name, value in shown.items()}
        values |= {f"{name}-{row.pk}": value for name, value in typed.items()}
        values |= {f"measure-{row.pk}": measure.pk, f"seen-{row.pk}": measure.version}
    return values


def test_the_page_shows_what_is_to_be_reported_and_what_is_known(handler: Client) -> None:
    text = handler.get(reverse("reporting")).content.decode()
    assert "2025年第21周" in text
    assert all(reference in text for reference in ("C005", "C006", "C007"))
    assert "应填报3项，待填报3项" in text
    assert "C001" not in text


def test_all_that_was_filled_in_is_sent_and_nothing_else(handler: Client) -> None:
    answer = handler.post(
        reverse("reporting"), form(C005={"done": "已整改。", "percent": "50"}, C006={"done": "已开会。"})
    )
    assert answer.status_code == 302
    assert dict(ProgressUpdate.objects.values_list("measure__reference", "percent")) == {"C005": 50, "C006": 0}
    text = handler.get(reverse("reporting")).content.decode()
    assert "待填报1项" in text
    assert "已填报" in text


def test_what_is_wrong_is_kept_and_named_and_the_rest_is_taken(handler: Client) -> None:
    answer = handler.post(
        reverse("reporting"),
        form(
            C005={"done": "已整改。", "percent": "50"},
            C006={"done": "写了很久的话", "percent": "140"},
            C007={"percent": "20"},
        ),
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert ProgressUpdate.objects.get().measure.reference == "C005"
    assert "写了很久的话" in text
    assert 'value="140"' in text
    assert "完成进度请填写0到100之间的整数。" in text
    assert "请填写本期做了哪些工作。" in text
    assert "有2项没有提交" in text


def test_one_is_sent_alone(handler: Client) -> None:
    row = ExpectedUpdate.objects.get(measure__reference="C006")
    handler.post(reverse("reporting"), form(send=str(row.pk), C005={"done": "还没写完"}, C006={"done": "已开会。"}))
    assert ProgressUpdate.objects.get().measure.reference == "C006"


def test_nothing_filled_in_is_told(handler: Client) -> None:
    answer = handler.post(reverse("reporting"), form())
    assert "还没有填写，没有提交" in answer.content.decode()
    assert not ProgressUpdate.objects.exists()


def test_somebody_else_who_was_first_is_told_and_the_words_stay(handler: Client) -> None:
    values = form(C005={"done": "第二个人写的话"})
    Measure.objects.filter(reference="C005").update(version=9)
    answer = handler.post(reverse("reporting"), values)
    assert answer.status_code == 422
    assert "第二个人写的话" in answer.content.decode()


def test_a_measure_of_somebody_else_is_not_reported_on(handler: Client) -> None:
    row = ExpectedUpdate.objects.filter(measure__reference="C001").get()
    values = {
        "asked": [str(row.pk)],
        "send": "all",
        f"measure-{row.pk}": row.measure_id,
        f"seen-{row.pk}": 1,
        f"done-{row.pk}": "x",
    }
    assert handler.post(reverse("reporting"), values).status_code == 422
    other = ExpectedUpdate.objects.get(measure__reference="C005")
    crossed = {"asked": [str(row.pk)], "send": "all", f"measure-{row.pk}": other.measure_id, f"seen-{row.pk}": 1, f"done-{row.pk}": "x",
               f"percent-{row.pk}": "1", f"completion_status-{row.pk}": "ongoing"}  # fmt: skip
    assert handler.post(reverse("reporting"), crossed).status_code == 422
    assert not ProgressUpdate.objects.exists()


def test_what_is_restricted_is_not_read_out(handler: Client) -> None:
    measure = Measure.objects.get(reference="C005")
    measure.response.findings.update(layer="restricted")
    assert "C005" not in handler.get(reverse("reporting")).content.decode()


def test_a_past_cycle_is_offered_for_a_late_report(
    monkeypatch: pytest.MonkeyPatch, office: Office, inspection: Inspection, handler: Client
) -> None:
    later = NOW + dt.timedelta(days=8)
    keep_cycles(actor=office.actor("office", later), inspection_id=inspection.pk)
    monkeypatch.setattr(timezone, "now", lambda: later)
    handler.force_login(office.people["handler"], backend=BACKEND)
    cycle = ReportingCycle.objects.get(key="2025-W21")
    text = handler.get(reverse("reporting"), {"cycle": cycle.pk}).content.decode()
    assert "2025年第21周补报（3）" in text
    assert "现在填报的将标明迟报" in text
    handler.post(reverse("reporting"), form(C005={"done": "补报上周的进展。"}))
    assert ProgressUpdate.objects.get().late


def test_the_office_sees_who_is_missing_and_moves_the_cut_off(
    office: Office, inspection: Inspection, clerk: Client
) -> None:
    url = reverse("reporting_overview", args=[inspection.pk])
    cycle = ReportingCycle.objects.get(key="2025-W21")
    text = clerk.get(url, {"cycle": cycle.pk}).content.decode()
    assert "教务处" in text
    assert "待填报（3）" in text
    assert "经办人某某" in text
    adjust = reverse("reporting_adjust", args=[cycle.pk])
    wrong = clerk.post(
        adjust, {"seen": cycle.version, "cycle": cycle.pk, "cut_off": "2025-06-20", "reason": "写好的原因"}
    )
    assert wrong.status_code == 422
    assert "写好的原因" in wrong.content.decode()
    assert "截止日最晚为2025年5月31日" in wrong.content.decode()
    unread = clerk.post(adjust, {"seen": cycle.version, "cut_off": "下周", "reason": "x"})
    assert "日期请按2026-07-20的格式填写" in unread.content.decode()
    stale = clerk.post(adjust, {"seen": 9, "cut_off": "2025-05-28", "reason": "等材料"})
    assert stale.status_code == 409
    done = clerk.post(adjust, {"seen": cycle.version, "cut_off": "2025-05-28", "reason": "等材料"}, follow=True)
    assert "2025年5月28日截止（原定2025年5月26日）" in done.content.decode()


def test_the_ledger_names_the_cycle(inspection: Inspection, clerk: Client) -> None:
    text = clerk.get(reverse("ledger", args=[inspection.pk])).content.decode()
    assert f'本期填报：<a href="{reverse("reporting_overview", args=[inspection.pk])}">2025年5月下半月</a>' in text


def test_the_overview_counts_each_measure_once(office: Office, inspection: Inspection) -> None:
    cycle = ReportingCycle.objects.get(key="2025-05-2")
    row = ExpectedUpdate.objects.filter(cycle=cycle).order_by("pk")[0]
    ExpectedUpdate.objects.filter(pk=row.pk).update(released_for="done")
    found = cycle_overview(office.rights("office"), inspection, cycle.pk)
    asked = ExpectedUpdate.objects.filter(cycle=cycle).count()
    assert (found.total.owed, found.total.given, found.rate) == (asked - 1, 0, "0.00%")
    assert sum(line.owed for line in found.departments) == asked - 1
    assert len(found.missing) == asked - 1
    assert found.total.counts["released"] == 1


def test_without_a_cycle_the_screens_say_what_comes(inspection: Inspection, clerk: Client) -> None:
    ExpectedUpdate.objects.all().delete()
    ReportingCycle.objects.all().delete()
    assert "还没有填报周期" in clerk.get(reverse("reporting_overview", args=[inspection.pk])).content.decode()
    assert "不需要离线填报表" in clerk.get(reverse("reporting_return")).content.decode()


def test_the_front_page_has_one_task_for_a_cycle(office: Office) -> None:
    Measure.objects.update(due_on=None)
    tasks = [task for task in work_of(office.rights("handler")).tasks if task.act == "填报进展"]
    assert [(task.what, task.screen) for task in tasks] == [("2025年第21周进展", "reporting")]
    assert tasks[0].why == "3项措施待填报"


def test_the_number_of_queries_is_fixed(office: Office, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(16):
        page = reporting_page(office.rights("handler"))
    assert len(page.asked) == 3


def test_the_pages_stay_small(office: Office, inspection: Inspection, client: Client) -> None:
    departments = Assignment.objects.filter(role="responsible_department").values("organization")
    for department in Organization.objects.filter(pk__in=departments).exclude(name="教务处"):
        hold_post(
            actor=office.actor("office"),
            person=office.people["handler"],
            organization=department,
            since=dt.date(2025, 1, 1),
        )
    Measure.objects.update(text="逐项核对整改任务" * 60)
    cycle = ReportingCycle.objects.get(key="2025-05-2")
    for row in ExpectedUpdate.objects.filter(cycle=cycle).select_related("measure"):
        values = {
            "unit": office.unit,
            "inspection": inspection,
            "response": row.measure.response,
            "measure": row.measure,
        }
        row.previous = ProgressUpdate.objects.create(
            cycle="2025-05-1", done="已开展工作" * 400, next_step="继续推进" * 400, reported_at=NOW, **values
        )
        row.save()
    client.force_login(office.people["handler"], backend=BACKEND)
    page = client.get(reverse("reporting"), {"cycle": cycle.pk})
    assert page.content.count(b'name="asked"') == SHOWN
    assert "提交后依次显示" in page.content.decode()
    client.force_login(office.people["office"], backend=BACKEND)
    overview = client.get(reverse("reporting_overview", args=[inspection.pk]), {"cycle": cycle.pk})
    assert max(len(page.content), 4 * len(overview.content)) < 60_000, "a quarter of what the list may hold is shown"
