"""What is taken as evidence and what is not: by content, whatever the name."""

from __future__ import annotations

import datetime as dt
import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from files_of_evidence import compound, ofd, office, package, pdf, picture

from zhenggai.web.ledger.evidence import facts
from zhenggai.web.ledger.evidence.contents import CONTENTS, Refusal, file_name
from zhenggai.web.ledger.evidence.remarks import Claim, remarks

if TYPE_CHECKING:
    from pathlib import Path

    from zhenggai.web.ledger.evidence.facts import Facts

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40

ACCEPTED: list[tuple[str, bytes, str]] = [
    ("jpeg", picture("JPEG"), "jpeg"),
    ("png", picture("PNG"), "png"),
    ("webp", picture("WEBP"), "webp"),
    ("gif", picture("GIF"), "gif"),
    ("bmp", picture("BMP"), "bmp"),
    ("tiff", picture("TIFF"), "tiff"),
    ("heic", HEIC, "heic"),
    ("pdf", pdf(), "pdf"),
    ("docx", office(), "docx"),
    ("xlsx", office("xl/workbook.xml"), "xlsx"),
    ("pptx", office("ppt/presentation.xml"), "pptx"),
    ("ofd", ofd(), "ofd"),
    ("doc or wps", compound("WordDocument", "1Table"), "doc"),
    ("xls or et", compound("Workbook"), "xls"),
    ("old xls", compound("Book"), "xls"),
    ("ppt", compound("PowerPoint Document"), "ppt"),
    ("text", "会议记录：参会12人。\r\n".encode(), "text"),
    ("text in GB 18030", "会议记录：参会12人。".encode("gb18030"), "text"),
    ("text in UTF-16", "会议记录".encode("utf-16"), "text"),
    ("text longer than what is looked at first", "整改".encode() * 5000, "text"),
]
REFUSED: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "空的"),
    ("blanks", b" \r\n\t", "空的"),
    ("zeros", bytes(5000), "空的"),
    ("a program", b"MZ\x90\0" + bytes(60), "Windows程序"),
    ("a program of Linux", b"\x7fELF\x02\x01", "程序"),
    ("a script", b"#!/bin/sh\nrm x\n", "脚本"),
    ("a shortcut", b"L\0\0\0\x01\x14\x02\0\0\0", "快捷方式"),
    ("svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "SVG"),
    ("svg behind a declaration", b'<?xml version="1.0"?>\n<svg/>', "SVG"),
    ("a page", "<!DOCTYPE html><p>整改</p>".encode(), "网页"),
    ("a page behind words", b"Minutes\n<script>x()</script>", "网页"),
    ("a page behind many words", b"words " * 3000 + b"<script>x()</script>", "网页"),
    ("a page in UTF-16", "<html>x</html>".encode("utf-16"), "网页"),
    ("php", b"text <?php system(1) ?>", "网页"),
    ("zip", package({"照片.jpg": picture()}), "压缩包"),
    ("an empty zip", b"PK\x05\x06" + bytes(18), "压缩包"),
    ("jar", package({"META-INF/MANIFEST.MF": "x"}), "压缩包"),
    ("rar", b"Rar!\x1a\x07\0", "压缩包"),
    ("7z", b"7z\xbc\xaf\x27\x1c", "压缩包"),
    ("gzip", b"\x1f\x8b\x08\0", "压缩包"),
    ("a zip that is cut off", office()[:300], "损坏"),
    ("a docx with macros", office(**{"word/vbaProject.bin": b"x"}), "宏"),
    ("a doc with macros", compound("WordDocument", "_VBA_PROJECT"), "宏"),
    ("a docx with a password", compound("EncryptedPackage", "EncryptionInfo"), "密码"),
    ("a pdf with a password", pdf(locked=True), "密码"),
    ("a pdf that is none", b"%PDF-1.7\nnothing", "损坏"),
    ("a picture that is none", b"\xff\xd8\xff\xe0" + b"x" * 50, "损坏"),
    ("a picture that is cut off", picture("PNG", colour="red")[:60], "损坏"),
    ("an old file that is cut off", compound("WordDocument")[:100], "损坏"),
    ("an installer", compound("Property", "Binary.x"), "压缩包"),
    ("rtf", b"{\\rtf1 x}", "RTF"),
    ("a film", b"\0\0\0\x18ftypisom" + bytes(20), "改为上传画面截图"),
    ("bytes without sense", bytes(range(1, 200)), "不属于可以上传的类型，请用原软件另存为PDF"),
    ("a docx with an entity", office(**{"docProps/core.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "损坏"),
]


def examine(tmp_path: Path, data: bytes) -> tuple[str, Facts]:
    path = tmp_path / "file"
    path.write_bytes(data)
    content, found = facts.examine(path)
    return content.key, found


@pytest.mark.parametrize(("what", "data", "key"), ACCEPTED, ids=[line[0] for line in ACCEPTED])
def test_it_is_known_by_its_content(tmp_path: Path, what: str, data: bytes, key: str) -> None:
    assert examine(tmp_path, data)[0] == key


@pytest.mark.parametrize(("what", "data", "why"), REFUSED, ids=[line[0] for line in REFUSED])
def test_it_is_refused_with_a_reason(tmp_path: Path, what: str, data: bytes, why: str) -> None:
    with pytest.raises(Refusal, match=why) as refusal:
        examine(tmp_path, data)
    assert str(refusal.value).endswith("。")


def test_a_picture_beyond_all_measure_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    with pytest.raises(Refusal, match="展开后过大"):
        examine(tmp_path, bomb)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            picture(taken="2024:11:03 09:15:00", camera="Phone X", place=True),
            {"width": 64, "height": 48, "taken": "2024-11-03T09:15:00", "camera": "Phone X", "position": True},
        ),
        (picture(taken="0000:00:00 00:00:00"), {"width": 64, "height": 48}),
        (picture(camera="A\x07B" + "c" * 200), {"width": 64, "height": 48, "camera": "AB" + "c" * 78}),
        (
            office(),
            {
                "created": "2025-03-04T09:00:00",
                "modified": "2025-03-06T01:30:00",
                "application": "WPS Office",
                "pages": 3,
            },
        ),
        (ofd(), {"created": "2025-04-01T00:00:00", "pages": 1}),
        ("文字".encode(), {}),
    ],
    ids=["a picture", "a clock that was never set", "a name that would break the page", "docx", "ofd", "text"],
)
def test_facts(tmp_path: Path, data: bytes, expected: Facts) -> None:
    assert examine(tmp_path, data)[1] == expected


