"""The screens for later documents: upload, the list of differences, choices, confirmation, faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from offices import SAMPLE, import_sample, make_office

from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.models import Assignment, ImportDraft, Inspection, Measure

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from offices import Office
    from pytest_django import DjangoAssertNumQueries

PLAN = SAMPLE.with_suffix(".txt")
TEXT = PLAN.read_text(encoding="utf-8")
LATER = (
    TEXT.replace("完成时限：2025年6月30日前", "完成时限：2025年7月31日前")
    .replace("抽查结果在校内通报。", "抽查结果在校内通报。③年底评比一次。")
    .replace("②每季度安排一次专题研讨，发言提纲提前交党委办公室审阅。", "")
)


@pytest.fixture
def ledger(office: Office) -> Inspection:
    return import_sample(office, file=PLAN)


@pytest.fixture
def clerk(client: Client, office: Office) -> Client:
    client.force_login(office.people["office"], "django.contrib.auth.backends.ModelBackend")
    return client


def upload(client: Client, ledger: Inspection, text: str = LATER) -> ImportDraft:
    file = SimpleUploadedFile("方案修订稿.txt", text.encode())
    answer = client.post(f"/ledger/{ledger.pk}/later/", {"file": file})
    assert answer.status_code == 302
    draft = ImportDraft.objects.latest("pk")
    assert answer["Location"] == f"/imports/{draft.pk}/difference/"
    return draft


def body(answer: HttpResponse) -> str:
    return answer.content.decode()


def post(client: Client, draft: ImportDraft, what: str, **values: object) -> HttpResponse:
    draft.refresh_from_db()
    return client.post(f"/imports/{draft.pk}/difference/{what}/", {"seen": draft.version} | values)


def test_the_clerk_uploads_looks_and_confirms(clerk: Client, ledger: Inspection) -> None:
    assert "上传后续文件" in body(clerk.get(f"/ledger/{ledger.pk}/"))
    draft = upload(clerk, ledger)
    page = body(clerk.get(f"/imports/{draft.pk}/difference/"))
    for words in ("变化", "新增", "文件中没有", "2025年6月30日前", "年底评比一次。", "已全部选择"):
        assert words in page
    assert page.count('value="withdraw"') == 1
    assert 'value="withdraw" checked' not in page
    versions = page.partition('name="versions" value="')[2].partition('"')[0].replace("&quot;", '"')
    answer = post(clerk, draft, "confirm", versions=versions)
    assert answer.status_code == 302
    assert answer["Location"] == f"/ledger/{ledger.pk}/"
    assert Measure.objects.get(reference="C003").due_text == "2025年7月31日前"
    assert "已经确认" in body(clerk.get(f"/imports/{draft.pk}/difference/"))


def test_without_a_file_the_field_is_named(clerk: Client, ledger: Inspection) -> None:
    answer = clerk.post(f"/ledger/{ledger.pk}/later/", {})
    assert answer.status_code == 422
    assert "请先选择要上传的文件。" in body(answer)


def test_a_file_that_cannot_be_read_says_why(clerk: Client, ledger: Inspection) -> None:
    file = SimpleUploadedFile("方案.docx", b"PK\x03\x04broken")
    answer = clerk.post(f"/ledger/{ledger.pk}/later/", {"file": file}, follow=True)
    assert "没有写入台账" in body(answer)


def test_a_choice_is_kept_at_once(clerk: Client, ledger: Inspection) -> None:
    draft = upload(clerk, ledger)
    answer = clerk.post(
        f"/imports/{draft.pk}/difference/decide/",
        {"seen": draft.version, "choice:changed:C003": "keep"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert 'name="seen" id="seen" form="confirm" value="2"' in body(answer)
    draft.refresh_from_db()
    assert draft.content["decisions"]["changed:C003"]["choice"] == "keep"
    assert post(clerk, draft, "decide", **{"choice:changed:C003": "take"}).status_code == 302


def test_a_withdrawal_without_a_reason_is_named_and_the_choice_kept(clerk: Client, ledger: Inspection) -> None:
    draft = upload(clerk, ledger)
    assert post(clerk, draft, "decide", **{"choice:missing:C002": "withdraw"}).status_code == 302
    answer = post(clerk, draft, "confirm", versions="{}")
    assert answer.status_code == 422
    assert "请填写撤销的理由" in body(answer)
    assert 'value="withdraw" checked' in body(answer)
    post(clerk, draft, "decide", **{"choice:missing:C002": "withdraw", "reason:missing:C002": "已并入第1项"})
    page = body(clerk.get(f"/imports/{draft.pk}/difference/"))
    assert 'value="已并入第1项"' in page


def test_a_row_that_somebody_changed_meanwhile_is_told(clerk: Client, office: Office, ledger: Inspection) -> None:
    draft = upload(clerk, ledger)
    page = body(clerk.get(f"/imports/{draft.pk}/difference/"))
    versions = page.partition('name="versions" value="')[2].partition('"')[0].replace("&quot;", '"')
    Assignment.objects.filter(response__reference="Y002").update(organization=office.departments["教务处"])
    report_progress(
        actor=office.actor("handler"),
        rights=office.rights("handler"),
        measure_id=Measure.objects.get(reference="C003").pk,
        seen=1,
        percent=30,
        completion_status="ongoing",
        done="已印制。",
    )
    answer = post(clerk, draft, "confirm", versions=versions)
    assert answer.status_code == 409
    assert "经办人某某已在" in body(answer)
    assert not ledger.plan_versions.filter(number=2).exists()


@pytest.mark.parametrize("versions", ["", "[]", "{", "null", '{"C003": "1"}'])
def test_versions_that_are_none_write_nothing(clerk: Client, ledger: Inspection, versions: str) -> None:
    draft = upload(clerk, ledger)
    assert post(clerk, draft, "confirm", versions=versions).status_code == 409
    assert not ledger.plan_versions.filter(number=2).exists()


def test_a_wrong_reference_keeps_what_was_typed(clerk: Client, ledger: Inspection) -> None:
    text = TEXT.replace(
        "部分党支部用传阅文件代替集体学习，学习记录缺页漏签。", "支部学习以传阅代替集体学习，记录有缺漏。"
    )
    draft = upload(clerk, ledger, text)
    page = body(clerk.get(f"/imports/{draft.pk}/difference/"))
    assert "对应关系待核对" in page
    answer = post(clerk, draft, "link", id="changed:W002", reference="W999")
    assert answer.status_code == 422
    assert 'value="W999"' in body(answer)
    assert post(clerk, draft, "link", id="changed:W002", reference="", new="new").status_code == 302
    assert "新增问题" in body(clerk.get(f"/imports/{draft.pk}/difference/"))


def test_no_difference_says_so(clerk: Client, ledger: Inspection) -> None:
    draft = upload(clerk, ledger, TEXT)
    assert "没有差异" in body(clerk.get(f"/imports/{draft.pk}/difference/"))


def test_words_of_the_document_are_never_markup(clerk: Client, ledger: Inspection) -> None:
    draft = upload(clerk, ledger, LATER.replace("年底评比一次", "<script>alert(1)</script>年底评比一次"))
    page = body(clerk.get(f"/imports/{draft.pk}/difference/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_who_may_not_upload_has_no_button_and_is_refused(client: Client, office: Office, ledger: Inspection) -> None:
    client.force_login(office.people["handler"], "django.contrib.auth.backends.ModelBackend")
    assert "上传后续文件" not in body(client.get(f"/ledger/{ledger.pk}/"))
    assert client.get(f"/ledger/{ledger.pk}/later/").status_code == 403
    assert client.post("/imports/1/difference/confirm/").status_code == 403


def test_another_unit_finds_nothing(client: Client, office: Office, ledger: Inspection, clerk: Client) -> None:
    draft = upload(clerk, ledger)
    other = make_office("青桐市第三小学", "3", office.above)
    client.force_login(other.people["office"], "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/imports/{draft.pk}/difference/").status_code == 404
    assert client.get(f"/ledger/{ledger.pk}/later/").status_code == 404
    assert post(client, draft, "confirm").status_code == 404


def test_the_page_reads_with_a_fixed_number_of_queries(
    clerk: Client, ledger: Inspection, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    draft = upload(clerk, ledger)
    with django_assert_max_num_queries(34):
        clerk.get(f"/imports/{draft.pk}/difference/")
