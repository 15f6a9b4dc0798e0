"""销号 as it is read: one application as its form, and what was signed before."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from zhenggai.text import day_words
from zhenggai.web.ledger import access
from zhenggai.web.ledger.closing.application import Application, empty_application
from zhenggai.web.ledger.closing.changes import Difference, changes_since
from zhenggai.web.ledger.closing.gaps import gaps_of
from zhenggai.web.ledger.closing.recurring import periods_of
from zhenggai.web.ledger.closing.standing import Stand, stand_of
from zhenggai.web.ledger.closing.state import matter_of, seal_of
from zhenggai.web.ledger.closing.verifiers import Verifier, verifiers_of
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import (
    Answer,
    Assignment,
    Closure,
    ClosureStep,
    Evidence,
    EvidenceLink,
    Measure,
    ProgressUpdate,
    Rebound,
)
from zhenggai.web.ledger.models.rows import CompletionStatus, Layer, RectificationClass
from zhenggai.web.ledger.queries.evidence import evidence_of_measures
from zhenggai.workflow import ROLES, TRANSITIONS, Transition
from zhenggai.workflow.closures import CLOSED, IN_HAND, STAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from zhenggai.profile import Profile
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Finding

_CLASSES: dict[str, str] = dict(RectificationClass.choices)
_STATUSES: dict[str, str] = dict(CompletionStatus.choices)
_KINDS: dict[str, str] = dict(Evidence.Kind.choices)
_TRIGGERS: dict[str, str] = dict(Rebound.Trigger.choices)


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence as the form lists it."""

    evidence_id: int
    reference: str
    title: str
    kind: str
    formed_on: dt.date | None
    pages: int | None
    copies: int
    restricted: bool
    remarks: tuple[str, ...]


_OPINIONS = {
    "application": "申请部门意见",
    "review": "责任领导审核意见",
    "endorsement": "牵头领导审核意见",
    "verification": "督查组核查意见",
    "approval": "领导小组审定意见",
    "confirmation": "上级认定意见",
}
"""The opinions on the form by the part of it that a signature fills, in the order of the chain."""


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One measure on the form: what the plan says, what is claimed, what proves it; `unseen` pieces are not for the person to see."""

    id: int
    reference: str
    text: str
    due_on: dt.date | None
    due_text: str
    status: str
    percent: int
    done: str
    completed_on: dt.date | None
    late_days: int
    proofs: tuple[Proof, ...]
    unseen: int
    reported: str
    periods: str
    """What a recurring measure was due for, has done and lacks, in one sentence."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One step as the form shows it."""

    label: str
    part: str
    who: str
    role: str
    at: dt.datetime
    note: str
    lines: tuple[tuple[str, str], ...]
    state: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """One application with its signatures; `number` is that of the form (…-XH01)."""

    closure_id: int
    number: str
    cycle: int
    attempt: int
    stage: str
    returned: bool
    signatures: tuple[Signature, ...]
    claims: tuple[tuple[str, str, dt.date | None], ...]
    """What it said of each measure that the reader may see: reference, what was done, when it was complete."""
    lapsed_at: dt.datetime | None
    resubmit_by: dt.date | None


