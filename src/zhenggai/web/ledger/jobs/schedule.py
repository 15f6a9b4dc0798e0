"""Work that is due by itself: the daily run of each unit, and what comes up again after a time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from zhenggai.web.ledger.jobs.queue import enqueue
from zhenggai.web.ledger.jobs.work import works
from zhenggai.web.ledger.models import Inspection, Job

if TYPE_CHECKING:
    from collections.abc import Iterable

DAILY = "daily"


def put_in_due(at: dt.datetime) -> int:
    """Put in what is due at `at` and not there yet; return how many jobs. After days off it is one daily run, not one for each day."""
    units = Inspection.objects.order_by("unit_id").values_list("unit_id", flat=True).distinct()
    wanted = _daily(units, latest(at, settings.DAILY_AT)) | _standing(at)
    kinds = {kind for kind, _ in wanted}
    there = set(Job.objects.filter(kind__in=kinds, key__in={key for _, key in wanted}).values_list("kind", "key"))
    new = {name: job for name, job in wanted.items() if name not in there}
    for (kind, key), (unit_id, due_at) in new.items():
        with transaction.atomic():
            if not (kind == DAILY and _brought_forward(unit_id, key, due_at)):
                enqueue(kind=kind, key=key, unit_id=unit_id, at=at, due_at=due_at)
    return len(new)


def latest(at: dt.datetime, time: dt.time) -> dt.datetime:
    """Return the last moment up to `at` at which it was `time` where the office is."""
    local = timezone.localtime(at)
    moment = local.replace(hour=time.hour, minute=time.minute, second=0, microsecond=0)
    return moment if moment <= local else moment - dt.timedelta(days=1)


def key_of_day(unit_id: int, day: dt.date) -> str:
    """Return the key of a unit's daily run."""
    return f"{unit_id}/{day.isoformat()}"


def _daily(units: Iterable[int], moment: dt.datetime) -> dict[tuple[str, str], tuple[int | None, dt.datetime]]:
    return {(DAILY, key_of_day(unit, moment.date())): (unit, moment) for unit in units}


def _standing(at: dt.datetime) -> dict[tuple[str, str], tuple[int | None, dt.datetime]]:
    return {(work.key, ""): (None, at) for work in works().values() if work.every}


def _brought_forward(unit_id: int | None, key: str, due_at: dt.datetime) -> bool:
    """Let the run of an earlier day that has not been begun stand for this day as well."""
    waiting = Job.objects.filter(kind=DAILY, unit=unit_id, state=Job.State.WAITING)
    earlier = waiting.order_by("-pk").values_list("pk", flat=True).first()
    if earlier is None:
        return False
    try:
        with transaction.atomic():
            return bool(waiting.filter(pk=earlier).update(key=key, due_at=due_at, attempt=0))
    except IntegrityError:  # another node has put the day in
        return True
