"""The demonstration's recurring duties: most seen to, one short of what was asked for, one moved, one set up by hand, and the term."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions.duties import lay_out, move_occurrence, report_occurrence, set_term
from zhenggai.web.ledger.actions.own_duties import make_duty
from zhenggai.web.ledger.actions.reminders import remind
from zhenggai.web.ledger.models import Measure, Occurrence

if TYPE_CHECKING:
    from zhenggai.web.demonstration.school import School
    from zhenggai.web.ledger.models import Inspection

_DAY = 37
_DONE = "已按要求开展，记录存整改办备查。"


def see_to_duties(school: School, inspection: Inspection) -> None:
    """Set the term, lay out what falls due by now, report on what is past, remind of what is due, and move one that is to come."""
    actor = school.actor("zhenggaiban", _DAY)
    rights = rights_of(school.people["zhenggaiban"], actor.today)
    start, end = (school.feedback + dt.timedelta(days=days) for days in (-40, 100))
    set_term(actor=actor, rights=rights, name="本学期", start=start, end=end)
    lay_out(actor=actor, inspection_id=inspection.pk)
    standing = Occurrence.objects.filter(inspection=inspection, withdrawn_at=None).order_by("due_on", "pk")
    past = list(standing.filter(due_on__lt=actor.today))
    short = next((one for one in reversed(past) if one.quota > 1), past[-1] if past else None)
    for one in past:
        left = one.quota - one.done - (one == short)
        if left > 0:
            report_occurrence(
                actor=actor, rights=rights, occurrence_id=one.pk, seen=one.version, count=left,
                held_on=max(one.start, min(one.due_on, actor.today)), text=_DONE,
            )  # fmt: skip
    remind(actor=Actor(None, "系统", school.at(_DAY)), inspection_id=inspection.pk)
    coming = standing.filter(due_on__gt=actor.today + dt.timedelta(days=10)).first()
    if coming:
        move_occurrence(
            actor=actor, rights=rights, occurrence_id=coming.pk, seen=coming.version,
            due_on=coming.due_on + dt.timedelta(days=3), reason="与期中考试安排冲突，顺延3天。",
        )  # fmt: skip
    asked = Measure.objects.filter(inspection=inspection, withdrawn_at=None, recurrences=[])
    asked = (
        asked.exclude(completion_status="completed")
        .filter(due_on__gt=actor.today + dt.timedelta(days=40))
        .order_by("reference")
    )
    if measure := asked.first():
        make_duty(
            actor=actor, rights=rights, measure_id=measure.pk, wording="每月一次",
            reason="巡察组回访时提出，按月了解进展。",
        )  # fmt: skip
