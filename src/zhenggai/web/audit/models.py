"""Events, one chain a unit. Nothing in this table is ever changed or deleted."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One act: who, when, what, before and after. Names stand as text too, for they outlive accounts.

    `unit` is the organisation on whose chain the event stands, `number` counts from 1 within it. `hash` covers every other
    field and `previous_hash`; see `chain.seal`.
    """

    unit = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=100)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    algorithm = models.CharField(max_length=10)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "number"], name="event_number_once")]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="event_of_subject"),
            models.Index(fields=["unit", "-id"], name="event_of_unit"),
            models.Index(fields=["actor", "-id"], name="event_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.subject_label}"


class ChainHead(models.Model):
    """The last event of a unit's chain. Whoever adds an event holds this row, so numbers have no gaps."""

    unit = models.OneToOneField("accounts.Organization", on_delete=models.PROTECT, primary_key=True, related_name="+")
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.number}"
