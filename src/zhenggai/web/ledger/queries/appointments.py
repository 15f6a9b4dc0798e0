"""日程: what falls on which day, for a person: phases, dated acts, time limits, recurring duties, days by which to report.

Each kind is a source: a function from what is asked for to entries, with a fixed number of queries. Words of restricted findings
stand in no entry, for a calendar is a list, and what it is sent to keeps no record of who looked.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from zhenggai import deadline
from zhenggai import profile as profiles
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger import access
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Answer, Inspection, Milestone, SchedulePhase
from zhenggai.web.ledger.models.rows import CompletionStatus, Layer
from zhenggai.web.ledger.queries.closure_queues import UNSAID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhenggai.profile import Light
    from zhenggai.web.accounts.rights import Rights

KINDS = {
    "milestone": "时间节点",
    "measure": "措施到期",
    "cutoff": "填报截止",
    "phase": "工作阶段",
    "occurrence": "周期任务",
}
"""What an entry can be, in the order in which those of one day stand."""
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on a day, or on all days to `last`. `screen` and `argument` lead to it; `light` tells lateness on the day of asking.

    `uid` is the same whenever it is asked for, `sequence` grows with each change, `begins` is the moment of what has an hour.
    """

    uid: str
    kind: str
    start: dt.date
    last: dt.date
    title: str
    detail: str
    screen: str
    argument: int
    sequence: int = 0
    anchor: str = ""
    light: Light | None = None
    done: bool = False
    cancelled: bool = False
    begins: dt.datetime | None = None
    minutes: int = 0
    place: str = ""

    @property
    def kind_words(self) -> str:
        """What it is, in Chinese."""
        return KINDS[self.kind]

    @property
    def hour(self) -> str:
        """When on its day it begins, "" for what fills the day."""
        return f"{self.begins:%H:%M}" if self.begins else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the days from `start` to `last`; `mine` alone or all that the person sees; of all kinds or one.

    `gone_since` adds what was called off since that moment, for readers that must hear of it.
    """

    rights: Rights
    start: dt.date
    last: dt.date
    mine: bool
    kind: str = ""
    gone_since: dt.datetime | None = None
    inspections: tuple[Inspection, ...] = field(default=())

    @property
    def standing(self) -> Q:
        """The condition on rows that are withdrawn with a time."""
        standing = Q(withdrawn_at=None)
        return standing | Q(withdrawn_at__gte=self.gone_since) if self.gone_since else standing

    def within(self, name: str) -> Q:
        """Return the condition that the date `name` is among the days asked for."""
        return Q(**{f"{name}__gte": self.start, f"{name}__lte": self.last})


def appointments(asked: Asked) -> tuple[Entry, ...]:
    """Return the entries by day, then kind: a fixed number of queries."""
    if not asked.rights.may("ledger.read"):
        return ()
    asked = replace(asked, inspections=tuple(_inspections(asked)))
    found = [entry for kind, source in SOURCES.items() if asked.kind in ("", kind) for entry in source(asked)]
    order = list(KINDS)
    return tuple(sorted(found, key=lambda one: (one.start, order.index(one.kind), one.hour, one.uid)))


def _inspections(asked: Asked) -> Iterator[Inspection]:
    seen = access.inspections(asked.rights, "ledger.read")
    if asked.mine:
        seen = seen.filter(
            Q(unit=asked.rights.unit_id) | Q(pk__in=access.own_measures(asked.rights).values("inspection"))
        )
    yield from seen.order_by("pk")


def _phases(asked: Asked) -> Iterator[Entry]:
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
        if one.period_end and asked.start <= one.period_end <= asked.last:
            yield Entry(
                uid=f"period-{one.pk}", kind="phase", start=one.period_end, last=one.period_end, title="集中整改期截止",
                detail=one.title, screen="ledger", argument=one.pk, sequence=one.version,
            )  # fmt: skip


def _milestones(asked: Asked) -> Iterator[Entry]:
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


def _measures(asked: Asked) -> Iterator[Entry]:
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


def _occurrences(asked: Asked) -> Iterator[Entry]:
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


def _cutoffs(asked: Asked) -> Iterator[Entry]:
    """Yield the days by which the progress of a cycle has to be reported."""
    calendar = deadline.national()
    for one in asked.inspections:
        custom = profile_of(one.profile).reporting
        begun = one.plan_date or one.feedback_date
        cycle = profiles.cycle_of(custom.general, asked.start - 100 * _DAY)
        while cycle.end <= asked.last:
            last = cycle.end + custom.cut_off[custom.general] * _DAY
            due = deadline.shifted(last, custom.day_off, calendar, start=cycle.start, end=last + 15 * _DAY)
            if asked.start <= due <= asked.last and (begun is None or begun <= cycle.end):
                yield Entry(
                    uid=f"cutoff-{one.pk}-{cycle.key}", kind="cutoff", start=due, last=due,
                    title=f"{cycle.label}进展填报截止", detail=one.title, screen="ledger", argument=one.pk,
                    sequence=one.version,
                )  # fmt: skip
            cycle = profiles.cycle_of(custom.general, cycle.end + _DAY)


def _changes(kind: str, ids: list[int]) -> Counter[int]:
    """Return how often each row, which has no counter of its own, has been changed."""
    told = Event.objects.filter(subject_type=kind, subject_id__in=[str(pk) for pk in ids])
    return Counter(int(pk) for pk in told.values_list("subject_id", flat=True))


SOURCES: dict[str, Callable[[Asked], Iterator[Entry]]] = {
    "phase": _phases,
    "milestone": _milestones,
    "measure": _measures,
    "occurrence": _occurrences,
    "cutoff": _cutoffs,
}
