"""交接: everything open passes from one person to another, with a written record; no open item points to somebody who has left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from zhenggai.web.accounts.actions.departure import end_everything
from zhenggai.web.accounts.actions.organizations import close_organization
from zhenggai.web.accounts.actions.people import person_of
from zhenggai.web.accounts.models import Organization, Person
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused, Unknown
from zhenggai.web.ledger import access, search
from zhenggai.web.ledger.actions.tellings import tell_handed_over
from zhenggai.web.ledger.models import Answer, Assignment, Finding, Handover
from zhenggai.web.ledger.models.rows import ClosureStage, Layer
from zhenggai.web.ledger.proof.answerable import answerable

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights

CLOSED = (ClosureStage.APPROVED, ClosureStage.CONFIRMED)
HIDDEN = "（限知内容）"


@dataclass(frozen=True, slots=True)
class Passing:
    """One thing that would pass: the role, and what it is on."""

    role: str
    reference: str
    text: str
    inspection: str


def open_assignments(bearer: Q) -> QuerySet[Assignment]:
    """Return what somebody still answers for: not ended, and on a response that answers a finding not closed, or none yet."""
    answers = Answer.objects.filter(response=OuterRef("response"), finding__withdrawn_at=None)
    still_open = Exists(answers.exclude(finding__closure_stage__in=CLOSED)) | ~Exists(answers)
    return Assignment.objects.filter(bearer, still_open, until=None, response__withdrawn_at=None)


def preview_handover(*, rights: Rights, giver_id: int) -> list[Passing]:
    """Return what would pass from `giver_id`; faults as `hand_over`."""
    giver = _person(giver_id, "giver")
    access.require(rights, "handover.make", giver.unit_id)
    found = open_assignments(Q(person=giver)).select_related("response", "inspection")
    found = found.order_by("inspection_id", "response__order", "pk")

    def text(finding: Finding) -> str:
        hidden = finding.layer == Layer.RESTRICTED and finding.unit_id not in rights.restricted_units
        return HIDDEN if hidden else finding.text

    return [
        Passing(
            role=Assignment.Role(one.role).label,
            reference=one.response.reference,
            text="、".join(text(finding) for finding in list(one.response.findings.all())[:2]),
            inspection=one.inspection.title,
        )
        for one in found.prefetch_related("response__findings")
    ]


def hand_over(*, actor: Actor, rights: Rights, giver_id: int, receiver_id: int, reason: str, leaves: bool) -> Handover:
    """Pass everything open from one person to another; with `leaves` the giver leaves the unit and can no longer log in.

    Raises:
        Refused: the person may not.
        Invalid: field `giver`, `receiver` or `reason`.
    """
    giver = _person(giver_id, "giver")
    access.require(rights, "handover.make", giver.unit_id)
    receiver = Person.objects.filter(pk=receiver_id).first()
    with transaction.atomic():
        receiver = _check(actor, giver, receiver, reason, leaves=leaves)
        handover = Handover.objects.create(
            unit_id=giver.unit_id,
            giver=giver,
            receiver=receiver,
            made_by_id=actor.person_id or giver.pk,
            made_at=actor.at,
            reason=reason.strip()[:200],
        )
        passing = list(open_assignments(Q(person=giver)).select_related("response").select_for_update(of=("self",)))
        theirs = set(open_assignments(Q(person=receiver)).values_list("response_id", "measure_id", "role"))
        for old in passing:
            if (old.response_id, old.measure_id, old.role) in theirs:
                continue
            Assignment.objects.create(
                unit_id=old.unit_id,
                inspection_id=old.inspection_id,
                response_id=old.response_id,
                measure_id=old.measure_id,
                role=old.role,
                name=receiver.name,
                person=receiver,
                order=old.order,
                since=actor.today,
                handover=handover,
            )
        Assignment.objects.filter(pk__in=[old.pk for old in passing]).update(until=actor.today)
        search.index_neighbours(old.response_id for old in passing)
        handover.references = [f"{old.response.reference}（{Assignment.Role(old.role).label}）" for old in passing]
        handover.save(update_fields=["references"])
        record(
            unit_id=giver.unit_id,
            actor=actor,
            action="handover.made",
            subject=Subject("handover", handover.pk, f"{giver.name}向{receiver.name}的交接"),
            after={"giver": giver.name, "receiver": receiver.name, "references": handover.references}
            | answerable(old.inspection_id for old in passing),
            reason=handover.reason,
        )
        tell_handed_over(actor=actor, handover=handover, passed=passing)
        if leaves:
            end_everything(actor=actor, person=giver, reason=handover.reason)
    return handover


@transaction.atomic
def let_leave(*, actor: Actor, rights: Rights, person_id: int, reason: str) -> Person:
    """Let somebody leave under whose name nothing is open.

    Raises:
        Refused: something is open, or it is the person who acts.
        Invalid: the person has left already; field `person` or `reason`.
    """
    person = person_of(rights, person_id, "organization.edit")
    if person.pk == actor.person_id:
        raise Refused("不能给自己办理离任，请由另一位人员办理。")
    if person.left_on:
        raise Invalid({"person": f"{person.name}已离任。"})
    if not reason.strip():
        raise Invalid({"reason": "请填写离任事由，如“退休”。"})
    waiting = open_assignments(Q(person=person)).count()
    if waiting:
        raise Refused(f"{person.name}名下还有{waiting}项未办结，请先由整改办办理交接。")
    end_everything(actor=actor, person=person, reason=reason.strip()[:200])
    return person


@transaction.atomic
def close_place(*, actor: Actor, rights: Rights, organization_id: int) -> Organization:
    """Close a department or branch that answers for nothing open; faults also as `close_organization`."""
    waiting = open_assignments(Q(organization=organization_id)).count()
    closed = close_organization(actor=actor, rights=rights, organization_id=organization_id)
    if waiting:
        raise Refused(f"“{closed.name}”还承担{waiting}项未办结的整改，请先在台账中调整责任部门。")
    return closed


def handover_record(*, rights: Rights, pk: int) -> Handover:
    """Return one record of a handover; faults as `hand_over`."""
    handover = Handover.objects.select_related("giver", "receiver", "made_by", "unit").filter(pk=pk).first()
    if handover is None or not rights.may_in("handover.make", handover.unit_id):
        raise Unknown("这次交接")
    return handover


def _check(actor: Actor, giver: Person, receiver: Person | None, reason: str, *, leaves: bool) -> Person:
    fields = {}
    if giver.left_on:
        fields["giver"] = f"{giver.name}已离任，请核对。"
    elif leaves and giver.pk == actor.person_id:
        fields["leaves"] = "不能给自己办理离任，请由另一位人员办理。"
    if receiver is None or receiver.unit_id != giver.unit_id or receiver.left_on or receiver.pk == giver.pk:
        fields["receiver"] = "请选择本单位的另一位在职人员。"
    if not reason.strip():
        fields["reason"] = "请填写交接事由，如“岗位调整”。"
    if fields or receiver is None:
        raise Invalid(fields)
    return receiver


def _person(pk: int, field: str) -> Person:
    person = Person.objects.filter(pk=pk).first()
    if person is None:
        raise Invalid({field: "请选择人员。"})
    return person
