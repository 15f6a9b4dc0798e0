"""佐证材料 for one time that a duty falls due: pieces that prove its measure, said to be of that period.

Nothing is proved here that the measure does not prove: whoever may see and change the one may see and change the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from zhenggai.web.audit.chain import Actor, hold_chain
from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.evidence import MEASURES, Added, Received, add_evidence, record_piece
from zhenggai.web.ledger.models import Evidence, EvidenceLink, Occurrence, OccurrenceProof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.actions.declarations import Declared


def add_occurrence_evidence(
    *,
    actor: Actor,
    rights: Rights,
    occurrence_id: int,
    measure_ids: Sequence[int] = (),
    upload: Received,
    declared: Declared,
) -> Added:
    """Keep a file as evidence for the measure of an occurrence, and for that occurrence; faults as `add_evidence`."""
    occurrence = _open(rights, occurrence_id, "evidence.add")
    measures = [occurrence.duty.measure_id or 0, *measure_ids]
    added = add_evidence(actor=actor, rights=rights, measure_ids=measures, upload=upload, declared=declared)
    with transaction.atomic():
        hold_chain(occurrence.unit_id)
        if not _standing(occurrence).filter(evidence=added.evidence).exists():
            _link(actor, occurrence, added.evidence)
    return added


def prove_occurrence(
    *, actor: Actor, rights: Rights, occurrence_id: int, evidence_ids: Sequence[int]
) -> tuple[Evidence, ...]:
    """Say that pieces of the measure's evidence are of this occurrence; those that were so already stay.

    Raises:
        Unknown, Refused: the occurrence or a piece is not the person's to prove with.
        Invalid: field `evidence`: none was chosen, or one that does not prove the measure.
    """
    occurrence = _open(rights, occurrence_id, "evidence.add")
    unique = list(dict.fromkeys(evidence_ids))
    if not unique:
        raise Invalid({"evidence": "请选择能够证明这一次任务的材料。"})
    if len(unique) > MEASURES:
        raise Invalid({"evidence": f"一次最多选择{MEASURES}份材料。"})
    pieces = [access.evidence_piece(rights, pk, "evidence.read") for pk in unique]
    with transaction.atomic():
        hold_chain(occurrence.unit_id)
        proving = set(_proving(occurrence).values_list("evidence_id", flat=True))
        for piece in pieces:
            if piece.pk not in proving:
                raise Invalid({"evidence": f"{piece.reference}没有关联这项措施或者已撤回，请先在措施下关联。"})
        linked = set(_standing(occurrence).values_list("evidence_id", flat=True))
        for piece in pieces:
            if piece.pk not in linked:
                _link(actor, occurrence, piece)
    return tuple(pieces)


def unprove_occurrence(
    *, actor: Actor, rights: Rights, occurrence_id: int, evidence_id: int, reason: str
) -> Occurrence:
    """Say that a piece is not of this occurrence after all; of the measure it stays.

    Raises:
        Invalid: fields `evidence` or `reason`.
    """
    occurrence = _open(rights, occurrence_id, "evidence.edit")
    words = reason.strip()
    if not words or len(words) > 200:
        raise Invalid({"reason": "请填写取消的原因，200字以内。"})
    piece = access.evidence_piece(rights, evidence_id, "evidence.read")
    with transaction.atomic():
        hold_chain(occurrence.unit_id)
        if not _standing(occurrence).filter(evidence=piece).update(removed_at=actor.at):
            raise Invalid({"evidence": f"{piece.reference}没有用于这一次任务，可能已被他人取消。"})
        record_piece(actor, piece, "evidence.period_unlinked", before=_named(occurrence), reason=words)
    return occurrence


def _open(rights: Rights, pk: int, act: str) -> Occurrence:
    """Return an occurrence that can be proved.

    Raises:
        Refused: it has been withdrawn, or is of an arrangement, whose papers stand in the minutes.
    """
    if Occurrence.objects.filter(pk=pk, duty__measure=None).exists():
        access.occurrence(rights, pk, "ledger.read")
        raise Refused("这是工作机制的例行任务，没有对应的措施；会议纪要等材料请在相关措施下上传。")
    occurrence = access.occurrence(rights, pk, act)
    if occurrence.withdrawn_at is not None:
        raise Refused("这一次任务已随规则调整取消，不用再提供材料。")
    return occurrence


def _proving(occurrence: Occurrence) -> QuerySet[EvidenceLink]:
    return EvidenceLink.objects.filter(measure=occurrence.duty.measure_id, removed_at=None, evidence__withdrawn_at=None)


def _standing(occurrence: Occurrence) -> QuerySet[OccurrenceProof]:
    return OccurrenceProof.objects.filter(occurrence=occurrence, removed_at=None)


def _link(actor: Actor, occurrence: Occurrence, piece: Evidence) -> None:
    try:
        with transaction.atomic():
            OccurrenceProof.objects.create(
                occurrence=occurrence, evidence=piece, linked_by_id=actor.person_id, linked_at=actor.at
            )
    except IntegrityError:
        raise Stale("其他人刚刚选择了同一份材料，请刷新后查看。") from None
    record_piece(actor, piece, "evidence.period_linked", after=_named(occurrence))


def _named(occurrence: Occurrence) -> dict[str, Any]:
    measure = occurrence.duty.measure
    return {
        "measure": [measure.reference if measure else ""],
        "measure_ids": [occurrence.duty.measure_id],
        "period": occurrence.label,
        "occurrence_ids": [occurrence.pk],
    }
