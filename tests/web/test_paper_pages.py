"""督办 on the screens: the list by state, the paper as it is written, every step with what is wrong told beside the field."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from offices import BACKEND

from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions.ladder import climb
from zhenggai.web.ledger.models import Finding, Inspection, Measure, SupervisionPaper, TransferCount

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def measure(office: Office, inspection: Inspection) -> Measure:
    """One measure of the handler's department, a day late; everything else is done."""
    today = timezone.localdate()
    Measure.objects.filter(inspection=inspection).update(completion_status="completed", original_due_on=None)
    Inspection.objects.filter(pk=inspection.pk).update(plan_date=today)
    measure = Measure.objects.get(inspection=inspection, reference="C005")
    measure.due_on = measure.original_due_on = today - DAY
    measure.completion_status = "ongoing"
    measure.save()
    return measure


@pytest.fixture
def draft(inspection: Inspection, measure: Measure) -> SupervisionPaper:
    climb(actor=Actor(None, "系统", timezone.now()), inspection_id=inspection.pk)
    return SupervisionPaper.objects.get(state="draft")


class Browser:
    """The test client, as one role after the other."""

    def __init__(self, client: Client, office: Office) -> None:
        self.client, self.office = client, office

    def become(self, role: str) -> None:
        self.client.force_login(self.office.people[role], backend=BACKEND)

    def text(self, key: str, *args: object, **query: object) -> str:
        return self.client.get(reverse(key, args=args), query).content.decode()

    def post(self, key: str, *args: object, **typed: object) -> tuple[int, str]:
        answer = self.client.post(reverse(key, args=args), typed, follow=True)
        return answer.status_code, answer.content.decode()


@pytest.fixture
def browser(client: Client, office: Office) -> Browser:
    return Browser(client, office)


def test_from_the_list_to_the_closing(browser: Browser, draft: SupervisionPaper, measure: Measure) -> None:
    browser.become("office")
    assert "1份督办文书待签发" in browser.text("home")
    listed = browser.text("papers")
    assert "督办单" in listed
    assert "已逾期1天" in listed
    page = browser.text("paper", draft.pk)
    assert "文号签发时编定" in page
    assert "签发</button>" in page
    status, page = browser.post("paper_sign", draft.pk, seen=1, **{"f.content": ""})
    assert status == 422
    assert "请填写督办内容。" in page
    status, page = browser.post("paper_edit", draft.pk, seen=1, **{"f.content": "限期落实", "f.phone": "办公室内线"})
    assert (status, "草稿已保存。" in page, "办公室内线" in page) == (200, True, True)
    assert browser.post("paper_sign", draft.pk, seen=1)[0] == 409
    _, page = browser.post("paper_sign", draft.pk, seen=2)
    year = timezone.localdate().year
    assert f"整督〔{year}〕1号" in page
    assert "限期落实" in page
    assert "待送达" in browser.text("home") or "送达" in browser.text("home")

    browser.become("department_head")
    assert browser.client.get(reverse("paper", args=[draft.pk])).status_code == 404, "not served yet"
    browser.become("office")
    browser.post("paper_serve", draft.pk, seen=3)
    browser.become("department_head")
    assert "答复督办" in browser.text("home")
    finding = Finding.objects.get(responses__measures=measure)
    assert f"整督〔{year}〕1号" in browser.text("finding", finding.pk)
    browser.post("paper_receive", draft.pk, seen=4)
    status, page = browser.post("paper_answer", draft.pk, seen=5, text="")
    assert (status, "请填写办理结果。" in page) == (422, True)
    browser.post("paper_answer", draft.pk, seen=5, text="已完成8成，本月办结。")
    browser.become("supervision")
    assert "审定答复" in browser.text("home")
    status, page = browser.post("paper_judge", draft.pk, seen=6, decision="reject", note="")
    assert (status, "请填写不予认可的理由。" in page) == (422, True)
    browser.post("paper_judge", draft.pk, seen=6, decision="accept", note="情况属实")
    status, page = browser.post("paper_close", draft.pk, seen=7, closing="同意办结")
    assert "已办结" in page
    assert "已完成8成，本月办结。" in page
    assert "<b>1</b>" in browser.text("papers", group="closed")


def test_who_was_slower_reads_why_and_keeps_what_was_written(browser: Browser, draft: SupervisionPaper) -> None:
    browser.become("office")
    browser.post("paper_sign", draft.pk, seen=1)
    status, page = browser.post("paper_edit", draft.pk, seen=1, **{"f.content": "另写的督办内容"})
    assert (status, "只有“待签发”时才能" in page, page.count("另写的督办内容")) == (403, True, 1)
    assert "您刚才填写的内容没有保存" in page
    browser.post("paper_serve", draft.pk, seen=2)
    browser.become("department_head")
    browser.post("paper_answer", draft.pk, seen=3, text="已完成8成。")
    status, page = browser.post("paper_answer", draft.pk, seen=3, text="我写的<b>办理结果</b>")
    assert (status, "我写的&lt;b&gt;办理结果&lt;/b&gt;" in page) == (403, True)
    assert "已完成8成。" in page


