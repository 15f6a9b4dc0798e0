"""提醒: e-mail and group robots ring for what is new in the inboxes; it comes up again every few minutes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from zhenggai.web.ledger.bells.sending import send_due
from zhenggai.web.ledger.jobs.work import Outcome, Work

if TYPE_CHECKING:
    from zhenggai.web.ledger.jobs.work import Run


def _run(run: Run) -> Outcome:
    found = send_due(run.clock(), tell=run.tell, clock=run.clock)
    told = "、".join(f"{name}{count}" for name, count in found.items())
    return Outcome(f"{told}。" if told else "没有需要发送的提醒。")


WORK = Work("bells", "发送提醒", _run, every=dt.timedelta(minutes=5))
