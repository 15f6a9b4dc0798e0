"""Which cycle a measure reports on today: the one that is open for it, or else the one that the profile gives."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — the dataclass carries dates at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils import timezone

from zhenggai import deadline
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import ExpectedUpdate, ProgressUpdate
from zhenggai.web.ledger.recipients import portions
from zhenggai.workflow.reporting import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.web.ledger.models import Inspection, Measure


@dataclass(frozen=True, slots=True)
class CycleNow:
    """The cycle that a report of today is for. `waiting` says that none has come; `expected_id` is None where nothing was opened yet."""

    key: str
    label: str
    end: dt.date
    cut_off: dt.date
    waiting: bool
    expected_id: int | None = None


def schedule_of(inspection: Inspection) -> Schedule:
    """Return when the measures of an inspection report, from the day on which its plan was confirmed."""
    custom = profile_of(inspection.profile).reporting
    return Schedule(custom, deadline.national(), timezone.localtime(inspection.created_at).date())


def cycles_now(measures: Iterable[Measure], today: dt.date) -> dict[int, CycleNow]:
    """Return for each measure, whose inspection is at hand, the cycle that a report of `today` is for."""
    by_id = {measure.pk: measure for measure in measures}
    found: dict[int, CycleNow] = {}
    for some in portions(by_id):
        opened = ExpectedUpdate.objects.filter(measure__in=some, cycle__closed_at=None, cycle__cut_off__gte=today)
        facts = opened.order_by("cycle__cut_off").values_list(
            "measure_id",
            "pk",
            "answer_id",
            "released_for",
            "cycle__key",
            "cycle__label",
            "cycle__end",
            "cycle__cut_off",
        )
        for measure, pk, answer, released, key, label, end, cut_off in facts:
            waiting = not answer and not released
            found.setdefault(measure, CycleNow(key, label, end, cut_off, waiting, pk))
    return found | _unopened({pk: one for pk, one in by_id.items() if pk not in found}, today)


def answer_expected(*, update: ProgressUpdate) -> None:
    """Let a new report answer what its cycle asks for, within the caller's transaction; only the first one does."""
    asked = ExpectedUpdate.objects.filter(measure=update.measure_id, cycle__key=update.cycle, answer=None)
    asked.update(answer=update, late=update.late)


def _unopened(measures: dict[int, Measure], today: dt.date) -> dict[int, CycleNow]:
    """Return what the profile gives for measures for which nothing is open."""
    until: dict[int, dt.date] = {}
    for some in portions(measures):
        ended = ExpectedUpdate.objects.filter(measure__in=some).values_list("measure_id")
        until |= dict(ended.annotate(last=Max("cycle__end")))
    schedules: dict[int, Schedule] = {}
    windows = {}
    for pk, measure in measures.items():
        if measure.inspection_id not in schedules:
            schedules[measure.inspection_id] = schedule_of(measure.inspection)
        schedule = schedules[measure.inspection_id]
        day = max(today, schedule.since)
        windows[pk] = next(schedule.windows(measure.rectification_class, day, day, reported_until=until.get(pk)))
    keys = {window.key for window in windows.values()}
    reported: set[tuple[int | None, str]] = set()
    for some in portions(windows):
        updates = ProgressUpdate.objects.filter(measure__in=some, cycle__in=keys)
        reported |= set(updates.values_list("measure_id", "cycle"))
    return {
        pk: CycleNow(one.key, one.label, one.end, one.cut_off, (pk, one.key) not in reported)
        for pk, one in windows.items()
    }
