"""日程 in a browser: the month by keys, the list, what is one's own; a calendar programme's address made, used and ended."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import icalendar
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from zhenggai.web.ledger.models import Measure, Milestone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from offices import Office
    from playwright.sync_api import Page

    from zhenggai.web.ledger.models import Inspection


def test_a_month_is_read_by_keys_and_subscribed_to(
    office: Office, inspection: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    today = timezone.localdate()
    Measure.objects.filter(inspection=inspection, reference="C005").update(due_on=today)
    Milestone.objects.create(
        unit=office.unit, inspection=inspection, order=990, text="召开推进会", due_text="本月", due_on=today
    )
    clerk = page_as("office")
    clerk.get_by_role("link", name="日程").click()
    expect(clerk.get_by_role("heading", name=f"{today.year}年{today.month}月")).to_be_visible()
    expect(clerk.get_by_role("link", name="召开推进会")).to_be_visible()
    assert clerk.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways"
    screenshot(clerk, "schedule")
    clerk.keyboard.press("ArrowDown")
    expect(clerk.locator(".month .today a[data-day]")).to_be_focused()
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_role("row").filter(has_text="时间节点")).to_contain_text("召开推进会")
    screenshot(clerk, "schedule-day")
    clerk.get_by_role("link", name="返回月历").click()
    expect(clerk.locator("table.month")).to_be_visible()
    clerk.keyboard.press("PageDown")
    later = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    expect(clerk.get_by_role("heading", name=f"{later.year}年{later.month}月")).to_be_visible()

    handler = page_as("handler")
    handler.goto("/account/")
    handler.get_by_role("button", name="开通日程订阅").click()
    address = handler.get_by_label("订阅地址").input_value()
    screenshot(handler, "calendar-address")
    path = address.partition("/calendar/")[2]
    fetched = Client().get(f"/calendar/{path}")
    assert icalendar.Calendar.from_ical(fetched.content).walk("VEVENT")
    handler.goto("/account/")
    expect(handler.get_by_text("已开通")).to_be_visible()
    handler.on("dialog", lambda dialog: dialog.accept())
    handler.get_by_role("button", name="停用", exact=True).click()
    expect(handler.get_by_text("日程订阅已停用")).to_be_visible()
    assert Client().get(f"/calendar/{path}").status_code == 404
