"""The demonstration's reporting cycles: kept day by day, most reported on in time, one late, some missing, a sheet on its way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.cycles import keep_cycles
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.actions.reporting_sheets import send_sheet
from zhenggai.web.ledger.models import ExpectedUpdate, Measure
from zhenggai.web.ledger.queries.reporting_sheets import departments_of

if TYPE_CHECKING:
    from zhenggai.web.demonstration.school import School
    from zhenggai.web.ledger.models import Inspection

_LAST = 38
_DONE = "上期因期中考试没有及时填报，现补报：相关工作已按计划开展，材料已归集。"


def keep_until(school: School, inspection: Inspection, first: int, last: int) -> None:
    """Do the daily work of the cycles from the day `first` after the feedback up to `last`."""
    for days in range(first, last + 1):
        keep_cycles(actor=Actor(None, "系统", school.at(days, hour=6)), inspection_id=inspection.pk)


def report_late(school: School, inspection: Inspection) -> None:
    """Bring the cycles up to today, let one department report after the cut-off, and send another its sheet."""
    keep_until(school, inspection, _LAST - 1, _LAST)
    actor = school.actor("zhenggaiban", _LAST - 1)
    missing = ExpectedUpdate.objects.filter(cycle__inspection=inspection, answer=None, released_for="")
    for row in missing.filter(cycle__closed_at__isnull=False).order_by("-cycle__cut_off", "pk"):
        login = next((login for login in school.people if _may_report(school, login, row, actor)), None)
        if login is None:
            continue
        measure = Measure.objects.get(pk=row.measure_id)
        who = school.people[login]
        report_progress(
            actor=replace(actor, person_id=who.pk, name=who.name), rights=rights_of(who, actor.today), measure_id=measure.pk,
            seen=measure.version, percent=measure.percent, completion_status=measure.completion_status, done=_DONE,
            expected_id=row.pk,
        )  # fmt: skip
        break
    waiting = missing.filter(cycle__closed_at=None).select_related("cycle").order_by("cycle__cut_off", "pk").first()
    name = next(iter(departments_of(waiting.cycle)), "") if waiting else ""
    if waiting and name:
        rights = rights_of(school.people["zhenggaiban"], actor.today)
        send_sheet(actor=actor, rights=rights, cycle_id=waiting.cycle_id, department=name)


def _may_report(school: School, login: str, row: ExpectedUpdate, actor: Actor) -> bool:
    rights = rights_of(school.people[login], actor.today)
    return access.measures(rights, "progress.report").filter(pk=row.measure_id).exists()
