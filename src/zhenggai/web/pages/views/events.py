"""操作记录: who did what, when; and whether the chain holds."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.accounts.actions.sessions import record_check, see_events
from zhenggai.web.accounts.queries import units_of
from zhenggai.web.audit.queries import EventFilters, check_chain, event_page
from zhenggai.web.audit.wording import ACTIONS
from zhenggai.web.ledger.queries.restricted import hidden_subjects
from zhenggai.web.pages.forms import number_in
from zhenggai.web.pages.screen import Menu, Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest

_FIELDS = ("unit", "who", "action", "about", "since", "until")


def events(request: PersonRequest) -> HttpResponse:
    """Show one page of events, the newest first."""
    typed = {name: request.GET.get(name, "").strip()[:100] for name in _FIELDS}
    filters, faults = EventFilters.read(typed)
    names = dict(units_of(request.rights, "event.read").order_by("name", "pk").values_list("pk", "name"))
    units = list(names)
    found, following = event_page(
        units=units,
        filters=filters,
        before=number_in(request.GET.get("before", "")),
        hidden=hidden_subjects(request.rights, units),
    )
    see_events(person=request.user, at=request.actor.at)
    values = {
        "section": "events",
        "may_export": request.rights.may_in("proof.export", request.user.unit_id),
        "may_enclose": request.rights.may_in("evidence.read", request.user.unit_id),
        "events": found,
        "following": following,
        "typed": typed,
        "faults": faults,
        "units": [(str(pk), name) for pk, name in names.items()] if len(names) > 1 else [],
        "actions": sorted(ACTIONS.items(), key=lambda entry: entry[1]),
        "query": urlencode({name: value for name, value in typed.items() if value}),
    }
    return render(request, "pages/events.html", values, status=422 if faults else 200)


def check(request: PersonRequest) -> HttpResponse:
    """Check the chain of the person's unit and say what was found."""
    count, broken = check_chain(request.user.unit_id)
    record_check(actor=request.actor, unit=request.user.unit, count=count, broken=broken.why if broken else "")
    if broken:
        messages.error(request, f"第{broken.number}条操作记录{broken.why}，记录可能被改动，请立即报告并保留现场。")
    else:
        messages.success(request, f"已核验{count}条操作记录，前后衔接，未发现改动。")
    return HttpResponseRedirect(reverse("events"))


SCREENS = (
    Screen("events", "events/", events, "event.read", menu=Menu("操作记录", 90)),
    Screen("events_check", "events/check/", check, "event.read", methods=("POST",)),
)
