"""What a plan says beside its measures: phases, dated acts, standing arrangements and groups."""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.documents import SourceDocument
from zhenggai.web.ledger.models.inspections import ORGANIZATION, Inspection


class _Entry(models.Model):
    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="%(class)ss")
    order = models.PositiveIntegerField()
    text = models.TextField()
    document = models.ForeignKey(SourceDocument, on_delete=models.PROTECT, null=True, related_name="+")
    places = models.JSONField(default=list)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class SchedulePhase(_Entry):
    """A phase of the schedule; dates are None where the plan gives none."""

    number = models.CharField(max_length=20, blank=True)
    title = models.CharField("阶段", max_length=200)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class Milestone(_Entry):
    """A dated act of the schedule."""

    due_text = models.CharField(max_length=300)
    due_parts = models.JSONField(default=list)
    due_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.due_text


class Mechanism(_Entry):
    """A standing arrangement with its rhythm (碰头会制度)."""

    name = models.CharField(max_length=200)
    recurrences = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class WorkGroup(_Entry):
    """A leading group, its office, a supervision group: names as written, by function."""

    name = models.CharField(max_length=200)
    parent = models.CharField(max_length=200, blank=True)
    members = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name
