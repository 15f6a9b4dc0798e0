"""The clerk's day in a browser: upload, look through, correct, settle names, confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offices import SAMPLE
from playwright.sync_api import expect

from zhenggai.web.ledger.models import Finding, ImportDraft, Inspection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from offices import Office
    from playwright.sync_api import Locator, Page, Route


TEXT = SAMPLE.with_suffix(".txt").read_text(encoding="utf-8")
STRAY = "以上问题由各支部认领，逐条登记。"
DOUBTFUL = (
    TEXT.replace("3个方面8条", "3个方面9条")
    .replace("完成时限：2025年6月30日前", "完成时限：抓紧办理")
    .replace("2.落实", f"{STRAY}\n2.落实")
)


def upload(page: Page, data: bytes | None = None, name: str = SAMPLE.name) -> None:
    page.get_by_role("link", name="导入", exact=True).click()
    page.locator("#file").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": SAMPLE.read_bytes() if data is None else data}
    )
    page.get_by_role("button", name="上传并识别").click()


def settled(page: Page) -> None:
    """Wait until htmx has put the answer in its place and no small form is open any more."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling, form.inplace")).to_have_count(0)


def content(page: Page) -> dict:  # type: ignore[type-arg]
    pk = int(page.url.rstrip("/").rpartition("/")[2])
    return dict(ImportDraft.objects.get(pk=pk).content)


def tools(page: Page, part: str) -> Locator:
    """Open the tools of a part and return them."""
    page.locator(f"[data-part='{part}']").hover(position={"x": 5, "y": 5})
    page.locator(f"[data-part='{part}'] .dots").click()
    return page.locator(f"[data-part='{part}'] .menu")


def lit(page: Page) -> str:
    """Return the words of the document that are lit."""
    return str(page.evaluate("[...(CSS.highlights.get('place') || [])].map((range) => range.toString()).join('')"))


