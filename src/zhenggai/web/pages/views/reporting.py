"""填报: all that a person has to report in a cycle on one page; for the office who has reported, who is missing, and the cut-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.text import day_words, fold
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger.actions.cycles import adjust_cut_off
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.queries.cycles import cycle_overview, inspection_of_cycle
from zhenggai.web.ledger.queries.inspections import inspection_of
from zhenggai.web.ledger.queries.reporting import reporting_page
from zhenggai.web.ledger.wording import COMPLETION_STATUSES
from zhenggai.web.pages.forms import date_of, number_in, number_of, text_of, with_unread_date
from zhenggai.web.pages.screen import Menu, Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest

_TEXTS = ("done", "difficulty", "next_step")
_FIELDS = ("percent", "completion_status", *_TEXTS)
_AT_MOST = 100


def reporting(request: PersonRequest) -> HttpResponse:
    """Show what is to be reported, or take what has been filled in: one measure, or all of those that were."""
    faults: dict[int, dict[str, str]] = {}
    if request.method == "POST":
        sent, faults = _send(request)
        if sent:
            messages.success(request, f"已提交{sent}项进展。")
        if sent and not faults:
            return HttpResponseRedirect(f"{reverse('reporting')}?cycle={number_of(request, 'cycle') or ''}")
        if not sent and not faults:
            messages.error(request, "还没有填写，没有提交。请先填写本期工作进展。")
    chosen = number_of(request, "cycle") or number_in(request.GET.get("cycle", "").strip())
    page = reporting_page(request.rights, chosen)
    values = {
        "page": page,
        "rows": [
            (
                row,
                {"percent": row.percent, "completion_status": row.status} | _typed(request, row.id),
                faults.get(row.id, {}),
            )
            for row in page.asked
        ],
        "left": sum(row.id in faults for row in page.asked),
        "gone": [
            fault["conflict"]
            for pk, fault in faults.items()
            if pk not in {row.id for row in page.asked} and "conflict" in fault
        ],
        "statuses": COMPLETION_STATUSES,
    }
    return render(request, "pages/reporting.html", values, status=422 if faults else 200)


def _send(request: PersonRequest) -> tuple[int, dict[int, dict[str, str]]]:
    """Report on what was filled in; return how many reports were taken, and what is wrong with the others by their ids."""
    target = text_of(request, "send")
    sent = 0
    faults: dict[int, dict[str, str]] = {}
    for word in request.POST.getlist("asked")[:_AT_MOST]:
        pk = number_in(word)
        if pk is None or target not in ("all", word) or not (target == word or _is_filled_in(request, pk)):
            continue
        try:
            report_progress(
                actor=request.actor,
                rights=request.rights,
                measure_id=number_of(request, f"measure-{pk}") or 0,
                seen=number_of(request, f"seen-{pk}") or 0,
                percent=number_in(fold(text_of(request, f"percent-{pk}")).strip().removesuffix("%"), digits=9),
                **{name: text_of(request, f"{name}-{pk}") for name in _FIELDS[1:]},
                expected_id=pk,
            )
        except Invalid as fault:
            faults[pk] = fault.fields
        except (Stale, Refused, Unknown) as fault:
            faults[pk] = {"conflict": str(fault)}
        else:
            sent += 1
    return sent, faults


def _typed(request: PersonRequest, pk: int) -> dict[str, str]:
    """Return what was typed for one measure; nothing where the page was only opened."""
    return {name: text_of(request, f"{name}-{pk}") for name in _FIELDS if f"{name}-{pk}" in request.POST}


def _is_filled_in(request: PersonRequest, pk: int) -> bool:
    """Say whether anything was written for the measure: a page that is sent whole reports on no other."""
    if any(text_of(request, f"{name}-{pk}") for name in _TEXTS):
        return True
    return any(text_of(request, f"{name}-{pk}") != text_of(request, f"was-{name}-{pk}") for name in _FIELDS[:2])


def reporting_overview(
    request: PersonRequest,
    inspection: int,
    faults: dict[str, str] | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show by department who has reported in a cycle, who is missing, and the form for another cut-off."""
    found = inspection_of(request.rights, inspection, "reporting.read")
    chosen = number_in(request.GET.get("cycle", "").strip()) or number_of(request, "cycle")
    values = {
        "section": "ledgers",
        "inspection": found,
        "overview": cycle_overview(request.rights, found, chosen),
        "may_manage": request.rights.may_in("reporting.manage", found.unit_id),
        "typed": {name: text_of(request, name) for name in ("cut_off", "reason")},
        "faults": faults or {},
        "conflict": conflict,
    }
    return render(request, "pages/reporting_overview.html", values, status=status)


def reporting_adjust(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a cycle another cut-off."""
    inspection = inspection_of_cycle(request.rights, pk, "reporting.manage")
    try:
        cycle = adjust_cut_off(
            actor=request.actor,
            rights=request.rights,
            cycle_id=pk,
            seen=number_of(request, "seen") or 0,
            cut_off=date_of(request, "cut_off"),
            reason=text_of(request, "reason"),
        )
    except Invalid as fault:
        fields = with_unread_date(request, fault.fields, "cut_off")
        return reporting_overview(request, inspection, fields, status=422)
    except Stale as fault:
        return reporting_overview(request, inspection, conflict=str(fault), status=409)
    day = cycle.cut_off
    messages.success(request, f"{cycle.label}的截止日已改为{day_words(day)}。")
    return HttpResponseRedirect(f"{reverse('reporting_overview', args=[inspection])}?cycle={pk}")


SCREENS = (
    Screen("reporting", "reporting/", reporting, "progress.report", methods=("GET", "POST"), menu=Menu("填报", 15)),
    Screen("reporting_overview", "ledger/<int:inspection>/reporting/", reporting_overview, "reporting.read"),
    Screen("reporting_adjust", "cycles/<int:pk>/adjust/", reporting_adjust, "reporting.manage", methods=("POST",)),
)
