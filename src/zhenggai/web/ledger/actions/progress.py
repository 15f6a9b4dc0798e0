"""Reporting progress: a new record for each reporting cycle; nothing that was reported is ever overwritten."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — the dataclass carries dates at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused, Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.rows import IMPORTED
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.closing.lapse import lapse_changed
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.cycles import answer_expected, cycles_now
from zhenggai.web.ledger.models import ExpectedUpdate, ProgressUpdate
from zhenggai.web.ledger.models.rows import CompletionStatus

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Measure

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
    expected_id: int | None = None,
) -> ProgressUpdate:
    """Report on a measure for the cycle of the day; a second report of the cycle stands beside the first.

    With `expected_id` it is for the cycle that asked for it, which may be closed: then the report is late.

    Raises:
        Unknown, Refused: the measure is not the person's to report on, or has been withdrawn; or late reports are not taken.
        Invalid: fields `percent`, `completion_status`, `done`, `difficulty` or `next_step`.
        Stale: somebody else has reported since the person's page was made.
    """
    measure = access.measure(rights, measure_id, "progress.report")
    said = Said(percent, completion_status, done.strip(), difficulty.strip(), next_step.strip())
    with transaction.atomic():
        return add_report(actor=actor, measure=measure, seen=seen, said=said, expected_id=expected_id)


@dataclass(frozen=True, slots=True)
class Said:
    """What a report says."""

    percent: int | None
    completion_status: str
    done: str
    difficulty: str = ""
    next_step: str = ""

    @property
    def texts(self) -> dict[str, str]:
        """The words by field."""
        return {"done": self.done, "difficulty": self.difficulty, "next_step": self.next_step}


def add_report(
    *, actor: Actor, measure: Measure, seen: int, said: Said, expected_id: int | None = None, sender: str = ""
) -> ProgressUpdate:
    """Add a report within the caller's transaction; `sender` is who filled in the sheet that it came in.

    A late report for a cycle after which another has been reported stands beside the others and changes nothing of the measure.

    Raises:
        Refused, Invalid, Stale: as `report_progress`.
    """
    if measure.withdrawn_at is not None:
        raise Refused(f"{measure.reference}已在后续方案中撤销，不用再填报进展。")
    check_report(said)
    cycle = _cycle(measure, actor.today, expected_id)
    before = {"percent": measure.percent, "completion_status": measure.completion_status}
    stated = {"percent": said.percent, "completion_status": said.completion_status}
    overtaken = cycle.late and _reported_after(measure, cycle)
    change(measure, seen=seen, values={} if overtaken else stated, subject_type="measure")
    earlier = ProgressUpdate.objects.filter(measure=measure, cycle=cycle.key).aggregate(last=Max("revision"))
    update = ProgressUpdate.objects.create(
        unit_id=measure.unit_id,
        inspection_id=measure.inspection_id,
        response_id=measure.response_id,
        measure=measure,
        cycle=cycle.key,
        revision=(earlier["last"] or 0) + 1,
        reported_by_id=actor.person_id,
        reported_at=actor.at,
        late=cycle.late,
        sender=sender[:50],
        **stated,
        **said.texts,
    )
    if overtaken:
        before, stated = {}, {"late_percent": said.percent, "late_status": said.completion_status}
    marks = {"late": "是"} if cycle.late else {}
    record(
        unit_id=measure.unit_id,
        actor=actor,
        action="progress.reported",
        subject=Subject("measure", measure.pk, f"措施{measure.reference}的进展"),
        before=before,
        after={"cycle": cycle.label, **stated, **said.texts, **marks, **({"sender": update.sender} if sender else {})},
    )
    answer_expected(update=update)
    lapse_changed(actor=actor, measures=[measure.pk])
    return update


@dataclass(frozen=True, slots=True)
class _For:
    key: str
    label: str
    end: dt.date
    late: bool = False


def _cycle(measure: Measure, today: dt.date, expected_id: int | None) -> _For:
    """Return the cycle that a report is for."""
    if expected_id is None:
        now = cycles_now([measure], today)[measure.pk]
        return _For(now.key, now.label, now.end)
    asked = ExpectedUpdate.objects.select_related("cycle").filter(pk=expected_id, measure=measure).first()
    if asked is None:
        raise Unknown("这一期的填报")
    cycle = asked.cycle
    late = cycle.closed_at is not None or cycle.cut_off < today
    if late and not profile_of(measure.inspection.profile).reporting.late_taken:
        raise Refused(f"{cycle.label}的填报已经截止，按规则配置不再接收补报，请填报到本期。")
    return _For(cycle.key, cycle.label, cycle.end, late)


def _reported_after(measure: Measure, cycle: _For) -> bool:
    """Return whether something has been reported that is newer than what a late report for `cycle` tells of."""
    others = ExpectedUpdate.objects.filter(measure=measure, cycle__end__gt=cycle.end, answer__isnull=False)
    if others.exists():
        return True
    last = ProgressUpdate.objects.filter(measure=measure).exclude(cycle__in=(cycle.key, IMPORTED)).order_by("pk").last()
    return last is not None and timezone.localtime(last.reported_at).date() > cycle.end


def check_report(said: Said) -> None:
    """Raise `Invalid` with the fields that cannot be taken."""
    _check(said.percent, said.completion_status, said.texts)


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
