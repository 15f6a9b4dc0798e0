"""What waits for a person in 销号: one queue an act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from zhenggai.text import day_words
from zhenggai.web.ledger import access
from zhenggai.web.ledger.closing.gaps import gaps_of
from zhenggai.web.ledger.closing.standing import Stand, stands_of
from zhenggai.web.ledger.models import Closure, ClosureStep, Finding, Measure
from zhenggai.web.ledger.models.rows import CompletionStatus, Layer, RectificationClass
from zhenggai.workflow.closures import CLOSED, IN_HAND, STAGES, waiting_for

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights

UNSAID = "（限知事项，打开后可以查看）"
"""What a list says instead of the words of a restricted finding: who opens it leaves an event, who passes by does not."""
LIMIT = 100
"""Applications of one kind that a queue shows; who has more sees those that have waited longest."""
_LOOKED_AT = 200
"""Findings that are looked at together until so many are found that the person may act on."""
QUEUES = {
    "closure.apply": "待部门负责人签字",
    "closure.prepare": "可以申请、须重新申请",
    "closure.review": "待责任领导审核",
    "closure.endorse": "待牵头领导审核",
    "closure.verify": "待督查组核查",
    "closure.approve": "待领导小组审定",
    "closure.confirm": "待上级认定",
}
"""The queues by the act that serves them, in the order of the chain."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One finding in a queue; `why` says what the person has to know first."""

    finding_id: int
    reference: str
    text: str
    inspection: str
    unit: str
    stage: str
    closure_id: int | None
    version: int | None
    attempt: int
    cycle: int
    returns: int
    since: dt.datetime | None
    key: bool
    lapsed: bool
    why: str
    gaps: tuple[str, ...] = ()
    """Signatures that nobody can give, and what to do; only in `queues_with_gaps`."""


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for one act of the person."""

    act: str
    title: str
    rows: tuple[Waiting, ...]
    more: bool
    """There are more than are shown."""


def queues_of(rights: Rights) -> tuple[Queue, ...]:
    """Return what waits for the person, by act; an application that only wants their signature is not also one to go on with."""
    found = []
    for act, title in QUEUES.items():
        if rights.may(act):
            rows = _waiting(rights, act)
            found.append(Queue(act, title, tuple(rows[:LIMIT]), len(rows) > LIMIT))
    return tuple(found)


def queues_with_gaps(rights: Rights) -> tuple[Queue, ...]:
    """Return the queues with what stands in the way of each finding's close-out beside the person's own signature."""
    queues = queues_of(rights)
    ids = {row.finding_id for queue in queues for row in queue.rows}
    gaps = gaps_of(Finding.objects.filter(pk__in=ids).select_related("inspection"), rights.today)
    return tuple(
        replace(queue, rows=tuple(replace(row, gaps=gaps.get(row.finding_id, ())) for row in queue.rows))
        for queue in queues
    )


def _waiting(rights: Rights, act: str) -> list[Waiting]:
    findings = access.findings(rights, act).filter(withdrawn_at=None)
    if act == "closure.prepare":
        findings = findings.filter(Q(closure_stage__in=("returned", "prepared")) | (Q(closure_stage="none") & _ready()))
    elif act == "closure.verify":
        lapsed = Closure.objects.filter(finding=OuterRef("pk"), cycle=OuterRef("cycle"), lapsed_at__isnull=False)
        closed = Q(closure_stage__in=CLOSED) & Exists(lapsed.filter(stage__in=CLOSED))
        findings = findings.filter(Q(closure_stage__in=waiting_for(act)) | closed)
    elif act == "closure.apply":
        findings = findings.filter(closure_stage="prepared")
    else:
        findings = findings.filter(closure_stage__in=waiting_for(act))
    mine = _mine(rights, act, findings)
    reasons = _return_words(stand for _, stand in mine)
    returns = _returns(row for row, _ in mine)
    return [_row(row, stand, reasons, returns.get(row.pk, 0)) for row, stand in mine]


def _mine(rights: Rights, act: str, findings: QuerySet[Finding]) -> list[tuple[Finding, Stand]]:
    """Return those of `findings` on which the person may act, longest waiting first, and one more than are shown if there are more."""
    applied = Closure.objects.filter(finding=OuterRef("pk"), cycle=OuterRef("cycle")).order_by("-attempt")
    findings = findings.annotate(waits_since=Subquery(applied.values("applied_at")[:1]))
    findings = findings.select_related("inspection", "unit").order_by(F("waits_since").asc(nulls_last=True), "pk")
    mine: list[tuple[Finding, Stand]] = []
    for start in count(0, _LOOKED_AT):
        rows = list(findings[start : start + _LOOKED_AT])
        stands = stands_of(rights, rows)
        mine += [(row, stands[row.pk]) for row in rows if _serves(act, stands[row.pk])]
        if len(rows) < _LOOKED_AT or len(mine) > LIMIT:
            break
    return mine[: LIMIT + 1]


def _serves(act: str, stand: Stand) -> bool:
    """Say whether the finding waits for `act` of the person."""
    steps = stand.steps()
    if act == "closure.prepare" and any(step.code == "applied" for step in steps):
        return False
    return any(step.act == act for step in steps)


def _ready() -> Exists | Any:
    """Return the condition that a finding has measures and all of them are reported done."""
    measures = Measure.objects.filter(response__findings=OuterRef("pk"), response__withdrawn_at=None, withdrawn_at=None)
    open_ones = measures.exclude(completion_status=CompletionStatus.COMPLETED)
    open_ones = open_ones.exclude(rectification_class=RectificationClass.LONG_TERM)
    return Exists(measures) & ~Exists(open_ones)


def _return_words(stands: Iterable[Stand]) -> dict[int, str]:
    """Return why applications came back, by the application's id."""
    ids = [stand.closure.pk for stand in stands if stand.closure and stand.closure.stage == "returned"]
    steps = ClosureStep.objects.filter(closure__in=ids, stage_after="returned").order_by("number")
    return {step.closure_id: step.details.get("return", {}).get("missing", "") for step in steps}


