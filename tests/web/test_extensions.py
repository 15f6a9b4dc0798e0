"""延期: asked before due, answered by whom the profile names, counted; the first date stays."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from offices import BACKEND

from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.extensions import ask_extension, decide_extension, withdraw_extension
from zhenggai.web.ledger.actions.profiles import bind_profile, make_profile
from zhenggai.web.ledger.models import Extension, Finding, Inspection, Measure
from zhenggai.web.ledger.proof.rows import row_misfits

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office

pytestmark = pytest.mark.django_db
DUE = dt.timedelta(days=10)
MORE = dt.timedelta(days=40)


@pytest.fixture
def measure(office: Office, inspection: Inspection) -> Measure:
    measure = Measure.objects.get(inspection=inspection, reference="C005")
    measure.due_on = measure.original_due_on = today(office) + DUE
    measure.save()
    return measure


def today(office: Office) -> dt.date:
    return office.actor("office").today


def ask(office: Office, measure: Measure, *, role: str = "department_head", days: int = 40, seen: int = 0) -> Extension:
    measure.refresh_from_db()
    return ask_extension(
        actor=office.actor(role),
        rights=office.rights(role),
        measure_id=measure.pk,
        seen=seen or measure.version,
        until=today(office) + dt.timedelta(days=days),
        reason="上级批复尚未下达",
        progress="已上报请示",
    )


def answer(
    office: Office, asked: Extension, *, role: str = "principal", granted: bool | None = True, days: int = 40
) -> Extension:
    return decide_extension(
        actor=office.actor(role),
        rights=office.rights(role),
        extension_id=asked.pk,
        seen=asked.version,
        granted=granted,
        until=today(office) + dt.timedelta(days=days),
        note="" if granted else "应当按期完成",
    )


def test_what_is_granted_moves_the_date_and_the_first_date_stays(office: Office, measure: Measure) -> None:
    asked = ask(office, measure)
    assert (asked.number, asked.state, asked.answer_by > today(office)) == (1, "asked", True)
    measure.refresh_from_db()
    assert measure.due_on == today(office) + DUE, "to ask changes nothing"
    answer(office, asked, days=30)
    measure.refresh_from_db()
    assert measure.due_on == today(office) + dt.timedelta(days=30)
    assert measure.original_due_on == today(office) + DUE
    told = [event.action for event in Event.objects.filter(subject_type="measure").order_by("pk")][-2:]
    assert told == ["extension.asked", "extension.granted"]
    event = Event.objects.get(action="extension.granted")
    assert event.before == {"due_on": (today(office) + DUE).isoformat()}
    assert event.after == {"due_on": (today(office) + dt.timedelta(days=30)).isoformat()}


def test_what_is_refused_changes_nothing_and_is_no_extension_used(office: Office, measure: Measure) -> None:
    refused = answer(office, ask(office, measure), granted=False)
    measure.refresh_from_db()
    assert (refused.state, measure.due_on) == ("refused", today(office) + DUE)
    assert ask(office, measure).number == 2


def test_no_more_than_the_profile_allows(office: Office, measure: Measure) -> None:
    answer(office, ask(office, measure, days=20), days=20)
    answer(office, ask(office, measure, days=40), days=40)
    with pytest.raises(Refused, match="已延期2次，按规定最多延期2次"):
        ask(office, measure, days=60)


def test_one_at_a_time_and_taken_back(office: Office, measure: Measure) -> None:
    asked = ask(office, measure)
    with pytest.raises(Refused, match="正在等待答复"):
        ask(office, measure)
    withdrawn = withdraw_extension(
        actor=office.actor("department_head"),
        rights=office.rights("department_head"),
        extension_id=asked.pk,
        seen=asked.version,
    )
    assert withdrawn.state == "withdrawn"
    with pytest.raises(Refused, match="已撤回"):
        answer(office, asked)
    assert ask(office, measure).number == 2


def test_after_the_date_nothing_can_be_asked(office: Office, measure: Measure) -> None:
    Measure.objects.filter(pk=measure.pk).update(due_on=today(office) - dt.timedelta(days=1))
    with pytest.raises(Refused, match="应当在到期前申请"):
        ask(office, measure)


def test_what_was_asked_in_time_can_be_granted_late(office: Office, measure: Measure) -> None:
    asked = ask(office, measure)
    Measure.objects.filter(pk=measure.pk).update(due_on=today(office) - dt.timedelta(days=1))
    assert answer(office, asked).state == "granted"


def test_no_extension_while_the_finding_is_being_closed(office: Office, measure: Measure) -> None:
    Finding.objects.filter(responses__measures=measure).update(closure_stage="applied")
    with pytest.raises(Refused, match="已经申请销号"):
        ask(office, measure)


@pytest.mark.parametrize("role", ["office", "responsible_leader", "supervision", "department_head", "handler"])
def test_only_whom_the_profile_names_answers(office: Office, measure: Measure, role: str) -> None:
    asked = ask(office, measure)
    with pytest.raises((Refused, Unknown)):
        answer(office, asked, role=role)


def test_another_profile_names_others(office: Office, measure: Measure, inspection: Inspection) -> None:
    rights, actor = office.rights("office"), office.actor("office")
    own = make_profile(
        actor=actor, rights=rights, based_on=inspection.profile, typed={"extension.decided_by": "office"}
    )
    inspection.refresh_from_db()
    bind_profile(actor=actor, rights=rights, inspection_id=inspection.pk, seen=inspection.version, key=own.key)
    asked = ask(office, measure)
    with pytest.raises(Refused, match="不由您的角色答复"):
        answer(office, asked, role="principal")
    assert answer(office, asked, role="office").state == "granted"


def test_an_old_page_is_told(office: Office, measure: Measure) -> None:
    with pytest.raises(Stale):
        ask(office, measure, seen=measure.version + 5)
    asked = ask(office, measure)
    asked.version += 1
    with pytest.raises(Stale):
        answer(office, asked)


def test_no_choice_is_no_answer(office: Office, measure: Measure) -> None:
    with pytest.raises(Invalid, match="请选择同意延期或者不同意延期"):
        answer(office, ask(office, measure), granted=None)


def test_the_screens_from_the_finding_to_the_answer(office: Office, measure: Measure, client: Client) -> None:
    finding = Finding.objects.get(responses__measures=measure)
    now = timezone.localdate()
    Measure.objects.filter(pk=measure.pk).update(due_on=now + DUE, original_due_on=now)
    client.force_login(office.people["department_head"], backend=BACKEND)
    assert "申请延期" in client.get(reverse("finding", args=[finding.pk])).content.decode()
    url = reverse("extension_ask", args=[measure.pk])
    measure.refresh_from_db()
    wrong = client.post(url, {"seen": measure.version, "until": "2026-13-01", "reason": "等待批复"})
    assert wrong.status_code == 422
    assert "日期请按2026-07-20的格式填写" in wrong.content.decode()
    assert "等待批复" in wrong.content.decode()
    until = (now + MORE).isoformat()
    client.post(url, {"seen": measure.version, "until": until, "reason": "等待批复", "progress": "已上报"})
    asked = Extension.objects.get()
    again = client.post(url, {"seen": measure.version, "until": until, "reason": "又写的", "progress": "已上报"})
    assert again.status_code == 409
    assert "又写的" in again.content.decode()

    client.force_login(office.people["principal"], backend=BACKEND)
    home = client.get("/").content.decode()
    assert "第1次延期申请，待答复" in home
    page = reverse("extension", args=[asked.pk])
    assert "签字并答复" in client.get(page).content.decode()
    decide = reverse("extension_decide", args=[asked.pk])
    assert client.post(decide, {"seen": 1, "decision": "refuse", "until": until}).status_code == 422
    assert client.post(decide, {"seen": 9, "decision": "grant", "until": until}).status_code == 409
    done = client.post(decide, {"seen": 1, "decision": "grant", "until": until}, follow=True).content.decode()
    assert "已答复：同意延期。" in done
    assert "第1次延期申请" not in client.get("/").content.decode()
    told = client.get(reverse("finding", args=[finding.pk])).content.decode()
    assert "第1次延期" in told
    assert "原定" in told


def test_a_restricted_measure_is_not_named_in_lists(office: Office, measure: Measure, client: Client) -> None:
    ask(office, measure)
    Finding.objects.filter(responses__measures=measure).update(layer="restricted")
    client.force_login(office.people["principal"], backend=BACKEND)
    assert "C005" not in client.get(reverse("extensions")).content.decode()
    assert client.get(reverse("extension", args=[Extension.objects.get().pk])).status_code == 404


def test_the_date_that_an_extension_gave_fits_the_events(office: Office, inspection: Inspection) -> None:
    measures = access.measures(office.rights("department_head"), "extension.ask")
    measure = measures.filter(due_on__gt=today(office)).order_by("pk")[0]
    asked = ask(office, measure, days=400)
    answer(office, asked, days=400)
    assert not list(row_misfits(office.unit.pk, lambda: None))
    Measure.objects.filter(pk=asked.measure_id).update(due_on=today(office))
    (misfit,) = row_misfits(office.unit.pk, lambda: None)
    assert "到期日" in str(misfit)
