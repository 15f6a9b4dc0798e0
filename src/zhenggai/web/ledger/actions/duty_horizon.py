"""The occurrences of all duties of an inspection brought up to the horizon: read at once, revised, written at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F

from zhenggai import deadline
from zhenggai.deadline import Course, Occasion, Term
from zhenggai.deadline.kinds import Every
from zhenggai.web.ledger.models import Duty, Occurrence, OccurrenceProof, UnitTerm
from zhenggai.web.ledger.models.rows import RectificationClass
from zhenggai.workflow.duties import Standing, revise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.profile import DutyCustom
    from zhenggai.web.audit.chain import Actor
    from zhenggai.web.ledger.models import Inspection, Measure

_DATED = frozenset({"by", "window", "within", "phase"})
"""Parts of a time limit that end a recurring duty; 立行立改 and 长期坚持 do not."""
_AT_ONCE = 500
_YESTERDAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LaidOut:
    """How many duties changed, and how many occurrences were added, dropped and given another quota."""

    duties: int = 0
    added: int = 0
    dropped: int = 0
    requota: int = 0

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.duties or self.added or self.dropped or self.requota)

    def __add__(self, other: LaidOut) -> LaidOut:
        """Return both together."""
        return LaidOut(
            self.duties + other.duties,
            self.added + other.added,
            self.dropped + other.dropped,
            self.requota + other.requota,
        )


class _Row(NamedTuple):
    """An occurrence that is not withdrawn, as much of it as decides what a rule does to it."""

    duty_id: int
    pk: int
    key: str
    scheduled_on: dt.date
    due_on: dt.date
    quota: int
    done: int
    moved: bool


def bring_up(inspection: Inspection, custom: DutyCustom, actor: Actor) -> LaidOut:
    """Add the occurrences up to the horizon and drop the open future ones that the rules no longer have.

    The caller holds the unit's chain. How many queries it takes does not depend on how many duties there are.
    """
    return _Bringing(inspection, custom, actor).done()


class _Bringing:
    def __init__(self, inspection: Inspection, custom: DutyCustom, actor: Actor) -> None:
        self.actor, self.custom = actor, custom
        duties = Duty.objects.filter(inspection=inspection).select_related("measure").order_by("pk")
        self.duties = list(duties.defer("measure__text", "measure__recurrences", "measure__due_statement"))
        self.rows: defaultdict[int, dict[str, _Row]] = defaultdict(dict)
        live = Occurrence.objects.filter(inspection=inspection, withdrawn_at=None)
        for values in live.order_by("pk").values_list(*_Row._fields).iterator():
            row = _Row(*values)
            self.rows[row.duty_id][row.key] = row
        proofs = OccurrenceProof.objects.filter(occurrence__inspection=inspection, removed_at=None)
        self.proved = set(proofs.values_list("occurrence_id", flat=True))
        self.ended: defaultdict[tuple[int | None, int | None], list[int]] = defaultdict(list)
        for duty in self.duties:
            if duty.ended_at is not None:
                self.ended[_owner(duty)].append(duty.pk)
        self.terms = terms_of_unit(inspection.unit_id)
        self.occasions = cache(self._occasions)  # many duties have the same words and began on the same days
        self.gone: list[int] = []
        self.quotas: defaultdict[int, list[int]] = defaultdict(list)
        self.new: list[Occurrence] = []

    def done(self) -> LaidOut:
        """Revise every duty, one that has ended before the one that follows it, and write what changes."""
        for duty in self.duties:
            self._revise(duty)
        for pks in _portions(self.gone):
            open_ones = Occurrence.objects.filter(pk__in=pks, done=0, moved=False)
            open_ones.update(withdrawn_at=self.actor.at, version=F("version") + 1)
        for quota, changed in self.quotas.items():
            for pks in _portions(changed):
                Occurrence.objects.filter(pk__in=pks).update(quota=quota, version=F("version") + 1)
        Occurrence.objects.bulk_create(self.new, batch_size=_AT_ONCE)
        return LaidOut(0, len(self.new), len(self.gone), sum(map(len, self.quotas.values())))

    def _revise(self, duty: Duty) -> None:
        rows = self.rows[duty.pk]
        wanted: tuple[Occasion, ...] = ()
        if duty.ended_at is None:
            last = max((row.scheduled_on for row in rows.values()), default=self.actor.today)
            until = max(self.actor.today + dt.timedelta(days=self.custom.horizon_days), last)
            wanted = self.occasions(rule_of(duty), duty.begin, duty.made_on, end_of(duty.measure), until)
            taken = self._taken_by_others(duty)
            wanted = tuple(occasion for occasion in wanted if occasion.key in rows or occasion.key not in taken)
        standing = [
            Standing(
                row.key,
                row.scheduled_on,
                row.due_on,
                row.quota,
                begun=row.done > 0 or row.pk in self.proved,
                moved=row.moved,
            )
            for row in rows.values()
        ]
        revision = revise(standing, wanted, self.actor.today - _YESTERDAY, since=duty.made_on - _YESTERDAY)
        self.gone += [rows.pop(key).pk for key in revision.drop]
        for occasion in revision.requota:
            self.quotas[occasion.quota].append(rows[occasion.key].pk)
        self.new += [_row(duty, occasion, self.custom) for occasion in revision.add]

    def _occasions(
        self, rule: Every, begin: dt.date, made_on: dt.date, end: dt.date | None, until: dt.date
    ) -> tuple[Occasion, ...]:
        """Return what the rule asks for from the day on which the duty was made; at least the next one."""
        course = Course(begin, deadline.national(), end=end, terms=self.terms, least_share=self.custom.least_share)
        found = deadline.occasions(rule, course, since=made_on, until=until)
        if found and found[-1].scheduled_on >= until - dt.timedelta(days=self.custom.horizon_days):
            return found
        since = found[-1].scheduled_on + dt.timedelta(days=1) if found else made_on
        following = deadline.next_occasion(rule, course, since=since)
        return (*found, following) if following else found

    def _taken_by_others(self, duty: Duty) -> set[str]:
        """Return the periods for which something stands under an earlier wording of the same measure or arrangement.

        What was begun, moved or missed there is not asked for a second time.
        """
        return {key for pk in self.ended.get(_owner(duty), ()) for key in self.rows[pk]}


def _owner(duty: Duty) -> tuple[int | None, int | None]:
    return duty.measure_id, duty.mechanism_id


def _row(duty: Duty, occasion: Occasion, custom: DutyCustom) -> Occurrence:
    due = occasion.scheduled_on
    if due < occasion.end:  # the end of a period is an end, working day or not
        due = deadline.shifted(due, custom.day_off, deadline.national(), start=occasion.start, end=occasion.end)
    due = max(due, duty.made_on)
    return Occurrence(
        unit_id=duty.unit_id,
        inspection_id=duty.inspection_id,
        duty=duty,
        key=occasion.key,
        label=occasion.label,
        start=occasion.start,
        end=occasion.end,
        scheduled_on=occasion.scheduled_on,
        due_on=due,
        first_due_on=due,
        quota=occasion.quota,
    )


def _portions(pks: list[int]) -> Iterable[list[int]]:
    return (pks[n : n + _AT_ONCE] for n in range(0, len(pks), _AT_ONCE))


def rule_of(duty: Duty) -> Every:
    """Return the rule of a duty."""
    return Every(**{name: value for name, value in duty.rule.items() if name != "kind"})


def end_of(measure: Measure | None) -> dt.date | None:
    """Return the last day of a measure's duties: its date, where the words give one and it is not of lasting effect."""
    if measure is None or measure.rectification_class == RectificationClass.LONG_TERM:
        return None
    return measure.due_on if any(part.get("kind") in _DATED for part in measure.due_parts) else None


def terms_of_unit(unit_id: int) -> tuple[Term, ...]:
    """Return the terms of the unit's calendar."""
    rows = UnitTerm.objects.filter(unit_id=unit_id).values_list("name", "start", "end", "pk")
    return tuple(Term(name, start, end, f"T{pk}") for name, start, end, pk in rows)
