"""A piece of evidence that proves measures of several departments, or is declared in another layer the second time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from files_of_evidence import pdf
from offices import BACKEND, NOW, TODAY, tell_grants

from zhenggai.web.accounts.models import RestrictedGrant
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.actions.evidence import (
    Added,
    add_evidence,
    correct_evidence,
    link_evidence,
    replace_evidence,
    unlink_evidence,
    withdraw_evidence,
)
from zhenggai.web.ledger.models import Assignment, Evidence, EvidenceLink, Finding, Inspection, Measure
from zhenggai.web.ledger.proof.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from offices import Office

pytestmark = pytest.mark.django_db
PLAIN = Declared("会议记录", "meeting", dt.date(2025, 5, 1), 2)
SECRET = Declared("谈话记录", "talk", dt.date(2025, 5, 1), 2, layer="restricted")


@pytest.fixture
def own(inspection: Inspection) -> Measure:
    return Measure.objects.get(inspection=inspection, reference="C005")


@pytest.fixture
def foreign(office: Office, inspection: Inspection, own: Measure) -> Measure:
    """Return a measure of 总务处 alone."""
    found = Measure.objects.exclude(response=own.response_id).earliest("pk")
    Assignment.objects.filter(response=found.response_id).delete()
    found.response.assignments.create(
        unit=office.unit, inspection=inspection, role="responsible_department",
        organization=office.departments["总务处"], name="总务处", since=TODAY,
    )  # fmt: skip
    return found


@pytest.fixture
def knowing(office: Office) -> Office:
    RestrictedGrant.objects.create(
        person=office.people["handler"], unit=office.unit, reason="承办该事项", since=TODAY, until=None
    )
    return office


def who(office: Office) -> dict[str, Any]:
    return {"actor": office.actor("handler"), "rights": office.rights("handler")}


def add(office: Office, *measures: Measure, declared: Declared = PLAIN) -> Added:
    upload = SimpleUploadedFile("会议记录.pdf", pdf())
    ids = [measure.pk for measure in measures]
    return add_evidence(**who(office), measure_ids=ids, upload=upload, declared=declared)


def shared(office: Office, own: Measure, foreign: Measure) -> Evidence:
    piece = add(office, own).evidence
    EvidenceLink.objects.create(evidence=piece, measure=foreign, linked_at=NOW)
    return piece


ACTS: dict[str, Callable[..., object]] = {
    "replace": lambda **who: replace_evidence(**who, upload=SimpleUploadedFile("b.pdf", pdf(4)), reason="补页"),
    "correct": lambda **who: correct_evidence(**who, declared=Declared("改名", "other")),
    "withdraw": lambda **who: withdraw_evidence(**who, reason="有误"),
}


class TestOfSeveralDepartments:
    @pytest.mark.parametrize("act", ACTS)
    def test_one_department_cannot_change_it_for_the_others(
        self, office: Office, own: Measure, foreign: Measure, act: str
    ) -> None:
        piece = shared(office, own, foreign)
        with pytest.raises(Refused, match=r"佐证Z001还证明其他部门（总务处）的措施.*取消关联后另行上传"):
            ACTS[act](**who(office), evidence_id=piece.pk, seen=1)
        piece.refresh_from_db()
        assert (piece.version, piece.number, piece.withdrawn_at) == (1, 1, None)

    @pytest.mark.parametrize("act", ACTS)
    def test_a_measure_that_is_gone_or_no_longer_linked_binds_nobody(
        self, office: Office, own: Measure, foreign: Measure, act: str
    ) -> None:
        piece = shared(office, own, foreign)
        if act == "replace":
            Measure.objects.filter(pk=foreign.pk).update(withdrawn_at=NOW)
        else:
            EvidenceLink.objects.filter(measure=foreign).update(removed_at=NOW)
        ACTS[act](**who(office), evidence_id=piece.pk, seen=1)

    def test_a_secret_measure_is_not_told_of(self, office: Office, own: Measure, foreign: Measure) -> None:
        piece = shared(office, own, foreign)
        Finding.objects.filter(responses=foreign.response_id).update(layer="restricted")
        with pytest.raises(Refused, match="还证明不由您承办的措施") as fault:
            withdraw_evidence(**who(office), evidence_id=piece.pk, seen=1, reason="有误")
        assert "总务处" not in str(fault.value)

    def test_the_way_out_is_a_piece_of_ones_own(self, office: Office, own: Measure, foreign: Measure) -> None:
        other = own.response.measures.exclude(pk=own.pk).earliest("pk")
        piece = shared(office, own, foreign)
        unlink_evidence(**who(office), evidence_id=piece.pk, seen=1, measure_id=own.pk, reason="另行上传")
        again = add(office, own, other)
        assert (again.new, again.evidence.reference) == (True, "Z002")

    def test_the_page_says_why_instead_of_offering_it(self, office: Office, own: Measure, foreign: Measure) -> None:
        piece = shared(office, own, foreign)
        client = Client()
        client.force_login(office.people["handler"], backend=BACKEND)
        shown = client.get(f"/evidence/{piece.pk}/").content.decode()
        assert "还证明其他部门（总务处）的措施" in shown
        assert "更换文件" not in shown
        assert f'action="/evidence/{piece.pk}/unlink/"' in shown, "the way out that the words name"
        EvidenceLink.objects.filter(measure=foreign).update(removed_at=NOW)
        alone = client.get(f"/evidence/{piece.pk}/").content.decode()
        assert "更换文件" in alone
        assert "/unlink/" not in alone, "the last link stays"


class TestLayers:
    def test_the_same_file_declared_restricted_makes_the_piece_so(self, knowing: Office, own: Measure) -> None:
        add(knowing, own)
        other = own.response.measures.exclude(pk=own.pk).earliest("pk")
        again = add(knowing, other, declared=SECRET)
        assert (again.new, again.evidence.layer) == (False, "restricted")
        assert again.notes == ("Z001已按本次申报改为限知材料。", "与Z001相同，已直接关联。")
        event = Event.objects.get(action="evidence.changed")
        assert (event.before, event.after) == ({"layer": "internal"}, {"layer": "restricted"})
        tell_grants(knowing)
        assert verify(now=NOW).holds

    def test_where_it_is_not_the_persons_alone_nothing_is_kept(
        self, knowing: Office, own: Measure, foreign: Measure
    ) -> None:
        piece = shared(knowing, own, foreign)
        links = EvidenceLink.objects.count()
        with pytest.raises(Invalid, match=r"与Z001相同.*其他部门（总务处）.*没有保存.*取消关联") as fault:
            add(knowing, own, declared=SECRET)
        assert set(fault.value.fields) == {"file"}
        piece.refresh_from_db()
        assert (piece.layer, EvidenceLink.objects.count(), Evidence.objects.count()) == ("internal", links, 1)

    def test_a_restricted_piece_stays_so_whatever_is_declared_later(self, knowing: Office, own: Measure) -> None:
        add(knowing, own, declared=SECRET)
        other = own.response.measures.exclude(pk=own.pk).earliest("pk")
        again = add(knowing, other)
        assert (again.new, again.evidence.layer) == (False, "restricted")
        assert again.notes[0] == "Z001是限知材料，仍按限知管理。"

    def test_to_leave_the_restricted_layer_takes_a_reason(self, knowing: Office, own: Measure) -> None:
        piece = add(knowing, own, declared=SECRET).evidence
        for reason in ("", "  ", "长" * 201):
            with pytest.raises(Invalid) as fault:
                correct_evidence(**who(knowing), evidence_id=piece.pk, seen=1, declared=PLAIN, reason=reason)
            assert set(fault.value.fields) == {"reason"}
        correct_evidence(**who(knowing), evidence_id=piece.pk, seen=1, declared=PLAIN, reason="已公开通报")
        event = Event.objects.get(action="evidence.changed")
        assert (event.before["layer"], event.after["layer"], event.reason) == ("restricted", "internal", "已公开通报")

    def test_the_form_names_the_missing_reason(self, knowing: Office, own: Measure) -> None:
        piece = add(knowing, own, declared=SECRET).evidence
        client = Client()
        client.force_login(knowing.people["handler"], backend=BACKEND)
        sent = {"seen": 1, "title": "谈话记录", "kind": "talk", "copies": 1, "layer": "internal"}
        answer = client.post(f"/evidence/{piece.pk}/change/", sent)
        assert answer.status_code == 422
        assert "请填写理由" in answer.content.decode()
        assert client.post(f"/evidence/{piece.pk}/change/", sent | {"reason": "已公开"}).status_code == 302

    def test_evidence_of_a_restricted_finding_is_not_linked_to_an_open_one(
        self, knowing: Office, own: Measure, foreign: Measure
    ) -> None:
        Assignment.objects.filter(response=foreign.response_id).update(organization=knowing.departments["教务处"])
        Finding.objects.filter(responses=own.response_id).update(layer="restricted")
        piece = add(knowing, own).evidence
        with pytest.raises(Invalid, match="会让更多人看到"):
            link_evidence(**who(knowing), evidence_id=piece.pk, seen=1, measure_ids=[foreign.pk])
        again = add(knowing, foreign)
        assert (again.new, again.evidence.pk != piece.pk) == (True, True)
        Finding.objects.filter(responses=foreign.response_id).update(layer="restricted")
        link_evidence(**who(knowing), evidence_id=piece.pk, seen=1, measure_ids=[foreign.pk])
