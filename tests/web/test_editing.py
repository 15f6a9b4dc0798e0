"""Working on the confirmed ledger by hand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from offices import BACKEND, TODAY

from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Stale
from zhenggai.web.ledger.actions import editing
from zhenggai.web.ledger.models import Assignment, Finding, Item, Measure

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office

    from zhenggai.web.ledger.models import Inspection


def clerk(office: Office) -> dict[str, Any]:
    return {"actor": office.actor("office"), "rights": office.rights("office")}


def test_a_finding_is_added_behind_its_item_with_a_new_reference(office: Office, inspection: Inspection) -> None:
    item = Item.objects.get(number="1")
    made = editing.add_finding(**clerk(office), inspection_id=inspection.pk, text="三是缺少记录。", item_id=item.pk)
    assert (made.reference, made.area_id) == ("W013", item.area_id)
    order = list(Finding.objects.order_by("order", "pk").values_list("reference", flat=True))
    assert order[:4] == ["W001", "W002", "W013", "W003"]
    assert Event.objects.get(action="finding.added").after == {"text": "三是缺少记录。"}


def test_a_measure_is_drafted_with_its_date(office: Office, inspection: Inspection) -> None:
    made = editing.add_finding(**clerk(office), inspection_id=inspection.pk, text="新问题。", item_id=None)
    measure = editing.add_measure(**clerk(office), finding_id=made.pk, text="制定办法。", due_text="2025年9月底前")
    assert (measure.due_on, measure.original_due_on) == (dt.date(2025, 9, 30), dt.date(2025, 9, 30))
    assert [response.pk for response in made.responses.all()] == [measure.response_id]
    second = editing.add_measure(**clerk(office), finding_id=made.pk, text="组织培训。", due_text="反馈之日起两个月内")
    assert (second.response_id, second.due_on) == (measure.response_id, dt.date(2025, 6, 15))


def test_another_limit_keeps_the_original_date(office: Office, inspection: Inspection) -> None:
    measure = Measure.objects.get(reference="C003")
    changed = editing.change_measure(
        **clerk(office), measure_id=measure.pk, seen=1, text=measure.text, due_text="2025年12月底前"
    )
    assert (changed.due_on, changed.original_due_on) == (dt.date(2025, 12, 31), dt.date(2025, 6, 30))
    with pytest.raises(Stale):
        editing.change_measure(**clerk(office), measure_id=measure.pk, seen=1, text="x", due_text="")


def test_owners_end_and_begin_and_nobody_is_deleted(office: Office, inspection: Inspection) -> None:
    response = Measure.objects.get(reference="C005").response
    before = Assignment.objects.count()
    parties = {"lead_leader": "李某某", "responsible_department": "教务处、总务处"}
    editing.change_parties(**clerk(office), response_id=response.pk, seen=1, parties=parties)
    assert Assignment.objects.count() == before + 1
    current = Assignment.objects.filter(response=response, until=None).order_by("order")
    assert [(one.role, one.name) for one in current if one.role != "lead_leader"] == [
        ("responsible_department", "教务处"),
        ("responsible_department", "总务处"),
    ]
    assert current.get(name="总务处").organization == office.departments["总务处"]
    ended = Assignment.objects.get(response=response, role="cooperating_department")
    assert ended.until == TODAY


@pytest.mark.parametrize("text", ["", "  ", "字" * 5001])
def test_a_text_that_cannot_be_taken_is_named(office: Office, inspection: Inspection, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        editing.add_measure(**clerk(office), finding_id=Finding.objects.earliest("pk").pk, text=text, due_text="")
    assert list(caught.value.fields) == ["text"]


def test_the_screens_take_and_keep_what_was_typed(client: Client, office: Office, inspection: Inspection) -> None:
    client.force_login(office.people["office"], backend=BACKEND)
    finding = Finding.objects.get(reference="W003")
    measure = Measure.objects.get(reference="C005")
    for url in (
        f"/ledger/{inspection.pk}/findings/new/",
        f"/findings/{finding.pk}/measures/new/",
        f"/findings/{finding.pk}/edit/",
        f"/measures/{measure.pk}/edit/",
    ):
        assert client.get(url).status_code == 200
        answer = client.post(url, {"text": " ", "due_text": "七月", "cause": "原因", "seen": "1"})
        assert answer.status_code == 422
        assert "请填写" in answer.content.decode()
    url = f"/responses/{measure.response_id}/parties/"
    assert 'value="教务处"' in client.get(url).content.decode()
    assert client.post(url, {"seen": "1", "responsible_department": "教务处"}).status_code == 302
    stale = client.post(url, {"seen": "1", "responsible_department": "财务室"})
    assert stale.status_code == 409
    assert 'value="财务室"' in stale.content.decode()
