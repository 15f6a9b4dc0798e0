"""周期任务: what a ledger's duties are, each time that one falls due, reports on it, other dates, evidence of it."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — ninja reads the types at run time
from typing import TYPE_CHECKING, Any

from ninja import Field, Query, Schema

from zhenggai.web.api.registration import Id, caller_of, route
from zhenggai.web.ledger.actions.duties import move_occurrence, report_occurrence
from zhenggai.web.ledger.actions.layers import record_restricted_evidence_reads, record_restricted_reads
from zhenggai.web.ledger.actions.occurrence_evidence import prove_occurrence
from zhenggai.web.ledger.actions.own_duties import give_up_duty, make_duty
from zhenggai.web.ledger.queries.duties import duty_list, occurrence_list, occurrence_now, occurrence_story
from zhenggai.web.ledger.queries.evidence import restricted_of
from zhenggai.web.ledger.queries.finding import restricted_of_measure
from zhenggai.web.ledger.queries.inspections import inspection_of

if TYPE_CHECKING:
    from django.http import HttpRequest


class OccurrenceQuery(Schema):
    """Which occurrences: `state` is open, missed or done, else what was due in the last month and later."""

    state: str = ""
    department: str = ""


class OccurrenceOut(Schema):
    """One time that a duty falls due; `scheduled_on` is by its rule, `due_on` what people are held to, `shortfall` the acts missing."""

    id: int
    duty_id: int
    reference: str
    whose: str
    rhythm: str
    label: str
    scheduled_on: dt.date
    due_on: dt.date
    moved: bool
    moved_by: str
    moved_at: dt.datetime | None
    move_reason: str
    quota: int
    done: int
    shortfall: int
    departments: str
    measure_id: int | None
    version: int


class OccurrenceReportOut(Schema):
    """What was done for an occurrence."""

    count: int
    held_on: dt.date
    text: str
    reported_by: str
    reported_at: dt.datetime


class PeriodProofOut(Schema):
    """A piece of evidence of the period."""

    id: int
    reference: str
    title: str
    kind: str
    formed_on: dt.date | None


class OccurrenceStoryOut(OccurrenceOut):
    """One occurrence with its reports, the newest first, and its evidence; `note` says that a year's days off are not published."""

    start: dt.date
    end: dt.date
    note: str
    reports: list[OccurrenceReportOut]
    evidence: list[PeriodProofOut]


class DutyOut(Schema):
    """One duty; one made by hand has a reason, and one that has ended may have another."""

    id: int
    reference: str
    whose: str
    measure_id: int | None
    wording: str
    by_hand: bool
    reason: str
    made_by: str
    made_on: dt.date
    ended_at: dt.datetime | None
    end_reason: str
    version: int


class OccurrenceReportIn(Schema):
    """What was done, and `seen`: the version of the occurrence that the caller has."""

    seen: int
    count: int | None = None
    held_on: dt.date | None = None
    text: str = Field("", max_length=4000)


class OccurrenceMoveIn(Schema):
    """Another date for one occurrence."""

    seen: int
    due_on: dt.date | None = None
    reason: str = Field("", max_length=1000)


class OccurrenceProofIn(Schema):
    """Pieces of the measure's evidence that are of this period."""

    evidence: list[int] = []


class DutyIn(Schema):
    """A rhythm in words (每月不少于2次), and why it is set up."""

    wording: str = Field("", max_length=200)
    reason: str = Field("", max_length=1000)


class GiveUpIn(Schema):
    """Why a duty that was set up by hand is given up."""

    seen: int
    reason: str = Field("", max_length=1000)


class OccurrenceChangedOut(Schema):
    """What the occurrence is now."""

    id: int
    due_on: dt.date
    moved: bool
    quota: int
    done: int
    evidence: int
    version: int


class DutyChangedOut(Schema):
    """What the duty is now."""

    id: int
    wording: str
    ended_at: dt.datetime | None
    version: int


