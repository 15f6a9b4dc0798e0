"""机构人员: the tree of a unit with its people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.accounts.actions import (
    change_organization,
    create_organization,
    create_person,
    hold_post,
    move_organization,
)
from zhenggai.web.accounts.models import Organization
from zhenggai.web.accounts.queries import ADMINISTRATION, organization_tree, places_of, units_of
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger.actions.handover import close_place
from zhenggai.web.pages.forms import number_of, text_of
from zhenggai.web.pages.screen import Menu, Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest

KINDS = (("department", "部门"), ("branch", "党支部"))
KINDS_BELOW_OFFICE = (*KINDS, ("unit", "单位"))


def organizations(request: PersonRequest) -> HttpResponse:
    """Show the person's own unit."""
    return _page(request, request.user.unit_id)


def unit(request: PersonRequest, pk: int) -> HttpResponse:
    """Show another unit that the person's office is over."""
    return _page(request, pk)


def add_organization(request: PersonRequest, pk: int) -> HttpResponse:
    """Add a department or branch."""
    _unit(request, pk)
    parent = _place(pk, number_of(request, "parent") or pk)
    try:
        made = create_organization(
            actor=request.actor,
            rights=request.rights,
            kind=text_of(request, "kind"),
            name=text_of(request, "name"),
            short_name=text_of(request, "short_name"),
            parent=parent,
        )
    except Invalid as fault:
        return _page(request, pk, form="organization", faults=fault.fields)
    messages.success(request, f"已新增“{made.name}”。")
    return HttpResponseRedirect(reverse("unit", args=[pk]))


def edit_organization(request: PersonRequest, pk: int, organization: int) -> HttpResponse:
    """Rename, move or close a department or branch."""
    _unit(request, pk)
    _place(pk, organization)
    try:
        messages.success(request, _edit(request, organization))
    except Invalid as fault:
        return _page(request, pk, form=f"edit-{organization}", faults=fault.fields)
    except (Refused, Stale) as fault:
        status = 409 if isinstance(fault, Stale) else 403
        return _page(request, pk, form=f"edit-{organization}", faults={"": str(fault)}, status=status)
    return HttpResponseRedirect(reverse("unit", args=[pk]))


def _edit(request: PersonRequest, organization: int) -> str:
    actor, rights, seen = request.actor, request.rights, number_of(request, "seen") or 0
    match text_of(request, "what"):
        case "close":
            done = close_place(actor=actor, rights=rights, organization_id=organization)
            return f"“{done.name}”已撤销。"
        case "move":
            parent = number_of(request, "parent") or 0
            done = move_organization(
                actor=actor, rights=rights, organization_id=organization, seen=seen, parent_id=parent
            )
            return f"“{done.name}”的上级已调整。"
        case _:
            done = change_organization(
                actor=actor,
                rights=rights,
                organization_id=organization,
                seen=seen,
                name=text_of(request, "name"),
                short_name=text_of(request, "short_name"),
            )
            return f"已改为“{done.name}”。"


def add_person(request: PersonRequest, pk: int) -> HttpResponse:
    """Add a person, in an organisation if one is chosen."""
    _unit(request, pk)
    home = _place(pk, pk)
    place = number_of(request, "organization")
    try:
        with transaction.atomic():
            person = create_person(actor=request.actor, rights=request.rights, unit=home, name=text_of(request, "name"))
            if place:
                hold_post(
                    actor=request.actor,
                    rights=request.rights,
                    person=person,
                    organization=_place(pk, place),
                    title=text_of(request, "title"),
                )
    except Invalid as fault:
        return _page(request, pk, form="person", faults=fault.fields)
    messages.success(request, f"已新增“{person.name}”，可在下面授予角色、开通账号。")
    return HttpResponseRedirect(reverse("person", args=[person.pk]))


def _page(
    request: PersonRequest, pk: int, *, form: str = "", faults: dict[str, str] | None = None, status: int = 422
) -> HttpResponse:
    act = next((act for act in ADMINISTRATION if request.rights.may(act)), ADMINISTRATION[0])
    units = list(units_of(request.rights, act).order_by("pk")[:200])
    chosen = next((one for one in units if one.pk == pk), None)
    if chosen is None:
        raise Unknown("这个单位")
    lines, others = organization_tree(request.rights, pk)
    values = {
        "section": "organizations",
        "unit": chosen,
        "units": units,
        "lines": lines,
        "others": others,
        "places": places_of(pk),
        "kinds": KINDS_BELOW_OFFICE if chosen.kind == Organization.Kind.INSPECTION_OFFICE else KINDS,
        "forms": {form: {"faults": faults, "typed": request.POST}} if faults else {},
        "faults": faults or {},
        "may_edit": request.rights.may_in("organization.edit", pk),
        "may_hand_over": request.rights.may_in("handover.make", pk),
    }
    return render(request, "pages/organizations.html", values, status=status if faults else 200)


def _unit(request: PersonRequest, pk: int) -> None:
    """Let pass a unit that the person's administration reaches; another is as good as none."""
    if not any(units_of(request.rights, act).filter(pk=pk).exists() for act in ADMINISTRATION):
        raise Unknown("这个单位")


def _place(unit_id: int, pk: int) -> Organization:
    """Return an organisation of the unit; one of another unit is as good as none."""
    found = Organization.objects.filter(pk=pk, unit=unit_id).first()
    if found is None:
        raise Unknown("这个机构")
    return found


SCREENS = (
    Screen("organizations", "organizations/", organizations, "organization.read", menu=Menu("机构人员", 80)),
    Screen("unit", "organizations/<int:pk>/", unit, "organization.read"),
    Screen("add_organization", "organizations/<int:pk>/add/", add_organization, "organization.edit", methods=("POST",)),
    Screen(
        "edit_organization", "organizations/<int:pk>/<int:organization>/", edit_organization, "organization.edit",
        methods=("POST",),
    ),
    Screen("add_person", "organizations/<int:pk>/people/", add_person, "organization.edit", methods=("POST",)),
)  # fmt: skip
