"""使用手册: the users' handbook, chapter by chapter, as it comes with the program."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.templatetags.static import static
from markdown_it import MarkdownIt

from zhenggai.web.faults import Unknown
from zhenggai.web.pages.screen import ANYONE, Menu, Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest

FOLDER = files("zhenggai.web.pages") / "handbook"


@cache
def chapters() -> dict[str, tuple[str, str]]:
    """Return the chapters by name, in order, as (title, HTML). The text is the program's own; raw HTML in it stays text."""
    writer = MarkdownIt("commonmark", {"html": False}).enable("table")
    found = {}
    for file in sorted(FOLDER.iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".md"):
            continue
        text = file.read_text(encoding="utf-8")
        shown = writer.render(text).replace('<img src="', f'<img src="{static("zhenggai/handbook/")}')
        found[file.name.removesuffix(".md")] = (text.partition("\n")[0].removeprefix("# "), shown)
    return found


def handbook(request: PersonRequest, chapter: str = "") -> HttpResponse:
    """Show a chapter, by default the first, with the list of all."""
    known = chapters()
    name = chapter or next(iter(known))
    if name not in known:
        raise Unknown("这一章")
    values = {"section": "handbook", "chapters": known, "name": name, "text": known[name][1], "title": known[name][0]}
    return render(request, "pages/handbook.html", values)


SCREENS = (
    Screen("handbook", "handbook/", handbook, ANYONE, menu=Menu("使用手册", 99)),
    Screen("handbook_chapter", "handbook/<slug:chapter>/", handbook, ANYONE),
)
