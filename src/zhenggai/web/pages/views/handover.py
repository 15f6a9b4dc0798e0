"""交接: look at what would pass, pass it, print the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.accounts.queries import people_of
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.actions.handover import hand_over, handover_record, preview_handover
from zhenggai.web.pages.forms import number_in, number_of, text_of
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


def handover(request: PersonRequest) -> HttpResponse:
    """Show the form with a preview of what would pass; take it."""
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            done = hand_over(
                actor=request.actor,
                rights=request.rights,
                giver_id=number_of(request, "giver") or 0,
                receiver_id=number_of(request, "receiver") or 0,
                reason=text_of(request, "reason"),
                leaves="leaves" in request.POST,
            )
        except Invalid as fault:
            faults = fault.fields
        else:
            return HttpResponseRedirect(reverse("handover_record", args=[done.pk]))
    giver = request.POST.get("giver") or request.GET.get("giver") or ""
    chosen = number_in(giver) or 0
    passing = None
    if chosen and "giver" not in faults:
        try:
            passing = preview_handover(rights=request.rights, giver_id=chosen)
        except Invalid as fault:
            faults |= fault.fields
    people = people_of(request.user.unit_id)
    values = {
        "section": "organizations",
        "people": people,
        "receivers": [(pk, name) for pk, name in people if pk != chosen],
        "giver": chosen,
        "passing": passing,
        "faults": faults,
        "typed": request.POST,
    }
    return render(request, "pages/handover.html", values, status=422 if faults else 200)


def record(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the record of a handover, to be printed and signed."""
    shown = handover_record(rights=request.rights, pk=pk)
    return render(request, "pages/handover_record.html", {"section": "organizations", "record": shown})


SCREENS = (
    Screen("handover", "handover/", handover, "handover.make", methods=("GET", "POST")),
    Screen("handover_record", "handover/<int:pk>/", record, "handover.make"),
)
