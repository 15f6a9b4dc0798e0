"""佐证材料: a piece is added, replaced by a new version, corrected, linked, unlinked, withdrawn. Nothing is ever deleted.

The file stands in the vault before the row that names it, so a process that is killed leaves at most a file without a row.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Protocol

from django.db import transaction
from django.db.models import F

from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.declarations import Declared, check_declared, shown_of, values_of
from zhenggai.web.ledger.actions.numbering import Numbering
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.closing.lapse import lapse_changed
from zhenggai.web.ledger.evidence.contents import Content, Refusal, file_name
from zhenggai.web.ledger.evidence.facts import examine
from zhenggai.web.ledger.evidence.limits import evidence_limit, too_large
from zhenggai.web.ledger.evidence.sharing import may_join, others_proved, require_all, require_no_wider
from zhenggai.web.ledger.evidence.vault import PIECE, vault
from zhenggai.web.ledger.models import Evidence, EvidenceLink, EvidenceVersion, Measure, OccurrenceProof, StoredFile
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.web.ledger.proof.pieces import facts_digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.evidence.facts import Facts
    from zhenggai.web.ledger.evidence.vault import Staged

_REASON = 200
MEASURES = 50
"""Measures that one piece can be linked to at once."""


class Received(Protocol):
    """A file as a request brings it."""

    @property
    def size(self) -> int | None:
        """The size in bytes."""

    @property
    def name(self) -> str | None:
        """The name that it came with."""

    @property
    def file(self) -> IO[bytes] | None:
        """The bytes, to be read in pieces."""


@dataclass(frozen=True, slots=True)
class Added:
    """What came of an upload: a new piece, or the one that is the same file; `notes` say in Chinese what else happened."""

    evidence: Evidence
    new: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Examined:
    staged: Staged
    name: str
    content: Content
    facts: Facts
    notes: list[str] = field(default_factory=list)


def add_evidence(
    *, actor: Actor, rights: Rights, measure_ids: Sequence[int], upload: Received, declared: Declared
) -> Added:
    """Keep a file as evidence for measures of one inspection; a file that is there already is linked and not kept again.

    Raises:
        Unknown, Refused: a measure is not the person's to prove.
        Invalid: field `file` for what is not taken as evidence, or the fields of `declared`, or `measures`.
    """
    measures = _measures(rights, measure_ids, "evidence.add")
    faults = check_declared(rights, measures[0].unit_id, declared, actor.today)
    if faults:
        raise Invalid(faults)
    with _examined(upload, evidence_limit(measures[0].inspection)) as examined:
        vault().keep(examined.staged)
        with transaction.atomic():
            numbering = Numbering(measures[0].inspection_id)
            file = _stored(examined, actor)
            same = _same(rights, measures, file, declared.layer)
            if same is not None:
                notes = [*examined.notes, *_follow_layer(actor, rights, same, declared.layer)]
                return _link_same(actor, same, measures, notes)
            piece = _create(actor, measures, numbering, examined, declared)
            _add_version(piece, file, examined.name, actor)
            _link(actor, piece, measures)
            record_piece(actor, piece, "evidence.added", after=shown_of(piece) | _named(examined, file, measures))
            _lapse(actor, piece)
    return Added(piece, new=True, notes=tuple(examined.notes))


def replace_evidence(
    *, actor: Actor, rights: Rights, evidence_id: int, seen: int, upload: Received, reason: str
) -> Added:
    """Make a new version of a piece from another file; the old one stays and can be looked at.

    Raises:
        Invalid: fields `file` or `reason`.
        Stale: somebody has changed the piece since.
    """
    piece = _open_piece(rights, evidence_id)
    require_all(rights, piece)
    reason = _reason(reason, "更换")
    with _examined(upload, evidence_limit(piece.inspection)) as examined:
        current = piece.versions.select_related("file").get(number=piece.number)
        stored = examined.staged.stored
        if (current.file.digest, current.file.algorithm) == (stored.digest, stored.algorithm):
            raise Invalid({"file": "这个文件与现有文件完全相同，不需要更换。"})
        vault().keep(examined.staged)
        with transaction.atomic():
            change(piece, seen=seen, values={"number": piece.number + 1}, subject_type="evidence")
            file = _stored(examined, actor)
            _add_version(piece, file, examined.name, actor, reason=reason)
            before = {"file": current.name, "version": current.number, "digest": current.file.digest}
            after = {"file": examined.name, "version": piece.number, "digest": stored.digest}
            after["facts"] = facts_digest(file)
            record_piece(actor, piece, "evidence.replaced", before=before, after=after, reason=reason)
            _lapse(actor, piece)
    return Added(piece, new=True, notes=tuple(examined.notes))


def correct_evidence(
    *, actor: Actor, rights: Rights, evidence_id: int, seen: int, declared: Declared, reason: str = ""
) -> Evidence:
    """Correct what was declared of a piece. Where nothing is different, nothing happens.

    What leaves the restricted layer leaves it for a `reason`.

    Raises:
        Invalid: a field of `declared`, or `reason`.
        Stale: somebody has changed the piece since.
    """
    piece = _open_piece(rights, evidence_id)
    require_all(rights, piece)
    faults = check_declared(rights, piece.unit_id, declared, actor.today)
    if not declared.title.strip():
        faults["title"] = "请填写材料名称。"
    if not declared.kind:
        faults["kind"] = "请选择材料类别。"
    reason = reason.strip()
    if not reason and (piece.layer, declared.layer) == (Layer.RESTRICTED, Layer.INTERNAL):
        faults["reason"] = "材料调出限知范围后，能查看台账的人都能看到，请填写理由。"
    elif len(reason) > _REASON:
        faults["reason"] = f"理由请控制在{_REASON}字以内。"
    if faults:
        raise Invalid(faults)
    before = shown_of(piece)
    values = values_of(declared)
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return piece
    with transaction.atomic():
        change(piece, seen=seen, values=changed, subject_type="evidence")
        record_piece(
            actor,
            piece,
            "evidence.changed",
            before={name: before[name] for name in changed},
            after=changed,
            reason=reason,
        )
        _lapse(actor, piece)
    return piece


def link_evidence(*, actor: Actor, rights: Rights, evidence_id: int, seen: int, measure_ids: Sequence[int]) -> Evidence:
    """Let a piece prove further measures of its inspection.

    Raises:
        Invalid: field `measures`: none was chosen, or one of another inspection.
    """
    piece = _open_piece(rights, evidence_id, "evidence.read")
    measures = _measures(rights, measure_ids, "evidence.add")
    if measures[0].inspection_id != piece.inspection_id:
        raise Invalid({"measures": "只能关联同一次巡察或审计的措施。"})
    require_no_wider(piece, measure_ids)
    with transaction.atomic():
        change(piece, seen=seen, values={}, subject_type="evidence")
        new = _link(actor, piece, measures)
        if not new:
            raise Invalid({"measures": "所选措施已经关联这份材料。"})
        record_piece(actor, piece, "evidence.linked", after=_measures_named(new))
        _lapse(actor, piece)
    return piece


def unlink_evidence(
    *, actor: Actor, rights: Rights, evidence_id: int, seen: int, measure_id: int, reason: str
) -> Evidence:
    """End the link of a piece to one measure. The last one cannot be ended: then the piece is withdrawn.

    Raises:
        Invalid: fields `measure` or `reason`.
    """
    piece = _open_piece(rights, evidence_id)
    reason = _reason(reason, "取消关联")
    measure = access.measure(rights, measure_id, "evidence.edit")
    with transaction.atomic():
        change(piece, seen=seen, values={}, subject_type="evidence")
        links = EvidenceLink.objects.filter(evidence=piece, removed_at=None)
        if links.count() == 1:
            raise Invalid({"measure": "这是材料关联的最后一项措施，不能取消。材料不再使用的，请改为“撤回材料”。"})
        if not links.filter(measure=measure).update(removed_at=actor.at):
            raise Invalid({"measure": "这项措施没有关联这份材料。"})
        periods = OccurrenceProof.objects.filter(evidence=piece, removed_at=None, occurrence__duty__measure=measure)
        periods.update(removed_at=actor.at)
        record_piece(actor, piece, "evidence.unlinked", before=_measures_named([measure]), reason=reason)
        _lapse(actor, piece, also=measure.pk)
    return piece


def withdraw_evidence(*, actor: Actor, rights: Rights, evidence_id: int, seen: int, reason: str) -> Evidence:
    """Withdraw a piece: it counts for nothing any more, and can still be looked at.

    Raises:
        Invalid: field `reason`.
    """
    piece = _open_piece(rights, evidence_id)
    require_all(rights, piece)
    reason = _reason(reason, "撤回")
    with transaction.atomic():
        change(piece, seen=seen, values={"withdrawn_at": actor.at}, subject_type="evidence")
        record_piece(actor, piece, "evidence.withdrawn", reason=reason)
        _lapse(actor, piece)
    return piece


@contextmanager
def _examined(upload: Received, limit: int) -> Iterator[_Examined]:
    """Write the upload to the side and look at it; at the end what was not kept is gone; `limit` in bytes.

    Raises:
        Invalid: field `file`.
    """
    name = upload.name or ""
    if (upload.size or 0) > limit:
        raise Invalid({"file": too_large(name, limit)})
    stream = upload.file
    if stream is None:
        raise Invalid({"file": "请先选择文件。"})
    stream.seek(0)
    staged = vault().stage(iter(lambda: stream.read(PIECE), b""))
    try:
        try:
            content, facts = examine(staged.path)
            kept, note = file_name(name, content)
        except Refusal as refusal:
            raise Invalid({"file": str(refusal)}) from None
        yield _Examined(staged, kept, content, facts, [note] if note else [])
    finally:
        staged.discard()


def _stored(examined: _Examined, actor: Actor) -> StoredFile:
    """Enter the row that names the file; from then on no repair takes the file away.

    Raises:
        Invalid: field `file`: a repair has taken it away just before.
    """
    stored = examined.staged.stored
    file, _ = StoredFile.objects.get_or_create(
        algorithm=stored.algorithm,
        digest=stored.digest,
        defaults={
            "size": stored.size,
            "media_type": examined.content.media_type,
            "facts": examined.facts,
            "stored_at": actor.at,
        },
    )
    if not vault().exists(stored.digest):
        raise Invalid({"file": "文件存入时恰逢系统清理，没有保存，请重新上传。"})
    return file


def _same(rights: Rights, measures: list[Measure], file: StoredFile, layer: str) -> Evidence | None:
    """Return the piece of the inspection that is this file now, if the person may know of it and nobody else comes to; of `layer` rather."""
    pieces = access.evidence(rights).filter(inspection=measures[0].inspection_id, withdrawn_at=None)
    versions = EvidenceVersion.objects.filter(file=file, evidence__in=pieces.values("pk"), number=F("evidence__number"))
    ids = [measure.pk for measure in measures]
    found = sorted(
        (one.evidence for one in versions.select_related("evidence").order_by("pk")),
        key=lambda piece: piece.layer != layer,
    )
    return next((piece for piece in found if may_join(piece, ids)), None)


def _follow_layer(actor: Actor, rights: Rights, piece: Evidence, declared: str) -> list[str]:
    """Put a piece into the restricted layer where the same file is now declared so, and return what to tell.

    Raises:
        Invalid: field `file`: it is not the person's to put there.
    """
    if piece.layer == declared:
        return []
    if piece.layer == Layer.RESTRICTED:
        return [f"{piece.reference}是限知材料，仍按限知管理。"]
    if others := others_proved(rights, piece):
        raise Invalid(
            {
                "file": f"这个文件与{piece.reference}相同，{piece.reference}按内部材料管理，还证明{others}，"
                "不能由您一方改为限知，所以没有保存。请与对方商定：您先取消关联，"
                f"由对方把{piece.reference}改为限知或撤回后，再上传。"
            }
        )
    change(piece, seen=piece.version, values={"layer": declared}, subject_type="evidence")
    before, after = {"layer": Layer.INTERNAL.value}, {"layer": declared}
    record_piece(actor, piece, "evidence.changed", before=before, after=after, reason="再次上传时申报为限知材料")
    return [f"{piece.reference}已按本次申报改为限知材料。"]


def _link_same(actor: Actor, piece: Evidence, measures: list[Measure], notes: list[str]) -> Added:
    new = _link(actor, piece, measures)
    if not new:
        return Added(piece, new=False, notes=(*notes, f"与{piece.reference}相同，此前已关联，没有重复保存。"))
    change(piece, seen=piece.version, values={}, subject_type="evidence")
    record_piece(actor, piece, "evidence.linked", after=_measures_named(new))
    _lapse(actor, piece)
    return Added(piece, new=False, notes=(*notes, f"与{piece.reference}相同，已直接关联。"))


def _create(
    actor: Actor, measures: list[Measure], numbering: Numbering, examined: _Examined, declared: Declared
) -> Evidence:
    reference = numbering.take("evidence")
    numbering.save()
    values = values_of(declared)
    values["title"] = values["title"] or examined.name.rpartition(".")[0] or examined.name
    values["kind"] = values["kind"] or (Evidence.Kind.PHOTO if _is_photo(examined) else Evidence.Kind.OTHER)
    return Evidence.objects.create(
        unit_id=measures[0].unit_id,
        inspection_id=measures[0].inspection_id,
        reference=reference,
        added_by_id=actor.person_id,
        added_at=actor.at,
        **values,
    )


def _is_photo(examined: _Examined) -> bool:
    return examined.content.key in ("jpeg", "heic", "webp") or "taken" in examined.facts


def _add_version(piece: Evidence, file: StoredFile, name: str, actor: Actor, *, reason: str = "") -> None:
    EvidenceVersion.objects.create(
        evidence=piece,
        number=piece.number,
        file=file,
        name=name,
        reason=reason,
        uploaded_by_id=actor.person_id,
        uploaded_at=actor.at,
    )


def _link(actor: Actor, piece: Evidence, measures: list[Measure]) -> list[Measure]:
    """Link the measures that are not linked yet and return them."""
    linked = set(
        EvidenceLink.objects.filter(evidence=piece, removed_at=None, measure__in=measures).values_list(
            "measure_id", flat=True
        )
    )
    new = [measure for measure in measures if measure.pk not in linked]
    EvidenceLink.objects.bulk_create(
        EvidenceLink(evidence=piece, measure=measure, linked_by_id=actor.person_id, linked_at=actor.at)
        for measure in new
    )
    return new


def _measures(rights: Rights, ids: Sequence[int], act: str) -> list[Measure]:
    """Return the measures, all of one inspection and each the person's for `act`."""
    unique = list(dict.fromkeys(ids))
    if not unique:
        raise Invalid({"measures": "请选择这份材料证明的措施。"})
    if len(unique) > MEASURES:
        raise Invalid({"measures": f"一次最多关联{MEASURES}项措施。"})
    found = {
        measure.pk: measure
        for measure in access.measures(rights, act)
        .filter(pk__in=unique, withdrawn_at=None)
        .select_related("inspection")
    }
    for pk in unique:
        if pk not in found:
            found[pk] = access.measure(rights, pk, act)  # says whether it is unknown or refused
            if found[pk].withdrawn_at:
                raise Invalid({"measures": f"措施{found[pk].reference}已撤销，不能再关联材料，请取消选择这一项。"})
    if len({measure.inspection_id for measure in found.values()}) > 1:
        raise Invalid({"measures": "只能关联同一次巡察或审计的措施。"})
    return [found[pk] for pk in unique]


