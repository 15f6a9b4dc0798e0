"""导出存证: a proof leaves the office, and an event says who took it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from django.db import transaction

from zhenggai.web.accounts.models import Organization
from zhenggai.web.accounts.rights import Rights
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.web.ledger.proof.exporting import Scope, Subjects, subjects_of, write_proof
from zhenggai.web.ledger.queries.restricted import hidden_subjects

if TYPE_CHECKING:
    from zhenggai.web.ledger.models import Finding


@dataclass(frozen=True, slots=True)
class Proof:
    """The archive, open at its beginning, and the name of the file."""

    name: str
    stream: IO[bytes]


def export_unit(*, actor: Actor, rights: Rights, unit_id: int, with_files: bool) -> Proof:
    """Return the proof of a unit's whole chain; of what is secret to the person only the links.

    Raises:
        Refused: the person may not.
        Unknown: there is no such unit.
    """
    access.require(rights, "proof.export", unit_id)
    return proof_of_unit(actor=actor, unit_id=unit_id, hidden=hidden_subjects(rights, [unit_id]), with_files=with_files)


def export_finding(*, actor: Actor, rights: Rights, finding_id: int, with_files: bool) -> Proof:
    """Return the proof of one finding: its events in full, of all others the links that show the order.

    Raises:
        Unknown, Refused: as `access.finding`.
    """
    finding = access.finding(rights, finding_id, "proof.export")
    return proof_of_finding(
        actor=actor, finding=finding, hidden=hidden_subjects(rights, [finding.unit_id]), with_files=with_files
    )


def proof_of_unit(*, actor: Actor, unit_id: int, hidden: Subjects | None, with_files: bool) -> Proof:
    """Return the proof of a unit for somebody whose right to it has been looked at; `hidden` None hides all that is restricted."""
    unit = Organization.objects.filter(pk=unit_id).first()
    if unit is None:
        raise Unknown("这个单位")
    hidden = _all_secrets(actor, unit_id) if hidden is None else hidden
    with transaction.atomic():
        record(
            unit_id=unit_id,
            actor=actor,
            action="proof.exported",
            subject=Subject("organization", unit_id, f"{unit.name}的操作记录"),
            after={"files": with_files},
        )
    scope = Scope(unit_id, None, None, hidden, with_files)
    return Proof(f"{unit.name}存证.zip", write_proof(scope, at=actor.at, by=actor.name))


def proof_of_finding(*, actor: Actor, finding: Finding, hidden: Subjects | None, with_files: bool) -> Proof:
    """Return the proof of a finding; `hidden` as in `proof_of_unit`."""
    hidden = _all_secrets(actor, finding.unit_id) if hidden is None else hidden
    if ("finding", str(finding.pk)) in hidden:
        raise Unknown("这个问题")
    with transaction.atomic():
        record(
            unit_id=finding.unit_id,
            actor=actor,
            action="proof.exported",
            subject=Subject("finding", finding.pk, f"问题{finding.reference}"),
            after={"files": with_files},
        )
        if finding.layer == Layer.RESTRICTED:
            shown = [(finding.pk, finding.unit_id, finding.reference)]
            record_restricted_reads(actor=actor, findings=shown, where="导出存证")
    scope = Scope(finding.unit_id, finding, subjects_of(finding), hidden, with_files)
    return Proof(f"问题{finding.reference}存证.zip", write_proof(scope, at=actor.at, by=actor.name))


def _all_secrets(actor: Actor, unit_id: int) -> Subjects:
    """Return everything restricted of a unit: what nobody in particular may not know of."""
    nobody = Rights(0, unit_id, actor.today, (), frozenset(), frozenset(), frozenset())
    return hidden_subjects(nobody, [unit_id])
