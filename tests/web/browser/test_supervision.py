"""督办 in a browser: a measure that runs late climbs three levels of the ladder, is answered and judged.

The days pass by the dates of the measure and of its papers: the browser's server goes by the real clock.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from playwright.sync_api import expect

from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions.ladder import climb
from zhenggai.web.ledger.models import Finding, Inspection, Measure, SupervisionPaper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from offices import Office
    from playwright.sync_api import Page

DAY = dt.timedelta(days=1)


def days_later(inspection: Inspection, days: int) -> None:
    """Let everything that is known of the matter be so many days older, and run the day's work."""
    for measure in Measure.objects.exclude(due_on=None).filter(reference="C005"):
        Measure.objects.filter(pk=measure.pk).update(due_on=measure.due_on - days * DAY)
    for paper in SupervisionPaper.objects.all():
        SupervisionPaper.objects.filter(pk=paper.pk).update(
            cause=paper.cause and f"due:{Measure.objects.get(reference='C005').due_on}"
            if paper.cause.startswith("due:")
            else paper.cause,
            answer_by=paper.answer_by and paper.answer_by - days * DAY,
        )
    climb(actor=Actor(None, "系统", timezone.now()), inspection_id=inspection.pk)


def sign_and_serve(page: Page, paper: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="签发督办").click()
    page.get_by_role("link", name=paper).click()
    page.get_by_role("button", name="签发", exact=True).click()
    expect(page.get_by_text("已签发并编号")).to_be_visible()
    page.get_by_role("button", name="送达").click()
    expect(page.get_by_text("已送达，发送对象已收到消息。")).to_be_visible()


def test_a_measure_running_late_climbs_three_levels_and_is_answered_and_judged(  # noqa: PLR0915 — one story
    office: Office, inspection: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    today = timezone.localdate()
    Measure.objects.filter(inspection=inspection).update(completion_status="completed", original_due_on=None)
    Inspection.objects.filter(pk=inspection.pk).update(plan_date=today)
    measure = Measure.objects.get(inspection=inspection, reference="C005")
    Measure.objects.filter(pk=measure.pk).update(
        due_on=today + 10 * DAY, original_due_on=today + 10 * DAY, completion_status="ongoing"
    )
    finding = Finding.objects.get(responses__measures=measure)
    office_page, head, supervision = page_as("office"), page_as("department_head"), page_as("supervision")
    for page in (office_page, head, supervision):
        page.on("dialog", lambda dialog: dialog.accept())
    year = today.year

    office_page.goto("/papers/")
    expect(office_page.get_by_text("没有待签发的文书")).to_be_visible()
    screenshot(office_page, "papers-empty")

    days_later(inspection, 0)  # ten days left: 黄色提醒
    sign_and_serve(office_page, "工作提醒函")
    screenshot(office_page, "paper-reminder")
    head.goto("/")
    head.get_by_role("link", name="签收").first.click()
    head.get_by_role("button", name="签收").click()
    expect(head.get_by_text("已签收。")).to_be_visible()

    days_later(inspection, 11)  # a day late: 督办单
    office_page.goto("/papers/")
    screenshot(office_page, "papers-draft")
    assert office_page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways"
    office_page.get_by_role("link", name="督办单").click()
    office_page.get_by_label("督办内容").fill("")
    office_page.get_by_role("button", name="签发", exact=True).click()
    expect(office_page.get_by_role("alert").get_by_text("请填写督办内容。")).to_be_visible()
    screenshot(office_page, "paper-fault")
    assert office_page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways"
    office_page.get_by_label("督办内容").fill("限期落实措施，说明滞后原因，提出完成日期。")
    office_page.get_by_role("button", name="签发", exact=True).click()
    office_page.get_by_role("button", name="送达").click()
    expect(office_page.get_by_text(f"整督〔{year}〕1号").first).to_be_visible()

    days_later(inspection, 9)  # no answer in five working days: 督办函
    supervision.goto("/papers/")
    supervision.get_by_role("link", name="督办函").click()
    expect(supervision.get_by_text("至今没有答复").first).to_be_visible()
    screenshot(supervision, "paper-letter-draft")
    supervision.get_by_role("button", name="签发", exact=True).click()
    supervision.get_by_role("button", name="送达").click()
    expect(supervision.get_by_text("已送达").first).to_be_visible()
    screenshot(supervision, "paper-letter")

    head.goto("/")
    head.get_by_role("link", name="答复督办").first.click()
    screenshot(head, "paper-answer", full=False)
    head.get_by_role("button", name="签字并答复").click()
    expect(head.get_by_role("alert").get_by_text("请填写办理结果。")).to_be_visible()
    head.get_by_label("办理结果").fill("已组织专项检查，修订的制度已印发执行，剩余部分月底前办结。")
    head.get_by_role("button", name="签字并答复").click()
    expect(head.get_by_text("已答复，等待审定。")).to_be_visible()

    supervision.goto("/")
    supervision.get_by_role("link", name="审定答复").first.click()
    supervision.get_by_label("认可", exact=True).check()
    supervision.get_by_label("审定意见").fill("情况属实，按期办结。")
    supervision.get_by_role("button", name="签字并审定").click()
    supervision.get_by_label("审结意见").fill("同意办结。")
    supervision.get_by_role("button", name="办结", exact=True).click()
    expect(supervision.get_by_role("heading", name="已办结")).to_be_visible()
    screenshot(supervision, "paper-closed")
    supervision.emulate_media(media="print")
    screenshot(supervision, "paper-print")
    supervision.emulate_media(media="screen")

    days_later(inspection, 0)
    assert not SupervisionPaper.objects.filter(state="draft").exists(), "an answer that was accepted stops the clock"
    head.goto(f"/findings/{finding.pk}/")
    for words in ("工作提醒函", f"督办单（整督〔{year}〕1号）", f"督办函（整督函〔{year}〕1号）"):
        expect(head.get_by_role("link", name=words)).to_be_visible()
    screenshot(head, "finding-papers")
    screenshot(office_page, "home-supervision")
