"""The entry: a file or its bytes become a document, whatever its format."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from zhenggai import discover
from zhenggai.document.blocks import Document
from zhenggai.document.faults import DocumentError
from zhenggai.document.furniture import mark_furniture
from zhenggai.document.reader import Limits, Reader, Source

if TYPE_CHECKING:
    from zhenggai.document.reader import Reading

_LIMITS = Limits()


@lru_cache(maxsize=1)
def known_formats() -> tuple[Reader, ...]:
    """Return all readers, in the order of their keys."""
    from zhenggai.document import readers  # noqa: PLC0415 — the readers load only when one is needed

    return tuple(discover.collect(readers, Reader).values())


def read_document(path: str | Path, *, limits: Limits = _LIMITS) -> Document:
    """Read the file at `path`.

    Raises:
        DocumentError: it is missing, empty, too big, of no known format, broken, locked or hostile; the message says in
            Chinese what is wrong and what to do.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise DocumentError("is_folder", "这是文件夹，不是文件。请指定文件夹里的文件。")
        size = path.stat().st_size
        if size > limits.file_size:
            raise _too_large(limits)
        data = path.read_bytes()
    except FileNotFoundError as fault:
        raise DocumentError("not_found", "找不到文件。请检查文件名和路径是否写对。") from fault
    except (OSError, ValueError) as fault:
        raise DocumentError("unreadable", "文件打不开。请检查是否有读取权限，或者文件是否正被其他程序占用。") from fault
    return read_bytes(data, path.name, limits=limits)


def read_bytes(data: bytes, name: str, *, limits: Limits = _LIMITS) -> Document:
    """Read the bytes of a file called `name`.

    Raises:
        DocumentError: as for `read_document`.
    """
    if not data or not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise DocumentError("empty", "文件是空的，没有内容可读。请检查是否选对了文件。")
    if len(data) > limits.file_size:
        raise _too_large(limits)
    source = Source(name, data)
    reader, note = _choose(source)
    reading = _within_limits(reader.read(source, limits), limits)
    if not reading.blocks:
        raise DocumentError("no_text", "文件里没有文字。如果是扫描件或图片，请先做文字识别再导入。")
    numbered = tuple(replace(b, number=n) for n, b in enumerate(reading.blocks))
    notes = (*((note,) if note else ()), *reading.notes)
    return Document(name, reader.media_type, hashlib.sha256(data).hexdigest(), mark_furniture(numbered), notes)


def _choose(source: Source) -> tuple[Reader, str | None]:
    """Return the reader for the content, and a note where the suffix says something else."""
    suffix = Path(source.name).suffix.lower()
    fitting = [r for r in known_formats() if r.recognises(source)]
    named = [r for r in fitting if suffix in r.suffixes]
    if named:
        return named[0], None
    if not fitting:
        raise _diagnose(source, suffix)
    reader = fitting[0]
    claimed = any(suffix in r.suffixes for r in known_formats())
    if not claimed:
        return reader, None
    return reader, f"文件后缀是{suffix}，内容却是{reader.title}，已按实际内容读取。"


def _within_limits(reading: Reading, limits: Limits) -> Reading:
    if len(reading.blocks) > limits.blocks:
        raise DocumentError(
            "too_many_blocks", f"文件超过{limits.blocks}个段落和单元格的上限，已停止读取。请拆成几个文件再试。"
        )
    if sum(len(b.text) for b in reading.blocks) > limits.characters:
        raise DocumentError(
            "too_many_characters", f"文件超过{limits.characters // 10000}万字的上限，已停止读取。请拆成几个文件再试。"
        )
    return reading


_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")


def _diagnose(source: Source, suffix: str) -> DocumentError:
    """Say what a file is that no reader knows."""
    from zhenggai.document.archive import Archive, is_archive  # noqa: PLC0415

    if is_archive(source.data):
        try:
            Archive(source.data, _LIMITS)
        except DocumentError as fault:
            return fault
        return DocumentError("unknown_archive", "这是压缩包或不认识的文件，不能直接读取。请先解压，再导入里面的文件。")
    if source.data.startswith(_PICTURES):
        return DocumentError("picture", "这是图片，没有可读的文字。请先做文字识别，或者导入原来的电子文件。")
    known = "、".join(sorted({s.lstrip(".") for r in known_formats() for s in r.suffixes}))
    if any(suffix in r.suffixes for r in known_formats()):
        return DocumentError(
            "wrong_content",
            f"文件的内容不是{suffix.lstrip('.')}格式，可能已损坏或改错了后缀。请用原软件打开后另存一份再试。",
        )
    return DocumentError("unknown_format", f"不认识这种文件。可以读取的格式有：{known}。")


def _too_large(limits: Limits) -> DocumentError:
    return DocumentError(
        "too_large", f"文件超过{limits.file_size // 2**20}兆字节的上限。请拆成几个文件，或去掉大图片后再试。"
    )
