"""日程: what falls on which day, for a person: phases, dated acts, time limits, recurring duties, days by which to report.

Each kind is a source: a function from what is asked for to entries, with a fixed number of queries. Words of restricted findings
stand in no entry, for a calendar is a list, and what it is sent to keeps no record of who looked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Q

from zhenggai.web.ledger import access
from zhenggai.web.ledger.queries.dated import KINDS, Asked, Entry
from zhenggai.web.ledger.queries.plan_dates import measures, milestones, occurrences, phases
from zhenggai.web.ledger.queries.supervision_dates import cut_offs, meetings, papers, resolutions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhenggai.web.ledger.models import Inspection

__all__ = ["KINDS", "SOURCES", "Asked", "Entry", "appointments"]


def appointments(asked: Asked) -> tuple[Entry, ...]:
    """Return the entries by day, then kind: a fixed number of queries."""
    if not asked.rights.may("ledger.read"):
        return ()
    asked = replace(asked, inspections=tuple(_inspections(asked)))
    found = [entry for kind, source in SOURCES.items() if asked.kind in ("", kind) for entry in source(asked)]
    order = list(KINDS)
    return tuple(sorted(found, key=lambda one: (one.start, order.index(one.kind), one.hour, one.uid)))


def _inspections(asked: Asked) -> Iterator[Inspection]:
    seen = access.inspections(asked.rights, "ledger.read")
    if asked.mine:
        seen = seen.filter(
            Q(unit=asked.rights.unit_id) | Q(pk__in=access.own_measures(asked.rights).values("inspection"))
        )
    yield from seen.order_by("pk")


SOURCES: dict[str, Callable[[Asked], Iterator[Entry]]] = {
    "meeting": meetings,
    "milestone": milestones,
    "measure": measures,
    "resolution": resolutions,
    "paper": papers,
    "cutoff": cut_offs,
    "phase": phases,
    "occurrence": occurrences,
}
