"""Zip containers and XML of strangers, opened within limits: docx, xlsx, ofd and their kin."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from typing import TYPE_CHECKING

from lxml import etree

from zhenggai.document.faults import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhenggai.document.reader import Limits

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_CHUNK = 1 << 20
_MEMBERS = 20_000
_ENCRYPTED = 0x1
_MOST_MARKUP = 4_000_000
"""Tags and attributes of one part that is held as a tree."""
_UNPACKING = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError, ValueError)
"""What zipfile raises when the bytes are not what they should be."""
_FREE = 64 << 20
"""Up to this size a part may be packed as tightly as it likes: the same paragraph a million times over is no bomb, and whoever
reads it says better what is too much."""


def is_archive(data: bytes) -> bool:
    """Return whether `data` begins as a zip file does."""
    return data.startswith(_SIGNATURES)


class Archive:
    """A zip file whose parts are unpacked one at a time, counted against the limits as they come."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Read the directory of the zip file.

        Raises:
            DocumentError: it is broken or cut off, encrypted, or claims more than the limits allow.
        """
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _UNPACKING as fault:
            raise _broken() from fault
        self._limits = limits
        self._unpacked = 0
        members = self._zip.infolist()
        if len(members) > _MEMBERS:
            raise DocumentError(
                "too_many_parts",
                f"文件内部的部件超过{_MEMBERS}个，不像正常的公文，已停止读取。请用原软件另存一份再试。",
            )
        self._members = {m.filename.replace("\\", "/").lstrip("/"): m for m in members}
        if sum(m.file_size for m in members) > limits.unpacked_size:
            raise _too_big(limits.unpacked_size)

    @property
    def names(self) -> frozenset[str]:
        """The names of all parts."""
        return frozenset(self._members)

    def read(self, name: str) -> bytes:
        """Return the bytes of the part `name`.

        Raises:
            DocumentError: there is no such part, it is encrypted or broken, or it exceeds the limits.
        """
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of the part `name` in pieces of a megabyte.

        Raises:
            DocumentError: as for `read`.
        """
        member = self._members.get(name)
        if member is None:
            raise DocumentError("part_missing", f"文件已损坏：缺少内部部件“{name}”。请用原软件打开后另存一份再试。")
        if member.flag_bits & _ENCRYPTED:
            raise DocumentError("encrypted", "文件设有密码，无法读取。请去掉密码后另存一份再试。")
        if member.file_size > self._limits.part_size:
            raise _too_big(self._limits.part_size)
        try:
            yield from self._unpack(member)
        except (*_UNPACKING, RuntimeError) as fault:
            raise _broken() from fault

    def _unpack(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """Unpack piece by piece: what the header says of the size is not to be believed."""
        ratio = self._limits.compression_ratio
        bound = max(_FREE, member.compress_size * ratio)
        size = 0
        with self._zip.open(member) as stream:
            while piece := stream.read(_CHUNK):
                size += len(piece)
                self._unpacked += len(piece)
                if size > self._limits.part_size or self._unpacked > self._limits.unpacked_size:
                    raise _too_big(self._limits.part_size)
                if size > bound:
                    raise DocumentError(
                        "zip_bomb", f"文件内部压缩比超过{ratio}倍，可能是恶意文件，已停止读取。请核实文件来源。"
                    )
                yield piece

    def xml(self, name: str) -> etree._Element:
        """Return the root of the XML part `name`.

        Raises:
            DocumentError: as for `read`, or the XML is broken or holds a document type.
        """
        return parse_xml(self.read(name))

    def xml_items(self, name: str, *tags: str) -> Iterator[etree._Element]:
        """Yield the elements of the XML part `name` with one of the local names `tags`, each forgotten after its turn.

        Raises:
            DocumentError: as for `xml`.
        """
        data = self.read(name)
        _refuse_document_type(data)
        wanted = tuple(f"{{*}}{tag}" for tag in tags)
        events = etree.iterparse(
            io.BytesIO(data),
            events=("end",),
            tag=wanted,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for _, element in events:
                yield element
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
        except etree.XMLSyntaxError as fault:
            raise _broken_xml() from fault


def parse_xml(data: bytes) -> etree._Element:
    """Return the root of the XML `data`: no entities, no document type, nothing fetched.

    Raises:
        DocumentError: the XML is broken, holds a document type, or has more markup than memory should hold.
    """
    _refuse_document_type(data)
    if len(data) > _MOST_MARKUP and _markup(data) > _MOST_MARKUP:
        raise DocumentError("too_large", "文件内部的标记过多，可能是恶意文件，已停止读取。请核实文件来源。")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise _broken_xml() from fault
    if root is None:
        raise _broken_xml()
    _refuse_declared(root)
    return root


def grow(pieces: Iterable[bytes], tag: str) -> Iterator[tuple[etree._Element, bool, int]]:
    """Parse XML piece by piece and yield, before each further piece, the first element `tag` as far as it has come.

    With it comes whether it is whole, and how much markup the last piece brought (0 at the end). Whoever takes them should remove from the
    element what is complete, all but its last child, and so keep memory small.

    Raises:
        DocumentError: the XML is broken, holds a document type, or has no such element.
    """
    parser = etree.XMLPullParser(
        events=("start",),
        tag=tag,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    holder: etree._Element | None = None
    before = b""
    try:
        for piece in pieces:
            if holder is not None:
                yield holder, False, _markup(before)
            _refuse_document_type(piece)
            parser.feed(piece)
            before = piece
            holder = _first(parser) if holder is None else holder
        parser.close()
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise _broken_xml() from fault
    if holder is None:
        raise _broken_xml()
    yield holder, True, 0


def _first(parser: etree.XMLPullParser) -> etree._Element | None:
    for _, found in parser.read_events():
        if isinstance(found, etree._Element):  # noqa: SLF001 — lxml has no other name for what it returns
            _refuse_declared(found)
            return found
    return None


def _markup(data: bytes) -> int:
    """Count tags and attributes, roughly: each takes memory as a hundred characters do."""
    return data.count(b"<") + data.count(b"=")


def _refuse_document_type(data: bytes) -> None:
    """Refuse a DOCTYPE, without which no entity can be defined, before it is parsed. No office program writes one."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in data[:4]:
        data = data.replace(b"\x00", b"")
    if b"<!DOCTYPE" in data:
        raise _declared()


def _refuse_declared(element: etree._Element) -> None:
    """Refuse a DOCTYPE in whatever encoding it was written."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise _declared()


def _declared() -> DocumentError:
    return DocumentError(
        "document_type", "文件内部含有不应出现的实体定义，可能是恶意文件，已停止读取。请核实文件来源。"
    )


def _broken() -> DocumentError:
    return DocumentError("broken", "文件已损坏或没有下载完整，无法读取。请用原软件打开后另存一份再试。")


def _broken_xml() -> DocumentError:
    return DocumentError("broken_xml", "文件内部的内容已损坏，无法读取。请用原软件打开后另存一份再试。")


def _too_big(limit: int) -> DocumentError:
    return DocumentError(
        "too_big_unpacked", f"文件解开后超过{limit // 2**20}兆字节的上限，已停止读取。请拆分文件或去掉大图片后再试。"
    )
