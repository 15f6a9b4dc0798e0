"""A reporting cycle in a browser: one's measures on a page, the sheet out, filled in elsewhere, and back with a conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from offices import SAMPLE
from playwright.sync_api import expect
from reporting_files import filled

from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions.cycles import keep_cycles
from zhenggai.web.ledger.models import ExpectedUpdate, Inspection, ProgressUpdate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page


def report(handler: Page, screenshot: Callable[..., Path]) -> None:
    """Report on the second measure of the page: wrong at first, then right."""
    handler.goto("/")
    handler.get_by_role("link", name="填报", exact=True).click()
    handler.get_by_label("本期工作进展（必填）").nth(1).fill("在系统中填写的进展。")
    handler.get_by_label("完成进度（%）").nth(1).fill("130")
    handler.get_by_role("button", name="提交已填写的各项").click()
    expect(handler.get_by_text("完成进度请填写0到100之间的整数。")).to_be_visible()
    screenshot(handler, "reporting-fault")
    handler.get_by_label("完成进度（%）").nth(1).fill("30")
    handler.get_by_role("button", name="提交已填写的各项").click()
    expect(handler.get_by_text("已提交1项进展。")).to_be_visible()
    assert handler.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways"


def test_the_sheet_out_and_back(
    inspection: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path], tmp_path: Path
) -> None:
    now = timezone.now()
    Inspection.objects.filter(pk=inspection.pk).update(created_at=now)
    keep_cycles(actor=Actor(None, "系统", now), inspection_id=inspection.pk)
    clerk, handler = page_as("office"), page_as("handler")

    clerk.goto(f"/ledger/{inspection.pk}/")
    clerk.get_by_role("link", name="填报情况").click()
    cycle = ExpectedUpdate.objects.get(measure__reference="C005").cycle
    clerk.get_by_label("填报周期").select_option(str(cycle.pk))
    clerk.get_by_role("button", name="查看").click()
    expect(clerk.get_by_role("heading", name="待填报（3）")).to_be_visible()
    screenshot(clerk, "reporting-overview")
    with clerk.expect_download() as download:
        clerk.get_by_role("row").filter(has_text="教务处").get_by_role("link", name="下载").click()
    download.value.save_as(tmp_path / "out.xlsx")

    report(handler, screenshot)
    entries = {
        "C005": {"done": "已修订办法并征求意见。", "percent": 60},
        "C006": {"done": "在表中填写的进展。", "percent": 50},
        "C007": {"done": "已开展。", "status": "差不多"},
    }
    back = tmp_path / "back.xlsx"
    back.write_bytes(filled((tmp_path / "out.xlsx").read_bytes(), entries))
    clerk.get_by_role("link", name="收回离线填报表").click()
    clerk.get_by_label("填表人").fill("经办人某某")
    clerk.locator("input[type=file]").set_input_files(SAMPLE)
    clerk.get_by_role("button", name="上传并比较").click()
    expect(clerk.get_by_text("不是从系统下载的离线填报表")).to_be_visible()
    screenshot(clerk, "reporting-refused")
    expect(clerk.get_by_label("填表人")).to_have_value("经办人某某")
    clerk.locator("input[type=file]").set_input_files(back)
    clerk.get_by_role("button", name="上传并比较").click()
    expect(clerk.get_by_label("采纳C005")).to_be_checked()
    expect(clerk.get_by_label("采纳C006")).not_to_be_checked()
    expect(clerk.get_by_label("采纳C007")).to_have_count(0)
    expect(clerk.get_by_text("在系统中填写的进展。")).to_be_visible()
    screenshot(clerk, "reporting-returned")
    assert clerk.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways"
    clerk.get_by_label("采纳C006").check()
    clerk.get_by_role("button", name="采纳所选的行").click()
    expect(clerk.get_by_text("已采纳2项，作为新的进展保存。")).to_be_visible()
    assert sorted(ProgressUpdate.objects.values_list("measure__reference", "percent", "sender")) == [
        ("C005", 60, "经办人某某"), ("C006", 30, ""), ("C006", 50, "经办人某某"),
    ]  # fmt: skip
