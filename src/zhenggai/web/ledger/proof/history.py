"""The events about rows, fetched for many rows at once: a few queries for any number of rows, constant memory."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from zhenggai.web.audit.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from django.db.models import Model, QuerySet

BATCH = 400
"""Rows that are looked at together; below the number of parameters that any database takes."""
Row = TypeVar("Row", bound="Model")


class Past(NamedTuple):
    """One event about a row."""

    number: int
    at: datetime
    actor_id: int | None
    actor_name: str
    action: str
    subject_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str

    def said(self, name: str) -> Any:
        """Return what the event says that `name` is from now on; None if it says nothing."""
        return (self.after or {}).get(name)


def batches(rows: QuerySet[Row], size: int = BATCH) -> Iterator[list[Row]]:
    """Give the rows in lists of `size`, in the order of their keys."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        yield batch
        last = batch[-1].pk


def in_pieces(values: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """Give `values` in lists of `size`."""
    rest = iter(values)
    while piece := list(islice(rest, size)):
        yield piece


def events_about(unit_id: int, kind: str, ids: Iterable[object], *, prefix: str = "") -> dict[str, list[Past]]:
    """Return the events of the unit about rows of `kind`, by the row's id, each row's in order.

    `prefix` narrows them to actions that begin so.
    """
    found: dict[str, list[Past]] = {}
    events = Event.objects.filter(unit_id=unit_id, subject_type=kind, subject_id__in=[str(pk) for pk in ids])
    if prefix:
        events = events.filter(action__startswith=prefix)
    for values in events.order_by("number").values_list(*Past._fields):
        past = Past._make(values)
        found.setdefault(past.subject_id, []).append(past)
    return found
