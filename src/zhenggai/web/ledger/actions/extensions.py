"""延期: asking, answering, withdrawing. What is granted moves the date; the first date stays, and so does every application."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from zhenggai import deadline
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.staleness import change, stale
from zhenggai.web.ledger.actions.tellings import tell_extension_answered, tell_extension_asked
from zhenggai.web.ledger.closing.lapse import lapse_changed
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Extension, Finding, Measure
from zhenggai.web.ledger.models.rows import CompletionStatus
from zhenggai.workflow.closures import CLOSED, IN_HAND
from zhenggai.workflow.extensions import ExtensionCase, faults_of_asking, faults_of_deciding, refusal_to_ask

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.web.accounts.rights import Rights

State = Extension.State


def case_of(measure: Measure, today: dt.date) -> ExtensionCase:
    """Return what decides whether an extension of the measure can be asked for on the day."""
    had = list(Extension.objects.filter(measure=measure).values_list("state", flat=True))
    stages = (*IN_HAND, *CLOSED)
    return ExtensionCase(
        today=today,
        due_on=measure.due_on,
        granted=had.count(State.GRANTED),
        most=profile_of(measure.inspection.profile).extension.most,
        open=State.ASKED in had,
        done=measure.completion_status == CompletionStatus.COMPLETED,
        in_closing=Finding.objects.filter(responses__measures=measure, closure_stage__in=stages).exists(),
        withdrawn=measure.withdrawn_at is not None,
    )


def ask_extension(
    *,
    actor: Actor,
    rights: Rights,
    measure_id: int,
    seen: int,
    until: dt.date | None,
    reason: str,
    progress: str,
) -> Extension:
    """Ask for a later date of a measure.

    Raises:
        Unknown, Refused: the measure is not the person's to ask for, or nothing can be asked for it now.
        Invalid: fields `until`, `reason` or `progress`.
        Stale: somebody else has changed the measure since the person's page was made.
    """
    measure = access.measure(rights, measure_id, "extension.ask")
    if measure.version != seen:
        raise stale("measure", measure.pk)
    case = case_of(measure, actor.today)
    if why := refusal_to_ask(case):
        raise Refused(why)
    faults = faults_of_asking(case, until=until, reason=reason, progress=progress)
    if faults or until is None or measure.due_on is None:
        raise Invalid(faults)
    days = profile_of(measure.inspection.profile).extension.answer_workdays
    try:
        with transaction.atomic():
            asked = Extension.objects.create(
                unit_id=measure.unit_id,
                inspection_id=measure.inspection_id,
                measure=measure,
                number=Extension.objects.filter(measure=measure).count() + 1,
                due_on=measure.due_on,
                until=until,
                reason=reason.strip(),
                progress=progress.strip(),
                asked_by_id=actor.person_id or 0,
                asked_at=actor.at,
                answer_by=deadline.national().after(actor.today, days),
            )
            _record(
                actor, asked, measure, "asked", before={"asked_until": _text(measure.due_on)},
                after={"asked_until": _text(until), "so_far": asked.progress, "answer_by": _text(asked.answer_by)},
                reason=asked.reason,
            )  # fmt: skip
            tell_extension_asked(actor=actor, asked=asked, measure=measure)
    except IntegrityError:
        raise Stale("其他人刚刚为这项措施提出了延期申请，请刷新后查看。") from None
    return asked


def decide_extension(
    *,
    actor: Actor,
    rights: Rights,
    extension_id: int,
    seen: int,
    granted: bool | None,
    until: dt.date | None,
    note: str,
) -> Extension:
    """Answer an application; what is granted becomes the measure's date.

    Raises:
        Unknown, Refused: it is not the person's to answer, or has been answered, or the person asked for it.
        Invalid: fields `decision`, `until` or `note`.
        Stale: it was withdrawn or answered since the person's page was made.
    """
    asked, measure = _open(rights, extension_id, "extension.decide")
    if asked.asked_by_id in rights.people:
        raise Refused("延期申请不能由申请人自己答复，请由其他有权限的人员办理。")
    case = replace(case_of(measure, actor.today), due_on=max(measure.due_on or asked.due_on, asked.due_on))
    faults = faults_of_deciding(case, granted=granted, until=until, note=note)
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        values = {
            "state": State.GRANTED if granted else State.REFUSED,
            "granted_until": until if granted else None,
            "note": note.strip(),
            "decided_by_id": actor.person_id,
            "decided_at": actor.at,
        }
        change(asked, seen=seen, values=values, subject_type="extension")
        before, after = {}, {}
        if granted:
            before = {"due_on": _text(measure.due_on)}
            change(measure, seen=measure.version, values={"due_on": until, "due_statement": ""}, subject_type="measure")
            after = {"due_on": _text(until)}
        act = "granted" if granted else "refused"
        _record(actor, asked, measure, act, before=before, after=after, reason=asked.note)
        lapse_changed(actor=actor, measures=[measure.pk])
        tell_extension_answered(actor=actor, asked=asked, measure=measure)
    return asked


def withdraw_extension(*, actor: Actor, rights: Rights, extension_id: int, seen: int) -> Extension:
    """Take back an application that has not been answered.

    Raises:
        Unknown, Refused: it is not of the person's measures, or has been answered.
        Stale: it was answered since the person's page was made.
    """
    asked, measure = _open(rights, extension_id, "extension.ask")
    with transaction.atomic():
        change(asked, seen=seen, values={"state": State.WITHDRAWN, "decided_at": actor.at}, subject_type="extension")
        _record(actor, asked, measure, "withdrawn", before={}, after={})
    return asked


def deciding(rights: Rights, profile: str) -> Rights:
    """Return the rights of the person narrowed to the roles that the profile lets answer."""
    return rights.in_roles(profile_of(profile).extension.decided_by)


def _open(rights: Rights, pk: int, act: str) -> tuple[Extension, Measure]:
    asked = Extension.objects.select_related("inspection").filter(pk=pk).first()
    if asked is None:
        raise Unknown("这份延期申请")
    narrowed = deciding(rights, asked.inspection.profile) if act == "extension.decide" else rights
    access.measure(rights, asked.measure_id, act)
    try:
        measure = access.measure(narrowed, asked.measure_id, act)
    except (Unknown, Refused):
        raise Refused("按本台账的规则配置，延期不由您的角色答复。", act=act) from None
    if asked.state != State.ASKED:
        raise Refused(f"这份延期申请{'已撤回' if asked.state == State.WITHDRAWN else '已经答复'}，不能再办理。")
    return asked, measure


def _record(
    actor: Actor,
    asked: Extension,
    measure: Measure,
    act: str,
    *,
    before: dict[str, str],
    after: dict[str, str],
    reason: str = "",
) -> None:
    record(
        unit_id=asked.unit_id,
        actor=actor,
        action=f"extension.{act}",
        subject=Subject("measure", measure.pk, f"措施{measure.reference}的第{asked.number}次延期申请"),
        before=before,
        after=after,
        reason=reason,
    )


def _text(date: dt.date | None) -> str:
    return date.isoformat() if date else ""
