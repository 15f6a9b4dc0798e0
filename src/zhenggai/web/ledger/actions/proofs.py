"""导出存证: a proof leaves the office, and events say who took it and what of the restricted layer it tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from django.db import transaction

from zhenggai.web.accounts.models import Organization
from zhenggai.web.accounts.rights import Rights
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.layers import record_restricted_evidence_reads, record_restricted_reads
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.web.ledger.proof.exporting import Scope, subjects_of, with_their_pieces, write_proof
from zhenggai.web.ledger.proof.verification import snapshot
from zhenggai.web.ledger.queries.restricted import hidden_subjects

if TYPE_CHECKING:
    from zhenggai.web.ledger.models import Finding

_WHERE = "导出存证"


@dataclass(frozen=True, slots=True)
class Proof:
    """The archive, open at its beginning, and the name of the file."""

    name: str
    stream: IO[bytes]


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes a proof: what is restricted is told as far as `rights` go, what was signed if the person `sees_evidence`."""

    actor: Actor
    rights: Rights
    sees_evidence: bool


def export_unit(*, actor: Actor, rights: Rights, unit_id: int, with_files: bool) -> Proof:
    """Return the proof of a unit's whole chain; of what is secret to the person only the links.

    Raises:
        Refused: the person may not, or wants files and may not see evidence.
        Unknown: there is no such unit.
    """
    access.require(rights, "proof.export", unit_id)
    return proof_of_unit(taker=_taker(actor, rights, unit_id, with_files), unit_id=unit_id, with_files=with_files)


def export_finding(*, actor: Actor, rights: Rights, finding_id: int, with_files: bool) -> Proof:
    """Return the proof of one finding: its events in full, of all others the links that show the order.

    Raises:
        Unknown, Refused: as `access.finding`, and as `export_unit`.
    """
    finding = access.finding(rights, finding_id, "proof.export")
    return proof_of_finding(
        taker=_taker(actor, rights, finding.unit_id, with_files), finding=finding, with_files=with_files
    )


def operator(actor: Actor, unit_id: int, *, restricted: bool) -> Taker:
    """Return who exports at the server itself and may have everything there; what is restricted only if asked for."""
    known = frozenset({unit_id}) if restricted else frozenset[int]()
    return Taker(actor, Rights(0, unit_id, actor.today, (), frozenset(), frozenset(), known), sees_evidence=True)


def proof_of_unit(*, taker: Taker, unit_id: int, with_files: bool) -> Proof:
    """Return the proof of a unit for somebody whose right to it has been looked at."""
    unit = Organization.objects.filter(pk=unit_id).first()
    if unit is None:
        raise Unknown("这个单位")
    subject = Subject("organization", unit_id, f"{unit.name}的操作记录")
    return Proof(f"{unit.name}存证.zip", _written(taker, unit_id, None, subject, with_files=with_files))


def proof_of_finding(*, taker: Taker, finding: Finding, with_files: bool) -> Proof:
    """Return the proof of a finding for somebody whose right to it has been looked at.

    Raises:
        Unknown: it is restricted and the person has no need to know.
    """
    if finding.layer == Layer.RESTRICTED and finding.unit_id not in taker.rights.restricted_units:
        raise Unknown("这个问题")
    subject = Subject("finding", finding.pk, f"问题{finding.reference}")
    stream = _written(taker, finding.unit_id, finding, subject, with_files=with_files)
    return Proof(f"问题{finding.reference}存证.zip", stream)


def _taker(actor: Actor, rights: Rights, unit_id: int, with_files: bool) -> Taker:
    if with_files:
        access.require(rights, "evidence.read", unit_id)
    return Taker(actor, rights, rights.may_in("evidence.read", unit_id))


def _written(taker: Taker, unit_id: int, finding: Finding | None, subject: Subject, *, with_files: bool) -> IO[bytes]:
    """Write the archive from one state of the store, and record the looks at just what it tells of the restricted layer."""
    actor = taker.actor
    with transaction.atomic():
        record(unit_id=unit_id, actor=actor, action="proof.exported", subject=subject, after={"files": with_files})
    with snapshot():
        scope = Scope(
            unit_id=unit_id,
            finding=finding,
            subjects=subjects_of(finding) if finding else None,
            hidden=with_their_pieces(hidden_subjects(taker.rights, [unit_id])),
            with_states=taker.sees_evidence,
            with_files=with_files,
        )
        stream = write_proof(scope, at=actor.at, by=actor.name)
        named = ("pk", "unit_id", "reference")
        findings = list(scope.findings().filter(layer=Layer.RESTRICTED).values_list(*named))
        pieces = list(scope.pieces().filter(layer=Layer.RESTRICTED).values_list(*named))
    try:
        with transaction.atomic():
            record_restricted_reads(actor=actor, findings=findings, where=_WHERE)
            record_restricted_evidence_reads(actor=actor, pieces=pieces, where=_WHERE)
    except BaseException:
        stream.close()
        raise
    return stream
