"""?as_of=: lateness and colours for any day, past or to come; said clearly, with a way back; what one may do stays that of today."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from offices import BACKEND

from zhenggai.web.ledger.models import Assignment, Extension, Finding, Inspection, Measure

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure(inspection: Inspection) -> Measure:
    """The one measure of the ledger that is open and due on 30 September 2031."""
    Measure.objects.filter(inspection=inspection).update(due_on=None)
    Measure.objects.filter(inspection=inspection, reference="C005").update(due_on=dt.date(2031, 9, 30))
    return Measure.objects.get(inspection=inspection, reference="C005")


@pytest.mark.parametrize(
    ("day", "words"), [("2031-10-03", "逾期3天"), ("2031-09-30", "今天到期"), ("2031-09-27", "还有3天"), ("", "还有")]
)
def test_the_ledger_and_the_finding_reckon_for_the_day(
    office: Office, measure: Measure, client: Client, day: str, words: str
) -> None:
    client.force_login(office.people["office"], backend=BACKEND)
    finding = Finding.objects.filter(responses__measures=measure)[0]
    for url in (reverse("ledger", args=[measure.inspection_id]), reverse("finding", args=[finding.pk])):
        page = client.get(url, {"as_of": day} if day else {}).content.decode()
        assert words in page
        assert ("返回今天" in page) == bool(day)
        if day:
            date = dt.date.fromisoformat(day)
            assert f"截至{date.year}年{date.month}月{date.day}日" in page


@pytest.mark.parametrize("day", ["昨天", "2031-02-30", "1999-12-31", "2101-01-01", "20310930x"])
def test_a_day_that_is_none_is_refused_with_a_sentence(
    office: Office, measure: Measure, client: Client, day: str
) -> None:
    client.force_login(office.people["office"], backend=BACKEND)
    finding = Finding.objects.filter(responses__measures=measure)[0]
    for url in (
        reverse("ledger", args=[measure.inspection_id]),
        reverse("finding", args=[finding.pk]),
        reverse("extensions"),
    ):
        answer = client.get(url, {"as_of": day})
        assert answer.status_code == 422
        assert "日期请按2026-07-20的格式填写，年份在2000年至2100年之间。" in answer.content.decode()


def test_colours_are_picked_for_the_day_and_links_carry_it_on(office: Office, measure: Measure, client: Client) -> None:
    client.force_login(office.people["office"], backend=BACKEND)
    url = reverse("ledger", args=[measure.inspection_id])
    red = client.get(url, {"as_of": "2031-10-03", "colour": "red"}).content.decode()
    finding = Finding.objects.filter(responses__measures=measure)[0]
    assert f'href="{reverse("finding", args=[finding.pk])}?as_of=2031-10-03"' in red
    assert f'href="{url}?colour=red">返回今天' in red
    today = client.get(url, {"colour": "red"}).content.decode()
    assert reverse("finding", args=[finding.pk]) not in today


def test_a_look_ahead_opens_nothing_that_today_does_not(office: Office, measure: Measure, client: Client) -> None:
    Assignment.objects.filter(response=measure.response).delete()
    measure.response.assignments.create(
        unit=office.unit, inspection=measure.inspection, role="responsible_department", name="教务处",
        organization=office.departments["教务处"], since=dt.date(2025, 1, 1), until=timezone.localdate() - dt.timedelta(days=1),
    )  # fmt: skip
    finding = Finding.objects.filter(responses__measures=measure)[0]
    client.force_login(office.people["handler"], backend=BACKEND)
    for day in ("2025-06-01", "2031-10-03"):
        assert client.get(reverse("finding", args=[finding.pk]), {"as_of": day}).status_code == 404


def test_an_answer_that_is_late_is_late_as_of_the_day(office: Office, measure: Measure, client: Client) -> None:
    today = timezone.localdate()
    made = Extension.objects.create(
        unit=office.unit, inspection=measure.inspection, measure=measure, number=1, due_on=dt.date(2031, 9, 30),
        until=dt.date(2031, 12, 31), reason="需要上级批复", progress="已上报", asked_by=office.people["department_head"],
        asked_at=timezone.now(), answer_by=today + dt.timedelta(days=7),
    )  # fmt: skip
    client.force_login(office.people["office"], backend=BACKEND)
    late = (today + dt.timedelta(days=8)).isoformat()
    for url in (reverse("extension", args=[made.pk]), reverse("extensions")):
        assert ">逾期<" not in client.get(url).content.decode()
        assert ">逾期<" in client.get(url, {"as_of": late}).content.decode()
