"""The restricted layer: of a finding that is secret to a person, no screen says that it is there."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.db import transaction
from offices import BACKEND, SAMPLE, TODAY

from zhenggai.web.audit.chain import Subject, record
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.actions import editing
from zhenggai.web.ledger.actions.differences import confirm_differences, link
from zhenggai.web.ledger.actions.exports import export_ledger
from zhenggai.web.ledger.actions.imports import upload_document
from zhenggai.web.ledger.models import Finding, ImportDraft, Measure, SourceDocument
from zhenggai.web.ledger.queries.differences import review_of

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


def test_events_of_a_heading_above_nothing_else_are_veiled(client: Client, office: Office, secret: Finding) -> None:
    assert secret.item is not None
    assert secret.area is not None
    with transaction.atomic():
        for kind, row in (("item", secret.item), ("area", secret.area)):
            record(
                unit_id=office.unit.pk,
                actor=office.actor("office"),
                action=f"{kind}.changed",
                subject=Subject(kind, row.pk, row.reference),
                after={"title": row.title},
            )
    text = body(client, office, "audit_administrator", "/events/")
    assert secret.item.title not in text
    assert secret.area.title in text
    Finding.objects.filter(area=secret.area).update(layer="restricted")
    assert secret.area.title not in body(client, office, "audit_administrator", "/events/")
    let_know(office, "audit_administrator")
    assert secret.item.title in body(client, office, "audit_administrator", "/events/")


def test_events_say_everything_in_words(client: Client, office: Office, inspection: Inspection) -> None:
    export_ledger(actor=office.actor("office"), rights=office.rights("office"), inspection_id=inspection.pk)
    text = body(client, office, "audit_administrator", "/events/")
    assert "按筛选导出：否" in text
    assert "extract" not in text


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


class TestLaterDocument:
    """A later document has the secret finding too; who looks through it without a need to know takes nothing of it."""

    @staticmethod
    def upload(office: Office, inspection: Inspection, name: str, data: bytes) -> ImportDraft:
        return upload_document(
            actor=office.actor("office"),
            rights=office.rights("office"),
            unit_id=office.unit.pk,
            name=name,
            data=data,
            inspection_id=inspection.pk,
        )

    @staticmethod
    def confirm(office: Office, draft: ImportDraft) -> None:
        draft.refresh_from_db()
        confirm_differences(
            actor=office.actor("office"), rights=office.rights("office"), draft_id=draft.pk, seen=draft.version
        )

    def shown(self, office: Office, draft: ImportDraft) -> list[str]:
        return [d.id for d in review_of(office.rights("office"), draft.pk).comparison.differences]

    def test_a_changed_plan_brings_it_in_for_nobody(self, office: Office, secret: Finding) -> None:
        plan = SAMPLE.with_suffix(".txt").read_text(encoding="utf-8")
        measure = Measure.objects.get(reference="C006").text
        changed = plan.replace(measure, "增开劳动课程，每月更新一次课程目录。").replace("逐次登记", "逐次编号登记")
        assert changed.count("编号登记") == 1
        assert measure not in changed
        draft = self.upload(office, secret.inspection, "修订.txt", changed.encode())
        assert self.shown(office, draft) == ["changed:C003"]
        self.confirm(office, draft)
        assert Finding.objects.filter(text=secret.text).count() == 1
        assert Measure.objects.get(reference="C006").text == measure
        let_know(office, "office")
        again = self.upload(office, secret.inspection, "再修订.txt", changed.encode())
        assert self.shown(office, again) == ["changed:C006"]

    def test_another_finding_below_its_heading_is_not_lost(self, office: Office, secret: Finding) -> None:
        plan = SAMPLE.with_suffix(".txt").read_text(encoding="utf-8")
        first = Finding.objects.get(reference="W001")
        Finding.objects.filter(item=first.item).update(layer="restricted")
        words = "四是学习笔记没有检查。"
        at = plan.index("（", plan.index(Finding.objects.get(reference="W002").text))
        changed = plan[:at].rstrip() + f"\n{words}\n整改措施：每月检查一次学习笔记。\n" + plan[at:]
        draft = self.upload(office, secret.inspection, "修订.txt", changed.encode())
        review = review_of(office.rights("office"), draft.pk)
        told = " ".join(str(d.fields) + str(d.brings) for d in review.comparison.differences)
        assert "学习笔记" in told
        assert first.text not in told

    def test_a_sheet_of_somebody_who_knows_tells_nothing(self, office: Office, secret: Finding) -> None:
        let_know(office, "office")
        sheet = export_ledger(
            actor=office.actor("office"), rights=office.rights("office"), inspection_id=secret.inspection_id
        )
        book = openpyxl.load_workbook(io.BytesIO(sheet.data))
        for row in book.worksheets[0].iter_rows():
            if str(row[1].value).startswith("W003/"):
                row[15].value = "五成"
                row[13].value = "已完成研讨。"
        out = io.BytesIO()
        book.save(out)
        draft = self.upload(office, secret.inspection, "填好.xlsx", out.getvalue())
        assert len(self.shown(office, draft)) > 3
        office.people["office"].restricted_grants.all().delete()
        assert self.shown(office, draft) == []

    def test_no_row_of_the_document_can_be_linked_to_it(self, office: Office, secret: Finding) -> None:
        plan = SAMPLE.with_suffix(".txt").read_text(encoding="utf-8").replace("逐次登记", "逐次编号登记")
        draft = self.upload(office, secret.inspection, "修订.txt", plan.encode())
        with pytest.raises(Invalid, match="台账中没有编号"):
            link(
                actor=office.actor("office"),
                rights=office.rights("office"),
                draft_id=draft.pk,
                seen=draft.version,
                difference_id="changed:C003",
                reference="C006",
            )
