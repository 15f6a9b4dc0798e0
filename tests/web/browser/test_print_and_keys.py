"""The ledger on paper, and a day's work without a mouse."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pdfplumber

from zhenggai.web.ledger.models import Measure, ProgressUpdate

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from zhenggai.web.ledger.models import Inspection


def test_the_ledger_prints_as_landscape_pages_that_repeat_the_head(
    inspection: Inspection, page_as: Callable[..., Page]
) -> None:
    page = page_as("office")
    page.goto(f"/ledger/{inspection.pk}/")
    with pdfplumber.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as paper:
        sheets = [sheet.extract_text().replace(" ", "") for sheet in paper.pages]
        assert len(sheets) > 1
        assert all(sheet.width > sheet.height for sheet in paper.pages)
    assert all("整改措施" in sheet and "完成时限" in sheet for sheet in sheets)
    text = "".join(sheets)
    assert [f"C{n:03d}" for n in range(1, 26) if f"C{n:03d}" not in text] == []
    assert not any(word in text for word in ("筛选", "退出", "新增问题"))


def test_a_handler_reports_with_the_keyboard_alone(inspection: Inspection, page_as: Callable[..., Page]) -> None:
    page = page_as("handler")
    press = page.keyboard.press
    press("ArrowDown")
    assert page.evaluate("document.activeElement.matches('tr[data-row]')")
    press("Enter")
    page.wait_for_url("**/progress/")
    press("Control+A")
    page.keyboard.type("30")
    press("Tab")
    press("Tab")
    page.keyboard.insert_text("已起草办法，正在征求意见。")
    for _ in range(3):
        press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "提交进展"
    press("Enter")
    page.wait_for_url("**/findings/**")
    update = ProgressUpdate.objects.get()
    assert (update.percent, update.done) == (30, "已起草办法，正在征求意见。")
    assert Measure.objects.get(pk=update.measure_id).percent == 30


def test_the_search_field_and_the_main_text_are_one_key_away(
    inspection: Inspection, page_as: Callable[..., Page]
) -> None:
    page = page_as("office")
    page.goto(f"/ledger/{inspection.pk}/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.insert_text("比价")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    page.keyboard.press("Tab")
    page.goto(f"/ledger/{inspection.pk}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
