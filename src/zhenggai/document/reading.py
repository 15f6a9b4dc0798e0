"""The entry: a file or its bytes become a document, whatever its format."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from zhenggai import discover
from zhenggai.document.blocks import Document
from zhenggai.document.compound import stream_names
from zhenggai.document.faults import DocumentError
from zhenggai.document.furniture import mark_furniture
from zhenggai.document.reader import Limits, Reader, Source

if TYPE_CHECKING:
    from zhenggai.document.reader import Reading

_LIMITS = Limits()
_SMALL = 2**20


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
        with path.open("rb") as file:
            data = file.read(_SMALL)
            if len(data) == _SMALL:  # to ask for all at once takes the memory of the largest file for any
                data += file.read(max(0, limits.file_size + 1 - _SMALL))
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
    try:
        reading = _within_limits(reader.read(source, limits), limits)
    except (MemoryError, RecursionError) as fault:
        raise DocumentError(
            "too_complex", "文件结构过于复杂，超出可以处理的范围，已停止读取。请用原软件另存一份或拆成几个文件再试。"
        ) from fault
    if not reading.blocks:
        raise DocumentError("no_text", "文件里没有文字。如果是扫描件或图片，请先做文字识别再导入。")
    numbered = tuple(b if b.number == n else replace(b, number=n) for n, b in enumerate(reading.blocks))
    notes = (*((note,) if note else ()), *reading.notes)
    return Document(name, reader.media_type, hashlib.sha256(data).hexdigest(), mark_furniture(numbered), notes)


_ENCRYPTED_PACKAGE = "EncryptedPackage"
"""Where office programs hide a docx, xlsx or pptx that has a password; which of them it is cannot be seen."""
_KIN = (
    frozenset({".doc", ".wps", ".dot", ".wpt", ".docx", ".docm", ".dotx", ".dotm", ".rtf", ".odt", ".ott"}),
    frozenset({".xls", ".et", ".xlt", ".ett", ".xlsx", ".xlsm", ".xltx", ".xltm", ".ods", ".ots"}),
)
"""Suffixes that office programs put on each other's files: WPS saves docx under .doc. Such files are read with a note."""


def _choose(source: Source) -> tuple[Reader, str | None]:
    """Return the reader for the content, and a note where the suffix is that of a kindred format.

    Raises:
        DocumentError: no reader knows the content, or the suffix says something else altogether.
    """
    suffix = Path(source.name).suffix.lower()
    named = [r for r in known_formats() if suffix in r.suffixes]
    for reader in (*named, *(r for r in known_formats() if r not in named)):
        if reader.recognises(source):
            break
    else:
        raise _diagnose(source, suffix)
    if reader in named or not named:
        return reader, None
    if any(suffix in kin and reader.suffixes[0] in kin for kin in _KIN):
        return reader, f"文件后缀是{suffix}，内容却是{reader.title}，已按实际内容读取。"
    if _ENCRYPTED_PACKAGE in stream_names(source.data):
        raise DocumentError("encrypted", "文件设有打开密码，无法读取。请去掉密码后再试。")
    raise DocumentError(
        "wrong_suffix",
        f"文件后缀是{suffix}，内容却是{reader.title}。请核对是否选对了文件；确实要导入的，请把后缀改成{reader.suffixes[0]}再试。",
    )


def _within_limits(reading: Reading, limits: Limits) -> Reading:
    if len(reading.blocks) > limits.blocks:
        raise DocumentError(
            "too_many_blocks", f"文件超过{limits.blocks}个段落和单元格的上限，已停止读取。请拆成几个文件再试。"
        )
    if sum(len(b.text) for b in reading.blocks) > limits.characters:
        raise DocumentError(
            "too_many_characters", f"文件超过{limits.characters}个字的上限，已停止读取。请拆成几个文件再试。"
        )
    return reading


_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_WEB_PAGE = (b"<!doctype html", b"<html", b"mime-version:")
_NO_DOCUMENTS = (
    (_PACKED, "packed", "这是压缩包，不能直接读取。请先解压，再导入里面的文件。"),
    (_PICTURES, "picture", "这是图片，没有可读的文字。请先做文字识别，或者导入原来的电子文件。"),
    (_WEB_PAGE, "web_page", "这是网页文件，不能直接读取。请用浏览器或 Word 打开后另存为docx或txt再试。"),
)
"""How files begin that people take for documents, and what to say of them."""


def _diagnose(source: Source, suffix: str) -> DocumentError:
    """Say what a file is that no reader knows."""
    known = {s for r in known_formats() for s in r.suffixes}
    if source.data.startswith(_PACKED[:2]):
        fault = _zip_fault(source.data)
        if fault is not None:
            return fault
    if "PowerPoint Document" in stream_names(source.data):
        return _slides()
    start = source.data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for signs, code, message in _NO_DOCUMENTS:
        if source.data.startswith(signs) or start.startswith(signs):
            return DocumentError(code, message)
    if suffix in known:
        return DocumentError(
            "wrong_content",
            f"文件的内容不是{suffix.lstrip('.')}格式，可能已损坏或改错了后缀。请用原软件打开后另存一份再试。",
        )
    formats = "、".join(sorted(s.lstrip(".") for s in known))
    return DocumentError("unknown_format", f"不认识这种文件，不能读取。请换成可以读取的格式：{formats}。")


def _zip_fault(data: bytes) -> DocumentError | None:
    """Return what is wrong with a zip file: broken, locked, no document; None for an ordinary one."""
    from zhenggai.document.archive import Archive  # noqa: PLC0415 — brings lxml, which text files do not need

    try:
        archive = Archive(data, _LIMITS)
        for name in sorted(archive.names):
            if not name.endswith("/"):
                next(archive.pieces(name), b"")
                break
    except DocumentError as fault:
        return fault
    return _slides() if "ppt/presentation.xml" in archive.names else None


def _slides() -> DocumentError:
    return DocumentError("slides", "这是演示文稿，不能直接读取。请另存为pdf或docx再试。")


def _too_large(limits: Limits) -> DocumentError:
    return DocumentError(
        "too_large", f"文件超过{limits.file_size // 2**20}兆字节的上限。请拆成几个文件，或去掉大图片后再试。"
    )
