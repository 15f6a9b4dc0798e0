"""Pieces of evidence against their events: what is declared, which file each version is, which measures a piece proves."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from zhenggai.web.audit.sealing import written
from zhenggai.web.ledger.models import Evidence, EvidenceLink, EvidenceVersion, OccurrenceProof, StoredFile
from zhenggai.web.ledger.proof.history import Past, batches, events_about
from zhenggai.web.ledger.proof.misfits import Misfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_DECLARED = {
    "title": "名称",
    "kind": "类别",
    "formed_on": "形成日期",
    "pages": "页数",
    "copies": "份数",
    "note": "说明",
    "layer": "知悉范围",
}


def facts_digest(file: StoredFile) -> str:
    """Return the hash over what a file says of itself, as the event of its upload tells it."""
    said = [file.size, file.media_type, file.facts]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def piece_misfits(unit_id: int, tick: Callable[[], None]) -> Iterator[Misfit]:
    """Check every piece of evidence of the unit."""
    for batch in batches(Evidence.objects.filter(unit_id=unit_id).select_related("inspection")):
        tick()
        events = events_about(unit_id, "evidence", [piece.pk for piece in batch], prefix="evidence.")
        versions: dict[int, list[EvidenceVersion]] = defaultdict(list)
        for version in EvidenceVersion.objects.filter(evidence__in=batch).select_related("file").order_by("number"):
            versions[version.evidence_id].append(version)
        links: dict[int, list[EvidenceLink]] = defaultdict(list)
        for link in EvidenceLink.objects.filter(evidence__in=batch).order_by("pk"):
            links[link.evidence_id].append(link)
        periods: dict[int, list[OccurrenceProof]] = defaultdict(list)
        for proof in OccurrenceProof.objects.filter(evidence__in=batch).order_by("pk"):
            periods[proof.evidence_id].append(proof)
        for piece in batch:
            past = events.get(str(piece.pk), [])
            where = f"佐证{piece.reference}"
            if not any(one.action == "evidence.added" for one in past):
                yield Misfit("evidence", where, "没有上传的操作记录，系后来添入")
                continue
            yield from _declared(piece, past, where)
            yield from _versions(piece, versions[piece.pk], past, where)
            yield from _links(links[piece.pk], past, where)
            yield from _periods(periods[piece.pk], past, where)


def lost_pieces(unit_id: int, numbered: dict[str, Past]) -> Iterator[Misfit]:
    """Check that every piece that was added is there; `numbered` gives its first event by the piece's id."""
    known = {str(pk) for pk in Evidence.objects.filter(unit_id=unit_id, pk__in=numbered).values_list("pk", flat=True)}
    for pk, past in numbered.items():
        if pk not in known:
            yield Misfit("evidence", f"第{past.number}号操作记录上传的佐证", "缺失", past.number)


def stored_file_misfits(tick: Callable[[], None]) -> Iterator[Misfit]:
    """Check that no file is registered that belongs to no piece."""
    for batch in batches(StoredFile.objects.all()):
        tick()
        used = set(EvidenceVersion.objects.filter(file__in=batch).values_list("file_id", flat=True))
        for file in batch:
            if file.pk not in used:
                yield Misfit("stored", f"登记的佐证文件{file.digest[:12]}…", "不属于任何一份佐证，系后来添入")


def _declared(piece: Evidence, history: list[Past], where: str) -> Iterator[Misfit]:
    values: dict[str, Any] = {}
    said_by: dict[str, int] = {}
    withdrawn = None
    for past in history:
        told = past.after or {}
        if past.action in ("evidence.added", "evidence.changed"):
            values |= told
            said_by |= dict.fromkeys(told, past.number)
        elif past.action == "evidence.withdrawn":
            withdrawn = past
    for name, word in _DECLARED.items():
        if name in values and _plain(getattr(piece, name)) != _plain(values[name]):
            yield Misfit("evidence", where, f"的{word}与第{said_by[name]}号操作记录不符", said_by[name])
    if (piece.withdrawn_at is None) != (withdrawn is None):
        what = "已撤回，没有相应的操作记录" if withdrawn is None else f"未撤回，第{withdrawn.number}号操作记录已撤回"
        yield Misfit("evidence", where, what, withdrawn.number if withdrawn else None)
    elif withdrawn and _plain(piece.withdrawn_at) != _plain(withdrawn.at):
        yield Misfit("evidence", where, f"的撤回时间与第{withdrawn.number}号操作记录不符", withdrawn.number)


