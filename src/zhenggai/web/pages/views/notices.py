"""消息: what the person has been told, by day; each leads to where it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.ledger.actions.inbox import mark_all_read, mark_read
from zhenggai.web.ledger.queries.notices import inbox, one_notice
from zhenggai.web.pages.forms import number_in, number_of, text_of
from zhenggai.web.pages.screen import ANYONE, Screen
from zhenggai.web.pages.templatetags.words import place
from zhenggai.workflow.notices import KINDS

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest

_SHOWN = {"": "全部", "unread": "未读"}


def notices(request: PersonRequest) -> HttpResponse:
    """Show one page of the person's notices."""
    shown = request.GET.get("shown", "")
    kind = request.GET.get("kind", "")
    filters = {"shown": shown if shown in _SHOWN else "", "kind": kind if kind in KINDS else ""}
    page = inbox(
        request.rights,
        before=number_in(request.GET.get("before", "")),
        unread=filters["shown"] == "unread",
        kind=filters["kind"],
    )
    values = {
        "section": "notices",
        "inbox": page,
        "kinds": KINDS,
        "filters": filters,
        "query": urlencode({name: value for name, value in filters.items() if value}),
    }
    return render(request, "pages/notices.html", values)


def notice(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one notice with all that a digest lists, and so mark it as read."""
    entry = one_notice(request.rights, pk)
    mark_read(actor=request.actor, rights=request.rights, notices=[pk])
    return render(request, "pages/notice.html", {"section": "notices", "entry": entry})


def notice_open(request: PersonRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it is done."""
    entry = one_notice(request.rights, pk)
    mark_read(actor=request.actor, rights=request.rights, notices=[pk])
    return HttpResponseRedirect(place(entry.screen, entry.argument))


def notices_read(request: PersonRequest) -> HttpResponse:
    """Mark all notices up to the newest that the page showed as read, or only one."""
    one = number_of(request, "notice")
    if one is not None:
        mark_read(actor=request.actor, rights=request.rights, notices=[one])
    elif text_of(request, "until"):
        count = mark_all_read(actor=request.actor, rights=request.rights, until=number_of(request, "until") or 0)
        messages.success(request, f"已将{count}条消息标为已读。" if count else "没有未读的消息。")
    return HttpResponseRedirect(reverse("notices"))


SCREENS = (
    Screen("notices", "notices/", notices, ANYONE),
    Screen("notices_read", "notices/read/", notices_read, ANYONE, methods=("POST",)),
    Screen("notice", "notices/<int:pk>/", notice, ANYONE),
    Screen("notice_open", "notices/<int:pk>/open/", notice_open, ANYONE, methods=("POST",)),
)
