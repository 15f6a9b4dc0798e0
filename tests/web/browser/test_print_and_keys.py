"""The ledger on paper, and a day's work without a mouse."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pdfplumber
from closings import prove

from zhenggai.web.ledger.models import Evidence, Measure, ProgressUpdate

if TYPE_CHECKING:
    from collections.abc import Callable

    from offices import Office
    from playwright.sync_api import Page

    from zhenggai.web.ledger.models import Inspection

TWO_LINES = 40
"""Points."""


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


def test_the_list_of_evidence_prints_its_titles_in_lines(
    office: Office, inspection: Inspection, page_as: Callable[..., Page]
) -> None:
    piece = prove(office, Measure.objects.get(inspection=inspection, reference="C005"))
    title = "课后服务工作办法（修订稿）印发通知及会议纪要"
    Evidence.objects.filter(pk=piece.pk).update(title=title)
    page = page_as("office")
    page.goto(f"/ledger/{inspection.pk}/evidence/")
    with pdfplumber.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as paper:
        words = paper.pages[0].extract_words()
    heights = {round(word["top"]) for word in words if any(part and part in word["text"] for part in ("课后", "纪要"))}
    assert heights
    assert max(heights) - min(heights) < TWO_LINES, "a column of single characters"


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
