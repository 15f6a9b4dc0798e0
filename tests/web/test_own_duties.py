"""周期任务 set up by hand: chosen or typed, previewed, kept beside what follows words, given up for a reason."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from offices import BACKEND, NOW, TODAY

from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger.actions.duties import lay_out, report_occurrence
from zhenggai.web.ledger.actions.own_duties import RHYTHMS, give_up_duty, make_duty, preview_duty
from zhenggai.web.ledger.models import Duty, Finding, Inspection, Measure, Mechanism, Occurrence
from zhenggai.web.ledger.proof.verification import verify
from zhenggai.web.ledger.queries.duties import duty_list

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure(inspection: Inspection) -> Measure:
    """A measure without a rhythm of its own, in a ledger in which nothing else recurs."""
    Occurrence.objects.all().delete()
    Duty.objects.all().delete()
    Measure.objects.filter(inspection=inspection).update(recurrences=[])
    Mechanism.objects.filter(inspection=inspection).update(recurrences=[])
    Measure.objects.filter(inspection=inspection, reference="C005").update(due_parts=[])
    return Measure.objects.get(inspection=inspection, reference="C005")


def make(
    office: Office, measure: Measure, wording: str = "每月不少于2次", reason: str = "巡察组要求", role: str = "office"
) -> Duty:
    return make_duty(
        actor=office.actor(role), rights=office.rights(role), measure_id=measure.pk, wording=wording, reason=reason
    )


def give_up(office: Office, duty: Duty, reason: str = "已并入每周例会", seen: int | None = None) -> Duty:
    return give_up_duty(
        actor=office.actor("office"), rights=office.rights("office"), duty_id=duty.pk, reason=reason,
        seen=duty.version if seen is None else seen,
    )  # fmt: skip


@pytest.mark.parametrize("wording", [words for words in RHYTHMS if "学期" not in words])
def test_what_can_be_chosen_is_understood(office: Office, measure: Measure, wording: str) -> None:
    found = preview_duty(rights=office.rights("office"), measure_id=measure.pk, wording=wording)
    assert found
    assert all(one.scheduled_on >= TODAY for one in found)


def test_a_duty_is_laid_out_at_once_and_stays_whatever_the_words_say(office: Office, measure: Measure) -> None:
    duty = make(office, measure)
    rows = Occurrence.objects.filter(duty=duty, withdrawn_at=None).order_by("due_on")
    assert [f"{row.scheduled_on}×{row.quota}" for row in rows] == ["2025-06-30×2", "2025-07-31×2"]
    before = list(rows.values_list("pk", flat=True))
    lay_out(actor=office.actor("office", NOW + dt.timedelta(days=1)), inspection_id=measure.inspection_id)
    assert list(rows.values_list("pk", flat=True)) == before
    assert Event.objects.get(action="duty.made").reason == "巡察组要求"
    Measure.objects.filter(pk=measure.pk).update(recurrences=[duty.rule])
    lay_out(actor=office.actor("office", NOW + dt.timedelta(days=2)), inspection_id=measure.inspection_id)
    assert Duty.objects.count() == 1, "the words ask for the same, which stands already"


def test_what_is_done_with_its_measure_asks_for_nothing_more(office: Office, measure: Measure) -> None:
    duty = make(office, measure)
    Finding.objects.filter(responses__measures=measure).update(closure_stage="approved")
    Measure.objects.filter(pk=measure.pk).update(completion_status="completed")
    lay_out(actor=office.actor("office", NOW + dt.timedelta(days=1)), inspection_id=measure.inspection_id)
    duty.refresh_from_db()
    assert duty.ended_at is not None
    assert not Occurrence.objects.filter(duty=duty, withdrawn_at=None, due_on__gt=TODAY + dt.timedelta(days=1)).exists()


@pytest.mark.parametrize(
    ("wording", "reason", "fields"),
    [
        ("", "要求", {"wording"}),
        ("尽快办理", "要求", {"wording"}),
        ("每周一次，每月汇总一次", "要求", {"wording"}),
        ("每学期一次", "要求", {"wording"}),
        ("每月0次", "要求", {"wording"}),
        ("每天100000次", "要求", {"wording"}),
        ("每月不超过2次", "要求", {"wording"}),
        ("每" + "月" * 61, "要求", {"wording"}),
        ("每月一次", " ", {"reason"}),
        ("每月一次", "长" * 301, {"reason"}),
        ("", "", {"wording", "reason"}),
    ],
)
def test_what_is_no_rhythm_is_refused_at_its_field(
    office: Office, measure: Measure, wording: str, reason: str, fields: set[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        make(office, measure, wording, reason)
    assert set(caught.value.fields) == fields
    assert not Duty.objects.exists()


def test_the_same_is_not_asked_for_twice(office: Office, measure: Measure) -> None:
    make(office, measure)
    with pytest.raises(Invalid, match="已经有同样要求"):
        make(office, measure)


def test_only_the_office_sets_up_and_nothing_of_what_is_done(office: Office, measure: Measure) -> None:
    for role in ("handler", "department_head", "principal", "supervision"):
        with pytest.raises((Refused, Unknown)):
            make(office, measure, role=role)
    Measure.objects.filter(pk=measure.pk).update(completion_status="completed")
    with pytest.raises(Refused):
        make(office, measure)


def test_what_is_given_up_keeps_what_was_begun(office: Office, measure: Measure) -> None:
    duty = make(office, measure, "每周一次")
    first = Occurrence.objects.filter(duty=duty).earliest("due_on")
    report_occurrence(
        actor=office.actor("office"), rights=office.rights("office"), occurrence_id=first.pk, seen=first.version, count=1,
        held_on=max(first.start, TODAY), text="开会。",
    )  # fmt: skip
    with pytest.raises(Invalid):
        give_up(office, duty, reason="")
    with pytest.raises(Stale):
        give_up(office, duty, seen=7)
    give_up(office, duty)
    assert list(Occurrence.objects.filter(duty=duty, withdrawn_at=None)) == [first]
    (line,) = duty_list(office.rights("office"), measure.inspection)
    assert (line.by_hand, line.end_reason, line.wording) == (True, "已并入每周例会", "每周一次")
    with pytest.raises(Refused):
        give_up(office, duty)
    assert [one.code for unit in verify(now=NOW).units for one in unit.misfits if one.code in ("duty", "row")] == []


def test_what_follows_words_is_not_given_up(office: Office, measure: Measure) -> None:
    duty = make(office, measure)
    Duty.objects.filter(pk=duty.pk).update(by_hand=False)
    with pytest.raises(Refused, match="请修改措施"):
        give_up(office, duty)


def test_the_screen_shows_the_dates_first(office: Office, measure: Measure, client: Client) -> None:
    client.force_login(office.people["office"], backend=BACKEND)
    url = reverse("duty_new", args=[measure.pk])
    assert "每季度末月20日前" in client.get(url).content.decode()
    wrong = client.post(url, {"wording": "尽快", "reason": "巡察组要求"})
    assert wrong.status_code == 422
    assert "没有读出周期" in wrong.content.decode()
    shown = client.post(url, {"chosen": "每月一次", "reason": "巡察组要求"})
    assert "核对无误，设立" in shown.content.decode()
    assert not Duty.objects.exists()
    other = client.post(url, {"wording": "每周一次", "reason": "巡察组要求", "shown": "每月一次"})
    assert not Duty.objects.exists(), "other dates than were shown"
    assert "按“每周一次”" in other.content.decode()
    kept = client.post(url, {"chosen": "每月一次", "reason": "巡察组要求", "shown": "每月一次"}, follow=True)
    assert "周期任务“每月一次”已设立" in kept.content.decode()
    row = Occurrence.objects.filter(due_on__gte=timezone.localdate()).earliest("due_on")
    page = client.get(reverse("occurrence", args=[row.pk])).content.decode()
    assert "整改办设立的周期任务“每月一次”" in page
    url = reverse("duty_give_up", args=[row.pk])
    sent = {"duty_seen": row.duty.version}
    assert client.post(url, {**sent, "why_end": ""}).status_code == 422
    assert "周期任务已取消" in client.post(url, {**sent, "why_end": "不再需要"}, follow=True).content.decode()
