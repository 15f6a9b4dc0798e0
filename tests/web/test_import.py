"""From an uploaded document to the rows of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from offices import NOW, SAMPLE, import_sample

from zhenggai.web.audit.chain import first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger.actions import imports
from zhenggai.web.ledger.models import Finding, ImportDraft, Inspection, Measure, SourceDocument

if TYPE_CHECKING:
    from offices import Office
    from pytest_django.fixtures import SettingsWrapper


def upload(office: Office, data: bytes, name: str = "方案.txt", role: str = "office") -> ImportDraft:
    return imports.upload_document(
        actor=office.actor(role), rights=office.rights(role), unit_id=office.unit.pk, name=name, data=data
    )


def test_the_sample_becomes_plan_version_1_with_all_rows(office: Office) -> None:
    inspection = import_sample(office)
    assert [v.number for v in inspection.plan_versions.all()] == [1]
    assert Finding.objects.filter(inspection=inspection).count() == 12
    assert Measure.objects.filter(inspection=inspection).count() == 25
    assert Measure.objects.filter(inspection=inspection, reference="C001").get().due_on is not None
    assert Event.objects.filter(action="plan.confirmed").get().after["findings"] == 12
    assert first_break(office.unit.pk) is None


def test_nothing_is_in_the_ledger_before_the_confirmation(office: Office) -> None:
    draft = upload(office, SAMPLE.read_bytes(), SAMPLE.name)
    assert draft.state == "review"
    assert not Inspection.objects.exists()


def test_a_file_that_cannot_be_read_says_why_and_is_kept(office: Office) -> None:
    draft = upload(office, b"PK\x03\x04broken", "方案.docx")
    assert draft.state == "failed"
    assert draft.message
    assert SourceDocument.objects.count() == 1


def test_a_file_that_is_too_large_is_refused_before_it_is_read(office: Office, settings: SettingsWrapper) -> None:
    class Large:
        name, size = "大.docx", settings.UPLOAD_LIMIT + 1

        def read(self) -> bytes:
            raise AssertionError("read")

    with pytest.raises(Invalid, match="50MB"):
        imports.content_of(Large())


def test_a_kept_file_that_is_gone_is_told_and_the_draft_fails(office: Office) -> None:
    draft = upload(office, b"\xe4\xb8\x80\xe3\x80\x81x", "没有了.txt")
    ImportDraft.objects.filter(pk=draft.pk).update(state="uploaded")
    assert draft.document is not None
    imports.stored_file(draft.document.sha256).unlink()
    again = imports.resume_draft(actor=office.actor("office"), rights=office.rights("office"), draft_id=draft.pk)
    assert (again.state, "找不到" in again.message) == ("failed", True)


def test_an_empty_file_is_refused_and_nothing_is_kept(office: Office) -> None:
    with pytest.raises(Invalid) as caught:
        upload(office, b"")
    assert "file" in caught.value.fields
    assert not SourceDocument.objects.exists()


def test_a_handler_may_not_upload(office: Office) -> None:
    with pytest.raises(Refused, match="整改办"):
        upload(office, b"x", role="handler")


def test_the_second_of_two_editors_is_told_who_was_first(office: Office) -> None:
    draft = upload(office, SAMPLE.read_bytes(), SAMPLE.name)
    act = {"actor": office.actor("office"), "rights": office.rights("office"), "draft_id": draft.pk, "seen": 1}
    imports.save_draft(**act, content=draft.content, what="一")
    with pytest.raises(Stale, match=rf"整改办某某已在{NOW.year}年"):
        imports.save_draft(**act, content=draft.content, what="二")
