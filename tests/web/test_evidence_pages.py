"""The screens of evidence: what is sent, what is shown, and that nothing of an upload can ever run here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from files_of_evidence import office as office_file
from files_of_evidence import pdf, picture
from offices import BACKEND, TODAY, Office

from zhenggai.web.accounts.models import RestrictedGrant
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.evidence.vault import vault
from zhenggai.web.ledger.models import Evidence, Measure

if TYPE_CHECKING:
    from django.test import Client

    from zhenggai.web.ledger.models import Inspection


@pytest.fixture
def handler(client: Client, office: Office, inspection: Inspection) -> Client:
    client.force_login(office.people["handler"], backend=BACKEND)
    return client


@pytest.fixture
def address(inspection: Inspection) -> str:
    return f"/measures/{Measure.objects.get(inspection=inspection, reference='C005').pk}/evidence/"


def file(data: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def send(client: Client, address: str, *files: SimpleUploadedFile, **more: Any) -> Any:
    return client.post(address, {"files": list(files), "formed_on": "2025-05-01", "copies": "1", **more})


def test_each_file_has_its_line_and_one_refusal_stops_no_other(handler: Client, address: str) -> None:
    answer = send(
        handler, address, file(pdf(), "记录.pdf"), file(b"MZ" + bytes(9), "x.exe"), file(pdf(), "副本.pdf"),
        file(picture("PNG"), "照片.jpg"),
    )  # fmt: skip
    text = answer.content.decode()
    assert answer.status_code == 200
    assert [text.count(f'data-outcome="{outcome}"') for outcome in ("added", "linked", "refused")] == [2, 1, 1]
    for words in ("Windows程序", "与Z001相同", "已改名为“照片.png”"):
        assert words in text
    assert Evidence.objects.count() == 2


def test_all_refused_is_a_mistake(handler: Client, address: str) -> None:
    assert send(handler, address, file(b"", "x.pdf")).status_code == 422


def test_no_file_is_a_mistake_and_what_was_typed_stays(handler: Client, address: str) -> None:
    answer = send(handler, address, note="第3次会议")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "请先选择文件" in text
    assert 'value="第3次会议"' in text
    assert 'value="2025-05-01"' in text


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("formed_on", "5月", "日期请按"), ("pages", "x", "大于0的整数"), ("copies", "0", "大于0的整数"), ("layer", "restricted", "安全管理员"),
     ("kind", "poem", "材料类别")],
)  # fmt: skip
def test_a_wrong_field_is_named_before_any_file_is_taken(
    handler: Client, address: str, name: str, value: str, words: str
) -> None:
    answer = send(handler, address, file(pdf(), "a.pdf"), **{name: value})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Evidence.objects.exists()


def test_too_large_a_file_is_dropped_while_it_comes_and_the_others_are_kept(
    handler: Client, address: str, settings: Any
) -> None:
    settings.EVIDENCE_LIMIT = 200_000
    answer = send(
        handler, address, file(pdf(), "小.pdf"), file(pdf() + bytes(300_000), "大.pdf"), file(picture(), "a.jpg")
    )
    text = answer.content.decode()
    assert "“大.pdf”超过0MB" in text
    assert Evidence.objects.count() == 2


def test_too_much_at_once_is_dropped(handler: Client, address: str, settings: Any) -> None:
    settings.EVIDENCE_REQUEST_LIMIT = 200_000
    answer = send(handler, address, file(pdf(), "a.pdf"), file(pdf(9) + bytes(300_000), "b.pdf"))
    assert "请分几次上传" in answer.content.decode()
    assert Evidence.objects.count() == 1


def test_nobody_who_is_not_logged_in_can_fill_the_disk(client: Client, address: str) -> None:
    answer = send(client, address, file(bytes(9_000_000), "a.pdf"))
    assert answer.status_code == 302
    assert not list(vault().unfinished())


def test_the_page_of_a_piece_shows_what_does_not_agree(handler: Client, address: str) -> None:
    send(handler, address, file(picture(taken="2024:11:03 09:15:00", camera="Phone X"), "现场.jpg"))
    answer = handler.get(f"/evidence/{Evidence.objects.get().pk}/")
    text = answer.content.decode()
    assert "申报2025年5月1日，照片拍摄于2024年11月3日" in text
    assert "Phone X" in text
    assert "不一致" in text
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    assert "frame-src" not in handler.get(f"/ledger/{Evidence.objects.get().inspection_id}/")["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("data", "name"),
    [(pdf(), "a.pdf"), (picture(), "a.jpg"), (office_file(), "a.docx"), (b"text", "a.txt")],
    ids=["pdf", "jpg", "docx", "txt"],
)
def test_a_download_is_never_shown_by_a_browser(handler: Client, address: str, data: bytes, name: str) -> None:
    send(handler, address, file(data, name))
    answer = handler.get(f"/evidence/{Evidence.objects.get().pk}/versions/1/file/")
    assert b"".join(answer) == data
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Content-Length"] == str(len(data))


def test_a_preview_is_a_picture_drawn_anew_in_a_frame_that_runs_nothing(handler: Client, address: str) -> None:
    send(handler, address, file(pdf(2), "a.pdf"), file(office_file(), "b.docx"))
    paper, word = Evidence.objects.order_by("pk")
    answer = handler.get(f"/evidence/{paper.pk}/versions/1/pages/2/")
    assert answer["Content-Security-Policy"] == "default-src 'none'; img-src data:; sandbox; frame-ancestors 'self'"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert b"data:image/jpeg;base64,/9j/" in answer.content
    assert b"<script" not in answer.content
    for pk, page in ((paper.pk, 3), (paper.pk, 0), (paper.pk, 999), (word.pk, 1)):
        assert "不能预览" in handler.get(f"/evidence/{pk}/versions/1/pages/{page}/").content.decode()
    assert handler.get(f"/evidence/{paper.pk}/versions/9/pages/1/").status_code == 404


def test_a_file_that_is_gone_is_told(handler: Client, address: str) -> None:
    send(handler, address, file(pdf(6), "a.pdf"))
    piece = Evidence.objects.get()
    vault().remove(piece.versions.get().file.digest)
    for path in ("file", "pages/1"):
        answer = handler.get(f"/evidence/{piece.pk}/versions/1/{path}/")
        assert answer.status_code == 404
        assert "从备份恢复" in answer.content.decode()


def test_what_is_done_leads_back_and_what_cannot_be_is_said_there(handler: Client, address: str) -> None:
    send(handler, address, file(pdf(), "a.pdf"))
    page = f"/evidence/{Evidence.objects.get().pk}/"
    answer = handler.post(f"{page}withdraw/", {"seen": "1", "reason": " "})
    assert (answer.status_code, "请填写撤回的原因" in answer.content.decode()) == (422, True)
    answer = handler.post(f"{page}replace/", {"seen": "1", "reason": "补页"})
    assert (answer.status_code, 'value="补页"' in answer.content.decode()) == (422, True)
    answer = handler.post(f"{page}change/", {"seen": "1", "title": "", "kind": "meeting", "note": "留着"})
    assert (answer.status_code, 'value="留着"' in answer.content.decode()) == (422, True)
    answer = handler.post(f"{page}change/", {"seen": "7", "title": "x", "kind": "meeting", "copies": "1"})
    assert answer.status_code == 409
    answer = handler.post(f"{page}replace/", {"seen": "1", "reason": "补页", "file": file(pdf(4), "b.pdf")})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert "第2版" in handler.get(page).content.decode()
    assert "第1版）" in handler.get(f"{page}?version=1").content.decode()


def test_looking_at_restricted_evidence_is_an_event_on_every_way(
    handler: Client, office: Office, address: str, inspection: Inspection
) -> None:
    RestrictedGrant.objects.create(person=office.people["handler"], unit=office.unit, reason="承办", since=TODAY)
    assert send(handler, address, file(pdf(), "校外约见.pdf"), kind="talk", layer="restricted").status_code == 200
    piece = Evidence.objects.get()
    finding = Measure.objects.get(evidence_links__evidence=piece).response.findings.get()
    ways = {
        f"/evidence/{piece.pk}/": "佐证材料页",
        f"/evidence/{piece.pk}/versions/1/file/": "下载",
        f"/evidence/{piece.pk}/versions/1/pages/1/": "预览",
        f"/ledger/{inspection.pk}/evidence/": "佐证材料目录",
        f"/findings/{finding.pk}/": "问题页",
    }
    for way in ways:
        answer = handler.get(way)
        assert answer.status_code == 200
        if answer.streaming:
            b"".join(answer)
    events = Event.objects.filter(action="restricted.read", subject_label="佐证Z001").order_by("pk")
    assert [event.after["where"] for event in events] == list(ways.values())
    handler.force_login(office.people["office"], backend=BACKEND)
    for way, status in zip(ways, (404, 404, 404, 200, 200), strict=True):
        answer = handler.get(way)
        assert answer.status_code == status
        assert status == 404 or "约见" not in answer.content.decode()


def test_the_ledger_and_the_finding_count_it(handler: Client, address: str, inspection: Inspection) -> None:
    send(handler, address, file(pdf(), "会议记录.pdf"))
    measure = Measure.objects.get(reference="C005")
    text = handler.get(f"/findings/{measure.response.findings.get().pk}/").content.decode()
    assert "佐证材料：1份" in text
    assert "Z001 会议记录" in text
    assert '<td class="number">1</td>' in handler.get(f"/ledger/{inspection.pk}/").content.decode()


def test_the_list_is_narrowed_and_says_when_nothing_is_left(
    handler: Client, address: str, inspection: Inspection
) -> None:
    page = f"/ledger/{inspection.pk}/evidence/"
    assert "还没有佐证材料" in handler.get(page).content.decode()
    send(handler, address, file(pdf(), "会议记录.pdf"))
    assert "会议记录" in handler.get(f"{page}?kind=other&measure=C005").content.decode()
    assert "没有符合筛选条件的材料" in handler.get(f"{page}?kind=photo").content.decode()
    assert handler.get(f"{page}?after=x&kind=%00").status_code == 200
