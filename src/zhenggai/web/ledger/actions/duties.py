"""周期任务: laid out from what the measures say, moved, reported on.

`lay_out` follows the words: it makes the duties that are new, ends those whose words are gone, and brings the occurrences up to the
horizon. It may be called at any time and any number of times; what is there already is left alone.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from zhenggai.text import day_words
from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.duty_horizon import LaidOut, bring_up
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.actions.tellings import tell_moved
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import (
    Duty,
    Finding,
    Inspection,
    Measure,
    Mechanism,
    Occurrence,
    OccurrenceReport,
    UnitTerm,
)
from zhenggai.web.ledger.models.rows import CompletionStatus
from zhenggai.web.ledger.proof.recurring import OCCURRENCE, laid_out
from zhenggai.workflow.closures import CLOSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights

LONGEST = 2000
_BEFORE = dt.timedelta(days=92)
_LONGEST_MOVE = dt.timedelta(days=366)
"""How long before a term that is prepared for an act may be held."""


def lay_out(*, actor: Actor, inspection_id: int) -> LaidOut:
    """Bring the duties of an inspection up to what its measures and arrangements say on the day of `actor`."""
    with transaction.atomic():
        inspection = Inspection.objects.get(pk=inspection_id)
        hold_chain(inspection.unit_id)  # two runs at once: the second finds what the first has made
        found = LaidOut(_follow_words(inspection, actor))
        found += bring_up(inspection, profile_of(inspection.profile).duty, actor)
        if found:
            record(
                unit_id=inspection.unit_id,
                actor=actor,
                action="duty.laid_out",
                subject=Subject("inspection", inspection.pk, f"《{inspection.title}》的周期任务"),
                after={
                    "added": found.added,
                    "dropped": found.dropped,
                    "requota": found.requota,
                    **laid_out(inspection.pk),
                },
            )
    return found


def report_occurrence(
    *,
    actor: Actor,
    rights: Rights,
    occurrence_id: int,
    seen: int,
    count: int | None,
    held_on: dt.date | None,
    text: str,
) -> OccurrenceReport:
    """Say what was done for an occurrence; the acts of all its reports count together.

    Raises:
        Unknown, Refused: it is not the person's to report on, or has been withdrawn.
        Invalid: fields `count`, `held_on` or `text`.
        Stale: somebody else has reported since the person's page was made.
    """
    occurrence = access.occurrence(rights, occurrence_id, "occurrence.report")
    if occurrence.withdrawn_at is not None:
        raise Refused("这一次任务已随规则调整取消，不用再填报。")
    words = text.strip()
    faults = {}
    if count is None or not 1 <= count <= 100:
        faults["count"] = "次数请填写1到100之间的整数。"
    if held_on is None:
        faults["held_on"] = "请填写开展日期。"
    elif fault := _fault_of_day(occurrence, held_on, actor.today):
        faults["held_on"] = fault
    if not words:
        faults["text"] = "请填写开展情况。"
    elif len(words) > LONGEST:
        faults["text"] = f"内容过长，请控制在{LONGEST}字以内（现为{len(words)}字）。"
    if faults or count is None or held_on is None:
        raise Invalid(faults)
    with transaction.atomic():
        hold_chain(occurrence.unit_id)  # before the row, as `lay_out` does, so that no two wait for each other
        change(occurrence, seen=seen, values={"done": F("done") + count}, subject_type="occurrence")
        report = OccurrenceReport.objects.create(
            unit_id=occurrence.unit_id,
            occurrence=occurrence,
            count=count,
            held_on=held_on,
            text=words,
            reported_by_id=actor.person_id or 0,
            reported_at=actor.at,
        )
        told = {"times": count, "held_on": held_on.isoformat(), "held": words}
        _record(actor, occurrence, "reported", after=told)
    return report


def _fault_of_day(occurrence: Occurrence, held_on: dt.date, today: dt.date) -> str:
    """Return what is wrong with the day of an act: it counts for the period in which it was held and for no other."""
    early = occurrence.scheduled_on < occurrence.start  # 开学前: what prepares a term is held before it
    first = occurrence.scheduled_on - _BEFORE if early else occurrence.start
    last = max(occurrence.end if not early else occurrence.scheduled_on, occurrence.due_on)
    if held_on > today:
        return "开展日期不能晚于今天，没有开展的不能提前填报。"
    if not first <= held_on <= last:
        return f"开展日期不在本周期内（{day_words(first)}至{day_words(last)}），请填报到对应的周期；过期补办的，不能补足本周期的次数。"
    return ""


def move_occurrence(
    *, actor: Actor, rights: Rights, occurrence_id: int, seen: int, due_on: dt.date | None, reason: str
) -> Occurrence:
    """Set another date for one occurrence. It stays moved, whatever becomes of the rule; the scheduled day stays known.

    Raises:
        Unknown, Refused: it is not the person's to move, or is past, done or withdrawn.
        Invalid: fields `due_on` or `reason`.
        Stale: somebody else has changed it since.
    """
    occurrence = access.occurrence(rights, occurrence_id, "occurrence.move")
    if occurrence.withdrawn_at is not None or occurrence.done >= occurrence.quota:
        raise Refused("这一次任务已完成或已取消，不能再调整日期。")
    if occurrence.due_on < actor.today:
        raise Refused(
            f"这一次任务已于{day_words(occurrence.due_on)}到期，不能再调整日期；请据实填报，未完成的计为缺少。"
        )
    faults = _faults_of_move(occurrence, due_on, reason, actor.today)
    if faults or due_on is None:
        raise Invalid(faults)
    former = occurrence.due_on
    before = {"due_on": former.isoformat()}
    with transaction.atomic():
        hold_chain(occurrence.unit_id)
        values = {
            "due_on": due_on,
            "moved": True,
            "moved_by_id": actor.person_id,
            "moved_at": actor.at,
            "move_reason": reason.strip(),
        }
        change(occurrence, seen=seen, values=values, subject_type="occurrence")
        _record(actor, occurrence, "moved", before=before, after={"due_on": due_on.isoformat()}, reason=reason.strip())
        tell_moved(actor=actor, occurrence=occurrence, before=former, reason=reason.strip())
    return occurrence


def _faults_of_move(occurrence: Occurrence, due_on: dt.date | None, reason: str, today: dt.date) -> dict[str, str]:
    faults = {}
    if due_on is None:
        faults["due_on"] = "请填写调整后的日期。"
    elif due_on < today:
        faults["due_on"] = "调整后的日期不能早于今天。"
    elif due_on < min(occurrence.start, occurrence.scheduled_on):
        faults["due_on"] = f"调整后的日期不能早于本周期开始（{day_words(occurrence.start)}）。"
    elif due_on > occurrence.scheduled_on + _LONGEST_MOVE:
        faults["due_on"] = f"调整后的日期距原定日期（{day_words(occurrence.scheduled_on)}）不能超过一年，请核对年份。"
    elif due_on == occurrence.due_on:
        faults["due_on"] = "日期没有变化。"
    if not reason.strip():
        faults["reason"] = "请填写调整原因。"
    elif len(reason) > 300:
        faults["reason"] = "调整原因请控制在300字以内。"
    return faults


def set_term(*, actor: Actor, rights: Rights, name: str, start: dt.date | None, end: dt.date | None) -> UnitTerm:
    """Add a term to the unit's calendar, or put right the dates of the one of that name, and lay out what goes by terms.

    Raises:
        Invalid: fields `name`, `start` or `end`.
    """
    access.require(rights, "occurrence.move", rights.unit_id)
    name = name.strip()
    faults = {}
    if not name or len(name) > 60:
        faults["name"] = "请填写学期名称，60字以内。"
    if start is None:
        faults["start"] = "请填写开学日期。"
    if end is None:
        faults["end"] = "请填写放假日期。"
    elif start is not None and not dt.timedelta(days=30) <= end - start <= dt.timedelta(days=300):
        faults["end"] = "一个学期应在30天至300天之间，请核对开学和放假日期。"
    if faults or start is None or end is None:
        raise Invalid(faults)
    with transaction.atomic():
        hold_chain(rights.unit_id)
        others = UnitTerm.objects.filter(unit_id=rights.unit_id).exclude(name=name)
        if others.filter(start__lte=end, end__gte=start).exists():
            raise Invalid({"start": "与已有的学期日期重叠，请核对。"})
        known = UnitTerm.objects.filter(unit_id=rights.unit_id, name=name).first()
        before = {"start": known.start.isoformat(), "end": known.end.isoformat()} if known else None
        term = known or UnitTerm(unit_id=rights.unit_id, name=name)
        term.start, term.end = start, end
        term.save()
        record(
            unit_id=rights.unit_id,
            actor=actor,
            action="term.set",
            subject=Subject("term", term.pk, term.name),
            before=before,
            after={"start": start.isoformat(), "end": end.isoformat()},
        )
        for pk in Inspection.objects.filter(unit_id=rights.unit_id).values_list("pk", flat=True):
            lay_out(actor=actor, inspection_id=pk)
    return term


def _follow_words(inspection: Inspection, actor: Actor) -> int:
    """Make a duty for each recurring wording that has none, and end those whose wording is gone; return how many changed."""
    wanted = dict(_wanted(inspection))
    standing = {
        (duty.measure_id, duty.mechanism_id, duty.rule_key): duty
        for duty in Duty.objects.filter(inspection=inspection, ended_at=None)
    }
    by_hand = {duty.measure_id for duty in standing.values() if duty.by_hand and duty.measure_id}
    open_ones = (
        set(_open_measures(inspection).filter(pk__in=by_hand).values_list("pk", flat=True)) if by_hand else set()
    )
    gone = [
        duty.pk
        for key, duty in standing.items()
        if (duty.measure_id not in open_ones if duty.by_hand else key not in wanted)
    ]
    Duty.objects.filter(pk__in=gone).update(ended_at=actor.at)
    new = [
        Duty(
            unit_id=inspection.unit_id,
            inspection=inspection,
            measure_id=key[0],
            mechanism_id=key[1],
            rule=rule,
            rule_key=key[2],
            begin=min(inspection.plan_date or inspection.feedback_date or actor.today, actor.today),
            made_on=actor.today,
        )
        for key, rule in wanted.items()
        if key not in standing
    ]
    Duty.objects.bulk_create(new)
    return len(new) + len(gone)


def _wanted(inspection: Inspection) -> Iterator[tuple[tuple[int | None, int | None, str], dict[str, Any]]]:
    """Return the recurring wordings of what is still to be done, by whose they are."""
    still = _open_measures(inspection).exclude(recurrences=[])
    for pk, rules in still.values_list("pk", "recurrences"):
        for rule in rules:
            if rule.get("kind") == "every":
                yield (pk, None, rule_key(rule)), rule
    mechanisms = Mechanism.objects.filter(inspection=inspection, withdrawn_at=None).exclude(recurrences=[])
    for pk, rules in mechanisms.values_list("pk", "recurrences"):
        for rule in rules:
            if rule.get("kind") == "every":
                yield (None, pk, rule_key(rule)), rule


def _open_measures(inspection: Inspection) -> QuerySet[Measure]:
    """Return the measures for which something is still to be done."""
    closed = Finding.objects.filter(inspection=inspection, closure_stage__in=CLOSED)
    measures = Measure.objects.filter(inspection=inspection, withdrawn_at=None)
    return measures.exclude(response__findings__in=closed, completion_status=CompletionStatus.COMPLETED)


def rule_key(rule: dict[str, Any]) -> str:
    """Return what tells one rule of a measure from another."""
    parts = (rule["freq"], rule.get("interval", 1), rule.get("times") or "", rule.get("date_in_period") or "")
    return "/".join(map(str, parts))[:100]


def _record(
    actor: Actor,
    occurrence: Occurrence,
    act: str,
    *,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    duty = occurrence.duty
    name = f"措施{duty.measure.reference}" if duty.measure else (duty.mechanism.name if duty.mechanism else "")
    subject = ("measure", duty.measure_id) if duty.measure_id else ("mechanism", duty.mechanism_id)
    record(
        unit_id=occurrence.unit_id,
        actor=actor,
        action=f"occurrence.{act}",
        subject=Subject(subject[0], subject[1], f"{name}{occurrence.label}的周期任务"),
        before=before,
        after={**after, OCCURRENCE: occurrence.pk},
        reason=reason,
    )
