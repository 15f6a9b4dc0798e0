"""每日例行: the day's work of one unit, put in by the schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.ledger.daily import run_daily
from zhenggai.web.ledger.jobs.work import JobFault, Outcome, Work

if TYPE_CHECKING:
    from zhenggai.web.ledger.jobs.work import Run


def _run(run: Run) -> Outcome:
    day = run_daily(run.clock(), unit_id=run.unit_id, tell=run.tell)
    if day.faults:
        raise JobFault("；".join(day.faults))
    return Outcome(str(day))


WORK = Work("daily", "每日例行", _run)
