"""周期任务: what falls due when, what was done for it, other dates, and the unit's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.faults import Invalid, Stale
from zhenggai.web.ledger.actions.duties import move_occurrence, report_occurrence, set_term
from zhenggai.web.ledger.actions.layers import record_restricted_evidence_reads, record_restricted_reads
from zhenggai.web.ledger.actions.occurrence_evidence import prove_occurrence, unprove_occurrence
from zhenggai.web.ledger.queries.duties import LISTED, STATES, occurrence_list, occurrence_story, terms_of
from zhenggai.web.ledger.queries.evidence import restricted_of
from zhenggai.web.ledger.queries.finding import restricted_of_measure
from zhenggai.web.ledger.queries.inspections import inspection_of
from zhenggai.web.pages.forms import date_of, number_in, number_of, text_of, with_unread_date
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


def occurrences(request: PersonRequest, inspection: int) -> HttpResponse:
    """List the occurrences of a ledger."""
    found = inspection_of(request.rights, inspection)
    state, department = (request.GET.get(name, "").strip()[:50] for name in ("state", "department"))
    lines = occurrence_list(request.rights, found, state=state, department=department)
    values = {
        "section": "ledgers",
        "inspection": found,
        "lines": lines,
        "cut": len(lines) >= LISTED,
        "missing": sum(line.shortfall for line in lines),
        "states": STATES.items(),
        "state": state,
        "department": department,
        "may_set_terms": request.rights.may_in("occurrence.move", found.unit_id),
    }
    return render(request, "pages/occurrences.html", values)


def occurrence(
    request: PersonRequest,
    pk: int,
    faults: dict[str, str] | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show one occurrence with its reports and forms."""
    story = occurrence_story(request.rights, pk)
    if story.line.measure_id:
        secret = restricted_of_measure(request.rights, story.line.measure_id)
        record_restricted_reads(actor=request.actor, findings=secret, where="周期任务页")
    pieces = restricted_of([*story.proofs, *(story.offered if story.may_prove else ())])
    record_restricted_evidence_reads(actor=request.actor, pieces=pieces, where="周期任务页")
    typed = {
        name: text_of(request, name)
        for name in ("count", "held_on", "text", "due_on", "reason", "why", "piece", "why_end")
    }
    values = {"section": "ledgers", "story": story, "typed": typed, "faults": faults or {}, "conflict": conflict}
    return render(request, "pages/occurrence.html", values, status=status)


def occurrence_report(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a report."""
    try:
        report_occurrence(
            actor=request.actor,
            rights=request.rights,
            occurrence_id=pk,
            seen=number_of(request, "seen") or 0,
            count=number_in(text_of(request, "count"), digits=9),
            held_on=date_of(request, "held_on"),
            text=text_of(request, "text"),
        )
    except Invalid as fault:
        return occurrence(request, pk, with_unread_date(request, fault.fields, "held_on"), status=422)
    except Stale as fault:
        return occurrence(request, pk, conflict=str(fault), status=409)
    messages.success(request, "已填报。")
    return HttpResponseRedirect(reverse("occurrence", args=[pk]))


def occurrence_move(request: PersonRequest, pk: int) -> HttpResponse:
    """Set another date."""
    try:
        move_occurrence(
            actor=request.actor,
            rights=request.rights,
            occurrence_id=pk,
            seen=number_of(request, "seen") or 0,
            due_on=date_of(request, "due_on"),
            reason=text_of(request, "reason"),
        )
    except Invalid as fault:
        return occurrence(request, pk, with_unread_date(request, fault.fields, "due_on"), status=422)
    except Stale as fault:
        return occurrence(request, pk, conflict=str(fault), status=409)
    messages.success(request, "日期已调整。")
    return HttpResponseRedirect(reverse("occurrence", args=[pk]))


def occurrence_prove(request: PersonRequest, pk: int) -> HttpResponse:
    """Let pieces of the measure's evidence stand for this occurrence."""
    chosen = [found for text in request.POST.getlist("evidence") if (found := number_in(text)) is not None]
    try:
        prove_occurrence(actor=request.actor, rights=request.rights, occurrence_id=pk, evidence_ids=chosen)
    except Invalid as fault:
        return occurrence(request, pk, fault.fields, status=422)
    except Stale as fault:
        return occurrence(request, pk, conflict=str(fault), status=409)
    messages.success(request, "所选材料已用于这一次任务。")
    return HttpResponseRedirect(reverse("occurrence", args=[pk]))


def occurrence_unprove(request: PersonRequest, pk: int) -> HttpResponse:
    """Let a piece stand for this occurrence no more."""
    try:
        unprove_occurrence(
            actor=request.actor,
            rights=request.rights,
            occurrence_id=pk,
            evidence_id=number_of(request, "piece") or 0,
            reason=text_of(request, "why"),
        )
    except Invalid as fault:
        return occurrence(request, pk, {f"unprove_{name}": words for name, words in fault.fields.items()}, status=422)
    messages.success(request, "材料不再用于这一次任务，仍可证明这项措施。")
    return HttpResponseRedirect(reverse("occurrence", args=[pk]))


def terms(request: PersonRequest) -> HttpResponse:
    """Show the unit's terms and take another."""
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            set_term(
                actor=request.actor,
                rights=request.rights,
                name=text_of(request, "name"),
                start=date_of(request, "start"),
                end=date_of(request, "end"),
            )
        except Invalid as fault:
            faults = fault.fields
        else:
            messages.success(request, "学期已设置，按学期开展的任务已重新排列。")
            return HttpResponseRedirect(reverse("terms"))
    typed = {name: text_of(request, name) for name in ("name", "start", "end")}
    values = {"section": "ledgers", "terms": terms_of(request.rights), "typed": typed, "faults": faults}
    return render(request, "pages/terms.html", values, status=422 if faults else 200)


SCREENS = (
    Screen("occurrences", "ledger/<int:inspection>/occurrences/", occurrences, "ledger.read"),
    Screen("occurrence", "occurrences/<int:pk>/", occurrence, "ledger.read"),
    Screen(
        "occurrence_report", "occurrences/<int:pk>/report/", occurrence_report, "occurrence.report", methods=("POST",)
    ),
    Screen("occurrence_move", "occurrences/<int:pk>/move/", occurrence_move, "occurrence.move", methods=("POST",)),
    Screen("occurrence_prove", "occurrences/<int:pk>/evidence/", occurrence_prove, "evidence.add", methods=("POST",)),
    Screen(
        "occurrence_unprove",
        "occurrences/<int:pk>/evidence/end/",
        occurrence_unprove,
        "evidence.edit",
        methods=("POST",),
    ),
    Screen("terms", "terms/", terms, "occurrence.move", methods=("GET", "POST")),
)