@dataclass(frozen=True, slots=True)
class Back:
    """A rebound: that the closure of the cycle before did not hold."""

    cycle: int
    trigger: str
    reason: str
    due_on: dt.date
    at: dt.datetime
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClosureStory:
    """Everything of one finding's close-out, the application in hand first."""

    finding: Finding
    profile: Profile
    stage: str
    closure_id: int | None
    version: int | None
    shown: str
    """The seal of the measures and evidence; it goes back with a signature, so that nobody signs what they were not shown."""
    application: Application
    begun: bool
    department: str
    measures: tuple[MeasureLine, ...]
    classes: str
    due_on: dt.date | None
    attempts: tuple[Attempt, ...]
    rebounds: tuple[Back, ...]
    lapsed_at: dt.datetime | None
    changes: tuple[Difference, ...]
    steps: tuple[Transition, ...]
    refusals: tuple[tuple[str, str], ...]
    verifiers: tuple[Verifier, ...]
    """Who may verify beside the reader, where that is what the reader may do now."""
    returned: Signature | None
    gaps: tuple[str, ...]
    """Signatures that nobody can give, and what to do."""
    leaders: tuple[tuple[str, str], ...]
    """Who leads and who is responsible, as (what, names)."""

    @property
    def in_hand(self) -> Attempt | None:
        """The newest application of the round of rectification that the finding is in: the form shows its signatures and no others."""
        newest = self.attempts[0] if self.attempts else None
        return newest if newest and newest.cycle == self.finding.cycle else None

    @property
    def earlier(self) -> tuple[Attempt, ...]:
        """The applications that are over, the newest first."""
        return self.attempts[1:] if self.in_hand else self.attempts

    @property
    def unsigned(self) -> tuple[str, ...]:
        """The opinions of the form that are still missing, for the cells of the printed form that are signed by hand."""
        if self.in_hand is None or self.in_hand.returned:
            return ()
        signed = {signature.part for signature in self.in_hand.signatures}
        if self.in_hand.stage == STAGES["prepared"]:
            signed = set()
        wanted = {part: words for part, words in _OPINIONS.items() if part != "endorsement" or self.finding.key}
        return tuple(words for part, words in wanted.items() if part not in signed)

    @property
    def sent_back(self) -> Signature | None:
        """The return after which the application in hand was made."""
        if self.in_hand is None:
            return None
        former = (one for one in self.earlier if one.cycle == self.finding.cycle and one.returned)
        return next((one.signatures[-1] for one in former if one.signatures), None)

    @property
    def returns(self) -> int:
        """退回次数: how often the finding's applications have come back, in all rounds of rectification."""
        return sum(one.returned for one in self.attempts)

    @property
    def completed_on(self) -> dt.date | None:
        """When the last measure was complete; None while one is open."""
        days = [line.completed_on for line in self.measures]
        return max((day for day in days if day), default=None) if all(days) else None

    @property
    def late_days(self) -> int:
        """By how many days the latest measure missed its limit."""
        return max((line.late_days for line in self.measures), default=0)

    @property
    def restricted_evidence(self) -> list[tuple[int, int, str]]:
        """The restricted pieces that the form names, as (id, unit, reference): showing them is an event."""
        pieces = {proof.evidence_id: proof for line in self.measures for proof in line.proofs if proof.restricted}
        return [(pk, self.finding.unit_id, proof.reference) for pk, proof in pieces.items()]


def closure_story(rights: Rights, finding_id: int) -> ClosureStory:
    """Return the close-out of one finding; faults as `access.finding`."""
    finding = access.finding(rights, finding_id, "ledger.read")
    shown = seal_of(matter_of(finding))  # first: what changes while the rest is read must make it stale
    stand = stand_of(rights, finding)
    closure = stand.closure
    profile = profile_of(finding.inspection.profile)
    attempts = _attempts(rights, finding, profile)
    form = _form(finding, closure)
    rebounds = _rebounds(finding, attempts)
    measures = _lines(rights, finding, form, rebounds)
    leaders, departments = _parties(rights, finding)
    current = next((one for one in attempts if closure and one.closure_id == closure.pk), None)
    signed = finding.closure_stage in (*IN_HAND, *CLOSED)
    last = current.signatures[-1] if current and current.signatures else None
    return ClosureStory(
        finding=finding,
        profile=profile,
        stage=STAGES[finding.closure_stage],
        closure_id=closure.pk if closure else None,
        version=closure.version if closure else None,
        shown=shown,
        application=form,
        begun=bool(closure and closure.stage not in ("none", "returned")),
        department=closure.department.name if closure and closure.department else departments,
        measures=measures,
        classes="、".join(dict.fromkeys(_classes(rights, finding))),
        due_on=_due_on(measures, rebounds),
        attempts=attempts,
        rebounds=rebounds,
        lapsed_at=closure.lapsed_at if closure and signed else None,
        changes=changes_since(closure, hidden=_hidden(rights, finding))
        if closure and signed and closure.lapsed_at
        else (),
        steps=tuple(stand.steps()),
        refusals=tuple(_refusals(stand)),
        verifiers=_verifiers(rights, finding, stand),
        returned=last if finding.closure_stage == "returned" else None,
        gaps=gaps_of([finding], rights.today).get(finding.pk, ()),
        leaders=leaders,
    )


