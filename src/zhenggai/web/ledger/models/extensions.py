"""延期: asked before the time limit ends, decided, counted."""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON, Inspection
from zhenggai.web.ledger.models.rows import Measure


class Extension(models.Model):
    """One application for a later date. `number` counts those of the measure; `due_on` is the date it had then.

    `until` is the date asked for, `granted_until` the one given. A row is never changed after it has been decided or withdrawn.
    """

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", "待答复"
        GRANTED = "granted", "同意延期"
        REFUSED = "refused", "不同意延期"
        WITHDRAWN = "withdrawn", "已撤回"

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="extensions")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="extensions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    due_on = models.DateField("申请时的到期日")
    until = models.DateField("申请延期至")
    reason = models.TextField("延期原因")
    progress = models.TextField("目前进展")
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_by = models.DateField("应答复日期")
    granted_until = models.DateField("批准延期至", null=True, blank=True)
    note = models.TextField("答复意见", blank=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "number"], name="extension_number_once"),
            models.UniqueConstraint(fields=["measure"], condition=models.Q(state="asked"), name="extension_open_once"),
        ]
        indexes = [models.Index(fields=["unit", "state", "answer_by"], name="extension_by_state")]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.number} {self.state}"
