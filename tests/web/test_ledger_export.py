"""The ledger as xlsx: the official columns, references, spans, exactly what the person may see, and an event."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import openpyxl
import pytest
from offices import make_office

from zhenggai.web.accounts.models import RestrictedGrant
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Refused, Unknown
from zhenggai.web.ledger.actions.exports import export_ledger
from zhenggai.web.ledger.models import Finding, Response

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office
    from openpyxl.worksheet.worksheet import Worksheet

    from zhenggai.web.ledger.models import Inspection

HEADS = [
    "序号",
    "编号",
    "聚焦方面",
    "反馈问题",
    "具体问题",
    "整改目标",
    "整改措施",
    "牵头领导",
    "责任领导",
    "责任部门",
    "配合部门",
    "整改类型",
    "完成时限",
    "进展情况",
    "完成状态",
    "完成进度",
    "存在困难",
    "下一步措施",
    "备注",
]


def export(office: Office, inspection: Inspection, role: str = "office", **chosen: object) -> bytes:
    return export_ledger(
        actor=office.actor(role), rights=office.rights(role), inspection_id=inspection.pk, **chosen
    ).data


def sheet_of(data: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def head_row(sheet: Worksheet) -> int:
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == "序号")


def references(data: bytes) -> list[str]:
    sheet = sheet_of(data)
    return [str(cell.value) for cell in sheet["B"][head_row(sheet) :] if cell.value]


def test_it_has_the_official_columns_and_a_reference_in_each_row(office: Office, inspection: Inspection) -> None:
    data = export(office, inspection)
    sheet = sheet_of(data)
    assert [cell.value for cell in sheet[head_row(sheet)]] == HEADS
    assert len(references(data)) == 25
    assert references(data)[:3] == ["W001/C001", "W001/C002", "W002/C003"]
    assert f"台账编号：{inspection.code}　方案版本：第1版" in str(sheet["A2"].value)


def test_area_item_and_finding_span_their_measures(office: Office, inspection: Inspection) -> None:
    sheet = sheet_of(export(office, inspection))
    first = head_row(sheet) + 1
    spans = {str(area) for area in sheet.merged_cells.ranges}
    assert {f"C{first}:C{first + 9}", f"D{first}:D{first + 3}", f"E{first}:E{first + 1}"} <= spans
    assert sheet.freeze_panes == f"A{first}"
    assert sheet.page_setup.orientation == "landscape"


def test_a_response_that_answers_two_findings_stands_once(office: Office, inspection: Inspection) -> None:
    first, second = Finding.objects.filter(item__number="1").order_by("order")
    second.answers.update(response=Response.objects.get(answers__finding=first))
    data = export(office, inspection)
    assert references(data)[:3] == ["W001/C001", "W001/C002", "W002"]
    sheet = sheet_of(data)
    assert sheet.cell(head_row(sheet) + 3, HEADS.index("备注") + 1).value == "整改措施同W001"


def test_only_the_chosen_findings_go_out(office: Office, inspection: Inspection) -> None:
    chosen = Finding.objects.filter(reference__in=["W003", "W006"]).values_list("pk", flat=True)
    assert {reference[:4] for reference in references(export(office, inspection, chosen=chosen))} == {"W003", "W006"}
    assert references(export(office, inspection, chosen=[])) == []


@pytest.mark.parametrize(
    ("role", "expected"),
    [("office", 25), ("discipline", 25), ("handler", 3), ("system_administrator", None), ("inspection_office", None)],
)
def test_each_role_takes_what_it_sees(office: Office, inspection: Inspection, role: str, expected: int | None) -> None:
    if expected:
        assert len(references(export(office, inspection, role))) == expected
    else:
        with pytest.raises((Unknown, Refused)):
            export(office, inspection, role)
        assert not Event.objects.filter(action="ledger.exported").exists()


def test_a_restricted_finding_goes_out_only_with_need_to_know_and_that_is_an_event(
    office: Office, inspection: Inspection
) -> None:
    Finding.objects.filter(reference="W002").update(layer="restricted")
    assert not [r for r in references(export(office, inspection)) if "W002" in r or "C003" in r]
    assert not Event.objects.filter(action="restricted.read").exists()
    RestrictedGrant.objects.create(
        person=office.people["office"],
        unit=office.unit,
        reason="整改办汇总",
        since=dt.date(2025, 5, 1),
        until=dt.date(2025, 6, 1),
    )
    assert "W002/C003" in references(export(office, inspection))
    assert Event.objects.get(action="restricted.read").subject_label == "问题W002"
    exported = Event.objects.filter(action="ledger.exported").order_by("number")
    assert [event.after["restricted"] for event in exported] == [[], ["W002"]]


def test_another_unit_finds_nothing(office: Office, inspection: Inspection) -> None:
    other = make_office("青桐市第三小学", "3", office.above)
    with pytest.raises(Unknown):
        export(other, inspection)


def test_the_screen_sends_what_the_filter_shows(client: Client, office: Office, inspection: Inspection) -> None:
    client.force_login(office.people["office"], "django.contrib.auth.backends.ModelBackend")
    answer = client.get(f"/ledger/{inspection.pk}/export/", {"department": "教务处"})
    assert answer.status_code == 200
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert "attachment" in answer["Content-Disposition"]
    assert references(answer.content) == ["W003/C005", "W003/C006", "W003/C007"]
    assert client.get(f"/ledger/{inspection.pk}/export/", {"since": "明天"}).status_code == 422


def test_the_screen_is_refused_to_who_may_not(client: Client, office: Office, inspection: Inspection) -> None:
    client.force_login(office.people["system_administrator"], "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/ledger/{inspection.pk}/export/").status_code == 403
