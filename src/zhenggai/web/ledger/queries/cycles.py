"""填报情况: which departments have reported in a cycle, who is missing, and what a person has to report."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from zhenggai.web.ledger.cycles import cycles_now, schedule_of
from zhenggai.web.ledger.models import Assignment

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from zhenggai.web.ledger.models import Inspection, Measure


def current_label(inspection: Inspection, today: dt.date) -> str:
    """Return what the cycle of the day is called in which most measures of the inspection report."""
    schedule = schedule_of(inspection)
    window = schedule.window("", max(today, schedule.since))
    return window.label if window else ""


def departments_now(
    measures: QuerySet[Measure], inspection: Inspection, today: dt.date
) -> tuple[tuple[str, int, int], ...]:
    """Return (department, open measures, of these reported on in the cycle of the day), the most behind first."""
    found = list(measures.only("pk", "response_id", "rectification_class", "inspection_id"))
    for measure in found:
        measure.inspection = inspection
    cycles = cycles_now(found, today)
    acting = Assignment.objects.filter(inspection=inspection, role=Assignment.Role.RESPONSIBLE_DEPARTMENT, until=None)
    by_response: dict[int, set[str]] = defaultdict(set)
    for response, name in acting.values_list("response_id", "name"):
        by_response[response].add(name)
    owed: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for measure in found:
        for name in by_response[measure.response_id]:
            owed[name] += 1
            given[name] += not cycles[measure.pk].waiting
    return tuple(sorted(((name, owed[name], given[name]) for name in owed), key=lambda row: (row[2] - row[1], row[0])))