def _versions(piece: Evidence, versions: list[EvidenceVersion], history: list[Past], where: str) -> Iterator[Misfit]:
    uploads = [past for past in history if past.action in ("evidence.added", "evidence.replaced")]
    wanted = dict(enumerate(uploads, start=1))
    for version in versions:
        past = wanted.pop(version.number, None)
        name = f"{where}第{version.number}版"
        if past is None:
            yield Misfit("version", name, "没有上传的操作记录，系后来添入")
            continue
        actual = {
            "文件": version.file.digest,
            "文件名": version.name,
            "上传人": version.uploaded_by_id,
            "上传时间": _plain(version.uploaded_at),
            "更换原因": version.reason,
        }
        told = {
            "文件": past.said("digest"),
            "文件名": past.said("file"),
            "上传人": past.actor_id,
            "上传时间": _plain(past.at),
            "更换原因": past.reason,
        }
        if past.said("facts"):
            actual["文件信息"], told["文件信息"] = facts_digest(version.file), past.said("facts")
        for word, value in actual.items():
            if value != told[word]:
                yield Misfit("version", name, f"的{word}与第{past.number}号操作记录不符", past.number)
    for number, past in wanted.items():
        yield Misfit("version", f"{where}第{number}版", f"缺失，第{past.number}号操作记录曾予登记", past.number)
    if piece.number != len(uploads):
        yield Misfit("evidence", where, f"的当前版本是第{piece.number}版，操作记录是第{len(uploads)}版")


def _links(links: list[EvidenceLink], history: list[Past], where: str) -> Iterator[Misfit]:
    """Check that the links are those that the events tell, each with its time, its person and its end."""
    told: list[list[Any]] = []
    for past in history:
        if past.action in ("evidence.added", "evidence.linked"):
            told += [[pk, past.actor_id, _plain(past.at), "", past.number] for pk in past.said("measure_ids") or ()]
        elif past.action == "evidence.unlinked":
            for pk in (past.before or {}).get("measure_ids", ()):
                for one in told:
                    if one[0] == pk and not one[3]:
                        one[3], one[4] = _plain(past.at), past.number
    keys = [(link.measure_id, link.linked_by_id, _plain(link.linked_at), _plain(link.removed_at)) for link in links]
    yield from _untold(keys, told, f"{where}与措施的关联")


def _periods(proofs: list[OccurrenceProof], history: list[Past], where: str) -> Iterator[Misfit]:
    """Check that the piece stands for those occurrences that the events tell; it leaves them with their measure."""
    told: list[list[Any]] = []
    for past in history:
        if past.action == "evidence.period_linked":
            (measure,), (occurrence,) = past.said("measure_ids"), past.said("occurrence_ids")
            told.append([occurrence, past.actor_id, _plain(past.at), "", past.number, measure])
            continue
        gone = past.before or {}
        if past.action == "evidence.period_unlinked":
            ended = [one for one in told if one[0] in gone["occurrence_ids"]]
        elif past.action == "evidence.unlinked":
            ended = [one for one in told if one[5] in gone.get("measure_ids", ())]
        else:
            continue
        for one in ended:
            if not one[3]:
                one[3], one[4] = _plain(past.at), past.number
    keys = [
        (proof.occurrence_id, proof.linked_by_id, _plain(proof.linked_at), _plain(proof.removed_at)) for proof in proofs
    ]
    yield from _untold(keys, told, f"{where}与周期任务的关联")


def _untold(standing: Iterable[tuple[Any, ...]], told: Iterable[Sequence[Any]], what: str) -> Iterator[Misfit]:
    """Hold what stands against what was told: each as (of what, by whom, since, until), what was told with its number behind."""
    wanted = {tuple(one[:4]): one[4] for one in told}
    for key in standing:
        if wanted.pop(key, None) is None:
            yield Misfit("link", what, "没有对应的操作记录，系后来添入或改动")
    for number in wanted.values():
        yield Misfit("link", what, f"缺失或被改动，第{number}号操作记录曾予登记", number)


def _plain(value: Any) -> Any:
    return written(value) if value is None or isinstance(value, dt.date) else value
