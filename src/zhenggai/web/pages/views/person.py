"""人员: posts, roles, need to know, deputies, account and tokens of one person; each form does one action."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.accounts import actions
from zhenggai.web.accounts.actions.bells import set_bells
from zhenggai.web.accounts.actions.departure import take_back
from zhenggai.web.accounts.models import Organization
from zhenggai.web.accounts.queries import act_choices, colleagues, person_story, places_of, role_choices
from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger.actions.handover import let_leave
from zhenggai.web.pages.bell_form import bells_kept, bells_typed
from zhenggai.web.pages.forms import date_or_fault, number_of, text_of
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


class Shown(NamedTuple):
    """A secret that is shown once, with the words around it."""

    before: str
    secret: str
    after: str


def person(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the person."""
    return _page(request, pk)


def act(request: PersonRequest, pk: int, what: str) -> HttpResponse:
    """Do one action to the person; a value that cannot be taken is named beside its field."""
    try:
        shown = DOINGS[what][1](request, pk)
    except Invalid as fault:
        return _page(request, pk, form=what, faults=fault.fields, status=422)
    except (Refused, Stale) as fault:
        if isinstance(fault, Refused) and fault.act:
            raise  # who lacks the right may not see the page either
        return _page(request, pk, form=what, faults={"": str(fault)}, status=fault.status)
    if shown:
        return _page(request, pk, shown=shown)
    messages.success(request, "已办理。")
    return HttpResponseRedirect(reverse("person", args=[pk]))


def _name(request: PersonRequest, pk: int) -> None:
    actions.change_person(
        actor=request.actor,
        rights=request.rights,
        person_id=pk,
        seen=number_of(request, "seen") or 0,
        name=text_of(request, "name"),
    )


def _post(request: PersonRequest, pk: int) -> None:
    story = person_story(request.rights, pk, request.actor.at)
    place = Organization.objects.filter(pk=number_of(request, "organization") or 0, unit=story.person.unit_id).first()
    if place is None:
        raise Invalid({"organization": "请选择机构。"})
    actions.hold_post(
        actor=request.actor,
        rights=request.rights,
        person=story.person,
        organization=place,
        title=text_of(request, "title"),
        since=date_or_fault(request, "since"),
    )


def _end_post(request: PersonRequest, pk: int) -> None:  # noqa: ARG001 — all doings are called alike
    actions.end_post(actor=request.actor, rights=request.rights, post_id=number_of(request, "post") or 0)


def _role(request: PersonRequest, pk: int) -> None:
    story = person_story(request.rights, pk, request.actor.at)
    since, until = date_or_fault(request, "since"), date_or_fault(request, "until")
    actions.grant_roles(
        actor=request.actor,
        rights=request.rights,
        person=story.person,
        roles=[text_of(request, "role")],
        scope=story.person.unit,
        since=since,
        until=until,
        reason=text_of(request, "reason"),
    )


def _end_role(request: PersonRequest, pk: int) -> None:  # noqa: ARG001 — all doings are called alike
    actions.revoke_grant(actor=request.actor, rights=request.rights, grant_id=number_of(request, "grant") or 0)


def _secret(request: PersonRequest, pk: int) -> None:
    actions.grant_restricted(
        actor=request.actor,
        rights=request.rights,
        person_id=pk,
        reason=text_of(request, "reason"),
        until=date_or_fault(request, "until"),
    )


def _end_secret(request: PersonRequest, pk: int) -> None:  # noqa: ARG001 — all doings are called alike
    actions.revoke_restricted(actor=request.actor, rights=request.rights, grant_id=number_of(request, "grant") or 0)


def _deputy(request: PersonRequest, pk: int) -> None:
    actions.appoint_deputy(
        actor=request.actor,
        rights=request.rights,
        person_id=pk,
        deputy_id=number_of(request, "deputy") or 0,
        since=date_or_fault(request, "since"),
        until=date_or_fault(request, "until"),
        reason=text_of(request, "reason"),
    )


def _end_deputy(request: PersonRequest, pk: int) -> None:  # noqa: ARG001 — all doings are called alike
    actions.end_deputy(actor=request.actor, rights=request.rights, deputy_id=number_of(request, "deputy") or 0)


def _login(request: PersonRequest, pk: int) -> Shown:
    password = actions.give_login(
        actor=request.actor, rights=request.rights, person_id=pk, login=text_of(request, "login")
    )
    return Shown("账号已开通，首次密码：", password, "　只显示这一次，请当面交给本人，首次登录时须修改。")


