"""Zip containers and XML of strangers: what they claim is not believed, what they declare is not obeyed."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenggai.document.archive import Archive, grow, is_archive, parse_xml
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits

MEGABYTE = 2**20


def packed(*parts: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as container:
        for name, content in parts:
            container.writestr(name, content)
    return file.getvalue()


def fault(data: bytes, limits: Limits | None = None, name: str = "a.xml") -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        Archive(data, limits or Limits()).read(name)
    return caught.value


def with_claimed_size(data: bytes, size: int) -> bytes:
    """Return the zip file with another unpacked size in the headers of its parts."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(signature)
        while at >= 0:
            struct.pack_into("<I", changed, at + offset, size)
            at = data.find(signature, at + 4)
    return bytes(changed)


def with_flags(data: bytes, flags: int) -> bytes:
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", changed, data.find(signature) + offset, flags)
    return bytes(changed)


class TestParts:
    @pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_parts_come_back(self, method: int) -> None:
        archive = Archive(packed(("a.xml", b"<a/>" * 1000), ("b/c.xml", b""), method=method), Limits())
        assert archive.names == {"a.xml", "b/c.xml"}
        assert archive.read("a.xml") == b"<a/>" * 1000
        assert archive.read("b/c.xml") == b""

    @pytest.mark.parametrize("name", ["word\\document.xml", "/word/document.xml"])
    def test_names_of_careless_programs(self, name: str) -> None:
        assert Archive(packed((name, b"<a/>")), Limits()).read("word/document.xml") == b"<a/>"

    def test_a_missing_part_is_named(self) -> None:
        error = fault(packed(("a.xml", b"")), name="word/document.xml")
        assert error.code == "part_missing"
        assert "word/document.xml" in str(error)

    @pytest.mark.parametrize(
        ("data", "known"),
        [(packed(("a", b"")), True), (packed(), True), (b"PK", False), (b"", False), (b"%PDF", False)],
        ids=["a part", "empty", "cut", "nothing", "pdf"],
    )
    def test_zip_files_are_known_by_their_beginning(self, data: bytes, known: bool) -> None:
        assert is_archive(data) is known


class TestHostileContainers:
    @pytest.mark.parametrize("cut", [4, 30, 0.3, 0.6, 0.95])
    def test_cut_off(self, cut: float) -> None:
        data = packed(("a.xml", bytes(range(256)) * 20))
        error = fault(data[: int(cut if cut > 1 else len(data) * cut)])
        assert error.code == "broken"
        assert "没有下载完整" in str(error)

    def test_bytes_that_are_not_what_was_packed(self) -> None:
        data = bytearray(packed(("a.xml", bytes(range(256)) * 20)))
        data[60] ^= 0xFF
        assert fault(bytes(data)).code == "broken"

    def test_encrypted(self) -> None:
        error = fault(with_flags(packed(("a.xml", b"<a/>")), 1))
        assert error.code == "encrypted"
        assert "密码" in str(error)

    def test_an_unknown_way_of_packing(self) -> None:
        data = bytearray(packed(("a.xml", b"<a/>")))
        for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
            struct.pack_into("<H", data, bytes(data).find(signature) + offset, 97)
        assert fault(bytes(data)).code == "broken"

    def test_a_bomb(self) -> None:
        error = fault(packed(("a.xml", bytes(80 * MEGABYTE))))
        assert error.code == "zip_bomb"
        assert "200倍" in str(error)

    def test_small_parts_may_repeat_themselves(self) -> None:
        assert len(Archive(packed(("a.xml", b"<a/>" * MEGABYTE)), Limits()).read("a.xml")) == 4 * MEGABYTE

    def test_a_part_above_the_limit(self) -> None:
        error = fault(packed(("a.xml", bytes(3 * MEGABYTE))), Limits(part_size=2 * MEGABYTE))
        assert error.code == "too_big_unpacked"
        assert "2兆字节" in str(error)

    def test_all_parts_together_above_the_limit(self) -> None:
        parts = [(f"{n}.xml", bytes(MEGABYTE)) for n in range(5)]
        assert fault(packed(*parts), Limits(unpacked_size=4 * MEGABYTE)).code == "too_big_unpacked"

    def test_parts_read_again_count_again(self) -> None:
        archive = Archive(packed(("a.xml", bytes(MEGABYTE))), Limits(unpacked_size=2 * MEGABYTE + 1))
        archive.read("a.xml")
        archive.read("a.xml")
        with pytest.raises(DocumentError):
            archive.read("a.xml")

    def test_a_claim_of_two_gigabytes_takes_no_memory(self) -> None:
        data = with_claimed_size(packed(("a.xml", b"<a/>")), 2**31 - 1)
        tracemalloc.start()
        try:
            error = fault(data)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert error.code == "too_big_unpacked"
        assert peak < 5 * MEGABYTE

    def test_a_claim_of_less_than_there_is(self) -> None:
        data = with_claimed_size(packed(("a.xml", bytes(3 * MEGABYTE))), 10)
        with pytest.raises(DocumentError):
            Archive(data, Limits(part_size=2 * MEGABYTE)).read("a.xml")

    def test_more_parts_than_any_document_has(self) -> None:
        assert fault(packed(*((str(n), b"") for n in range(20_001)))).code == "too_many_parts"

    @given(st.binary(max_size=400))
    def test_any_bytes_are_read_or_refused(self, data: bytes) -> None:
        try:
            archive = Archive(b"PK\x03\x04" + data, Limits())
        except DocumentError:
            return
        assert archive.names

    @given(st.integers(0, 200), st.binary(min_size=1, max_size=8))
    def test_a_spoilt_container_is_read_or_refused(self, at: int, new: bytes) -> None:
        data = packed(("a.xml", b"<a>text</a>"), ("b.xml", b"<b/>"))
        try:
            archive = Archive(data[:at] + new + data[at + len(new) :], Limits())
            assert sum(len(archive.read(name)) for name in archive.names) < MEGABYTE
        except DocumentError as error:
            assert str(error).endswith("。")  # noqa: PT017 — a refusal is as good an answer as a reading


