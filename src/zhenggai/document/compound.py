"""The old Microsoft container of .doc, .xls, .wps and .et, and of every Office file with a password (OLE2, [MS-CFB])."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from zhenggai.document.faults import DocumentError

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of every compound file."""

_HEADER = 512
_ENTRY = 128
_FREE = 0xFFFFFFFA
"""Sector numbers from here on are marks (end of chain, free, table), not places."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One entry of the directory: its name, its first sector, its size in bytes."""

    name: str
    start: int
    size: int


class CompoundFile:
    """The directory of a compound file and, on demand, the bytes of its streams."""

    def __init__(self, data: bytes) -> None:
        """Read header, sector table and directory of `data`.

        Raises:
            DocumentError: the container is cut off or its tables lead nowhere.
        """
        if len(data) < _HEADER or not data.startswith(SIGNATURE):
            raise _broken()
        self._data = data
        (shift, small_shift) = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or small_shift != 6:
            raise _broken()
        self._sector = 1 << shift
        tables, directory, self._cutoff, small_start = struct.unpack_from("<II4xII", data, 44)
        self._table = self._sector_table(tables)
        entries = self._chain(directory)
        self.streams = tuple(_streams(entries))
        self._root = next((s for s in _streams(entries, kind=5)), Stream("", _FREE, 0))
        self._small_start = small_start

    @property
    def names(self) -> frozenset[str]:
        """The names of all streams, at whatever depth."""
        return frozenset(stream.name for stream in self.streams)

    def read(self, name: str) -> bytes | None:
        """Return the bytes of the first stream called `name`, or None if there is none."""
        stream = next((s for s in self.streams if s.name == name), None)
        if stream is None:
            return None
        if stream.size >= self._cutoff:
            return self._chain(stream.start)[: stream.size]
        return self._small_chain(stream.start)[: stream.size]

    def _block(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        return self._data[start : start + self._sector]

    def _sector_table(self, count: int) -> list[int]:
        listed = list(struct.unpack_from("<109I", self._data, 76))
        following, blocks = struct.unpack_from("<II", self._data, 68)
        for _ in range(min(blocks, len(self._data) // self._sector)):
            block = self._block(following)
            if len(block) < self._sector:
                break
            *more, following = struct.unpack(f"<{self._sector // 4}I", block)
            listed += more
        table: list[int] = []
        for sector in listed[: min(count, len(self._data) // self._sector)]:
            block = self._block(sector) if sector < _FREE else b""
            table += struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4])
        return table

    def _chain(self, sector: int) -> bytes:
        blocks: list[bytes] = []
        while sector < _FREE:
            if sector >= len(self._table) or len(blocks) > len(self._table):
                raise _broken()
            blocks.append(self._block(sector))
            sector = self._table[sector]
        return b"".join(blocks)

    def _small_chain(self, sector: int) -> bytes:
        raw = self._chain(self._small_start)
        table = struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
        store = self._chain(self._root.start)
        blocks: list[bytes] = []
        while sector < _FREE:
            if sector >= len(table) or len(blocks) > len(table):
                raise _broken()
            blocks.append(store[sector * 64 : sector * 64 + 64])
            sector = table[sector]
        return b"".join(blocks)


def stream_names(data: bytes) -> frozenset[str]:
    """Return the stream names of a compound file; empty for any other or a broken file."""
    if not data.startswith(SIGNATURE):
        return frozenset()
    try:
        return CompoundFile(data).names
    except DocumentError:
        return frozenset()


def _streams(directory: bytes, kind: int = 2) -> list[Stream]:
    found = []
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length, entry_kind = struct.unpack_from("<HB", directory, at + 64)
        if entry_kind != kind or not 2 <= length <= 64:
            continue
        name = directory[at : at + length - 2].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, at + 116)
        found.append(Stream(name, start, size))
    return found


def _broken() -> DocumentError:
    return DocumentError("broken", "文件已损坏：旧版 Office 文件的内部目录不完整，请用原软件打开后另存一份再试。")
