"""周期任务 that the office sets up by hand, where the words of the plan give none, and gives up again; both for a reason.

Such a duty follows no words: a change of the measure's text leaves it alone. It ends when it is given up, or with its measure.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from zhenggai import deadline
from zhenggai.deadline import Course, Occasion
from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.duties import rule_key
from zhenggai.web.ledger.actions.duty_horizon import bring_up, end_of, terms_of_unit
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Duty, Measure
from zhenggai.web.ledger.models.rows import CompletionStatus
from zhenggai.web.ledger.proof.recurring import laid_out

if TYPE_CHECKING:
    from zhenggai.deadline.kinds import Every
    from zhenggai.web.accounts.rights import Rights

RHYTHMS = (
    "每周一次", "每半月一次", "每月一次", "每月不少于2次", "每月25日前", "每季度一次", "每季度末月20日前", "每半年一次", "每学期一次", "每年一次",
)  # fmt: skip
"""Wordings to choose from; any other may be typed."""
LONGEST_WORDING = 60
LONGEST_REASON = 300
_AHEAD = dt.timedelta(days=400)
PREVIEWED = 12


def preview_duty(*, rights: Rights, measure_id: int, wording: str) -> tuple[Occasion, ...]:
    """Return the first times that a duty with this wording would fall due, from today on.

    Raises:
        Invalid: field `wording`: it is no rhythm, or more than one, or the measure has it already, or it comes to nothing.
    """
    measure = _open(rights, measure_id)
    rule = _rule(measure, wording)
    course = Course(
        rights.today,
        deadline.national(),
        end=end_of(measure),
        terms=terms_of_unit(measure.unit_id),
        least_share=profile_of(measure.inspection.profile).duty.least_share,
    )
    found = deadline.occasions(rule, course, since=rights.today, until=rights.today + _AHEAD)
    if not found:
        why = "请先设置学期" if deadline.needs_terms(rule) else "请核对要求和措施的完成时限"
        raise Invalid({"wording": f"按这一要求今后没有一次到期，{why}。"})
    return found[:PREVIEWED]


def make_duty(*, actor: Actor, rights: Rights, measure_id: int, wording: str, reason: str) -> Duty:
    """Set up a duty of a measure from today on, and lay out its occurrences.

    Raises:
        Unknown, Refused: the measure is not the office's, or is done.
        Invalid: fields `wording` or `reason`.
    """
    measure = _open(rights, measure_id)
    faults = _fault_of_reason(reason, "设立")
    try:
        preview_duty(rights=rights, measure_id=measure_id, wording=wording)
    except Invalid as fault:
        faults |= fault.fields
    if faults:
        raise Invalid(faults)
    rule = {"kind": "every", **asdict(_rule(measure, wording))}
    try:
        with transaction.atomic():
            hold_chain(measure.unit_id)
            duty = Duty.objects.create(
                unit_id=measure.unit_id,
                inspection=measure.inspection,
                measure=measure,
                rule=rule,
                rule_key=rule_key(rule),
                begin=actor.today,
                made_on=actor.today,
                by_hand=True,
                wording=wording.strip(),
                reason=reason.strip(),
                made_by_id=actor.person_id,
            )
            _laid_out(actor, duty, "made", reason)
    except IntegrityError:
        raise Stale("其他人刚刚为这项措施设立了同样的周期任务，请刷新后查看。") from None
    return duty


def give_up_duty(*, actor: Actor, rights: Rights, duty_id: int, seen: int, reason: str) -> Duty:
    """End a duty that was set up by hand: what is open and to come goes, what was begun, moved or missed stays.

    Raises:
        Refused: it follows the words of the plan, or has ended.
        Invalid: field `reason`.
        Stale: somebody else has ended it since.
    """
    duty = Duty.objects.select_related("measure", "inspection").filter(pk=duty_id).first()
    if duty is None or duty.measure_id is None:
        raise Unknown("这项周期任务")
    access.measure(rights, duty.measure_id, "duty.edit")
    if not duty.by_hand:
        raise Refused("这项周期任务来自措施的文字，请修改措施；文字改了，任务随之调整。")
    if duty.ended_at is not None:
        raise Refused("这项周期任务已经取消或结束。")
    if faults := _fault_of_reason(reason, "取消"):
        raise Invalid(faults)
    with transaction.atomic():
        hold_chain(duty.unit_id)
        values = {"ended_at": actor.at, "end_reason": reason.strip(), "ended_by_id": actor.person_id}
        change(duty, seen=seen, values=values, subject_type="duty")
        _laid_out(actor, duty, "given_up", reason)
    return duty


def _open(rights: Rights, measure_id: int) -> Measure:
    measure = access.measure(rights, measure_id, "duty.edit")
    if measure.withdrawn_at is not None or measure.completion_status == CompletionStatus.COMPLETED:
        raise Refused("这项措施已完成或已撤销，不能再设立周期任务。")
    return measure


def _rule(measure: Measure, wording: str) -> Every:
    words = wording.strip()
    if not words or len(words) > LONGEST_WORDING:
        raise Invalid({"wording": f"请选择或填写周期要求，{LONGEST_WORDING}字以内。"})
    rules = deadline.recurrences(words)
    if len(rules) != 1:
        what = "没有读出周期" if not rules else "写了不止一个周期"
        raise Invalid({"wording": f"“{words}”{what}，请按“每月不少于2次”“每季度末月20日前”这样填写一个周期要求。"})
    if "次" in words and rules[0].times is None:
        raise Invalid({"wording": f"“{words}”中的次数没有读出，应当写明至少几次，最少1次，例如“每月不少于2次”。"})
    key = rule_key({"kind": "every", **asdict(rules[0])})
    if Duty.objects.filter(measure=measure, rule_key=key, ended_at=None).exists():
        raise Invalid({"wording": "这项措施已经有同样要求的周期任务。"})
    return rules[0]


def _fault_of_reason(reason: str, what: str) -> dict[str, str]:
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        return {"reason": f"请填写{what}的原因，{LONGEST_REASON}字以内。"}
    return {}


def _laid_out(actor: Actor, duty: Duty, act: str, reason: str) -> None:
    """Bring the occurrences up to what stands now, and record both as one event."""
    found = bring_up(duty.inspection, profile_of(duty.inspection.profile).duty, actor)
    reference = duty.measure.reference if duty.measure else ""
    after: dict[str, Any] = {"rhythm": duty.wording, "added": found.added, "dropped": found.dropped}
    record(
        unit_id=duty.unit_id,
        actor=actor,
        action=f"duty.{act}",
        subject=Subject("measure", duty.measure_id, f"措施{reference}的周期任务“{duty.wording}”"),
        after=after | laid_out(duty.inspection_id),
        reason=reason.strip(),
    )
