"""Events as the screen filters them, a page at a time, by key."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from zhenggai.web.audit.chain import Break, first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.audit.wording import ACTIONS, VEIL, Told, told, veiled

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
    hidden: Collection[tuple[str, str]] = (),
) -> tuple[tuple[Told, ...], int | None]:
    """Return the newest events of `units` before the key `before`, and the key of the next page.

    Of the subjects in `hidden`, as (type, id), nothing is told but who did what kind of thing and when.
    """
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
    found = list(Event.objects.filter(condition).order_by("-pk")[: PAGE + 1])
    shown = [
        veiled(event) if (event.subject_type, event.subject_id) in hidden else told(event) for event in found[:PAGE]
    ]
    if about:
        shown = [one for one in shown if one.about != VEIL]
    return tuple(shown), found[PAGE - 1].pk if len(found) > PAGE else None


def check_chain(unit_id: int) -> tuple[int, Break | None]:
    """Return how many events the unit has, and the first break of its chain."""
    return Event.objects.filter(unit=unit_id).count(), first_break(unit_id)


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
