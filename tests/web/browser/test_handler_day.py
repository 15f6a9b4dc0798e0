"""A handler's day and a leader's day: from the first screen to what has to be done, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from offices import TODAY
from playwright.sync_api import expect

from zhenggai.web.ledger.models import Finding, Measure, ProgressUpdate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from offices import Office
    from playwright.sync_api import Page

    from zhenggai.web.ledger.models import Inspection


def fill(page: Page, percent: str, done: str) -> None:
    page.get_by_label("完成进度").fill(percent)
    page.get_by_label("本期工作进展").fill(done)


def submit(page: Page) -> None:
    page.get_by_role("button", name="提交进展").click()


def test_from_the_first_screen_to_a_report_with_a_mistake_on_the_way(
    inspection: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    page = page_as("handler")
    first = page.get_by_role("row").filter(has_text="进展未填报").first
    assert "逾期" in first.inner_text()
    screenshot(page, "handler-home")
    waiting = page.get_by_role("link", name="填报进展").count()
    first.get_by_role("link", name="填报进展").click()
    fill(page, "一半", "已召开专题会议。")
    submit(page)
    page.get_by_text("完成进度请填写0到100之间的整数").wait_for()
    assert page.get_by_label("本期工作进展").input_value() == "已召开专题会议。"
    screenshot(page, "progress-mistake")
    fill(page, "50", "已召开专题会议。")
    submit(page)
    page.wait_for_url("**/findings/**")
    assert page.get_by_role("status").inner_text() == "进展已填报。"
    assert "已召开专题会议。" in page.locator(".report").first.inner_text()
    screenshot(page, "finding-reported")
    page.get_by_role("link", name="工作台").click()
    expect(page.get_by_text("进展未填报")).to_have_count(waiting - 1)
    update = ProgressUpdate.objects.get()
    assert (update.percent, update.revision, update.done) == (50, 1, "已召开专题会议。")


def test_a_second_tab_is_told_who_was_first_and_loses_nothing(
    inspection: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    page = page_as("handler")
    address = f"/measures/{Measure.objects.get(reference='C005').pk}/progress/"
    page.goto(address)
    second = page.context.new_page()
    second.goto(address)
    fill(page, "30", "第一个窗口填报。")
    submit(page)
    page.wait_for_url("**/findings/**")
    fill(second, "40", "第二个窗口填报。")
    submit(second)
    alert = second.get_by_role("alert")
    alert.wait_for()
    assert "经办人某某" in alert.inner_text()
    assert second.get_by_label("本期工作进展").input_value() == "第二个窗口填报。"
    screenshot(second, "progress-stale")
    submit(second)
    second.wait_for_url("**/findings/**")
    assert list(ProgressUpdate.objects.order_by("pk").values_list("percent", "revision")) == [(30, 1), (40, 2)]


def test_the_report_is_written_in_its_place_on_the_finding(
    inspection: Inspection, page_as: Callable[..., Page]
) -> None:
    page = page_as("handler")
    measure = Measure.objects.get(reference="C005")
    page.goto(f"/findings/{Finding.objects.get(reference='W003').pk}/")
    page.locator(f"#p{measure.pk} a").click()
    fill(page, "", "没有写进度。")
    submit(page)
    page.get_by_text("完成进度请填写0到100之间的整数").wait_for()
    assert "/findings/" in page.url
    fill(page, "20", "写了进度。")
    submit(page)
    page.locator(f"#m{measure.pk} .report").wait_for()
    assert ProgressUpdate.objects.get().percent == 20


def test_the_report_needs_no_script(inspection: Inspection, page_as: Callable[..., Page]) -> None:
    page = page_as("handler", java_script_enabled=False)
    page.goto(f"/measures/{Measure.objects.get(reference='C005').pk}/progress/")
    fill(page, "100%", "已办结。")
    submit(page)
    assert "请将状态选为“已完成”" in page.locator(".fault-text").inner_text()
    page.get_by_label("完成状态").select_option(label="已完成")
    submit(page)
    page.wait_for_url("**/findings/**")
    assert Measure.objects.get(reference="C005").completion_status == "completed"


@pytest.mark.parametrize("role", ["lead_leader", "responsible_leader"])
def test_a_leader_sees_what_is_late_and_who_acts_on_it(
    office: Office, inspection: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path], role: str
) -> None:
    response = Finding.objects.get(reference="W003").responses.get()
    leader = office.people[role]
    response.assignments.create(
        unit=office.unit, inspection=inspection, role=role, person=leader, name=leader.name, since=TODAY
    )
    page = page_as(role)
    late = page.get_by_role("row").filter(has_text="C005")
    assert "教务处" in late.inner_text()
    assert "逾期" in late.inner_text()
    screenshot(page, f"home-{role}")
    late.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("W003")
    expect(page.get_by_role("button", name="提交进展")).to_have_count(0)


def test_words_of_two_characters_are_found_by_keyboard_alone(
    inspection: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    page = page_as("office")
    page.keyboard.press("/")
    page.keyboard.type("比价")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    assert set(page.locator(".hits mark").all_inner_texts()) == {"比价"}
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    screenshot(page, "search")
    page.get_by_role("link", name="W006").click()
    page.wait_for_url("**/findings/**")
    page.goto("/search/?q=没有这样的词")
    screenshot(page, "search-empty")
    page.goto(f"/search/?q={'比' * 101}")
    assert "100字以内" in page.get_by_role("alert").inner_text()
    screenshot(page, "search-mistake")
