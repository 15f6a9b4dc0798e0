"""What narrows the ledger: area, people, departments, states, colour, time, words. Each filter is one value of the address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from zhenggai.web.ledger import access
from zhenggai.web.ledger.models import Answer, Assignment, Measure
from zhenggai.web.ledger.models.rows import ClosureStage, CompletionStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from zhenggai.profile import Profile
    from zhenggai.web.accounts.rights import Rights

_LEADERS = ("lead_leader", "responsible_leader", "responsible_person")
_DEPARTMENTS = ("responsible_department", "cooperating_department")
_FAR = 36_500
NO_DAY = "日期请按2026-07-20的格式填写，年份在2000年至2100年之间。"


def as_of_day(text: str) -> dt.date | None:
    """Return the day that `text` is, past or to come; None where it is none or lies too far."""
    day = _date(text)
    return day if day and 2000 <= day.year <= 2100 else None


@dataclass(frozen=True, slots=True)
class Filters:
    """The values as they stand in the address; "" lets everything through. `faults` names what could not be read."""

    area: str = ""
    leader: str = ""
    department: str = ""
    status: str = ""
    stage: str = ""
    colour: str = ""
    since: str = ""
    until: str = ""
    q: str = ""
    as_of: str = ""
    """The day for which lateness and colours are reckoned; it narrows nothing by itself."""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> tuple[Filters, dict[str, str]]:
        """Return the filters of an address, and a Chinese sentence for each value that could not be read."""
        read = {name.name: (values.get(name.name) or "").strip()[:100] for name in fields(cls)}
        faults = {}
        if read["area"] and not (read["area"].isascii() and read["area"].isdigit() and len(read["area"]) < 19):
            faults["area"] = "请从列表中选择方面。"
        if read["status"] and read["status"] not in CompletionStatus:
            faults["status"] = "请从列表中选择完成状态。"
        if read["stage"] and read["stage"] not in ClosureStage:
            faults["stage"] = "请从列表中选择销号状态。"
        for name in ("since", "until"):
            if read[name] and _date(read[name]) is None:
                faults[name] = "日期请按2026-07-20的格式填写。"
        if read["as_of"] and as_of_day(read["as_of"]) is None:
            faults["as_of"] = NO_DAY
        return cls(**{name: "" if name in faults else value for name, value in read.items()}), faults

    @property
    def used(self) -> dict[str, str]:
        """The values that an address must carry on."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.used.keys() - {"as_of"})

    def day(self, today: dt.date) -> dt.date:
        """Return the day for which lateness is reckoned."""
        return as_of_day(self.as_of) or today


def condition_of(filters: Filters, rights: Rights, *, inspection_id: int, profile: Profile) -> Q:
    """Return the condition on findings of one inspection; it asks nothing of measures that are secret to the person."""
    below = _Below(rights, inspection_id)
    condition = Q()
    if filters.area:
        condition &= Q(area_id=int(filters.area))
    if filters.stage:
        condition &= Q(closure_stage=filters.stage)
    if filters.q:
        condition &= (
            Q(text__icontains=filters.q)
            | Q(item__title__icontains=filters.q)
            | below.with_measures(Q(text__icontains=filters.q))
        )
    if filters.leader:
        condition &= below.with_parties(filters.leader, _LEADERS)
    if filters.department:
        condition &= below.with_parties(filters.department, _DEPARTMENTS)
    measures = _measure_condition(filters, profile, filters.day(rights.today))
    if measures is not None:
        condition &= below.with_measures(measures)
    return condition


def _measure_condition(filters: Filters, profile: Profile, today: dt.date) -> Q | None:
    conditions = []
    if filters.status:
        conditions.append(Q(completion_status=filters.status))
    if filters.colour:
        conditions.append(_colour(filters.colour, profile, today))
    if since := _date(filters.since):
        conditions.append(Q(due_on__gte=since))
    if until := _date(filters.until):
        conditions.append(Q(due_on__lte=until))
    if not conditions:
        return None
    whole = conditions[0]
    for condition in conditions[1:]:
        whole &= condition
    return whole


def _colour(colour: str, profile: Profile, today: dt.date) -> Q:
    """Return the condition for a colour of the profile: the days left that it stands for, in dates."""
    done = Q(completion_status=CompletionStatus.COMPLETED)
    if colour == "done":
        return done
    if colour == "none":
        return Q(due_on=None) & ~done
    least = -_FAR
    for threshold in profile.thresholds:
        if threshold.colour == colour:
            first, last = today + dt.timedelta(days=least), today + dt.timedelta(days=threshold.days_left)
            return Q(due_on__gte=first, due_on__lte=last) & ~done
        least = threshold.days_left + 1
    return Q(due_on__gte=today + dt.timedelta(days=least)) & ~done


@dataclass(frozen=True, slots=True)
class _Below:
    """What stands below the findings of an inspection, as far as it is not secret to the person."""

    rights: Rights
    inspection_id: int

    def with_measures(self, condition: Q) -> Q:
        found = Measure.objects.filter(condition, inspection_id=self.inspection_id, withdrawn_at=None)
        return self._answered(found.filter(access.shown(self.rights, "response")).values("response_id"))

    def with_parties(self, name: str, roles: tuple[str, ...]) -> Q:
        found = Assignment.objects.filter(
            inspection_id=self.inspection_id, role__in=roles, name__icontains=name, until=None
        )
        return self._answered(found.filter(access.shown(self.rights, "response")).values("response_id"))

    def _answered(self, responses: QuerySet[Any, Any]) -> Q:
        return Q(pk__in=Answer.objects.filter(response__in=responses).values("finding_id"))


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None
