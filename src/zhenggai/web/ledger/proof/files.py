"""Files against the hashes under which they are kept, read by several threads while the rest goes on; and files nobody names."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.actions.imports import stored_file
from zhenggai.web.ledger.evidence.vault import HalfSent, is_digest, vault
from zhenggai.web.ledger.models import EvidenceVersion, SourceDocument, StoredFile
from zhenggai.web.ledger.proof.history import batches, in_pieces
from zhenggai.web.ledger.proof.misfits import Misfit
from zhenggai.web.store import ALGORITHMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_KEPT = ("ledger.exported", "sheet.packed")
"""Events that name a file which was sent out and is kept."""
_PIECE = 1 << 20
_WAITING = 64
YOUNG = dt.timedelta(hours=1)
"""A file that nobody names may belong to an upload under way for so long."""


class Expected(NamedTuple):
    """A file that must be there, kept in `folder` of the data folder. `units` whose it is; `name` tells what people call it, looked up only when it is amiss."""

    folder: str
    units: tuple[int, ...]
    name: Callable[[], str]
    algorithm: str
    digest: str
    size: int | None
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class Orphan:
    """A file that no row names. A young one may belong to an upload under way.

    `path` is where it lies, "" for evidence that is kept; `sent` is what a bucket keeps of an upload that was broken off.
    """

    name: str
    modified: dt.datetime
    young: bool
    path: str = ""
    sent: HalfSent | None = None


class Hashing:
    """Reads files in threads. `feed` never waits and is called now and then; `finish` waits for what is left."""

    def __init__(self, expected: Iterator[Expected], threads: int | None = None) -> None:
        """Take what must be there; nothing is read yet."""
        self._expected = expected
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 2)
        self._running: deque[tuple[Expected, Future[tuple[str, int]]]] = deque()
        self.files = 0
        self.size = 0
        self.misfits: list[tuple[tuple[int, ...], Misfit]] = []

    def feed(self) -> None:
        """Take what has been read and give the threads more."""
        while self._running and self._running[0][1].done():
            self._take()
        while len(self._running) < _WAITING and (expected := next(self._expected, None)):
            self._running.append((expected, self._pool.submit(_read, expected)))

    def finish(self) -> None:
        """Read the rest."""
        self.feed()
        while self._running:
            self._take()
            self.feed()
        self._pool.shutdown()

    def stop(self) -> None:
        """Give up what has not been read."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _take(self) -> None:
        expected, future = self._running.popleft()
        what = ""
        try:
            digest, size = future.result()
        except FileNotFoundError:
            what = "缺失"
        except OSError as fault:
            what = f"不能读取（{fault.strerror or fault}）"
        else:
            self.size += size
            if digest != expected.digest:
                told = f"，大小应为{expected.size}字节，现为{size}字节" if expected.size not in (None, size) else ""
                what = f"的内容与入库时的校验值不符{told}"
            elif expected.size not in (None, size):
                what = f"的大小是{size}字节，登记为{expected.size}字节"
        self.files += 1
        if what:
            self.misfits.append((expected.units, Misfit("file", expected.name(), what)))


def _read(expected: Expected) -> tuple[str, int]:
    hashed = hashlib.new(expected.algorithm)
    buffer = bytearray(_PIECE)
    view = memoryview(buffer)
    size = 0
    with expected.open() as stream:
        readinto = getattr(stream, "readinto", None)
        while True:
            if readinto is not None:
                count = readinto(buffer)
                hashed.update(view[:count])
            else:
                piece = stream.read(_PIECE)
                count = len(piece)
                hashed.update(piece)
            if not count:
                return hashed.hexdigest(), size
            size += count


def expected_files(units: frozenset[int] | None = None) -> Iterator[Expected]:
    """Go through every file that a row names: evidence, documents as uploaded, ledgers as exported. None means all units."""
    yield from _evidence(units)
    documents = SourceDocument.objects.all() if units is None else SourceDocument.objects.filter(unit__in=units)
    for batch in batches(documents):
        for row in batch:
            name = f"文件“{row.name}”".__str__
            yield Expected("files", (row.unit_id,), name, "sha256", row.sha256, row.size, _opener(row.sha256))
    events = Event.objects.filter(action__in=_KEPT)
    events = events if units is None else events.filter(unit__in=units)
    for unit, label, after in events.values_list("unit_id", "subject_label", "after").iterator(chunk_size=500):
        digest = (after or {}).get("sha256", "")
        exported = f"导出的{label}（导出号{(after or {}).get('export')}）"
        yield Expected("files", (unit,), exported.__str__, "sha256", digest, None, _opener(digest))


def _opener(digest: str) -> Callable[[], IO[bytes]]:
    def open_file() -> IO[bytes]:
        return stored_file(digest).open("rb")

    return open_file


