"""离线填报表: the sheets of all departments of a cycle, packed; the archive is kept and fetched from the job's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.accounts.models import Person
from zhenggai.web.audit.chain import Actor
from zhenggai.web.faults import LedgerFault
from zhenggai.web.ledger.actions.reporting_sheets import SHEETS_JOB, pack_sheets
from zhenggai.web.ledger.jobs.work import JobFault, Outcome, Work

if TYPE_CHECKING:
    from zhenggai.web.ledger.jobs.work import Run


def _run(run: Run) -> Outcome:
    who = Person.objects.filter(pk=run.asked_by).first() if run.asked_by else None
    actor = Actor(who.pk if who else None, who.name if who else "系统", run.clock())
    try:
        packed = pack_sheets(actor=actor, cycle_id=run.arguments["cycle"], job_id=run.job_id, tell=run.tell)
    except LedgerFault as fault:
        raise JobFault(str(fault)) from None
    return Outcome(f"已备好{packed.count}个部门的填报表。", {"digest": packed.digest, "name": packed.name})


WORK = Work(SHEETS_JOB, "离线填报表", _run, most=3, act="reporting.manage", screen="packed_sheets")
