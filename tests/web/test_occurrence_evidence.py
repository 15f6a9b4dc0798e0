"""Evidence of one period of a recurring duty: uploaded or chosen there, as secret as the measure's, asked for by the close-out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from closings import apply, closable
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from files_of_evidence import pdf
from offices import BACKEND, NOW, TODAY

from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Unknown
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.actions.duties import lay_out, report_occurrence
from zhenggai.web.ledger.actions.evidence import add_evidence, link_evidence, unlink_evidence, withdraw_evidence
from zhenggai.web.ledger.actions.occurrence_evidence import (
    add_occurrence_evidence,
    prove_occurrence,
    unprove_occurrence,
)
from zhenggai.web.ledger.models import (
    Duty,
    Evidence,
    Finding,
    Inspection,
    Measure,
    Mechanism,
    Occurrence,
    OccurrenceProof,
)
from zhenggai.web.ledger.queries.duties import occurrence_story
from zhenggai.web.ledger.queries.finding import finding_story

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office

pytestmark = pytest.mark.django_db
MONTHLY = {"kind": "every", "freq": "month", "interval": 1, "times": 1, "date_in_period": None}


@pytest.fixture
def may(office: Office, inspection: Inspection) -> Occurrence:
    """May of a measure that recurs monthly, and that is the only one to recur."""
    Occurrence.objects.all().delete()
    Duty.objects.all().delete()
    Measure.objects.filter(inspection=inspection).update(recurrences=[])
    Mechanism.objects.filter(inspection=inspection).update(recurrences=[])
    Measure.objects.filter(inspection=inspection, reference="C005").update(recurrences=[MONTHLY], due_parts=[])
    Inspection.objects.filter(pk=inspection.pk).update(plan_date=dt.date(2025, 5, 1))
    lay_out(actor=office.actor("office"), inspection_id=inspection.pk)
    return Occurrence.objects.get(key="2025-05")


def upload(office: Office, occurrence: Occurrence, words: str = "会议记录", layer: str = "internal") -> Evidence:
    return add_occurrence_evidence(
        actor=office.actor("handler"),
        rights=office.rights("handler"),
        occurrence_id=occurrence.pk,
        upload=SimpleUploadedFile("会议记录.pdf", pdf(1, words=words)),
        declared=Declared(kind="meeting", formed_on=TODAY, layer=layer),
    ).evidence


def choose(office: Office, occurrence: Occurrence, *pieces: Evidence, role: str = "handler") -> None:
    prove_occurrence(
        actor=office.actor(role),
        rights=office.rights(role),
        occurrence_id=occurrence.pk,
        evidence_ids=[piece.pk for piece in pieces],
    )


def shown(office: Office, occurrence: Occurrence, role: str = "handler") -> list[str]:
    return [piece.reference for piece in occurrence_story(office.rights(role), occurrence.pk).proofs]


def test_a_file_uploaded_for_a_period_proves_the_measure_too(office: Office, may: Occurrence) -> None:
    piece = upload(office, may)
    assert shown(office, may) == [piece.reference]
    assert piece.links.get().measure_id == may.duty.measure_id
    assert Event.objects.filter(action="evidence.period_linked", subject_id=str(piece.pk)).count() == 1
    again = upload(office, may)
    assert (again, OccurrenceProof.objects.count()) == (piece, 1)


def test_what_the_measure_has_is_chosen_and_given_up_again(office: Office, may: Occurrence) -> None:
    june = Occurrence.objects.get(key="2025-06")
    piece = upload(office, may)
    choose(office, june, piece)
    choose(office, june, piece)
    assert OccurrenceProof.objects.filter(occurrence=june).count() == 1
    story = finding_story(office.rights("handler"), Finding.objects.get(responses__measures=may.duty.measure).pk)
    pieces = [piece for response in story.responses for one in response.measures for piece in one.evidence]
    assert pieces[0].periods == (may.label, june.label)
    who = {"actor": office.actor("handler"), "rights": office.rights("handler")}
    with pytest.raises(Invalid) as caught:
        unprove_occurrence(**who, occurrence_id=june.pk, evidence_id=piece.pk, reason=" ")
    assert set(caught.value.fields) == {"reason"}
    unprove_occurrence(**who, occurrence_id=june.pk, evidence_id=piece.pk, reason="是5月的会议")
    assert (shown(office, june), shown(office, may)) == ([], [piece.reference])
    with pytest.raises(Invalid):
        unprove_occurrence(**who, occurrence_id=june.pk, evidence_id=piece.pk, reason="是5月的会议")


def test_what_does_not_prove_the_measure_proves_no_period(office: Office, may: Occurrence) -> None:
    handler = {"actor": office.actor("handler"), "rights": office.rights("handler")}
    others = Measure.objects.filter(response=may.duty.measure.response_id).exclude(pk=may.duty.measure_id)
    other = others.first() or Measure.objects.get(reference="C004")
    other_piece = add_evidence(
        **handler,
        measure_ids=[other.pk],
        upload=SimpleUploadedFile("别的.pdf", pdf(1, words="别的")),
        declared=Declared(kind="meeting"),
    ).evidence
    with pytest.raises(Invalid, match="没有关联这项措施"):
        choose(office, may, other_piece)
    with pytest.raises(Invalid, match="请选择"):
        choose(office, may)
    for role in ("principal", "supervision", "office"):
        with pytest.raises((Refused, Unknown)):
            choose(office, may, other_piece, role=role)


def test_a_period_loses_what_leaves_its_measure_or_is_withdrawn(office: Office, may: Occurrence) -> None:
    handler = {"actor": office.actor("handler"), "rights": office.rights("handler")}
    piece = upload(office, may)
    other = Measure.objects.filter(response=may.duty.measure.response_id).exclude(pk=may.duty.measure_id).first()
    if other:
        piece.refresh_from_db()
        link_evidence(**handler, evidence_id=piece.pk, seen=piece.version, measure_ids=[other.pk])
        piece.refresh_from_db()
        unlink_evidence(
            **handler,
            evidence_id=piece.pk,
            seen=piece.version,
            measure_id=may.duty.measure_id,
            reason="关联有误",
        )
        assert not OccurrenceProof.objects.filter(removed_at=None).exists()
    second = upload(office, may, "另一份记录")
    withdraw_evidence(**handler, evidence_id=second.pk, seen=second.version, reason="重复")
    assert shown(office, may) == []


def test_restricted_evidence_of_a_period_is_as_secret_as_anywhere(office: Office, may: Occurrence) -> None:
    piece = upload(office, may)
    Evidence.objects.filter(pk=piece.pk).update(layer="restricted")
    assert shown(office, may) == shown(office, may, "office") == []
    with pytest.raises(Unknown):
        choose(office, Occurrence.objects.get(key="2025-06"), piece)
    Finding.objects.filter(responses__measures=may.duty.measure_id).update(layer="restricted")
    with pytest.raises(Unknown):
        upload(office, may, "别的")


def test_an_arrangement_has_no_evidence_of_its_own(office: Office, may: Occurrence) -> None:
    mechanism = Mechanism.objects.filter(inspection=may.inspection).first()
    Duty.objects.filter(pk=may.duty_id).update(measure=None, mechanism=mechanism)
    with pytest.raises((Refused, Unknown)):
        upload(office, may)


def test_what_is_proved_stands_under_other_words(office: Office, may: Occurrence) -> None:
    june = Occurrence.objects.get(key="2025-06")
    upload(office, june)
    Measure.objects.filter(pk=may.duty.measure_id).update(recurrences=[])
    lay_out(actor=office.actor("office", NOW + dt.timedelta(days=1)), inspection_id=may.inspection_id)
    assert Occurrence.objects.get(pk=june.pk).withdrawn_at is None
    assert Occurrence.objects.get(key="2025-07").withdrawn_at is not None


def test_the_close_out_asks_for_evidence_of_each_period_that_was_reported(office: Office, may: Occurrence) -> None:
    finding = Finding.objects.get(responses__measures=may.duty.measure_id)
    finding = closable(office, may.inspection, finding.reference)
    rights = replace(office.rights("handler"))
    report_occurrence(
        actor=office.actor("handler"), rights=rights, occurrence_id=may.pk, seen=may.version, count=1, held_on=TODAY,
        text="召开会议一次。",
    )  # fmt: skip
    with pytest.raises(Invalid) as caught:
        apply(office, finding)
    assert may.label in caught.value.fields["evidence:C005"]
    choose(office, may, Evidence.objects.get(links__measure=may.duty.measure_id, title="C005佐证"))
    assert apply(office, finding).stage == "applied"


def test_a_statement_alone_proves_no_period(office: Office, may: Occurrence) -> None:
    piece = upload(office, may)
    finding = Finding.objects.get(responses__measures=may.duty.measure_id)
    finding = closable(office, may.inspection, finding.reference)
    Occurrence.objects.filter(pk=may.pk).update(done=1)
    may.reports.create(
        unit=may.unit, count=1, held_on=TODAY, text="开会", reported_by=office.people["handler"], reported_at=NOW
    )
    Evidence.objects.filter(pk=piece.pk).update(kind="statement")
    with pytest.raises(Invalid):
        apply(office, finding)
    Evidence.objects.filter(pk=piece.pk).update(kind="meeting")
    assert apply(office, finding)


def test_the_screens_upload_choose_and_give_up(office: Office, may: Occurrence, client: Client) -> None:
    client.force_login(office.people["handler"], backend=BACKEND)
    page = client.get(reverse("evidence_upload", args=[may.duty.measure_id]), {"occurrence": may.pk})
    assert f"本次上传的材料用于：<b>{may.label}</b>" in page.content.decode()
    sent = {"occurrence": may.pk, "files": SimpleUploadedFile("记录.pdf", pdf(1)), "copies": "1", "layer": "internal"}
    assert client.post(reverse("evidence_upload", args=[may.duty.measure_id]), sent).status_code == 200
    piece = Evidence.objects.get()
    june = Occurrence.objects.get(key="2025-06")
    page = client.get(reverse("occurrence", args=[june.pk])).content.decode()
    assert f"已用于{may.label}" in page
    assert client.post(reverse("occurrence_prove", args=[june.pk])).status_code == 422
    page = client.post(reverse("occurrence_prove", args=[june.pk]), {"evidence": piece.pk}, follow=True)
    assert "所选材料已用于这一次任务" in page.content.decode()
    wrong = client.post(reverse("occurrence_unprove", args=[june.pk]), {"piece": piece.pk, "why": ""})
    assert wrong.status_code == 422
    assert "请填写取消的原因" in wrong.content.decode()
    client.post(reverse("occurrence_unprove", args=[june.pk]), {"piece": piece.pk, "why": "选错"})
    assert not OccurrenceProof.objects.filter(occurrence=june, removed_at=None).exists()
    other = Measure.objects.exclude(pk=may.duty.measure_id).filter(response=may.duty.measure.response_id).first()
    if other:
        address = reverse("evidence_upload", args=[other.pk])
        assert client.get(address, {"occurrence": may.pk}).status_code == 404
