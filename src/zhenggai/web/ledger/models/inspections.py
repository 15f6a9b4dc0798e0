"""A round of inspections, and the inspection of one unit: what everything else in the ledger belongs to."""

from __future__ import annotations

from django.db import models

PERSON = "accounts.Person"
ORGANIZATION = "accounts.Organization"


class Round(models.Model):
    """One round (第X轮) of an inspecting office over several units."""

    office = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("轮次", max_length=100)
    year = models.PositiveSmallIntegerField("年度")

    def __str__(self) -> str:
        return self.name


class Inspection(models.Model):
    """One inspection or audit of one unit. The `last_…` counters make references that are never used twice."""

    class Source(models.TextChoices):
        """Where the findings come from."""

        INSPECTION = "inspection", "巡视巡察"
        AUDIT = "audit", "审计"
        SPECIAL_CHECK = "special_check", "专项检查"
        SUPERVISION_CHECK = "supervision_check", "督查"

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, blank=True, related_name="inspections")
    code = models.CharField("编号", max_length=20)
    title = models.CharField("名称", max_length=200)
    source = models.CharField("来源", max_length=20, choices=Source, default=Source.INSPECTION)
    issuer = models.CharField("反馈单位", max_length=100, blank=True)
    feedback_date = models.DateField("反馈日期", null=True, blank=True)
    plan_date = models.DateField("方案日期", null=True, blank=True)
    period_end = models.DateField("集中整改期截止", null=True, blank=True)
    profile = models.CharField("规则配置", max_length=60)
    created_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True, blank=True)
    last_area = models.PositiveIntegerField(default=0)
    last_item = models.PositiveIntegerField(default=0)
    last_finding = models.PositiveIntegerField(default=0)
    last_response = models.PositiveIntegerField(default=0)
    last_measure = models.PositiveIntegerField(default=0)
    last_evidence = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "code"], name="inspection_code_once")]

    def __str__(self) -> str:
        return self.title
