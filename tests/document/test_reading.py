"""The entry: which reader reads a file, and what is said of files that cannot be read."""

from __future__ import annotations

import hashlib
import io
import os
import re
import struct
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest

from zhenggai.document import DocumentError, Limits, known_formats, read_bytes, read_document
from zhenggai.document.blocks import Furniture

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "云溪县第二幼儿园整改方案\n一、整改任务\n（一）学习制度不健全。\n整改措施：每月组织一次集中学习。\n"


def word(text: str) -> bytes:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def archive(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, text in parts.items():
            file.writestr(name.replace("__", "/"), text)
    return buffer.getvalue()


def locked_archive() -> bytes:
    """A zip file whose parts claim to be encrypted."""
    data = bytearray(archive(word="x" * 50))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        struct.pack_into("<H", data, at, 1)
    return bytes(data)


def compound(*names: str) -> bytes:
    """An OLE2 container with empty streams of the given names."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    head += struct.pack("<108I", *([free] * 108))
    sectors = struct.pack("<128I", table, end, *([free] * 126))
    directory = b""
    for kind, name in [(5, "Root Entry"), *((2, name) for name in names)][:4]:
        raw = name.encode("utf-16-le") + b"\0\0"
        entry = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + struct.pack("<III", free, free, free)
        directory += (entry + bytes(36) + struct.pack("<II", end, 0)).ljust(128, b"\0")
    return head[:512].ljust(512, b"\xff") + sectors + directory.ljust(512, b"\0")


def message(data: bytes, name: str, limits: Limits | None = None) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        read_bytes(data, name, limits=limits or Limits())
    return caught.value.code, str(caught.value)


class TestChoice:
    def test_a_document_carries_name_type_and_hash(self, tmp_path: Path) -> None:
        path = tmp_path / "方案.txt"
        path.write_text(TEXT, encoding="utf-8")
        document = read_document(path)
        assert (document.name, document.media_type) == ("方案.txt", "text/plain")
        assert document.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
        assert [block.text for block in document.blocks] == TEXT.splitlines()
        assert document.notes == ()

    def test_keys_suffixes_and_media_types_are_distinct_and_well_formed(self) -> None:
        readers = known_formats()
        suffixes = [suffix for reader in readers for suffix in reader.suffixes]
        assert len(suffixes) == len(set(suffixes))
        assert all(re.fullmatch(r"\.[a-z]+", suffix) for suffix in suffixes)
        assert [reader.key for reader in readers] == sorted({reader.key for reader in readers})

    @pytest.mark.parametrize("name", ["方案.md", "方案.MD", "方案.markdown"])
    def test_the_suffix_decides_between_readers_of_one_content(self, name: str) -> None:
        assert read_bytes(TEXT.encode(), name).media_type == "text/markdown"

    @pytest.mark.parametrize("name", ["方案.doc", "方案.wps", "方案.rtf"])
    def test_the_suffix_of_a_kindred_format_is_noted(self, name: str) -> None:
        document = read_bytes(word(TEXT), name)
        assert [block.text for block in document.blocks] == TEXT.splitlines()
        assert "后缀" in document.notes[0]
        assert name[-4:] in document.notes[0]

    @pytest.mark.parametrize(
        ("name", "data"),
        [("方案.txt", word(TEXT)), ("方案.pdf", word(TEXT)), ("方案.docx", TEXT.encode())],
        ids=["word-txt", "word-pdf", "text-docx"],
    )
    def test_a_suffix_that_says_something_else_is_refused(self, name: str, data: bytes) -> None:
        code, text = message(data, name)
        assert code == "wrong_suffix"
        assert f"后缀是{name[2:]}" in text

    @pytest.mark.parametrize("name", ["方案", "标准输入", "方案.dat"])
    def test_without_a_known_suffix_the_content_decides_and_nothing_is_noted(self, name: str) -> None:
        assert read_bytes(word(TEXT), name).notes == ()
        assert read_bytes(TEXT.encode(), name).notes == ()

    def test_blocks_are_numbered_in_order(self) -> None:
        text = "— 1 —\n\n序号\t问题\t措施\n1\t甲\t乙\n\n一、任务\n"
        document = read_bytes(text.encode(), "方案.txt")
        assert [block.number for block in document.blocks] == list(range(len(document.blocks)))
        assert document.blocks[0].furniture is Furniture.PAGE_NUMBER


class TestFaults:
    @pytest.mark.parametrize(
        ("data", "name", "code", "says"),
        [
            (b"", "方案.docx", "empty", "空"),
            (b" \r\n\t\n", "方案.txt", "empty", "空"),
            (b"\xef\xbb\xbf", "方案.txt", "empty", "空"),
            ("　　\n　\n".encode(), "方案.txt", "no_text", "没有文字"),
            (bytes(range(256)) * 40, "方案.txt", "wrong_content", "txt"),
            (bytes(range(256)) * 40, "方案.xyz", "unknown_format", "docx、"),
            (b"\x89PNG\r\n\x1a\n" + bytes(60), "方案.png", "picture", "文字识别"),
            (b"\x89PNG\r\n\x1a\n" + bytes(60), "方案.txt", "picture", "文字识别"),
            (b"Rar!\x1a\x07\x00" + bytes(60), "方案.rar", "packed", "解压"),
            (archive(a="x"), "方案.zip", "packed", "解压"),
            (archive(a="x"), "方案.docx", "packed", "解压"),
            (locked_archive(), "方案.docx", "encrypted", "密码"),
            (archive(a="x")[:30], "方案.docx", "broken", "损坏"),
            (compound("EncryptedPackage"), "方案.docx", "encrypted", "密码"),
            (compound("EncryptedPackage"), "方案.xlsx", "encrypted", "密码"),
            (compound("PowerPoint Document"), "方案.doc", "slides", "演示文稿"),
            (compound("Something"), "方案.doc", "wrong_content", "损坏"),
            (b"<!DOCTYPE html><html><body>x</body></html>", "方案.doc", "web_page", "网页"),
            (b"\xef\xbb\xbf\r\n<html><body>x</body></html>", "方案.xls", "web_page", "网页"),
            (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "方案.doc", "web_page", "网页"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_what_cannot_be_read_is_named(self, data: bytes, name: str, code: str, says: str) -> None:
        found, text = message(data, name)
        assert found == code
        assert says in text

    def test_slides_of_office(self) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            file.writestr("ppt/presentation.xml", "<p/>")
        assert message(buffer.getvalue(), "方案.pptx")[0] == "slides"

    @pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
    def test_a_word_file_cut_off(self, part: float) -> None:
        data = word(TEXT)
        code, text = message(data[: int(len(data) * part)], "方案.docx")
        assert code == "broken"
        assert "损坏" in text

    @pytest.mark.parametrize(
        ("limits", "code", "says"),
        [
            (Limits(file_size=60), "too_large", "上限"),
            (Limits(blocks=2), "too_many_blocks", "超过2个"),
            (Limits(characters=20), "too_many_characters", "超过20个字"),
        ],
    )
    def test_limits_are_stated(self, limits: Limits, code: str, says: str) -> None:
        found, text = message(TEXT.encode(), "方案.txt", limits)
        assert found == code
        assert says in text

    def test_limits_hold_for_other_formats_too(self) -> None:
        assert "超过2个" in message(word(TEXT), "方案.docx", Limits(blocks=2))[1]

    def test_every_message_is_one_line_and_says_what_to_do(self) -> None:
        faults = [message(b"", "a.txt"), message(bytes(range(256)) * 40, "a.txt"), message(locked_archive(), "a.docx")]
        for _, text in faults:
            assert re.fullmatch(r"[^\n]{10,120}。", text)
            assert "请" in text


class TestPaths:
    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(DocumentError, match="找不到") as caught:
            read_document(tmp_path / "没有.docx")
        assert caught.value.code == "not_found"

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(DocumentError, match="文件夹"):
            read_document(tmp_path)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_forbidden(self, tmp_path: Path) -> None:
        path = tmp_path / "方案.txt"
        path.write_text(TEXT)
        path.chmod(0)
        with pytest.raises(DocumentError, match="权限"):
            read_document(path)

    @pytest.mark.parametrize("name", ["方案\0.txt", "方" * 300 + ".txt"], ids=["null", "long"])
    def test_impossible_names(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(DocumentError):
            read_document(tmp_path / name)

    def test_an_endless_file_is_read_up_to_the_limit(self, tmp_path: Path) -> None:
        path = tmp_path / "无尽.txt"
        path.symlink_to("/dev/zero")
        with pytest.raises(DocumentError):
            read_document(path, limits=Limits(file_size=4096))