def test_a_pdf_says_pages_date_and_program(tmp_path: Path) -> None:
    found = examine(tmp_path, pdf(pages=5))[1]
    assert found["pages"] == 5
    assert found["created"] == "2000-01-01T08:00:00"  # the file says midnight in Greenwich
    assert "ReportLab" in found["application"]


def test_the_name_of_an_author_is_not_read(tmp_path: Path) -> None:
    assert "某作者" not in str(examine(tmp_path, office()))


NAMES = [
    ("会议记录.pdf", "pdf", "会议记录.pdf"),
    ("会议记录.PDF", "pdf", "会议记录.PDF"),
    ("1.2 会议记录 v3.1.pdf", "pdf", "1.2 会议记录 v3.1.pdf"),
    ("照片.png", "jpeg", "照片.jpg"),
    ("照片", "jpeg", "照片.jpg"),
    ("照片.2025", "jpeg", "照片.2025.jpg"),
    ("方案.wps", "doc", "方案.wps"),
    ("方案.doc", "docx", "方案.docx"),
    ("C:\\扫描\\回单.pdf", "pdf", "回单.pdf"),
    ("../../etc/passwd", "text", "passwd.txt"),
    ("回单\u202efdp.pdf", "pdf", "回单fdp.pdf"),
    ('a"b<c>.pdf', "pdf", "abc.pdf"),
    ("", "pdf", "未命名.pdf"),
    ("长" * 300 + ".pdf", "pdf", "长" * 196 + ".pdf"),
]


