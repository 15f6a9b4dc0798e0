"""Recurring duties against their events: what was laid out by its hash, what was reported and moved since by the events themselves."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from zhenggai.web.audit.models import Event
from zhenggai.web.audit.sealing import written
from zhenggai.web.ledger.models import Duty, Inspection, Occurrence, OccurrenceReport, UnitTerm
from zhenggai.web.ledger.proof.history import Past, batches, events_about
from zhenggai.web.ledger.proof.misfits import Misfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

NAME = "laid_out"
"""The key under which an event tells the hashes, by the inspections' ids as text."""
OCCURRENCE = "occurrence"
"""The key under which an event about a measure or an arrangement tells the id of the occurrence that is meant."""
FORMAT = "1:"
"""What the hash is made over, before the hash itself."""
_OF_DUTY = (
    "pk", "measure_id", "mechanism_id", "rule", "rule_key", "begin", "made_on", "end", "ended_at",
    "by_hand", "wording", "reason", "made_by_id", "end_reason", "ended_by_id",
)  # fmt: skip
_OF_OCCURRENCE = (
    "pk", "duty_id", "key", "label", "start", "end", "scheduled_on", "first_due_on", "quota", "withdrawn_at",
)  # fmt: skip


def laid_out(inspection_id: int) -> dict[str, Any]:
    """Return what an event tells that has changed the duties of an inspection; made after the change."""
    return {NAME: {str(inspection_id): _digest(inspection_id)}}


def recurring_misfits(unit_id: int, told: Mapping[str, tuple[str, int]], tick: Callable[[], None]) -> Iterator[Misfit]:
    """Check the duties of the unit; `told` gives hash and event's number by the inspection's id, as told last."""
    yield from _terms(unit_id)
    for inspection in Inspection.objects.filter(unit_id=unit_id).order_by("pk"):
        title = f"《{inspection.title}》"
        digest, number = told.get(str(inspection.pk), ("", 0))
        if digest and digest != _digest(inspection.pk):
            yield Misfit("duty", f"{title}列出的周期任务", f"与第{number}号操作记录不符，此后没有调整的登记", number)
        elif not digest and Duty.objects.filter(inspection=inspection).exists():
            yield Misfit("duty", f"{title}的周期任务", "没有列出的操作记录，系后来添入")
        for batch in batches(Duty.objects.filter(inspection=inspection).select_related("measure", "mechanism")):
            tick()
            yield from _batch(unit_id, title, batch)


def _digest(inspection_id: int) -> str:
    hashed = hashlib.sha256()
    duties = Duty.objects.filter(inspection=inspection_id).order_by("pk").values_list(*_OF_DUTY)
    occurrences = Occurrence.objects.filter(inspection=inspection_id).order_by("pk").values_list(*_OF_OCCURRENCE)
    for rows in (duties, occurrences):
        for row in rows.iterator(chunk_size=2000):
            hashed.update(json.dumps(row, ensure_ascii=False, sort_keys=True, default=written).encode() + b"\n")
    return FORMAT + hashed.hexdigest()


def _batch(unit_id: int, title: str, duties: Sequence[Duty]) -> Iterator[Misfit]:
    """Hold the occurrences of some duties against what was told of them after they had been laid out."""
    names = {
        duty.pk: duty.measure.reference if duty.measure else duty.mechanism.name if duty.mechanism else ""
        for duty in duties
    }
    history: dict[int, list[Past]] = defaultdict(list)
    owners = (
        ("measure", {duty.measure_id for duty in duties if duty.measure_id}),
        ("mechanism", {duty.mechanism_id for duty in duties if duty.mechanism_id}),
    )
    for kind, ids in owners:
        for events in events_about(unit_id, kind, ids, prefix="occurrence.").values():
            for past in events:
                if isinstance(pk := past.said(OCCURRENCE), int):
                    history[pk].append(past)
    reports: dict[int, list[OccurrenceReport]] = defaultdict(list)
    for report in OccurrenceReport.objects.filter(occurrence__duty__in=duties).order_by("pk"):
        reports[report.occurrence_id].append(report)
    for row in Occurrence.objects.filter(duty__in=duties).order_by("pk"):
        where = f"{title}{names[row.duty_id]}{row.label}的周期任务"
        about = history.get(row.pk, [])
        yield from _date(row, [one for one in about if one.action == "occurrence.moved"], where)
        told = [one for one in about if one.action == "occurrence.reported"]
        yield from _reports(row, reports[row.pk], told, where)


def _date(row: Occurrence, moves: list[Past], where: str) -> Iterator[Misfit]:
    last = moves[-1] if moves else None
    wanted = (
        (last.said("due_on"), True, last.actor_id, written(last.at), last.reason)
        if last
        else (written(row.first_due_on), False, None, "", "")
    )
    actual = (written(row.due_on), row.moved, row.moved_by_id, written(row.moved_at), row.move_reason)
    if actual != wanted:
        source = f"第{last.number}号操作记录" if last else "列出时的记录（没有调整）"
        yield Misfit("occurrence", where, f"的到期日或其调整与{source}不符", last.number if last else None)


def _reports(row: Occurrence, reports: list[OccurrenceReport], told: list[Past], where: str) -> Iterator[Misfit]:
    """Hold the reports on one occurrence against its events, in order: each act makes one of both."""
    for report, past in zip(reports, told, strict=False):
        actual = (
            report.count,
            written(report.held_on),
            report.text,
            report.reported_by_id,
            written(report.reported_at),
        )
        if actual != (past.said("times"), past.said("held_on"), past.said("held"), past.actor_id, written(past.at)):
            yield Misfit("occurrence", where, f"的填报与第{past.number}号操作记录不符", past.number)
    if len(reports) > len(told):
        yield Misfit("occurrence", where, "有没有操作记录的填报，系后来添入")
    for past in told[len(reports) :]:
        yield Misfit("occurrence", where, f"缺少第{past.number}号操作记录的填报", past.number)
    if row.done != sum(int(past.said("times") or 0) for past in told):
        number = told[-1].number if told else None
        yield Misfit("occurrence", where, "的完成次数与操作记录合计不符", number)


def _terms(unit_id: int) -> Iterator[Misfit]:
    rows = {str(row.pk): row for row in UnitTerm.objects.filter(unit_id=unit_id)}
    told: dict[str, Past] = {}
    for pk, history in events_about(unit_id, "term", _term_ids(unit_id, rows), prefix="term.").items():
        told[pk] = history[-1]
    for pk, row in rows.items():
        past = told.pop(pk, None)
        if past is None:
            yield Misfit("term", f"学期“{row.name}”", "没有设置的操作记录，系后来添入")
        elif (written(row.start), written(row.end)) != (past.said("start"), past.said("end")):
            yield Misfit("term", f"学期“{row.name}”", f"与第{past.number}号操作记录不符", past.number)
    for past in told.values():
        yield Misfit("term", f"第{past.number}号操作记录设置的学期", "缺失", past.number)


def _term_ids(unit_id: int, rows: Mapping[str, UnitTerm]) -> set[str]:
    told = Event.objects.filter(unit_id=unit_id, action="term.set").values_list("subject_id", flat=True)
    return {*rows, *told}
