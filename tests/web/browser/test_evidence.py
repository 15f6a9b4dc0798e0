"""Evidence in a real browser: several files dropped at once, the preview in its frame, a replacement, what is secret."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from files_of_evidence import pdf, picture
from offices import TODAY
from playwright.sync_api import expect

from zhenggai.web.accounts.models import RestrictedGrant
from zhenggai.web.ledger.models import Evidence, Finding, Measure, StoredFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from offices import Office
    from playwright.sync_api import Page
    from pytest_django.fixtures import SettingsWrapper

    from zhenggai.web.ledger.models import Inspection

PHONE = 390
"""Pixels across."""
DROP = """
([target, files]) => {
  const transfer = new DataTransfer();
  for (const [name, type, data] of files)
    transfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name, { type }));
  target.dispatchEvent(new DragEvent("dragover", { bubbles: true, dataTransfer: transfer }));
  target.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
}
"""


@pytest.fixture
def measure(inspection: Inspection) -> Measure:
    return Measure.objects.get(inspection=inspection, reference="C005")


def drop(page: Page, *files: tuple[str, str, bytes]) -> None:
    """Drop files on the form as a hand does, and wait until each has its line."""
    packed = [(name, kind, base64.b64encode(data).decode()) for name, kind, data in files]
    page.evaluate(f"(files) => ({DROP})([document.getElementById('evidence'), files])", packed)
    page.locator("#results [data-outcome]").nth(len(files) - 1).wait_for()


def test_five_files_dropped_at_once_each_with_its_own_fate(
    measure: Measure, settings: SettingsWrapper, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    settings.EVIDENCE_LIMIT = 2**20
    page = page_as("handler")
    page.goto(f"/findings/{Finding.objects.get(reference='W003').pk}/")
    page.locator(f"#m{measure.pk}").get_by_role("link", name="上传佐证").click()
    page.get_by_label("形成日期").fill("2025-05-01")
    drop(
        page,
        ("会议记录.pdf", "application/pdf", pdf(2)),
        ("现场.jpg", "image/jpeg", picture(taken="2024:11:03 09:15:00")),
        ("程序.pdf", "application/pdf", b"MZ" + bytes(200)),
        ("过大.pdf", "application/pdf", pdf() + bytes(2**20)),
        ("会议记录（副本）.pdf", "application/pdf", pdf(2)),
    )
    lines = page.locator("#results li")
    assert lines.evaluate_all("lines => lines.map((line) => line.dataset.outcome)") == [
        "added", "added", "refused", "refused", "linked",
    ]  # fmt: skip
    for n, words in enumerate(("Z001", "Z002", "Windows程序", "超过1MB", "与Z001相同")):
        assert words in lines.nth(n).inner_text()
    assert (Evidence.objects.count(), StoredFile.objects.count()) == (2, 2)
    screenshot(page, "evidence-upload")
    page.locator("section.results").get_by_role("link", name="返回问题").click()
    proofs = page.locator(f"#m{measure.pk} .proofs")
    proofs.wait_for()
    assert "佐证材料：2份" in proofs.inner_text()
    assert "申报2025年5月1日，照片拍摄于2024年11月3日" in proofs.inner_text()
    screenshot(page, "evidence-finding")


def test_a_form_with_a_mistake_says_so_at_the_file(measure: Measure, page_as: Callable[..., Page]) -> None:
    page = page_as("handler")
    page.goto(f"/measures/{measure.pk}/evidence/")
    page.get_by_label("页数").fill("两页")
    drop(page, ("a.pdf", "application/pdf", pdf()))
    assert "大于0的整数" in page.locator("#results").inner_text()
    assert page.get_by_label("页数").input_value() == "两页"


def test_the_form_needs_no_script(measure: Measure, page_as: Callable[..., Page]) -> None:
    page = page_as("handler", java_script_enabled=False)
    page.goto(f"/measures/{measure.pk}/evidence/")
    page.set_input_files(
        "#files",
        [
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf()},
            {"name": "b.zip", "mimeType": "application/zip", "buffer": b"PK\x05\x06" + bytes(18)},
        ],
    )
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.locator("#results").get_by_role("link", name="Z001")).to_be_visible()
    text = page.locator("#results").inner_text()
    assert "压缩包里的材料无法逐件核对" in text
    page.locator("#results").get_by_role("link", name="Z001").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Z001")


def test_the_preview_shows_every_page_and_a_replacement_keeps_the_old_file(
    measure: Measure, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    page = page_as("handler")
    page.goto(f"/measures/{measure.pk}/evidence/")
    page.get_by_label("形成日期").fill("2025-05-01")
    drop(page, ("会议记录.pdf", "application/pdf", pdf(2)))
    page.locator("#results").get_by_role("link", name="Z001").click()
    shown = page.frame_locator("iframe[name=preview]").locator("img")
    shown.wait_for()
    assert shown.get_attribute("alt") == "会议记录第1页"
    page.locator(".page-links").get_by_role("link", name="2").click()
    page.frame_locator("iframe[name=preview]").locator("img[alt='会议记录第2页']").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    screenshot(page, "evidence-piece")
    page.get_by_text("更换文件").click()
    page.get_by_role("button", name="更换", exact=True).click()
    page.get_by_text("请先选择文件").wait_for()
    page.set_input_files("#r-file", [{"name": "补页.pdf", "mimeType": "application/pdf", "buffer": pdf(3)}])
    page.get_by_label("更换原因").fill("补充签到页")
    page.get_by_role("button", name="更换", exact=True).click()
    page.get_by_text("已更换为新的文件").wait_for()
    assert page.locator(".versions li").count() == 2
    with page.expect_download() as waiting:
        page.get_by_role("link", name="会议记录.pdf").click()
    assert waiting.value.path().read_bytes() == pdf(2)
    screenshot(page, "evidence-replaced")


def test_what_is_secret_is_not_even_there(
    office: Office, measure: Measure, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    RestrictedGrant.objects.create(person=office.people["handler"], unit=office.unit, reason="承办", since=TODAY)
    page = page_as("handler")
    page.goto(f"/measures/{measure.pk}/evidence/")
    page.get_by_label("材料类别").select_option(label="谈话记录")
    page.get_by_label("知悉范围").select_option(label="限知")
    drop(page, ("校外约见.pdf", "application/pdf", pdf()))
    page.locator("#results").get_by_role("link", name="Z001").click()
    page.get_by_text("您的查看已被记录").first.wait_for()
    screenshot(page, "evidence-restricted")
    clerk = page_as("office", expect={404})
    clerk.goto(f"/ledger/{measure.inspection_id}/evidence/")
    assert "还没有佐证材料" in clerk.locator("main").inner_text()
    screenshot(clerk, "evidence-none")
    clerk.goto(f"/evidence/{Evidence.objects.get().pk}/")
    assert "没有找到" in clerk.locator("main").inner_text()


def test_a_phone_shows_what_it_is_used_for_without_sideways_scrolling(
    measure: Measure, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    finding = measure.response.findings.get()
    page = page_as("handler")
    page.set_viewport_size({"width": PHONE, "height": 844})
    for path in (
        "/",
        f"/measures/{measure.pk}/evidence/",
        f"/findings/{finding.pk}/",
        f"/findings/{finding.pk}/closure/",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, path
    screenshot(page, "phone-closure")