@pytest.mark.parametrize(("name", "key", "kept"), NAMES)
def test_names(name: str, key: str, kept: str) -> None:
    found, note = file_name(name, CONTENTS[key])
    assert found == kept
    assert len(found) <= 200
    assert bool(note) == ("已改名" in note)


@pytest.mark.parametrize(
    "name", ["x.pdf.exe", "x.exe.pdf", "x.JS", "x.pdf.js ", "照片.svg", "x.html", "宏.docm", "x.php.jpg", "x.bat"]
)
def test_names_of_what_can_run_are_refused(name: str) -> None:
    with pytest.raises(Refusal, match="改名后再上传"):
        file_name(name, CONTENTS["pdf"])


MAY, FEEDBACK = dt.date(2025, 5, 1), dt.date(2025, 3, 10)
REMARKS: list[tuple[str, Claim, Facts, str, str]] = [
    ("in order", Claim("photo", MAY, 1, "internal", FEEDBACK), {"taken": "2025-05-01T08:00:00"}, "jpeg", ""),
    (
        "another day",
        Claim("photo", MAY, None, "internal", None),
        {"taken": "2024-11-03T08:00:00"},
        "jpeg",
        "申报2025年5月1日，照片拍摄于2024年11月3日",
    ),
    (
        "before the feedback",
        Claim("photo", dt.date(2025, 2, 1), None, "internal", FEEDBACK),
        {"taken": "2025-02-01T08:00:00"},
        "jpeg",
        "形成日期早于反馈日期2025年3月10日",
    ),
    (
        "taken before, no date declared",
        Claim("other", None, None, "internal", FEEDBACK),
        {"taken": "2025-02-01T08:00:00"},
        "jpeg",
        "照片拍摄于反馈日期2025年3月10日之前；未填形成日期",
    ),
    (
        "made later",
        Claim("meeting", MAY, None, "internal", None),
        {"created": "2025-08-01T08:00:00"},
        "docx",
        "申报2025年5月1日，文件创建于2025年8月1日",
    ),
    ("scanned soon after", Claim("meeting", MAY, None, "internal", None), {"created": "2025-05-20"}, "pdf", ""),
    ("fewer pages", Claim("meeting", MAY, 3, "internal", None), {"pages": 2}, "pdf", "申报3页，文件为2页"),
    ("pages as Word guesses", Claim("meeting", MAY, 3, "internal", None), {"pages": 1}, "docx", ""),
    ("no date in the photo", Claim("photo", MAY, None, "internal", None), {}, "jpeg", "照片没有拍摄时间"),
    ("a statement", Claim("statement", MAY, None, "internal", None), {}, "docx", "情况说明不能单独作为佐证"),
    ("open talk", Claim("talk", MAY, None, "internal", None), {}, "docx", "谈话记录一般应为限知"),
    ("secret talk", Claim("talk", MAY, None, "restricted", None), {}, "docx", ""),
]


@pytest.mark.parametrize(
    ("declared", "found", "key", "expected"), [r[1:] for r in REMARKS], ids=[r[0] for r in REMARKS]
)
def test_remarks(declared: Claim, found: Facts, key: str, expected: str) -> None:
    assert "；".join(remarks(declared, found, CONTENTS[key])) == expected


@pytest.mark.parametrize(
    ("data", "page"),
    [(pdf(2), 2), (picture("PNG"), 1), (picture("TIFF"), 1), (picture("GIF"), 1)],
    ids=["pdf", "png", "tiff", "gif"],
)
def test_a_page_is_drawn_anew(tmp_path: Path, data: bytes, page: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    content, _ = facts.examine(path)
    drawn = facts.picture_of(path, content, page)
    assert drawn is not None
    assert drawn.startswith(b"\xff\xd8\xff")
    assert facts.picture_of(path, content, 3) is None
