"""A thread that says that the worker lives, and how far its job is. It has a connection of its own: the job may be in a transaction."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, connection

from zhenggai.web.ledger.jobs import queue

if TYPE_CHECKING:
    from types import TracebackType

    from zhenggai.web.ledger.jobs.work import Run
    from zhenggai.web.ledger.models import Job

OFTEN = 1.0
"""Seconds between two looks at how far the job is."""
AT_LEAST = 5
"""Looks after which a sign of life is written though nothing has changed."""


class Heartbeat:
    """Beats from entering to leaving. When the job turns out to be another worker's, `run.lost` says so and the beating ends."""

    def __init__(self, job: Job, run: Run) -> None:
        self._job, self._run = job, run
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{job.pk}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        told, silent = (0, 0, ""), 0
        try:
            while not self._over.wait(OFTEN):
                now, silent = (self._run.done, self._run.total, self._run.message), silent + 1
                if now == told and silent < AT_LEAST:
                    continue
                try:
                    self._run.lost = not queue.beat(self._job, self._run, self._run.clock())
                except (DatabaseError, InterfaceError):  # said again a second later, on a new connection
                    connection.close()
                    continue
                if self._run.lost:
                    return
                told, silent = now, 0
        finally:
            connection.close()
