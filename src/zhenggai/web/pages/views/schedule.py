"""日程: the month on the wall or as a list, and the address from which a calendar programme fetches it."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotFound
from django.shortcuts import render
from django.utils import timezone

from zhenggai.export.calendar_feed import Appointment, written
from zhenggai.web.accounts.actions import feed_of, note_reading
from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.ledger.queries.appointments import KINDS, Asked, appointments
from zhenggai.web.ledger.queries.month import month_of, span_of, weeks_of
from zhenggai.web.pages.forms import date_in
from zhenggai.web.pages.screen import PUBLIC, Menu, Screen
from zhenggai.web.pages.templatetags.words import address, unpublished
from zhenggai.web.pages.throttle import Throttle
from zhenggai.workflow import Reach

if TYPE_CHECKING:
    from django.http import HttpRequest

    from zhenggai.web.ledger.queries.appointments import Entry
    from zhenggai.web.pages.requests import PersonRequest

LISTED = 120
"""Lines of one list, which stays small."""
VIEWS = {"month": "月历", "list": "清单"}
WHOSE = {"mine": "与我有关", "all": "全部"}
_COUNTED = frozenset({"occurrence", "cutoff", "paper"})
"""Kinds whose days are moved off days off."""
_BACK, _AHEAD = dt.timedelta(days=92), dt.timedelta(days=400)
_THROTTLE = Throttle(most=120, seconds=60)
_GONE = "没有这个日程订阅，或者已经停用、过期。请登录系统，在“我的账号”中查看。"


def schedule(request: PersonRequest) -> HttpResponse:
    """Show a month."""
    chosen = {name: request.GET.get(name, "").strip()[:20] for name in ("month", "view", "whose", "kind", "day")}
    view = chosen["view"] if chosen["view"] in VIEWS else "month"
    everything = bool(request.rights.scopes_at("ledger.read", Reach.UNIT))
    whose = chosen["whose"] if chosen["whose"] in WHOSE else "all" if everything else "mine"
    kind = chosen["kind"] if chosen["kind"] in KINDS else ""
    day, fault = _day_of(chosen["day"] or chosen["month"], request.today)
    one = bool(chosen["day"]) and not fault
    first, last = (day, day) if one and view == "list" else span_of(day) if view == "list" else weeks_of(day)
    entries = appointments(Asked(request.rights, first, last, mine=whose == "mine", kind=kind))
    month = month_of(day, entries if view == "month" else (), request.today)
    values = {
        "month": month,
        "day": day if one and view == "list" else None,
        "fault": fault,
        "view": view,
        "whose": whose,
        "kind": kind,
        "entries": entries[:LISTED],
        "total": len(entries),
        "views": VIEWS.items(),
        "whose_choices": WHOSE.items(),
        "kinds": KINDS.items(),
    }
    return render(request, "pages/schedule.html", values, status=422 if fault else 200)


def _day_of(typed: str, today: dt.date) -> tuple[dt.date, str]:
    """Return the day or the first day of the month that was asked for, and what is wrong with what was typed."""
    if not typed:
        return today, ""
    day = date_in(typed if len(typed) > 7 else f"{typed}-01")
    if day is None or not 2000 <= day.year <= 2100:
        return today, "月份请按2026-09的格式填写，年份在2000年至2100年之间。下面显示的是本月。"
    return day, ""


def feed(request: HttpRequest, key: str) -> HttpResponse:
    """Hand out a person's appointments to whoever knows the address: the same answer to every address that holds no longer, or never did."""
    now = timezone.now()
    wait = _THROTTLE.wait(str(request.META.get("REMOTE_ADDR", "")), now)
    if wait:
        return HttpResponse(
            "请求过于频繁，请稍后再试。", status=429, headers={"Retry-After": str(wait)}, content_type=_TEXT
        )
    found = feed_of(key, now)
    if found is None:
        return HttpResponseNotFound(_GONE, content_type=_TEXT)
    today = timezone.localtime(now).date()
    note_reading(found, today)
    person = found.person
    rights = rights_of(person, today)
    asked = Asked(rights, today - _BACK, today + _AHEAD, mine=True, gone_since=now - _BACK)
    made = [_appointment(entry, request) for entry in appointments(asked)]
    tag = f'W/"{hashlib.sha256(repr(made).encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
    if tag in (one.strip() for one in request.headers.get("If-None-Match", "").split(",")):
        return HttpResponse(status=304, headers=headers)
    body = written(made, name=f"整改日程（{person.name}）", stamp=now)
    headers["Content-Disposition"] = 'inline; filename="zhenggai.ics"'
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)


_TEXT = "text/plain; charset=utf-8"


def _appointment(entry: Entry, request: HttpRequest) -> Appointment:
    return Appointment(
        uid=f"{entry.uid}@{_store()}.zhenggai",
        sequence=entry.sequence,
        start=entry.start,
        last=entry.last,
        summary=_summary(entry)[:200],
        description=f"{entry.detail}{unpublished(entry.start) if entry.kind in _COUNTED else ''}\n{request.build_absolute_uri(address(entry))}",
        kind=entry.kind_words,
        location=entry.place,
        begins=entry.begins,
        minutes=entry.minutes,
        cancelled=entry.cancelled,
    )


def _summary(entry: Entry) -> str:
    """Return the title with its kind before it, once."""
    title = f"{'已完成 ' if entry.done else ''}{entry.title}"
    return title if title.startswith(entry.kind_words) else f"{entry.kind_words}：{title}"


def _store() -> str:
    """Return what tells the events of this store from those of another, the same as long as its secret is."""
    return hmac.new(settings.SECRET_KEY.encode(), b"calendar", hashlib.sha256).hexdigest()[:12]


SCREENS = (
    Screen("schedule", "schedule/", schedule, "ledger.read", menu=Menu("日程", 50)),
    Screen("calendar_feed", "calendar/<str:key>.ics", feed, PUBLIC),
)
