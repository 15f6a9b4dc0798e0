"""Log-in in a real browser: the form, its fault, and every screen of the menu without a complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from offices import Office
    from playwright.sync_api import Page

    from zhenggai.web.ledger.models import Inspection


def test_wrong_password_says_so_and_keeps_the_name(
    office: Office, visit: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    page = visit("/ledger/")
    page.get_by_label("登录名").fill("office")
    page.get_by_label("密码").fill("not-the-password")
    page.get_by_role("button", name="登录").click()
    assert page.get_by_role("alert").inner_text() == "登录名或密码不正确，请重新输入。"
    assert page.get_by_label("登录名").input_value() == "office"
    screenshot(page, "login-wrong")


@pytest.mark.parametrize("role", ["office", "handler", "principal", "system_administrator", "audit_administrator"])
def test_every_screen_of_the_menu_opens_without_sideways_scrolling(
    inspection: Inspection, page_as: Callable[..., Page], role: str
) -> None:
    page = page_as(role)
    links = page.locator("nav a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert links
    for link in links:
        page.goto(link)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), link


def test_what_the_browser_complains_about_is_noticed(visit: Callable[..., Page], complaints: list[str]) -> None:
    page = visit("/no-such-page/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    page.evaluate("setTimeout(() => { throw new Error('of the test') })")
    page.evaluate("console.error('said by the test')")
    page.wait_for_timeout(50)
    kinds = {text.partition(":")[0] for text in complaints}
    assert kinds == {"answer", "console", "script"}
    assert any("Content Security Policy" in text for text in complaints)
    complaints.clear()