XML_FAULTS = {
    "nothing": (b"", "broken_xml"),
    "no XML": (b"\x00\x01\x02", "broken_xml"),
    "not closed": (b"<a><b></a>", "broken_xml"),
    "a name space that is not declared": (b"<w:a/>", "broken_xml"),
    "a control character": (b"<a>&#1;</a>", "broken_xml"),
    "an encoding that is not": (b'<?xml version="1.0" encoding="nothing"?><a/>', "broken_xml"),
    "deeper than any document": (b"<a>" * 3000 + b"</a>" * 3000, "broken_xml"),
    "an entity": (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document_type"),
    "entities in entities": (
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]><a>&d;</a>',
        "document_type",
    ),
    "a file of this machine": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', "document_type"),
    "a document type elsewhere": (b'<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><a/>', "document_type"),
    "a document type in UTF-16": (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"),
        "document_type",
    ),
    "a document type in UTF-7": (
        b'<?xml version="1.0" encoding="UTF-7"?>' + '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-7"),
        None,
    ),
}


class TestXml:
    @pytest.mark.parametrize(("data", "code"), XML_FAULTS.values(), ids=XML_FAULTS)
    def test_broken_and_hostile_xml_is_refused(self, data: bytes, code: str | None) -> None:
        with pytest.raises(DocumentError) as caught:
            parse_xml(data)
        assert code is None or caught.value.code == code

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
    def test_xml_in_its_own_encoding(self, encoding: str) -> None:
        root = parse_xml(f'<?xml version="1.0" encoding="{encoding}"?><a>整改</a>'.encode(encoding))
        assert root.text == "整改"

    def test_comments_and_instructions_leave_no_gap(self) -> None:
        root = parse_xml(b"<a>x<!-- <b> -->y<?c d?>z</a>")
        assert (root.text, len(root)) == ("xyz", 0)

    def test_more_markup_than_memory_should_hold(self) -> None:
        with pytest.raises(DocumentError) as caught:
            parse_xml(b"<a>" + b"<b/>" * 4_000_001 + b"</a>")
        assert caught.value.code == "too_large"

    def test_a_document_type_in_a_later_piece(self) -> None:
        pieces = [b"<?xml version='1.0'?>" + b" " * 100, b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<a><body>&b;</body></a>"]
        with pytest.raises(DocumentError) as caught:
            list(grow(pieces, "body"))
        assert caught.value.code == "document_type"

    @pytest.mark.parametrize("size", [1, 7, 1000])
    def test_xml_may_come_in_any_pieces(self, size: int) -> None:
        data = b"<a><head/><body>" + "<p>整改</p>".encode() * 20 + b"</body></a>"
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        *_, (body, whole, _) = grow(pieces, "body")
        assert whole
        assert [one.text for one in body] == ["整改"] * 20

    @pytest.mark.parametrize(
        "data", [b"<a/>", b"<a><body>", b"", b"<a><body/></a><c/>"], ids=["none", "open", "nothing", "two"]
    )
    def test_pieces_without_a_whole_body(self, data: bytes) -> None:
        with pytest.raises(DocumentError):
            list(grow([data], "body"))
