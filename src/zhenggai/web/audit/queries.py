"""Events as the screen filters them, a page at a time, by key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from zhenggai.web.audit.chain import Break, first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.audit.wording import ACTIONS, VEIL, Told, told, veiled

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from zhenggai.web.accounts.models import Organization

PAGE = 50
REFUSALS = ("login.failed", "login.locked", "access.denied")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EventFilters:
    """What narrows the events: parts of who acted and of what it is about, the kind of act, days that both belong to it.

    `unit` is the id of the unit on whose chain they stand.
    """

    who: str = ""
    action: str = ""
    about: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    unit: int | None = None

    @classmethod
    def read(cls, values: Mapping[str, str]) -> tuple[EventFilters, dict[str, str]]:
        """Return the filters as they are typed, and a Chinese sentence for each value that could not be read."""
        typed = {name.name: (values.get(name.name) or "").replace("\0", "").strip()[:100] for name in fields(cls)}
        dates = {name: _date(typed[name]) for name in ("since", "until")}
        faults = {name: "日期请按2026-07-20的格式填写。" for name, day in dates.items() if typed[name] and day is None}
        if typed["action"] and typed["action"] not in ACTIONS:
            faults["action"] = "请从列表中选择操作。"
        unit = (
            int(typed["unit"])
            if typed["unit"].isascii() and typed["unit"].isdigit() and len(typed["unit"]) < 16
            else None
        )
        if typed["unit"] and unit is None:
            faults["unit"] = "请从列表中选择单位。"
        action = "" if "action" in faults else typed["action"]
        return cls(typed["who"], action, typed["about"], **dates, unit=unit), faults

    @property
    def condition(self) -> Q:
        """The condition on events."""
        condition = Q()
        if self.who:
            condition &= Q(actor_name__icontains=self.who)
        if self.action:
            condition &= Q(action=self.action)
        if self.about:
            condition &= Q(subject_label__icontains=self.about)
        if self.unit is not None:
            condition &= Q(unit=self.unit)
        if self.since:
            condition &= Q(at__gte=_start(self.since))
        if self.until:
            condition &= Q(at__lt=_end(self.until))
        return condition


def event_page(
    *,
    units: Collection[int],
    filters: EventFilters | None = None,
    before: int | None = None,
    hidden: Collection[tuple[str, str]] = (),
) -> tuple[tuple[Told, ...], int | None]:
    """Return the newest events of `units` before the key `before`, and the key of the next page.

    Of the subjects in `hidden`, as (type, id), nothing is told but who did what kind of thing and when.
    """
    filters = filters or EventFilters()
    condition = Q(unit__in=units) & filters.condition
    if before:
        condition &= Q(pk__lt=before)
    found = list(Event.objects.filter(condition).order_by("-pk")[: PAGE + 1])
    shown = [
        veiled(event) if (event.subject_type, event.subject_id) in hidden else told(event) for event in found[:PAGE]
    ]
    if filters.about:
        shown = [one for one in shown if one.about != VEIL]
    return tuple(shown), found[PAGE - 1].pk if len(found) > PAGE else None


def refusals_since(units: Collection[int] | QuerySet[Organization], since: dt.datetime | None) -> dict[str, int]:
    """Return how often log-ins and pages were refused in `units` since a moment, by action: one query."""
    found = Event.objects.filter(unit__in=units, action__in=REFUSALS)
    if since:
        found = found.filter(at__gt=since)
    return dict(found.order_by().values_list("action").annotate(Count("pk")))


def last_check(unit_id: int) -> dt.datetime | None:
    """Return when the chain of a unit was last checked: one query."""
    checks = Event.objects.filter(unit=unit_id, action="chain.checked").order_by("-pk")
    return checks.values_list("at", flat=True).first()


def check_chain(unit_id: int) -> tuple[int, Break | None]:
    """Return how many events the unit has, and the first break of its chain."""
    return Event.objects.filter(unit=unit_id).count(), first_break(unit_id)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _start(day: dt.date) -> dt.datetime:
    """Return when a day begins; the first day there is has no midnight in UTC, so it begins a day later."""
    return timezone.make_aware(dt.datetime.combine(max(day, dt.date.min + _DAY), dt.time.min))


def _end(day: dt.date) -> dt.datetime:
    return _start(min(day, dt.date.max - _DAY) + _DAY)
