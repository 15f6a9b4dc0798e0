"""Reporting progress: a new record for each reporting cycle; nothing that was reported is ever overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from zhenggai import profile as profiles
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.closing.lapse import lapse_changed
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import ProgressUpdate
from zhenggai.web.ledger.models.rows import CompletionStatus

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights

LONGEST = 4000
"""Characters of one field of a report."""


def report_progress(
    *,
    actor: Actor,
    rights: Rights,
    measure_id: int,
    seen: int,
    percent: int | None,
    completion_status: str,
    done: str,
    difficulty: str = "",
    next_step: str = "",
) -> ProgressUpdate:
    """Report on a measure for the cycle of the day; a second report of the cycle stands beside the first.

    Raises:
        Unknown, Refused: the measure is not the person's to report on, or has been withdrawn.
        Invalid: fields `percent`, `completion_status`, `done`, `difficulty` or `next_step`.
        Stale: somebody else has reported since the person's page was made.
    """
    measure = access.measure(rights, measure_id, "progress.report")
    if measure.withdrawn_at is not None:
        raise Refused(f"{measure.reference}已在后续方案中撤销，不用再填报进展。")
    texts = {"done": done.strip(), "difficulty": difficulty.strip(), "next_step": next_step.strip()}
    _check(percent, completion_status, texts)
    cycle = profiles.cycle_of(profile_of(measure.inspection.profile).cycle, actor.today)
    before = {"percent": measure.percent, "completion_status": measure.completion_status}
    with transaction.atomic():
        change(
            measure,
            seen=seen,
            values={"percent": percent, "completion_status": completion_status},
            subject_type="measure",
        )
        earlier = ProgressUpdate.objects.filter(measure=measure, cycle=cycle.key).aggregate(last=Max("revision"))
        update = ProgressUpdate.objects.create(
            unit_id=measure.unit_id,
            inspection_id=measure.inspection_id,
            response_id=measure.response_id,
            measure=measure,
            cycle=cycle.key,
            revision=(earlier["last"] or 0) + 1,
            percent=percent,
            completion_status=completion_status,
            reported_by_id=actor.person_id,
            reported_at=actor.at,
            **texts,
        )
        record(
            unit_id=measure.unit_id,
            actor=actor,
            action="progress.reported",
            subject=Subject("measure", measure.pk, f"措施{measure.reference}的进展"),
            before=before,
            after={"cycle": cycle.label, "percent": percent, "completion_status": completion_status, **texts},
        )
        lapse_changed(actor=actor, measures=[measure.pk])
    return update


def _check(percent: int | None, status: str, texts: dict[str, str]) -> None:
    fields = {}
    if percent is None or not 0 <= percent <= 100:
        fields["percent"] = "完成进度请填写0到100之间的整数。"
    if status not in CompletionStatus:
        fields["completion_status"] = "请选择完成状态。"
    elif "percent" not in fields:
        if status == CompletionStatus.COMPLETED and percent != 100:
            fields["percent"] = "状态为“已完成”时，完成进度应为100%。"
        elif status != CompletionStatus.COMPLETED and percent == 100:
            fields["completion_status"] = "完成进度为100%时，请将状态选为“已完成”，或更正进度。"
    if not texts["done"]:
        fields["done"] = "请填写本期做了哪些工作。"
    for name, text in texts.items():
        if len(text) > LONGEST:
            fields[name] = f"内容过长，请控制在{LONGEST}字以内（现为{len(text)}字）。"
    if fields:
        raise Invalid(fields)