@route("GET", "/inspections/{pk}/duties", "ledger.read", list[DutyOut], "台账的周期任务")
def list_duties(request: HttpRequest, pk: Id) -> Any:
    """Return the duties of a ledger, those that have ended included."""
    rights = caller_of(request).rights
    return list(duty_list(rights, inspection_of(rights, pk)))


@route("GET", "/inspections/{pk}/occurrences", "ledger.read", list[OccurrenceOut], "周期任务的各次")
def list_occurrences(request: HttpRequest, pk: Id, query: Query[OccurrenceQuery]) -> Any:
    """Return the occurrences of a ledger."""
    rights = caller_of(request).rights
    found = inspection_of(rights, pk)
    return list(occurrence_list(rights, found, state=query.state[:20], department=query.department[:50]))


@route("GET", "/occurrences/{pk}", "ledger.read", OccurrenceStoryOut, "周期任务的一次")
def read_occurrence(request: HttpRequest, pk: Id) -> Any:
    """Return one occurrence with its reports and evidence."""
    return _story(request, pk)


@route("POST", "/occurrences/{pk}/report", "occurrence.report", OccurrenceChangedOut, "填报周期任务")
def report_on_occurrence(request: HttpRequest, pk: Id, body: OccurrenceReportIn) -> Any:
    """Say what was done; the acts of all reports count together."""
    caller = caller_of(request)
    report_occurrence(actor=caller.actor, rights=caller.rights, occurrence_id=pk, **body.dict())
    return occurrence_now(pk)


@route("POST", "/occurrences/{pk}/move", "occurrence.move", OccurrenceChangedOut, "调整周期任务的日期")
def move_one_occurrence(request: HttpRequest, pk: Id, body: OccurrenceMoveIn) -> Any:
    """Set another date for this occurrence alone."""
    caller = caller_of(request)
    move_occurrence(actor=caller.actor, rights=caller.rights, occurrence_id=pk, **body.dict())
    return occurrence_now(pk)


@route("POST", "/occurrences/{pk}/evidence", "evidence.add", OccurrenceChangedOut, "选定周期任务的佐证材料")
def prove_one_occurrence(request: HttpRequest, pk: Id, body: OccurrenceProofIn) -> Any:
    """Let pieces of the measure's evidence stand for this occurrence."""
    caller = caller_of(request)
    ids = [piece for piece in body.evidence[:100] if 0 < piece < 2**62]
    prove_occurrence(actor=caller.actor, rights=caller.rights, occurrence_id=pk, evidence_ids=ids)
    return occurrence_now(pk)


@route("POST", "/measures/{pk}/duties", "duty.edit", DutyChangedOut, "设立周期任务")
def make_one_duty(request: HttpRequest, pk: Id, body: DutyIn) -> Any:
    """Set up a duty of a measure by hand."""
    caller = caller_of(request)
    return make_duty(actor=caller.actor, rights=caller.rights, measure_id=pk, **body.dict())


@route("POST", "/duties/{pk}/give-up", "duty.edit", DutyChangedOut, "取消周期任务")
def give_up_one_duty(request: HttpRequest, pk: Id, body: GiveUpIn) -> Any:
    """End a duty that was set up by hand."""
    caller = caller_of(request)
    return give_up_duty(actor=caller.actor, rights=caller.rights, duty_id=pk, **body.dict())


def _story(request: HttpRequest, pk: int) -> dict[str, Any]:
    caller = caller_of(request)
    story = occurrence_story(caller.rights, pk)
    if story.line.measure_id:
        secret = restricted_of_measure(caller.rights, story.line.measure_id)
        record_restricted_reads(actor=caller.actor, findings=secret, where="接口")
    record_restricted_evidence_reads(actor=caller.actor, pieces=restricted_of(story.proofs), where="接口")
    return {
        **{name: getattr(story.line, name) for name in OccurrenceOut.model_fields},
        "start": story.start,
        "end": story.end,
        "note": story.note,
        "reports": [
            {
                "count": one.count,
                "held_on": one.held_on,
                "text": one.text,
                "reported_by": one.reported_by.name,
                "reported_at": one.reported_at,
            }
            for one in story.reports
        ],
        "evidence": list(story.proofs),
    }
