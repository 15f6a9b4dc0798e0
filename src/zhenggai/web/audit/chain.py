"""Adding to a unit's chain."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from zhenggai.web.audit.models import ChainHead, Event
from zhenggai.web.audit.sealing import seal, written
from zhenggai.web.audit.walk import Break, first_break

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Actor", "Break", "Subject", "first_break", "hold_chain", "record", "seal"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and when. `person_id` is None for the system itself, which then gives its name (系统)."""

    person_id: int | None
    name: str
    at: dt.datetime
    request_id: str = ""

    @property
    def today(self) -> dt.date:
        """The day of the act where the office is."""
        from django.utils import timezone  # noqa: PLC0415 — only the conversion needs it

        return timezone.localtime(self.at).date()


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about: `label` is what a person calls it (问题 W003)."""

    type: str
    id: object
    label: str


def record(
    *,
    unit_id: int,
    actor: Actor,
    action: str,
    subject: Subject,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Event:
    """Add one event to the chain of `unit_id`, in the transaction of the change itself.

    Raises:
        RuntimeError: there is no transaction; then the event could stand without the change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its change")
    head = _held_head(unit_id)
    event = Event(
        unit_id=unit_id,
        number=head.number + 1,
        at=actor.at.astimezone(dt.UTC).replace(microsecond=0),
        actor_id=actor.person_id,
        actor_name=actor.name,
        action=action,
        subject_type=subject.type,
        subject_id=str(subject.id),
        subject_label=subject.label[:200],
        before=_plain(before),
        after=_plain(after),
        reason=reason,
        request_id=actor.request_id,
        algorithm=settings.EVENT_HASH,
        previous_hash=head.hash,
    )
    event.hash = seal(event)
    event.save(force_insert=True)
    ChainHead.objects.filter(pk=unit_id).update(number=event.number, hash=event.hash)
    return event


def hold_chain(unit_id: int) -> None:
    """Hold the chain of a unit until the transaction ends, before rows that others change after they have recorded.

    Everybody takes the chain after the row that a person changes and before the rows that follow from it, so that no two wait for
    each other.
    """
    _held_head(unit_id)


def _held_head(unit_id: int) -> ChainHead:
    ChainHead.objects.get_or_create(unit_id=unit_id)
    return ChainHead.objects.select_for_update().get(unit_id=unit_id)


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return `values` as JSON keeps them, so that the hash can be made again from what the database gives back."""
    if values is None:
        return None
    plain: dict[str, Any] = json.loads(json.dumps(values, ensure_ascii=False, default=_text))
    return plain


def _text(value: object) -> object:
    if isinstance(value, dt.date):
        return written(value)
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(value) if isinstance(value, (set, frozenset)) else list(value)
    raise TypeError(f"{value!r} cannot stand in an event")
