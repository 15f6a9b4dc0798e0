"""What goes wrong while somebody sends a form off: nothing is done twice, nothing that was typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from offices import SAMPLE
from playwright.sync_api import expect

from zhenggai.web.accounts.models import Person
from zhenggai.web.ledger.models import Measure, ProgressUpdate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from offices import Office
    from playwright.sync_api import Page

    from zhenggai.web.ledger.models import Inspection


def click_twice(page: Page, button: str) -> None:
    """Click as a shaky hand does: the second time before the answer of the first is there."""
    page.get_by_role("button", name=button).evaluate(
        "button => { button.click(); setTimeout(() => button.click(), 15); }"
    )


def open_form(page: Page) -> None:
    """Open the progress form of C005 in place."""
    measure = Measure.objects.get(reference="C005")
    page.goto(f"/findings/{measure.response.findings.get().pk}/")
    page.locator(f"#p{measure.pk} a").click()
    page.get_by_label("完成进度").fill("50")
    page.get_by_label("本期工作进展").fill("已召开专题会议，形成纪要。")


def test_a_second_click_does_nothing(office: Office, page_as: Callable[..., Page]) -> None:
    page = page_as("office")
    for n in range(6):
        page.goto("/organizations/")
        page.get_by_label("姓名").fill(f"连击{n}")
        click_twice(page, "新增人员")
        page.wait_for_url("**/people/**")
        assert Person.objects.filter(name=f"连击{n}").count() == 1


def test_a_second_click_on_a_report_is_no_conflict(inspection: Inspection, page_as: Callable[..., Page]) -> None:
    page = page_as("handler")
    open_form(page)
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if answer.request.method == "POST" else None)
    click_twice(page, "提交进展")
    page.get_by_text("进展已填报。").wait_for()
    assert (ProgressUpdate.objects.count(), answers) == (1, [200])


def test_after_the_way_back_a_form_can_be_sent_again(office: Office, page_as: Callable[..., Page]) -> None:
    page = page_as("office")
    for name in ("甲某某", "乙某某"):
        page.goto("/organizations/") if name == "甲某某" else page.go_back()
        page.get_by_label("姓名").fill(name)
        page.get_by_role("button", name="新增人员").click()
        page.wait_for_url("**/people/**")
    assert Person.objects.filter(name__in=("甲某某", "乙某某")).count() == 2


def test_a_session_that_ended_meanwhile(
    inspection: Inspection, page_as: Callable[..., Page], complaints: list[str], screenshot: Callable[..., Path]
) -> None:
    page = page_as("handler", expect={403})
    open_form(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="提交进展").click()
    page.get_by_text("登录已超时").wait_for()
    assert page.get_by_label("您填写的内容").input_value() == "已召开专题会议，形成纪要。"
    assert page.get_by_label("本期工作进展").input_value() == "已召开专题会议，形成纪要。"
    screenshot(page, "session-over")
    complaints.clear()  # the browser says what the test did to it


def test_a_server_that_cannot_be_reached(
    inspection: Inspection, page_as: Callable[..., Page], complaints: list[str], screenshot: Callable[..., Path]
) -> None:
    page = page_as("handler")
    open_form(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="提交进展").click()
    page.get_by_text("没有连上服务器").wait_for()
    assert page.get_by_label("本期工作进展").input_value() == "已召开专题会议，形成纪要。"
    screenshot(page, "server-away")
    page.context.set_offline(False)
    page.get_by_role("button", name="提交进展").click()
    page.get_by_text("进展已填报。").wait_for()
    complaints.clear()  # the browser says what the test did to it


def test_what_is_wrong_with_the_confirmation_is_seen_at_once(office: Office, page_as: Callable[..., Page]) -> None:
    page = page_as("office")
    page.goto("/imports/")
    page.locator("#file").set_input_files(SAMPLE)
    page.get_by_role("button", name="上传并识别").click()
    page.get_by_label("编号").fill("")
    page.get_by_role("button", name="确认，写入台账").click()
    expect(page.get_by_text("请填写编号。")).to_be_in_viewport()
    expect(page.get_by_label("编号")).to_be_focused()
