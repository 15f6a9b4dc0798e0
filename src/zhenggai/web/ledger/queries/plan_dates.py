"""Days that a plan gives: phases, dated acts, time limits and recurring duties, as entries of a calendar."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from zhenggai import profile as profiles
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger import access
from zhenggai.web.ledger.custom import period_end_of, profile_of
from zhenggai.web.ledger.models import Answer, Milestone, SchedulePhase
from zhenggai.web.ledger.models.rows import CompletionStatus, Layer
from zhenggai.web.ledger.queries.closure_queues import UNSAID
from zhenggai.web.ledger.queries.dated import Asked, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator


def phases(asked: Asked) -> Iterator[Entry]:
    """Yield the phases that have a day among those asked for, and the end of the concentrated period."""
    rows = SchedulePhase.objects.filter(asked.standing, inspection__in=asked.inspections, start__lte=asked.last)
    rows = rows.filter(Q(end=None, start__gte=asked.start) | Q(end__gte=asked.start)).order_by("start", "pk")
    found = list(rows)
    changes = _changes("phase", [row.pk for row in found])
    titles = {one.pk: one.title for one in asked.inspections}
    for row in found:
        if row.start:
            yield Entry(
                uid=f"phase-{row.pk}", kind="phase", start=row.start, last=max(row.end or row.start, row.start),
                title=row.title, detail=titles[row.inspection_id], screen="ledger", argument=row.inspection_id,
                sequence=changes[row.pk], cancelled=row.withdrawn_at is not None,
            )  # fmt: skip
    for one in asked.inspections:
        end = period_end_of(one)
        if end and asked.start <= end <= asked.last:
            yield Entry(
                uid=f"period-{one.pk}", kind="phase", start=end, last=end, title="集中整改期截止",
                detail=one.title, screen="ledger", argument=one.pk, sequence=one.version,
            )  # fmt: skip


def milestones(asked: Asked) -> Iterator[Entry]:
    """Yield the dated acts of the schedule."""
    rows = Milestone.objects.filter(asked.standing, asked.within("due_on"), inspection__in=asked.inspections)
    found = list(rows.order_by("due_on", "pk"))
    changes = _changes("milestone", [row.pk for row in found])
    titles = {one.pk: one.title for one in asked.inspections}
    for row in found:
        if row.due_on:
            yield Entry(
                uid=f"milestone-{row.pk}", kind="milestone", start=row.due_on, last=row.due_on, title=row.text,
                detail=f"{titles[row.inspection_id]}　{row.due_text}", screen="ledger", argument=row.inspection_id,
                sequence=changes[row.pk], cancelled=row.withdrawn_at is not None,
            )  # fmt: skip


def measures(asked: Asked) -> Iterator[Entry]:
    """Yield the time limits of measures."""
    rights = asked.rights
    seen = access.own_measures(rights) if asked.mine else access.measures(rights, "ledger.read")
    secret = Answer.objects.filter(response=OuterRef("response"), finding__layer=Layer.RESTRICTED)
    first = Answer.objects.filter(response=OuterRef("response"), finding__in=access.findings(rights).values("pk"))
    rows = seen.filter(asked.standing, asked.within("due_on")).select_related("inspection")
    rows = rows.annotate(secret=Exists(secret), finding=first.order_by("finding__order").values("finding")[:1])
    for row in rows.order_by("due_on", "reference"):
        if row.due_on is None or row.finding is None:
            continue
        done = row.completion_status == CompletionStatus.COMPLETED
        yield Entry(
            uid=f"measure-{row.pk}", kind="measure", start=row.due_on, last=row.due_on,
            title=f"{row.reference} {UNSAID if row.secret else row.text}", detail=row.inspection.title,
            screen="finding", argument=row.finding, anchor=f"m{row.pk}", sequence=row.version, done=done,
            light=profiles.light_of(profile_of(row.inspection.profile), row.due_on, rights.today, done=done),
            cancelled=row.withdrawn_at is not None,
        )  # fmt: skip


def occurrences(asked: Asked) -> Iterator[Entry]:
    """Yield each time that a recurring duty falls due."""
    rights = asked.rights
    seen = access.occurrences(rights, "ledger.read")
    if asked.mine:
        reported = access.occurrences(rights, "occurrence.report").filter(duty__measure=None)
        own = access.own_measures(rights).values("pk")
        seen = seen.filter(Q(duty__measure__in=own) | Q(pk__in=reported.values("pk")))
    secret = Answer.objects.filter(response=OuterRef("duty__measure__response"), finding__layer=Layer.RESTRICTED)
    rows = seen.filter(asked.standing, asked.within("due_on")).annotate(secret=Exists(secret))
    rows = rows.select_related("duty__measure", "duty__mechanism", "inspection").order_by("due_on", "pk")
    for row in rows:
        measure, arrangement = row.duty.measure, row.duty.mechanism
        words = UNSAID if row.secret else measure.text if measure else arrangement.name if arrangement else ""
        done = row.done >= row.quota
        left = f"，还差{row.quota - row.done}次" if not done and row.quota > 1 else ""
        yield Entry(
            uid=f"occurrence-{row.pk}", kind="occurrence", start=row.due_on, last=row.due_on,
            title=f"{f'{measure.reference} ' if measure else ''}{words}", detail=f"{row.label}{left}",
            screen="occurrence", argument=row.pk, sequence=row.version, done=done,
            light=profiles.light_of(profile_of(row.inspection.profile), row.due_on, rights.today, done=done),
            cancelled=row.withdrawn_at is not None,
        )  # fmt: skip


def _changes(kind: str, ids: list[int]) -> Counter[int]:
    """Return how often each row, which has no counter of its own, has been changed."""
    told = Event.objects.filter(subject_type=kind, subject_id__in=[str(pk) for pk in ids])
    return Counter(int(pk) for pk in told.values_list("subject_id", flat=True))
