"""The daily run asks the database as often for a ledger of many measures as for one of few."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from offices import import_sample

from zhenggai.web.ledger.daily import STEPS, Step
from zhenggai.web.ledger.models import Assignment, Inspection, Measure, Occurrence

if TYPE_CHECKING:
    from offices import Office

pytestmark = pytest.mark.django_db
MORE = 40
ALLOWED = 12
"""What the one ledger may happen to have to write and the other not."""


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_the_queries_of_a_step_do_not_grow_with_the_measures(office: Office, step: Step) -> None:
    few, many = import_sample(office), import_sample(office, code="2025-2")
    grow(many, office)
    for day in ("2025-06-02", "2025-06-03", "2025-09-01"):
        actor = replace(office.actor("office"), at=dt.datetime.fromisoformat(f"{day}T06:00:00+08:00"))
        counts = []
        for inspection in (few, many):
            for earlier in STEPS[: STEPS.index(step)]:
                earlier.work(actor=actor, inspection_id=inspection.pk)
            with CaptureQueriesContext(connection) as found:
                step.work(actor=actor, inspection_id=inspection.pk)
            counts.append(len(found))
        assert counts[1] - counts[0] <= ALLOWED, (day, counts)
    assert (
        Occurrence.objects.filter(duty__inspection=many).count()
        > Occurrence.objects.filter(duty__inspection=few).count()
    ), "the other ledger is no larger: this shows nothing"


def grow(inspection: Inspection, office: Office) -> None:
    """Give the ledger 40 more measures, some late, some soon due, all recurring, answered for by a handler."""
    model = Measure.objects.get(inspection=inspection, reference="C005")
    Assignment.objects.create(
        unit=office.unit, inspection=inspection, response=model.response, role="handler", name="经办人某某",
        person=office.people["handler"], since=dt.date(2025, 1, 1),
    )  # fmt: skip
    for n in range(MORE):
        due = dt.date(2025, 5, 1) + dt.timedelta(days=3 * n)
        model.pk, model._state.adding = None, True
        model.reference, model.order = f"C9{n:02}", 9000 + n
        model.due_on = model.original_due_on = due
        model.recurrences = [{"kind": "every", "freq": "month", "interval": 1, "times": 1 + n % 3}]
        model.save()
