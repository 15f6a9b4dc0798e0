"""The file of a backup: a zip archive whose last entry lists every other with its size and SHA-256.

Entries: `about.json` first, `tables/…jsonl` (compressed), `evidence/…` and `files/…` by hash, `secret.key`, `manifest.jsonl` last.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from zhenggai.web.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SCHEMA = "zhenggai.backup/1"
ABOUT = "about.json"
MANIFEST = "manifest.jsonl"
SECRET = "secret.key"  # noqa: S105 — the name of an entry
_PIECE = 1 << 20


class Writer:
    """Adds entries one after the other and remembers their hashes; use `writing`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Write into `archive`."""
        self._archive = archive
        self._known: dict[str, tuple[int, str]] = {}

    def __contains__(self, name: str) -> bool:
        """Say whether an entry of this name has been written."""
        return name in self._known

    def add(self, name: str, pieces: Iterable[bytes], *, compress: bool = False) -> tuple[int, str]:
        """Add one entry in constant memory and return its size and SHA-256."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        hashed, size = hashlib.sha256(), 0
        with self._archive.open(info, "w", force_zip64=True) as out:
            for piece in pieces:
                hashed.update(piece)
                size += len(piece)
                out.write(piece)
        self._known[name] = (size, hashed.hexdigest())
        return self._known[name]

    def close(self) -> None:
        """Add the list of entries."""
        lines = (
            json.dumps({"name": name, "size": size, "sha256": digest}, ensure_ascii=False) + "\n"
            for name, (size, digest) in list(self._known.items())
        )
        self.add(MANIFEST, (line.encode() for line in lines), compress=True)


@contextmanager
def writing(target: Path) -> Iterator[Writer]:
    """Write a backup beside `target` and put it there when it is whole; nobody but the owner may read it.

    Raises:
        StoreError: it cannot be written.
    """
    unfinished = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
    try:
        handle = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
                writer = Writer(archive)
                yield writer
                writer.close()
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except OSError as fault:
        raise StoreError(
            f"备份不能写入“{target}”：{fault.strerror or fault}。请检查磁盘空间和权限，或换一个位置。"
        ) from fault
    finally:
        unfinished.unlink(missing_ok=True)


class Reader:
    """A backup that has been opened; `about` says what it holds."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Read the list of entries.

        Raises:
            StoreError: this is no backup, or not a whole one.
        """
        self._archive = archive
        try:
            lines = archive.read(MANIFEST).decode().splitlines()
            self.entries = {entry["name"]: entry for entry in map(json.loads, lines)}
            self.about: dict[str, Any] = json.loads(archive.read(ABOUT))
        except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as fault:
            raise StoreError("这个文件不是完整的备份，不能恢复。") from fault
        if self.about.get("schema") != SCHEMA:
            raise StoreError("这个备份是较新版本的程序做的，请先升级程序。")

    def check(self) -> None:
        """Compare every entry with the list.

        Raises:
            StoreError: one is missing or different.
        """
        for name, entry in self.entries.items():
            hashed, size = hashlib.sha256(), 0
            try:
                for piece in self.pieces(name):
                    hashed.update(piece)
                    size += len(piece)
            except (KeyError, zipfile.BadZipFile, EOFError, OSError, ValueError) as fault:
                raise StoreError(f"备份文件已损坏：“{name}”不能读取。") from fault
            if (size, hashed.hexdigest()) != (entry["size"], entry["sha256"]):
                raise StoreError(f"备份文件已损坏或被改动：“{name}”与清单不符。")

    def pieces(self, name: str) -> Iterator[bytes]:
        """Give the bytes of an entry, a megabyte at a time."""
        with self._archive.open(name) as stream:
            while piece := stream.read(_PIECE):
                yield piece

    def open(self, name: str) -> IO[bytes]:
        """Return an entry to be read."""
        return self._archive.open(name)


@contextmanager
def reading(source: Path) -> Iterator[Reader]:
    """Open a backup.

    Raises:
        StoreError: there is none, or it is not whole.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            yield Reader(archive)
    except OSError as fault:
        raise StoreError(f"备份文件“{source}”打不开：{fault.strerror or fault}。") from fault
    except zipfile.BadZipFile as fault:
        raise StoreError("这个文件不是完整的备份，不能恢复。") from fault
