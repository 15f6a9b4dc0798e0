"""Documents as uploaded, drafts that a person looks through, and the plan versions that come of them."""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON, Inspection


class SourceDocument(models.Model):
    """A file as uploaded, kept by its content hash."""

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=200)
    media_type = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField("大小")
    characters = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit", "sha256"], name="document_by_content")]

    def __str__(self) -> str:
        return self.name


class DocumentText(models.Model):
    """The blocks of a document as read, in the form of `drafting.blocks`; apart, so that lists do not load them."""

    document = models.OneToOneField(SourceDocument, on_delete=models.CASCADE, primary_key=True, related_name="text")
    blocks = models.JSONField()

    def __str__(self) -> str:
        return f"{self.document_id}"


class ImportDraft(models.Model):
    """What was understood of a document, in the hands of a person. Nothing of it is in the ledger before it is confirmed.

    `content` is a draft as `drafting.model` describes it; `version` grows with each edit. With an `inspection` the draft is
    compared with the rows that the inspection has.
    """

    class State(models.TextChoices):
        """Where a draft stands."""

        UPLOADED = "uploaded", "待识别"
        REVIEW = "review", "核对中"
        CONFIRMED = "confirmed", "已确认"
        DROPPED = "dropped", "已放弃"
        FAILED = "failed", "识别失败"

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts")
    document = models.ForeignKey(SourceDocument, on_delete=models.PROTECT, null=True, related_name="drafts")
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    content = models.JSONField(null=True)
    message = models.TextField(blank=True)
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["unit", "state", "-updated_at"], name="draft_of_unit")]

    def __str__(self) -> str:
        return f"{self.document}"


class PlanVersion(models.Model):
    """A plan as confirmed: number 1, 2, … of an inspection; `content` is frozen with the draft that was confirmed."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="plan_versions")
    number = models.PositiveIntegerField()
    document = models.ForeignKey(SourceDocument, on_delete=models.PROTECT, null=True, related_name="plan_versions")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    confirmed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "number"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"第{self.number}版"
