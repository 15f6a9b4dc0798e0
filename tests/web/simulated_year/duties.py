"""Recurring duties: each occurrence is seen to on its last working day, those of a finding that is lapsing every other month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.base import ContentFile

from simulated_year.unit import Unit, rows, words_of, workday
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.actions.duties import report_occurrence
from zhenggai.web.ledger.actions.occurrence_evidence import add_occurrence_evidence
from zhenggai.web.ledger.models import Answer, Finding, Occurrence

if TYPE_CHECKING:
    import datetime as dt

STAGES = ("applied", "reviewed", "verified", "approved", "confirmed")


def see_to_occurrences(unit: Unit, day: dt.date) -> None:
    """Report on what falls due before the next working day."""
    due = Occurrence.objects.filter(
        inspection=unit.inspection, withdrawn_at=None, due_on__gte=day, due_on__lt=workday(day, 1), start__lte=day,
        duty__mechanism=None,
    )  # fmt: skip
    found = list(due.select_related("duty__measure").order_by("pk"))
    texts = dict(
        Answer.objects.filter(response__measures__in=[one.duty.measure_id for one in found]).values_list(
            "response__measures", "finding__text"
        )
    )
    applied_for = set(
        Finding.objects.filter(text__in=texts.values(), closure_stage__in=STAGES).values_list("text", flat=True)
    )
    courses = {row.text: row for row in rows()}
    for one in found:
        row = courses[texts[one.duty.measure_id].rstrip("。")]
        missed = row.course == "lapsing" and one.due_on.month % 2
        if one.done < one.quota and not missed:
            who = f"handler:{row.department}"
            report_occurrence(
                actor=unit.actor(who, day), rights=unit.rights(who, day), occurrence_id=one.pk, seen=one.version,
                count=one.quota - one.done, held_on=day, text="已按要求开展。",
            )  # fmt: skip
            if texts[one.duty.measure_id] in applied_for:
                continue  # what is proved now would change what has been applied for
            name = f"{one.duty.measure.reference if one.duty.measure else ''}{one.label}记录"
            add_occurrence_evidence(
                actor=unit.actor(who, day), rights=unit.rights(who, day), occurrence_id=one.pk,
                upload=ContentFile(f"{name}\n{words_of(day)}\n".encode(), f"{name}.txt"),
                declared=Declared(title=name, kind="register", formed_on=day, pages=1),
            )  # fmt: skip
