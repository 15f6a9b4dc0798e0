"""销号: applying, signing, returning, deciding by the batch, opening anew. Each is one transition of workflow.closures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.db.models import Max

from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.closure_tellings import tell_of_step
from zhenggai.web.ledger.actions.staleness import change, stale
from zhenggai.web.ledger.closing.application import Application, cleaned, references_of, require_complete
from zhenggai.web.ledger.closing.demands import Checker, Handed, checker_of
from zhenggai.web.ledger.closing.standing import Stand, stand_of
from zhenggai.web.ledger.closing.state import keep_state, matter_of, seal_of, seals, state_of
from zhenggai.web.ledger.closing.verifiers import verifiers_of
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Answer, Assignment, Closure, ClosureStep, Finding, Rebound
from zhenggai.workflow import TRANSITIONS
from zhenggai.workflow.closures import GUARDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zhenggai.profile import ClosingCustom
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.closing.state import Matter
    from zhenggai.web.ledger.closing.verifiers import Verifier
    from zhenggai.workflow import Transition

_OTHERWISE = frozenset({"prepared", "applied", "reopened"})
"""Transitions that have an action of their own."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which step somebody takes with one application, over which version.

    `shown` is the seal of the matter that the signer's page showed; whoever vouches for what stands in the ledger now must send it.
    """

    closure_id: int
    seen: int
    transition: str
    handed: Handed
    shown: str = ""


def prepare_application(
    *, actor: Actor, rights: Rights, finding_id: int, seen: int | None, content: Mapping[str, Any]
) -> Closure:
    """Keep the form of a finding's application as far as it is filled in; the first time, begin one.

    `seen` is the application's version, None where there is none in hand. After a return the next attempt begins.

    Raises:
        Unknown, Refused: it is not the person's to apply for.
        Invalid: a field that cannot be kept, as `closing.application.cleaned` names it.
        Stale: somebody else has changed the application since.
    """
    finding, stand = _load(rights, finding_id, TRANSITIONS["prepared"])
    form = cleaned(content, references=references_of(finding), custom=_custom(finding))
    with transaction.atomic():
        _hold(finding)
        return _keep(actor, rights, finding, stand, seen, form)


def apply_for_closure(
    *, actor: Actor, rights: Rights, finding_id: int, seen: int | None, shown: str, content: Mapping[str, Any]
) -> Closure:
    """Sign the application: the department's head stands for what it says.

    `shown` is the seal of the measures and evidence that the page showed beside the form.

    Raises:
        Invalid: something is missing, as `closing.application.require_complete` names it; what was filled in is not lost by it.
        Stale: as `prepare_application`, or a measure or its evidence is no longer as it was shown.
        Unknown, Refused: as `prepare_application`.
    """
    preparing, step = TRANSITIONS["prepared"], TRANSITIONS["applied"]
    finding, stand = _load(rights, finding_id, step, allow=preparing)
    custom = _custom(finding)
    form = cleaned(content, references=references_of(finding), custom=custom)
    with transaction.atomic():
        _hold(finding)
        matter = matter_of(finding)
        _require_shown(shown, matter)
        closure = _keep(actor, rights, finding, stand, seen, form, signing=True)
        require_complete(closure, form, custom=custom, today=actor.today)
        stand = stand_of(rights, finding)
        if refusal := stand.refusal(step):
            raise Refused(refusal)
        values = {
            "matter": seal_of(matter),
            "applied_at": actor.at,
            "lapsed_at": None,
            "department_id": _department(rights, stand, step, finding),
        }
        _sign(actor, stand, closure, step, matter=matter, values=values)
    return closure


def withdraw_application(*, actor: Actor, rights: Rights, closure_id: int, seen: int, note: str) -> Closure:
    """Take an application back before anybody has reviewed it.

    Raises:
        Invalid: field `note`.
    """
    return sign(
        actor=actor,
        rights=rights,
        choice=Choice(closure_id, seen, "withdrawn", Handed(note=note)),
    )


def sign(*, actor: Actor, rights: Rights, choice: Choice) -> Closure:
    """Take one step with an application that is in hand or closed: agree, return, verify, approve, confirm, recheck.

    Raises:
        Unknown: there is no such application, or its existence is secret to the person.
        Refused: the table does not let the person take this step; the message says why and who can.
        Invalid: fields of `Handed`.
        Stale: somebody else has acted on it since, or what it is about is no longer as it was shown.
    """
    step = TRANSITIONS.get(choice.transition)
    if step is None or step.code in _OTHERWISE:
        raise Unknown("这一操作")
    with transaction.atomic():
        closure, stand = _load_closure(rights, choice.closure_id, choice.seen, step)
        checker = checker_of(
            closure, _custom(closure.finding), today=actor.today, signer=actor.name,
            verifiers=_verifiers(rights, closure, step),
        )  # fmt: skip
        details = checker.details(step.demands, choice.handed)
        matter = matter_of(closure.finding)
        if choice.shown or step.code == "rechecked":
            _require_shown(choice.shown, matter)
        values: dict[str, Any] = {}
        if step.code == "rechecked":
            values |= {"matter": seal_of(matter), "lapsed_at": None}
        elif "unchanged" in step.guards and not seals(closure.matter, matter):
            raise Refused(GUARDS["unchanged"].refusal)
        if step.to == "approved":
            values["closed_at"] = actor.at
        if "return" in details:
            values["resubmit_by"] = dt.date.fromisoformat(details["return"]["resubmit_by"])
        _sign(actor, stand, closure, step, matter=matter, values=values, handed=choice.handed, details=details)
    return closure


def decide_batch(*, actor: Actor, rights: Rights, choices: Sequence[Choice]) -> list[Closure]:
    """Keep what one meeting decided on several applications: all of it, or nothing.

    Raises:
        Invalid: fields as `sign`, those of one application with `:id` behind; `choices` when nothing was chosen.
        Refused, Stale: one of the applications cannot be decided; the message names its finding.
    """
    if not choices:
        raise Invalid({"choices": "请至少选择一个问题并给出审定意见。"})
    decided = []
    with transaction.atomic():
        ids = Closure.objects.filter(pk__in=[choice.closure_id for choice in choices]).values_list(
            "finding_id", flat=True
        )
        _hold_rows(access.findings(rights, "closure.approve").filter(pk__in=list(ids)).values_list("pk", flat=True))
        for choice in sorted(choices, key=lambda one: one.closure_id):
            try:
                decided.append(sign(actor=actor, rights=rights, choice=choice))
            except Invalid as fault:
                own = {"reason", "missing", "resubmit_by"}
                fields = {f"{n}:{choice.closure_id}" if n in own else n: w for n, w in fault.fields.items()}
                if "met_on" in fields and choice.handed.met_on:  # of several findings, which one was verified later
                    fields["met_on"] = f"{_name(choice.closure_id)}：{fields['met_on']}"
                raise Invalid(fields) from None
            except Refused as fault:
                raise Refused(f"{_name(choice.closure_id)}：{fault}") from None
    return decided


def reopen_finding(*, actor: Actor, rights: Rights, finding_id: int, seen: int, handed: Handed) -> Rebound:
    """Open a closed finding anew, in the next cycle; the closure that did not hold stays as it is and is pointed back to.

    `seen` is the version of the closure.

    Raises:
        Invalid: fields `trigger`, `note` or `due_on`.
        Unknown, Refused, Stale: as `sign`.
    """
    step = TRANSITIONS["reopened"]
    with transaction.atomic():
        finding, stand = _load(rights, finding_id, step)
        _hold(finding)
        closure = stand.closure
        if closure is None:
            raise Unknown("这次销号")
        if closure.version != seen:
            raise stale("finding", finding.pk)
        details = Checker(_custom(finding), actor.today, actor.name).details(step.demands, handed)
        cycle = finding.cycle + 1
        _sign(
            actor, stand, closure, step, matter=matter_of(finding), values={}, handed=handed, details=details,
            finding_values={"cycle": cycle},
        )  # fmt: skip
        return Rebound.objects.create(
            unit_id=finding.unit_id,
            finding=finding,
            closure=closure,
            cycle=cycle,
            trigger=handed.trigger,
            reason=handed.note.strip(),
            due_on=cast("dt.date", handed.due_on),
            made_by_id=actor.person_id,
            made_at=actor.at,
        )


def _custom(finding: Finding) -> ClosingCustom:
    return profile_of(finding.inspection.profile).closing


def _require_shown(shown: str, matter: Matter) -> None:
    """Let pass who has been shown `matter` as it stands.

    The version does not say so: a change before the application, or after the first lapse, does not count it up.
    """
    if shown != seal_of(matter):
        raise Stale(
            "您打开页面以后，这个问题的措施或佐证材料有改动，页面现在显示的是改动后的内容。您填写的内容已保留，请核对后再签字。"
        )


def _verifiers(rights: Rights, closure: Closure, step: Transition) -> tuple[Verifier, ...]:
    if "verification" not in step.demands:
        return ()
    return verifiers_of(closure.finding, closure, rights.today, besides=rights.people)


def _load(
    rights: Rights, finding_id: int, step: Transition, *, allow: Transition | None = None
) -> tuple[Finding, Stand]:
    """Return the finding and how the person stands to it, if the step, or else `allow` before it, may be taken."""
    finding = access.finding(rights, finding_id, step.act)
    if finding.withdrawn_at is not None:
        raise Refused(f"问题{finding.reference}已在后续方案中撤销，不再办理销号。")
    stand = stand_of(rights, finding)
    refusal = stand.refusal(step)
    if refusal and not (allow and not stand.refusal(allow)):
        raise Refused(refusal)
    return finding, stand


def _load_closure(rights: Rights, closure_id: int, seen: int, step: Transition) -> tuple[Closure, Stand]:
    found = Closure.objects.filter(pk=closure_id).values_list("finding_id", flat=True).first()
    if found is None:
        raise Unknown("这次销号申请")
    finding = access.finding(rights, found, step.act)
    _hold(finding)
    finding.refresh_from_db(fields=["closure_stage", "cycle", "version", "key"])
    stand = stand_of(rights, finding)
    if stand.closure is None or stand.closure.pk != closure_id:
        raise Refused("这次申请已经结束，请到问题页面查看现在的申请。")
    stand.closure.finding = finding
    if stand.closure.version != seen and stand.reaches(step.act):
        raise stale("finding", finding.pk)
    refusal = stand.refusal(step)
    if refusal:
        raise Refused(refusal)
    return stand.closure, stand


def _hold(finding: Finding) -> None:
    """Hold the finding's row, so that two people cannot act on its close-out at the same time, and then the unit's chain.

    A change of a measure holds the chain when it comes to the application; who came to the chain last would wait for it in turn.
    """
    _hold_rows([finding.pk])
    hold_chain(finding.unit_id)


def _hold_rows(findings: Iterable[int]) -> None:
    """Hold findings in one order. Not against keys: who commits a row that points to a finding, and holds the chain, looks for its key."""
    list(
        Finding.objects.select_for_update(no_key=True)
        .filter(pk__in=list(findings))
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _keep(
    actor: Actor,
    rights: Rights,
    finding: Finding,
    stand: Stand,
    seen: int | None,
    form: Application,
    *,
    signing: bool = False,
) -> Closure:
    """Write the form into the application in hand, or into a new one.

    What was withdrawn goes on under its number: only a return ends an attempt. Whoever fills in a part of it has a step of their own, and with it a share in the application; who goes on to sign has it anyway.
    """
    closure = stand.closure
    if closure is not None:
        closure.finding = finding
    if closure is not None and closure.stage == "prepared":
        if seen != closure.version:
            raise stale("finding", finding.pk)
        if not signing and not closure.steps.filter(person=actor.person_id).exists():
            _sign(
                actor,
                stand,
                closure,
                TRANSITIONS["prepared"],
                matter=matter_of(finding),
                values={"application": dict(form)},
            )
            return closure
        change(closure, seen=closure.version, values={"application": dict(form)}, subject_type="finding")
        _record(actor, finding, "closure.saved", closure)
        return closure
    if seen is not None:
        raise stale("finding", finding.pk)
    department = _department(rights, stand, TRANSITIONS["prepared"], finding)
    if closure is not None and closure.stage == "none":
        begun = {"application": dict(form), "department_id": department}
        _sign(actor, stand, closure, TRANSITIONS["prepared"], matter=matter_of(finding), values=begun)
        return closure
    last = Closure.objects.filter(finding=finding, cycle=finding.cycle).aggregate(last=Max("attempt"))["last"] or 0
    closure = Closure.objects.create(
        unit_id=finding.unit_id,
        inspection_id=finding.inspection_id,
        finding=finding,
        cycle=finding.cycle,
        attempt=last + 1,
        stage="prepared",
        department_id=department,
        application=dict(form),
        prepared_by_id=actor.person_id,
        created_at=actor.at,
    )
    _sign(actor, stand, closure, TRANSITIONS["prepared"], matter=matter_of(finding), values={})
    return closure


def _department(rights: Rights, stand: Stand, step: Transition, finding: Finding) -> int | None:
    """Return the department that applies: a responsible one of the person who acts or is stood in for, or the first that is named."""
    responses = Answer.objects.filter(finding=finding, response__withdrawn_at=None).values("response_id")
    rows = Assignment.objects.filter(
        response__in=responses, role="responsible_department", until=None, organization__isnull=False
    )
    named = list(rows.order_by("order", "pk").values_list("organization_id", flat=True))
    holder = stand.capacity(step)[1] or rights.person_id
    return next((pk for pk in named if (holder, pk) in rights.posts), named[0] if named else None)


def _sign(
    actor: Actor,
    stand: Stand,
    closure: Closure,
    step: Transition,
    *,
    matter: Matter,
    values: dict[str, Any],
    handed: Handed | None = None,
    details: dict[str, Any] | None = None,
    finding_values: dict[str, Any] | None = None,
) -> None:
    """Move the application and its finding, and keep the signature with the state that it saw; within the caller's transaction."""
    handed, details = handed or Handed(), details or {}
    before = closure.stage if closure.steps.exists() else closure.finding.closure_stage
    after = step.to or before
    finding = closure.finding
    stage = after if step.code != "reopened" else closure.stage
    change(closure, seen=closure.version, values={"stage": stage, **values}, subject_type="finding")
    if after != finding.closure_stage or finding_values:
        moved = {"closure_stage": after, **(finding_values or {})}
        change(finding, seen=finding.version, values=moved, subject_type="finding")
    earlier = list(closure.steps.select_related("state").order_by("number"))
    state = keep_state(state_of(closure, matter, earlier))
    role, through = stand.capacity(step)
    made = ClosureStep.objects.create(
        unit_id=closure.unit_id,
        closure=closure,
        number=len(earlier) + 1,
        transition=step.code,
        stage_before=before,
        stage_after=after,
        person_id=actor.person_id,
        person_name=actor.name,
        through_id=through,
        role=role,
        at=actor.at.replace(microsecond=0),
        note=handed.note.strip(),
        details=details,
        reason_code=handed.reason if "reason" in step.demands else "",
        state=state,
    )
    _record(actor, finding, step.event, closure, step=made)
    tell_of_step(actor=actor, finding=finding, closure=closure, made=made)


def _record(actor: Actor, finding: Finding, action: str, closure: Closure, *, step: ClosureStep | None = None) -> None:
    after: dict[str, Any] = {"closure": closure.pk, "cycle": closure.cycle, "attempt": closure.attempt}
    after["applicant"] = closure.department_id
    before: dict[str, Any] = {}
    if action == "closure.saved" or (step is not None and TRANSITIONS[step.transition].stage == "application"):
        after["application"] = closure.application
    if step is not None:
        before = {"closure_stage": step.stage_before}
        after |= {
            "step": step.number,
            "transition": step.transition,
            "closure_stage": step.stage_after,
            "state": step.state.digest,
            "person": step.person_name,
            "role": step.role,
            "through": step.through_id,
            "details": step.details,
            "return_reason": step.reason_code,
        }
    record(
        unit_id=finding.unit_id,
        actor=actor,
        action=action,
        subject=Subject("finding", finding.pk, f"问题{finding.reference}"),
        before=before,
        after={name: value for name, value in after.items() if value not in (None, "", {})},
        reason=step.note if step else "",
    )


def _name(closure_id: int) -> str:
    found = Closure.objects.filter(pk=closure_id).values_list("finding__reference", flat=True).first()
    return f"问题{found}" if found else "所选问题"
