"""Where the bytes of evidence are kept, each content once under its hash: in a folder of the data folder, or in an S3 bucket.

A file is first staged: written to the side in pieces, hashed as it comes and forced to disk. Keeping it is then one rename (or
one upload), so what is kept under a hash is always whole, and a process that is killed leaves at most something unfinished.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from django.conf import settings

from zhenggai.web.faults import LedgerFault
from zhenggai.web.store import StoreError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

PIECE = 1 << 20
"""Bytes that are held in memory at once."""
_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """What was stored: the hash under which it is kept, by which algorithm, and its size in bytes."""

    algorithm: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes that lie in `path`, whole and hashed, but are not kept yet."""

    path: Path
    stored: StoredBytes

    def discard(self) -> None:
        """Remove it; does nothing once it has been kept."""
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class HalfSent:
    """An upload into a bucket that was begun at `at` and neither finished nor given up; `key` and `upload` are the bucket's names."""

    key: str
    upload: str
    at: dt.datetime


class VaultError(StoreError, LedgerFault):
    """The place for evidence cannot be reached or does not do what it should; nothing has changed."""

    status = 503


class Vault(Protocol):
    """A place for evidence. `digest` is always a hash in small hexadecimal digits.

    Every method may raise VaultError.
    """

    def put(self, stream: IO[bytes]) -> StoredBytes:
        """Store what `stream` holds, in constant memory; what is there already is not stored again."""

    def stage(self, pieces: Iterable[bytes]) -> Staged:
        """Write the pieces to the side and hash them, so that they can be looked at before they are kept."""

    def keep(self, staged: Staged) -> StoredBytes:
        """Put what was staged in its place. When this returns, a power cut does not lose it."""

    def open(self, digest: str) -> IO[bytes]:
        """Return the bytes to be read from their beginning.

        Raises:
            FileNotFoundError: nothing is kept under this hash.
        """

    def local(self, digest: str) -> AbstractContextManager[Path]:
        """Lend a file of this machine with these bytes, for programs that need a path; faults as `open`."""

    def exists(self, digest: str) -> bool:
        """Say whether something is kept under this hash."""

    def digests(self) -> Iterator[str]:
        """Go through the hashes of everything that is kept, in no order."""

    def modified(self, digest: str) -> dt.datetime:
        """Return when it was last stored or offered for storing: what is young may belong to an upload under way."""

    def remove(self, digest: str) -> None:
        """Remove what no row names any more. For the repair of orphans alone."""

    def unfinished(self) -> Iterator[Path]:
        """Go through the files of uploads that are under way, or were killed: what came in or was staged and not kept."""

    def half_sent(self) -> Iterator[HalfSent]:
        """Go through what a bucket keeps of uploads into it that are under way, or were killed."""

    def give_up(self, sent: HalfSent) -> None:
        """Let the bucket forget an upload that was killed."""


def is_digest(name: str) -> bool:
    """Say whether `name` can be a hash."""
    return len(name) == 64 and set(name) <= _DIGITS


class Staging:
    """The part that both vaults share: writing to the side, in the data folder."""

    def __init__(self, folder: Path, algorithm: str) -> None:
        """Write below `folder`, which is made when the first comes."""
        self._algorithm = algorithm
        self._aside = folder / "incoming"

    def stage(self, pieces: Iterable[bytes]) -> Staged:
        """See `Vault`."""
        self._aside.mkdir(parents=True, exist_ok=True, mode=0o700)
        hashed = hashlib.new(self._algorithm)
        size = 0
        handle, name = tempfile.mkstemp(dir=self._aside, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as out:
                for piece in pieces:
                    hashed.update(piece)
                    size += out.write(piece)
                out.flush()
                os.fsync(out.fileno())
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Staged(Path(name), StoredBytes(self._algorithm, hashed.hexdigest(), size))

    def unfinished(self) -> Iterator[Path]:
        """See `Vault`."""
        if self._aside.is_dir():
            yield from self._aside.iterdir()


class FolderVault(Staging):
    """Evidence in a folder: ab/abcdef… for the hash abcdef…"""

    def __init__(self, folder: Path, algorithm: str) -> None:
        """Keep evidence below `folder`, which is made when the first is stored."""
        super().__init__(folder, algorithm)
        self._folder = folder

    def put(self, stream: IO[bytes]) -> StoredBytes:
        """See `Vault`."""
        return self.keep(self.stage(iter(lambda: stream.read(PIECE), b"")))

    def keep(self, staged: Staged) -> StoredBytes:
        """See `Vault`."""
        target = self._place(staged.stored.digest)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileNotFoundError):
            os.utime(target)  # it may be an orphan: from now on it is young, and no repair takes it away
        if target.exists():
            staged.discard()
        else:
            staged.path.replace(target)
            _force(target.parent)
            _force(self._folder)
        return staged.stored

    def open(self, digest: str) -> IO[bytes]:
        """See `Vault`."""
        return self._place(digest).open("rb")

    @contextmanager
    def local(self, digest: str) -> Iterator[Path]:
        """See `Vault`."""
        path = self._place(digest)
        if not path.exists():
            raise FileNotFoundError(digest)
        yield path

    def exists(self, digest: str) -> bool:
        """See `Vault`."""
        return self._place(digest).exists()

    def digests(self) -> Iterator[str]:
        """See `Vault`."""
        if not self._folder.is_dir():
            return
        for shelf in self._folder.iterdir():
            if len(shelf.name) == 2 and shelf.is_dir():
                yield from (file.name for file in shelf.iterdir() if is_digest(file.name))

    def modified(self, digest: str) -> dt.datetime:
        """See `Vault`."""
        return _moment(self._place(digest).stat().st_mtime)

    def remove(self, digest: str) -> None:
        """See `Vault`."""
        self._place(digest).unlink(missing_ok=True)

    def half_sent(self) -> Iterator[HalfSent]:
        """See `Vault`. What is under way into a folder is seen by `unfinished`."""
        yield from ()

    def give_up(self, sent: HalfSent) -> None:
        """See `Vault`."""

    def _place(self, digest: str) -> Path:
        if not is_digest(digest):
            raise ValueError(f"no hash: {digest!r}")
        return self._folder / digest[:2] / digest


@cache
def vault() -> Vault:
    """Return the vault that the settings name."""
    folder = Path(settings.DATA) / "evidence"
    if settings.EVIDENCE_BUCKET:
        from zhenggai.web.ledger.evidence.bucket import BucketVault  # noqa: PLC0415 — it is made from this module

        return BucketVault(settings.EVIDENCE_BUCKET, folder, settings.EVENT_HASH)
    return FolderVault(folder, settings.EVENT_HASH)


def _moment(seconds: float) -> dt.datetime:
    from datetime import UTC, datetime  # noqa: PLC0415 — the module is otherwise named in types alone

    return datetime.fromtimestamp(seconds, UTC)


def _force(folder: Path) -> None:
    """Force a folder's entries to disk, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
