"""离线填报表: out, filled in, back as a difference, confirmed; conflicts, wrong values, strange files, formulas, other programs."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from offices import BACKEND, NOW, SAMPLE, make_office
from reporting_files import filled, opened, saved

from zhenggai.web.audit.chain import Actor
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger.actions.cycles import adjust_cut_off, keep_cycles
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.actions.reporting_sheets import confirm_returned, receive_sheet, send_sheet
from zhenggai.web.ledger.jobs import queue
from zhenggai.web.ledger.jobs.work import Run, works
from zhenggai.web.ledger.models import (
    ExpectedUpdate,
    Job,
    Measure,
    ProgressUpdate,
    ReportingCycle,
    ReturnedSheet,
    SentSheet,
)
from zhenggai.web.ledger.proof.cycles import cycle_misfits
from zhenggai.web.ledger.proof.verification import verify
from zhenggai.web.ledger.queries.reporting_sheets import returned_review

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from offices import Office

    from zhenggai.web.ledger.models import Inspection

pytestmark = pytest.mark.django_db
DONE = "已召开专题会议，逐项整改。"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def cycle(office: Office, inspection: Inspection) -> ReportingCycle:
    keep_cycles(actor=office.actor("office"), inspection_id=inspection.pk)
    return ReportingCycle.objects.get(key="2025-W21")


@pytest.fixture
def sheet(office: Office, cycle: ReportingCycle) -> bytes:
    return send_sheet(
        actor=office.actor("office"), rights=office.rights("office"), cycle_id=cycle.pk, department="教务处"
    ).data


def receive(office: Office, data: bytes, role: str = "office", **values: Any) -> ReturnedSheet:
    asked = {"name": "填报表.xlsx", "sender": "经办人某某"} | values
    return receive_sheet(actor=office.actor(role), rights=office.rights(role), data=data, **asked)


def standings(office: Office, returned: ReturnedSheet, role: str = "office") -> dict[str, str]:
    return {line.reference: line.standing for line in returned_review(office.rights(role), returned.pk).lines}


def confirm(
    office: Office, returned: ReturnedSheet, *references: str, role: str = "office", seen: dict[str, int] | None = None
) -> int:
    lines = returned_review(office.rights(role), returned.pk).lines
    return confirm_returned(
        actor=office.actor(role), rights=office.rights(role), returned_id=returned.pk, chosen=references,
        seen=seen or {line.reference: line.version for line in lines},
    )  # fmt: skip


def test_the_sheet_holds_what_is_known_and_locks_what_may_not_be_changed(sheet: bytes) -> None:
    book, page, columns, rows = opened(sheet)
    assert list(rows) == ["C005", "C006", "C007"]
    assert page.protection.sheet
    row = rows["C005"]
    assert page.cell(row, columns["reference"]).protection.locked
    assert not page.cell(row, columns["done"]).protection.locked
    assert page.cell(row, columns["status"]).value == "正在整改"
    assert {str(one.type): str(one.sqref) for one in page.data_validations.dataValidation}.keys() == {"list", "whole"}
    hidden = [letter for letter, one in page.column_dimensions.items() if one.hidden]
    assert len(hidden) == 1
    assert str(page[f"{hidden[0]}{row}"].value).startswith("k")
    assert [one.title for one in book.worksheets] == ["填报表", "填写说明"]


def test_rows_that_are_confirmed_become_reports_with_the_sender_named(office: Office, sheet: bytes) -> None:
    data = filled(sheet, {
        "C005": {"done": DONE, "percent": 60, "difficulty": "人手不足"},
        "C006": {"done": "已完成并公示。", "percent": 100, "status": "已完成"},
    })  # fmt: skip
    returned = receive(office, data)
    assert standings(office, returned) == {"C005": "new", "C006": "new", "C007": "empty"}
    assert not ProgressUpdate.objects.exists(), "nothing is kept before it is confirmed"
    assert confirm(office, returned, "C005", "C006") == 2
    update = ProgressUpdate.objects.get(measure__reference="C005")
    assert (update.percent, update.done, update.difficulty, update.sender, update.cycle) == (
        60,
        DONE,
        "人手不足",
        "经办人某某",
        "2025-W21",
    )
    assert update.reported_by == office.people["office"]
    assert Measure.objects.get(reference="C006").completion_status == "completed"
    assert ExpectedUpdate.objects.get(measure__reference="C005", cycle__key="2025-W21").answer == update
    event = Event.objects.get(action="sheet.returned")
    assert (event.after["taken"], event.after["sender"]) == (["C005", "C006"], "经办人某某")


def test_the_same_file_twice_changes_nothing(office: Office, sheet: bytes) -> None:
    data = filled(sheet, {"C005": {"done": DONE, "percent": 60}})
    first = receive(office, data)
    confirm(office, first, "C005")
    again = receive(office, data)
    assert again == first
    assert standings(office, again)["C005"] == "taken"
    with pytest.raises(Refused, match="C005不能采纳"):
        confirm(office, again, "C005")
    resaved = receive(office, saved(opened(data)[0]) + b"")
    assert standings(office, resaved)["C005"] in ("taken", "same")
    assert ProgressUpdate.objects.count() == 1


def test_what_was_reported_elsewhere_meanwhile_is_a_conflict_with_both(office: Office, sheet: bytes) -> None:
    measure = Measure.objects.get(reference="C005")
    report_progress(
        actor=office.actor("handler"), rights=office.rights("handler"), measure_id=measure.pk, seen=measure.version, percent=30,
        completion_status="ongoing", done="在系统中填的。",
    )  # fmt: skip
    returned = receive(office, filled(sheet, {"C005": {"done": DONE, "percent": 60}}))
    line = next(one for one in returned_review(office.rights("office"), returned.pk).lines if one.reference == "C005")
    assert (line.standing, line.now_percent, line.now_said, line.now_who) == (
        "changed",
        30,
        "在系统中填的。",
        "经办人某某",
    )
    confirm(office, returned, "C005")
    assert list(ProgressUpdate.objects.order_by("pk").values_list("percent", "revision")) == [(30, 1), (60, 2)]


def test_who_comes_second_is_told(office: Office, sheet: bytes) -> None:
    returned = receive(office, filled(sheet, {"C005": {"done": DONE, "percent": 60}}))
    with pytest.raises(Stale):
        confirm(office, returned, "C005", seen={"C005": 99})
    assert not ProgressUpdate.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"done": DONE, "status": "差不多"}, "“完成状态”填的是“差不多”，请填"),
        ({"done": DONE, "percent": 140}, "“完成进度”填的是“140”，请填0%至100%"),
        ({"done": DONE, "percent": "很多"}, "“完成进度”填的是“很多”"),
        ({"percent": 60}, "请填写本期做了哪些工作"),
        ({"done": DONE, "status": "已完成", "percent": 80}, "完成进度应为100%"),
        ({"done": "长" * 4001}, "内容过长"),
    ],
)
def test_a_wrong_value_is_told_by_name_and_cannot_be_taken(
    office: Office, sheet: bytes, values: dict[str, Any], words: str
) -> None:
    returned = receive(office, filled(sheet, {"C005": values}))
    line = next(one for one in returned_review(office.rights("office"), returned.pk).lines if one.reference == "C005")
    assert line.standing == "wrong"
    assert words in "；".join(line.faults)
    with pytest.raises(Refused):
        confirm(office, returned, "C005")


def test_a_changed_reference_is_seen(office: Office, sheet: bytes) -> None:
    returned = receive(
        office,
        filled(sheet, {"C005": {"reference": "C006X", "done": DONE}, "C007": {"reference": "C001", "done": DONE}}),
    )
    found = standings(office, returned)
    assert [one for one, standing in found.items() if standing == "unknown"] == ["C006X（第5行）", "C001（第7行）"]
    assert found["C006"] == "empty", "the row whose reference was taken stays itself"
    lines = returned_review(office.rights("office"), returned.pk).lines
    assert [line.meant for line in lines if line.meant] == ["C005", "C007"]


def test_a_row_that_was_copied_is_shown_and_not_dropped(office: Office, sheet: bytes) -> None:
    book, page, _, rows = opened(filled(sheet, {"C005": {"done": DONE}}))
    last = max(rows.values()) + 1
    for cell in page[rows["C006"]]:
        page.cell(last, cell.column).value = cell.value
    page.cell(last, 5).value = "写在复制的行中"
    returned = receive(office, saved(book))
    found = {line.reference: line for line in returned_review(office.rights("office"), returned.pk).lines}
    assert (found["C005"].standing, found["C006"].standing) == ("new", "empty")
    copy = found[f"C006（第{last}行）"]
    assert (copy.standing, copy.meant, copy.twice, copy.values["done"]) == ("unknown", "C006", True, "写在复制的行中")


def test_cycles_and_sheets_are_held_against_their_events(office: Office, inspection: Inspection, sheet: bytes) -> None:
    def found() -> str:
        return "".join(map(str, cycle_misfits(office.unit.pk, lambda: None)))

    confirm(office, receive(office, filled(sheet, {"C005": {"done": DONE}, "C006": {"done": DONE}})), "C005", "C006")
    keep_cycles(actor=Actor(None, "系统", NOW + dt.timedelta(days=40)), inspection_id=inspection.pk)
    assert found() == ""
    cycle = ReportingCycle.objects.get(key="2025-W21")
    answered = ExpectedUpdate.objects.get(cycle=cycle, measure__reference="C005")
    for row, field, wrong, words in (
        (cycle, "cut_off", cycle.cut_off + dt.timedelta(days=9), "的截止日与"),
        (cycle, "closed_at", None, "是否截止与"),
        (answered, "answer", None, "缺报的措施数与"),
        (answered, "answer", ProgressUpdate.objects.get(measure__reference="C006"), "不是这一期、这项措施的"),
        (ReturnedSheet.objects.get(), "taken", ["C005"], "采纳的行与"),
        (SentSheet.objects.get(), "rows", {}, "发出的离线填报表与"),
    ):
        rows = type(row)._default_manager.filter(pk=row.pk)
        rows.update(**{field: wrong})
        assert words in found()
        rows.update(**{field: getattr(row, field)})
        assert found() == ""
    ExpectedUpdate.objects.filter(cycle=cycle).exclude(pk=answered.pk).first().delete()
    assert "应填报的措施数与" in found()
    ReturnedSheet.objects.all().delete()
    assert "交回的离线填报表缺失" in found()
    SentSheet.objects.all().delete()
    ExpectedUpdate.objects.filter(cycle=cycle).delete()
    cycle.delete()
    assert "的填报周期缺失" in found()


def test_who_comes_second_on_a_cut_off_is_not_told_of_a_sheet_that_went_out(
    office: Office, cycle: ReportingCycle, sheet: bytes
) -> None:
    with pytest.raises(Stale) as caught:
        adjust_cut_off(
            actor=office.actor("office"), rights=office.rights("office"), cycle_id=cycle.pk, seen=9,
            cut_off=cycle.cut_off + dt.timedelta(days=1), reason="调休",
        )  # fmt: skip
    assert "离线填报表" not in str(caught.value)


def test_what_became_restricted_after_the_sheet_went_out_is_not_shown_beside_it(office: Office, sheet: bytes) -> None:
    measure = Measure.objects.get(reference="C005")
    report_progress(
        actor=office.actor("handler"), rights=office.rights("handler"), measure_id=measure.pk, seen=measure.version, percent=30,
        completion_status="ongoing", done="不便公开的进展。",
    )  # fmt: skip
    returned = receive(office, filled(sheet, {"C005": {"done": DONE}}))
    measure.response.findings.update(layer="restricted")
    line = next(one for one in returned_review(office.rights("office"), returned.pk).lines if one.reference == "C005")
    assert (line.text, line.now_said) == ("", "")


def test_a_sheet_of_another_unit_is_refused(office: Office, sheet: bytes) -> None:
    other = make_office("云溪县第一小学", "-2", office.above)
    with pytest.raises(Invalid, match="不是发给本单位") as fault:
        receive(other, filled(sheet, {"C005": {"done": DONE}}))
    assert fault.value.fields.keys() == {"file"}
    returned = receive(office, filled(sheet, {"C005": {"done": DONE}}))
    with pytest.raises(Unknown):
        returned_review(other.rights("office"), returned.pk)


def test_a_sheet_of_another_cycle_or_with_another_head_is_refused(office: Office, sheet: bytes) -> None:
    half = ReportingCycle.objects.get(key="2025-05-2")
    with pytest.raises(Invalid, match="2025年第21周的，不是所选的这一期"):
        receive(office, sheet, cycle_id=half.pk)
    book, page, _, _ = opened(sheet)
    cell = next(one for row in page.iter_rows(max_row=4) for one in row if "填报部门" in str(one.value))
    cell.value = cell.value.replace("教务处", "总务处")
    with pytest.raises(Invalid, match="表头已被改动"):
        receive(office, saved(book))


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "请先选择"), (b"no workbook at all", "内容却是文字"), (b"PK\x03\x04broken", "。")],
    ids=["empty", "text", "broken"],
)
def test_a_strange_file_is_refused(office: Office, cycle: ReportingCycle, data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        receive(office, data)


def test_who_filled_it_in_is_asked_for(office: Office, sheet: bytes) -> None:
    with pytest.raises(Invalid) as fault:
        receive(office, sheet, sender=" ")
    assert fault.value.fields == {"sender": "请填写填表人姓名，50字以内。"}


def test_formulas_are_words_both_ways(office: Office, cycle: ReportingCycle) -> None:
    Measure.objects.filter(reference="C005").update(text='=HYPERLINK("http://a.example","点")')
    data = send_sheet(
        actor=office.actor("office"), rights=office.rights("office"), cycle_id=cycle.pk, department="教务处"
    ).data
    _, page, columns, rows = opened(data)
    assert page.cell(rows["C005"], columns["reference"] + 1).data_type == "s"
    returned = receive(
        office,
        filled(data, {"C005": {"done": "=cmd|'/c calc'!A1", "percent": 10}, "C006": {"done": "'=1+1", "percent": 20}}),
    )
    found = {line.reference: line for line in returned_review(office.rights("office"), returned.pk).lines}
    assert found["C005"].values["done"] == "", "a formula has no words until a program has computed it"
    assert found["C005"].standing == "wrong"
    confirm(office, returned, "C006")
    assert ProgressUpdate.objects.get().done == "'=1+1"


def test_a_department_sends_and_brings_its_own_alone(office: Office, cycle: ReportingCycle) -> None:
    rights = office.rights("handler")
    data = send_sheet(actor=office.actor("handler"), rights=rights, cycle_id=cycle.pk, department="").data
    assert list(opened(data)[3]) == ["C005", "C006", "C007"]
    returned = receive(office, filled(data, {"C005": {"done": DONE, "percent": 60}}), role="handler")
    assert confirm(office, returned, "C005", role="handler") == 1
    half = ReportingCycle.objects.get(key="2025-05-2")
    with pytest.raises(Unknown):
        send_sheet(actor=office.actor("handler"), rights=rights, cycle_id=half.pk, department="财务室")
    other = send_sheet(
        actor=office.actor("office"), rights=office.rights("office"), cycle_id=half.pk, department="财务室"
    )
    with pytest.raises(Invalid, match="不是发给本单位"):
        receive(office, other.data, role="handler")


def test_a_late_sheet_is_marked(office: Office, inspection: Inspection, sheet: bytes) -> None:
    later = NOW + dt.timedelta(days=8)
    keep_cycles(actor=office.actor("office", later), inspection_id=inspection.pk)
    returned = receive(office, filled(sheet, {"C005": {"done": DONE, "percent": 60}}))
    rights = office.rights("office", later.date())
    line = next(one for one in returned_review(rights, returned.pk).lines if one.reference == "C005")
    confirm_returned(
        actor=office.actor("office", later),
        rights=rights,
        returned_id=returned.pk,
        chosen=["C005"],
        seen={"C005": line.version},
    )
    update = ProgressUpdate.objects.get()
    assert (update.cycle, update.late) == ("2025-W21", True)


def test_restricted_matters_stay_in_the_system(office: Office, cycle: ReportingCycle) -> None:
    measure = Measure.objects.get(reference="C005")
    measure.response.findings.update(layer="restricted")
    data = send_sheet(
        actor=office.actor("office"), rights=office.rights("office"), cycle_id=cycle.pk, department="教务处"
    ).data
    assert "C005" not in opened(data)[3]


@pytest.mark.tool("soffice")
@pytest.mark.slow
@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_a_file_saved_by_another_program_is_understood(office: Office, sheet: bytes, tmp_path: Path, form: str) -> None:
    (tmp_path / "in.xlsx").write_bytes(filled(sheet, {"C005": {"done": DONE, "percent": 60, "status": "基本完成"}}))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        form,
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "in.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    returned = receive(office, (tmp_path / "out" / f"in.{form}").read_bytes(), name=f"填报表.{form}")
    line = next(one for one in returned_review(office.rights("office"), returned.pk).lines if one.reference == "C005")
    assert (line.standing, line.values["percent"], line.values["status"]) == ("new", "60", "basically_done")


def test_the_screens_lead_from_the_sheet_to_the_reports(office: Office, cycle: ReportingCycle, client: Client) -> None:
    client.force_login(office.people["office"], backend=BACKEND)
    ExpectedUpdate.objects.filter(departments=["总务处"]).update(departments=["总务处/学生处"])
    address = reverse("reporting_sheets", args=[ReportingCycle.objects.get(key="2025-05-2").pk])
    first, asked = (client.post(address, follow=True) for _ in range(2))
    assert first.redirect_chain == asked.redirect_chain, "a second click asks for nothing new"
    job = Job.objects.get(kind="reporting_sheets")
    fetched = reverse("packed_file", args=[job.pk])
    assert fetched not in asked.content.decode()
    assert client.get(fetched).status_code == 404, "it is not made yet"
    taken = queue.claim(worker="here", at=timezone.now())
    assert taken == job
    run = Run(job.pk, job.unit_id, job.arguments, job.asked_by_id, timezone.now)
    queue.finish(taken, works()[job.kind].function(run), timezone.now())
    assert fetched in client.get(reverse("packed_sheets", args=[job.pk])).content.decode()
    names = zipfile.ZipFile(io.BytesIO(client.get(fetched).content)).namelist()
    found = verify(now=timezone.now(), units=None)
    assert not [one for unit in found.units for one in unit.misfits if "填报表" in one.where]
    assert not [one for one in found.orphans if not one.young]
    assert len(names) > 1
    assert [name[2:8] for name in names if "学生处" in name] == ["总务处、学生"], "a slash makes no folder"
    assert all(name.endswith("2025年5月下半月进展填报表.xlsx") for name in names)
    out = client.get(reverse("reporting_sheet", args=[cycle.pk]), {"department": "教务处"})
    data = filled(
        out.content, {"C005": {"done": "<b>已整改</b>", "percent": 60}, "C006": {"status": "差不多", "done": DONE}}
    )
    wrong = client.post(
        reverse("reporting_return"), {"sender": "张某", "file": SimpleUploadedFile("x.docx", SAMPLE.read_bytes())}
    )
    assert wrong.status_code == 422
    assert "不是从系统下载的离线填报表" in wrong.content.decode()
    assert 'value="张某"' in wrong.content.decode()
    page = client.post(
        reverse("reporting_return"),
        {"sender": "经办人某某", "file": SimpleUploadedFile("x.xlsx", data, XLSX)},
        follow=True,
    )
    text = page.content.decode()
    assert "&lt;b&gt;已整改" in text
    assert "填写有误" in text
    returned = ReturnedSheet.objects.get()
    url = reverse("returned_sheet", args=[returned.pk])
    none = client.post(url, {})
    assert none.status_code == 422
    assert "没有选择要采纳的行" in none.content.decode()
    version = Measure.objects.get(reference="C005").version
    done = client.post(url, {"take": "C005", "seen-C005": version}, follow=True)
    assert "已采纳1项" in done.content.decode()
    assert ProgressUpdate.objects.get().done == "<b>已整改</b>"
