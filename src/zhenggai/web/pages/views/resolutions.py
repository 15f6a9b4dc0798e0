"""议定事项: the list, and one with its reports and its acceptance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.actions.resolutions import accept_resolution, report_resolution, withdraw_resolution
from zhenggai.web.ledger.queries.resolutions import STATES, resolution_list, resolution_story
from zhenggai.web.pages.forms import number_of, text_of
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


def resolutions(request: PersonRequest) -> HttpResponse:
    """List the resolutions that the person sees."""
    shown = request.GET.get("shown", "")
    shown = shown if shown in STATES else ""
    lines = resolution_list(request.rights, shown=shown)
    values = {"section": "meetings", "lines": lines, "shown": shown, "choices": STATES.items()}
    return render(request, "pages/resolutions.html", values)


def resolution(
    request: PersonRequest, pk: int, faults: dict[str, str] | None = None, conflict: str = "", status: int = 200
) -> HttpResponse:
    """Show one resolution, and the forms for what the person may do."""
    story = resolution_story(request.rights, pk)
    record_restricted_reads(actor=request.actor, findings=story.secret, where="议定事项页")
    step = request.resolver_match.url_name if request.resolver_match else ""
    forms = {
        "resolution_report": story.may_report,
        "resolution_accept": story.may_accept,
        "resolution_withdraw": story.may_withdraw,
    }
    values = {
        "section": "meetings",
        "story": story,
        "line": story.line,
        "typed": request.POST,
        "kept": "" if forms.get(step or "", True) else text_of(request, "text"),
        "step": step,
        "faults": faults or {},
        "conflict": conflict,
    }
    return render(request, "pages/resolution.html", values, status=status)


def resolution_report(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a report."""
    finished = text_of(request, "finished") == "1"

    def act() -> str:
        report_resolution(**_who(request, pk), finished=finished)
        return "已报办结，等待验收。" if finished else "办理进展已报告。"

    return _taken(request, pk, act)


def resolution_accept(request: PersonRequest, pk: int) -> HttpResponse:
    """Take an acceptance or a return."""
    accepted = {"accept": True, "return": False}.get(text_of(request, "decision"))

    def act() -> str:
        accept_resolution(**_who(request, pk), accepted=accepted)
        return "验收通过，议定事项已办结。" if accepted else "已退回承办单位继续办理。"

    return _taken(request, pk, act)


def resolution_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Withdraw a resolution."""

    def act() -> str:
        withdraw_resolution(**_who(request, pk))
        return "议定事项已撤销。"

    return _taken(request, pk, act)


def _who(request: PersonRequest, pk: int) -> dict[str, Any]:
    return {
        "actor": request.actor,
        "rights": request.rights,
        "resolution_id": pk,
        "seen": number_of(request, "seen") or 0,
        "text": text_of(request, "text"),
    }


def _taken(request: PersonRequest, pk: int, act: Callable[[], str]) -> HttpResponse:
    try:
        told = act()
    except Invalid as fault:
        return resolution(request, pk, fault.fields, status=422)
    except (Stale, Refused) as fault:
        if isinstance(fault, Refused) and fault.act:
            raise
        return resolution(request, pk, conflict=str(fault), status=409)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("resolution", args=[pk]))


SCREENS = (
    Screen("resolutions", "resolutions/", resolutions, "meeting.read"),
    Screen("resolution", "resolutions/<int:pk>/", resolution, "meeting.read"),
    Screen(
        "resolution_report", "resolutions/<int:pk>/report/", resolution_report, "resolution.report", methods=("POST",)
    ),
    Screen(
        "resolution_accept", "resolutions/<int:pk>/accept/", resolution_accept, "resolution.accept", methods=("POST",)
    ),
    Screen(
        "resolution_withdraw",
        "resolutions/<int:pk>/withdraw/",
        resolution_withdraw,
        "resolution.withdraw",
        methods=("POST",),
    ),
)