def test_from_the_file_to_the_ledger(
    office: Office, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    page = page_as("office")
    page.get_by_role("link", name="导入", exact=True).click()
    screenshot(page, "imports-empty")
    page.get_by_role("button", name="上传并识别").click()
    expect(page.get_by_role("alert")).to_have_text("请先选择要导入的文件。")
    screenshot(page, "imports-fault")
    upload(page)
    page.get_by_role("heading", name="识别结果").wait_for()
    screenshot(page, "draft", full=False)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not Inspection.objects.exists()
    page.get_by_role("button", name="机构人员中没有相近名称的，全部新增").click()
    waiting = page.locator("table.names tr", has_text="待对应")
    expect(waiting.filter(has_text="各党支部")).to_have_count(0)
    for left in reversed(range(waiting.count())):
        name = waiting.first.locator("td").first.inner_text()
        waiting.first.locator("select").select_option("new-person" if "某" in name else "new-organization")
        expect(waiting).to_have_count(left)
    assert page.get_by_text("待对应").count() == 0
    screenshot(page, "draft-settled")
    page.get_by_label("台账名称").fill("市委第五巡察组反馈意见整改")
    page.get_by_role("button", name="确认，写入台账").click()
    page.get_by_text("方案已确认，台账已建立。").wait_for()
    assert Finding.objects.filter(inspection=Inspection.objects.get()).count() == 12
    screenshot(page, "ledger-confirmed", full=False)


def test_doubts_and_leftover_text_come_first_and_are_settled(
    office: Office, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    page = page_as("office")
    upload(page, DOUBTFUL.encode(), "方案.txt")
    doubts = page.get_by_role("button", name="已核对")
    expect(doubts).to_have_count(2)
    screenshot(page, "draft-doubts", full=False)
    doubt = page.locator(".waiting li", has_text="抓紧办理")
    doubt.focus()
    assert "抓紧办理" in lit(page)
    for left in (1, 0):
        doubts.first.click()
        expect(doubts).to_have_count(left)
    leftover = page.locator(".waiting li", has_text=STRAY)
    leftover.get_by_role("link", name="归类…").click()
    page.locator("form.inplace select").select_option("measure:M1")
    page.get_by_role("button", name="归类").click()
    expect(leftover).to_have_count(0)
    assert content(page)["responses"][0]["measures"][0]["text"].endswith(STRAY)
    assert all(doubt["state"] == "settled" for doubt in content(page)["doubts"])
    page.get_by_role("button", name="确认，写入台账").click()
    page.get_by_text("方案已确认").wait_for()


def test_a_field_lights_its_place_and_a_place_its_field(office: Office, page_as: Callable[..., Page]) -> None:
    page = page_as("office")
    upload(page)
    measure = page.locator("[data-part='measure:M10']")
    measure.scroll_into_view_if_needed()
    measure.focus()
    text = next(m["text"] for r in content(page)["responses"] for m in r["measures"] if m["id"] == "M10")
    assert lit(page).replace("\n", "") in (text, *(text[:n] for n in range(len(text))), lit(page))
    assert text[:8] in lit(page)
    shown = page.evaluate(
        "(() => { const pane = document.querySelector('#source').getBoundingClientRect();"
        " const box = [...CSS.highlights.get('place')][0].getBoundingClientRect();"
        " return box.top >= pane.top && box.top < pane.bottom; })()"
    )
    assert shown
    block = next(m["places"][0][0] for r in content(page)["responses"] for m in r["measures"] if m["id"] == "M3")
    page.locator(f"#source [data-block='{block}']").click()
    found = page.locator("#understood .lit")
    found.wait_for()
    assert f"{block}:" in (found.get_attribute("data-places") or "")


def test_findings_and_measures_are_corrected_in_place(
    office: Office, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    page = page_as("office")
    upload(page)
    part = page.locator("[data-part='measure:M1']")
    part.locator("a.value").first.click()
    page.locator("form.inplace textarea").fill("改过的措施。")
    page.get_by_role("button", name="保存").click()
    page.locator("[data-part='measure:M1']", has_text="改过的措施。").wait_for()
    assert content(page)["responses"][0]["measures"][0]["text"] == "改过的措施。"
    # An empty text is refused at the field, and what was typed stays.
    page.locator("[data-part='measure:M1'] a.value").first.click()
    page.locator("form.inplace textarea").fill("　")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("整改措施不能为空").wait_for()
    screenshot(page, "draft-field-fault", full=False)
    page.get_by_role("link", name="取消").click()
    settled(page)
    # Split a finding by a line break, then join it again.
    tools(page, "finding:F1").get_by_role("link", name="拆分").click()
    field = page.locator("form.inplace textarea")
    words = field.input_value()
    field.fill(words[:10] + "\n" + words[10:])
    page.get_by_role("button", name="拆分").click()
    page.locator("[data-part^='finding:Fn']").wait_for()
    assert [finding["text"] for finding in content(page)["findings"][:2]] == [words[:10], words[10:]]
    new = page.locator("[data-part^='finding:Fn']")
    menu = tools(page, new.get_attribute("data-part") or "")
    screenshot(page, "draft-tools", full=False)
    menu.get_by_role("button", name="并入上一项").click()
    new.wait_for(state="detached")
    assert content(page)["findings"][0]["text"] == words
    settled(page)
    # Move a measure to another response, and take a finding out.
    tools(page, "measure:M1").get_by_role("link", name="移到…").click()
    page.locator("form.inplace select").select_option("response:R2")
    page.get_by_role("button", name="移动").click()
    settled(page)
    assert "M1" in [m["id"] for m in content(page)["responses"][1]["measures"]]
    page.locator("#later a").scroll_into_view_if_needed()
    tools(page, "finding:F12").get_by_role("button", name="移出").click()
    page.get_by_text("已处理的文字").wait_for()
    assert len(content(page)["findings"]) == 11


def test_the_second_of_two_windows_is_told(office: Office, page_as: Callable[..., Page]) -> None:
    first, second = page_as("office"), page_as("office")
    upload(first)
    second.goto(first.url)
    for page, words in ((first, "先改的。"), (second, "后改的。")):
        page.locator("[data-part='measure:M1'] a.value").first.click()
        page.locator("form.inplace textarea").fill(words)
        page.get_by_role("button", name="保存").click()
        settled(page)
    assert "整改办某某已在" in second.get_by_role("alert").inner_text()
    assert "后改的。" in second.get_by_role("alert").inner_text()
    assert content(first)["responses"][0]["measures"][0]["text"] == "先改的。"


def test_a_ledger_is_begun_by_hand_without_a_script(office: Office, page_as: Callable[..., Page]) -> None:
    page = page_as("office", java_script_enabled=False)
    page.get_by_role("link", name="导入", exact=True).click()
    page.locator("summary", has_text="手工建立台账").click()
    page.get_by_label("台账名称").fill("自查问题整改")
    page.get_by_role("button", name="建立").click()
    for kind, words in (("area", "党的建设"), ("finding", "有的支部没有按期换届。")):
        if not page.locator("#add-kind").is_visible():
            page.locator("summary", has_text="添加方面、条、问题").click()
        page.locator("#add-kind").select_option(kind)
        page.locator("#add-value").fill(words)
        page.get_by_role("button", name="添加", exact=True).click()
        expect(page.get_by_text(words).first).to_be_visible()
    page.get_by_role("link", name="添加措施").click()
    page.locator("form.inplace textarea").fill("年底前完成换届。")
    page.get_by_role("button", name="添加", exact=True).click()
    page.get_by_role("button", name="确认，写入台账").click()
    page.get_by_text("方案已确认").wait_for()
    assert Finding.objects.get().responses.get().measures.get().text == "年底前完成换届。"


def test_a_file_that_cannot_be_read_says_what_to_do(
    office: Office, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    page = page_as("office")
    upload(page, b"PK\x03\x04broken", "方案.docx")
    page.get_by_text("重新上传").wait_for()
    screenshot(page, "draft-failed")


class Slow:
    """Holds back the answers to edits until `release`, in the order in which they came."""

    def __init__(self, page: Page) -> None:
        self.sent: list[str] = []
        self._held: list[Route] = []
        self._holding = True
        page.wait_for_load_state("load")  # before the scripts are there a form is sent in the plain way
        page.route("**/edit/", self._hold)

    def _hold(self, route: Route) -> None:
        self.sent.append(route.request.post_data or "")
        if self._holding:
            self._held.append(route)
        else:
            route.continue_()

    def release(self) -> None:
        self._holding = False
        for route in self._held:
            route.continue_()
        self._held.clear()


def change(page: Page, part: str, words: str) -> None:
    page.locator(f"[data-part='{part}'] a.value").first.click()
    form = page.locator(f"[data-part='{part}'] form.inplace")
    form.locator("textarea").fill(words)
    form.get_by_role("button", name="保存").click()


def test_quick_edits_wait_for_one_another_and_none_is_lost(office: Office, page_as: Callable[..., Page]) -> None:
    page = page_as("office")
    upload(page)
    slow = Slow(page)
    change(page, "measure:M1", "先改的措施。")
    change(page, "finding:F1", "接着改的问题。")
    change(page, "measure:M4", "再改的措施。")
    page.locator("[data-part='finding:F2'] a.value").first.click()
    typing = page.locator("[data-part='finding:F2'] form.inplace textarea")
    typing.fill("还在写")
    page.wait_for_timeout(300)
    assert len(slow.sent) == 1, "the others wait for the first"
    slow.release()
    page.locator("[data-part='measure:M4']", has_text="再改的措施。").wait_for()
    expect(page.locator("form.inplace")).to_have_count(1)
    found = content(page)
    measures = {m["id"]: m["text"] for r in found["responses"] for m in r["measures"]}
    assert (measures["M1"], measures["M4"]) == ("先改的措施。", "再改的措施。")
    assert found["findings"][0]["text"] == "接着改的问题。"
    assert page.get_by_role("alert").count() == 0
    assert typing.input_value() == "还在写"
    page.locator("form.inplace").get_by_role("button", name="保存").click()
    settled(page)
    assert content(page)["findings"][1]["text"] == "还在写"
    assert len(slow.sent) == 4


def test_quick_choices_and_clicks_are_all_done(office: Office, page_as: Callable[..., Page]) -> None:
    page = page_as("office")
    upload(page, DOUBTFUL.encode(), "方案.txt")
    slow = Slow(page)
    doubts = page.get_by_role("button", name="已核对")
    expect(doubts).to_have_count(2)
    doubts.nth(0).click()
    doubts.nth(1).click()
    waiting = page.locator("table.names tr", has_text="待对应").locator("select")
    count = waiting.count()
    waiting.nth(0).select_option("text")
    waiting.nth(1).select_option("new-organization")
    page.wait_for_timeout(300)
    assert len(slow.sent) == 1, "the others wait for the first"
    slow.release()
    expect(waiting).to_have_count(count - 2)
    expect(doubts).to_have_count(0)
    assert page.get_by_role("alert").count() == 0
    assert len(slow.sent) == 4


def test_later_groups_come_as_they_are_reached_by_eye_by_key_and_by_the_document(
    office: Office, page_as: Callable[..., Page]
) -> None:
    page = page_as("office")
    upload(page)
    groups = page.locator("#groups > .part")
    everything = len(content(page)["findings"])
    assert groups.count() < everything
    # A click into the document brings the group that was read from there.
    block = content(page)["findings"][-1]["places"][0][0]
    page.locator(f"#source [data-block='{block}']").click()
    found = page.locator("#understood .lit")
    found.wait_for()
    assert f"{block}:" in (found.get_attribute("data-places") or "")
    page.reload()
    last = page.locator("#groups > .part").last
    last.locator("a").last.focus()
    page.keyboard.press("Tab")
    expect(page.locator(f"[data-part='finding:F{everything}']")).to_have_count(1)
    expect(page.locator("#groups :focus")).to_have_count(1)
    change(page, f"finding:F{everything}", "最后一个问题。")
    settled(page)
    assert content(page)["findings"][-1]["text"] == "最后一个问题。"
    assert page.evaluate("document.activeElement.dataset.part") == f"finding:F{everything}"