def _open_piece(rights: Rights, pk: int, act: str = "evidence.edit") -> Evidence:
    piece = access.evidence_piece(rights, pk, act)
    if piece.withdrawn_at:
        raise Refused(f"佐证{piece.reference}已撤回，不能再办理。仍需使用的，请重新上传。")
    return piece


def _named(examined: _Examined, file: StoredFile, measures: list[Measure]) -> dict[str, Any]:
    named = {"file": examined.name, "digest": file.digest, "facts": facts_digest(file)}
    return named | _measures_named(measures)


def _measures_named(measures: list[Measure]) -> dict[str, Any]:
    return {"measure": [measure.reference for measure in measures], "measure_ids": [one.pk for one in measures]}


def _reason(text: str, what: str) -> str:
    reason = text.strip()
    if not reason:
        raise Invalid({"reason": f"请填写{what}的原因。"})
    if len(reason) > _REASON:
        raise Invalid({"reason": f"原因请控制在{_REASON}字以内。"})
    return reason


def record_piece(
    actor: Actor,
    piece: Evidence,
    action: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Record one event about a piece of evidence."""
    subject = Subject("evidence", piece.pk, f"佐证{piece.reference}")
    record(
        unit_id=piece.unit_id, actor=actor, action=action, subject=subject, before=before, after=after, reason=reason
    )


def _lapse(actor: Actor, piece: Evidence, *, also: int = 0) -> None:
    """Let closures that were signed over other evidence be looked at again."""
    links = EvidenceLink.objects.filter(evidence=piece, removed_at=None)
    measures = set(links.values_list("measure_id", flat=True))
    lapse_changed(actor=actor, measures=measures | {also} if also else measures)
