"""离线填报表: sent out for a department or for all, taken back, and confirmed as a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger.actions.imports import content_of
from zhenggai.web.ledger.actions.reporting_sheets import (
    ask_sheets,
    confirm_returned,
    packed_sheets,
    receive_sheet,
    send_sheet,
)
from zhenggai.web.ledger.drafting.reporting_sheet import STANDINGS, TAKEABLE
from zhenggai.web.ledger.queries.jobs import sheets_job
from zhenggai.web.ledger.queries.reporting import sheet_choices
from zhenggai.web.ledger.queries.reporting_sheets import returned_list, returned_review
from zhenggai.web.pages.forms import number_in, number_of, text_of
from zhenggai.web.pages.screen import Screen
from zhenggai.web.pages.views.jobs import progress_of

if TYPE_CHECKING:
    from zhenggai.web.pages.requests import PersonRequest

_LIGHTS = {
    "new": "blue",
    "changed": "orange",
    "wrong": "red",
    "unknown": "red",
    "taken": "done",
    "same": "calm",
    "empty": "none",
    "gone": "none",
}


def reporting_sheet(request: PersonRequest, pk: int) -> HttpResponse:
    """Send the sheet of one department."""
    department = request.GET.get("department", "").strip()[:100]
    file = send_sheet(actor=request.actor, rights=request.rights, cycle_id=pk, department=department)
    return _file(file.data, file.name, file.media_type)


def reporting_sheets(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask for the sheets of all departments that have something left to report."""
    asked = ask_sheets(actor=request.actor, rights=request.rights, cycle_id=pk)
    return HttpResponseRedirect(reverse("packed_sheets", args=[asked.pk]))


def packed(request: PersonRequest, pk: int) -> HttpResponse:
    """Show how far the packing is, and then where the archive is fetched."""
    line = sheets_job(request.rights, pk, request.actor.at)
    address = reverse("packed_sheets", args=[pk])
    if request.htmx:
        return progress_of(request, line, address)
    return render(request, "pages/packed_sheets.html", {"section": "ledgers", "job": line, "address": address})


def packed_file(request: PersonRequest, pk: int) -> HttpResponse:
    """Send the archive."""
    name, data = packed_sheets(request.rights, pk)
    return _file(data, name, "application/zip")


def reporting_return(request: PersonRequest) -> HttpResponse:
    """Show what is sent out and came back; take a filled-in sheet and lead to its rows."""
    faults: dict[str, str] = {}
    file = request.FILES.get("file")
    if request.method == "POST":
        try:
            returned = receive_sheet(
                actor=request.actor,
                rights=request.rights,
                name=(file.name if file else "") or "填报表.xlsx",
                data=content_of(file) if file else b"",
                sender=text_of(request, "sender"),
                cycle_id=number_of(request, "cycle"),
            )
        except Invalid as fault:
            faults = fault.fields
        else:
            return HttpResponseRedirect(reverse("returned_sheet", args=[returned.pk]))
    values = {
        "section": "reporting",
        "cycles": sheet_choices(request.rights),
        "cycle": number_of(request, "cycle") or number_in(request.GET.get("cycle", "").strip()),
        "sender": text_of(request, "sender"),
        "returned": returned_list(request.rights),
        "faults": faults,
    }
    return render(request, "pages/reporting_return.html", values, status=422 if faults else 200)


def returned_sheet(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a sheet that came back as a difference; take the rows that are chosen."""
    conflict, status = "", 200
    faults: dict[str, str] = {}
    chosen = request.POST.getlist("take")
    if request.method == "POST":
        seen = {
            name.removeprefix("seen-"): number_of(request, name) or 0
            for name in request.POST
            if name.startswith("seen-")
        }
        try:
            count = confirm_returned(
                actor=request.actor, rights=request.rights, returned_id=pk, chosen=frozenset(chosen), seen=seen
            )
        except Invalid as fault:
            faults, status = fault.fields, 422
        except Refused as fault:
            conflict, status = str(fault), 422
        except Stale as fault:
            conflict, status = str(fault), 409
        else:
            messages.success(request, f"已采纳{count}项，作为新的进展保存。")
            return HttpResponseRedirect(reverse("returned_sheet", args=[pk]))
    review = returned_review(request.rights, pk)
    lines = [
        (line, STANDINGS[line.standing], _LIGHTS[line.standing], line.standing in TAKEABLE,
         line.reference in chosen if request.method == "POST" else line.standing == "new")
        for line in review.lines
    ]  # fmt: skip
    values = {
        "section": "reporting",
        "review": review,
        "lines": lines,
        "takeable": sum(line.standing in TAKEABLE for line in review.lines),
        "counts": [(word, sum(line.standing == code for line in review.lines)) for code, word in STANDINGS.items()],
        "conflict": conflict,
        "faults": faults,
    }
    return render(request, "pages/returned_sheet.html", values, status=status)


def _file(data: bytes, name: str, media_type: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(data, content_type=media_type, headers={"Content-Disposition": disposition})


SCREENS = (
    Screen("reporting_sheet", "cycles/<int:pk>/sheet/", reporting_sheet, "reporting.collect"),
    Screen("reporting_sheets", "cycles/<int:pk>/sheets/", reporting_sheets, "reporting.manage", methods=("POST",)),
    Screen("packed_sheets", "reporting/packed/<int:pk>/", packed, "reporting.manage"),
    Screen("packed_file", "reporting/packed/<int:pk>/file/", packed_file, "reporting.manage"),
    Screen("reporting_return", "reporting/sheets/", reporting_return, "reporting.collect", methods=("GET", "POST")),
    Screen(
        "returned_sheet", "reporting/sheets/<int:pk>/", returned_sheet, "reporting.collect", methods=("GET", "POST")
    ),
)
