"""提醒: robots of groups, and what has been sent to whom on which day."""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON


class GroupRobot(models.Model):
    """A robot of a group of the unit. Its `address` lets anybody write to the group, so that it is kept encrypted, as is `secret`.

    `host` is what of the address may be shown. One that is `ended_at` is not used any more; its deliveries stay.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=50)
    form = models.CharField("类型", max_length=10)
    style = models.CharField("格式", max_length=10)
    address = models.TextField()
    host = models.CharField("主机", max_length=200)
    secret = models.TextField(blank=True)
    active = models.BooleanField("启用", default=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """The digest of one day to one person or one robot. There is one, so that nothing rings twice.

    `until` is the newest notice that it counts; `counts` are its words. Between `SENDING` and what came of it lies the sending itself:
    one that is found there after its process has vanished may have arrived or not (`UNSURE`), and is not sent again by itself.
    """

    class Channel(models.TextChoices):
        """By which way."""

        MAIL = "mail", "邮件"
        ROBOT = "robot", "群机器人"

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "待发送"
        SENDING = "sending", "正在发送"
        SENT = "sent", "已发送"
        FAILED = "failed", "没有发出"
        UNSURE = "unsure", "不能确定是否送达"

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    day = models.DateField("日期")
    channel = models.CharField("方式", max_length=10, choices=Channel)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    robot = models.ForeignKey(GroupRobot, on_delete=models.PROTECT, null=True, related_name="deliveries")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    fault = models.CharField("原因", max_length=300, blank=True)
    counts = models.JSONField(default=list)
    mentioned = models.JSONField(default=list)
    people = models.PositiveIntegerField(default=0)
    until = models.BigIntegerField()
    next_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day"], condition=models.Q(person__isnull=False), name="delivery_to_person_once"
            ),
            models.UniqueConstraint(
                fields=["robot", "day"], condition=models.Q(robot__isnull=False), name="delivery_to_robot_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="delivery_by_state"),
            models.Index(fields=["unit", "-day", "-id"], name="delivery_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.person_id or self.robot_id} {self.day}"
