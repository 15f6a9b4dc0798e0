"""核验数据: the same as `zhenggai verify`, asked for on the screen; what was found is kept with the job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.jobs.work import JobFault, Outcome, Work
from zhenggai.web.ledger.models import StoredFile
from zhenggai.web.ledger.proof.printed import printed
from zhenggai.web.ledger.proof.verification import Progress, verify
from zhenggai.web.store import StoreError

if TYPE_CHECKING:
    from zhenggai.web.ledger.jobs.work import Run
    from zhenggai.web.ledger.proof.verification import Verification

KIND = "verification"
MOST_KEPT = 20
"""How many misfits of a unit are kept; how many there are in all is always said."""


def _run(run: Run) -> Outcome:
    chosen = run.arguments.get("units")
    units = None if chosen is None else frozenset(chosen)
    events = Event.objects.all() if units is None else Event.objects.filter(unit__in=units)
    total = events.count() + (StoredFile.objects.count() if units is None else 0)

    def report(progress: Progress) -> None:
        done = progress.events + (progress.files if units is None else 0)
        run.tell(min(done, total), total, f"已核验{progress.events}条操作记录、{progress.files}份文件")

    try:
        found = verify(now=run.clock(), units=units, all_of_them=True, report=report)
    except StoreError as fault:
        raise JobFault(f"没有核验完：{fault}") from None
    except OSError as fault:
        where = f"“{fault.filename}”" if fault.filename else ""
        raise JobFault(f"数据文件夹不能读取，没有核验完：{where}{fault.strerror or fault}") from None
    count = sum(len(unit.misfits) for unit in found.units) + len(found.common)
    _record(run, found, count)
    return Outcome(_told(found, count), _kept(found))


def _told(found: Verification, count: int) -> str:
    checked = f"{sum(unit.events for unit in found.units)}条操作记录、{found.files}份文件"
    return f"有{count}处不符（共核验{checked}）。" if count else f"全部相符（共核验{checked}）。"


def _kept(found: Verification) -> dict[str, Any]:
    kept = printed(found)
    for part in (*kept["units"], kept):
        part["count"] = len(part["misfits"])
        part["misfits"] = part["misfits"][:MOST_KEPT]
    kept["orphans"] = [one for one in kept["orphans"] if not one["young"]][:MOST_KEPT]
    return kept


def _record(run: Run, found: Verification, count: int) -> None:
    """Say on the chain of who asked what was found: who changes the rows of jobs changes nothing of that."""
    if run.unit_id is None:
        return
    with transaction.atomic():
        record(
            unit_id=run.unit_id,
            actor=Actor(None, "系统", run.clock()),
            action="verification.done",
            subject=Subject("job", run.job_id, "核验数据"),
            after={"misfits": count, "checked": sum(unit.events for unit in found.units)},
        )


WORK = Work(KIND, "核验数据", _run, most=3, act="store.verify", screen="verification")
