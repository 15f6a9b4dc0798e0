"""周期任务: the occurrences of a ledger, of one measure, and those that wait for a person."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q

from zhenggai import deadline
from zhenggai import profile as profiles
from zhenggai.web.faults import Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.duty_horizon import rule_of
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import (
    Answer,
    Assignment,
    Duty,
    Meeting,
    Occurrence,
    OccurrenceProof,
    OccurrenceReport,
    UnitTerm,
)
from zhenggai.web.ledger.models.rows import CompletionStatus, Layer, RectificationClass
from zhenggai.web.ledger.queries.closure_queues import UNSAID
from zhenggai.web.ledger.queries.evidence import evidence_of_measures
from zhenggai.workflow.meetings import COMING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from zhenggai.profile import Light, Profile
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Inspection, Measure
    from zhenggai.web.ledger.queries.evidence import Piece

SHOWN = 300
"""Occurrences that a person's or a finding's share is picked from."""
LISTED = 100
"""Occurrences on one page of the list, which stays small."""
RECENT = 31
"""How many days back the list goes where no state is asked for."""
STATES = {"": "近一个月和以后", "open": "未完成", "missed": "缺少", "done": "已完成"}


@dataclass(frozen=True, slots=True)
class OccurrenceLine:
    """One occurrence in a list. `whose` are the words of the measure or the name of the arrangement."""

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
    light: Light
    departments: str
    measure_id: int | None
    version: int
    periods: int = 1
    """How many periods of the duty `shortfall` is the sum of, this one being the last."""


@dataclass(frozen=True, slots=True)
class OccurrenceStory:
    """One occurrence with its reports, the newest first, and what the person may do with it."""

    line: OccurrenceLine
    inspection: Inspection
    start: dt.date
    end: dt.date
    withdrawn: bool
    finding_id: int | None
    reports: tuple[OccurrenceReport, ...]
    proofs: tuple[Piece, ...]
    offered: tuple[Piece, ...]
    """What else proves the measure, and can be said to be of this period too."""
    may_prove: bool
    may_unprove: bool
    may_report: bool
    may_move: bool
    note: str
    duty: Duty
    may_give_up: bool


def occurrence_list(
    rights: Rights, inspection: Inspection, *, state: str = "", department: str = ""
) -> tuple[OccurrenceLine, ...]:
    """Return the occurrences of a ledger that the person sees: those missed or done the newest first, others by date from a month ago on."""
    found = access.occurrences(rights, "ledger.read").filter(inspection=inspection, withdrawn_at=None)
    filters = {
        "open": Q(done__lt=F("quota"), due_on__gte=rights.today),
        "missed": Q(done__lt=F("quota"), due_on__lt=rights.today),
        "done": Q(done__gte=F("quota")),
    }
    recent = Q(due_on__gte=rights.today - dt.timedelta(days=RECENT))
    found = found.filter(filters.get(state, recent))
    if department:
        named = Assignment.objects.filter(name=department, until=None, role=Assignment.Role.RESPONSIBLE_DEPARTMENT)
        found = found.filter(duty__measure__response__in=named.values("response"))
    order = ("-due_on", "-pk") if state in ("missed", "done") else ("due_on", "pk")
    rows = list(_rows(found).order_by(*order)[:LISTED])
    return _lines(rows, profile_of(inspection.profile), rights.today)


def occurrence_story(rights: Rights, pk: int) -> OccurrenceStory:
    """Return one occurrence; faults as `access.occurrence`."""
    row = access.occurrence(rights, pk, "ledger.read")
    profile = profile_of(row.inspection.profile)
    (line,) = _lines(list(_rows(Occurrence.objects.filter(pk=pk))), profile, rights.today, told=True)
    measure = row.duty.measure
    pieces = evidence_of_measures(rights, [measure.pk]).get(measure.pk, ()) if measure else ()
    linked = set(OccurrenceProof.objects.filter(occurrence=pk, removed_at=None).values_list("evidence_id", flat=True))
    provable = measure is not None and row.withdrawn_at is None
    waits = row.withdrawn_at is None and row.done < row.quota and row.due_on >= rights.today
    return OccurrenceStory(
        line=line,
        inspection=row.inspection,
        start=row.start,
        end=row.end,
        withdrawn=row.withdrawn_at is not None,
        finding_id=access.answered_by(rights, measure.response_id) if measure else None,
        reports=tuple(row.reports.select_related("reported_by").order_by("-pk")),
        proofs=tuple(piece for piece in pieces if piece.id in linked),
        offered=tuple(piece for piece in pieces if piece.id not in linked),
        may_prove=provable and _reaches(rights, pk, "evidence.add"),
        may_unprove=provable and _reaches(rights, pk, "evidence.edit"),
        may_report=row.withdrawn_at is None and _reaches(rights, pk, "occurrence.report"),
        may_move=waits and _reaches(rights, pk, "occurrence.move"),
        note=deadline.national().statement(row.start, row.due_on) or "",
        duty=row.duty,
        may_give_up=row.duty.by_hand
        and row.duty.ended_at is None
        and measure is not None
        and access.measures(rights, "duty.edit").filter(pk=measure.pk).exists(),
    )


@dataclass(frozen=True, slots=True)
class OccurrenceNow:
    """What an occurrence that has just been changed is; `evidence` counts its pieces."""

    id: int
    due_on: dt.date
    moved: bool
    quota: int
    done: int
    evidence: int
    version: int


def occurrence_now(pk: int) -> OccurrenceNow:
    """Return what the occurrence is that somebody has just changed and so may know of."""
    row = Occurrence.objects.get(pk=pk)
    pieces = row.proofs.filter(removed_at=None, evidence__withdrawn_at=None).count()
    return OccurrenceNow(row.pk, row.due_on, row.moved, row.quota, row.done, pieces, row.version)


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty of a ledger. `wording` is the rhythm in words; one made by hand has a reason and who made it."""

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


