"""后台任务 as the screens show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.jobs import name_of
from zhenggai.web.ledger.actions.reporting_sheets import SHEETS_JOB
from zhenggai.web.ledger.jobs.kinds.verification import KIND as VERIFICATION
from zhenggai.web.ledger.jobs.kinds.verification import MOST_KEPT
from zhenggai.web.ledger.jobs.work import PATIENCE, works
from zhenggai.web.ledger.models import Job

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights

PAGE = 50
EARLIER = 20
State = Job.State
STATES = dict(State.choices)
_LATE = dt.timedelta(minutes=10)
_LIGHTS = {State.WAITING: "calm", State.RUNNING: "blue", State.DONE: "done", State.FAILED: "red"}


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job. `going` while there is something to wait for; `silent` when nothing is heard of its worker; `screen` shows its result."""

    id: int
    name: str
    unit: str
    state: str
    state_code: str
    light: str
    due_at: dt.datetime
    made_at: dt.datetime
    finished_at: dt.datetime | None
    asked_by: str
    attempt: int
    done: int
    total: int
    message: str
    fault: str
    going: bool
    silent: bool
    failed: bool
    screen: str


@dataclass(frozen=True, slots=True)
class JobPage:
    """Jobs, the newest first; `following` is where the next page begins, `stuck` how many should have been begun long ago."""

    lines: tuple[JobLine, ...]
    following: int | None
    stuck: int


def job_page(rights: Rights, now: dt.datetime, *, state: str = "", before: int | None = None) -> JobPage:
    """Return one page of the jobs of the person's units."""
    jobs = access.jobs(rights, "job.read")
    stuck = jobs.filter(state=State.WAITING, due_at__lt=now - _LATE, kind__in=works()).count()
    if state in STATES:
        jobs = jobs.filter(state=state)
    if before is not None:
        jobs = jobs.filter(pk__lt=before)
    rows = list(jobs.select_related("unit", "asked_by").order_by("-pk")[: PAGE + 1])
    lines = tuple(_line(row, now, rights) for row in rows[:PAGE])
    return JobPage(lines, rows[PAGE - 1].pk if len(rows) > PAGE else None, stuck)


def job_line(rights: Rights, pk: int, now: dt.datetime) -> JobLine:
    """Return one job of the person's units.

    Raises:
        Unknown: it is not the person's to see.
    """
    return _line(access.job(rights, pk, "job.read"), now, rights)


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """A verification with what it found, as `proof.printed` prints it; empty as long as it runs. `shown` is how many misfits of a unit at most."""

    line: JobLine
    found: dict[str, Any]
    shown: int = MOST_KEPT

    @property
    def misfits(self) -> int:
        """How many things do not fit."""
        return sum(part["count"] for part in (*self.found.get("units", ()), self.found) if part)


def verification_report(rights: Rights, pk: int, now: dt.datetime) -> VerificationReport:
    """Return one verification of the person's unit.

    Raises:
        Unknown: it is not the person's to see.
    """
    job = access.job(rights, pk, "store.verify", VERIFICATION)
    return VerificationReport(_line(job, now, rights), job.result)


def verifications(rights: Rights, now: dt.datetime) -> tuple[JobLine, ...]:
    """Return the latest verifications of the person's unit, the newest first."""
    jobs = access.jobs(rights, "store.verify").filter(kind=VERIFICATION).select_related("unit", "asked_by")
    return tuple(_line(job, now, rights) for job in jobs.order_by("-pk")[:EARLIER])


def sheets_job(rights: Rights, pk: int, now: dt.datetime) -> JobLine:
    """Return how far the packing of reporting sheets is; faults as `access.job`."""
    return _line(access.job(rights, pk, "reporting.manage", SHEETS_JOB), now, rights)


def _line(job: Job, now: dt.datetime, rights: Rights) -> JobLine:
    work = works().get(job.kind)
    beaten = job.heartbeat_at
    return JobLine(
        id=job.pk,
        name=name_of(job.kind),
        unit=job.unit.name if job.unit else "全部单位",
        state=_state(job),
        state_code=job.state,
        light="orange" if job.state == State.WAITING and job.fault else _LIGHTS[State(job.state)],
        due_at=job.due_at,
        made_at=job.made_at,
        finished_at=job.finished_at,
        asked_by=job.asked_by.name if job.asked_by else "系统",
        attempt=job.attempt,
        done=job.done,
        total=job.total,
        message=job.message,
        fault=job.fault,
        going=job.state in (State.WAITING, State.RUNNING),
        silent=job.state == State.RUNNING and beaten is not None and now - beaten > 2 * PATIENCE,
        failed=bool(job.fault) and job.state in (State.FAILED, State.WAITING),
        screen=work.screen if work and job.state == State.DONE and rights.may(work.act) else "",
    )


def _state(job: Job) -> str:
    if job.state == State.WAITING and job.fault:
        return "等待再次办理"
    return State(job.state).label
