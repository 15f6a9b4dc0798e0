"""登录、退出: log-in with lockout and the code of a phone, and log-out. Each leaves an event when the person is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import authenticate, logout, user_login_failed
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from zhenggai.web.accounts.actions.first import is_first_run
from zhenggai.web.accounts.actions.second_factor import spend_recovery
from zhenggai.web.accounts.actions.sessions import record_session
from zhenggai.web.accounts.second_factor import accept
from zhenggai.web.pages.admission import admit, lock_of, onward_of, receive, waiting
from zhenggai.web.pages.forms import text_of
from zhenggai.web.pages.screen import ANYONE, PUBLIC, Screen

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from zhenggai.web.accounts.models import Person
    from zhenggai.web.pages.requests import PersonRequest

_WRONG = "登录名或密码不正确，请重新输入。"


def log_in(request: HttpRequest) -> HttpResponse:
    """Show the form; take name and password."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("first_run")) if is_first_run() else _form(request)
    name = text_of(request, "login").lower()[:40]
    if fault := lock_of(name):
        return _form(request, fault)
    person: Person | None = authenticate(request, username=name, password=request.POST.get("password", ""))
    if person is None:
        return _form(request, _failed(request, name) or _WRONG)
    return receive(request, person, onward_of(request))


def give_code(request: HttpRequest) -> HttpResponse:
    """Take the code of the phone from somebody whose password was right."""
    known = waiting(request)
    if known is None:
        return HttpResponseRedirect(reverse("login"))
    if request.method != "POST":
        return render(request, "pages/login_code.html")
    person, onward, vouched = known
    name = person.login or ""
    fault = lock_of(name)
    if not fault:
        typed, now = text_of(request, "code")[:40], timezone.now()
        address = request.META.get("REMOTE_ADDR", "")
        if accept(person, typed, now) or spend_recovery(person=person, code=typed, at=now, address=address):
            return admit(request, person, onward, vouched=vouched)
        user_login_failed.send(sender=__name__, credentials={"username": name}, request=request)
        fault = (
            _failed(request, name) or "动态口令或备用码不正确，请等手机显示下一个口令后重新输入；备用码每个只能用一次。"
        )
    return render(request, "pages/login_code.html", {"fault": fault}, status=422)


def log_out(request: PersonRequest) -> HttpResponse:
    """End the session."""
    record_session(login=request.user.login or "", what="ended", at=request.actor.at, address="")
    logout(request)
    return HttpResponseRedirect(reverse("login"))


def _failed(request: HttpRequest, name: str) -> str:
    """Record the failure, which may have been the one that locks the account, and return the lock's sentence."""
    fault = lock_of(name)
    address = request.META.get("REMOTE_ADDR", "")
    record_session(login=name, what="locked" if fault else "failed", at=timezone.now(), address=address)
    return fault


def _form(request: HttpRequest, fault: str = "") -> HttpResponse:
    page = {
        "next": onward_of(request),
        "login": text_of(request, "login"),
        "fault": fault,
        "single_sign_on": settings.OIDC,
    }
    return render(request, "pages/login.html", page, status=422 if fault else 200)


SCREENS = (
    Screen("login", "login/", log_in, PUBLIC, methods=("GET", "POST")),
    Screen("login_code", "login/code/", give_code, PUBLIC, methods=("GET", "POST")),
    Screen("logout", "logout/", log_out, ANYONE, methods=("POST",)),
)