def duty_list(rights: Rights, inspection: Inspection) -> tuple[DutyLine, ...]:
    """Return the duties of a ledger that the person sees, those that have ended included."""
    seen = access.occurrences(rights, "ledger.read").filter(inspection=inspection).values("duty")
    secret = Answer.objects.filter(response=OuterRef("measure__response"), finding__layer=Layer.RESTRICTED)
    rows = Duty.objects.filter(pk__in=seen).select_related("measure", "mechanism", "made_by")
    return tuple(
        DutyLine(
            id=row.pk,
            reference=row.measure.reference if row.measure else "",
            whose=UNSAID
            if row.secret
            else row.measure.text
            if row.measure
            else row.mechanism.name
            if row.mechanism
            else "",
            measure_id=row.measure_id,
            wording=row.wording or deadline.show([rule_of(row)]),
            by_hand=row.by_hand,
            reason="" if row.secret else row.reason,
            made_by=row.made_by.name if row.made_by else "",
            made_on=row.made_on,
            ended_at=row.ended_at,
            end_reason="" if row.secret else row.end_reason,
            version=row.version,
        )
        for row in rows.annotate(secret=Exists(secret)).order_by("pk")[:SHOWN]
    )


def provable_occurrence(rights: Rights, pk: int, measure_id: int) -> Occurrence:
    """Return an occurrence of the measure that the person may prove; faults as `access.occurrence`."""
    row = access.occurrence(rights, pk, "evidence.add")
    if row.duty.measure_id != measure_id:
        raise Unknown("这项措施的这一次周期任务")
    return row


def occurrences_of(measures: Iterable[int], profile: Profile, day: dt.date) -> dict[int, tuple[OccurrenceLine, ...]]:
    """Return what of each measure is missed or comes next as of `day`, by date: a few lines, the rest stands in the list."""
    rows = Occurrence.objects.filter(duty__measure__in=list(measures), withdrawn_at=None, done__lt=F("quota"))
    found: dict[int, list[OccurrenceLine]] = defaultdict(list)
    for line in _lines(list(_rows(rows).order_by("due_on", "pk")[:SHOWN]), profile, day, told=True):
        ahead = [one for one in found[line.measure_id or 0] if not one.shortfall]
        if line.shortfall or len(ahead) < 2:
            found[line.measure_id or 0].append(line)
    return {measure: tuple(lines) for measure, lines in found.items()}


