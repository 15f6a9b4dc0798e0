"""Events as the screen filters them, a page at a time, by key."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from zhenggai.web.audit.chain import Break, first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.audit.wording import ACTIONS, Told, tell

if TYPE_CHECKING:
    from collections.abc import Collection

PAGE = 50


def event_page(
    *,
    units: Collection[int],
    who: str = "",
    action: str = "",
    about: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    before: int | None = None,
) -> tuple[tuple[Told, ...], int | None]:
    """Return the newest events of `units` before the key `before`, and the key of the next page."""
    condition = Q(unit__in=units)
    if who:
        condition &= Q(actor_name__icontains=who)
    if action in ACTIONS:
        condition &= Q(action=action)
    if about:
        condition &= Q(subject_label__icontains=about)
    if since:
        condition &= Q(at__gte=_start(since))
    if until:
        condition &= Q(at__lt=_start(until + dt.timedelta(days=1)))
    if before:
        condition &= Q(pk__lt=before)
    found = tell(condition, limit=PAGE + 1)
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def check_chain(unit_id: int) -> tuple[int, Break | None]:
    """Return how many events the unit has, and the first break of its chain."""
    return Event.objects.filter(unit=unit_id).count(), first_break(unit_id)


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
