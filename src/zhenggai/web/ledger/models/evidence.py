"""佐证材料: files kept once by content, pieces of evidence with their versions, and the measures that they prove."""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON, Inspection
from zhenggai.web.ledger.models.rows import Layer, Measure


class StoredFile(models.Model):
    """Bytes in the vault, named by their hash and kept once whoever uploads them. `facts` is what the file says of itself.

    `media_type` is what the content is, whatever its name; keys of `facts` are those of `evidence.facts`.
    """

    algorithm = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField("大小")
    media_type = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "algorithm"], name="stored_file_once")]

    def __str__(self) -> str:
        return self.digest


class Evidence(models.Model):
    """One piece of evidence. `formed_on`, `pages` and `copies` are as declared; a new file makes a new version, never another row.

    `number` is that of the current version. A piece is withdrawn for a reason, never deleted.
    """

    class Kind(models.TextChoices):
        """What it is; what each kind must show stands in the profile."""

        INSTITUTION = "institution", "制度文件"
        MEETING = "meeting", "会议材料"
        VOUCHER = "voucher", "财务凭证"
        SANCTION = "sanction", "处理处分文件"
        PHOTO = "photo", "照片"
        REGISTER = "register", "台账登记"
        NOTICE = "notice", "公示公告"
        CONTRACT = "contract", "合同、验收材料"
        TALK = "talk", "谈话记录"
        SURVEY = "survey", "问卷、满意度汇总"
        STATEMENT = "statement", "情况说明"
        OTHER = "other", "其他材料"

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="evidence")
    reference = models.CharField("编号", max_length=20)
    title = models.CharField("材料名称", max_length=200)
    kind = models.CharField("材料类别", max_length=15, choices=Kind)
    formed_on = models.DateField("形成日期", null=True, blank=True)
    pages = models.PositiveIntegerField("页数", null=True, blank=True)
    copies = models.PositiveSmallIntegerField("份数", default=1)
    note = models.CharField("说明", max_length=500, blank=True)
    layer = models.CharField("知悉范围", max_length=12, choices=Layer, default=Layer.INTERNAL)
    number = models.PositiveSmallIntegerField("版本", default=1)
    added_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "reference"], name="evidence_reference_once")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class EvidenceVersion(models.Model):
    """One file of a piece: number 1 as first uploaded; each replacement the next, with its reason."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField("文件名", max_length=200)
    reason = models.CharField("更换原因", max_length=200, blank=True)
    uploaded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evidence", "number"], name="evidence_version_once")]

    def __str__(self) -> str:
        return f"{self.name} 第{self.number}版"


class EvidenceLink(models.Model):
    """That a piece proves a measure. A link that was wrong is ended, and stays."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="links")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="evidence_links")
    linked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    linked_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "evidence"], condition=models.Q(removed_at=None), name="evidence_link_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} → {self.measure_id}"
