"""登录、退出: log-in with lockout, and log-out. Each leaves an event when the person is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from zhenggai.web.accounts.actions.first import is_first_run
from zhenggai.web.accounts.actions.sessions import record_session
from zhenggai.web.pages.screen import ANYONE, PUBLIC, Screen

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from zhenggai.web.accounts.models import Person
    from zhenggai.web.pages.requests import PersonRequest

_MINUTES = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)


def log_in(request: HttpRequest) -> HttpResponse:
    """Show the form; take name and password."""
    onward = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = "/"
    page = {"next": onward, "login": request.POST.get("login", "")}
    if request.method != "POST":
        return (
            HttpResponseRedirect(reverse("first_run")) if is_first_run() else render(request, "pages/login.html", page)
        )
    name = request.POST.get("login", "").strip().lower()[:40]
    address = request.META.get("REMOTE_ADDR", "")
    person: Person | None = authenticate(request, username=name, password=request.POST.get("password", ""))
    if person is None:
        locked = not AxesProxyHandler.is_allowed(request, {"username": name})
        record_session(login=name, what="locked" if locked else "failed", at=timezone.now(), address=address)
        page["fault"] = (
            f"连续输错密码，账号已锁定，请{_MINUTES}分钟后再试，或请系统管理员解锁。"
            if locked
            else "登录名或密码不正确，请重新输入。"
        )
        return render(request, "pages/login.html", page, status=422)
    login(request, person)
    request.session["seen"] = timezone.now().timestamp()
    record_session(login=name, what="succeeded", at=timezone.now(), address=address)
    return HttpResponseRedirect(onward)


def log_out(request: PersonRequest) -> HttpResponse:
    """End the session."""
    record_session(login=request.user.login or "", what="ended", at=request.actor.at, address="")
    logout(request)
    return HttpResponseRedirect(reverse("login"))


SCREENS = (
    Screen("login", "login/", log_in, PUBLIC, methods=("GET", "POST")),
    Screen("logout", "logout/", log_out, ANYONE, methods=("POST",)),
)
