"""What the ledger knows for the agenda of a meeting, as workflow.agenda takes it. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Max, Q

from zhenggai.web.ledger.models import (
    Answer,
    Assignment,
    ClosureStep,
    Finding,
    Measure,
    Meeting,
    ProgressUpdate,
    Resolution,
)
from zhenggai.web.ledger.models.rows import CompletionStatus, Layer
from zhenggai.workflow.agenda import AgendaFacts, ClosureFact, MeasureFact, ResolutionFact
from zhenggai.workflow.meetings import COMING, HELD, OPEN, RESOLUTION_STATES

if TYPE_CHECKING:
    from collections.abc import Iterable

_STATUS = dict(CompletionStatus.choices)
_HALF_MONTH = dt.timedelta(days=15)


def facts_of(meeting: Meeting, today: dt.date) -> AgendaFacts:
    """Return what is known on `today` for the agenda of `meeting`."""
    following = Meeting.objects.filter(series=meeting.series_id, state__in=COMING, meets_on__gt=meeting.meets_on)
    days = list(following.order_by("meets_on").values_list("meets_on", flat=True)[:2])
    next_on = days[0] if days else meeting.meets_on + _HALF_MONTH
    return AgendaFacts(
        today=today,
        meets_on=meeting.meets_on,
        next_on=next_on,
        until=max(next_on, meeting.meets_on + _HALF_MONTH),
        resolutions=_resolutions(meeting),
        measures=measures_of(meeting.inspection_id),
        closures=_closures(meeting.inspection_id),
    )


def _resolutions(meeting: Meeting) -> tuple[ResolutionFact, ...]:
    """Return those of the series that are open, and all those of the last meeting."""
    earlier = Meeting.objects.filter(series=meeting.series_id, state__in=HELD).exclude(pk=meeting.pk)
    last = earlier.order_by("-number").values_list("pk", flat=True).first()
    rows = Resolution.objects.filter(meeting__series=meeting.series_id).exclude(meeting=meeting)
    rows = rows.filter(Q(state__in=OPEN) | Q(meeting=last)).exclude(state="withdrawn")
    return tuple(
        ResolutionFact(
            id=row.pk,
            number=row.number,
            matter=row.matter,
            responsible=row.responsible.name,
            due_on=row.due_on,
            state=RESOLUTION_STATES[row.state],
            open=row.state in OPEN,
            finding_id=row.finding_id,
            finding=row.finding.reference if row.finding else "",
            secret=bool(row.finding and row.finding.layer == Layer.RESTRICTED),
            carried=row.carried,
        )
        for row in rows.select_related("responsible", "finding").order_by("pk")
    )


def measures_of(inspection_id: int) -> tuple[MeasureFact, ...]:
    """Return the measures of an inspection, each with the finding that says most: a restricted one before others."""
    measures = list(Measure.objects.filter(inspection=inspection_id, withdrawn_at=None).order_by("order", "pk"))
    found = _findings(inspection_id)
    departments: dict[int, dict[str, None]] = defaultdict(dict)
    acting = Assignment.objects.filter(
        inspection=inspection_id, role=Assignment.Role.RESPONSIBLE_DEPARTMENT, until=None
    ).order_by("order", "pk")
    for response, name in acting.values_list("response_id", "name"):
        departments[response][name] = None
    newest = (
        ProgressUpdate.objects.filter(inspection=inspection_id, measure__isnull=False)
        .values("measure")
        .annotate(last=Max("pk"))
    )
    updates = {
        row.measure_id: row for row in ProgressUpdate.objects.filter(pk__in=newest.values("last")).only(
            "measure_id", "done", "difficulty"
        )
    }  # fmt: skip
    returned = _returned(finding.pk for finding in set(found.values()) if finding.closure_stage == "returned")
    facts = []
    for measure in measures:
        finding = found.get(measure.response_id)
        if finding is None:
            continue
        update = updates.get(measure.pk)
        facts.append(
            MeasureFact(
                id=measure.pk,
                reference=measure.reference,
                text=measure.text,
                finding_id=finding.pk,
                finding=finding.reference,
                departments=tuple(departments[measure.response_id]),
                due_on=measure.due_on,
                status=_STATUS[measure.completion_status],
                percent=measure.percent,
                finished=measure.completion_status == CompletionStatus.COMPLETED,
                done=update.done if update else "",
                difficulty=update.difficulty if update else "",
                returned=returned.get(finding.pk, ""),
                secret=finding.layer == Layer.RESTRICTED,
            )
        )
    return tuple(facts)


def _findings(inspection_id: int) -> dict[int, Finding]:
    """Return the finding that stands for each response."""
    found: dict[int, Finding] = {}
    answers = Answer.objects.filter(response__inspection=inspection_id, finding__withdrawn_at=None)
    for answer in answers.select_related("finding").order_by("finding__order", "finding_id"):
        finding = answer.finding
        if answer.response_id not in found or finding.layer == Layer.RESTRICTED:
            found[answer.response_id] = finding
    return found


def _returned(findings: Iterable[int]) -> dict[int, str]:
    """Return why the last application of each finding came back."""
    steps = ClosureStep.objects.filter(closure__finding__in=list(findings), stage_after="returned").order_by("pk")
    return {
        step.closure.finding_id: step.details.get("return", {}).get("missing", "") or "需补充材料"
        for step in steps.select_related("closure")
    }


def _closures(inspection_id: int) -> tuple[ClosureFact, ...]:
    rows = Finding.objects.filter(inspection=inspection_id, withdrawn_at=None, closure_stage="verified")
    return tuple(
        ClosureFact(row.pk, row.reference, row.text, secret=row.layer == Layer.RESTRICTED)
        for row in rows.order_by("order", "pk")
    )