def test_several_are_signed_and_served_together_and_what_cannot_be_is_told(
    browser: Browser, draft: SupervisionPaper, measure: Measure
) -> None:
    browser.become("office")
    _, page = browser.post("papers_together", step="sign")
    assert "请先选择要签发的文书" in page
    _, page = browser.post("papers_together", step="sign", paper=[draft.pk, 4711], **{f"seen:{draft.pk}": 1})
    assert "已签发1份。" in page
    assert "有1份没有签发" in page
    _, page = browser.post("papers_together", step="serve", paper=[draft.pk], **{f"seen:{draft.pk}": 2})
    assert "已送达1份。" in page


def test_raised_by_hand_with_what_is_wrong_beside_the_field(
    browser: Browser, inspection: Inspection, measure: Measure, office: Office
) -> None:
    browser.become("supervision")
    finding = Finding.objects.get(responses__measures=measure)
    assert "提出督办" in browser.text("finding", finding.pk)
    status, page = browser.post("paper_of_measure", measure.pk, level=3, ground="quality", reason="")
    assert status == 422
    assert "请填写理由。" in page
    assert "请填写越级理由。" in page
    status, page = browser.post("paper_of_measure", measure.pk, level=2, ground="quality", reason="措施空泛")
    assert "整改质量不高：措施空泛" in page
    status, page = browser.post("paper_of_measure", measure.pk, level=2, ground="quality", reason="又写的")
    assert (status, "已有待签发的文书" in page, "又写的" in page) == (409, True, True)
    department = office.departments["教务处"]
    assert reverse("paper_of_department", args=[inspection.pk, department.pk]) in browser.text("papers")
    assert "教务处承担的整改措施" in browser.text("paper_of_department", inspection.pk, department.pk)
    _, page = browser.post("paper_withdraw", SupervisionPaper.objects.get().pk, seen=1, reason="重复提出")
    assert "撤回原因：重复提出" in page


def test_a_restricted_matter_is_not_named_in_lists_and_its_page_is_an_event(
    browser: Browser, draft: SupervisionPaper, measure: Measure
) -> None:
    Finding.objects.filter(responses__measures=measure).update(layer="restricted")
    browser.become("office")
    assert measure.reference not in browser.text("papers")
    assert browser.client.get(reverse("paper", args=[draft.pk])).status_code == 404


def test_transfers_show_counts_alone(browser: Browser, office: Office) -> None:
    browser.become("discipline")
    assert "还没有登记移送数量" in browser.text("transfers")
    status, page = browser.post("transfer_count", transferred_on="2026-13-40", count="x", body="")
    assert status == 422
    assert "日期请按2026-07-20的格式填写" in page
    browser.post("transfer_count", transferred_on="2025-05-06", count=2, body="discipline")
    browser.become("principal")
    page = browser.text("transfers")
    assert "<b>2</b>" in page
    assert "撤销登记" not in page
    browser.become("discipline")
    browser.post("transfer_withdraw", TransferCount.objects.get().pk)
    assert "还没有登记移送数量" in browser.text("transfers")
    browser.become("office")
    assert browser.client.get(reverse("transfers")).status_code == 403


def test_a_full_list_is_a_page_at_a_time_and_light(
    browser: Browser, office: Office, inspection: Inspection, measure: Measure
) -> None:
    SupervisionPaper.objects.bulk_create(
        SupervisionPaper(
            unit=office.unit, inspection=inspection, measure=measure, kind="reminder", level=0, level_name="绿色提醒",
            asks=False, reason="应于2026年6月19日完成，还有20天，完成进度20%，达到“绿色提醒”的条件；此前没有发过督办文书。",
            facts={"paper": "工作提醒函"}, proposed_at=timezone.now(), cause=f"x:{number}", cause_key=f"x:{number}",
        )
        for number in range(70)
    )  # fmt: skip
    browser.become("office")
    page = browser.client.get(reverse("papers"))
    assert len(page.content) < 60_000
    assert "<b>70</b>" in page.content.decode()
    last = SupervisionPaper.objects.order_by("-pk")[49].pk
    assert f"before={last}" in page.content.decode()
    assert browser.text("papers", group="draft", before=last).count("data-row") == 20
    assert browser.text("papers", group="draft", kind="order").count("data-row") == 0
