"""A close-out through five people, a return, a lapse, a rebound and a meeting, as each of them does it on the screens."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from closings import CHAIN, closable, close, colleague, file
from django.utils import timezone
from playwright.sync_api import expect

from zhenggai.web.ledger.actions.editing import change_measure
from zhenggai.web.ledger.models import Closure, Finding, Measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from offices import Office
    from playwright.sync_api import Page

    from zhenggai.web.ledger.models import Inspection


@pytest.fixture
def finding(office: Office, inspection: Inspection) -> Finding:
    return closable(office, inspection)


def fill_application(page: Page, finding: Finding) -> None:
    page.goto("/closures/")
    page.locator("tr", has_text=finding.reference).get_by_role("link").first.click()
    expect(page.locator(".measure-entry").first).to_be_visible()
    for entry in page.locator(".measure-entry").all():
        entry.get_by_label("落实情况").fill("已按方案完成，并已在全校执行。")
        entry.get_by_label("实际完成日期").fill("2025-05-16")
    page.get_by_label("举一反三情况").fill("对照排查其他处室，未发现同类问题。")
    for criterion in page.locator(".criterion").all():
        criterion.get_by_label("是", exact=True).check()
    page.get_by_label("建章立制").fill("修订印发学习制度1项")


def open_queue(page: Page, finding: Finding) -> None:
    page.goto("/closures/")
    page.locator("tr", has_text=finding.reference).get_by_role("link", name="办理").click()
    expect(page.get_by_role("button", name="签字")).to_be_visible()


def apply_as_two(finding: Finding, page_as: Callable[..., Page], screenshot: Callable[..., Path]) -> None:
    page = page_as("handler")
    fill_application(page, finding)
    page.get_by_role("button", name="保存，暂不提交").click()
    expect(page.get_by_text("申请已保存")).to_be_visible()
    screenshot(page, "closure-application")
    page = page_as("department_head")
    page.goto("/")
    page.locator("tr", has_text=finding.reference).get_by_role("link", name="申请销号").first.click()
    page.get_by_role("button", name="签字并申请销号").click()
    expect(page.get_by_text("已申请销号，等待责任领导审核")).to_be_visible()


def review(finding: Finding, page: Page, screenshot: Callable[..., Path]) -> None:
    page.goto("/closures/")
    screenshot(page, "closure-queue")
    open_queue(page, finding)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways"
    page.get_by_label("审核同意").check()
    expect(page.get_by_label("退回原因")).to_be_hidden()
    page.get_by_label("意见").last.fill("情况属实，同意。")
    page.get_by_role("button", name="签字").click()
    expect(page.get_by_text("已办理：审核同意")).to_be_visible()


def verify(finding: Finding, page: Page, screenshot: Callable[..., Path]) -> None:
    open_queue(page, finding)
    page.get_by_label("核查通过").check()
    page.get_by_role("button", name="签字").click()
    expect(page.get_by_text("核查人员不得少于2人")).to_be_visible()
    screenshot(page, "closure-fault")
    page.get_by_label("查阅资料").check()
    page.get_by_label("韩某某").check()
    page.get_by_label("核查日期").fill(timezone.localdate().isoformat())
    page.get_by_label("核查情况：").fill("查阅会议记录3份，抽查教案12份，与整改情况一致。")
    page.get_by_role("button", name="签字").click()
    expect(page.get_by_text("已办理：核查通过")).to_be_visible()


def approve_at_a_meeting(page: Page, screenshot: Callable[..., Path]) -> None:
    page.goto("/closures/meeting/")
    page.get_by_label("会议名称").fill("整改领导小组第4次会议")
    page.get_by_label("会议日期").fill(timezone.localdate().isoformat())
    page.get_by_label("同意销号").check()
    screenshot(page, "closure-meeting")
    page.get_by_role("button", name="签字，记录审定结果").click()
    expect(page.get_by_text("已记录会议审定：1个问题")).to_be_visible()


def confirm(finding: Finding, page: Page, screenshot: Callable[..., Path]) -> None:
    open_queue(page, finding)
    page.get_by_label("认定", exact=True).check()
    page.get_by_label("文号").fill("青巡办〔2025〕12号")
    page.get_by_role("button", name="签字").click()
    expect(page.get_by_text("已办理：认定")).to_be_visible()
    screenshot(page, "closure-done")
    page.emulate_media(media="print")
    screenshot(page, "closure-print")


def test_a_finding_is_closed_by_each_in_turn(
    office: Office,
    finding: Finding,
    inspection: Inspection,
    page_as: Callable[..., Page],
    screenshot: Callable[..., Path],
) -> None:
    file(office, inspection)
    colleague(office)
    apply_as_two(finding, page_as, screenshot)
    review(finding, page_as("responsible_leader"), screenshot)
    verify(finding, page_as("supervision"), screenshot)
    approve_at_a_meeting(page_as("group"), screenshot)
    confirm(finding, page_as("inspection_office"), screenshot)
    assert Closure.objects.get().stage == "confirmed"
    assert Closure.objects.get().steps.values("person").distinct().count() == 6


def test_a_return_names_what_is_missing_and_a_second_application_follows(
    office: Office, finding: Finding, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    close(office, finding, CHAIN[:1])
    page = page_as("supervision")
    open_queue(page, finding)
    page.get_by_label("要求补充材料").check()
    page.get_by_role("button", name="签字").click()
    expect(page.get_by_text("请选择退回原因")).to_be_visible()
    page.get_by_label("退回原因").select_option("证据不足")
    page.get_by_label("需补充或整改的内容").fill("请补充4月的检查记录。")
    page.get_by_role("button", name="签字").click()
    expect(page.get_by_text("请补充4月的检查记录。").first).to_be_visible()

    page = page_as("department_head")
    page.goto("/")
    row = page.locator("tr", has_text="请补充4月的检查记录")
    expect(row).to_contain_text("已退回")
    screenshot(page, "closure-returned-home")
    row.get_by_role("link").first.click()
    expect(page.get_by_text("上次申请被退回")).to_be_visible()
    page.get_by_role("button", name="签字并申请销号").click()
    expect(page.get_by_text("XH02")).to_be_visible()
    assert Closure.objects.latest("pk").attempt == 2


def test_a_changed_measure_lapses_and_a_rebound_opens_a_new_cycle(
    office: Office, finding: Finding, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    close(office, finding, CHAIN[:3])
    measure = Measure.objects.get(reference="C005")
    change_measure(
        actor=office.actor("office"),
        rights=office.rights("office"),
        measure_id=measure.pk,
        seen=measure.version,
        text=measure.text + "并公示。",
        due_text=measure.due_text,
    )
    page = page_as("inspection_office")
    page.goto(f"/findings/{finding.pk}/closure/")
    expect(page.get_by_text("需复核：")).to_be_visible()
    expect(page.get_by_label("认定", exact=True)).to_have_count(0)
    expect(page.locator(".before-after")).to_contain_text("措施C005的内容")
    page = page_as("supervision")
    open_queue(page, finding)
    screenshot(page, "closure-lapsed")
    page.get_by_label("反弹，重新整改").check()
    page.get_by_label("触发情形").select_option("“回头看”发现同样事实")
    page.get_by_label("新的整改时限").fill((timezone.localdate() + dt.timedelta(days=60)).isoformat())
    page.get_by_label("意见").last.fill("抽查又发现2处缺漏。")
    page.get_by_role("button", name="签字").click()
    expect(page.get_by_text("第2轮整改：")).to_be_visible()
    screenshot(page, "closure-rebound")
    finding.refresh_from_db()
    assert (finding.cycle, finding.closure_stage) == (2, "none")


@pytest.mark.parametrize("role", ["handler", "responsible_leader", "supervision", "group", "office", "archivist"])
def test_an_empty_queue_says_what_comes_next(office: Office, page_as: Callable[..., Page], role: str) -> None:
    page = page_as(role)
    page.goto("/closures/")
    expect(page.locator(".empty")).to_be_visible()


def test_a_slow_second_signature_is_told_of_the_first(
    office: Office, finding: Finding, page_as: Callable[..., Page]
) -> None:
    closure = close(office, finding, CHAIN[:2])
    page = page_as("group")
    open_queue(page, finding)
    Closure.objects.filter(pk=closure.pk).update(version=closure.version + 1)
    page.get_by_label("同意销号").check()
    page.get_by_label("会议名称").fill("整改领导小组第4次会议")
    page.get_by_label("会议日期").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="签字").click()
    expect(page.get_by_role("alert")).to_contain_text("您填写的内容已保留")
    expect(page.get_by_label("会议名称")).to_have_value("整改领导小组第4次会议")
