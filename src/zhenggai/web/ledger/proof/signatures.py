"""Close-outs: every signature against its event, the stages against the signatures, what was signed against its hash."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING

from zhenggai.web.audit.sealing import written
from zhenggai.web.ledger.closing.state import matters_of, seals
from zhenggai.web.ledger.models import Closure, ClosureStep, Finding, Rebound, SignedState
from zhenggai.web.ledger.proof.history import Past, batches, events_about
from zhenggai.web.ledger.proof.misfits import Misfit
from zhenggai.web.store import ALGORITHMS
from zhenggai.workflow.closures import CLOSED, IN_HAND, STAGES, TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STEP_WORDS = {
    "transition": "办理事项",
    "stage_before": "办理前状态",
    "stage_after": "办理后状态",
    "state": "所签内容的校验值",
    "person": "签字人",
    "person_name": "签字人姓名",
    "role": "签字人角色",
    "through": "被代办人",
    "at": "签字时间",
    "note": "意见",
    "details": "所附内容",
    "reason_code": "退回原因",
}


def state_misfits(tick: Callable[[], None], units: frozenset[int] | None = None) -> Iterator[Misfit]:
    """Check that what was signed still has its hash; of all units (None) also that nothing stands there that nobody signed."""
    states = SignedState.objects.all()
    if units is not None:
        states = states.filter(pk__in=ClosureStep.objects.filter(unit__in=units).values("state"))
    for batch in batches(states):
        tick()
        used = set(ClosureStep.objects.filter(state__in=batch).values_list("state_id", flat=True))
        for state in batch:
            where = f"所签内容{state.digest[:12]}…"
            if state.algorithm not in ALGORITHMS or not _holds(state):
                yield Misfit("state", _signed_where(state) or where, "所签内容与校验值不符，内容被改动")
            elif state.pk not in used:
                yield Misfit("state", where, "没有对应的签字，系后来添入")


def _holds(state: SignedState) -> bool:
    return hashlib.new(state.algorithm, state.content.encode(errors="replace")).hexdigest() == state.digest


def _signed_where(state: SignedState) -> str:
    step = ClosureStep.objects.filter(state=state).select_related("closure__finding", "unit").first()
    return f"{step.unit.name}{step_name(step.closure, step.number, step.transition)}的" if step else ""


def step_name(closure: Closure, number: int, transition: str) -> str:
    """Return what people call a signature."""
    known = TRANSITIONS.get(transition)
    return f"{closure_name(closure)}的第{number}个签字（{known.label if known else transition}）"


def closure_name(closure: Closure) -> str:
    """Return what people call an application."""
    return f"问题{closure.finding.reference}第{closure.cycle}轮第{closure.attempt}次销号申请"


def closure_misfits(unit_id: int, tick: Callable[[], None]) -> Iterator[Misfit]:
    """Check the close-out of every finding of the unit."""
    for findings in batches(Finding.objects.filter(unit_id=unit_id)):
        tick()
        events = events_about(unit_id, "finding", [row.pk for row in findings], prefix="closure.")
        closures: dict[int, list[Closure]] = defaultdict(list)
        for closure in Closure.objects.filter(finding__in=findings).select_related("finding").order_by("pk"):
            closures[closure.finding_id].append(closure)
        steps: dict[int, list[ClosureStep]] = defaultdict(list)
        own = [closure for found in closures.values() for closure in found]
        for step in ClosureStep.objects.filter(closure__in=own).select_related("state").order_by("number"):
            steps[step.closure_id].append(step)
        rebounds: dict[int, list[Rebound]] = defaultdict(list)
        for rebound in Rebound.objects.filter(finding__in=findings).order_by("cycle"):
            rebounds[rebound.finding_id].append(rebound)
        for finding in findings:
            past = events.get(str(finding.pk), [])
            for closure in closures[finding.pk]:
                of_closure = [one for one in past if one.said("closure") == closure.pk]
                yield from _closure(closure, steps[closure.pk], of_closure)
            yield from _lost_closures(finding, closures[finding.pk], past)
            yield from _finding(finding, past)
            yield from _rebounds(finding, rebounds[finding.pk], past)
        yield from _matters(own)


def _closure(closure: Closure, steps: list[ClosureStep], history: list[Past]) -> Iterator[Misfit]:
    wanted = {past.said("step"): past for past in history if past.said("transition")}
    where = closure_name(closure)
    for step in steps:
        past = wanted.pop(step.number, None)
        name = step_name(closure, step.number, step.transition)
        if past is None:
            yield Misfit("step", name, "没有对应的操作记录，系后来添入")
        else:
            yield from _step(step, past, name)
    for number, past in wanted.items():
        what = f"缺失，第{past.number}号操作记录曾予登记"
        yield Misfit("step", step_name(closure, number, past.said("transition")), what, past.number)
    if not history:
        yield Misfit("closure", where, "没有操作记录，系后来添入")
        return
    yield from _current(closure, steps, history)


def _step(step: ClosureStep, past: Past, name: str) -> Iterator[Misfit]:
    told = past.after or {}
    wanted = {
        "transition": past.action.removeprefix("closure."),
        "stage_before": (past.before or {}).get("closure_stage"),
        "stage_after": told.get("closure_stage"),
        "state": told.get("state"),
        "person": past.actor_id,
        "person_name": past.actor_name,
        "role": told.get("role", ""),
        "through": told.get("through"),
        "at": written(past.at),
        "note": past.reason,
        "details": told.get("details", {}),
        "reason_code": told.get("return_reason", ""),
    }
    actual = {
        "transition": step.transition,
        "stage_before": step.stage_before,
        "stage_after": step.stage_after,
        "state": step.state.digest,
        "person": step.person_id,
        "person_name": step.person_name,
        "role": step.role,
        "through": step.through_id,
        "at": written(step.at),
        "note": step.note,
        "details": step.details,
        "reason_code": step.reason_code,
    }
    for field, value in actual.items():
        if value != wanted[field]:
            yield Misfit("step", name, f"的{_STEP_WORDS[field]}与第{past.number}号操作记录不符", past.number)
    if step.unit_id != step.closure.unit_id:
        yield Misfit("step", name, "登记在别的单位名下", past.number)


def _current(closure: Closure, steps: list[ClosureStep], history: list[Past]) -> Iterator[Misfit]:
    """Check what an application says of itself against its events."""
    where = closure_name(closure)
    last = history[-1].number
    for name, word in (("cycle", "轮次"), ("attempt", "申请次数")):
        told = next((past.said(name) for past in history if past.said(name) is not None), None)
        if told != getattr(closure, name):
            yield Misfit("closure", where, f"的{word}与操作记录的“{told}”不符", last)
    applicant = [past.said("applicant") for past in history if past.said("transition")]
    if applicant and applicant[-1] != closure.department_id:
        yield Misfit("closure", where, "的申请部门与操作记录不符", last)
    stage, applied, closed, resubmit, lapsed = _told(history)
    if closure.stage != stage:
        says = f"是“{STAGES.get(closure.stage, closure.stage)}”，操作记录是“{STAGES.get(stage, stage)}”"
        yield Misfit("closure", where, f"的状态{says}", last)
    times = (
        ("applied_at", "申请时间", applied),
        ("closed_at", "销号时间", closed),
        ("resubmit_by", "重新申请期限", resubmit),
        ("lapsed_at", "需复核的时间", lapsed),
    )
    for name, word, told_time in times:
        if written(getattr(closure, name)) != told_time:
            yield Misfit("closure", where, f"的{word}与操作记录不符", last)
    yield from _application(closure, steps, where)


def _told(history: list[Past]) -> tuple[str, str, str, str, str]:
    """Return stage, time of application, time of closing, new date and time of lapse, as the events tell them."""
    stage = applied = closed = resubmit = lapsed = ""
    for past in history:
        what = past.action.removeprefix("closure.")
        if what == "lapsed":
            lapsed = written(past.at)
        if not past.said("transition"):
            continue
        if what != "reopened":
            stage = past.said("closure_stage")
        if what == "applied":
            applied = written(past.at)
        if what in ("applied", "rechecked"):
            lapsed = ""
        if what == "approved":
            closed = written(past.at)
        resubmit = (past.said("details") or {}).get("return", {}).get("resubmit_by", resubmit)
    return stage, applied, closed, resubmit, lapsed


def _application(closure: Closure, steps: list[ClosureStep], where: str) -> Iterator[Misfit]:
    """Check that the form is the one that was signed; until somebody signs, it may be filled in."""
    if closure.stage == "prepared" or not steps:
        return
    try:
        signed = json.loads(steps[-1].state.content).get("application")
    except (ValueError, AttributeError):
        return  # told as a state that does not hold
    if signed != closure.application:
        yield Misfit("closure", where, "的申请内容与所签内容不符")


def _lost_closures(finding: Finding, closures: list[Closure], history: list[Past]) -> Iterator[Misfit]:
    known = {closure.pk for closure in closures}
    lost = {past.said("closure"): past for past in reversed(history) if past.said("closure") not in known}
    for past in lost.values():
        where = f"问题{finding.reference}第{past.said('cycle')}轮第{past.said('attempt')}次销号申请"
        yield Misfit("closure", where, f"缺失，第{past.number}号操作记录曾予登记", past.number)


def _finding(finding: Finding, history: list[Past]) -> Iterator[Misfit]:
    signed = [past for past in history if past.said("transition")]
    stage = signed[-1].said("closure_stage") if signed else "none"
    number = signed[-1].number if signed else None
    if finding.closure_stage != stage:
        says = f"是“{STAGES.get(finding.closure_stage, finding.closure_stage)}”，签字记录是“{STAGES.get(stage, stage)}”"
        yield Misfit("finding", f"问题{finding.reference}", f"的销号状态{says}", number)
    cycle = 1 + sum(past.action == "closure.reopened" for past in signed)
    if finding.cycle != cycle:
        yield Misfit("finding", f"问题{finding.reference}", f"的整改轮次是{finding.cycle}，操作记录是{cycle}", number)


def _rebounds(finding: Finding, rebounds: list[Rebound], history: list[Past]) -> Iterator[Misfit]:
    opened = dict(enumerate((one for one in history if one.action == "closure.reopened"), start=2))
    for rebound in rebounds:
        where = f"问题{finding.reference}的第{rebound.cycle}轮整改（反弹）"
        past = opened.pop(rebound.cycle, None)
        if past is None:
            yield Misfit("rebound", where, "没有对应的操作记录，系后来添入")
            continue
        told = (past.said("details") or {}).get("rebound", {})
        wanted = (past.said("closure"), told.get("trigger"), told.get("due_on"), past.reason, past.actor_id)
        actual = (rebound.closure_id, rebound.trigger, written(rebound.due_on), rebound.reason, rebound.made_by_id)
        if actual != wanted:
            yield Misfit("rebound", where, f"与第{past.number}号操作记录不符", past.number)
    for cycle, past in opened.items():
        where = f"问题{finding.reference}的第{cycle}轮整改（反弹）"
        yield Misfit("rebound", where, f"缺失，第{past.number}号操作记录曾予登记", past.number)


def _matters(closures: list[Closure]) -> Iterator[Misfit]:
    """Check that nothing of a standing application has been changed without its lapsing."""
    current = {closure.finding_id: closure for closure in closures}
    standing = {
        pk: closure
        for pk, closure in current.items()
        if closure.stage in (*IN_HAND, *CLOSED) and closure.lapsed_at is None and closure.cycle == closure.finding.cycle
    }
    try:
        matters = matters_of(standing)
    except KeyError:  # a version that a piece says to have is gone
        yield Misfit("matter", "销号申请", "所依据的佐证缺少现行版本")
        return
    for pk, matter in matters.items():
        if not seals(standing[pk].matter, matter):
            where = closure_name(standing[pk])
            yield Misfit("matter", where, "所依据的措施或佐证与申请时不同，而没有改动的登记")
