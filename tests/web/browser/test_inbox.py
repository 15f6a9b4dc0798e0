"""消息 in a browser: empty, then what a clerk's and a leader's acts have told, opened in one click, and all marked as read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from closings import apply, closable, step
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions.notices import Line, Telling, tell
from zhenggai.web.ledger.models import Notice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from offices import Office
    from playwright.sync_api import Page

    from zhenggai.web.ledger.models import Inspection


def test_what_is_told_leads_to_where_it_is_done(
    office: Office, inspection: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    Notice.objects.all().delete()
    head = page_as("department_head")
    head.goto("/notices/")
    expect(head.get_by_text("还没有消息")).to_be_visible()
    screenshot(head, "inbox-empty")

    finding = closable(office, inspection)
    step(office, apply(office, finding), "responsible_leader", "review_returned")
    _digest(office)
    head.goto("/")
    head.get_by_role("link", name="消息（2）").click()
    returned = head.get_by_role("row").filter(has_text="销号退回")
    expect(returned).to_contain_text("未读")
    expect(head.get_by_role("row").filter(has_text="到期提醒")).to_contain_text("逾期1项、临期7项")
    screenshot(head, "inbox")
    wide = head.evaluate("document.documentElement.scrollWidth")
    assert wide <= head.evaluate("document.documentElement.clientWidth"), "no scrolling sideways"

    head.get_by_role("link", name="查看全部8项").click()
    expect(head.get_by_text("措施C008")).to_be_visible()
    screenshot(head, "inbox-digest")
    head.goto("/notices/")
    returned.get_by_role("button", name="去办理").click()
    head.wait_for_url(f"**/findings/{finding.pk}/application/")
    head.goto("/notices/")
    expect(head.get_by_role("row").filter(has_text="未读")).to_have_count(0)

    _digest(office, key="later")
    head.goto("/notices/?shown=unread")
    head.get_by_role("button", name="全部标为已读").click()
    expect(head.get_by_text("已将1条消息标为已读")).to_be_visible()
    head.goto("/notices/?shown=unread")
    expect(head.get_by_text("没有符合条件的消息")).to_be_visible()


def _digest(office: Office, key: str = "digest") -> None:
    now = timezone.now() - dt.timedelta(minutes=1)
    lines = tuple(
        Line(f"措施C{number:03}", "2026年3月31日到期，还有7天。", "临期" if number > 1 else "逾期", "ledgers")
        for number in range(1, 9)
    )
    telling = Telling(office.people["department_head"].pk, "due", key, "有事项到期", "", "home", lines=lines)
    with transaction.atomic():
        tell(actor=Actor(None, "系统", now), unit_id=office.unit.pk, tellings=[telling])
