"""An exported proof: events, signed states and the list of evidence in one archive, with the script that checks it."""

from __future__ import annotations

import json
import tempfile
import zipfile
from dataclasses import dataclass
from importlib.resources import files
from typing import IO, TYPE_CHECKING, Any

from django.utils import timezone

from zhenggai.web.accounts.models import Organization
from zhenggai.web.audit.sealing import content_digest, content_of
from zhenggai.web.audit.walk import Walk
from zhenggai.web.ledger.evidence.vault import vault
from zhenggai.web.ledger.models import (
    Answer,
    Closure,
    ClosureStep,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    Finding,
    Measure,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from zhenggai.web.audit.sealing import Entry

SCHEMA = "zhenggai.proof/1"
_PIECE = 1 << 20
_SPOOLED = 8 << 20
Subjects = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a proof tells in full: the events about `subjects`, or of everything when None, but never about `hidden`.

    What was signed names measures and evidence, so it goes along only `with_states`.
    """

    unit_id: int
    finding: Finding | None
    subjects: Subjects | None
    hidden: Subjects
    with_states: bool
    with_files: bool

    def tells(self, entry: Entry) -> bool:
        """Say whether an event is told in full."""
        subject = (entry.subject_type, entry.subject_id)
        return subject not in self.hidden and (self.subjects is None or subject in self.subjects)

    def hidden_ids(self, kind: str) -> set[int]:
        """Return the keys of the rows of `kind` that are not told."""
        return {int(pk) for what, pk in self.hidden if what == kind}

    def findings(self) -> QuerySet[Finding]:
        """Return the findings that are told."""
        found = Finding.objects.filter(unit_id=self.unit_id).exclude(pk__in=self.hidden_ids("finding"))
        return found if self.finding is None else found.filter(pk=self.finding.pk)

    def pieces(self) -> QuerySet[Evidence]:
        """Return the evidence that is told."""
        found = Evidence.objects.filter(unit_id=self.unit_id).exclude(pk__in=self.hidden_ids("evidence"))
        if self.subjects is None:
            return found
        return found.filter(pk__in=[pk for kind, pk in self.subjects if kind == "evidence"])


def subjects_of(finding: Finding) -> Subjects:
    """Return what events are about that belong to a finding's story, as (kind, id): its measures and evidence among them."""
    responses = set(Answer.objects.filter(finding=finding).values_list("response_id", flat=True))
    measures = set(Measure.objects.filter(response__in=responses).values_list("pk", flat=True))
    pieces = set(EvidenceLink.objects.filter(measure__in=measures).values_list("evidence_id", flat=True))
    kinds = {"finding": {finding.pk}, "response": responses, "measure": measures, "evidence": pieces}
    return frozenset((kind, str(pk)) for kind, ids in kinds.items() for pk in ids)


def with_their_pieces(hidden: Subjects) -> Subjects:
    """Return `hidden` and all evidence that ever proved a hidden measure: its events name the measure."""
    measures = [int(pk) for kind, pk in hidden if kind == "measure"]
    pieces = EvidenceLink.objects.filter(measure__in=measures).values_list("evidence_id", flat=True)
    return hidden | {("evidence", str(pk)) for pk in pieces}


def write_proof(scope: Scope, *, at: datetime, by: str) -> IO[bytes]:
    """Return the archive, open at its beginning; it lies in memory while it is small."""
    out = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115 — handed to the caller
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        walk = Walk(scope.unit_id)
        told: list[int] = []
        with archive.open("events.jsonl", "w") as lines:
            for entry in walk:
                if scope.tells(entry):
                    told.append(entry.number)
                lines.write(_line(_printed(entry, full=scope.tells(entry))))
        steps, withheld = _states(scope)
        for digest, content in {step.state.digest: step.state.content for step in steps}.items():
            archive.writestr(f"states/{digest}.json", content.encode())
        evidence = [_listed(version, scope) for version in _versions(scope)]
        for digest in sorted({one["digest"] for one in evidence if one["enclosed"]}):
            with archive.open(f"files/{digest}", "w") as kept, vault().open(digest) as stream:
                while piece := stream.read(_PIECE):
                    kept.write(piece)
        unit = Organization.objects.get(pk=scope.unit_id)
        states = {step.state.digest: step.state.algorithm for step in steps}
        about: dict[str, Any] = {
            "schema": SCHEMA,
            "unit": {"id": unit.pk, "name": unit.name},
            "finding": scope.finding.reference if scope.finding else None,
            "made_at": timezone.localtime(at).isoformat(),
            "made_by": by,
            "head": {"number": walk.number, "hash": walk.hash},
            "broken": {"number": walk.broken.number, "why": walk.broken.why} if walk.broken else None,
            "told": told,
            "withheld_states": withheld,
            "states": [{"digest": digest, "algorithm": algorithm} for digest, algorithm in sorted(states.items())],
            "evidence": evidence,
        }
        archive.writestr("proof.json", json.dumps(about, ensure_ascii=False, indent=1))
        archive.writestr("存证说明.txt", _note(about))
        archive.writestr("verify_proof.py", script())
    out.seek(0)
    return out


def script() -> str:
    """Return the program that checks a proof with the standard library alone."""
    return files("zhenggai.web.ledger.proof").joinpath("verify_proof.py").read_text(encoding="utf-8")


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _printed(entry: Entry, *, full: bool) -> dict[str, Any]:
    link = {
        "number": entry.number,
        "algorithm": entry.algorithm,
        "previous_hash": entry.previous_hash,
        "content_hash": content_digest(entry),
        "hash": entry.hash,
    }
    return link | ({"content": content_of(entry)} if full else {})


def _states(scope: Scope) -> tuple[list[ClosureStep], list[str]]:
    """Return the signatures whose states are told, and the hashes of those that name what is secret to the person."""
    steps = list(_steps(scope).select_related("state", "closure"))
    if not scope.with_states:
        return [], sorted({step.state.digest for step in steps})
    responses = scope.hidden_ids("response")
    links = EvidenceLink.objects.filter(evidence__in=scope.hidden_ids("evidence"))
    responses |= set(links.values_list("measure__response_id", flat=True))
    findings = set(Answer.objects.filter(response__in=responses).values_list("finding_id", flat=True))
    withheld = {step.state.digest for step in steps if step.closure.finding_id in findings}
    return [step for step in steps if step.state.digest not in withheld], sorted(withheld)


def _steps(scope: Scope) -> QuerySet[ClosureStep]:
    closures = Closure.objects.filter(unit_id=scope.unit_id).exclude(finding__in=scope.hidden_ids("finding"))
    if scope.finding is not None:
        closures = closures.filter(finding=scope.finding)
    return ClosureStep.objects.filter(closure__in=closures).order_by("pk")


def _versions(scope: Scope) -> Iterator[EvidenceVersion]:
    versions = EvidenceVersion.objects.filter(evidence__in=scope.pieces()).select_related("evidence", "file")
    yield from versions.order_by("evidence__reference", "number")


def _listed(version: EvidenceVersion, scope: Scope) -> dict[str, Any]:
    return {
        "piece": str(version.evidence_id),
        "reference": version.evidence.reference,
        "title": version.evidence.title,
        "version": version.number,
        "name": version.name,
        "algorithm": version.file.algorithm,
        "digest": version.file.digest,
        "size": version.file.size,
        "enclosed": scope.with_files and vault().exists(version.file.digest),
    }


def _note(about: dict[str, Any]) -> str:
    head, finding = about["head"], about["finding"]
    hidden = head["number"] - len(about["told"])
    lines = [
        "存证说明",
        "",
        f"单位：{about['unit']['name']}",
        f"范围：{f'问题{finding}' if finding else '全部操作记录'}",
        f"导出时间：{about['made_at']}　导出人：{about['made_by']}",
        f"末条操作记录：第{head['number']}条，校验值 {head['hash']}",
        "",
        "一、内容",
        f"1. events.jsonl：操作记录{head['number']}条，其中{len(about['told'])}条载有全文，{hidden}条只有校验值。",
        f"2. states：签字人签字时所见的内容{len(about['states'])}份，另有{len(about['withheld_states'])}份不在导出人的查看范围内，没有随附。",
        f"3. proof.json：存证的基本情况和佐证材料清单（{len(about['evidence'])}个版本，含文件校验值和大小）。",
        "4. verify_proof.py：核验程序。",
        "",
        "二、核验方法",
        "在装有 Python 3.9 以上的计算机上运行：python3 verify_proof.py 存证.zip",
        "佐证文件没有随附的，把文件放在一个文件夹中，加 --files 文件夹 核对。程序指出第一处不符。",
        "",
        "三、能够证明的",
        "1. 每条操作记录的校验值由它的编号、上一条的校验值和内容的校验值算出，改动、删除、添加或调换任何一条，后面的校验值都不再相符。",
        "2. 只有校验值的操作记录，能证明它的次序，以及它的内容自存入后没有变化；不显示、也不证明它的内容是什么。",
        "3. 签字记录载明所签内容的校验值，所签内容有任何改动都能发现；佐证文件同理。",
        "",
        "四、不能证明的",
        "1. 有人掌握整个数据库并把整条链重新编造的，单凭本存证不能发现。请把上面的末条校验值另行保存（如打印签字存档、报巡察办备存），届时比较。",
        "2. 操作记录的时间是服务器的时间，不是第三方的时间戳。",
        "3. 佐证材料所反映的事实是否真实，须由人核查。",
    ]
    if about["broken"]:
        broken = about["broken"]
        lines += ["", f"注意：导出时第{broken['number']}条操作记录{broken['why']}，本存证只含此前的记录。"]
    return "\n".join(lines) + "\n"
