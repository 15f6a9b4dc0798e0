"""What the ladder has to know of every measure, finding and department of an inspection: a fixed number of queries for all of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max
from django.utils import timezone

from zhenggai.web.ledger.models import (
    Answer,
    Closure,
    ExpectedUpdate,
    Extension,
    Finding,
    Measure,
    OccurrenceReport,
    SupervisionPaper,
)
from zhenggai.web.ledger.models.rows import ClosureStage, CompletionStatus
from zhenggai.workflow.closures import CLOSED, IN_HAND
from zhenggai.workflow.ladder import Earlier, Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.web.ledger.models import Inspection

_DONE = CompletionStatus.COMPLETED


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that papers may be about: `kind` is measure, finding or department, `id` its row's."""

    kind: str
    id: int

    @property
    def key(self) -> str:
        """The beginning of the key of a cause: C for a measure, W for a finding, B for a department."""
        return f"{ {'measure': 'C', 'finding': 'W', 'department': 'B'}[self.kind] }{self.id}"


Papers = dict[Matter, list[Earlier]]


def papers_of(inspection: Inspection) -> Papers:
    """Return the papers of each matter that have not lapsed, in the order in which they were made."""
    rows = SupervisionPaper.objects.filter(inspection=inspection).exclude(state="lapsed").order_by("pk")
    found: Papers = defaultdict(list)
    columns = (
        "pk", "measure_id", "finding_id", "department_id", "level", "kind", "facts", "numbered", "state", "asks", "cause", "signed_at",
        "answer_by", "ended_at", "answer__accepted", "answer__judged_at",
    )  # fmt: skip
    for row in rows.values_list(*columns, named=True):
        accepted = row.answer__judged_at if row.answer__accepted else None
        stop = accepted or (row.ended_at if row.state == "withdrawn" else None)
        name = str(row.facts.get("paper", ""))
        found[_matter(row.measure_id, row.finding_id, row.department_id)].append(
            Earlier(
                id=row.pk,
                level=row.level,
                kind=row.kind,
                called=f"{name}（{row.numbered}）" if row.numbered else name,
                state=row.state,
                asks=row.asks,
                cause=row.cause,
                signed_on=_date(row.signed_at),
                answer_by=row.answer_by,
                stopped_on=_date(stop),
            )
        )
    return found


def items_of(inspection: Inspection, papers: Papers) -> Iterator[tuple[Matter, Item]]:
    """Yield the measures and returned findings of an inspection that are open, or have papers."""
    settled = _settled_responses(inspection)
    extended = {
        measure: _date(at)
        for measure, at in Extension.objects.filter(inspection=inspection, state=Extension.State.GRANTED)
        .values_list("measure")
        .annotate(Max("decided_at"))
    }
    missed = _missed(inspection)
    measures = Measure.objects.filter(inspection=inspection)
    columns = ("pk", "response_id", "due_on", "percent", "completion_status", "withdrawn_at")
    for pk, response, due_on, percent, status, withdrawn in measures.order_by("pk").values_list(*columns):
        matter = Matter("measure", pk)
        why = "措施已撤销。" if withdrawn else "整改已完成。" if status == _DONE else settled.get(response, "")
        had = papers.get(matter)
        if why and not had:
            continue
        count, key, label = (0, "", "") if why else missed.get(pk, (0, "", ""))
        yield (
            matter,
            Item(
                due_on=due_on,
                percent=percent,
                settled=why,
                missed=count,
                missed_since=key,
                missed_label=label,
                extended_on=extended.get(pk),
                papers=tuple(had or ()),
            ),
        )
    yield from _findings(inspection, papers)


def _findings(inspection: Inspection, papers: Papers) -> Iterator[tuple[Matter, Item]]:
    """Yield the findings whose application has come back, and those that have papers."""
    had = [matter.id for matter in papers if matter.kind == "finding"]
    back = Closure.objects.filter(inspection=inspection, stage=ClosureStage.RETURNED, cycle=F("finding__cycle"))
    returns = dict(back.values_list("finding").annotate(Count("pk")))
    findings = Finding.objects.filter(inspection=inspection)
    for pk, stage, cycle, withdrawn in (
        findings.filter(pk__in={*had, *returns})
        .order_by("pk")
        .values_list("pk", "closure_stage", "cycle", "withdrawn_at")
    ):
        matter = Matter("finding", pk)
        returned = returns.get(pk, 0) if stage == ClosureStage.RETURNED else 0
        why = "问题已撤销。" if withdrawn else _why(stage)
        yield matter, Item(settled=why, returned=returned, cycle=cycle, papers=tuple(papers.get(matter, ())))


def _settled_responses(inspection: Inspection) -> dict[int, str]:
    """Return the responses all of whose findings are applied for or closed, with the reason why nothing is asked for."""
    stages: dict[int, set[str]] = defaultdict(set)
    answers = Answer.objects.filter(response__inspection=inspection, finding__withdrawn_at=None)
    for response, stage in answers.values_list("response_id", "finding__closure_stage"):
        stages[response].add(stage)
    return {
        response: _why(next(iter(found)))
        for response, found in stages.items()
        if all(_why(stage) for stage in found)
    }  # fmt: skip


def _why(stage: str) -> str:
    return "问题已销号。" if stage in CLOSED else "已经申请销号。" if stage in IN_HAND else ""


def _missed(inspection: Inspection) -> dict[int, tuple[int, str, str]]:
    """Return for each measure how many reporting cycles have closed without a report since its last, and key and name of the first.

    What was reported on a recurring duty of the measure is a report, too.
    """
    expected = ExpectedUpdate.objects.filter(cycle__inspection=inspection)
    missing = expected.filter(cycle__closed_at__isnull=False, answer=None, released_for="")
    answered = expected.filter(answer__isnull=False, measure__in=missing.values("measure"))
    until = dict(answered.values_list("measure").annotate(Max("cycle__end")))
    acted = _last_acts(inspection)
    found: dict[int, tuple[int, str, str]] = {}
    columns = ("measure", "cycle__start", "cycle__end", "cycle__key", "cycle__label")
    for measure, start, end, key, label in missing.order_by("cycle__end", "pk").values_list(*columns):
        if end <= until.get(measure, dt.date.min) or start <= acted.get(measure, dt.date.min):
            continue
        count, first, name = found.get(measure, (0, key, label))
        found[measure] = (count + 1, first, name)
    return found


def _last_acts(inspection: Inspection) -> dict[int, dt.date]:
    """Return the day of the last report on the recurring duties of each measure."""
    reports = OccurrenceReport.objects.filter(
        unit=inspection.unit_id, occurrence__inspection=inspection, occurrence__duty__measure__isnull=False
    )
    last = reports.values_list("occurrence__duty__measure").annotate(Max("reported_at"))
    return {measure: timezone.localtime(at).date() for measure, at in last}


def _matter(measure: int | None, finding: int | None, department: int | None) -> Matter:
    if measure:
        return Matter("measure", measure)
    return Matter("finding", finding) if finding else Matter("department", department or 0)


def matter_of(paper: SupervisionPaper) -> Matter:
    """Return what a paper is about."""
    return _matter(paper.measure_id, paper.finding_id, paper.department_id)


def _date(at: dt.datetime | None) -> dt.date | None:
    return timezone.localtime(at).date() if at else None
