"""How the departments of an inspection stand: how much of what was due they did on time, and who comes last month after month."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from zhenggai import deadline
from zhenggai.web.ledger.models import Assignment, Measure, ProgressUpdate
from zhenggai.web.ledger.models.rows import CompletionStatus
from zhenggai.web.ledger.supervision.facts import Matter
from zhenggai.workflow.ladder import Department

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.profile import LadderCustom
    from zhenggai.web.ledger.models import Inspection
    from zhenggai.web.ledger.supervision.facts import Papers

_MONTHS = 12
"""How many months back the ranking is looked at."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A measure whose first date has come: when that was, and whether it was met."""

    on: dt.date
    met: bool


def departments_of(
    inspection: Inspection, custom: LadderCustom, papers: Papers, today: dt.date
) -> Iterator[tuple[Matter, Department]]:
    """Yield the departments that have measures due by now, or papers; nothing is asked where no level looks at departments."""
    if not any({"on_time_below", "last_in_ranking"} & level.triggers.keys() for level in custom.levels):
        return
    due, names = _due_by_department(inspection, today)
    quarter = deadline.cycle_of("quarter", today).key
    last = _last_ones(due, custom.least_due, today)
    for pk in sorted(due):
        matter = Matter("department", pk)
        months, since = last.get(pk, (0, ""))
        rows = due[pk]
        yield (
            matter,
            Department(
                name=names[pk],
                due=len(rows),
                on_time=sum(row.met for row in rows),
                quarter=quarter,
                last_months=months,
                last_since=since,
                papers=tuple(papers.get(matter, ())),
            ),
        )


def _due_by_department(inspection: Inspection, today: dt.date) -> tuple[dict[int, list[_Due]], dict[int, str]]:
    measures = Measure.objects.filter(inspection=inspection, withdrawn_at=None, original_due_on__lt=today)
    first = {
        pk: (response, due, status)
        for pk, response, due, status in measures.values_list(
            "pk", "response_id", "original_due_on", "completion_status"
        )
    }
    finished = _finished(inspection, today)
    responsible = Assignment.objects.filter(
        Q(until=None) | Q(until__gte=today), inspection=inspection, role=Assignment.Role.RESPONSIBLE_DEPARTMENT
    ).exclude(organization=None)
    by_response: dict[int, list[tuple[int | None, int]]] = defaultdict(list)
    names: dict[int, str] = {}
    for response, measure, organization, name in responsible.values_list(
        "response_id", "measure_id", "organization_id", "organization__name"
    ):
        if organization:
            by_response[response].append((measure, organization))
            names[organization] = name
    found: dict[int, list[_Due]] = defaultdict(list)
    for pk, (response, due, status) in first.items():
        if due is None or (status == CompletionStatus.COMPLETED and pk not in finished):
            continue  # finished before it came into the ledger: nobody knows when
        met = status == CompletionStatus.COMPLETED and finished[pk] <= due
        for organization in {one for measure, one in by_response[response] if measure in (None, pk)}:
            found[organization].append(_Due(due, met))
    return found, names


def _finished(inspection: Inspection, today: dt.date) -> dict[int, dt.date]:
    """Return since when each measure that was due has been reported as completed, without a report to the contrary after it."""
    updates = ProgressUpdate.objects.filter(
        inspection=inspection, measure__original_due_on__lt=today, measure__completion_status=CompletionStatus.COMPLETED
    ).exclude(completion_status="")
    found: dict[int, dt.date] = {}
    rows = updates.order_by("pk").values_list("measure_id", "completion_status", "reported_at")
    for measure, status, at in rows:
        if status != CompletionStatus.COMPLETED:
            found.pop(measure, None)
        else:
            found.setdefault(measure, timezone.localtime(at).date())
    return found


def _last_ones(due: dict[int, list[_Due]], least: int, today: dt.date) -> dict[int, tuple[int, str]]:
    """Return who was alone at the bottom at the end of the last month, for how many months in a row, and since which."""
    found: dict[int, tuple[int, str]] = {}
    end = today.replace(day=1) - dt.timedelta(days=1)
    bottom: int | None = None
    for _ in range(_MONTHS):
        here = _bottom(due, least, end)
        if here is None or (bottom is not None and here != bottom):
            break
        bottom = here
        found[here] = (found.get(here, (0, ""))[0] + 1, f"{end:%Y-%m}")
        end = end.replace(day=1) - dt.timedelta(days=1)
    return found


def _bottom(due: dict[int, list[_Due]], least: int, end: dt.date) -> int | None:
    rates = {}
    for pk, rows in due.items():
        past = [row for row in rows if row.on <= end]
        if len(past) >= least:
            rates[pk] = sum(row.met for row in past) / len(past)
    lowest = min(rates.values(), default=1.0)
    last = [pk for pk, rate in rates.items() if rate == lowest]
    return last[0] if len(rates) > 1 and len(last) == 1 and lowest < 1 else None
