"""操作记录, narrowed as on their screen and through the same query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja import Query, Schema

from zhenggai.web.accounts.queries import units_of
from zhenggai.web.api import schemas as s
from zhenggai.web.api.registration import caller_of, route
from zhenggai.web.audit.queries import EventFilters, event_page
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.queries.restricted import hidden_subjects

if TYPE_CHECKING:
    from django.http import HttpRequest


class EventQuery(Schema):
    """The filters of the screen: a unit's id, parts of the names of who acted and of what it is about, an action's code, days in ISO form."""

    unit: str = ""
    who: str = ""
    action: str = ""
    about: str = ""
    since: str = ""
    until: str = ""
    before: int | None = None


@route("GET", "/events", "event.read", s.EventsOut, "操作记录")
def list_events(request: HttpRequest, query: Query[EventQuery]) -> Any:
    """Return events of the units that the caller may read, the newest first; of what is secret to the caller, only that it was."""
    rights = caller_of(request).rights
    filters, faults = EventFilters.read(query.dict(exclude={"before"}))
    if faults:
        raise Invalid(faults)
    before = query.before if query.before and 0 < query.before < 2**62 else None
    units = list(units_of(rights, "event.read").values_list("pk", flat=True))
    found, following = event_page(units=units, filters=filters, before=before, hidden=hidden_subjects(rights, units))
    return {"events": found, "before": following}
