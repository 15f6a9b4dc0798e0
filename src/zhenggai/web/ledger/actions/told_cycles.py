"""Who is told of a reporting cycle: that it has begun, that it ends soon, and who is missing. Each person once a cycle, never once a measure."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from zhenggai.web.ledger.access import restricted_in
from zhenggai.web.ledger.actions.notices import Telling, tell
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import ExpectedUpdate, ReportingCycle
from zhenggai.web.ledger.recipients import LEADERS, OWNERS, answerable, holders, reach_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from zhenggai.web.audit.chain import Actor
    from zhenggai.web.ledger.models import Inspection

_ACTING = frozenset({"handler", "department_head"})


def tell_opened(actor: Actor, inspection: Inspection, cycles: Sequence[ReportingCycle]) -> None:
    """Tell those who answer for measures how many reports the new cycles ask of them."""
    call = _Call(actor, inspection, cycles)
    call.tell("opened", call.acting(_ACTING), "{count}项措施待填报，{day}截止")


def tell_soon(actor: Actor, inspection: Inspection) -> None:
    """Remind those who have not reported of cycles that end within the days of the profile."""
    last = actor.today + dt.timedelta(days=profile_of(inspection.profile).reporting.soon_days)
    open_ones = ReportingCycle.objects.filter(inspection=inspection, closed_at=None)
    call = _Call(actor, inspection, list(open_ones.filter(cut_off__gte=actor.today, cut_off__lte=last)))
    call.tell("soon", call.acting(_ACTING), "还有{count}项措施未填报，{day}截止")


def tell_missing(actor: Actor, inspection: Inspection, cycles: Sequence[ReportingCycle]) -> None:
    """Tell whom the profile names of what is missing in cycles that have been closed."""
    roles = profile_of(inspection.profile).reporting.missing_told
    call = _Call(actor, inspection, cycles)
    told = call.acting(roles & _ACTING)
    for measure, people in call.leading(roles & LEADERS).items():
        told.setdefault(measure, set()).update(people)
    call.tell("missing", told, "{count}项措施没有在{day}前填报")
    if "office" in roles:
        call.tell_office()


class _Call:
    """What there is to tell of some cycles: the measures without a report, by cycle, and whom it concerns."""

    def __init__(self, actor: Actor, inspection: Inspection, cycles: Sequence[ReportingCycle]) -> None:
        self.actor = actor
        self.inspection = inspection
        self.cycles = cycles
        self.waiting: dict[int, list[int]] = defaultdict(list)
        if cycles:
            rows = ExpectedUpdate.objects.filter(cycle__in=[one.pk for one in cycles], answer=None, released_for="")
            for cycle, measure in rows.values_list("cycle_id", "measure_id"):
                self.waiting[cycle].append(measure)
        self.measures = {measure for some in self.waiting.values() for measure in some}

    def acting(self, roles: Collection[str]) -> dict[int, set[int]]:
        """Return who reports on each measure, of those who hold one of `roles`."""
        if not self.measures or not roles:
            return {}
        return answerable(self.measures, OWNERS, self.actor.today, acting=tuple(sorted(roles)))

    def leading(self, roles: Collection[str]) -> dict[int, set[int]]:
        """Return the leaders of each measure in `roles`."""
        return answerable(self.measures, roles, self.actor.today) if self.measures and roles else {}

    def tell(self, act: str, people: dict[int, set[int]], words: str) -> None:
        """Tell each of `people` how many of theirs a cycle lacks; what is restricted counts only for who may know."""
        if not people:
            return
        secret = restricted_in(self.inspection.pk)
        unit = self.inspection.unit_id
        everybody = {person for some in people.values() for person in some}
        knowing = reach_of(everybody, {unit}, self.actor.today).knowing.get(unit, frozenset())
        tellings = []
        for cycle in self.cycles:
            counts: Counter[int] = Counter()
            for measure in self.waiting.get(cycle.pk, ()):
                counts.update(who for who in people.get(measure, ()) if measure not in secret or who in knowing)
            tellings += [
                self._telling(
                    cycle, person, f"{act}-{cycle.cut_off}", words.format(count=count, day=_day(cycle.cut_off))
                )
                for person, count in sorted(counts.items())
            ]
        tell(actor=self.actor, unit_id=unit, tellings=tellings)

    def tell_office(self) -> None:
        """Tell the office how many are missing."""
        told = [
            replace(
                self._telling(cycle, person, "overview", f"已截止，{len(self.waiting[cycle.pk])}项措施未填报"),
                what=f"{cycle.label}填报情况",
                screen="reporting_overview",
                argument=self.inspection.pk,
            )
            for cycle in self.cycles
            if self.waiting.get(cycle.pk)
            for person in sorted(holders(self.inspection.unit_id, {"office"}, self.actor.today))
        ]
        tell(actor=self.actor, unit_id=self.inspection.unit_id, tellings=told)

    def _telling(self, cycle: ReportingCycle, person: int, key: str, why: str) -> Telling:
        return Telling(
            person_id=person,
            kind="report",
            key=f"cycle-{cycle.pk}-{key}",
            what=f"{cycle.label}进展填报",
            why=why,
            screen="reporting",
            inspection_id=self.inspection.pk,
        )


def _day(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"
