"""What has to be done once a day, one step after the other. Run twice, or days late, it comes to the same.

A part of the program that has daily work adds one line to `STEPS`.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from django.db import DatabaseError, InterfaceError, OperationalError

from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions.cycles import keep_cycles
from zhenggai.web.ledger.actions.duties import lay_out
from zhenggai.web.ledger.actions.ladder import climb
from zhenggai.web.ledger.actions.meeting_rounds import lay_out_meetings
from zhenggai.web.ledger.actions.reminders import remind
from zhenggai.web.ledger.models import Inspection

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

_LOG = logging.getLogger("zhenggai.daily")


class Work(Protocol):
    """The work of a step for one inspection: idempotent, with a number of queries that does not grow with the measures.

    It opens its own transaction, holds the unit's chain first, and returns how many of what were made, by their Chinese names.
    """

    def __call__(self, *, actor: Actor, inspection_id: int) -> Mapping[str, int]:
        """Do it as of the day of `actor`."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part's work of the day; `name` says in Chinese what it is about."""

    name: str
    work: Work


@dataclass(slots=True)
class Day:
    """What was done in all: counts by their Chinese names, and a sentence for each piece of work that failed."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = "、".join(f"{name}{count}" for name, count in self.counts.items() if count)
        return f"{told}。" if told else "没有需要办理的事项。"


def _duties(*, actor: Actor, inspection_id: int) -> Mapping[str, int]:
    found = lay_out(actor=actor, inspection_id=inspection_id)
    return {"新列周期任务": found.added, "取消周期任务": found.dropped}


STEPS = (
    Step("周期任务", _duties),
    Step("填报周期", keep_cycles),
    Step("会议", lay_out_meetings),
    Step("督办", climb),
    Step("到期提醒", remind),
)
"""In this order, for each inspection: what later steps look at is there by then."""


def run_daily(
    at: dt.datetime, *, unit_id: int | None = None, tell: Callable[[int, int], None] = lambda _done, _of: None
) -> Day:
    """Do the day's work as of `at` of every inspection, or of those of one unit; `tell` is called with how many are done of how many.

    Work that fails for one inspection is told in `faults` and keeps nothing else from being done.

    Raises:
        OperationalError, InterfaceError: the database cannot be reached or written; what was done until then stands.
    """
    actor = Actor(None, "系统", at)
    inspections = Inspection.objects.order_by("pk")
    if unit_id is not None:
        inspections = inspections.filter(unit=unit_id)
    found = Day()
    names = dict(inspections.values_list("pk", "title"))
    for done, (pk, title) in enumerate(names.items()):
        tell(done, len(names))
        for step in STEPS:
            try:
                found.counts.update(step.work(actor=actor, inspection_id=pk))
            except (OperationalError, InterfaceError):
                raise
            except Exception as fault:  # noqa: BLE001 — one piece of work must not keep the others from being done
                _LOG.exception("%s of inspection %s", step.name, pk)
                found.faults.append(f"《{title}》的{step.name}没有办成（{_reason(fault)}）")
    tell(len(names), len(names))
    return found


def _reason(fault: Exception) -> str:
    return "数据库拒绝写入" if isinstance(fault, DatabaseError) else f"程序错误{type(fault).__name__}"
