"""The rows of jobs: put in, taken, kept alive, finished, given back. Every change says what it expects to find, and finds it or does nothing."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import F, Q

from zhenggai.web.ledger.jobs.work import PATIENCE, Run, works
from zhenggai.web.ledger.models import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

    from zhenggai.web.ledger.jobs.work import Outcome, Work

State = Job.State
_FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=1)
GONE = "办理这项任务的进程多次中断，没有办完"


def enqueue(
    *,
    kind: str,
    key: str,
    unit_id: int | None,
    at: dt.datetime,
    due_at: dt.datetime | None = None,
    arguments: Mapping[str, Any] | None = None,
    asked_by: int | None = None,
) -> Job:
    """Put work in, within the transaction of what it is about; the same `key` of a kind gives the job that is there already.

    Raises:
        KeyError: no such kind of job.
    """
    values = {
        "unit_id": unit_id,
        "arguments": dict(arguments or {}),
        "due_at": due_at or at,
        "asked_by_id": asked_by,
        "made_at": at,
    }
    job, _ = Job.objects.get_or_create(kind=works()[kind].key, key=key, defaults=values)
    return job


def claim(*, worker: str, at: dt.datetime) -> Job | None:
    """Take the job that has waited longest, or None; kinds that this version of the program does not know are left for one that does."""
    waiting = _due(at)
    if not waiting.exists():  # without the right to write, for which SQLite has but one holder
        return None
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        job = waiting.first()
        if job is None:
            return None
        taken = Job.objects.filter(pk=job.pk, state=State.WAITING).update(
            state=State.RUNNING, worker=worker, heartbeat_at=at, attempt=F("attempt") + 1, done=0, total=0, message=""
        )
        if not taken:
            return None
        job.refresh_from_db()
    return job


def _due(at: dt.datetime) -> QuerySet[Job]:
    """Return what may be begun. Times that lie ahead only because the clock has gone back keep nothing from being done."""
    ahead = Q(made_at__gt=at) | Q(attempt__gt=0, due_at__gt=at + LONGEST_PAUSE)
    known = Job.objects.filter(state=State.WAITING, kind__in=works())
    return known.filter(Q(due_at__lte=at) | ahead).order_by("due_at", "pk")


def beat(job: Job, run: Run, at: dt.datetime) -> bool:
    """Say that the worker of `job` lives and how far it is; False if the job is no longer its own."""
    values = {"heartbeat_at": at, "done": run.done, "total": run.total, "message": run.message[:500]}
    return bool(_held(job).update(**values))


def finish(job: Job, outcome: Outcome, at: dt.datetime) -> bool:
    """Keep what came of the job; False if it is no longer this worker's. One that comes up again waits for its next time."""
    work = works().get(job.kind)
    values = {"fault": "", "message": outcome.message[:500], "result": outcome.result, "worker": "", "finished_at": at}
    if work and work.every:
        return bool(_held(job).update(state=State.WAITING, due_at=at + work.every, attempt=0, **values))
    return bool(_held(job).update(state=State.DONE, done=F("total"), **values))


def fail(job: Job, fault: str, at: dt.datetime) -> bool:
    """Keep why an attempt failed and let the job wait for the next, or for a person; False if it is no longer this worker's."""
    values = {"fault": fault[:500], "worker": "", "message": ""}
    work = works().get(job.kind)
    if work and work.every:
        return bool(_held(job).update(state=State.WAITING, due_at=at + max(work.every, pause(job.attempt)), **values))
    if job.attempt >= _most(work):
        return bool(_held(job).update(state=State.FAILED, finished_at=at, **values))
    return bool(_held(job).update(state=State.WAITING, due_at=at + pause(job.attempt), **values))


def give_back(job: Job) -> bool:
    """Leave a job that was interrupted for whoever comes next; the attempt does not count."""
    return bool(_held(job).update(state=State.WAITING, worker="", attempt=F("attempt") - 1))


def pause(attempt: int) -> dt.timedelta:
    """Return how long a job waits after its attempt number `attempt` has failed: half a minute, then four times as long each time."""
    return min(LONGEST_PAUSE, _FIRST_PAUSE * 4 ** min(attempt - 1, 8)) if attempt > 0 else _FIRST_PAUSE


def _held(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, worker=job.worker, attempt=job.attempt)


def _most(work: Work | None) -> int:
    return work.most if work else 5


class Watch:
    """Looks whether the workers of running jobs are heard of.

    It goes by its own steady clock: what the clocks of other nodes say, or a clock that is set back, decides nothing.
    """

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._heard: dict[tuple[int, int, dt.datetime | None], float] = {}

    def give_back_lost(self, at: dt.datetime) -> int:
        """Give back the jobs whose workers have not been heard of for as long as their kind allows; return how many."""
        now = self._steady()
        running = Job.objects.filter(state=State.RUNNING).values_list("pk", "attempt", "heartbeat_at", "kind", "worker")
        found = {(pk, attempt, beaten): (kind, worker) for pk, attempt, beaten, kind, worker in running}
        self._heard = {seen: self._heard.get(seen, now) for seen in found}
        count = 0
        for seen, (kind, worker) in found.items():
            work = works().get(kind)
            patience = work.patience if work else PATIENCE
            if now - self._heard[seen] >= patience.total_seconds():
                count += _take_from(*seen, worker, work, at)
        return count


def _take_from(
    pk: int, attempt: int, beaten: dt.datetime | None, worker: str, work: Work | None, at: dt.datetime
) -> int:
    held = Job.objects.filter(pk=pk, state=State.RUNNING, attempt=attempt, heartbeat_at=beaten, worker=worker)
    if attempt >= _most(work) and not (work and work.every):
        return held.update(state=State.FAILED, worker="", fault=GONE, finished_at=at)
    return held.update(state=State.WAITING, worker="", due_at=at)
