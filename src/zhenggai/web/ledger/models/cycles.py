"""填报周期: each cycle of a ledger, and each report that it asks for."""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON, Inspection
from zhenggai.web.ledger.models.responsibility import ProgressUpdate
from zhenggai.web.ledger.models.rows import Measure


class ReportingCycle(models.Model):
    """One cycle of one ledger. It takes reports until the end of `cut_off`; `planned_cut_off` is the day that the profile gave.

    `closed_at` is when the daily work closed it: what came by then counts, what comes later is late.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="cycles")
    kind = models.CharField("填报周期", max_length=10)
    key = models.CharField(max_length=20)
    label = models.CharField("周期", max_length=40)
    start = models.DateField()
    end = models.DateField()
    planned_cut_off = models.DateField("规定截止日")
    cut_off = models.DateField("截止日")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "key"], name="cycle_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.key}"


class ExpectedUpdate(models.Model):
    """The report on one measure that a cycle asks for, with what was known when it was opened.

    `previous`, `percent` and `completion_status` are of that day, as are `departments`, the names of those responsible, and
    `department`, the first of them where it is known, who reports. `answer` is the first report for the cycle; `released_for` says why none is needed.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    cycle = models.ForeignKey(ReportingCycle, on_delete=models.PROTECT, related_name="expected")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="expected")
    departments = models.JSONField(default=list)
    department = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, null=True, related_name="+")
    previous = models.ForeignKey(ProgressUpdate, on_delete=models.PROTECT, null=True, related_name="+")
    percent = models.PositiveSmallIntegerField("完成进度", default=0)
    completion_status = models.CharField("完成状态", max_length=15)
    answer = models.ForeignKey(ProgressUpdate, on_delete=models.PROTECT, null=True, related_name="answers_to")
    late = models.BooleanField("迟报", default=False)
    released_for = models.CharField("不用填报", max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "measure"], name="expected_once")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.measure_id}"


class SentSheet(models.Model):
    """A sheet that went out for a cycle and a department: `rows` are what it was filled from, by the reference of the measure."""

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    cycle = models.ForeignKey(ReportingCycle, on_delete=models.PROTECT, related_name="sheets")
    department = models.CharField("责任部门", max_length=100)
    organization = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField("表号", max_length=20, unique=True)
    rows = models.JSONField(default=dict)
    sent_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number


class ReturnedSheet(models.Model):
    """A filled-in sheet that came back: `content` is what stands in it by reference, `sender` who filled it in.

    `taken` are the references of the rows that have been confirmed.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey(SentSheet, on_delete=models.PROTECT, related_name="returned")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    sender = models.CharField("填报人", max_length=50)
    content = models.JSONField(default=dict)
    taken = models.JSONField(default=list)
    brought_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "sha256"], name="returned_once")]

    def __str__(self) -> str:
        return self.name
