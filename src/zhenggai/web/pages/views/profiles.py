"""规则配置: what a profile says, a version of one's own with the difference shown first, and which one a ledger goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.profile import LIST_SIGN, open_groups
from zhenggai.web.faults import Invalid, Stale
from zhenggai.web.ledger.actions.profiles import bind_profile, make_profile, preview_profile
from zhenggai.web.ledger.queries.inspections import inspection_of
from zhenggai.web.ledger.queries.profiles import binding_difference, choices_for, profile_list, profile_text
from zhenggai.web.pages.forms import number_of, text_of
from zhenggai.web.pages.screen import Menu, Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.profile import Field, FieldChange
    from zhenggai.web.pages.requests import PersonRequest

_LONGEST = 4000
_PARTS = {"meetings": "会议", "supervision": "督办"}
"""Parts of the form that have a page of their own, so that no page grows too heavy; the sections of each begin with its name."""


def profiles(request: PersonRequest) -> HttpResponse:
    """List the unit's own profiles and those shipped."""
    found = profile_list(request.rights)
    return render(request, "pages/profiles.html", {"profiles": found})


def profile(request: PersonRequest, key: str) -> HttpResponse:
    """Show what one profile says."""
    found = profile_text(request.rights, key)
    return render(request, "pages/profile.html", {"section": "profiles", "profile": found})


def profile_change(request: PersonRequest, key: str) -> HttpResponse:
    """Show the form; show what it would change; keep it as a version of one's own."""
    found = profile_text(request.rights, key)
    typed = _typed(request) if request.method == "POST" else {}
    faults: dict[str, str] = {}
    changes: tuple[FieldChange, ...] | None = None
    if request.method == "POST":
        try:
            if "keep" in request.POST:
                made = make_profile(actor=request.actor, rights=request.rights, based_on=key, typed=typed)
                messages.success(
                    request,
                    f"已保存为“{made.table['name']}”第{made.version}版。已有台账仍按原来的配置，需要时在台账页改用。",
                )
                return HttpResponseRedirect(reverse("profile", args=[made.key]))
            changes = preview_profile(rights=request.rights, based_on=key, typed=typed)
        except Invalid as fault:
            faults = fault.fields
    part = request.GET.get("part", "")
    part = part if part in _PARTS else ""
    shown = [(title, fields) for title, fields in found.groups if _part_of(title) == part]
    values = {
        "section": "profiles",
        "profile": found,
        "parts": {"": "基本、填报、销号等", **_PARTS}.items(),
        "part": part,
        "groups": [(title, [(field, _value(field, typed)) for field in fields]) for title, fields in shown],
        "open": [] if part else [(path, label, typed.get(path, "")) for path, label in open_groups().items()],
        "changes": changes,
        "faults": faults,
        "typed": typed,
    }
    return render(request, "pages/profile_change.html", values, status=422 if faults else 200)


def profile_bind(request: PersonRequest, inspection: int) -> HttpResponse:
    """Choose the profile that a ledger goes by: the choice, then what it changes, then the act."""
    found = inspection_of(request.rights, inspection, "profile.edit")
    choices = choices_for(request.rights, found)
    key = text_of(request, "profile") or request.GET.get("profile", "")
    faults: dict[str, str] = {}
    conflict = ""
    if request.method == "POST":
        try:
            bind_profile(
                actor=request.actor,
                rights=request.rights,
                inspection_id=found.pk,
                seen=number_of(request, "seen") or 0,
                key=key,
            )
        except Invalid as fault:
            faults = fault.fields
        except Stale as fault:
            conflict = str(fault)
            found.refresh_from_db()
        else:
            messages.success(request, "已改用所选的规则配置。")
            return HttpResponseRedirect(reverse("ledger", args=[found.pk]))
    known = key in dict(choices)
    values = {
        "section": "ledgers",
        "inspection": found,
        "choices": choices,
        "key": key if known else found.profile,
        "changes": binding_difference(found, key) if known and key != found.profile else None,
        "faults": faults,
        "conflict": conflict,
    }
    return render(request, "pages/profile_bind.html", values, status=409 if conflict else 422 if faults else 200)


def _part_of(title: str) -> str:
    """Return the part of the form in which a group of values stands; what is not on the page stays as it is."""
    return next((part for part, name in _PARTS.items() if title.partition("：")[0] == name), "")


def _value(field: Field, typed: dict[str, str]) -> str | list[str]:
    value = typed.get(field.path, field.value)
    return value.split(LIST_SIGN) if field.kind == "many" else value


def _typed(request: PersonRequest) -> dict[str, str]:
    """Return what was typed by path; line ends of a text field as one character."""
    return {
        name.removeprefix("v."): text_of(request, name).replace("\r\n", "\n")[:_LONGEST]
        for name in request.POST
        if name.startswith("v.")
    } | {
        name.removeprefix("many."): LIST_SIGN.join(filter(None, request.POST.getlist(name)))[:_LONGEST]
        for name in request.POST
        if name.startswith("many.")
    }


SCREENS = (
    Screen("profiles", "profiles/", profiles, "profile.read", menu=Menu("规则配置", 85)),
    Screen("profile", "profiles/<str:key>/", profile, "profile.read"),
    Screen("profile_change", "profiles/<str:key>/change/", profile_change, "profile.edit", methods=("GET", "POST")),
    Screen("profile_bind", "ledger/<int:inspection>/profile/", profile_bind, "profile.edit", methods=("GET", "POST")),
)
