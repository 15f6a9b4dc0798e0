"""Duties, occurrences and extensions through the API: what a token's acts allow, and no more."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone
from offices import TODAY

from zhenggai.web.accounts.actions.tokens import digest_of
from zhenggai.web.accounts.models import Token
from zhenggai.web.ledger.models import Duty, Extension, Finding, Inspection, Measure, Occurrence

if TYPE_CHECKING:
    from offices import Office

pytestmark = pytest.mark.django_db


def api(office: Office, role: str, *acts: str) -> Client:
    now = timezone.now()
    key = f"zg_{role}_{len(acts)}"
    Token.objects.create(
        person=office.people[role], name="测试", digest=digest_of(key), acts=list(acts), created_at=now,
        expires_at=now + dt.timedelta(days=3),
    )  # fmt: skip
    return Client(headers={"authorization": f"Bearer {key}"})


def post(client: Client, path: str, **body: Any) -> tuple[int, Any]:
    answer = client.post(f"/api/v1{path}", body, content_type="application/json")
    return answer.status_code, answer.json()


@pytest.fixture
def measure(office: Office, inspection: Inspection) -> Measure:
    measure = Measure.objects.get(inspection=inspection, reference="C005")
    Measure.objects.filter(pk=measure.pk).update(due_on=timezone.localdate() + dt.timedelta(days=90), due_parts=[])
    measure.response.assignments.all().delete()
    measure.response.assignments.create(
        unit=office.unit, inspection=inspection, role="responsible_department",
        organization=office.departments["教务处"], name="教务处", since=TODAY,
    )  # fmt: skip
    return Measure.objects.get(pk=measure.pk)


def test_a_duty_is_set_up_reported_on_moved_and_given_up(office: Office, measure: Measure) -> None:
    clerk = api(office, "office", "duty.edit", "occurrence.move")  # and cannot read
    status, made = post(clerk, f"/measures/{measure.pk}/duties", wording="每周一次", reason="巡察组要求")
    assert (status, made["wording"]) == (200, "每周一次")
    rows = list(Occurrence.objects.filter(duty=made["id"]).order_by("due_on"))
    first, second = rows[0], rows[1]
    held = timezone.localdate().isoformat()
    handler = api(office, "handler", "occurrence.report")
    status, told = post(
        handler, f"/occurrences/{first.pk}/report", seen=first.version, count=1, held_on=held, text="开会。"
    )
    assert (status, told["done"]) == (200, 1)
    status, fault = post(handler, f"/occurrences/{first.pk}/report", seen=1, count=0, held_on="2020-01-01", text="")
    assert (status, set(fault["fields"])) == (422, {"count", "held_on", "text"})
    assert post(handler, f"/occurrences/{second.pk}/move", seen=1)[0] == 403
    other = (second.due_on + dt.timedelta(days=2)).isoformat()
    later = (second.due_on + dt.timedelta(days=1)).isoformat()
    status, told = post(clerk, f"/occurrences/{second.pk}/move", seen=second.version, due_on=later, reason="校历")
    assert (status, told["due_on"], told["moved"]) == (200, later, True)
    assert post(clerk, f"/occurrences/{second.pk}/move", seen=second.version, due_on=other, reason="校历")[0] == 409
    reader = api(office, "office", "ledger.read")
    one = reader.get(f"/api/v1/occurrences/{second.pk}").json()
    assert (one["moved_by"], one["move_reason"], one["scheduled_on"]) == (
        "整改办某某",
        "校历",
        second.scheduled_on.isoformat(),
    )
    listed = reader.get(f"/api/v1/inspections/{measure.inspection_id}/occurrences").json()
    assert {first.pk, second.pk} <= {line["id"] for line in listed}
    duty = Duty.objects.get(pk=made["id"])
    assert post(clerk, f"/duties/{duty.pk}/give-up", seen=duty.version, reason="不再需要")[0] == 200
    lines = reader.get(f"/api/v1/inspections/{measure.inspection_id}/duties").json()
    assert next(line for line in lines if line["id"] == duty.pk)["end_reason"] == "不再需要"


def test_an_extension_is_asked_for_and_answered(office: Office, measure: Measure) -> None:
    head = api(office, "department_head", "extension.ask")
    path = f"/measures/{measure.pk}/extensions"
    assert post(head, path, seen=measure.version)[0] == 422
    until = (timezone.localdate() + dt.timedelta(days=120)).isoformat()
    status, asked = post(head, path, seen=measure.version, until=until, reason="需要上级批复", progress="已上报")
    assert (status, asked["state"]) == (200, "asked")
    group = api(office, "group", "extension.decide")
    status, answered = post(
        group, f"/extensions/{asked['id']}/decide", seen=asked["version"], granted=True, until=until, note="同意"
    )
    assert (status, answered["granted_until"]) == (200, until)
    assert post(head, f"/extensions/{asked['id']}/withdraw", seen=answered["version"])[0] == 403
    reader = api(office, "office", "ledger.read")
    story = reader.get(f"/api/v1/extensions/{asked['id']}").json()
    assert (story["state"], story["decided_by"]) == ("同意延期", "领导小组某某")
    assert [line["id"] for line in reader.get("/api/v1/extensions").json()] == [asked["id"]]
    assert Extension.objects.get().granted_until == dt.date.fromisoformat(until)


def test_what_is_secret_to_the_person_is_unknown_here_too(office: Office, measure: Measure) -> None:
    clerk = api(office, "office", "duty.edit", "ledger.read")
    _, made = post(clerk, f"/measures/{measure.pk}/duties", wording="每周一次", reason="巡察组要求")
    row = Occurrence.objects.filter(duty=made["id"])[0]
    Finding.objects.filter(responses__measures=measure).update(layer="restricted")
    assert clerk.get(f"/api/v1/occurrences/{row.pk}").status_code == 404
    assert post(clerk, f"/measures/{measure.pk}/duties", wording="每月一次", reason="要求")[0] == 404
    assert post(clerk, f"/duties/{made['id']}/give-up", seen=1, reason="不再需要")[0] == 404
