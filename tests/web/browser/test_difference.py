"""A later plan and the ledger that comes back, in a browser: choices kept as they are made, nothing withdrawn by itself."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from offices import SAMPLE, import_sample
from playwright.sync_api import expect

from zhenggai.web.ledger.models import Measure, ProgressUpdate

if TYPE_CHECKING:
    from collections.abc import Callable

    from offices import Office
    from playwright.sync_api import Page, Route

    from zhenggai.web.ledger.models import Inspection

TEXT = SAMPLE.with_suffix(".txt").read_text(encoding="utf-8")
LATER = (
    TEXT.replace("完成时限：2025年6月30日前", "完成时限：2025年7月31日前")
    .replace("抽查结果在校内通报。", "抽查结果在校内通报。③年底评比一次，评比结果与支部考核挂钩。")
    .replace("②每季度安排一次专题研讨，发言提纲提前交党委办公室审阅。", "")
    .replace("有2个党支部没有按期换届，最长的超期14个月。", "有3个党支部没有按期换届，最长的超期14个月。")
    .replace("责任部门：总务处；配合部门：财务室；完成", "责任部门：总务外；配合部门：财务室；完成")
)


@pytest.fixture
def ledger(office: Office) -> Inspection:
    return import_sample(office, file=SAMPLE.with_suffix(".txt"))


def upload(page: Page, ledger: Inspection, name: str, data: bytes) -> None:
    page.goto(f"/ledger/{ledger.pk}/")
    page.get_by_role("link", name="上传后续文件").click()
    page.locator("#file").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})
    page.get_by_role("button", name="上传并比较").click()


def test_a_changed_plan_is_confirmed_row_by_row(
    ledger: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    page = page_as("office")
    upload(page, ledger, "方案修订稿.txt", LATER.encode())
    expect(page.get_by_role("heading", name="核对差异")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways"
    screenshot(page, "difference")
    page.get_by_role("button", name="确认，写入台账").click()
    expect(page.get_by_text("还不能确认")).to_be_visible()
    screenshot(page, "difference-fault")
    page.get_by_label("改为“总务处”").check()
    expect(page.get_by_text("已全部选择")).to_be_visible()
    assert not page.get_by_label("撤销", exact=True).is_checked()
    article = page.locator("article", has_text="措施C003").first
    article.get_by_label("保留原样").check()
    expect(page.locator("#seen")).to_have_value("3")
    page.reload()
    expect(page.locator("article", has_text="措施C003").first.get_by_label("保留原样")).to_be_checked()
    page.get_by_label("撤销", exact=True).check()
    page.get_by_label("撤销理由").fill("并入第1项措施")
    page.get_by_label("撤销理由").blur()
    expect(page.locator("#seen")).to_have_value("5")
    page.get_by_role("button", name="确认，写入台账").click()
    expect(page.get_by_text("方案为第2版")).to_be_visible()
    assert Measure.objects.get(reference="C003").due_text == "2025年6月30日前"
    assert Measure.objects.get(reference="C004").due_text == "2025年7月31日前"
    assert Measure.objects.get(reference="C002").withdrawn_at
    assert Measure.objects.get(reference="C026").text == "年底评比一次，评比结果与支部考核挂钩。"


def test_the_ledger_goes_out_is_filled_in_and_comes_back(
    ledger: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    page = page_as("office")
    page.goto(f"/ledger/{ledger.pk}/?department=教务处")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if row[0].value == "序号")
    column = {cell.value: cell.column for cell in head}
    rows = {str(row[column["编号"] - 1].value): row[0].row for row in sheet.iter_rows(min_row=head[0].row + 1)}
    assert {reference for reference in rows if "/" in reference} == {"W003/C005", "W003/C006", "W003/C007"}
    sheet.cell(rows["W003/C005"], column["进展情况"]).value = "办法已修订，5月15日起执行。"
    sheet.cell(rows["W003/C005"], column["完成状态"]).value = "己完成"
    sheet.cell(rows["W003/C006"], column["完成进度"]).value = "40%"
    out = io.BytesIO()
    book.save(out)

    upload(page, ledger, "台账.xlsx", out.getvalue())
    fault = page.locator("article", has_text=f"第{rows['W003/C005']}行“完成状态”列")
    expect(fault).to_contain_text("建议改为“已完成”")
    screenshot(page, "difference-sheet")
    fault.get_by_label("采用建议").check()
    expect(page.get_by_text("读不出的单元格")).to_have_count(0)
    page.get_by_role("button", name="确认，写入台账").click()
    expect(page.get_by_text("方案没有变化")).to_be_visible()
    assert Measure.objects.get(reference="C005").completion_status == "completed"
    assert ProgressUpdate.objects.get(measure__reference="C006").percent == 40


def test_the_choices_can_be_made_by_keyboard(ledger: Inspection, page_as: Callable[..., Page]) -> None:
    page = page_as("office")
    upload(page, ledger, "方案修订稿.txt", LATER.replace("总务外", "总务处").encode())
    article = page.locator("article", has_text="措施C002")
    article.get_by_label("保留").focus()
    page.keyboard.press("ArrowDown")
    expect(article.get_by_label("撤销", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("并入第1项措施")
    page.keyboard.press("Tab")
    expect(page.get_by_text("其中撤销 1")).to_be_visible()
    page.get_by_role("button", name="确认，写入台账").click()
    expect(page.get_by_text("方案为第2版")).to_be_visible()
    assert Measure.objects.get(reference="C002").withdrawn_at


def test_a_choice_made_before_the_scripts_are_there_is_kept(ledger: Inspection, page_as: Callable[..., Page]) -> None:
    page = page_as("office")
    upload(page, ledger, "方案修订稿.txt", LATER.replace("总务外", "总务处").encode())
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/htmx-2.min.js", hold)
    page.reload(wait_until="commit")
    page.locator("article", has_text="措施C003").first.get_by_label("保留原样").check()
    assert held, "htmx is not there yet"
    expect(page.locator("#seen")).to_have_value("1")
    held[0].continue_()
    page.unroute("**/htmx-2.min.js")
    expect(page.locator("#seen")).to_have_value("2")
    page.reload()
    expect(page.locator("article", has_text="措施C003").first.get_by_label("保留原样")).to_be_checked()


def test_it_works_without_scripts(ledger: Inspection, page_as: Callable[..., Page]) -> None:
    page = page_as("office", java_script_enabled=False)
    upload(page, ledger, "方案修订稿.txt", LATER.replace("总务外", "总务处").encode())
    page.locator("article", has_text="措施C003").first.get_by_label("保留原样").check()
    page.get_by_role("button", name="保存本页的选择").click()
    expect(page.locator("article", has_text="措施C003").first.get_by_label("保留原样")).to_be_checked()
    page.get_by_role("button", name="确认，写入台账").click()
    expect(page.get_by_text("方案为第2版")).to_be_visible()
    assert Measure.objects.get(reference="C003").due_text == "2025年6月30日前"


def test_choices_made_faster_than_the_answers_come_are_all_kept(
    ledger: Inspection, page_as: Callable[..., Page]
) -> None:
    page = page_as("office")
    upload(page, ledger, "方案修订稿.txt", LATER.replace("总务外", "总务处").encode())
    withdrawn = page.locator("article", has_text="措施C002")
    changed = page.locator("article", has_text="措施C003").first
    reason = withdrawn.get_by_label("撤销理由")
    page.evaluate(
        """([withdraw, reason, keep, take]) => {
          withdraw.click();
          reason.value = "并入第1项措施";
          reason.dispatchEvent(new Event("change", { bubbles: true }));
          keep.click();
          take.click();
          keep.click();
        }""",
        [
            found.element_handle()
            for found in (
                withdrawn.get_by_label("撤销", exact=True),
                reason,
                changed.get_by_label("保留原样"),
                changed.get_by_label("采用"),
            )
        ],
    )
    expect(page.get_by_text("其中撤销 1")).to_be_visible()
    expect(page.locator("#seen")).to_have_value("6")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.reload()
    expect(withdrawn.get_by_label("撤销", exact=True)).to_be_checked()
    expect(reason).to_have_value("并入第1项措施")
    expect(changed.get_by_label("保留原样")).to_be_checked()


def test_confirming_waits_for_the_choices_under_way(ledger: Inspection, page_as: Callable[..., Page]) -> None:
    page = page_as("office")
    upload(page, ledger, "方案修订稿.txt", LATER.replace("总务外", "总务处").encode())
    keep = page.locator("article", has_text="措施C003").first.get_by_label("保留原样")
    confirm = page.get_by_role("button", name="确认，写入台账")
    page.evaluate(
        "([keep, confirm]) => { keep.click(); confirm.click(); }", [keep.element_handle(), confirm.element_handle()]
    )
    expect(page.get_by_text("方案为第2版")).to_be_visible()
    assert Measure.objects.get(reference="C003").due_text == "2025年6月30日前"
