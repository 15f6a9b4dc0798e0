"""Files that nobody names: what is being stored meanwhile is left alone, and nothing that ends meanwhile ends the check."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from files_of_evidence import pdf
from offices import import_sample, make_office

from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.actions.evidence import add_evidence
from zhenggai.web.ledger.actions.imports import keep_file, stored_file
from zhenggai.web.ledger.evidence.vault import FolderVault, vault
from zhenggai.web.ledger.models import EvidenceVersion, Measure, StoredFile
from zhenggai.web.ledger.proof import files
from zhenggai.web.ledger.proof.files import Orphan, orphans, remove_orphan
from zhenggai.web.ledger.proof.verification import verify

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db
OLD = 60 * 60 * 5


def make_old(path: Path) -> None:
    then = timezone.now().timestamp() - OLD
    os.utime(path, (then, then))


def old_document(words: bytes) -> tuple[Path, Orphan]:
    path = stored_file(keep_file(words))
    make_old(path)
    return path, next(one for one in orphans(timezone.now()) if one.path == str(path))


def old_evidence(data: bytes) -> tuple[Path, Orphan]:
    staged = vault().stage([data])
    digest = vault().keep(staged).digest
    with vault().local(digest) as path:
        make_old(path)
    return path, next(one for one in orphans(timezone.now()) if one.name == digest)


def test_what_is_old_and_unnamed_is_removed() -> None:
    for path, orphan in (old_document(b"old document"), old_evidence(b"old evidence")):
        assert not orphan.young
        assert remove_orphan(orphan, timezone.now())
        assert not path.exists()
        assert not list(path.parent.glob("*.part"))
        assert not remove_orphan(orphan, timezone.now())


def test_what_has_been_offered_again_is_young_and_stays() -> None:
    document, first = old_document(b"document again")
    evidence, second = old_evidence(b"evidence again")
    keep_file(b"document again")
    vault().keep(vault().stage([b"evidence again"]))
    assert not remove_orphan(first, timezone.now())
    assert not remove_orphan(second, timezone.now())
    assert document.exists()
    assert evidence.exists()


def test_a_document_that_comes_between_the_look_and_the_removal_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    path, orphan = old_document(b"at the same time")
    looks = []

    def modified(at: Path) -> dt.datetime:
        found = look(at)
        if not looks:
            keep_file(b"at the same time")
        looks.append(at)
        return found

    look = files._modified
    monkeypatch.setattr(files, "_modified", modified)
    assert not remove_orphan(orphan, timezone.now())
    assert len(looks) == 2
    assert path.read_bytes() == b"at the same time"


@pytest.mark.slow
def test_evidence_that_is_uploaded_during_a_removal_is_whole_or_refused(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_office()
    measure = Measure.objects.get(inspection=import_sample(office), reference="C005")
    said: list[str] = []

    def upload() -> None:
        who: dict[str, Any] = {"actor": office.actor("handler"), "rights": office.rights("handler")}
        file = SimpleUploadedFile("记录.pdf", pdf(words="at once"))
        try:
            add_evidence(**who, measure_ids=[measure.pk], upload=file, declared=Declared())
        except Invalid as fault:
            said.append(str(fault))
        finally:
            connection.close()

    def modified(self: FolderVault, digest: str) -> dt.datetime:
        found = look(self, digest)
        work.start()  # the removal has looked and takes the file for old
        work.join(1)
        return found

    work, look = threading.Thread(target=upload), FolderVault.modified
    _, orphan = old_evidence(pdf(words="at once"))
    monkeypatch.setattr(FolderVault, "modified", modified)
    assert remove_orphan(orphan, timezone.now())
    work.join()
    monkeypatch.undo()
    assert said == ["文件存入时恰逢系统清理，没有保存，请重新上传。"]
    assert not StoredFile.objects.exists()
    said.clear()
    upload()
    assert not said
    assert vault().exists(EvidenceVersion.objects.get().file.digest)


def test_what_ends_while_it_is_looked_for_is_no_orphan(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = stored_file("0" * 64).with_suffix(".part")

    def unfinished(_: FolderVault) -> Iterator[Path]:
        yield gone

    def digests(_: FolderVault) -> Iterator[str]:
        yield "0" * 64

    monkeypatch.setattr(FolderVault, "unfinished", unfinished)
    monkeypatch.setattr(FolderVault, "digests", digests)
    found = verify(now=timezone.now())
    assert not {one.name for one in found.orphans} & {gone.name, "0" * 64}
