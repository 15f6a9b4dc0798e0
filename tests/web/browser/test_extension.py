"""延期 in a browser: one refused and one granted, from the finding's page to the new date on it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from playwright.sync_api import expect

from zhenggai.web.ledger.models import Finding, Measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from offices import Office
    from playwright.sync_api import Page

    from zhenggai.web.ledger.models import Inspection


def ask(page: Page, finding: Finding, measure: Measure, until: dt.date) -> None:
    page.goto(f"/findings/{finding.pk}/")
    page.locator(f"#m{measure.pk}").get_by_role("link", name="申请延期").click()
    page.get_by_label("申请延期至").fill(until.isoformat())
    page.get_by_label("延期原因").fill("需上级主管部门批复后实施，批复尚未下达。")
    page.get_by_label("目前进展").fill("已报送请示，正在沟通。")
    page.get_by_role("button", name="签字并提出申请").click()
    expect(page.get_by_text("延期申请已提出")).to_be_visible()


def answer(page: Page, choice: str, note: str = "") -> None:
    page.goto("/")
    page.get_by_role("link", name="答复延期").first.click()
    page.get_by_label(choice, exact=True).check()
    page.get_by_label("答复意见").fill(note)
    page.get_by_role("button", name="签字并答复").click()


def test_an_extension_refused_and_one_granted(
    office: Office, inspection: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    now = timezone.localdate()
    measure = Measure.objects.get(inspection=inspection, reference="C005")
    due = now + dt.timedelta(days=10)
    Measure.objects.filter(pk=measure.pk).update(due_on=due, original_due_on=due)
    finding = Finding.objects.get(responses__measures=measure)
    department, principal = page_as("department_head"), page_as("principal")

    department.goto(f"/findings/{finding.pk}/")
    department.locator(f"#m{measure.pk}").get_by_role("link", name="申请延期").click()
    department.get_by_label("申请延期至").fill(now.isoformat())
    department.get_by_role("button", name="签字并提出申请").click()
    expect(department.get_by_text("应当晚于现在的到期日")).to_be_visible()
    screenshot(department, "extension-fault")
    ask(department, finding, measure, now + dt.timedelta(days=60))
    screenshot(department, "extension-asked")

    answer(principal, "不同意延期")
    expect(principal.get_by_text("不同意延期的，请写明理由。")).to_be_visible()
    screenshot(principal, "extension-answer")
    assert principal.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways"
    principal.get_by_label("答复意见").fill("已过半数时间，应当按期完成。")
    principal.get_by_role("button", name="签字并答复").click()
    expect(principal.get_by_text("已答复：不同意延期。")).to_be_visible()

    ask(department, finding, measure, now + dt.timedelta(days=60))
    answer(principal, "同意延期")
    expect(principal.get_by_text("已答复：同意延期。")).to_be_visible()
    department.goto(f"/findings/{finding.pk}/#m{measure.pk}")
    story = department.locator(f"#m{measure.pk}")
    expect(story).to_contain_text("第2次延期")
    expect(story).to_contain_text(f"原定{due.year}年{due.month}月{due.day}日")
    screenshot(department, "extension-granted")
    department.goto("/extensions/")
    screenshot(department, "extensions")
    measure.refresh_from_db()
    assert (measure.due_on, measure.original_due_on) == (now + dt.timedelta(days=60), due)
