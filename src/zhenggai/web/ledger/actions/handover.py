"""交接: everything open passes from one person to another, with a written record; no open item points to somebody who has left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from zhenggai.web.accounts.models import Person
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.models import Assignment, Handover
from zhenggai.web.ledger.models.rows import ClosureStage

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights

CLOSED = (ClosureStage.APPROVED, ClosureStage.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Passing:
    """One thing that would pass: the role, and what it is on."""

    role: str
    reference: str
    text: str
    inspection: str


def open_assignments(person_id: int) -> QuerySet[Assignment]:
    """Return what a person still answers for: not ended, and on a response with a finding that is not closed."""
    still_open = ~Q(response__findings__closure_stage__in=CLOSED) | Q(response__findings=None)
    current = Assignment.objects.filter(person=person_id, until=None, response__withdrawn_at=None)
    return current.filter(still_open).distinct()


def preview_handover(*, rights: Rights, giver_id: int) -> list[Passing]:
    """Return what would pass from `giver_id`; faults as `hand_over`."""
    giver = _person(giver_id, "giver")
    access.require(rights, "handover.make", giver.unit_id)
    found = (
        open_assignments(giver.pk).select_related("response", "inspection").order_by("inspection_id", "response__order")
    )
    return [
        Passing(
            role=Assignment.Role(one.role).label,
            reference=one.response.reference,
            text="、".join(finding.text for finding in one.response.findings.all()[:2]),
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
    giver, receiver = _person(giver_id, "giver"), _person(receiver_id, "receiver")
    access.require(rights, "handover.make", giver.unit_id)
    _check(giver, receiver, reason)
    with transaction.atomic():
        handover = Handover.objects.create(
            unit_id=giver.unit_id,
            giver=giver,
            receiver=receiver,
            made_by_id=actor.person_id or giver.pk,
            made_at=actor.at,
            reason=reason.strip()[:200],
        )
        passing = list(open_assignments(giver.pk).select_related("response").select_for_update(of=("self",)))
        for old in passing:
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
        handover.references = [f"{old.response.reference}（{Assignment.Role(old.role).label}）" for old in passing]
        handover.save(update_fields=["references"])
        if leaves:
            Person.objects.filter(pk=giver.pk).update(left_on=actor.today, is_active=False, version=giver.version + 1)
        record(
            unit_id=giver.unit_id,
            actor=actor,
            action="handover.made",
            subject=Subject("handover", handover.pk, f"{giver.name}向{receiver.name}的交接"),
            after={"giver": giver.name, "receiver": receiver.name, "references": handover.references},
            reason=handover.reason,
        )
        if leaves:
            record(
                unit_id=giver.unit_id,
                actor=actor,
                action="person.left",
                subject=Subject("person", giver.pk, giver.name),
                after={"until": actor.today},
                reason=handover.reason,
            )
    return handover


def handover_record(*, rights: Rights, pk: int) -> Handover:
    """Return one record of a handover; faults as `hand_over`."""
    handover = Handover.objects.select_related("giver", "receiver", "made_by", "unit").filter(pk=pk).first()
    if handover is None or not rights.may_in("handover.make", handover.unit_id):
        raise Unknown("这次交接")
    return handover


def _check(giver: Person, receiver: Person, reason: str) -> None:
    fields = {}
    if giver.left_on:
        fields["giver"] = f"{giver.name}已离任，请核对。"
    if receiver.unit_id != giver.unit_id or receiver.left_on or receiver.pk == giver.pk:
        fields["receiver"] = "请选择本单位的另一位在职人员。"
    if not reason.strip():
        fields["reason"] = "请填写交接事由，如“岗位调整”。"
    if fields:
        raise Invalid(fields)


def _person(pk: int, field: str) -> Person:
    person = Person.objects.filter(pk=pk).first()
    if person is None:
        raise Invalid({field: "请选择人员。"})
    return person