def _evidence(units: frozenset[int] | None) -> Iterator[Expected]:
    files = StoredFile.objects.all()
    if units is not None:
        files = files.filter(pk__in=EvidenceVersion.objects.filter(evidence__unit__in=units).values("file_id"))
    for batch in batches(files):
        owners: dict[int, set[int]] = {}
        versions = EvidenceVersion.objects.filter(file__in=batch)
        for file, unit in versions.values_list("file_id", "evidence__unit_id"):
            owners.setdefault(file, set()).add(unit or 0)
        for row in batch:
            yield Expected(
                "evidence",
                tuple(sorted(owners.get(row.pk, ()))),
                _namer(row),
                row.algorithm,
                row.digest,
                row.size,
                _vault_opener(row.digest),
            )


def _vault_opener(digest: str) -> Callable[[], IO[bytes]]:
    def open_file() -> IO[bytes]:
        if not is_digest(digest):
            raise FileNotFoundError(digest)
        return vault().open(digest)

    return open_file


def _namer(file: StoredFile) -> Callable[[], str]:
    def name() -> str:
        version = EvidenceVersion.objects.filter(file=file).select_related("evidence").order_by("pk").first()
        if version is None:
            return f"佐证文件{file.digest[:12]}…"
        return f"佐证{version.evidence.reference}第{version.number}版的文件“{version.name}”"

    return name


def orphans(now: dt.datetime) -> Iterator[Orphan]:
    """Go through the files that no row names, and what uploads left unfinished."""
    kept = vault()
    for piece in in_pieces(kept.digests()):
        known = set(StoredFile.objects.filter(digest__in=piece).values_list("digest", flat=True))
        for digest in piece:
            if digest not in known:
                with suppress(FileNotFoundError):  # gone meanwhile
                    modified = kept.modified(digest)
                    yield Orphan(digest, modified, now - modified < YOUNG)
    for sent in kept.half_sent():
        yield Orphan(sent.key.rpartition("/")[2], sent.at, now - sent.at < YOUNG, sent=sent)
    folder = Path(settings.DATA) / "files"
    lying = (path for path in folder.glob("*/*") if path.is_file())
    for piece in in_pieces(lying):
        known = _named([path.name for path in piece])
        yield from _lying((path for path in piece if path.name not in known), now)
    yield from _lying(kept.unfinished(), now)


def _named(digests: list[str]) -> set[str]:
    """Return which of the hashes documents and exported ledgers name."""
    known = set(SourceDocument.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
    exported = Event.objects.filter(action__in=_KEPT, after__sha256__in=digests)
    return known | set(exported.values_list("after__sha256", flat=True))


def _lying(paths: Iterable[Path], now: dt.datetime) -> Iterator[Orphan]:
    for path in paths:
        with suppress(FileNotFoundError):  # an upload has ended meanwhile
            modified = _modified(path)
            yield Orphan(path.name, modified, now - modified < YOUNG, str(path))


def remove_orphan(orphan: Orphan, now: dt.datetime, older_than: dt.timedelta = YOUNG) -> bool:
    """Remove a file that no row names, if it is old and still nobody names it; say whether it was removed.

    An upload of the same bytes may come at any moment: it makes the file young first and names it afterwards.
    """
    if orphan.sent is not None:
        if now - orphan.sent.at < older_than:
            return False
        vault().give_up(orphan.sent)
        return True
    if orphan.path:
        return _remove_lying(Path(orphan.path), now - older_than)
    return _remove_kept(orphan.name, now - older_than)


def _remove_lying(path: Path, before: dt.datetime) -> bool:
    """Take a file out of its place and look at it there, where nobody can make it young any more; put back what is not old."""
    aside = path.with_name(f"{path.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        if _named([path.name]) or _modified(path) >= before:
            return False
        path.rename(aside)
    except FileNotFoundError:
        return False
    if _modified(aside) < before:
        aside.unlink()
        return True
    if path.exists():  # which is the same bytes
        aside.unlink()
    else:
        aside.rename(path)
    return False


def _remove_kept(digest: str, before: dt.datetime) -> bool:
    """Remove evidence; as long as this looks and removes, no upload can enter a row that names it.

    Such an upload then finds that the file is gone, and says so (`actions.evidence`).
    """
    with transaction.atomic():
        removed = _claim(digest) and _is_older(digest, before)
        if removed:
            vault().remove(digest)
        transaction.set_rollback(True)
    return removed


def _claim(digest: str) -> bool:
    """Enter rows that name the file, by whichever algorithm it may be kept; say whether there were none."""
    defaults = {"size": 0, "stored_at": timezone.now()}
    entered = [
        StoredFile.objects.get_or_create(algorithm=algorithm, digest=digest, defaults=defaults)[1]
        for algorithm in ALGORITHMS
    ]
    return all(entered)


def _is_older(digest: str, before: dt.datetime) -> bool:
    try:
        return vault().modified(digest) < before
    except FileNotFoundError:
        return False


def _modified(path: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
