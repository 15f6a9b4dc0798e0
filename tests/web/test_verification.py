"""`verify`: everything fits after real work, and whatever is changed behind the store's back is named."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from closings import apply, closable, close, step
from django.core.files.uploadedfile import SimpleUploadedFile
from files_of_evidence import pdf
from offices import NOW, TODAY, tell_grants

from zhenggai.web.accounts.actions import departure, grants, people
from zhenggai.web.accounts.models import Post
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.actions import editing, evidence, filing, handover, layers, progress
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.models import Finding, Measure, Response, SignedState
from zhenggai.web.ledger.proof.verification import verify

if TYPE_CHECKING:
    from offices import Office

    from zhenggai.web.ledger.models import Inspection
    from zhenggai.web.ledger.proof.misfits import Misfit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _told_of_grants(office: Office) -> None:
    tell_grants(office)


def misfits() -> list[Misfit]:
    found = verify(now=NOW, all_of_them=True)
    return [misfit for unit in found.units for misfit in unit.misfits] + found.common


def told() -> list[str]:
    return [str(misfit) for misfit in misfits()]


def test_an_imported_ledger_fits(office: Office, inspection: Inspection) -> None:
    assert told() == []


def test_a_ledger_fits_after_editing_and_a_changed_date_does_not(office: Office, inspection: Inspection) -> None:
    clerk = {"actor": office.actor("office"), "rights": office.rights("office")}
    finding = Finding.objects.get(reference="W002")
    editing.change_finding(**clerk, finding_id=finding.pk, seen=1, text="换了说法", cause="因为")
    measure = Measure.objects.get(reference="C002")
    editing.change_measure(**clerk, measure_id=measure.pk, seen=1, text="换了措施", due_text="2025年9月底前")
    added = editing.add_finding(**clerk, inspection_id=inspection.pk, text="新问题", item_id=finding.item_id)
    editing.add_measure(**clerk, finding_id=added.pk, text="新措施", due_text="2025年8月15日前")
    layers.set_layer(**clerk, finding_id=added.pk, seen=1, layer="restricted", reason="涉及个人")
    assert told() == []
    Measure.objects.filter(reference="C002").update(due_on=dt.date(2025, 10, 1))
    number = Event.objects.filter(action="measure.changed").latest("number").number
    where = f"《{inspection.title}》措施C002"
    assert told() == [f"{where}的到期日是“2025-10-01”，第{number}号操作记录是“2025-09-30”。"]


def test_the_signatures_of_a_close_out_fit(office: Office, inspection: Inspection) -> None:
    close(
        office, closable(office, inspection)
    )  # whose measures are made done and proved, and given to others, without a word
    assert {misfit.code for misfit in misfits()} <= {"row", "evidence", "file", "answerable", "grant"}


def test_a_withdrawn_application_withdraws_no_finding(office: Office, inspection: Inspection) -> None:
    finding = closable(office, inspection)
    step(office, apply(office, finding), "department_head", "withdrawn")
    step(office, apply(office, finding), "responsible_leader", "review_returned")
    assert [words for words in told() if finding.reference in words and "问题" in words] == []


def test_handovers_duties_filing_and_grants_fit(office: Office, inspection: Inspection) -> None:
    clerk: dict[str, Any] = {"actor": office.actor("office"), "rights": office.rights("office")}
    response = Response.objects.get(inspection=inspection, reference="Y002")
    parties = {"responsible_department": "总务处", "responsible_leader": office.people["lead_leader"].name}
    editing.change_parties(**clerk, response_id=response.pk, seen=1, parties=parties)
    absent = office.people["principal"]
    deputy = {"person_id": absent.pk, "deputy_id": office.people["lead_leader"].pk, "reason": "出差"}
    grants.appoint_deputy(**clerk, **deputy, since=TODAY, until=TODAY + dt.timedelta(days=9))
    post = Post.objects.get(person=office.people["handler"])
    people.end_post(**clerk, post_id=post.pk)
    people.hold_post(**clerk, person=office.people["handler"], organization=post.organization)
    giver, receiver = office.people["lead_leader"], office.people["responsible_leader"]
    handover.hand_over(**clerk, giver_id=giver.pk, receiver_id=receiver.pk, reason="退休", leaves=True)
    departure.take_back(**clerk, person_id=giver.pk, reason="办理有误")
    finding = Finding.objects.get(reference="W002")
    filing.set_key(**clerk, finding_id=finding.pk, seen=1, key=True)
    filing.file_plan(**clerk, inspection_id=inspection.pk, seen=inspection.version)
    security: dict[str, Any] = {
        "actor": office.actor("security_administrator"), "rights": office.rights("security_administrator")
    }  # fmt: skip
    person = office.people["handler"]
    given = grants.grant_restricted(**security, person_id=person.pk, reason="承办", until=TODAY)
    grants.revoke_restricted(**security, grant_id=given.pk)
    handler: dict[str, Any] = {"actor": office.actor("handler"), "rights": office.rights("handler")}
    measure = Measure.objects.get(reference="C005")
    for seen, percent in ((1, 30), (2, 60)):
        progress.report_progress(
            **handler,
            measure_id=measure.pk,
            seen=seen,
            percent=percent,
            completion_status="ongoing",
            done=f"做到{percent}",
        )
    assert told() == []


def test_one_unit_by_itself_is_held_against_its_signed_states(office: Office, inspection: Inspection) -> None:
    close(office, closable(office, inspection))
    units = frozenset({office.unit.pk})
    assert not verify(now=NOW, units=units).common
    state = SignedState.objects.earliest("pk")
    SignedState.objects.filter(pk=state.pk).update(content=state.content + " ")
    assert [misfit.code for misfit in verify(now=NOW, units=units).common] == ["state"]
    assert not verify(now=NOW, units=frozenset({office.above.pk})).common


def test_evidence_that_was_added_replaced_linked_and_withdrawn_fits(office: Office, inspection: Inspection) -> None:
    who: dict[str, Any] = {"actor": office.actor("handler"), "rights": office.rights("handler")}
    first, second = Measure.objects.filter(response__assignments__organization=office.departments["教务处"])[:2]

    def file(words: str) -> SimpleUploadedFile:
        return SimpleUploadedFile("会议记录.pdf", pdf(words=words))

    declared = Declared(kind="meeting", formed_on=dt.date(2025, 5, 1), pages=2)
    piece = evidence.add_evidence(**who, measure_ids=[first.pk], upload=file("A"), declared=declared).evidence
    named = {"evidence_id": piece.pk}
    evidence.replace_evidence(**who, **named, seen=1, upload=file("B"), reason="漏页")
    evidence.link_evidence(**who, **named, seen=2, measure_ids=[second.pk])
    evidence.unlink_evidence(**who, **named, seen=3, measure_id=first.pk, reason="误关联")
    corrected = Declared(title="纪要", kind="meeting", formed_on=dt.date(2025, 5, 2), pages=3)
    evidence.correct_evidence(**who, **named, seen=4, declared=corrected)
    evidence.withdraw_evidence(**who, **named, seen=5, reason="作废")
    assert told() == []
