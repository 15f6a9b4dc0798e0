"""我的账号: the person's own posts and roles, and the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.accounts.actions import change_password
from zhenggai.web.faults import Invalid
from zhenggai.web.pages.screen import ANYONE, Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


def account(request: PersonRequest) -> HttpResponse:
    """Show who the person is here."""
    return render(request, "pages/account.html", {"posts": request.user.posts.select_related("organization")})


def password(request: PersonRequest) -> HttpResponse:
    """Change the password; at the first log-in nothing else can be done before."""
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            change_password(
                actor=request.actor,
                person=request.user,
                old=request.POST.get("old", ""),
                new=request.POST.get("new", ""),
                again=request.POST.get("again", ""),
            )
        except Invalid as fault:
            faults = fault.fields
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, "密码已修改。")
            return HttpResponseRedirect(reverse("home"))
    return render(request, "pages/password.html", {"faults": faults}, status=422 if faults else 200)


SCREENS = (
    Screen("account", "account/", account, ANYONE),
    Screen("password", "account/password/", password, ANYONE, methods=("GET", "POST")),
)
