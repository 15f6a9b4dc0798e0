"""What a close-out must know of recurring measures: how often they were due, what is missing, and which reported periods lack evidence."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q

from zhenggai.web.ledger.models import Occurrence, OccurrenceProof

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from zhenggai.web.ledger.models import Measure

_NAMED = 6
"""Periods that a sentence names; of more it says how many."""


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods of one measure's duties: acts asked for by the day, acts done, and the labels of those not or not wholly done.

    `unproved` are the labels of periods in which something was reported and no evidence stands.
    """

    asked: int
    done: int
    missed: tuple[str, ...]
    unproved: tuple[str, ...]

    @property
    def words(self) -> str:
        """What the form says of them."""
        if not self.asked and not self.done:
            return ""
        told = f"周期任务到目前应开展{self.asked}次，已完成{self.done}次"
        if self.missed:
            told += f"，未按期完成的有{named(self.missed)}"
        if self.unproved:
            told += f"；{named(self.unproved)}没有佐证材料"
        return f"{told}。"


def periods_of(
    measures: Iterable[Measure], today: dt.date, *, weak: Collection[str] = (), since: dt.datetime | None = None
) -> dict[int, Periods]:
    """Return the periods of each measure that recurs: one query.

    Evidence of the kinds `weak` proves nothing by itself; with `since` only what was reported and uploaded later is looked for.
    """
    proofs = OccurrenceProof.objects.filter(
        occurrence=OuterRef("pk"), removed_at=None, evidence__withdrawn_at=None
    ).exclude(evidence__kind__in=weak)
    late = Q(reports__reported_at__gt=since) if since else Q()
    if since:
        proofs = proofs.filter(linked_at__gt=since)
    rows = Occurrence.objects.filter(duty__measure__in=list(measures), withdrawn_at=None).filter(
        Q(due_on__lt=today) | Q(done__gt=0)
    )
    rows = rows.annotate(reported=Count("reports", filter=late), proved=Exists(proofs)).order_by("due_on", "pk")
    found: dict[int, list[Occurrence]] = defaultdict(list)
    for row in rows.select_related("duty"):
        found[row.duty.measure_id or 0].append(row)
    return {
        measure: Periods(
            asked=sum(row.quota for row in of_measure),
            done=sum(min(row.done, row.quota) for row in of_measure),
            missed=tuple(row.label for row in of_measure if row.shortfall(today)),
            unproved=tuple(row.label for row in of_measure if row.reported and not row.proved),  # type: ignore[attr-defined]
        )
        for measure, of_measure in found.items()
    }


def named(labels: Collection[str]) -> str:
    """Return the periods by their names, or the first of many and their number."""
    some = "、".join(list(labels)[:_NAMED])
    return some if len(labels) <= _NAMED else f"{some}等{len(labels)}个周期"
