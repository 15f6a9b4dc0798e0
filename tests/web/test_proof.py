"""导出存证: what leaves the office can be checked with the standard library alone, and any change to it is named."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import random
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from closings import closable, close
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from files_of_evidence import pdf
from offices import BACKEND, NOW, SYSTEM, TODAY, import_sample, make_office

from zhenggai.web.accounts.models import RestrictedGrant
from zhenggai.web.audit.chain import Subject, first_break, record
from zhenggai.web.audit.models import ChainHead, Event
from zhenggai.web.faults import Refused, Unknown
from zhenggai.web.ledger.actions import proofs
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.actions.evidence import add_evidence, replace_evidence
from zhenggai.web.ledger.models import Evidence, EvidenceLink, Finding, Measure
from zhenggai.web.ledger.proof import exporting

if TYPE_CHECKING:
    from types import ModuleType

    from offices import Office

    from zhenggai.web.ledger.models import Inspection

pytestmark = pytest.mark.django_db
SCRIPT = Path(exporting.__file__).with_name("verify_proof.py")


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_proof", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def unit_proof(office: Office, folder: Path) -> Path:
    found = proofs.export_unit(
        actor=office.actor("discipline"), rights=office.rights("discipline"), unit_id=office.unit.pk, with_files=False
    )
    return written(found, folder)


def written(proof: proofs.Proof, folder: Path) -> Path:
    path = folder / proof.name
    with proof.stream as stream:
        path.write_bytes(stream.read())
    return path


def alone(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the script that stands in the archive, with nothing of this environment."""
    with zipfile.ZipFile(path) as archive:
        program = path.with_name("verify_proof.py")
        program.write_bytes(archive.read("verify_proof.py"))
    command = [sys.executable, "-I", "-S", str(program), str(path), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONUTF8": "1"})


def test_a_units_proof_holds_by_itself(office: Office, inspection: Inspection, tmp_path: Path) -> None:
    close(office, closable(office, inspection))
    path = unit_proof(office, tmp_path)
    with zipfile.ZipFile(path) as archive:
        about = json.loads(archive.read("proof.json"))
        about["evidence"] = []  # rows of the fixture that no event brought
        assert about["head"]["number"] == ChainHead.objects.get(unit=office.unit).number
        assert len(about["states"]) == 6
        assert "不能证明的" in archive.read("存证说明.txt").decode()
    changed(path, "proof.json", json.dumps(about).encode())
    run = alone(path)
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert "全部相符" in run.stdout


def changed(path: Path, name: str, data: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = {entry: archive.read(entry) for entry in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in (entries | {name: data}).items():
            archive.writestr(entry, content)


def test_a_findings_proof_tells_others_by_their_hashes_only(
    office: Office, inspection: Inspection, tmp_path: Path
) -> None:
    finding = Finding.objects.get(reference="W003")
    found = proofs.export_finding(
        actor=office.actor("archivist"), rights=office.rights("archivist"), finding_id=finding.pk, with_files=False
    )
    path = written(found, tmp_path)
    with zipfile.ZipFile(path) as archive:
        lines = [json.loads(line) for line in archive.read("events.jsonl").splitlines()]
    told = [line["content"]["subject"][0] for line in lines if "content" in line]
    assert set(told) <= {"finding", "measure", "response", "evidence"}
    assert all(set(line) == {"number", "algorithm", "previous_hash", "content_hash", "hash"} for line in lines[:-1])
    run = alone(path)
    assert run.returncode == 0, run.stdout
    assert f"另有{len(lines) - len(told)}条只有校验值" in run.stdout


def test_a_restricted_finding_is_for_those_with_a_need_to_know(
    office: Office, inspection: Inspection, tmp_path: Path
) -> None:
    finding = Finding.objects.get(reference="W003")
    with transaction.atomic():
        subject = Subject("finding", finding.pk, "问题W003")
        record(unit_id=office.unit.pk, actor=SYSTEM, action="finding.changed", subject=subject, after={"text": "隐情"})
    Finding.objects.filter(pk=finding.pk).update(layer="restricted")
    with pytest.raises(Unknown):
        proofs.export_finding(
            actor=office.actor("archivist"), rights=office.rights("archivist"), finding_id=finding.pk, with_files=False
        )
    with zipfile.ZipFile(unit_proof(office, tmp_path)) as archive:
        assert "隐情" not in archive.read("events.jsonl").decode()
    with pytest.raises(Refused):
        proofs.export_unit(
            actor=office.actor("handler"), rights=office.rights("handler"), unit_id=office.unit.pk, with_files=False
        )


def test_who_may_not_see_evidence_gets_neither_files_nor_what_was_signed(
    office: Office, inspection: Inspection, tmp_path: Path
) -> None:
    finding = closable(office, inspection)
    close(office, finding)
    who: dict[str, Any] = {"actor": office.actor("audit_administrator"), "rights": office.rights("audit_administrator")}
    for proof in (
        proofs.export_unit(**who, unit_id=office.unit.pk, with_files=False),
        proofs.export_finding(**who, finding_id=finding.pk, with_files=False),
    ):
        path = written(proof, tmp_path)
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read("proof.json"))
            assert not [name for name in archive.namelist() if name.startswith(("states/", "files/"))]
        assert (len(about["withheld_states"]), about["states"]) == (6, [])
        changed(path, "proof.json", json.dumps(about | {"evidence": []}).encode())
        assert alone(path).returncode == 0
    with pytest.raises(Refused, match="查看佐证材料"):
        proofs.export_unit(**who, unit_id=office.unit.pk, with_files=True)
    with pytest.raises(Refused, match="查看佐证材料"):
        proofs.export_finding(**who, finding_id=finding.pk, with_files=True)
    assert Event.objects.filter(action="proof.exported").count() == 2


def restrict(office: Office, finding: Finding) -> Evidence:
    """Make a finding restricted, and a piece of another; return the piece."""
    Finding.objects.filter(pk=finding.pk).update(layer="restricted")
    other = closable(office, finding.inspection, "W005")
    piece = Evidence.objects.filter(links__measure__response__findings=other).earliest("pk")
    piece.layer = "restricted"
    piece.save()
    return piece


def reads() -> set[str]:
    found = Event.objects.filter(action="restricted.read", after__where="导出存证")
    return set(found.values_list("subject_label", flat=True))


def test_taking_restricted_content_along_is_recorded(office: Office, inspection: Inspection) -> None:
    finding = Finding.objects.get(reference="W003")
    piece = restrict(office, finding)
    who: dict[str, Any] = {"actor": office.actor("discipline"), "unit_id": office.unit.pk, "with_files": False}
    proofs.export_unit(**who, rights=office.rights("discipline")).stream.close()
    assert reads() == set()
    RestrictedGrant.objects.create(
        person=office.people["discipline"], unit=office.unit, reason="监督检查", since=TODAY, until=None
    )
    proofs.export_unit(**who, rights=office.rights("discipline")).stream.close()
    assert reads() == {"问题W003", f"佐证{piece.reference}"}


def test_a_findings_proof_records_its_own_restricted_evidence(office: Office, inspection: Inspection) -> None:
    piece = restrict(office, Finding.objects.get(reference="W003"))
    other = Finding.objects.get(reference="W005")
    taker = proofs.operator(SYSTEM, office.unit.pk, restricted=True)
    proofs.proof_of_finding(taker=taker, finding=other, with_files=False).stream.close()
    assert reads() == {f"佐证{piece.reference}"}


def test_of_evidence_that_proves_something_secret_too_only_hashes_are_told(
    office: Office, inspection: Inspection, tmp_path: Path
) -> None:
    finding = closable(office, inspection, "W005")
    piece = Evidence.objects.filter(links__measure__response__findings=finding).earliest("pk")
    secret = Finding.objects.get(reference="W003")
    measure = Measure.objects.filter(response__findings=secret).earliest("pk")
    EvidenceLink.objects.create(evidence=piece, measure=measure, linked_at=NOW)
    with transaction.atomic():
        told = {"title": "佐证", "measure": [measure.reference], "measure_ids": [measure.pk]}
        subject = Subject("evidence", piece.pk, "佐证")
        record(unit_id=office.unit.pk, actor=SYSTEM, action="evidence.linked", subject=subject, after=told)
    Finding.objects.filter(pk=secret.pk).update(layer="restricted")
    with zipfile.ZipFile(unit_proof(office, tmp_path)) as archive:
        events = [json.loads(line) for line in archive.read("events.jsonl").splitlines()]
        listed = {one["reference"] for one in json.loads(archive.read("proof.json"))["evidence"]}
    actions = {event["content"]["action"] for event in events if "content" in event}
    assert "plan.confirmed" in actions
    assert "evidence.linked" not in actions
    assert piece.reference not in listed


def test_a_chain_that_was_broken_when_it_was_exported_is_no_proof(
    office: Office, inspection: Inspection, tmp_path: Path
) -> None:
    number = Event.objects.filter(unit=office.unit).count() - 1
    Event.objects.filter(unit=office.unit, number=number).update(reason="改过")
    run = alone(unit_proof(office, tmp_path))
    assert run.returncode == 1
    assert f"第{number}条操作记录内容与校验值不符" in run.stdout
    assert "全部相符" not in run.stdout


def test_files_beside_a_proof_are_found_by_hash_and_by_name(
    office: Office, inspection: Inspection, tmp_path: Path
) -> None:
    measure = Measure.objects.get(inspection=inspection, reference="C005")
    who: dict[str, Any] = {"actor": office.actor("handler"), "rights": office.rights("handler")}
    first, second = pdf(1, words="A"), pdf(2, words="B")
    piece = add_evidence(
        **who, measure_ids=[measure.pk], upload=SimpleUploadedFile("记录.pdf", first), declared=Declared()
    ).evidence
    again = SimpleUploadedFile("记录.pdf", second)
    replace_evidence(**who, evidence_id=piece.pk, seen=1, upload=again, reason="补页")
    path, folder = unit_proof(office, tmp_path), tmp_path / "佐证"
    folder.mkdir()
    (folder / "记录.pdf").write_bytes(second)
    run = alone(path, "--files", str(folder))
    assert (run.returncode, "核对文件1份" in run.stdout) == (0, True), run.stdout
    (folder / hashlib.sha256(first).hexdigest()).write_bytes(first)
    assert "核对文件2份" in alone(path, "--files", str(folder)).stdout
    (folder / "记录.pdf").write_bytes(second + b" ")
    run = alone(path, "--files", str(folder))
    assert (run.returncode, "第2版“记录.pdf”的文件内容被改动" in run.stdout) == (1, True)


@pytest.mark.slow
def test_what_is_done_while_a_proof_is_written_is_not_in_it_by_half(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_office()
    measure = Measure.objects.get(inspection=import_sample(office), reference="C005")

    def add() -> None:
        try:
            who: dict[str, Any] = {"actor": office.actor("handler"), "rights": office.rights("handler")}
            file = SimpleUploadedFile("记录.pdf", pdf())
            add_evidence(**who, measure_ids=[measure.pk], upload=file, declared=Declared())
        finally:
            connection.close()

    def meanwhile(scope: Any) -> Any:
        work.start()
        work.join(1)  # on a database that lets nobody write while one reads, it ends afterwards
        return states(scope)

    work, states = threading.Thread(target=add), exporting._states
    monkeypatch.setattr(exporting, "_states", meanwhile)
    path = unit_proof(office, tmp_path)
    work.join()
    run = alone(path)
    assert Evidence.objects.count() == 1
    assert (run.returncode, "佐证清单0份" in run.stdout) == (0, True), run.stdout


def test_any_change_to_a_proof_is_found(office: Office, inspection: Inspection, tmp_path: Path) -> None:
    path = unit_proof(office, tmp_path)
    program = script()
    with zipfile.ZipFile(path) as archive:
        lines = archive.read("events.jsonl").splitlines()
    chance = random.Random(1)  # noqa: S311 — chance, not secrecy
    assert program.check(path)
    for _ in range(150):
        place = chance.randrange(len(lines))
        kind = chance.choice(["flip", "remove", "swap", "add"])
        told = list(lines)
        if kind == "flip":
            words = told[place].decode()
            at = chance.randrange(len(words))
            told[place] = (words[:at] + ("x" if words[at] != "x" else "y") + words[at + 1 :]).encode()
        elif kind == "remove":
            del told[place]
        elif kind == "swap":
            other = (place + 1) % len(told)
            told[place], told[other] = told[other], told[place]
        else:
            told.insert(place, told[place])
        changed(path, "events.jsonl", b"\n".join(told))
        with pytest.raises(program.Misfit):
            program.check(path)


def test_sm3_of_the_script_is_that_of_the_standard() -> None:
    sm3 = script().SM3()
    sm3.update(b"abc")
    assert sm3.hexdigest() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    for size in (0, 1, 55, 56, 63, 64, 65, 1000):
        made = script().SM3()
        data = random.Random(size).randbytes(size)  # noqa: S311 — chance, not secrecy
        for start in range(0, size, 7):
            made.update(data[start : start + 7])
        assert made.hexdigest() == hashlib.new("sm3", data).hexdigest()


def test_an_algorithm_may_change_and_old_events_still_hold(
    office: Office, inspection: Inspection, tmp_path: Path, settings: Any
) -> None:
    settings.EVENT_HASH = "sm3"
    close(office, closable(office, inspection))
    assert set(Event.objects.values_list("algorithm", flat=True)) == {"sha256", "sm3"}
    assert first_break(office.unit.pk) is None
    path = unit_proof(office, tmp_path)
    with zipfile.ZipFile(path) as archive:
        about = json.loads(archive.read("proof.json")) | {"evidence": []}
    changed(path, "proof.json", json.dumps(about).encode())
    assert script().check(path)
    Event.objects.filter(algorithm="sha256", number=2).update(algorithm="sm3")
    assert first_break(office.unit.pk) is not None


def test_the_screens_send_a_proof(office: Office, inspection: Inspection) -> None:
    client = Client()
    client.force_login(office.people["discipline"], backend=BACKEND)
    finding = Finding.objects.get(reference="W003")
    for address in ("/proof/", f"/findings/{finding.pk}/proof/"):
        answer = client.post(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
        data = b"".join(answer)
        assert "proof.json" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert 'name="files"' in client.get("/events/").content.decode()
    client.force_login(office.people["audit_administrator"], backend=BACKEND)
    shown = client.get("/events/").content.decode()
    assert "导出存证" in shown
    assert 'name="files"' not in shown
    assert client.post("/proof/", {"files": "1"}).status_code == 403
    assert Event.objects.filter(action="proof.exported").count() == 2
