"""后台任务 in a browser: a verification that is asked for, watched and read; a daily run that fails and is begun anew."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from offices import tell_grants
from playwright.sync_api import expect

from zhenggai.web.ledger import daily
from zhenggai.web.ledger.jobs.runner import Runner
from zhenggai.web.ledger.models import Job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from offices import Office
    from playwright.sync_api import Page

    from zhenggai.web.ledger.models import Inspection


def turn() -> None:
    runner = Runner()
    while runner.step():
        pass


def test_a_verification_is_asked_for_watched_and_read(
    office: Office, inspection: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    tell_grants(office)
    page = page_as("audit_administrator")
    page.goto("/events/")
    page.get_by_role("link", name="核验全部数据").click()
    screenshot(page, "verifications-empty")
    page.get_by_role("button", name="开始核验").click()
    expect(page.get_by_role("status").get_by_text("等待")).to_be_visible()
    Job.objects.update(state="running", done=420, total=1234, message="已核验400条操作记录、20份文件")
    expect(page.get_by_text("已办420/共1234")).to_be_visible()
    screenshot(page, "verification-running")
    Job.objects.update(state="waiting")
    turn()
    expect(page.get_by_text("未发现改动。")).to_be_visible()
    screenshot(page, "verification")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways"


def test_a_daily_run_that_failed_is_begun_anew(
    office: Office,
    inspection: Inspection,
    page_as: Callable[..., Page],
    screenshot: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = page_as("office")
    page.goto("/jobs/")
    screenshot(page, "jobs-empty")

    def fail(**_: object) -> dict[str, int]:
        raise KeyError("one row that is wrong")

    steps = daily.STEPS
    monkeypatch.setattr(daily, "STEPS", (daily.Step("周期任务", fail),))
    now = timezone.now()
    for n, day in enumerate((now - dt.timedelta(days=back)).date() for back in (4, 3, 2)):
        Job.objects.create(
            kind="daily", key=f"{office.unit.pk}/{day}/{n}", unit=office.unit, due_at=now - dt.timedelta(days=4 - n), made_at=now,
            state=("done", "failed", "running")[n], message="新列周期任务12、新列会议2、拟发督办文书3。" if n == 0 else "",
            fault="办理这项任务的进程多次中断，没有办完" if n == 1 else "", done=1, total=3, heartbeat_at=now, attempt=5,
        )  # fmt: skip
    turn()
    page.reload()
    expect(page.get_by_text("没有办成（程序错误KeyError）")).to_be_visible()
    screenshot(page, "jobs")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways"
    monkeypatch.setattr(daily, "STEPS", steps)
    page.locator("tr", has_text="等待再次办理").get_by_role("button", name="重新办理").click()
    expect(page.get_by_text("已安排重新办理。")).to_be_visible()
    turn()
    page.reload()
    expect(page.locator("tr", has_text="等待再次办理")).to_have_count(0)
