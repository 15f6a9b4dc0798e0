"""The screens with the demonstration school in them: no sideways scrolling, and the handbook's pictures.

WRITE_PICTURES=1 makes the pictures anew; look at them before they are kept.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from zhenggai.web.demonstration import make_demonstration

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

ROOT = Path(__file__).parents[3]
PICTURES = ROOT / "src/zhenggai/web/pages/static/zhenggai/handbook"
CHAPTERS = ROOT / "src/zhenggai/web/pages/handbook"
WIDTH = 1366


@pytest.fixture
def enter(transactional_db: None, visit: Callable[..., Page]) -> Callable[[str], Page]:
    accounts = dict(line.split()[:2] for line in make_demonstration()[1:])

    def go(login: str) -> Page:
        page = visit("/login/")
        page.get_by_label("登录名").fill(login)
        page.get_by_label("密码").fill(accounts[login])
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    return go


def look(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, page.url
    if not os.environ.get("WRITE_PICTURES"):
        assert (PICTURES / f"{name}.png").exists(), f"WRITE_PICTURES=1 makes {name}.png"
        return
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").resize((1093, 614), Image.Resampling.LANCZOS)
    picture.quantize(200).save(PICTURES / f"{name}.png", optimize=True)


def menu(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name=name).click()


def test_the_clerk_sees_work_ledger_draft_and_people(enter: Callable[[str], Page]) -> None:
    page = enter("zhenggaiban")
    look(page, "home")
    menu(page, "台账")
    page.wait_for_selector("table.ledger")
    look(page, "ledger")
    menu(page, "机构人员")
    look(page, "people")
    menu(page, "导入")
    page.set_input_files("#file", ROOT / "samples/qingtong-school-plan.docx")
    page.get_by_role("button", name="上传并识别").click()
    page.wait_for_selector("#understood")
    page.locator("#understood .finding").nth(2).hover()
    look(page, "draft")


def test_the_head_of_a_department_sees_what_came_back(enter: Callable[[str], Page]) -> None:
    page = enter("bangongshi")
    menu(page, "销号")
    page.get_by_text("请补充第二党支部的签到记录").wait_for()
    look(page, "closures")


def test_the_handler_sees_the_progress_form(enter: Callable[[str], Page]) -> None:
    page = enter("jingban2")
    page.get_by_role("link", name="填报进展").first.click()
    page.get_by_label("本期工作进展（必填）").fill("已完成三方比价制度的征求意见，收到意见4条。")
    look(page, "progress")


def test_the_handbook_shows_every_picture(enter: Callable[[str], Page]) -> None:
    page = enter("xitong")
    menu(page, "使用手册")
    chapters = page.locator("nav[aria-label=使用手册] a").all_inner_texts()
    assert len(chapters) == len(list(CHAPTERS.glob("*.md")))
    for chapter in chapters:
        page.locator("nav[aria-label=使用手册]").get_by_role("link", name=chapter, exact=True).click()
        page.wait_for_load_state("networkidle")
        broken = page.evaluate("[...document.images].filter((image) => !image.naturalWidth).map((image) => image.src)")
        assert not broken
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
