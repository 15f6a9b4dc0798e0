"""会议 in a browser: from the agenda by keyboard to the minutes, and a resolution from the meeting to its acceptance."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from playwright.sync_api import expect

from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions.meeting_rounds import lay_out_meetings
from zhenggai.web.ledger.models import Resolution

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from offices import Office
    from playwright.sync_api import Page

    from zhenggai.web.ledger.models import Inspection


def test_a_meeting_from_the_agenda_to_a_tracked_resolution(
    office: Office, inspection: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    lay_out_meetings(actor=Actor(None, "系统", timezone.now()), inspection_id=inspection.pk)
    today = timezone.localdate()

    clerk = page_as("office", expect={422})
    clerk.goto("/meetings/")
    clerk.get_by_role("link", name="召集会议").click()
    clerk.get_by_label("会议类别").select_option(label="碰头会（市委第五巡察组反馈意见整改）")
    clerk.get_by_label("期次或事由").fill("整改工作碰头会")
    clerk.get_by_label("会议日期").fill((today - dt.timedelta(days=1)).isoformat())
    clerk.get_by_role("button", name="列入").click()
    expect(clerk.get_by_text("会议日期不能早于今天")).to_be_visible()
    screenshot(clerk, "meeting-call-fault")
    clerk.get_by_label("会议日期").fill(today.isoformat())
    clerk.get_by_role("button", name="列入").click()
    expect(clerk.get_by_text("会议已列入")).to_be_visible()
    screenshot(clerk, "meeting-empty")
    clerk.get_by_role("button", name="生成议程").click()
    expect(clerk.get_by_role("heading", name="逾期、临期和退回事项")).to_be_visible()

    put_in_order(clerk, screenshot)
    hold_and_issue(clerk, screenshot)
    track(page_as, screenshot)


def put_in_order(clerk: Page, screenshot: Callable[..., Path]) -> None:
    first, second = (clerk.locator(".agenda").nth(2).locator("li .matter a").nth(place) for place in (0, 1))
    before = first.inner_text(), second.inner_text()
    down = clerk.locator(".agenda").nth(2).locator("li").first.get_by_role("button", name="下移")
    down.focus()
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_text("次序已调整。")).to_be_visible()
    assert (second.inner_text(), first.inner_text()) == before
    screenshot(clerk, "meeting-agenda")
    clerk.get_by_role("button", name="确定议程").click()
    expect(clerk.get_by_text("议程已确定")).to_be_visible()


def hold_and_issue(clerk: Page, screenshot: Callable[..., Path]) -> None:
    clerk.get_by_role("button", name="登记会议已召开").click()
    expect(clerk.get_by_text("请先登记出席情况").first).to_be_visible()
    screenshot(clerk, "meeting-attendance-fault")
    clerk.get_by_role("button", name="保存出席情况").click()
    clerk.get_by_role("button", name="登记会议已召开").click()
    expect(clerk.get_by_role("heading", name="碰头会第1次会议", exact=True)).to_be_visible()
    matter = clerk.locator("#resolutions")
    matter.get_by_label("事项").fill(f"补齐第二季度学习记录{'W' * 200}")
    matter.get_by_label("责任单位").select_option(label="教务处")
    matter.get_by_role("button", name="登记").click()
    expect(clerk.get_by_role("link", name="碰头会第1次会议第1项")).to_be_visible()
    clerk.get_by_role("button", name="起草纪要").click()
    expect(clerk.get_by_text("项整改措施，已完成").first).to_be_visible()
    clerk.on("dialog", lambda dialog: dialog.accept())
    clerk.get_by_role("button", name="签发并印发").click()
    expect(clerk.get_by_text("校验值")).to_be_visible()
    screenshot(clerk, "meeting-minutes")
    for paper in ("minutes", "record"):
        clerk.goto(f"/meetings/{Resolution.objects.get().meeting_id}/{paper}/")
        assert clerk.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"the {paper} scroll sideways"


def track(page_as: Callable[..., Page], screenshot: Callable[..., Path]) -> None:
    one = Resolution.objects.get()
    handler = page_as("handler")
    handler.get_by_role("row").filter(has_text="补齐第二季度学习记录").get_by_role("link", name="办理议定事项").click()
    handler.get_by_label("办理情况").fill("已补齐并归档。")
    handler.get_by_role("button", name="报告办结，申请验收").click()
    expect(handler.get_by_text("已报办结，等待验收。")).to_be_visible()
    screenshot(handler, "resolution-reported")

    checker = page_as("supervision")
    checker.get_by_role("row").filter(has_text="补齐第二季度学习记录").get_by_role("link", name="验收议定事项").click()
    checker.get_by_label("验收通过，办结").check()
    checker.get_by_role("button", name="签字").click()
    expect(checker.get_by_text("验收通过，议定事项已办结。")).to_be_visible()
    one.refresh_from_db()
    assert one.state == "accepted"
