"""周期任务: a recurring duty, and each time that it falls due."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — Django reads the annotations of properties

from django.db import models

from zhenggai.web.ledger.models.evidence import Evidence
from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON, Inspection
from zhenggai.web.ledger.models.rows import Measure
from zhenggai.web.ledger.models.schedule import Mechanism


class UnitTerm(models.Model):
    """A term of the unit's own calendar, from which 每学期 gets its days."""

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("学期", max_length=60)
    start = models.DateField("开学日期")
    end = models.DateField("放假日期")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "start"], name="term_once")]
        ordering = ["start"]

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """What recurs: a measure's or an arrangement's `rule`, as the plan format writes it.

    `begin` is the day from which its periods count, `made_on` the day before which nothing is asked for; `end` is the last day,
    None for one without an end. One that is ended keeps what there was. One made `by_hand` follows no words of the plan: its rhythm
    is as somebody has typed it, and it ends when it is withdrawn for a reason.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="duties")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="duties")
    mechanism = models.ForeignKey(Mechanism, on_delete=models.PROTECT, null=True, blank=True, related_name="duties")
    rule = models.JSONField()
    rule_key = models.CharField(max_length=100)
    begin = models.DateField()
    made_on = models.DateField()
    end = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    by_hand = models.BooleanField(default=False)
    wording = models.CharField("要求", max_length=60, blank=True)
    reason = models.CharField("设立原因", max_length=300, blank=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField("取消原因", max_length=300, blank=True)
    ended_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "rule_key"], condition=models.Q(ended_at=None), name="duty_of_measure_once"
            ),
            models.UniqueConstraint(
                fields=["mechanism", "rule_key"], condition=models.Q(ended_at=None), name="duty_of_mechanism_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id or self.mechanism_id} {self.rule_key}"


class Occurrence(models.Model):
    """One time that a duty falls due. `scheduled_on` never changes; `due_on` may be moved, and stays moved.

    `first_due_on` is the day to which it was laid out. Who moved it last, when and why stands beside.
    Whether it is open, done or missed follows from `done`, `quota` and the day of asking, and is not stored.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="occurrences")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="occurrences")
    key = models.CharField(max_length=30)
    label = models.CharField("周期", max_length=80)
    start = models.DateField()
    end = models.DateField()
    scheduled_on = models.DateField("应完成日")
    due_on = models.DateField("到期日")
    first_due_on = models.DateField("原到期日")
    moved = models.BooleanField(default=False)
    moved_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    moved_at = models.DateTimeField(null=True, blank=True)
    move_reason = models.CharField("调整原因", max_length=300, blank=True)
    quota = models.PositiveSmallIntegerField("要求次数", default=1)
    done = models.PositiveSmallIntegerField("完成次数", default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["duty", "key"], condition=models.Q(withdrawn_at=None), name="occurrence_once"
            )
        ]
        indexes = [models.Index(fields=["inspection", "due_on"], name="occurrence_by_date")]

    def __str__(self) -> str:
        return f"{self.duty_id} {self.key}"

    def shortfall(self, today: dt.date) -> int:
        """Return how many acts are missing after the date has passed."""
        return max(0, self.quota - self.done) if self.due_on < today else 0


class OccurrenceReport(models.Model):
    """What was done for an occurrence; later reports stand beside earlier ones."""

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="reports")
    count = models.PositiveSmallIntegerField("次数")
    held_on = models.DateField("开展日期")
    text = models.TextField("开展情况")
    reported_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.occurrence_id} {self.held_on}"


class OccurrenceProof(models.Model):
    """That a piece of evidence of a measure was made in one period of its duty. A link that was wrong is ended, and stays.

    The piece proves the measure as well, so that whoever may see the one may see the other.
    """

    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="proofs")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="occurrence_proofs")
    linked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    linked_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["occurrence", "evidence"], condition=models.Q(removed_at=None), name="occurrence_proof_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} → {self.occurrence_id}"
