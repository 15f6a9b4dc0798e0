"""What has to be done once a day: recurring duties brought up to the horizon. Run twice, or days late, it comes to the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions.duties import LaidOut, lay_out
from zhenggai.web.ledger.models import Inspection

if TYPE_CHECKING:
    import datetime as dt


def run_daily(at: dt.datetime) -> LaidOut:
    """Do the day's work of every inspection as of `at` and return what was laid out in all."""
    actor = Actor(None, "系统", at)
    found = LaidOut()
    for pk in Inspection.objects.order_by("pk").values_list("pk", flat=True):
        found += lay_out(actor=actor, inspection_id=pk)
    return found
