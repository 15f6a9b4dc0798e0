"""销号: what waits, the form of a finding, every step of the chain, the decision of a meeting, filing and key findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhenggai.web.api import closure_schemas as s
from zhenggai.web.api.registration import Id, caller_of, route
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.actions import closures as actions
from zhenggai.web.ledger.actions.closures import Choice
from zhenggai.web.ledger.actions.filing import file_plan, set_key
from zhenggai.web.ledger.actions.layers import record_restricted_evidence_reads, record_restricted_reads
from zhenggai.web.ledger.closing.demands import Handed
from zhenggai.web.ledger.queries.closure_queues import queues_with_gaps
from zhenggai.web.ledger.queries.closures import closure_story
from zhenggai.workflow import TRANSITIONS
from zhenggai.workflow.closures import STAGES

if TYPE_CHECKING:
    from django.http import HttpRequest

_SAME = (
    "stage", "closure_id", "version", "shown", "begun", "department", "application", "measures", "due_on", "attempts", "returns", "rebounds",
    "lapsed_at", "changes", "steps", "verifiers", "refusals", "gaps",
)  # fmt: skip
"""What the answer has under the name that it has in the story."""


@route("GET", "/closures", "ledger.read", list[s.QueueOut], "待办的销号")
def list_queues(request: HttpRequest) -> Any:
    """Return what waits for the caller, by act; only acts of the token."""
    return list(queues_with_gaps(caller_of(request).rights))


@route("GET", "/findings/{pk}/closure", "ledger.read", s.ClosureStoryOut, "问题的销号申请和签字")
def read_closure(request: HttpRequest, pk: Id) -> Any:
    """Return the form of a finding's close-out, its signatures and the steps that the caller may take."""
    caller = caller_of(request)
    story = closure_story(caller.rights, pk)
    finding = story.finding
    if finding.layer == "restricted":
        record_restricted_reads(
            actor=caller.actor, findings=[(finding.pk, finding.unit_id, finding.reference)], where="接口"
        )
    record_restricted_evidence_reads(actor=caller.actor, pieces=story.restricted_evidence, where="接口")
    return {
        "finding_id": finding.pk,
        "reference": finding.reference,
        "key": finding.key,
        **{name: getattr(story, name) for name in _SAME},
    }


@route("POST", "/findings/{pk}/closure/prepare", "closure.prepare", s.ClosureOut, "填写销号申请")
def prepare_closure(request: HttpRequest, pk: Id, body: s.ApplicationIn) -> Any:
    """Keep the form as far as it is filled in."""
    caller = caller_of(request)
    closure = actions.prepare_application(
        actor=caller.actor, rights=caller.rights, finding_id=pk, seen=body.seen, content=body.application.dict()
    )
    return _closure(closure)


@route("POST", "/findings/{pk}/closure/apply", "closure.apply", s.ClosureOut, "申请销号")
def apply_for_closure(request: HttpRequest, pk: Id, body: s.ApplyIn) -> Any:
    """Sign the application."""
    caller = caller_of(request)
    closure = actions.apply_for_closure(
        actor=caller.actor,
        rights=caller.rights,
        finding_id=pk,
        seen=body.seen,
        shown=body.shown,
        content=body.application.dict(),
    )
    return _closure(closure)


@route("POST", "/closures/{pk}/withdraw", "closure.apply", s.ClosureOut, "撤回申请")
def withdraw_closure(request: HttpRequest, pk: Id, body: s.WithdrawIn) -> Any:
    """Take an application back before it has been reviewed."""
    caller = caller_of(request)
    closure = actions.withdraw_application(
        actor=caller.actor, rights=caller.rights, closure_id=pk, seen=body.seen, note=body.note
    )
    return _closure(closure)


@route("POST", "/closures/{pk}/review", "closure.review", s.ClosureOut, "审核")
def review_closure(request: HttpRequest, pk: Id, body: s.SignIn) -> Any:
    """Agree as the responsible leader, or return."""
    return _sign(request, pk, body, "closure.review")


@route("POST", "/closures/{pk}/endorse", "closure.endorse", s.ClosureOut, "审核重点问题")
def endorse_closure(request: HttpRequest, pk: Id, body: s.SignIn) -> Any:
    """Agree as the lead leader, or return."""
    return _sign(request, pk, body, "closure.endorse")


