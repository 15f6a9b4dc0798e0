"""后台任务: work that nobody waits for with the page open. The row is all there is of a job."""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON


class Job(models.Model):
    """One piece of background work. The same `key` of a `kind` stands for the same work and is there once.

    `unit` is whose work it is, None for that of the whole installation. `attempt` counts how often it has been begun, `worker` says who
    does it and `heartbeat_at` when that one was last heard of. `done` of `total` say how far it is, `message` what came of it, `fault`
    why the last attempt failed and `result` what its kind keeps for its own screen.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "等待"
        RUNNING = "running", "正在办理"
        DONE = "done", "已完成"
        FAILED = "failed", "没有办成"

    kind = models.CharField("类别", max_length=40)
    key = models.CharField(max_length=120)
    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    arguments = models.JSONField(default=dict)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField("应办时间")
    attempt = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField("结果", max_length=500, blank=True)
    fault = models.CharField("原因", max_length=500, blank=True)
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="job_once")]
        indexes = [
            models.Index(fields=["state", "due_at"], name="job_waiting"),
            models.Index(fields=["unit", "-id"], name="job_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
