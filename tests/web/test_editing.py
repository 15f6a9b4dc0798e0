"""Working on the confirmed ledger by hand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from offices import BACKEND, NOW, TODAY

from zhenggai.web.accounts.actions import create_person
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale
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
    assert Event.objects.get(action="finding.added").after == {"text": "三是缺少记录。", "parents": ["T001"]}


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


def test_every_name_that_means_nobody_is_told_at_once(office: Office, inspection: Inspection) -> None:
    response = Measure.objects.get(reference="C005").response
    parties = {"lead_leader": "王二某", "responsible_department": "教务外", "cooperating_department": "总务处"}
    with pytest.raises(Invalid) as fault:
        editing.change_parties(**clerk(office), response_id=response.pk, seen=1, parties=parties)
    assert fault.value.fields.keys() == {"lead_leader", "responsible_department"}


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


def test_duties_follow_the_words_of_a_measure(office: Office, inspection: Inspection) -> None:
    measure = Measure.objects.get(reference="C003")
    act = {**clerk(office), "measure_id": measure.pk, "due_text": measure.due_text}
    assert editing.change_measure(**act, seen=1, text="每季度检查一次。").recurrences
    assert not editing.change_measure(**act, seen=2, text="完成换届。").recurrences
    added = editing.add_measure(
        **clerk(office), finding_id=Finding.objects.get(reference="W001").pk, text="每月检查一次。", due_text=""
    )
    assert added.recurrences


def test_many_new_findings_stay_before_what_follows(office: Office, inspection: Inspection) -> None:
    item = Item.objects.get(number="1")
    for n in range(12):
        editing.add_finding(**clerk(office), inspection_id=inspection.pk, text=f"第{n}个。", item_id=item.pk)
    order = list(Finding.objects.order_by("order").values_list("reference", flat=True))
    assert order[:3] == ["W001", "W002", "W013"]
    assert order[13:15] == ["W024", "W003"]
    assert len(set(Finding.objects.values_list("order", flat=True))) == 24


@pytest.mark.parametrize(
    ("name", "message"),
    [("总务外", "是否为“总务处”？"), ("不存在的部门", "机构人员中没有"), ("两个同名", "有2个“两个同名”")],
)
def test_a_name_that_means_nobody_or_several_is_asked_about(
    office: Office, inspection: Inspection, name: str, message: str
) -> None:
    for _ in range(2):
        create_person(actor=office.actor("office"), unit=office.unit, name="两个同名")
    response = Measure.objects.get(reference="C005").response
    before = Assignment.objects.count()
    with pytest.raises(Invalid, match=message) as caught:
        editing.change_parties(
            **clerk(office), response_id=response.pk, seen=1, parties={"responsible_department": name}
        )
    assert list(caught.value.fields) == ["responsible_department"]
    assert Assignment.objects.filter(until=None).count() == before


def test_what_hands_a_measure_to_its_handler_stays(office: Office, inspection: Inspection) -> None:
    measure = Measure.objects.get(reference="C005")
    own = Assignment.objects.create(
        unit=office.unit, inspection=inspection, response=measure.response, measure=measure,
        role="responsible_department", name="财务室", organization=office.departments["财务室"], since=TODAY,
    )  # fmt: skip
    editing.change_parties(**clerk(office), response_id=measure.response_id, seen=1, parties={})
    own.refresh_from_db()
    assert own.until is None
    current = Assignment.objects.filter(response=measure.response, until=None)
    assert list(current) == [own]


@pytest.mark.parametrize(
    ("values", "field"),
    [({"cause": "字" * 5001}, "cause"), ({"text": "有\0字"}, "text"), ({"cause": "有\0字"}, "cause")],
)
def test_words_of_a_finding_that_cannot_be_taken(
    office: Office, inspection: Inspection, values: dict[str, str], field: str
) -> None:
    finding = Finding.objects.get(reference="W001")
    with pytest.raises(Invalid) as caught:
        editing.change_finding(**clerk(office), finding_id=finding.pk, seen=1, **{"text": "x", "cause": "", **values})
    assert list(caught.value.fields) == [field]
    with pytest.raises(Invalid) as caught:
        editing.add_measure(**clerk(office), finding_id=finding.pk, text="x", due_text="日" * 301)
    assert list(caught.value.fields) == ["due_text"]


def test_what_is_withdrawn_is_not_changed_any_more(office: Office, inspection: Inspection) -> None:
    Finding.objects.update(withdrawn_at=NOW)
    Measure.objects.update(withdrawn_at=NOW)
    finding, measure = Finding.objects.get(reference="W001"), Measure.objects.get(reference="C001")
    with pytest.raises(Refused, match="已在后续方案中撤销"):
        editing.change_finding(**clerk(office), finding_id=finding.pk, seen=1, text="x", cause="")
    with pytest.raises(Refused):
        editing.change_measure(**clerk(office), measure_id=measure.pk, seen=1, text="x", due_text="")
    with pytest.raises(Refused):
        editing.add_measure(**clerk(office), finding_id=finding.pk, text="x", due_text="")