@route("POST", "/closures/{pk}/verify", "closure.verify", s.ClosureOut, "核查、复核")
def verify_closure(request: HttpRequest, pk: Id, body: s.SignIn) -> Any:
    """Verify, ask for more, return, or recheck what has lapsed."""
    return _sign(request, pk, body, "closure.verify")


@route("POST", "/closures/{pk}/approve", "closure.approve", s.ClosureOut, "审定")
def approve_closure(request: HttpRequest, pk: Id, body: s.SignIn) -> Any:
    """Keep what the leading group decided on one application."""
    return _sign(request, pk, body, "closure.approve")


@route("POST", "/closures/{pk}/confirm", "closure.confirm", s.ClosureOut, "认定")
def confirm_closure(request: HttpRequest, pk: Id, body: s.SignIn) -> Any:
    """Confirm as the office above, or not."""
    return _sign(request, pk, body, "closure.confirm")


@route("POST", "/closures/decisions", "closure.approve", list[s.ClosureOut], "会议批量审定")
def decide_closures(request: HttpRequest, body: s.DecisionsIn) -> Any:
    """Keep what one meeting decided on several applications: all of it, or nothing."""
    caller = caller_of(request)
    choices = [_choice(one.closure_id, one, "closure.approve") for one in body.choices]
    return [_closure(one) for one in actions.decide_batch(actor=caller.actor, rights=caller.rights, choices=choices)]


@route("POST", "/findings/{pk}/closure/reopen", "closure.reopen", s.ClosureOut, "认定反弹，重新整改")
def reopen_finding(request: HttpRequest, pk: Id, body: s.ReopenIn) -> Any:
    """Open a closed finding anew; the closure that did not hold is returned as it stays."""
    caller = caller_of(request)
    rebound = actions.reopen_finding(
        actor=caller.actor, rights=caller.rights, finding_id=pk, seen=body.seen, handed=_handed(body)
    )
    return _closure(rebound.closure)


@route("POST", "/inspections/{pk}/file", "plan.file", s.FiledOut, "报送备案")
def file_inspection(request: HttpRequest, pk: Id, body: s.FileIn) -> Any:
    """File the newest plan with the office above, which sees plan and ledger from then on."""
    caller = caller_of(request)
    return file_plan(actor=caller.actor, rights=caller.rights, inspection_id=pk, seen=body.seen)


@route("POST", "/findings/{pk}/key", "ledger.edit", s.KeyOut, "设定重点问题")
def set_key_finding(request: HttpRequest, pk: Id, body: s.KeyIn) -> Any:
    """Say whether a finding is a key one."""
    caller = caller_of(request)
    return set_key(actor=caller.actor, rights=caller.rights, finding_id=pk, seen=body.seen, key=body.key)


def _sign(request: HttpRequest, pk: int, body: s.SignIn, act: str) -> dict[str, Any]:
    caller = caller_of(request)
    return _closure(actions.sign(actor=caller.actor, rights=caller.rights, choice=_choice(pk, body, act)))


def _choice(closure_id: int, body: s.SignIn, act: str) -> Choice:
    """Return what is asked for.

    Raises:
        Invalid: the step is none of those that `act` takes, so that a token's acts are the limit of what it can do.
    """
    step = TRANSITIONS.get(body.transition)
    if step is None or step.act != act or step.code in ("applied", "reopened"):
        codes = "、".join(one.code for one in TRANSITIONS.values() if one.act == act)
        raise Invalid({"transition": f"这一接口能办理的有：{codes}。"})
    return Choice(closure_id, body.seen, body.transition, _handed(body), body.shown)


def _handed(body: s.HandedIn) -> Handed:
    values = {name: getattr(body, name) for name in s.HandedIn.model_fields}
    return Handed(
        **values | {"methods": tuple(body.methods), "verifiers": tuple(body.verifiers), "experts": tuple(body.experts)}
    )


def _closure(closure: Any) -> dict[str, Any]:
    return {
        "id": closure.pk,
        "finding_id": closure.finding_id,
        "cycle": closure.cycle,
        "attempt": closure.attempt,
        "stage": STAGES[closure.stage],
        "version": closure.version,
        "lapsed": closure.lapsed_at is not None,
    }
