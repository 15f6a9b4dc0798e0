"""问题: the whole story of one finding, and the progress form of its measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.text import fold
from zhenggai.web.faults import Invalid, Stale
from zhenggai.web.ledger.actions.layers import record_restricted_evidence_reads, record_restricted_reads, set_layer
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.queries.evidence import restricted_of
from zhenggai.web.ledger.queries.finding import (
    finding_of_measure,
    finding_story,
    measure_story,
    restricted_of_measure,
)
from zhenggai.web.ledger.queries.resolutions import resolutions_of_finding
from zhenggai.web.ledger.wording import COMPLETION_STATUSES, LAYERS
from zhenggai.web.pages.as_of import as_of
from zhenggai.web.pages.forms import number_in
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


def finding(
    request: PersonRequest, pk: int, faults: dict[str, str] | None = None, conflict: str = "", status: int = 200
) -> HttpResponse:
    """Show the finding; a restricted one leaves an event. What came back of the form about its layer is kept."""
    asked = as_of(request)
    story = finding_story(request.rights, pk, as_of=asked["as_of"])
    shown = story.finding
    if shown.layer == "restricted":
        record_restricted_reads(
            actor=request.actor, findings=[(shown.pk, shown.unit_id, shown.reference)], where="问题页"
        )
    pieces = [piece for response in story.responses for measure in response.measures for piece in measure.evidence]
    record_restricted_evidence_reads(actor=request.actor, pieces=restricted_of(pieces), where="问题页")
    values = {
        **asked,
        "section": "ledgers",
        "story": story,
        "finding": shown,
        "resolutions": resolutions_of_finding(request.rights, shown.pk),
        "layers": LAYERS,
        "may_export": request.rights.may_in("proof.export", shown.unit_id),
        "may_enclose": request.rights.may_in("evidence.read", shown.unit_id),
        "may_edit": request.rights.may_in("ledger.edit", shown.unit_id),
        "may_supervise": request.rights.may_in("paper.draft", shown.unit_id),
        "may_open": request.rights.may_in("ledger.read", shown.unit_id),
        "faults": faults or {},
        "conflict": conflict,
        "layer": request.POST.get("layer", shown.layer),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "pages/finding.html", values, status=422 if asked["as_of_fault"] else status)


def progress(request: PersonRequest, measure: int) -> HttpResponse:
    """Show the progress form of a measure, or take a report."""
    typed = {
        name: request.POST.get(name, "") for name in ("percent", "completion_status", "done", "difficulty", "next_step")
    }
    faults: dict[str, str] = {}
    conflict, status = "", 200
    if request.method == "POST":
        try:
            report_progress(
                actor=request.actor,
                rights=request.rights,
                measure_id=measure,
                seen=_number(request.POST.get("seen", "")) or 0,
                percent=_number(typed["percent"]),
                completion_status=typed["completion_status"],
                done=typed["done"],
                difficulty=typed["difficulty"],
                next_step=typed["next_step"],
            )
        except Invalid as fault:
            faults, status = fault.fields, 422
        except Stale as fault:
            conflict, status = str(fault), 409
        else:
            messages.success(request, "进展已填报。")
            return _back(request, measure)
    story = measure_story(request.rights, measure)
    secret = restricted_of_measure(request.rights, measure)
    record_restricted_reads(actor=request.actor, findings=secret, where="进展填报页")
    values = {
        "section": "ledgers",
        "measure": story,
        "typed": typed
        if request.method == "POST"
        else {"percent": story.percent, "completion_status": story.status_code},
        "faults": faults,
        "conflict": conflict,
        "statuses": COMPLETION_STATUSES,
        "finding": finding_of_measure(request.rights, measure),
    }
    template = "pages/progress_form.html" if request.htmx else "pages/progress.html"
    return render(request, template, values, status=status)


def layer(request: PersonRequest, pk: int) -> HttpResponse:
    """Move a finding into the restricted layer or out of it."""
    try:
        set_layer(
            actor=request.actor,
            rights=request.rights,
            finding_id=pk,
            seen=_number(request.POST.get("seen", "")) or 0,
            layer=request.POST.get("layer", ""),
            reason=request.POST.get("reason", ""),
        )
    except Invalid as fault:
        return finding(request, pk, fault.fields, status=422)
    except Stale as fault:
        return finding(request, pk, conflict=str(fault), status=409)
    messages.success(request, "知悉范围已调整。")
    return HttpResponseRedirect(reverse("ledgers"))


def _back(request: PersonRequest, measure: int) -> HttpResponse:
    page = reverse("finding", args=[finding_of_measure(request.rights, measure)])
    response = HttpResponseRedirect(f"{page}#m{measure}")
    if request.htmx:
        response.status_code = 200
        del response["Location"]
        if request.htmx.current_url_abs_path == page:  # a browser does not load a page anew for another place on it
            response["HX-Refresh"] = "true"
        else:
            response["HX-Redirect"] = f"{page}#m{measure}"
    return response


def _number(text: str) -> int | None:
    return number_in(fold(text).strip().removesuffix("%"), digits=9)


SCREENS = (
    Screen("finding", "findings/<int:pk>/", finding, "ledger.read"),
    Screen("progress", "measures/<int:measure>/progress/", progress, "progress.report", methods=("GET", "POST")),
    Screen("finding_layer", "findings/<int:pk>/layer/", layer, "ledger.edit", methods=("POST",)),
)
