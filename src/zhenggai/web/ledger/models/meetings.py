"""会议: series, meetings, who was there, what was spoken about, what was resolved and what became of it."""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.duties import Occurrence
from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON, Inspection
from zhenggai.web.ledger.models.rows import Finding, Measure
from zhenggai.web.ledger.models.schedule import Mechanism


class MeetingSeries(models.Model):
    """Meetings of one kind: `kind` is a code of profile.MEETING_TYPES. It follows the plan's arrangement, or else the profile.

    `made_on` is the day before which none is laid out; `last_number` counts the meetings that were held.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="meeting_series")
    mechanism = models.ForeignKey(Mechanism, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField("类别", max_length=20)
    name = models.CharField("名称", max_length=200)
    made_on = models.DateField()
    last_number = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "kind"], name="series_of_kind_once")]

    def __str__(self) -> str:
        return self.name


class Meeting(models.Model):
    """One meeting. `scheduled_on` never changes, `meets_on` may be moved and stays moved; `number` is given when it is held.

    `key` says which of its series it is (a period, a node of the course, or a call), so that it is laid out once.
    `minutes` are the paragraphs of the draft, as queries.minutes reads them.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="meetings")
    series = models.ForeignKey(MeetingSeries, on_delete=models.PROTECT, related_name="meetings")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    key = models.CharField(max_length=40)
    label = models.CharField("期次", max_length=100)
    number = models.PositiveIntegerField("次数", null=True, blank=True)
    state = models.CharField("状态", max_length=12, default="planned")
    scheduled_on = models.DateField("应召开日")
    meets_on = models.DateField("会议日期")
    moved = models.BooleanField(default=False)
    starts_at = models.CharField("开始时间", max_length=20, blank=True)
    place = models.CharField("地点", max_length=100, blank=True)
    chair = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorder = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField("取消原因", max_length=300, blank=True)
    reported = models.BooleanField(default=False)
    minutes = models.JSONField(default=list)
    recorder_signed_at = models.DateTimeField(null=True, blank=True)
    chair_signed_at = models.DateTimeField(null=True, blank=True)
    record_digest = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "key"], name="meeting_once"),
            models.UniqueConstraint(
                fields=["series", "number"], condition=models.Q(number__isnull=False), name="meeting_number_once"
            ),
        ]
        indexes = [models.Index(fields=["inspection", "meets_on"], name="meeting_by_date")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.key}"


class Attendance(models.Model):
    """Somebody who is to be at a meeting: `person`, or only a name. `part` is attending or sitting in (列席).

    `state` is "" until it was taken; who was absent gives a reason and perhaps a deputy.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("姓名", max_length=50)
    post = models.CharField("单位职务", max_length=100, blank=True)
    part = models.CharField(max_length=10, default="attend")
    state = models.CharField("出席情况", max_length=10, blank=True)
    reason = models.CharField("缺席原因", max_length=200, blank=True)
    deputy = models.CharField("代会人员", max_length=50, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"], condition=models.Q(person__isnull=False), name="attendance_once"
            )
        ]
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.name}"


class AgendaItem(models.Model):
    """One line of the agenda. `key` is that of workflow.agenda, or of a line added by hand; one that was taken off stays off.

    `outcome` is what the meeting decided on it in its own words; `reported` what the department said.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    section = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    order = models.PositiveIntegerField()
    text = models.TextField("议题")
    department = models.CharField("汇报单位", max_length=200, blank=True)
    reported = models.TextField("汇报内容", blank=True)
    outcome = models.TextField("议定意见", blank=True)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_items")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    resolution = models.ForeignKey("Resolution", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    edited = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "key"], name="agenda_item_once")]
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.key}"


class Speech(models.Model):
    """What one person said on an item of the agenda: the record (会议记录) is made of these."""

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="speeches")
    speaker = models.CharField("发言人", max_length=50)
    words = models.TextField("发言内容")
    noted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.speaker


class Resolution(models.Model):
    """议定事项: a task that a meeting gave. `clause` counts within the meeting; `number` says it in words (碰头会第3次会议第2项).

    It is of the `responsible` organisation, helped by those named in `helping`, and finished when the `verifying` one has accepted it.
    `due_on` is as resolved. `carried` counts the later meetings that it stood open before.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="resolutions")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="resolutions")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="resolutions")
    clause = models.PositiveSmallIntegerField()
    number = models.CharField("编号", max_length=240)
    matter = models.TextField("事项")
    responsible = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    helping = models.CharField("协办单位", max_length=300, blank=True)
    verifying = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField("完成时限")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="resolutions")
    state = models.CharField("状态", max_length=12, default="open")
    carried = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "clause"], name="resolution_clause_once")]
        indexes = [models.Index(fields=["inspection", "state", "due_on"], name="resolution_by_date")]

    def __str__(self) -> str:
        return self.number


class ResolutionStep(models.Model):
    """One step of a resolution: what was reported, accepted, returned, carried over or withdrawn, with the words of it."""

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=20)
    text = models.TextField("情况", blank=True)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    person_name = models.CharField(max_length=50)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.resolution_id} {self.code}"


class MinutesIssue(models.Model):
    """纪要 as they were issued: frozen, with their hash. A later issue is a correction and says why."""

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="issues")
    number = models.PositiveSmallIntegerField()
    content = models.TextField()
    digest = models.CharField(max_length=80)
    scope = models.CharField("印发范围", max_length=300)
    copies = models.PositiveSmallIntegerField("份数")
    reason = models.CharField("更正原因", max_length=300, blank=True)
    issued_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="minutes_issue_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.number}"
