"""首次使用: the unit's name and the office clerk's account. The page is gone as soon as there is anybody."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from zhenggai.web import store
from zhenggai.web.accounts.actions.first import is_first_run, set_up
from zhenggai.web.faults import Invalid, Unknown
from zhenggai.web.pages.admission import admit
from zhenggai.web.pages.forms import text_of
from zhenggai.web.pages.screen import PUBLIC, Screen

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_LOCAL = ("127.0.0.1", "::1")
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")


def first_run(request: HttpRequest) -> HttpResponse:
    """Show the form and take it. From another machine the setup key that the start printed is asked for too."""
    if not is_first_run():
        raise Unknown("这个页面")
    needs_key = not _here(request)
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            if needs_key:
                _check_key(text_of(request, "key"))
            person = set_up(
                at=timezone.now(),
                unit_name=text_of(request, "unit"),
                name=text_of(request, "name"),
                login=text_of(request, "login"),
                password=request.POST.get("password", ""),
                again=request.POST.get("again", ""),
                administers="administers" in request.POST,
            )
        except Invalid as fault:
            faults = fault.fields
        else:
            store.forget_setup_key(settings.DATA)
            return admit(request, person, reverse("imports"))
    values = {"faults": faults, "typed": request.POST, "needs_key": needs_key}
    return render(request, "pages/first_run.html", values, status=422 if faults else 200)


def _here(request: HttpRequest) -> bool:
    """Say whether the browser runs on this machine. What a proxy hands on comes from this machine too, but not from here."""
    forwarded = settings.CSRF_TRUSTED_ORIGINS or any(name in request.META for name in _FORWARDED)
    named = request.get_host().rsplit(":", 1)[0] in ("localhost", "127.0.0.1", "[::1]")
    return request.META.get("REMOTE_ADDR") in _LOCAL and named and not forwarded


def _check_key(typed: str) -> None:
    if not hmac.compare_digest(typed.encode(), store.setup_key(settings.DATA).encode()):
        raise Invalid({"key": "设置口令不正确，请查看启动程序的窗口。"})


SCREEN = Screen("first_run", "first-run/", first_run, PUBLIC, methods=("GET", "POST"))
