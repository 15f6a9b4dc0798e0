"""登录、退出: log-in and log-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from zhenggai.web.pages.screen import ANYONE, PUBLIC, Screen

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def log_in(request: HttpRequest) -> HttpResponse:
    """Show the form; take name and password."""
    onward = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = "/"
    page = {"next": onward, "login": request.POST.get("login", "")}
    if request.method != "POST":
        return render(request, "pages/login.html", page)
    name = request.POST.get("login", "").strip().lower()
    person = authenticate(request, username=name, password=request.POST.get("password", ""))
    if person is None:
        page["fault"] = "登录名或密码不正确，请重新输入。"
        return render(request, "pages/login.html", page, status=422)
    login(request, person)
    return HttpResponseRedirect(onward)


def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(reverse("login"))


SCREENS = (
    Screen("login", "login/", log_in, PUBLIC, methods=("GET", "POST")),
    Screen("logout", "logout/", log_out, ANYONE, methods=("POST",)),
)
