"""The screens 导入 and 核对导入稿: what they show, every edit by form, bad input, stale pages, states of a draft."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from offices import BACKEND, SAMPLE

from zhenggai.web.accounts.actions import create_organization
from zhenggai.web.accounts.models import Organization
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.actions import imports
from zhenggai.web.ledger.models import DocumentText, Finding, ImportDraft, Inspection, Measure
from zhenggai.web.ledger.queries.drafts import PAGE

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from offices import Office
    from pytest_django import DjangoAssertNumQueries

FEEDBACK = """中共青桐市委第五巡察组关于巡察青桐市第九中学党委的反馈意见
2025年3月10日至4月20日，市委第五巡察组对青桐市第九中学党委进行了巡察，现将发现的问题反馈如下：
一、落实上级决策部署方面
1.理论学习不够扎实。中心组全年只集中学习4次。
2.校务公开不及时。收费项目没有按学期公示。
二、干部队伍建设方面
3.中层干部轮岗没有落实。有4名中层干部在同一岗位超过9年。
"""
HTMX = {"HX-Request": "true"}
LONG = SAMPLE.with_suffix(".txt").read_text(encoding="utf-8")


def upload(office: Office, data: bytes | None = None, name: str = SAMPLE.name) -> ImportDraft:
    return imports.upload_document(
        actor=office.actor("office"),
        rights=office.rights("office"),
        unit_id=office.unit.pk,
        name=name,
        data=SAMPLE.read_bytes() if data is None else data,
    )


@pytest.fixture
def draft(office: Office) -> ImportDraft:
    return upload(office)


@pytest.fixture
def clerk(office: Office, client: Client) -> Client:
    client.force_login(office.people["office"], backend=BACKEND)
    return client


def edit(client: Client, draft: ImportDraft, *, htmx: bool = False, seen: int | None = None, **values: str) -> Any:
    headers = {"HX-Request": "true"} if htmx else {}
    values |= {"seen": str(draft.version if seen is None else seen)}
    return client.post(f"/imports/{draft.pk}/edit/", values, headers=headers)


def forty_findings() -> str:
    """Return a plan of forty findings, two to an item, with two or three measures each."""
    lines = ["青桐市第九中学整改方案", "一、总体要求", "逐条整改。", "二、整改任务和措施"]
    for item in range(20):
        if item % 10 == 0:
            lines.append(f"（{'一二'[item // 10]}）{('食堂管理', '队伍建设')[item // 10]}方面")
        lines.append(f"{item % 10 + 1}.第{item + 1}项工作落实不到位。")
        for place in range(2):
            lines.append(f"{'一二'[place]}是第{item + 1}项工作的检查不够扎实，有{item + place + 2}次没有按规定审批。")
            measures = [
                f"修订第{item + 1}项工作的管理办法，明确责任。",
                "每月开展一次专项检查并通报结果。",
                "组织一次业务培训。",
            ]
            acts = "".join(f"{sign}{words}" for sign, words in zip("①②③", measures[: 2 + item % 2], strict=False))
            lines.append(f"整改措施：{acts}")
            lines.append("责任领导：张某某　责任部门：总务处　配合部门：教务处、工会　完成时限：2025年7月底前")
    return "\n".join(lines)


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_the_form_takes_a_file_and_leads_to_its_draft(clerk: Client) -> None:
    file = SimpleUploadedFile(SAMPLE.name, SAMPLE.read_bytes())
    answer = clerk.post("/imports/upload/", {"file": file})
    draft = ImportDraft.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/imports/{draft.pk}/")
    shown = text(clerk.get("/imports/"))
    assert SAMPLE.name in shown
    assert "待核对" in shown or draft.get_state_display() in shown


@pytest.mark.parametrize(
    ("address", "values", "field", "message"),
    [
        ("upload", {}, "file", "请先选择要导入的文件。"),
        ("upload", {"file": b""}, "file", "是空的，请重新选择。"),
        ("start", {"title": "  "}, "title", "请填写台账名称。"),
        ("start", {}, "title", "请填写台账名称。"),
    ],
)
def test_bad_input_is_told_at_its_field(
    clerk: Client, address: str, values: dict[str, Any], field: str, message: str
) -> None:
    data = {k: SimpleUploadedFile("空.docx", v) if isinstance(v, bytes) else v for k, v in values.items()}
    answer = clerk.post(f"/imports/{address}/", data)
    assert answer.status_code == 422
    shown = text(answer)
    assert message in shown
    at = shown.index(f'name="{field}"')
    assert 'aria-invalid="true"' in shown[at : shown.index(">", at)]
    assert not ImportDraft.objects.exists()


def test_a_draft_shows_the_document_beside_what_was_understood(
    clerk: Client, draft: ImportDraft, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    clerk.get(f"/imports/{draft.pk}/")
    with django_assert_num_queries(20, exact=False):
        answer = clerk.get(f"/imports/{draft.pk}/")
    shown = text(answer)
    assert shown.count('data-part="finding:') == PAGE
    assert 'id="source"' in shown
    assert "全部新增" in shown
    part = text(clerk.get(f"/imports/{draft.pk}/", headers=HTMX))
    assert 'id="source"' not in part
    assert "<html" not in part
    more = text(clerk.get(f"/imports/{draft.pk}/?after=F{PAGE}", headers=HTMX))
    assert shown.count('data-part="finding:') + more.count('data-part="finding:') == 12
    assert shown.count('data-part="measure:') + more.count('data-part="measure:') == 25


def test_a_draft_of_forty_findings_is_a_small_page_and_an_edit_a_small_answer(
    office: Office, clerk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    draft = upload(office, forty_findings().encode(), "方案.txt")
    assert [len(draft.content[name]) for name in ("findings", "areas", "items")] == [40, 2, 20]
    page = clerk.get(f"/imports/{draft.pk}/")
    assert 30_000 < len(page.content) < 60_000
    with django_assert_max_num_queries(36):
        answer = edit(clerk, draft, htmx=True, edit="set", target="finding:F2:text", value="改过的问题。")
    assert len(answer.content) < 6_000
    assert text(answer).count('data-part="finding:') == 1


def test_nothing_of_a_document_is_taken_for_markup(office: Office, clerk: Client) -> None:
    words = LONG.replace("落实“双减”要求不严格。", "<script>alert(1)</script>落实不严格。")
    shown = text(clerk.get(f"/imports/{upload(office, words.encode(), '方案.txt').pk}/"))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_an_edit_by_form_is_kept_and_recorded(clerk: Client, draft: ImportDraft) -> None:
    answer = edit(clerk, draft, edit="set", target="finding:F1:text", value="改过的问题。")
    assert (answer.status_code, answer["Location"]) == (302, f"/imports/{draft.pk}/")
    draft.refresh_from_db()
    assert draft.content["findings"][0]["text"] == "改过的问题。"
    assert draft.version == 2
    assert Event.objects.order_by("-pk")[0].after["what"] == "修改具体问题"
    part = edit(clerk, draft, htmx=True, edit="remove", target="measure:M1")
    assert part.status_code == 200
    assert part["HX-Push-Url"] == "false"
    assert 'data-part="measure:M1"' not in text(part)


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize(
    ("values", "message", "kept"),
    [
        ({"edit": "set", "target": "finding:F1:text", "value": " "}, "具体问题不能为空", ""),
        ({"edit": "set", "target": "head::plan_date", "value": "20250230"}, "日期请按", "20250230"),
        ({"edit": "set", "target": "measure:M1:number", "value": "第" * 21}, "序号过长", "第" * 21),
        ({"edit": "split", "target": "measure:M1", "value": "不同的\n文字"}, "不能改动文字", "不同的\n文字"),
        ({"edit": "add", "parent": "response:R1", "kind": "measure", "value": ""}, "请填写内容。", ""),
        ({"edit": "set", "target": "finding:F99:text", "value": "写了很多"}, "已不存在", "写了很多"),
        ({"edit": "settle", "doubt": "D99"}, "已不存在", ""),
        ({"edit": "fly"}, "没有这种操作", ""),
        ({}, "没有这种操作", ""),
    ],
)
def test_a_fault_of_an_edit_is_told_and_what_was_typed_is_kept(
    clerk: Client, draft: ImportDraft, htmx: bool, values: dict[str, str], message: str, kept: str
) -> None:
    answer = edit(clerk, draft, htmx=htmx, **values)
    assert answer.status_code == 422
    assert message in text(answer)
    assert kept in text(answer)
    draft.refresh_from_db()
    assert draft.version == 1


@pytest.mark.parametrize("htmx", [True, False])
def test_the_second_of_two_is_told_and_keeps_what_was_typed(clerk: Client, draft: ImportDraft, htmx: bool) -> None:
    edit(clerk, draft, edit="set", target="finding:F1:text", value="先改的。")
    answer = edit(clerk, draft, htmx=htmx, edit="set", target="finding:F1:text", value="后改的。")
    assert answer.status_code == 409
    assert "整改办某某已在" in text(answer)
    assert "后改的。" in text(answer)
    draft.refresh_from_db()
    assert draft.content["findings"][0]["text"] == "先改的。"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("target=finding:F1:text", "textarea"),
        ("target=finding:F1:layer", "限知"),
        ("target=response:R1:status", "（未写明）"),
        ("target=response:R1:responsible_department", 'name="value"'),
        ("target=head::plan_date", 'type="date"'),
        ("target=measure:M1:text&edit=split", "按回车换行"),
        ("target=measure:M1&edit=move", "与这些措施放在一起"),
        ("target=finding:F1&edit=move", "此条下"),
        ("target=item:I1&edit=move", "此方面下"),
        ("target=response:R1&edit=link", "同时回应"),
        ("target=response:R1&edit=unlink", "不再回应"),
        ("target=response:R1:measure&edit=add", "添加"),
        ("target=U1&edit=assign", "列为新的方面"),
    ],
)
def test_every_small_form_comes_when_it_is_asked_for(clerk: Client, draft: ImportDraft, query: str, words: str) -> None:
    answer = clerk.get(f"/imports/{draft.pk}/field/?{query}", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert words in text(answer)
    assert f'name="seen" value="{draft.version}"' in text(answer)
    assert "<html" not in text(answer)
    assert "<html" in text(clerk.get(f"/imports/{draft.pk}/field/?{query}"))


def test_a_form_for_what_is_gone_says_so(clerk: Client, draft: ImportDraft) -> None:
    answer = clerk.get(f"/imports/{draft.pk}/field/?target=finding:F99:text")
    assert answer.status_code == 422
    assert "已不存在" in text(answer)


CONFIRMED = {
    "title": "整改台账", "code": "2025-7", "profile": "inspection-2024@1", "feedback_date": "2025-04-15",
    "plan_date": "2025-04-25",
}  # fmt: skip


def confirm(client: Client, draft: ImportDraft, **values: str) -> Any:
    return client.post(f"/imports/{draft.pk}/confirm/", {"seen": str(draft.version), **CONFIRMED, **values})


def test_confirming_makes_the_ledger_and_its_people(clerk: Client, draft: ImportDraft) -> None:
    edit(clerk, draft, edit="new_names", names="党委办公室\n孙某某\n信息中心")
    draft.refresh_from_db()
    named = [
        f"response:{response['id']}:{role}"
        for response in draft.content["responses"]
        for role, names in response["parties"].items()
        if "信息中心" in names
    ]
    assert named
    for target in named:
        edit(clerk, draft, edit="set", target=target, value="教务处")
        draft.refresh_from_db()
    answer = confirm(clerk, draft, plan_date="2025-05-06")
    inspection = Inspection.objects.get()
    assert answer["Location"] == f"/ledger/{inspection.pk}/"
    assert (inspection.code, inspection.plan_date) == ("2025-7", dt.date(2025, 5, 6))
    assert Finding.objects.filter(inspection=inspection).count() == 12
    made = Measure.objects.filter(inspection=inspection, response__assignments__name="孙某某").first()
    assert made is not None
    assert made.response.assignments.get(name="孙某某").person is not None
    assert not Organization.objects.filter(name="信息中心").exists(), "a name that was edited away makes nobody"
    assert inspection.cycles.exists(), "who has to report need not wait for the next day's work"
    again = confirm(clerk, draft, code="2025-8")
    assert again.status_code == 403
    assert Inspection.objects.count() == 1
    closed = text(clerk.get(f"/imports/{draft.pk}/"))
    assert "已经确认" in closed
    assert f"/ledger/{inspection.pk}/" in closed


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"title": " "}, "title", "请填写名称。"),
        ({"title": "名" * 201}, "title", "名称过长"),
        ({"code": ""}, "code", "请填写编号。"),
        ({"code": "1" * 21}, "code", "编号过长"),
        ({"profile": "none@9"}, "profile", "请选择规则配置。"),
        ({"feedback_date": "2025-13-01"}, "feedback_date", "日期请按"),
        ({"plan_date": "昨天"}, "plan_date", "日期请按"),
    ],
)
def test_what_is_wrong_with_the_confirmation_is_told_at_its_field(
    clerk: Client, draft: ImportDraft, values: dict[str, str], field: str, message: str
) -> None:
    answer = confirm(clerk, draft, **{"title": "我的台账", **values})
    assert answer.status_code == 422
    shown = text(answer)
    at = shown.index(f'name="{field}"', shown.index('id="confirm"'))
    assert message in shown[at : at + 1200]
    if field != "title":
        assert 'value="我的台账"' in shown
    assert not Inspection.objects.exists()


def test_a_department_that_somebody_has_made_meanwhile_is_told(
    office: Office, clerk: Client, draft: ImportDraft
) -> None:
    edit(clerk, draft, edit="new_names", names="党委办公室")
    draft.refresh_from_db()
    create_organization(actor=office.actor("office"), kind="department", name="党委办公室", parent=office.unit)
    answer = confirm(clerk, draft)
    assert answer.status_code == 422
    assert "“党委办公室”不能新增：" in text(answer)
    assert not Inspection.objects.exists()


@pytest.mark.parametrize("htmx", [True, False])
def test_nothing_to_add_is_told_at_the_form_which_is_kept(clerk: Client, draft: ImportDraft, htmx: bool) -> None:
    assert draft.content is not None
    parent = f"area:{draft.content['areas'][1]['id']}"
    answer = edit(clerk, draft, htmx=htmx, edit="add", kind="item", parent=parent, value="长" * 5001)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert answer.get("HX-Retarget") == ("#add" if htmx else None)
    assert 'id="add-value-fault" role="alert">内容过长，请控制在5000字以内。' in text
    assert f'<option value="{parent}" selected>' in text
    assert '<option value="item" selected>' in text
    assert "长" * 5001 in text
    empty = edit(clerk, draft, htmx=htmx, edit="add", kind="finding", parent="", value=" ")
    assert empty.status_code == 422
    assert "请刷新页面" not in empty.content.decode()
    assert 'id="add-value-fault"' in empty.content.decode()


def test_a_number_too_long_for_its_column_goes_before_the_words(office: Office) -> None:
    long = "第一批反馈问题第三项整改任务之一（二）补充编号"
    sheet = f"整改台账\n序号,反馈问题,整改措施,责任部门\n{long},理论学习不够扎实。,制定学习计划。,教务处\n"
    content = upload(office, sheet.encode(), "台账.csv").content
    assert content is not None
    assert [(i["number"], i["title"]) for i in content["items"]] == [("", f"{long} 理论学习不够扎实。")]


@pytest.mark.parametrize(("title", "kept"), [("校园安全自查台账", "校园安全自查"), ("台账", "台账")])
def test_a_ledger_is_not_called_so_twice(clerk: Client, draft: ImportDraft, title: str, kept: str) -> None:
    assert confirm(clerk, draft, title=title).status_code == 302
    assert Inspection.objects.get().title == kept


def test_measures_that_answer_nothing_are_settled_first(office: Office, clerk: Client, draft: ImportDraft) -> None:
    assert draft.content is not None
    alone = draft.content["responses"][0]["findings"] = []
    ImportDraft.objects.filter(pk=draft.pk).update(content=draft.content)
    answer = confirm(clerk, draft)
    assert answer.status_code == 422
    assert "有1组措施没有对应问题" in answer.content.decode()
    assert not Inspection.objects.exists()
    alone.append(draft.content["findings"][0]["id"])
    ImportDraft.objects.filter(pk=draft.pk).update(content=draft.content)
    assert confirm(clerk, draft).status_code == 302


def test_a_title_too_long_to_keep_is_named_and_kept(clerk: Client) -> None:
    answer = clerk.post("/imports/start/", {"title": "长" * 201})
    assert answer.status_code == 422
    assert "台账名称请控制在200字以内" in answer.content.decode()
    assert "长" * 201 in answer.content.decode()


def test_who_inspected_is_offered_and_can_be_corrected(clerk: Client, draft: ImportDraft) -> None:
    page = text(clerk.get(f"/imports/{draft.pk}/"))
    assert 'name="issuer" value="市委第五巡察组"' in page
    changed = text(edit(clerk, draft, htmx=True, edit="set", target="head::feedback_body", value="市委第六巡察组"))
    assert 'id="cf-issuer"' in changed
    draft.refresh_from_db()
    faulty = confirm(clerk, draft, issuer="组" * 101)
    assert (faulty.status_code, "反馈单位过长" in text(faulty)) == (422, True)
    answer = confirm(clerk, draft, issuer="中共青桐市委第六巡察组")
    assert Inspection.objects.get().issuer == "中共青桐市委第六巡察组"
    assert "反馈单位：中共青桐市委第六巡察组" in text(clerk.get(answer["Location"]))


def test_who_inspected_may_be_left_open(clerk: Client, draft: ImportDraft) -> None:
    assert confirm(clerk, draft, issuer=" ").status_code == 302
    assert Inspection.objects.get().issuer == ""


def test_a_confirmation_of_a_stale_page_is_told(clerk: Client, draft: ImportDraft) -> None:
    edit(clerk, draft, edit="set", target="finding:F1:text", value="先改的。")
    answer = confirm(clerk, draft)
    assert answer.status_code == 409
    assert "整改办某某已在" in text(answer)
    assert not Inspection.objects.exists()


def test_the_letter_alone_is_confirmed_and_measures_come_later(office: Office, clerk: Client) -> None:
    draft = upload(office, FEEDBACK.encode(), "反馈意见.txt")
    assert draft.state == "review"
    assert [len(draft.content[name]) for name in ("findings", "responses")] == [3, 0]
    assert "没有措施。" in text(clerk.get(f"/imports/{draft.pk}/"))
    assert confirm(clerk, draft, plan_date="").status_code == 302
    assert Finding.objects.count() == 3
    assert not Measure.objects.exists()


def test_a_ledger_is_begun_by_hand(clerk: Client) -> None:
    answer = clerk.post("/imports/start/", {"title": "自查问题整改"})
    draft = ImportDraft.objects.get()
    assert answer["Location"] == f"/imports/{draft.pk}/"
    assert "还没有问题" in text(clerk.get(answer["Location"]))
    edit(clerk, draft, edit="add", kind="area", parent="", value="党的建设")
    draft.refresh_from_db()
    assert "没有问题的方面和条（1）" in text(clerk.get(answer["Location"]))
    edit(clerk, draft, edit="add", kind="finding", parent=f"area:{draft.content['areas'][0]['id']}", value="问题一。")
    draft.refresh_from_db()
    assert confirm(clerk, draft).status_code == 302
    assert Finding.objects.get().area is not None


def test_a_reading_that_was_broken_off_is_done_when_the_draft_is_opened(clerk: Client, draft: ImportDraft) -> None:
    DocumentText.objects.all().delete()
    ImportDraft.objects.filter(pk=draft.pk).update(state="uploaded", content=None)
    shown = text(clerk.get(f"/imports/{draft.pk}/"))
    assert shown.count('data-part="finding:') == PAGE
    draft.refresh_from_db()
    assert draft.state == "review"


def test_a_file_that_cannot_be_read_says_why_and_what_to_do(office: Office, clerk: Client) -> None:
    draft = upload(office, b"PK\x03\x04broken", "方案.docx")
    shown = text(clerk.get(f"/imports/{draft.pk}/"))
    assert draft.message in shown
    assert "重新上传" in shown
    assert edit(clerk, draft, edit="set", target="head::title", value="x").status_code == 403


def test_a_draft_is_dropped_and_cannot_be_edited_any_more(clerk: Client, draft: ImportDraft) -> None:
    assert "原文件仍保留，可以重新上传" in text(clerk.get(f"/imports/{draft.pk}/"))
    assert clerk.post(f"/imports/{draft.pk}/drop/", {"seen": "9"}).status_code == 409
    assert clerk.post(f"/imports/{draft.pk}/drop/", {"seen": str(draft.version)}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "dropped"
    assert edit(clerk, draft, edit="set", target="head::title", value="x").status_code == 403
    assert confirm(clerk, draft).status_code == 403
    assert not Inspection.objects.exists()


@pytest.mark.parametrize("address", ["", "field/?target=head::title", "edit/", "confirm/", "drop/"])
def test_a_handler_has_no_part_in_it(office: Office, client: Client, draft: ImportDraft, address: str) -> None:
    client.force_login(office.people["handler"], backend=BACKEND)
    send = client.post if address in ("edit/", "confirm/", "drop/") else client.get
    assert send(f"/imports/{draft.pk}/{address}").status_code == 403


def test_a_long_draft_comes_in_pages_and_an_edit_stays_on_its_page(office: Office, clerk: Client) -> None:
    draft = upload(office, forty_findings().encode(), "方案.txt")
    first = text(clerk.get(f"/imports/{draft.pk}/"))
    second = text(clerk.get(f"/imports/{draft.pk}/?page=2"))
    assert f"后面还有{40 - PAGE}组问题" in first
    assert f'href="/imports/{draft.pk}/?page=2"' in first
    assert f"后面还有{40 - 2 * PAGE}组问题" in second
    assert f'href="/imports/{draft.pk}/?page=1"' in second
    assert f'id="g-F{PAGE + 1}"' in second
    assert edit(clerk, draft, edit="set", target="head::title", value="标题", page="2")["Location"].endswith("?page=2")


@pytest.fixture
def long_draft(office: Office) -> ImportDraft:
    return upload(office, forty_findings().encode(), "方案.txt")


def groups_in(answer: HttpResponse) -> list[str]:
    return re.findall(r'class="part" id="g-(\w+)"', text(answer))


def test_groups_follow_one_another_by_key(clerk: Client, long_draft: ImportDraft) -> None:
    address = f"/imports/{long_draft.pk}/"
    seen = groups_in(clerk.get(address))
    while True:
        answer = clerk.get(f"{address}?after={seen[-1]}", headers=HTMX)
        seen += groups_in(answer)
        if "hx-get" not in text(answer):
            break
    assert seen == [f"F{n}" for n in range(1, 41)]
    assert groups_in(clerk.get(f"{address}?after=gone", headers=HTMX)) == []


def test_a_place_of_the_document_brings_the_groups_up_to_its_own(clerk: Client, long_draft: ImportDraft) -> None:
    block = long_draft.content["findings"][24]["places"][0][0]
    address = f"/imports/{long_draft.pk}/?after=F{PAGE}&block="
    found = groups_in(clerk.get(f"{address}{block}", headers=HTMX))
    assert found == [f"F{n}" for n in range(PAGE + 1, 26)]
    assert clerk.get(f"{address}99999", headers=HTMX).status_code == 204


def test_a_small_form_is_given_up_and_its_group_comes_back(clerk: Client, long_draft: ImportDraft) -> None:
    address = f"/imports/{long_draft.pk}/?part="
    assert groups_in(clerk.get(f"{address}measure:M3:text", headers=HTMX)) == ["F2"]
    head = clerk.get(f"{address}head::title", headers=HTMX)
    assert (groups_in(head), 'id="head"' in text(head)) == ([], True)
    assert "data-version" not in text(head), "only an edit makes the page newer"


@pytest.mark.parametrize(
    ("values", "groups", "words"),
    [
        ({"edit": "set", "target": "measure:M1:text", "value": "改过的措施。"}, ["F1"], ()),
        ({"edit": "set", "target": "measure:M1:text", "value": ""}, None, ("不能为空",)),
        ({"edit": "set", "target": "item:I1:title", "value": "改过的条。"}, ["F1"], ('id="add"',)),
        ({"edit": "remove", "target": "finding:F1"}, ["F2"], ('id="g-F1" hx-swap-oob="delete"', 'id="rest"')),
        ({"edit": "move", "target": "finding:F1", "to": "down"}, None, ('id="g-F2"',)),
        ({"edit": "link", "response": "R1", "finding": "F3"}, ["F1", "F3"], ()),
        ({"edit": "set", "target": "head::title", "value": "新的标题"}, [], ('id="head"', 'id="cf-title"')),
        ({"edit": "set", "target": f"finding:F{PAGE + 9}:text", "value": "别处的。"}, [], ('id="counts"',)),
        ({"edit": "name", "name": "张某某", "answer": "text"}, [], ('<tr id="name-0" hx-swap-oob="true">',)),
        (
            {"edit": "add", "kind": "finding", "parent": "item:I2", "value": "补充的问题。"},
            ["Fn1"],
            ('hx-swap-oob="afterend:#g-F4"', 'id="add"', "补充的问题。"),
        ),
    ],
)
def test_an_edit_brings_back_what_it_changed(
    clerk: Client, long_draft: ImportDraft, values: dict[str, str], groups: list[str] | None, words: tuple[str, ...]
) -> None:
    answer = edit(clerk, long_draft, htmx=True, **values)
    if groups is not None:
        assert groups_in(answer) == groups
        assert 'id="counts" data-version="2"' in text(answer)
    for word in words:
        assert word in text(answer)
    assert len(answer.content) < 15_000


def test_the_last_group_taken_out_tells_where_the_next_ones_begin(clerk: Client, long_draft: ImportDraft) -> None:
    answer = edit(clerk, long_draft, htmx=True, edit="remove", target=f"finding:F{PAGE}")
    assert f"?after=F{PAGE - 1}" in text(answer)
    long_draft.refresh_from_db()
    answer = edit(clerk, long_draft, htmx=True, edit="remove", target="finding:F1", through="F20", page="1")
    assert f"F{PAGE + 1}" not in groups_in(answer), "what is shown already is not sent again"


def test_a_conflict_brings_all_that_was_shown(clerk: Client, long_draft: ImportDraft) -> None:
    edit(clerk, long_draft, edit="set", target="finding:F1:text", value="先改的。")
    answer = edit(clerk, long_draft, htmx=True, edit="set", target="finding:F1:text", value="后改的。", through="F20")
    assert answer.status_code == 409
    assert groups_in(answer) == [f"F{n}" for n in range(1, 21)]
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#understood", "innerHTML")


@pytest.mark.parametrize("state", ["failed", "confirmed", "dropped"])
@pytest.mark.parametrize("htmx", [True, False])
def test_no_part_of_a_draft_that_is_closed_is_shown(clerk: Client, draft: ImportDraft, state: str, htmx: bool) -> None:
    assert draft.content is not None
    words = draft.content["findings"][2]["text"]
    changed: dict[str, Any] = {"content": None} if state == "failed" else {}
    ImportDraft.objects.filter(pk=draft.pk).update(state=state, **changed)
    headers = {"HX-Request": "true"} if htmx else {}
    for query in ("", "?after=g-F1", "?part=head::title"):
        answer = clerk.get(f"/imports/{draft.pk}/{query}", headers=headers)
        assert answer.status_code == (403 if htmx else 200)
        assert words not in answer.content.decode()
    answer = edit(clerk, draft, htmx=htmx, edit="set", target="head::title", value="x")
    assert answer.status_code == 403
    assert words not in answer.content.decode()
