"""Zip containers and XML of strangers, opened within limits: docx, xlsx, ofd and their kin."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from lxml import etree

from zhenggai.document.faults import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.document.reader import Limits

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_CHUNK = 1 << 20
_MEMBERS = 20_000
_ENCRYPTED = 0x1
_SMALL = 1 << 20
"""Parts up to this size may be packed as tightly as they like: repeated markup is normal in small parts."""


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
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as fault:
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
        member = self._members.get(name)
        if member is None:
            raise DocumentError("part_missing", f"文件已损坏：缺少内部部件“{name}”。请用原软件打开后另存一份再试。")
        if member.flag_bits & _ENCRYPTED:
            raise DocumentError("encrypted", "文件设有密码，无法读取。请去掉密码后另存一份再试。")
        if member.file_size > self._limits.part_size:
            raise _too_big(self._limits.part_size)
        try:
            return self._unpack(member)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            OSError,
            RuntimeError,
            ValueError,
        ) as fault:
            raise _broken() from fault

    def _unpack(self, member: zipfile.ZipInfo) -> bytes:
        """Unpack piece by piece: what the header says of the size is not to be believed."""
        ratio = self._limits.compression_ratio
        bound = max(_SMALL, member.compress_size * ratio)
        pieces: list[bytes] = []
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
                pieces.append(piece)
        return b"".join(pieces)

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

    def xml_children(self, name: str, container: str) -> Iterator[etree._Element]:
        """Yield the children of the first element `container` of the XML part `name`, each forgotten after its turn.

        Raises:
            DocumentError: as for `xml`.
        """
        data = self.read(name)
        _refuse_document_type(data)
        events = etree.iterparse(
            io.BytesIO(data),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        holder: etree._Element | None = None
        try:
            for event, element in events:
                if holder is None:
                    if event == "start" and etree.QName(element).localname == container:
                        holder = element
                elif event == "end" and element.getparent() is holder:
                    yield element
                    element.clear()
                    while element.getprevious() is not None:
                        del holder[0]
        except etree.XMLSyntaxError as fault:
            raise _broken_xml() from fault


def parse_xml(data: bytes) -> etree._Element:
    """Return the root of the XML `data`: no entities, no document type, nothing fetched.

    Raises:
        DocumentError: the XML is broken or holds a document type.
    """
    _refuse_document_type(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise _broken_xml() from fault
    if root is None:
        raise _broken_xml()
    return root


def _refuse_document_type(data: bytes) -> None:
    """Refuse a DOCTYPE, without which no entity can be defined. It may stand anywhere before the root element."""
    head = data[:4]
    start = data[: 1 << 16]
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in head:
        start = start.replace(b"\x00", b"")
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise DocumentError(
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