def _reset(request: PersonRequest, pk: int) -> Shown:
    password = actions.reset_password(actor=request.actor, rights=request.rights, person_id=pk)
    return Shown("密码已重置，新密码：", password, "　只显示这一次，请当面交给本人，登录时须修改。")


def _unlock(request: PersonRequest, pk: int) -> None:
    actions.unlock(actor=request.actor, rights=request.rights, person_id=pk)


def _leave(request: PersonRequest, pk: int) -> None:
    let_leave(actor=request.actor, rights=request.rights, person_id=pk, reason=text_of(request, "reason"))


def _return(request: PersonRequest, pk: int) -> None:
    take_back(actor=request.actor, rights=request.rights, person_id=pk, reason=text_of(request, "reason"))


def _code(request: PersonRequest, pk: int) -> None:
    actions.remove_code(actor=request.actor, rights=request.rights, person_id=pk)


def _bells(request: PersonRequest, pk: int) -> None:
    set_bells(actor=request.actor, rights=request.rights, person_id=pk, **bells_typed(request))


def _token(request: PersonRequest, pk: int) -> Shown:
    _, key = actions.issue_token(
        actor=request.actor,
        rights=request.rights,
        person_id=pk,
        name=text_of(request, "name"),
        acts=request.POST.getlist("acts"),
        days=number_of(request, "days"),
    )
    return Shown("令牌已发放：", key, "　只显示这一次，请妥善保存。")


def _end_token(request: PersonRequest, pk: int) -> None:  # noqa: ARG001 — all doings are called alike
    actions.revoke_token(actor=request.actor, rights=request.rights, token_id=number_of(request, "token") or 0)


DOINGS: dict[str, tuple[str, Callable[[PersonRequest, int], Shown | None]]] = {
    "name": ("organization.edit", _name),
    "post": ("organization.edit", _post),
    "end-post": ("organization.edit", _end_post),
    "role": ("grant.edit", _role),
    "end-role": ("grant.edit", _end_role),
    "secret": ("restricted.grant", _secret),
    "end-secret": ("restricted.grant", _end_secret),
    "deputy": ("deputy.appoint", _deputy),
    "end-deputy": ("deputy.appoint", _end_deputy),
    "login": ("person.unlock", _login),
    "reset": ("person.unlock", _reset),
    "unlock": ("person.unlock", _unlock),
    "leave": ("organization.edit", _leave),
    "return": ("organization.edit", _return),
    "code": ("person.unlock", _code),
    "bells": ("organization.edit", _bells),
    "token": ("token.issue", _token),
    "end-token": ("token.issue", _end_token),
}
"""What a form does, by the last part of its address, and the act that it needs."""


def _doing(what: str) -> Callable[..., HttpResponse]:
    def view(request: PersonRequest, pk: int) -> HttpResponse:
        return act(request, pk, what)

    return view


def _page(
    request: PersonRequest,
    pk: int,
    *,
    form: str = "",
    faults: dict[str, str] | None = None,
    shown: Shown | None = None,
    status: int = 200,
) -> HttpResponse:
    story = person_story(request.rights, pk, request.actor.at)
    unit = story.person.unit_id
    values = {
        "section": "organizations",
        "story": story,
        "person": story.person,
        "places": places_of(unit),
        "roles": role_choices(),
        "acts": act_choices(),
        "colleagues": colleagues(story.person),
        "forms": {form: {"faults": faults, "typed": request.POST, "chosen": request.POST.getlist("acts")}}
        if faults
        else {},
        "faults": faults or {},
        "bells": bells_typed(request) if form == "bells" and faults else bells_kept(story.person),
        "shown": shown,
        "may": {
            name: request.rights.may_in(code, unit)
            for name, code in {
                "edit": "organization.edit",
                "grant": "grant.edit",
                "secret": "restricted.grant",
                "unlock": "person.unlock",
                "deputy": "deputy.appoint",
                "token": "token.issue",
                "hand_over": "handover.make",
            }.items()
        },
    }
    return render(request, "pages/person.html", values, status=status)


SCREENS = (
    Screen("person", "people/<int:pk>/", person, "organization.read"),
    *(
        Screen(f"person_{what.replace('-', '_')}", f"people/<int:pk>/{what}/", _doing(what), needed, methods=("POST",))
        for what, (needed, _) in DOINGS.items()
    ),
)
