"""What the digests of a day count: for a person the unread, for a group what its people have been told since the last one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from zhenggai.web.accounts.models import Person, RestrictedGrant
from zhenggai.web.ledger.models import Delivery, Finding, Notice
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.web.ledger.recipients import portions
from zhenggai.workflow.bells import Count
from zhenggai.workflow.notices import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from zhenggai.web.ledger.models import GroupRobot

BACK = dt.timedelta(days=7)
"""How far back a digest looks; what is older nobody need be rung for any more."""
_SENT = (Delivery.State.SENT,)


@dataclass(slots=True)
class Tally:
    """What one digest counts: notices by kind, entries of digests by kind and word; the newest notice; whose they are."""

    notices: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    entries: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    until: int = 0
    people: set[int] = field(default_factory=set)

    def add(self, row: _Row, lines: list[list[Any]]) -> None:
        """Count one notice with those of its entries that may be counted."""
        self.notices[row.kind] += 1
        for line in lines:
            self.entries[row.kind][line[2]] += line[6]
        self.until = max(self.until, row.pk)
        self.people.add(row.person_id)

    def counts(self) -> list[Count]:
        """Return what is counted, in the order of the table of kinds."""
        return [
            Count(name, self.notices[kind], tuple(self.entries[kind].items()) if kind in self.entries else ())
            for kind, name in KINDS.items()
            if kind in self.notices
        ]


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    person_id: int
    kind: str
    key: str
    finding_id: int | None
    lines: list[list[Any]]


def mail_people() -> QuerySet[Person]:
    """Return who can be rung by e-mail."""
    able = Person.objects.filter(is_active=True, left_on=None, bells=True).exclude(mail="")
    return able.exclude(login=None).exclude(login="")


def tallies_of_people(people: Iterable[int], at: dt.datetime) -> dict[int, Tally]:
    """Return what each person has unread and has not been rung for. A few queries whatever the number."""
    found: dict[int, Tally] = defaultdict(Tally)
    for some in portions(people):
        sent = Delivery.objects.filter(person__in=some, state__in=_SENT).order_by()
        last = dict(sent.values_list("person").annotate(Max("until")))
        rows = [
            row for row in _rows(Notice.objects.filter(person__in=some, read_at=None, told_at__gte=at - BACK))
            if row.pk > last.get(row.person_id, 0)
        ]  # fmt: skip
        secret = _secrets(rows)
        knowing = _knowing(some, set(secret.values()), at.date())
        for row in rows:
            may = knowing[row.person_id]
            lines = [line for line in row.lines if secret.get(line[5]) is None or secret[line[5]] in may]
            unit = secret.get(row.finding_id or 0)
            if (unit is None or unit in may) and (lines or not row.lines):
                found[row.person_id].add(row, lines)
    return found


def tally_of_group(robot: GroupRobot, at: dt.datetime) -> Tally:
    """Return what the people of the robot's unit have been told since its last digest, each matter once, nothing restricted at all."""
    last = robot.deliveries.filter(state__in=_SENT).aggregate(last=Max("until"))["last"] or 0
    told = Notice.objects.filter(person__unit=robot.unit_id, told_at__gte=at - BACK, pk__gt=last)
    rows = _rows(told)
    secret = _secrets(rows)
    found = Tally()
    matters: set[tuple[str, ...]] = set()
    for row in rows:
        if row.finding_id in secret or (row.lines and all(line[5] in secret for line in row.lines)):
            continue
        lines = []
        for line in row.lines:
            matter = (row.kind, str(line[0]), str(line[1]), str(line[2]))
            if line[5] not in secret and matter not in matters:
                matters.add(matter)
                lines.append(line)
        found.people.add(row.person_id)
        found.until = max(found.until, row.pk)
        if lines or (not row.lines and (row.kind, row.key) not in matters):
            matters.add((row.kind, row.key))
            found.add(row, lines)
    return found


def _rows(notices: QuerySet[Notice]) -> list[_Row]:
    values = ("pk", "person_id", "kind", "key", "finding_id", "lines")
    return [_Row(*row) for row in notices.order_by("pk").values_list(*values)]


def _secrets(rows: list[_Row]) -> dict[int, int]:
    """Return the units of those of the findings that are restricted."""
    ids = {row.finding_id for row in rows if row.finding_id} | {
        line[5] for row in rows for line in row.lines if line[5]
    }
    found: dict[int, int] = {}
    for some in portions(ids):
        restricted = Finding.objects.filter(pk__in=some, layer=Layer.RESTRICTED)
        found |= dict(restricted.values_list("pk", "unit_id"))
    return found


def _knowing(people: list[int], units: set[int], today: dt.date) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    if units:
        needs = RestrictedGrant.objects.filter(RestrictedGrant.current(today), unit__in=units, person__in=people)
        for person, unit in needs.values_list("person_id", "unit_id"):
            found[person].add(unit)
    return found
