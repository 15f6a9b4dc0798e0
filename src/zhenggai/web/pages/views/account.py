"""我的账号: the person's own posts, roles and deputy, and the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.accounts.actions import (
    appoint_deputy,
    change_password,
    disable_code,
    enable_code,
    end_deputy,
    issue_feed,
    renew_recovery,
    revoke_feed,
    revoke_token,
)
from zhenggai.web.accounts.actions.bells import set_bells
from zhenggai.web.accounts.queries import colleagues, own_deputies, own_feed, own_tokens
from zhenggai.web.accounts.recovery import codes_left
from zhenggai.web.accounts.second_factor import has_code, new_secret, picture_of
from zhenggai.web.faults import Invalid
from zhenggai.web.pages.bell_form import bells_kept, bells_typed
from zhenggai.web.pages.forms import date_or_fault, number_of, text_of
from zhenggai.web.pages.screen import ANYONE, Screen
from zhenggai.workflow import ROLES

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


_PHONE = "phone"
"""Where the session keeps a secret until the phone has shown that it has it."""


def account(request: PersonRequest, faults: dict[str, str] | None = None) -> HttpResponse:
    """Show who the person is here, and who acts in the person's absence."""
    values = {
        "posts": request.user.posts.select_related("organization"),
        "roles": [ROLES[role] for role in ROLES if role in request.rights.roles],
        "has_code": has_code(request.user),
        "codes_left": codes_left(request.user),
        "tokens": own_tokens(request.user, request.actor.at),
        "feed": own_feed(request.user, request.actor.at),
        "deputies": own_deputies(request.user),
        "colleagues": colleagues(request.user),
        "faults": faults or {},
        "typed": request.POST,
        "bells": bells_typed(request) if faults and "mail" in request.POST else bells_kept(request.user),
    }
    return render(request, "pages/account.html", values, status=422 if faults else 200)


def deputy(request: PersonRequest) -> HttpResponse:
    """Name one's own deputy."""
    try:
        appoint_deputy(
            actor=request.actor,
            rights=request.rights,
            person_id=request.user.pk,
            deputy_id=number_of(request, "deputy") or 0,
            since=date_or_fault(request, "since"),
            until=date_or_fault(request, "until"),
            reason=text_of(request, "reason"),
        )
    except Invalid as fault:
        return account(request, fault.fields)
    messages.success(request, "已指定代办人。")
    return HttpResponseRedirect(reverse("account"))


def end_own_deputy(request: PersonRequest) -> HttpResponse:
    """End one's own deputy's time."""
    end_deputy(actor=request.actor, rights=request.rights, deputy_id=number_of(request, "deputy") or 0)
    messages.success(request, "代办已结束。")
    return HttpResponseRedirect(reverse("account"))


def code(request: PersonRequest) -> HttpResponse:
    """Show a secret for the person's phone, and take the code that shows that it is there."""
    if has_code(request.user):
        return HttpResponseRedirect(reverse("account"))
    secret = request.session.setdefault(_PHONE, new_secret())
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            codes = enable_code(actor=request.actor, person=request.user, secret=secret, code=text_of(request, "code"))
        except Invalid as fault:
            faults = fault.fields
        else:
            del request.session[_PHONE]
            return _codes(request, codes, "动态口令已启用，下次登录时需要输入。")
    spoken = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    values = {"faults": faults, "picture": picture_of(request.user, secret), "spoken": spoken}
    return render(request, "pages/code.html", values, status=422 if faults else 200)


def renew_codes(request: PersonRequest) -> HttpResponse:
    """Make new recovery codes, once the password has been given."""
    try:
        password = request.POST.get("recovery_password", "")
        codes = renew_recovery(actor=request.actor, person=request.user, password=password)
    except Invalid as fault:
        return account(request, fault.fields)
    return _codes(request, codes, "备用码已重新生成，以前的备用码不能再用。")


def _codes(request: PersonRequest, codes: tuple[str, ...], told: str) -> HttpResponse:
    """Show recovery codes; nobody can see them again."""
    return render(request, "pages/recovery_codes.html", {"section": "account", "codes": codes, "told": told})


def end_code(request: PersonRequest) -> HttpResponse:
    """Ask no more for codes of the phone, once the password has been given."""
    try:
        disable_code(actor=request.actor, person=request.user, password=request.POST.get("password", ""))
    except Invalid as fault:
        return account(request, fault.fields)
    messages.success(request, "动态口令已停用。")
    return HttpResponseRedirect(reverse("account"))


def end_own_token(request: PersonRequest) -> HttpResponse:
    """Make one of the person's own keys worthless."""
    revoke_token(actor=request.actor, rights=request.rights, token_id=number_of(request, "token") or 0)
    messages.success(request, "令牌已作废。")
    return HttpResponseRedirect(reverse("account"))


def calendar(request: PersonRequest) -> HttpResponse:
    """Make the address of the person's calendar, or another one for it, and show it: nobody can see it again."""
    made, key = issue_feed(actor=request.actor, person=request.user)
    address = request.build_absolute_uri(reverse("calendar_feed", args=[key]))
    values = {"section": "account", "address": address, "expires": made.expires_at}
    return render(request, "pages/calendar_feed.html", values)


def end_calendar(request: PersonRequest) -> HttpResponse:
    """Make the address of the person's calendar worthless."""
    try:
        revoke_feed(actor=request.actor, person=request.user)
    except Invalid as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, "日程订阅已停用，原来的地址立即失效。")
    return HttpResponseRedirect(reverse("account"))


def own_bells(request: PersonRequest) -> HttpResponse:
    """Set how one is rung oneself."""
    try:
        set_bells(actor=request.actor, rights=request.rights, person_id=request.user.pk, **bells_typed(request))
    except Invalid as fault:
        return account(request, fault.fields)
    messages.success(request, "提醒设置已保存。")
    return HttpResponseRedirect(reverse("account"))


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
    Screen("own_bells", "account/bells/", own_bells, ANYONE, methods=("POST",)),
    Screen("account", "account/", account, ANYONE),
    Screen("own_deputy", "account/deputy/", deputy, "deputy.appoint", methods=("POST",)),
    Screen("own_end_deputy", "account/deputy/end/", end_own_deputy, ANYONE, methods=("POST",)),
    Screen("own_code", "account/code/", code, ANYONE, methods=("GET", "POST")),
    Screen("own_end_code", "account/code/end/", end_code, ANYONE, methods=("POST",)),
    Screen("own_recovery", "account/code/recovery/", renew_codes, ANYONE, methods=("POST",)),
    Screen("own_calendar", "account/calendar/", calendar, "ledger.read", methods=("POST",)),
    Screen("own_end_calendar", "account/calendar/end/", end_calendar, ANYONE, methods=("POST",)),
    Screen("own_end_token", "account/token/end/", end_own_token, ANYONE, methods=("POST",)),
    Screen("password", "account/password/", password, ANYONE, methods=("GET", "POST")),
)