def _returns(findings: Iterable[Finding]) -> dict[int, int]:
    """Return how often the applications of each finding have come back, by the finding's id."""
    returned = Closure.objects.filter(finding__in=list(findings), stage="returned").order_by("finding")
    return dict(returned.values_list("finding").annotate(times=Count("pk")))


def _row(finding: Finding, stand: Stand, reasons: dict[int, str], returns: int) -> Waiting:
    closure = stand.closure
    signed = finding.closure_stage in (*IN_HAND, *CLOSED)
    why = ""
    if closure and closure.stage == "returned":
        until = f"，请在{day_words(closure.resubmit_by)}前重新申请" if closure.resubmit_by else ""
        why = f"已退回：{reasons.get(closure.pk, '').rstrip('。')}{until}"
    elif closure and closure.lapsed_at and signed:
        why = "签字后有改动，需复核"
    elif finding.closure_stage == "none":
        why = (
            "措施均已完成，可以申请销号"
            if finding.cycle == 1
            else f"第{finding.cycle}轮整改，重新落实、上传佐证后申请销号"
        )
    return Waiting(
        finding_id=finding.pk,
        reference=finding.reference,
        text=UNSAID if finding.layer == Layer.RESTRICTED else finding.text,
        inspection=finding.inspection.title,
        unit=finding.unit.name,
        stage=STAGES[finding.closure_stage],
        closure_id=closure.pk if closure else None,
        version=closure.version if closure else None,
        attempt=closure.attempt if closure else 0,
        cycle=finding.cycle,
        returns=returns,
        since=closure.applied_at if closure and finding.closure_stage not in ("none", "prepared") else None,
        key=finding.key,
        lapsed=bool(closure and closure.lapsed_at and signed),
        why=why,
    )