def waiting_for(rights: Rights) -> tuple[OccurrenceLine, ...]:
    """Return the open occurrences that the person is to see to and that are late or due soon.

    Of what a duty has missed only the last stands there, with all that is missing: it would fill the page else.
    """
    if not rights.may("progress.report"):
        return ()
    mine = access.occurrences(rights, "progress.report").filter(withdrawn_at=None, done__lt=F("quota"))
    soon = mine.filter(due_on__lte=rights.today + dt.timedelta(days=60))
    found: list[OccurrenceLine] = []
    missing: dict[int, OccurrenceLine] = {}
    by_profile: dict[str, list[Occurrence]] = defaultdict(list)
    planned = Meeting.objects.filter(occurrence=OuterRef("pk"), state__in=COMING)
    soon = soon.exclude(Exists(planned))  # who says that the meeting was held has reported on it
    for row in _rows(soon).order_by("due_on", "pk")[:SHOWN]:
        by_profile[row.inspection.profile].append(row)
    for key, rows in by_profile.items():
        for line in _lines(rows, profile_of(key), rights.today):
            if line.shortfall:
                earlier = missing.get(line.duty_id)
                missing[line.duty_id] = (
                    replace(line, shortfall=line.shortfall + earlier.shortfall, periods=earlier.periods + 1)
                    if earlier
                    else line
                )
            elif line.light.colour not in ("calm", "none"):
                found.append(line)
    return (*missing.values(), *found)


def without_milestone(measures: QuerySet[Measure], profile: Profile, today: dt.date) -> QuerySet[Measure]:
    """Return those of lasting effect that are not done and have nothing due in the days that the profile gives."""
    until = today + dt.timedelta(days=profile.duty.milestone_days)
    ahead = Occurrence.objects.filter(
        duty__measure=OuterRef("pk"), withdrawn_at=None, due_on__gte=today, due_on__lte=until
    )
    lasting = measures.filter(rectification_class=RectificationClass.LONG_TERM, withdrawn_at=None)
    open_ones = lasting.exclude(completion_status=CompletionStatus.COMPLETED)
    return open_ones.exclude(due_on__gte=today, due_on__lte=until).filter(~Exists(ahead))


def terms_of(rights: Rights) -> tuple[UnitTerm, ...]:
    """Return the terms of the person's unit."""
    access.require(rights, "occurrence.move", rights.unit_id)
    return tuple(UnitTerm.objects.filter(unit_id=rights.unit_id))


def _reaches(rights: Rights, pk: int, act: str) -> bool:
    return access.occurrences(rights, act).filter(pk=pk).exists()


def _rows(rows: QuerySet[Occurrence]) -> QuerySet[Occurrence]:
    secret = Answer.objects.filter(response=OuterRef("duty__measure__response"), finding__layer=Layer.RESTRICTED)
    return rows.select_related("duty__measure", "duty__mechanism", "inspection", "moved_by").annotate(
        secret=Exists(secret)
    )


def _lines(
    rows: list[Occurrence], profile: Profile, today: dt.date, *, told: bool = False
) -> tuple[OccurrenceLine, ...]:
    responses = {row.duty.measure.response_id for row in rows if row.duty.measure}
    acting = Assignment.objects.filter(response__in=responses, role=Assignment.Role.RESPONSIBLE_DEPARTMENT, until=None)
    departments: dict[int, list[str]] = defaultdict(list)
    for response, name in acting.order_by("order").values_list("response_id", "name"):
        departments[response].append(name)
    return tuple(_line(row, departments, profile, today, told=told) for row in rows)


def _line(
    row: Occurrence, departments: dict[int, list[str]], profile: Profile, today: dt.date, *, told: bool
) -> OccurrenceLine:
    measure = row.duty.measure
    name = measure.text if measure else row.duty.mechanism.name if row.duty.mechanism else ""
    hidden = not told and row.secret  # type: ignore[attr-defined]  # annotated by `_rows`
    return OccurrenceLine(
        id=row.pk,
        duty_id=row.duty_id,
        reference=measure.reference if measure else "",
        whose=UNSAID if hidden else name,
        rhythm=deadline.show([rule_of(row.duty)]),
        label=row.label,
        scheduled_on=row.scheduled_on,
        due_on=row.due_on,
        moved=row.moved,
        moved_by=row.moved_by.name if row.moved_by else "",
        moved_at=row.moved_at,
        move_reason=row.move_reason if told or not row.secret else "",  # type: ignore[attr-defined]
        quota=row.quota,
        done=row.done,
        shortfall=row.shortfall(today),
        light=profiles.light_of(profile, row.due_on, today, done=row.done >= row.quota),
        departments="、".join(departments[measure.response_id]) if measure else "",
        measure_id=measure.pk if measure else None,
        version=row.version,
    )
