"""What a kind of job is, what its function is given, and what it gives back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = dt.timedelta(seconds=60)
"""How long nothing need be heard of a worker before it counts as gone. Longer than SQLite lets one wait for another's transaction."""


class JobFault(Exception):  # noqa: N818 — as the ledger's faults
    """The work cannot be done, or not wholly; `str(fault)` is one Chinese sentence for those who look after it."""


class Lost(Exception):  # noqa: N818
    """The job has been given to another worker meanwhile: this one stops and leaves the row alone."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: one Chinese sentence, and what the kind's own screen shows."""

    message: str
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Run:
    """One attempt at a job, as its function sees it."""

    job_id: int
    unit_id: int | None
    arguments: dict[str, Any]
    asked_by: int | None
    clock: Callable[[], dt.datetime]
    done: int = 0
    total: int = 0
    message: str = ""
    lost: bool = False

    def tell(self, done: int, total: int, message: str = "") -> None:
        """Say how far things are. It costs nothing and may be called within a transaction: the heartbeat writes it.

        Raises:
            Lost: another worker has the job now.
        """
        self.done, self.total, self.message = done, total, message
        if self.lost:
            raise Lost


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of job. `function` does it and is idempotent, for a job whose worker vanished is done again.

    After `most` attempts the job counts as failed and waits for a person. A kind with `every` has one job that comes up again after
    that time for ever. `act` is what lets a person see the job who has not asked for it; `screen` names the screen that shows the
    result, "" where there is none.
    """

    key: str
    name: str
    function: Callable[[Run], Outcome]
    most: int = 5
    patience: dt.timedelta = PATIENCE
    every: dt.timedelta | None = None
    act: str = "job.read"
    screen: str = ""


@cache
def works() -> dict[str, Work]:
    """Return all kinds of jobs by key."""
    from zhenggai import discover  # noqa: PLC0415 — the kinds import this module
    from zhenggai.web.ledger.jobs import kinds  # noqa: PLC0415

    return discover.collect(kinds, Work)
