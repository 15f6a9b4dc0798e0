"""延期申请: asking for a later date, answering, taking back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.text import day_words
from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger.actions.extensions import ask_extension, decide_extension, withdraw_extension
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.queries.extensions import asking, extension_list, extension_story
from zhenggai.web.ledger.queries.finding import restricted_of_measure
from zhenggai.web.pages.as_of import as_of
from zhenggai.web.pages.forms import date_of, number_of, text_of, with_unread_date
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


def extensions(request: PersonRequest) -> HttpResponse:
    """List the applications that the person sees."""
    asked = as_of(request)
    values = {**asked, "section": "ledgers", "lines": extension_list(request.rights)}
    return render(request, "pages/extensions.html", values, status=422 if asked["as_of_fault"] else 200)


def extension_ask(request: PersonRequest, measure: int) -> HttpResponse:
    """Show the form of an application, or take it."""
    faults: dict[str, str] = {}
    conflict, status = "", 200
    typed = {name: text_of(request, name) for name in ("until", "reason", "progress")}
    if request.method == "POST":
        try:
            made = ask_extension(
                actor=request.actor,
                rights=request.rights,
                measure_id=measure,
                seen=number_of(request, "seen") or 0,
                until=date_of(request, "until"),
                reason=typed["reason"],
                progress=typed["progress"],
            )
        except Invalid as fault:
            faults, status = with_unread_date(request, fault.fields, "until"), 422
        except (Stale, Refused) as fault:
            if isinstance(fault, Refused) and fault.act:
                raise
            conflict, status = str(fault) if isinstance(fault, Stale) else "", 409
        else:
            messages.success(
                request,
                f"延期申请已提出，应在{day_words(made.answer_by)}前答复。",
            )
            return HttpResponseRedirect(reverse("extension", args=[made.pk]))
    form = asking(request.rights, measure)
    _told(request, measure)
    values = {"section": "ledgers", "asking": form, "typed": typed, "faults": faults, "conflict": conflict}
    return render(request, "pages/extension_ask.html", values, status=status)


def extension(
    request: PersonRequest, pk: int, faults: dict[str, str] | None = None, conflict: str = "", status: int = 200
) -> HttpResponse:
    """Show one application, and the form to answer it to who may."""
    story = extension_story(request.rights, pk)
    _told(request, story.line.measure_id)
    typed = {name: text_of(request, name) for name in ("decision", "until", "note")}
    if request.method != "POST":
        typed["until"] = story.line.until.isoformat()
    asked = as_of(request)
    values = {
        **asked,
        "section": "ledgers",
        "story": story,
        "typed": typed,
        "faults": faults or {},
        "conflict": conflict,
    }
    return render(request, "pages/extension.html", values, status=422 if asked["as_of_fault"] else status)


def extension_decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Take an answer."""
    decision = text_of(request, "decision")
    try:
        decided = decide_extension(
            actor=request.actor,
            rights=request.rights,
            extension_id=pk,
            seen=number_of(request, "seen") or 0,
            granted=_granted(decision),
            until=date_of(request, "until"),
            note=text_of(request, "note"),
        )
    except Invalid as fault:
        return extension(request, pk, with_unread_date(request, fault.fields, "until"), status=422)
    except Stale as fault:
        return extension(request, pk, conflict=str(fault), status=409)
    messages.success(request, f"已答复：{decided.get_state_display()}。")
    return HttpResponseRedirect(reverse("extension", args=[pk]))


def extension_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Take an application back."""
    try:
        withdraw_extension(
            actor=request.actor, rights=request.rights, extension_id=pk, seen=number_of(request, "seen") or 0
        )
    except Stale as fault:
        return extension(request, pk, conflict=str(fault), status=409)
    messages.success(request, "延期申请已撤回。")
    return HttpResponseRedirect(reverse("extension", args=[pk]))


def _granted(decision: str) -> bool | None:
    return {"grant": True, "refuse": False}.get(decision)


def _told(request: PersonRequest, measure: int) -> None:
    secret = restricted_of_measure(request.rights, measure)
    record_restricted_reads(actor=request.actor, findings=secret, where="延期申请页")


SCREENS = (
    Screen("extensions", "extensions/", extensions, "ledger.read"),
    Screen(
        "extension_ask", "measures/<int:measure>/extension/", extension_ask, "extension.ask", methods=("GET", "POST")
    ),
    Screen("extension", "extensions/<int:pk>/", extension, "ledger.read"),
    Screen("extension_decide", "extensions/<int:pk>/decide/", extension_decide, "extension.decide", methods=("POST",)),
    Screen(
        "extension_withdraw", "extensions/<int:pk>/withdraw/", extension_withdraw, "extension.ask", methods=("POST",)
    ),
)
