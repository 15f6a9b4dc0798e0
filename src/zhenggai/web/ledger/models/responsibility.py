"""Who is responsible for what, from when to when, and what they report."""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.documents import SourceDocument
from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON, Inspection
from zhenggai.web.ledger.models.rows import CompletionStatus, Measure, Response


class Handover(models.Model):
    """That one person handed everything open to another: the written record."""

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    reason = models.CharField("事由", max_length=200)
    references = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.giver} → {self.receiver}"


class Assignment(models.Model):
    """A role on a response, or on one measure of it. `name` is as the document writes it.

    Either `person` or `organization` is set, or neither while nobody has said who is meant.
    """

    class Role(models.TextChoices):
        """What the document makes a person or department answerable for."""

        LEAD_LEADER = "lead_leader", "牵头领导"
        RESPONSIBLE_LEADER = "responsible_leader", "责任领导"
        RESPONSIBLE_PERSON = "responsible_person", "责任人"
        RESPONSIBLE_DEPARTMENT = "responsible_department", "责任部门"
        COOPERATING_DEPARTMENT = "cooperating_department", "配合部门"
        VERIFYING_DEPARTMENT = "verifying_department", "验收部门"
        SUPERVISING_DEPARTMENT = "supervising_department", "督办单位"
        HANDLER = "handler", "经办人"

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="+")
    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="assignments")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, related_name="assignments")
    role = models.CharField("责任", max_length=25, choices=Role)
    name = models.CharField("名称", max_length=100)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="assignments")
    organization = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, null=True, related_name="assignments")
    order = models.PositiveSmallIntegerField(default=0)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, null=True, related_name="assignments")

    class Meta:
        indexes = [
            models.Index(fields=["response", "order"], name="assignment_of_response"),
            models.Index(fields=["person", "until"], name="assignment_of_person"),
            models.Index(fields=["organization", "until"], name="assignment_of_department"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.name}"


class ProgressUpdate(models.Model):
    """One report on a measure, or on a response that has none, for one reporting cycle. Reports are added, never changed.

    A second report for the same cycle has the next `revision` and stands beside the first. `late` says that it came after the
    cycle's cut-off; `sender` is who filled in the sheet that it came in, "" for what was reported on the screen.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="+")
    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="updates")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, related_name="updates")
    cycle = models.CharField("填报周期", max_length=20)
    revision = models.PositiveSmallIntegerField(default=1)
    percent = models.PositiveSmallIntegerField("完成进度", null=True)
    completion_status = models.CharField("完成状态", max_length=15, choices=CompletionStatus, blank=True)
    done = models.TextField("工作进展")
    difficulty = models.TextField("存在困难", blank=True)
    next_step = models.TextField("下一步措施", blank=True)
    document = models.ForeignKey(SourceDocument, on_delete=models.PROTECT, null=True, related_name="+")
    places = models.JSONField(default=list)
    late = models.BooleanField("迟报", default=False)
    sender = models.CharField("离线填报人", max_length=50, blank=True)
    reported_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "cycle", "revision"], name="update_once", condition=models.Q(measure__isnull=False)
            )
        ]
        indexes = [
            models.Index(fields=["measure", "-id"], name="update_of_measure"),
            models.Index(fields=["response", "-id"], name="update_of_response"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.cycle}"