def _parties(rights: Rights, finding: Finding) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return the leaders of the finding as (what, names), and its responsible departments."""
    labels = {"lead_leader": "牵头领导", "responsible_leader": "责任领导", "responsible_department": ""}
    rows = Assignment.objects.filter(response__answers__finding=finding, response__withdrawn_at=None, until=None)
    rows = rows.filter(access.shown(rights, "response"))
    names: dict[str, dict[str, None]] = {role: {} for role in labels}
    for role, name in rows.filter(role__in=labels).order_by("order", "pk").values_list("role", "name"):
        names[role][name] = None
    departments = "、".join(names.pop("responsible_department"))
    return tuple((labels[role], "、".join(found)) for role, found in names.items() if found), departments


def _verifiers(rights: Rights, finding: Finding, stand: Stand) -> tuple[Verifier, ...]:
    if stand.closure is None or not any("verification" in step.demands for step in stand.steps()):
        return ()
    return verifiers_of(finding, stand.closure, rights.today, besides=rights.people)


def _refusals(stand: Stand) -> Iterable[tuple[str, str]]:
    """Return why the person cannot take a step that somebody of that role could take now: said, not hidden."""
    for transition in TRANSITIONS.values():
        if stand.reaches(transition.act) and stand.case.stage in transition.froms and transition.stage != "recheck":
            refusal = stand.refusal(transition)
            if refusal and transition.to != "returned" and not transition.code.startswith(("key_", "endorsed")):
                yield transition.label, refusal


def _form(finding: Finding, closure: Closure | None) -> Application:
    """Return what is filled in: of the application in hand, else of the last one, else nothing."""
    base = empty_application()
    source = closure or Closure.objects.filter(finding=finding, cycle=finding.cycle).order_by("-attempt").first()
    return cast("Application", {**base, **(source.application if source else {})})


def _classes(rights: Rights, finding: Finding) -> Iterable[str]:
    for code in _measures(rights, finding).values_list("rectification_class", flat=True):
        if code:
            yield _CLASSES[code]


def _hidden(rights: Rights, finding: Finding) -> set[str]:
    """Return the references of measures and evidence of the finding that are secret to the person."""
    mine = set(_measures(rights, finding).values_list("pk", flat=True))
    others = Measure.objects.filter(response__findings=finding).exclude(pk__in=mine).filter(withdrawn_at=None)
    hidden = set(others.values_list("reference", flat=True))
    if finding.unit_id not in rights.restricted_units:
        secret = Evidence.objects.filter(inspection=finding.inspection_id, layer=Layer.RESTRICTED)
        hidden |= set(secret.values_list("reference", flat=True))
    return hidden


def _measures(rights: Rights, finding: Finding) -> QuerySet[Measure]:
    """Return the measures that answer the finding, but for those that also answer a finding which is secret to the person."""
    responses = Answer.objects.filter(finding=finding, response__withdrawn_at=None).values("response_id")
    standing = Measure.objects.filter(response__in=responses, withdrawn_at=None)
    return standing.filter(access.shown(rights, "response")).order_by("order", "pk")


def _lines(rights: Rights, finding: Finding, form: Application, rebounds: tuple[Back, ...]) -> tuple[MeasureLine, ...]:
    measures = list(_measures(rights, finding))
    proofs, unseen = _proofs(rights, [measure.pk for measure in measures])
    updates = ProgressUpdate.objects.filter(measure__in=measures).order_by("pk")
    reports = {update.measure_id: update.done for update in updates}
    periods = periods_of(measures, rights.today, weak=profile_of(finding.inspection.profile).closing.weak_evidence)
    lines = []
    for measure in measures:
        entry = form["measures"].get(measure.reference)
        completed = _date(entry["completed_on"]) if entry else None
        limit = rebounds[0].due_on if rebounds else measure.original_due_on
        late = (completed - limit).days if completed and limit else 0
        lines.append(
            MeasureLine(
                id=measure.pk,
                reference=measure.reference,
                text=measure.text,
                due_on=measure.due_on,
                due_text=measure.due_text,
                status=_STATUSES[measure.completion_status],
                percent=measure.percent,
                done=entry["done"] if entry else "",
                completed_on=completed,
                late_days=max(0, late),
                proofs=tuple(proofs.get(measure.pk, ())),
                unseen=unseen.get(measure.pk, 0),
                reported=reports.get(measure.pk, ""),
                periods=periods[measure.pk].words if measure.pk in periods else "",
            )
        )
    return tuple(lines)


def _proofs(rights: Rights, measures: list[int]) -> tuple[dict[int, list[Proof]], dict[int, int]]:
    """Return the evidence of each measure that the person may see, and how many further pieces there are."""
    links = EvidenceLink.objects.filter(measure__in=measures, removed_at=None, evidence__withdrawn_at=None)
    mine = set(access.evidence(rights).filter(links__in=links).values_list("pk", flat=True))
    found: dict[int, list[Proof]] = defaultdict(list)
    unseen: dict[int, int] = defaultdict(int)
    remarks = {piece.id: piece.remarks for group in evidence_of_measures(rights, measures).values() for piece in group}
    for link in links.select_related("evidence").order_by("evidence__reference"):
        piece = link.evidence
        if piece.pk not in mine:
            unseen[link.measure_id] += 1
            continue
        found[link.measure_id].append(
            Proof(
                piece.pk, piece.reference, piece.title, _KINDS[piece.kind], piece.formed_on, piece.pages, piece.copies,
                piece.layer == Layer.RESTRICTED, remarks.get(piece.pk, ()),
            )
        )  # fmt: skip
    return found, unseen


def _attempts(rights: Rights, finding: Finding, profile: Profile) -> tuple[Attempt, ...]:
    """Return all applications of the finding, the newest first."""
    closures = list(Closure.objects.filter(finding=finding).order_by("-cycle", "-attempt"))
    signatures: dict[int, list[Signature]] = defaultdict(list)
    visible = list(_measures(rights, finding).values_list("reference", flat=True))
    steps = ClosureStep.objects.filter(closure__in=closures).select_related("state", "through").order_by("number")
    for step in steps:
        signatures[step.closure_id].append(_signature(step, profile))
    return tuple(
        Attempt(
            closure_id=closure.pk,
            number=f"{finding.inspection.code}-{finding.reference}-XH{closure.attempt:02d}"
            + (f"（第{closure.cycle}轮）" if closure.cycle > 1 else ""),
            cycle=closure.cycle,
            attempt=closure.attempt,
            stage="已撤回" if closure.stage == "none" else STAGES[closure.stage],
            returned=closure.stage == "returned",
            signatures=tuple(signatures[closure.pk]),
            claims=tuple(
                (reference, entry["done"], _date(entry["completed_on"]))
                for reference, entry in closure.application.get("measures", {}).items()
                if reference in visible
            ),
            lapsed_at=closure.lapsed_at,
            resubmit_by=closure.resubmit_by,
        )
        for closure in closures
    )


def _signature(step: ClosureStep, profile: Profile) -> Signature:
    transition = TRANSITIONS[step.transition]
    who = step.person_name + (f"（代{step.through.name}）" if step.through else "")
    return Signature(
        label=transition.label.removeprefix("重点问题"),
        part=transition.stage,
        who=who,
        role=ROLES[step.role].name if step.role in ROLES else "",
        at=step.at,
        note=step.note,
        lines=tuple(_details(step, profile)),
        state=step.state.digest,
        agreed=step.stage_after not in ("returned", "none"),
    )


def _details(step: ClosureStep, profile: Profile) -> Iterable[tuple[str, str]]:
    """Yield what the step's details say, as label and words."""
    details, custom = step.details, profile.closing
    if found := details.get("verification"):
        yield "核查方式", "、".join(custom.methods.get(code, code) for code in found["methods"])
        yield "核查人员", "、".join(found["people"])
        if experts := found.get("experts"):
            yield "外请专家", "、".join(experts)
        yield "核查日期", day_words(_date(found["on"]))
        yield "核查情况", found["findings"]
    if found := details.get("meeting"):
        number = f"，{found['number']}" if found["number"] else ""
        yield "会议", f"{found['name']}（{day_words(_date(found['on']))}{number}）"
    if found := details.get("document"):
        yield "文号", found
    if step.reason_code:
        yield "退回原因", custom.reasons.get(step.reason_code, step.reason_code)
    if found := details.get("return"):
        yield "需补充内容", found["missing"]
        yield "重新申请期限", day_words(_date(found["resubmit_by"]))
    if found := details.get("rebound"):
        yield "触发情形", _TRIGGERS.get(found["trigger"], found["trigger"])
        yield "新的整改时限", day_words(_date(found["due_on"]))


def _rebounds(finding: Finding, attempts: tuple[Attempt, ...]) -> tuple[Back, ...]:
    signers = {
        one.closure_id: tuple(dict.fromkeys(s.who for s in one.signatures if s.part != "recheck")) for one in attempts
    }
    return tuple(
        Back(
            cycle=row.cycle,
            trigger=_TRIGGERS[row.trigger],
            reason=row.reason,
            due_on=row.due_on,
            at=row.made_at,
            signers=signers.get(row.closure_id, ()),
        )
        for row in Rebound.objects.filter(finding=finding).order_by("-cycle")
    )


def _due_on(measures: tuple[MeasureLine, ...], rebounds: tuple[Back, ...]) -> dt.date | None:
    if rebounds:
        return rebounds[0].due_on
    dates = [line.due_on for line in measures if line.due_on]
    return max(dates) if dates else None


def _date(words: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(words)
    except ValueError:
        return None
