"""The rows of the ledger: area → item → finding, answered by responses, which hold measures.

Every row carries its unit and its inspection, its `reference` that is never used twice in the inspection, its `order` in the
ledger, and `places`: where it stood in `document`, as [[block, start, end], …]. A row that a later plan leaves out is
withdrawn, never deleted.
"""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.documents import SourceDocument
from zhenggai.web.ledger.models.inspections import ORGANIZATION, Inspection


class Layer(models.TextChoices):
    """Who may see a row at all."""

    INTERNAL = "internal", "内部"
    RESTRICTED = "restricted", "限知"


class CompletionStatus(models.TextChoices):
    """完成状态: what the unit reports. It says nothing about the close-out."""

    NOT_DONE = "not_done", "未完成"
    ONGOING = "ongoing", "正在整改"
    BASICALLY_DONE = "basically_done", "基本完成"
    COMPLETED = "completed", "已完成"


class ClosureStage(models.TextChoices):
    """销号状态: what has been verified and signed. It says nothing about what is reported."""

    NONE = "none", "未申请"
    PREPARED = "prepared", "拟申请"
    APPLIED = "applied", "已申请"
    REVIEWED = "reviewed", "已审核"
    ENDORSED = "endorsed", "牵头领导已审核"
    VERIFIED = "verified", "已核查"
    APPROVED = "approved", "已销号"
    CONFIRMED = "confirmed", "已认定"
    RETURNED = "returned", "已退回"


class RectificationClass(models.TextChoices):
    """整改类型, by time."""

    IMMEDIATE = "immediate", "立行立改"
    TIME_LIMITED = "time_limited", "限期整改"
    LONG_TERM = "long_term", "长期坚持"


class _Row(models.Model):
    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="%(class)ss")
    reference = models.CharField("编号", max_length=20)
    order = models.PositiveIntegerField("次序")
    document = models.ForeignKey(SourceDocument, on_delete=models.PROTECT, null=True, related_name="+")
    places = models.JSONField(default=list)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["inspection", "reference"], name="%(class)s_reference_once")]

    def __str__(self) -> str:
        return self.reference


class Area(_Row):
    """方面: the highest level of the problem part."""

    number = models.CharField("序号", max_length=20, blank=True)
    title = models.TextField("方面")

    class Meta(_Row.Meta):
        pass


class Item(_Row):
    """条: a numbered problem, perhaps with findings below it."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="items")
    number = models.CharField("序号", max_length=20, blank=True)
    title = models.TextField("反馈问题")

    class Meta(_Row.Meta):
        pass


class Finding(_Row):
    """具体问题: the lowest problem that measures answer, and what is closed out."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="findings")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="findings")
    number = models.CharField("序号", max_length=20, blank=True)
    text = models.TextField("具体问题")
    cause = models.TextField("原因分析", blank=True)
    layer = models.CharField("知悉范围", max_length=12, choices=Layer, default=Layer.INTERNAL)
    closure_stage = models.CharField("销号状态", max_length=12, choices=ClosureStage, default=ClosureStage.NONE)
    cycle = models.PositiveSmallIntegerField("整改轮次", default=1)
    key = models.BooleanField("重点问题", default=False)

    class Meta(_Row.Meta):
        indexes = [models.Index(fields=["inspection", "order", "id"], name="finding_in_order")]


class Response(_Row):
    """One block of measures with its fields; it may answer several findings, and a finding may have several."""

    findings = models.ManyToManyField(Finding, through="Answer", related_name="responses")
    objective = models.TextField("整改目标", blank=True)
    labels = models.JSONField(default=dict)
    completion_status = models.CharField("完成状态", max_length=15, choices=CompletionStatus, blank=True)
    status_text = models.CharField("状态原文", max_length=200, blank=True)

    class Meta(_Row.Meta):
        pass


class Answer(models.Model):
    """That a response answers a finding."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="answers")
    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="answers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "response"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.finding_id} ← {self.response_id}"


class Measure(_Row):
    """One measure. `due_text` are the words of the document, `due_parts` what they mean, `due_on` the date, if there is one.

    `original_due_on` is the first date and never changes. `percent` and `completion_status` are those of the last report.
    """

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="measures")
    number = models.CharField("序号", max_length=20, blank=True)
    text = models.TextField("整改措施")
    due_text = models.CharField("完成时限", max_length=300, blank=True)
    due_parts = models.JSONField(default=list)
    due_on = models.DateField("到期日", null=True, blank=True)
    due_statement = models.CharField(max_length=300, blank=True)
    original_due_on = models.DateField("原定到期日", null=True, blank=True)
    recurrences = models.JSONField(default=list)
    rectification_class = models.CharField("整改类型", max_length=15, choices=RectificationClass, blank=True)
    percent = models.PositiveSmallIntegerField("完成进度", default=0)
    completion_status = models.CharField(
        "完成状态", max_length=15, choices=CompletionStatus, default=CompletionStatus.ONGOING
    )

    class Meta(_Row.Meta):
        indexes = [
            models.Index(fields=["response", "order"], name="measure_of_response"),
            models.Index(fields=["inspection", "due_on"], name="measure_by_date"),
        ]
