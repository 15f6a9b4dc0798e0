"""督办文书: papers with those whom they are addressed to and the answers; and counts of what has been transferred, nothing else of it."""

from __future__ import annotations

from django.db import models

from zhenggai.profile import PAPER_KINDS
from zhenggai.web.ledger.models.evidence import Evidence
from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON, Inspection
from zhenggai.web.ledger.models.rows import Finding, Measure
from zhenggai.workflow.papers import PAPER_STATES

LAPSED = "lapsed"


class SupervisionPaper(models.Model):
    """One paper about one matter (一事一单): a measure, a finding, or a department.

    `cause` is what the ladder proposed it for, with the matter and the level in `cause_key`, which no two papers have that have not
    lapsed; one raised by hand has none, and says its `ground`. `facts` are those of the day of the proposal. `body` is the paper
    field by field, empty until somebody has edited or signed it. `number` within `year` is given at signing and never again;
    `numbered` is how it is written.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="papers")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    department = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField("文书", max_length=12, choices=list(PAPER_KINDS.items()))
    level = models.PositiveSmallIntegerField("级别")
    level_name = models.CharField("级别名称", max_length=300)
    asks = models.BooleanField("要求答复", default=True)
    state = models.CharField("状态", max_length=10, choices=list(PAPER_STATES.items()), default="draft")
    cause = models.CharField(max_length=40, blank=True)
    cause_key = models.CharField(max_length=80, null=True, blank=True)
    ground = models.CharField("提出情形", max_length=12, blank=True)
    reason = models.TextField("理由")
    skip_reason = models.TextField("越级理由", blank=True)
    facts = models.JSONField(default=dict)
    body = models.JSONField(default=dict)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")
    proposed_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    number = models.PositiveIntegerField("序号", null=True, blank=True)
    numbered = models.CharField("文号", max_length=300, blank=True)
    signed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_by_name = models.CharField("签发人", max_length=50, blank=True)
    signed_role = models.CharField(max_length=40, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    served_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    served_at = models.DateTimeField("送达时间", null=True, blank=True)
    answer_by = models.DateField("应答复日期", null=True, blank=True)
    ended_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.TextField("审结意见、撤回原因", blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "year", "number"], name="paper_number_once"),
            models.UniqueConstraint(
                fields=["inspection", "cause_key"], condition=~models.Q(state=LAPSED), name="paper_cause_once"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "answer_by"], name="paper_by_state"),
            models.Index(fields=["inspection", "id"], name="paper_of_inspection"),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """The paper as people call it: 督办单（整督〔2026〕3号）."""
        name = str(self.facts.get("paper") or self.get_kind_display())
        return f"{name}（{self.numbered}）" if self.numbered else name


class PaperRecipient(models.Model):
    """Somebody to whom a paper is addressed, by the role for which; `received_by` may be who stands in."""

    paper = models.ForeignKey(SupervisionPaper, on_delete=models.PROTECT, related_name="recipients")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=50)
    role = models.CharField("身份", max_length=20)
    received_at = models.DateTimeField("签收时间", null=True, blank=True)
    received_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "person"], name="paper_recipient_once")]

    def __str__(self) -> str:
        return self.name


class PaperAnswer(models.Model):
    """What was answered, with evidence that is in the ledger already, and what was judged of it. A paper has at most one."""

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    paper = models.OneToOneField(SupervisionPaper, on_delete=models.PROTECT, related_name="answer")
    text = models.TextField("办理结果")
    evidence = models.ManyToManyField(Evidence, related_name="+", blank=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    answered_by_name = models.CharField("答复人", max_length=50)
    answered_at = models.DateTimeField()
    accepted = models.BooleanField("是否认可", null=True)
    judged_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField("审定意见", blank=True)

    def __str__(self) -> str:
        return f"{self.paper_id} {self.answered_by_name}"


class TransferCount(models.Model):
    """How many matters were handed to a body outside on a day. What they were about stands nowhere in the ledger."""

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    transferred_on = models.DateField("移送日期")
    count = models.PositiveSmallIntegerField("数量")
    body = models.CharField("接收机关", max_length=12)
    counted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    counted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "transferred_on"], name="transfer_by_day")]

    def __str__(self) -> str:
        return f"{self.transferred_on} {self.count}"
