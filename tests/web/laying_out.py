"""Recurring duties laid out by several processes: `laying_out.py prepare | run UNIT START | compare`, on the database of the environment.

`prepare` makes two units with the same ledger and prints their numbers; `run` waits until START (of the monotonic clock) and lays out day
after day; `compare` prints as JSON what stands in each, and how often a period stands there twice.
"""

# ruff: noqa: E402 — the tables can be imported only when Django is set up

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from collections import Counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenggai.web.settings")
import django

django.setup()

from django.core.management import call_command
from django.db import connection
from offices import NOW, import_sample, make_office

from zhenggai.web.audit.chain import Actor, first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.actions.duties import lay_out
from zhenggai.web.ledger.models import Duty, Inspection, Occurrence

DAYS = 12
STRIDE = 23
"""Days between two runs: some are missed, as after a holiday."""


def prepare() -> None:
    call_command("migrate", verbosity=0)
    first = make_office()
    second = make_office("云溪县第一小学", "-2", first.above)
    for office in (first, second):
        import_sample(office)
    Occurrence.objects.all().delete()
    Duty.objects.all().delete()  # and now everything is still to be laid out
    sys.stdout.write(json.dumps([first.unit.pk, second.unit.pk]))


def run(unit: int, start: float) -> None:
    inspection = Inspection.objects.get(unit=unit)
    connection.close()
    time.sleep(max(0.0, start - time.monotonic()))
    for n in range(0, DAYS * STRIDE, STRIDE):
        lay_out(actor=Actor(None, "系统", NOW + dt.timedelta(days=n)), inspection_id=inspection.pk)


def compare() -> None:
    found = {}
    for unit in Inspection.objects.order_by("pk").values_list("unit", flat=True):
        rows = Occurrence.objects.filter(unit=unit, withdrawn_at=None).select_related(
            "duty__measure", "duty__mechanism"
        )
        stands = sorted(
            [
                row.duty.measure.reference if row.duty.measure else row.duty.mechanism.name if row.duty.mechanism else "",
                row.duty.rule_key, row.key, str(row.scheduled_on), str(row.due_on), row.quota,
            ]
            for row in rows
        )  # fmt: skip
        duties = Counter(Duty.objects.filter(unit=unit).values_list("measure", "mechanism", "rule_key"))
        found[str(unit)] = {
            "stands": stands,
            "twice": [key for key, n in Counter(map(str, stands)).items() if n > 1],
            "duties": [str(key) for key, n in duties.items() if n > 1],
            "told": Event.objects.filter(unit=unit, action="duty.laid_out").count(),
            "breaks": first_break(unit) is not None,
        }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "prepare":
        prepare()
    elif what == "run":
        run(int(arguments[0]), float(arguments[1]))
    else:
        compare()
