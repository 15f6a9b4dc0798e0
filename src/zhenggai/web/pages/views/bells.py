"""提醒设置: e-mail and group robots that ring for what is new in the inboxes, and what became of each bell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger.actions.bells import (
    RobotForm,
    add_robot,
    change_robot,
    end_robot,
    send_again,
    try_mail,
    try_robot,
)
from zhenggai.web.ledger.queries.bells import bells_page, one_robot
from zhenggai.web.pages.forms import number_in, number_of, text_of
from zhenggai.web.pages.screen import Menu, Screen
from zhenggai.workflow.bells import FORMS, STYLES

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest

_FIELDS = ("name", "form", "style", "address", "secret")


def bells(request: PersonRequest, faults: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """Show what rings, and what became of it."""
    values = {
        "section": "bells",
        "page": bells_page(request.rights, before=number_in(request.GET.get("before", ""))),
        "forms": FORMS.items(),
        "styles": STYLES.items(),
        "faults": faults or {},
        "typed": {name: text_of(request, name) for name in _FIELDS},
    }
    return render(request, "pages/bells.html", values, status=status)


def robot_add(request: PersonRequest) -> HttpResponse:
    """Add a robot; a value that cannot be taken is named beside its field."""
    try:
        made = add_robot(actor=request.actor, rights=request.rights, form=_form(request, new=True))
    except Invalid as fault:
        return bells(request, fault.fields, status=422)
    messages.success(request, f"已增加群机器人“{made.name}”，请发送测试消息，确认群里能收到。")
    return HttpResponseRedirect(reverse("bells"))


def robot(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one robot, or change it."""
    line = one_robot(request.rights, pk)
    faults: dict[str, str] = {}
    conflict, status = "", 200
    typed = {name: text_of(request, name) for name in _FIELDS}
    if request.method == "POST":
        try:
            change_robot(
                actor=request.actor,
                rights=request.rights,
                robot_id=pk,
                seen=number_of(request, "seen") or 0,
                form=_form(request, new=False),
            )
        except Invalid as fault:
            faults, status = fault.fields, 422
        except Stale as fault:
            conflict, status = str(fault), 409
            line = one_robot(request.rights, pk)
        else:
            messages.success(request, "群机器人已修改。")
            return HttpResponseRedirect(reverse("bells"))
    else:
        typed |= {"name": line.name, "form": line.form, "style": line.style}
    values = {
        "section": "bells",
        "robot": line,
        "forms": FORMS.items(),
        "styles": STYLES.items(),
        "faults": faults,
        "typed": typed,
        "active": "active" in request.POST if request.method == "POST" else line.active,
        "conflict": conflict,
    }
    return render(request, "pages/robot.html", values, status=status)


def robot_try(request: PersonRequest, pk: int) -> HttpResponse:
    """Send a trial message to the group."""
    _say(request, try_robot(actor=request.actor, rights=request.rights, robot_id=pk), "测试消息已发出，请到群里查看。")
    return HttpResponseRedirect(reverse("bells"))


def robot_end(request: PersonRequest, pk: int) -> HttpResponse:
    """Use a robot no more."""
    try:
        ended = end_robot(actor=request.actor, rights=request.rights, robot_id=pk, seen=number_of(request, "seen") or 0)
    except Stale as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, f"群机器人“{ended.name}”已删除。")
    return HttpResponseRedirect(reverse("bells"))


def mail_try(request: PersonRequest) -> HttpResponse:
    """Send a trial message to the person's own address."""
    _say(request, try_mail(rights=request.rights, person=request.user), "测试邮件已发出，请查收。")
    return HttpResponseRedirect(reverse("bells"))


def delivery_again(request: PersonRequest, pk: int) -> HttpResponse:
    """Let one delivery be sent once more."""
    try:
        send_again(actor=request.actor, rights=request.rights, delivery_id=pk)
    except (Stale, Refused) as fault:
        if isinstance(fault, Refused) and fault.act:
            raise
        messages.error(request, str(fault))
    else:
        messages.success(request, "将在几分钟内再次发送。")
    return HttpResponseRedirect(reverse("bells"))


def _form(request: PersonRequest, *, new: bool) -> RobotForm:
    typed = {name: text_of(request, name) for name in _FIELDS}
    return RobotForm(**typed, active=new or "active" in request.POST, forget_secret="forget_secret" in request.POST)


def _say(request: PersonRequest, fault: str, done: str) -> None:
    if fault:
        messages.error(request, f"没有发出：{fault}。")
    else:
        messages.success(request, done)


SCREENS = (
    Screen("bells", "bells/", bells, "bell.edit", menu=Menu("提醒设置", 87)),
    Screen("robot_add", "bells/robots/", robot_add, "bell.edit", methods=("POST",)),
    Screen("robot", "bells/robots/<int:pk>/", robot, "bell.edit", methods=("GET", "POST")),
    Screen("robot_try", "bells/robots/<int:pk>/try/", robot_try, "bell.edit", methods=("POST",)),
    Screen("robot_end", "bells/robots/<int:pk>/end/", robot_end, "bell.edit", methods=("POST",)),
    Screen("mail_try", "bells/mail/", mail_try, "bell.edit", methods=("POST",)),
    Screen("delivery_again", "bells/deliveries/<int:pk>/again/", delivery_again, "bell.edit", methods=("POST",)),
)
