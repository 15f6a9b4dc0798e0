"""Two nodes do the day's work and sign at once: `papers_at_once.py`, on the database that the environment names.

Prints as JSON how many papers there are, their numbers, and what broke.
"""

# ruff: noqa: E402 — the tables can be imported only when Django is set up

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenggai.web.settings")
import django

django.setup()

from django.core.management import call_command
from django.db import connection
from offices import NOW, TODAY, import_sample, make_office

from zhenggai.web.audit.chain import Actor, first_break
from zhenggai.web.faults import LedgerFault
from zhenggai.web.ledger.actions.ladder import climb
from zhenggai.web.ledger.actions.papers import sign_paper
from zhenggai.web.ledger.models import Inspection, Measure, Notice, SupervisionPaper

NODES = 4
broken: list[str] = []


def at_once(*acts: object) -> None:
    """Do all the acts at the same time; a fault of the ledger is somebody else being first, anything else is a break."""
    gate = threading.Barrier(len(acts))

    def one(act: object) -> None:
        try:
            gate.wait()
            act()  # type: ignore[operator]  # a function without arguments
        except LedgerFault:
            pass
        except Exception as fault:  # noqa: BLE001 — whatever it is, it is told
            broken.append(repr(fault))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


call_command("migrate", verbosity=0)
office = make_office()
inspection = import_sample(office)
Measure.objects.filter(inspection=inspection).update(due_on=TODAY - dt.timedelta(days=2), original_due_on=None)
Inspection.objects.filter(pk=inspection.pk).update(plan_date=TODAY)
system = Actor(None, "系统", NOW)
at_once(*[lambda: climb(actor=system, inspection_id=inspection.pk)] * NODES)
drafts = list(SupervisionPaper.objects.filter(state="draft").order_by("pk")[:6])
rights, actor = office.rights("office"), office.actor("office")
at_once(
    *(
        lambda pk=paper.pk: sign_paper(actor=actor, rights=rights, paper_id=pk, seen=1)
        for paper in drafts
        for _ in range(2)
    )
)
sys.stdout.write(
    json.dumps(
        {
            "measures": Measure.objects.filter(inspection=inspection, withdrawn_at=None).count(),
            "papers": SupervisionPaper.objects.filter(measure__isnull=False).count(),
            "causes": SupervisionPaper.objects.values("cause_key").distinct().count(),
            "all": SupervisionPaper.objects.count(),
            "numbers": sorted(SupervisionPaper.objects.exclude(number=None).values_list("number", flat=True)),
            "told": sorted(Notice.objects.filter(key__startswith="papers:").values_list("person_id", flat=True)),
            "broken": broken + ([first_break(office.unit.pk)] if first_break(office.unit.pk) else []),
        },
        default=str,
    )
)
