"""消息: what a person has been told. It is the record, and is never deleted."""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.duties import Occurrence
from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON, Inspection
from zhenggai.web.ledger.models.rows import Finding, Measure


class Notice(models.Model):
    """One thing that one person was told. The same `key` reaches a person once, for ever. `kind` is one of workflow.notices.

    `screen` with `argument` is where it is done; `lines` are what a digest lists, each with a screen of its own; `stands_for` is
    the absent person in whose place the person was told.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="notices")
    stands_for = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, null=True, related_name="notices")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="notices")
    kind = models.CharField("类别", max_length=30)
    key = models.CharField(max_length=120)
    what = models.CharField("事项", max_length=200)
    why = models.CharField("说明", max_length=500, blank=True)
    screen = models.CharField(max_length=40)
    argument = models.BigIntegerField(null=True)
    lines = models.JSONField(default=list)
    day = models.DateField()
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "person"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            models.Index(fields=["person"], name="notice_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.key}"


class Reminder(models.Model):
    """That a threshold of a measure or of an occurrence has been told for the date that it had then. Written once, never changed."""

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="reminders")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, related_name="reminders")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, null=True, related_name="reminders")
    due_on = models.DateField()
    days_left = models.IntegerField()
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "due_on", "days_left"],
                condition=models.Q(measure__isnull=False),
                name="reminder_of_measure_once",
            ),
            models.UniqueConstraint(
                fields=["occurrence", "due_on", "days_left"],
                condition=models.Q(occurrence__isnull=False),
                name="reminder_of_occurrence_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id or self.occurrence_id} {self.due_on} {self.days_left}"
