"""A worker: one job after the other, until it is told to stop. Any number of them may work on one database."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone

from zhenggai.web.ledger.jobs import queue
from zhenggai.web.ledger.jobs.heartbeat import Heartbeat
from zhenggai.web.ledger.jobs.schedule import put_in_due
from zhenggai.web.ledger.jobs.work import JobFault, Lost, Run, works

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from zhenggai.web.ledger.models import Job

IDLE = 1.0
"""Seconds between two looks for work when there is none."""
_SCHEDULE_EVERY = 30.0
_WATCH_EVERY = 5.0
_LONGEST_WAIT = 60.0
_GONE = (DatabaseError, InterfaceError)
_LOG = logging.getLogger("zhenggai.jobs")


class Stopped(BaseException):
    """The worker is to end now; what it is at is given back."""


def name_of_worker() -> str:
    """Return a name that no other worker has or had."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


class Runner:
    """Puts in what is due, gives back what others have left lying, and does what waits."""

    def __init__(
        self, *, clock: Callable[[], dt.datetime] = timezone.now, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self.worker = name_of_worker()
        self._clock, self._steady = clock, steady
        self._watch = queue.Watch(steady)
        self._next_schedule = self._next_watch = float("-inf")

    def work(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Work until `Stopped` is raised in this thread. When the database is away it is asked again, less and less often."""
        away = IDLE
        while True:
            try:
                close_old_connections()
                found = self.step()
            except _GONE as fault:
                connections.close_all()
                _LOG.warning(
                    "后台任务：数据库暂时不能使用，%d秒后再试（%s）", away, str(fault).strip().splitlines()[:1]
                )
                sleep(away)
                away = min(_LONGEST_WAIT, away * 2)
            else:
                away = IDLE
                if not found:
                    sleep(IDLE)

    def step(self) -> bool:
        """Look once, do one job if there is one, and say whether there was."""
        now = self._steady()
        if now >= self._next_watch:
            self._watch.give_back_lost(self._clock())
            self._next_watch = now + _WATCH_EVERY
        if now >= self._next_schedule:
            put_in_due(self._clock())
            self._next_schedule = now + _SCHEDULE_EVERY
        job = queue.claim(worker=self.worker, at=self._clock())
        if job is None:
            return False
        self._do(job)
        return True

    def _do(self, job: Job) -> None:
        run = Run(job.pk, job.unit_id, job.arguments, job.asked_by_id, self._clock)
        with Heartbeat(job, run):
            try:
                self._attempt(job, run)
            except Stopped:
                connections.close_all()
                queue.give_back(job)
                raise

    def _attempt(self, job: Job, run: Run) -> None:
        try:
            outcome = works()[job.kind].function(run)
        except Lost:
            _LOG.warning("job %s was taken over by another worker", job.pk)
            return
        except JobFault as fault:
            words = str(fault)
        except _GONE:
            _LOG.exception("job %s", job.pk)
            connections.close_all()
            words = "数据库暂时不能使用"
        except Exception as fault:  # noqa: BLE001 — whatever a job does, the worker goes on with the next
            _LOG.exception("job %s", job.pk)
            words = f"程序错误{type(fault).__name__}，详情见服务器的输出"
        else:
            self._insist(lambda: queue.finish(job, outcome, self._clock()))
            return
        self._insist(lambda: queue.fail(job, words, self._clock()))

    def _insist(self, write: Callable[[], bool]) -> None:
        """Write what came of a job; a database that is away for a moment must not cost the work. At last the job is done anew."""
        for wait in (1, 2, 4, 8):
            try:
                write()
            except _GONE:
                connections.close_all()
                time.sleep(wait)
            else:
                return
        write()
