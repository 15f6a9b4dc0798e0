"""周期任务 that the office sets up by hand: typed, previewed, kept; and given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.faults import Invalid, Stale
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.actions.own_duties import RHYTHMS, give_up_duty, make_duty, preview_duty
from zhenggai.web.ledger.queries.duties import occurrence_story
from zhenggai.web.ledger.queries.finding import finding_of_measure, measure_story, restricted_of_measure
from zhenggai.web.pages.forms import number_of, text_of
from zhenggai.web.pages.screen import Screen
from zhenggai.web.pages.views.occurrences import occurrence

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


def duty_new(request: PersonRequest, measure: int) -> HttpResponse:
    """Show the form; show what a rhythm comes to; keep it once that has been seen."""
    story = measure_story(request.rights, measure, "duty.edit")
    secret = restricted_of_measure(request.rights, measure)
    record_restricted_reads(actor=request.actor, findings=secret, where="设立周期任务页")
    typed = {name: text_of(request, name) for name in ("chosen", "wording", "reason", "shown")}
    wording = typed["wording"] or typed["chosen"]
    faults: dict[str, str] = {}
    conflict = ""
    occasions: tuple[object, ...] = ()
    if request.method == "POST":
        who: dict[str, Any] = {"rights": request.rights, "measure_id": measure, "wording": wording}
        try:
            occasions = preview_duty(**who)
            if typed["shown"] == wording:
                make_duty(actor=request.actor, reason=typed["reason"], **who)
                messages.success(request, f"周期任务“{wording}”已设立，并逐次列出。")
                return HttpResponseRedirect(
                    reverse("finding", args=[finding_of_measure(request.rights, measure)]) + f"#m{measure}"
                )
        except Invalid as fault:
            faults = fault.fields
        except Stale as fault:
            conflict = str(fault)
    values = {
        "section": "ledgers",
        "measure": story,
        "finding": finding_of_measure(request.rights, measure),
        "rhythms": [(words, words) for words in RHYTHMS],
        "typed": typed,
        "wording": wording,
        "occasions": occasions,
        "faults": faults,
        "conflict": conflict,
    }
    return render(request, "pages/duty_new.html", values, status=409 if conflict else 422 if faults else 200)


def duty_give_up(request: PersonRequest, occurrence_pk: int) -> HttpResponse:
    """End the duty to which an occurrence belongs."""
    try:
        give_up_duty(
            actor=request.actor,
            rights=request.rights,
            duty_id=occurrence_story(request.rights, occurrence_pk).duty.pk,
            seen=number_of(request, "duty_seen") or 0,
            reason=text_of(request, "why_end"),
        )
    except Invalid as fault:
        return occurrence(request, occurrence_pk, {"why_end": fault.fields["reason"]}, status=422)
    except Stale as fault:
        return occurrence(request, occurrence_pk, conflict=str(fault), status=409)
    messages.success(request, "周期任务已取消；没有开展、尚未到期的各次不再列出。")
    return HttpResponseRedirect(reverse("occurrence", args=[occurrence_pk]))


SCREENS = (
    Screen("duty_new", "measures/<int:measure>/duty/", duty_new, "duty.edit", methods=("GET", "POST")),
    Screen("duty_give_up", "occurrences/<int:occurrence_pk>/give-up/", duty_give_up, "duty.edit", methods=("POST",)),
)
