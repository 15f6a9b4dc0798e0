"""销号: applications to close a finding, the signatures on them with the state that each saw, and rebounds."""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON, Inspection
from zhenggai.web.ledger.models.rows import ClosureStage, Finding


class Closure(models.Model):
    """One application to close a finding: `attempt` counts within the `cycle`, and a return ends an attempt.

    `application` is the form as `closing.application` describes it. `matter` is algorithm and hash of what the application is about
    (finding, measures, evidence) as it stood when it was last signed; when the ledger differs, `lapsed_at` says since when.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="closures")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="closures")
    cycle = models.PositiveSmallIntegerField("整改轮次", default=1)
    attempt = models.PositiveSmallIntegerField("第几次申请", default=1)
    stage = models.CharField("销号状态", max_length=12, choices=ClosureStage, default=ClosureStage.PREPARED)
    department = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, null=True, related_name="+")
    application = models.JSONField(default=dict)
    matter = models.CharField(max_length=80, blank=True)
    prepared_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    resubmit_by = models.DateField("重新申请期限", null=True, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "cycle", "attempt"], name="closure_attempt_once")]
        indexes = [
            models.Index(fields=["unit", "stage", "id"], name="closure_queue"),
            models.Index(fields=["finding", "-id"], name="closure_of_finding"),
        ]

    def __str__(self) -> str:
        return f"{self.finding} 第{self.cycle}轮第{self.attempt}次"


class SignedState(models.Model):
    """What somebody signed, as canonical JSON; `digest` is its hash. Written once and never changed."""

    algorithm = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    content = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "algorithm"], name="signed_state_once")]

    def __str__(self) -> str:
        return self.digest


class ClosureStep(models.Model):
    """One signature: which transition, who, when, in which role, with what note, over which state.

    `through` is whom a deputy stood in for. `details` hold what the transition demands (workflow.closures). `role` is the role's code.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    closure = models.ForeignKey(Closure, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    transition = models.CharField(max_length=30)
    stage_before = models.CharField(max_length=12)
    stage_after = models.CharField(max_length=12)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    person_name = models.CharField(max_length=50)
    through = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    note = models.TextField("意见", blank=True)
    details = models.JSONField(default=dict)
    reason_code = models.CharField("退回原因", max_length=30, blank=True)
    state = models.ForeignKey(SignedState, on_delete=models.PROTECT, related_name="steps")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["closure", "number"], name="closure_step_once")]
        indexes = [models.Index(fields=["person", "-id"], name="closure_step_of_person")]

    def __str__(self) -> str:
        return f"{self.number} {self.transition}"


class Rebound(models.Model):
    """反弹: that a closed finding is open again, in a new cycle that points back to the closure which did not hold."""

    class Trigger(models.TextChoices):
        """What showed it."""

        FOLLOW_UP = "follow_up", "“回头看”发现同样事实"
        NEW_INSPECTION = "new_inspection", "新的巡视巡察、审计发现同类问题"
        COMPLAINT = "complaint", "群众反映查证属实"
        FALSE_EVIDENCE = "false_evidence", "佐证材料不实"
        INSTITUTION_REPEALED = "institution_repealed", "制度废止而无替代"

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="rebounds")
    closure = models.ForeignKey(Closure, on_delete=models.PROTECT, related_name="rebounds")
    cycle = models.PositiveSmallIntegerField("整改轮次")
    trigger = models.CharField("触发情形", max_length=25, choices=Trigger)
    reason = models.TextField("具体情况")
    due_on = models.DateField("新的整改时限")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "cycle"], name="rebound_once")]

    def __str__(self) -> str:
        return f"{self.finding} 第{self.cycle}轮"
