"""The restricted layer: of a finding that is secret to a person, no screen says that it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from offices import BACKEND, SAMPLE, TODAY

from zhenggai.web.ledger.actions import editing
from zhenggai.web.ledger.actions.exports import export_ledger
from zhenggai.web.ledger.actions.imports import upload_document
from zhenggai.web.ledger.models import Finding, ImportDraft, Measure, SourceDocument

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office

    from zhenggai.web.ledger.models import Inspection


@pytest.fixture
def secret(inspection: Inspection) -> Finding:
    found = Finding.objects.get(inspection=inspection, reference="W003")
    Finding.objects.filter(pk=found.pk).update(layer="restricted")
    return found


def let_know(office: Office, role: str) -> None:
    office.people[role].restricted_grants.create(unit=office.unit, reason="承办", since=TODAY)


def body(client: Client, office: Office, role: str, url: str) -> str:
    client.force_login(office.people[role], backend=BACKEND)
    return client.get(url).content.decode()


def test_events_of_the_ledger_do_not_name_it(client: Client, office: Office, secret: Finding) -> None:
    let_know(office, "office")
    export_ledger(actor=office.actor("office"), rights=office.rights("office"), inspection_id=secret.inspection_id)
    neighbour = Finding.objects.get(reference="W004")
    for role, url in (("audit_administrator", "/events/"), ("discipline", f"/findings/{neighbour.pk}/")):
        text = body(client, office, role, url)
        assert "导出台账" in text
        assert "W003" not in text


@pytest.mark.parametrize(
    "query",
    ["q=课后服务工作", "department=教务处", "colour=red", "status=ongoing", "since=2025-01-01"],
)
def test_no_filter_tells_what_it_shares_with_a_neighbour(
    client: Client, office: Office, secret: Finding, query: str
) -> None:
    neighbour = Finding.objects.get(reference="W012")
    neighbour.answers.all().delete()
    neighbour.answers.create(response=secret.responses.get())
    url = f"/ledger/{secret.inspection_id}/?{query}"
    before = ">W012<" in body(client, office, "discipline", url)
    Finding.objects.filter(pk=secret.pk).update(layer="internal")
    assert (before, ">W012<" in body(client, office, "discipline", url)) == (False, True)


def test_headings_that_stand_above_nothing_else_are_left_out(client: Client, office: Office, secret: Finding) -> None:
    ledger, new = f"/ledger/{secret.inspection_id}/", f"/ledger/{secret.inspection_id}/findings/new/"
    assert secret.item is not None
    assert secret.item.title not in body(client, office, "office", new)
    Finding.objects.filter(area=secret.area).update(layer="restricted")
    assert secret.area is not None
    assert secret.area.title not in body(client, office, "office", ledger)
    let_know(office, "office")
    assert secret.item.title in body(client, office, "office", new)
    assert secret.area.title in body(client, office, "office", ledger)


def test_no_document_of_the_ledger_shows_it(client: Client, office: Office, secret: Finding) -> None:
    for data, inspection in (
        (SAMPLE.read_bytes(), None),
        (SAMPLE.with_suffix(".txt").read_bytes(), secret.inspection_id),
    ):
        upload_document(
            actor=office.actor("office"),
            rights=office.rights("office"),
            unit_id=office.unit.pk,
            name="再传一次.docx",
            data=data,
            inspection_id=inspection,
        )
    client.force_login(office.people["discipline"], backend=BACKEND)
    urls = [f"/documents/{pk}/" for pk in SourceDocument.objects.values_list("pk", flat=True)]
    assert [client.get(url).status_code for url in urls] == [404, 404, 404]
    let_know(office, "discipline")
    assert [client.get(url).status_code for url in urls] == [200, 200, 200]


def test_a_closed_draft_shows_no_field_of_it(client: Client, office: Office, secret: Finding) -> None:
    client.force_login(office.people["office"], backend=BACKEND)
    draft = ImportDraft.objects.get(inspection=secret.inspection_id)
    assert draft.content is not None
    part = next(one["id"] for one in draft.content["findings"] if one["text"] == secret.text)
    answer = client.get(f"/imports/{draft.pk}/field/?target=finding:{part}:text")
    assert answer.status_code == 403
    assert secret.text not in answer.content.decode()


def test_a_measure_for_a_neighbour_goes_where_it_is_seen(office: Office, secret: Finding) -> None:
    neighbour = Finding.objects.get(reference="W012")
    neighbour.answers.create(response=secret.responses.get())
    made = editing.add_measure(
        actor=office.actor("office"),
        rights=office.rights("office"),
        finding_id=neighbour.pk,
        text="另行制定办法。",
        due_text="",
    )
    assert made.response not in secret.responses.all()
    assert Measure.objects.filter(response__answers__finding=neighbour, pk=made.pk).exists()
