"""工作台: what this person must do now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from zhenggai.web.accounts.duties import duties_of
from zhenggai.web.ledger.queries.work import work_of
from zhenggai.web.pages.screen import ANYONE, Menu, Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


def home(request: PersonRequest) -> HttpResponse:
    """Show the work of the person."""
    duties = duties_of(request.rights, request.user, request.actor.at)
    return render(request, "pages/home.html", {"work": work_of(request.rights), "duties": duties})


SCREEN = Screen("home", "", home, ANYONE, menu=Menu("工作台", 10))
