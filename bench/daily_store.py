"""Ledgers under way for the benchmark of the daily run: some measures are late, one in five recurs, one in fifty was extended.

To the open measures comes a tenth as many whose findings are closed.

Every unit has four departments with a head and a handler each, who answer for its measures.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import ledger_store

FIRST_DAY = dt.datetime(2026, 6, 1, 6, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
RULES: tuple[dict[str, Any], ...] = (
    {"kind": "every", "freq": "month", "interval": 1, "times": 2, "date_in_period": None},
    {"kind": "every", "freq": "quarter", "interval": 1, "times": None, "date_in_period": None},
    {"kind": "every", "freq": "month", "interval": 1, "times": None, "date_in_period": "25日前"},
    {"kind": "every", "freq": "week", "interval": 1, "times": None, "date_in_period": None},
)
DEPARTMENTS = 4


def fill(measures: int, of_a_unit: int) -> None:
    """Fill an empty, migrated database with ledgers of so many open measures, each unit with one ledger of `of_a_unit`."""
    from zhenggai.web.accounts.models import Organization  # noqa: PLC0415 — the settings must be named first
    from zhenggai.web.ledger.models import Finding, Inspection, Measure  # noqa: PLC0415

    open_ones, closed = of_a_unit // 2, of_a_unit // 20  # findings, of two measures each
    ledger_store.fill(measures // of_a_unit * (open_ones + closed), open_ones + closed)
    Inspection.objects.update(
        feedback_date=dt.date(2026, 3, 2), plan_date=dt.date(2026, 4, 1), period_end=dt.date(2026, 9, 1)
    )
    Measure.objects.update(completion_status="ongoing", due_parts=[])
    done = Finding.objects.filter(order__gt=10 * open_ones)
    done.update(closure_stage="approved")
    Measure.objects.filter(response__findings__in=done).update(completion_status="completed", percent=100)
    for unit in Organization.objects.filter(kind="unit").order_by("pk"):
        _staff(unit)
        ids = list(
            Measure.objects.filter(unit=unit, completion_status="ongoing").order_by("pk").values_list("pk", flat=True)
        )
        for n, rule in enumerate(RULES):
            Measure.objects.filter(pk__in=ids[n * 5 :: 5 * len(RULES)]).update(recurrences=[rule])
        _extend(unit, ids[7::50])
    _tidy()


def _staff(unit: Any) -> None:
    """Give the unit its departments and people, and its responses to them."""
    from zhenggai.web.accounts import actions as accounts  # noqa: PLC0415
    from zhenggai.web.audit.chain import Actor  # noqa: PLC0415
    from zhenggai.web.ledger.models import Assignment  # noqa: PLC0415

    actor, since = Actor(None, "系统", ledger_store.NOW), dt.date(2026, 1, 1)
    roles = ("principal", "lead_leader", "responsible_leader", "group", "supervision")
    for n in range(DEPARTMENTS):
        department = accounts.create_organization(
            actor=actor, kind="department", name=f"第{n + 1}科室", parent=unit, order=n
        )
        for role in ("department_head", "handler", roles[n]):
            person = accounts.create_person(actor=actor, unit=unit, name="乙某某", login=f"{role}-{unit.pk}-{n}")
            accounts.grant_roles(actor=actor, person=person, roles=[role], scope=unit, since=since)
            if role not in roles:
                accounts.hold_post(actor=actor, person=person, organization=department, since=since)
            elif role in ("lead_leader", "responsible_leader"):
                Assignment.objects.filter(unit=unit, role=role).update(person=person)
        ids = Assignment.objects.filter(unit=unit, role="responsible_department").order_by("pk")
        mine = list(ids.values_list("pk", flat=True))[n::DEPARTMENTS]
        Assignment.objects.filter(pk__in=mine).update(organization=department, name=department.name)


def _extend(unit: Any, ids: list[int]) -> None:
    """Let the measures have been extended once."""
    from django.db.models import F  # noqa: PLC0415

    from zhenggai.web.accounts.models import Person  # noqa: PLC0415
    from zhenggai.web.ledger.models import Extension, Measure  # noqa: PLC0415

    person = Person.objects.filter(unit=unit).order_by("pk").first()
    measures = Measure.objects.filter(pk__in=ids)
    Extension.objects.bulk_create(
        Extension(
            unit=unit, inspection_id=measure.inspection_id, measure=measure, number=1, state="granted", due_on=measure.due_on,
            until=measure.due_on + dt.timedelta(days=30), granted_until=measure.due_on + dt.timedelta(days=30), reason="待批复",
            progress="已报批", asked_by=person, asked_at=ledger_store.NOW, answer_by=measure.due_on, decided_by=person,
            decided_at=ledger_store.NOW,
        )
        for measure in measures
    )  # fmt: skip
    measures.update(due_on=F("due_on") + dt.timedelta(days=30))


def _tidy() -> None:
    """Let the database know what it holds, as it does after some days by itself."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
