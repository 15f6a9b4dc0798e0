"""doc, wps, rtf and odt: converted by an outside program that is kept on a short lead."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import stat
import struct
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhenggai.document.compound import CompoundFile, stream_names
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits, Reading, Source
from zhenggai.document.reading import known_formats, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

READERS = {reader.key: reader for reader in known_formats()}
BODY = ["关于巡察反馈意见的整改方案", "一、总体要求", "坚持问题导向，压实责任。", "1.账目不清。"]
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams, each of them large enough to stand in sectors of its own."""
    bodies = [content.ljust(4096, b"\x00") for content in streams.values()]
    entries = [_entry("Root Entry", 5, END, 0)]
    table = [TABLE, END]
    sectors: list[bytes] = []
    for name, body in zip(streams, bodies, strict=True):
        start, count = len(table), -(-len(body) // 512)
        entries.append(_entry(name, 2, start, len(body)))
        table += [*range(start + 1, start + count), END]
        sectors.append(body.ljust(count * 512, b"\x00"))
    directory = b"".join(entries).ljust(512, b"\x00")
    assert len(directory) == 512
    assert len(table) <= 128
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH6xIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0)
    )
    head += struct.pack("<109I", 0, *[FREE] * 108)
    return head + struct.pack("<128I", *table, *[FREE] * (128 - len(table))) + directory + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    coded = name.encode("utf-16-le")
    return (
        coded.ljust(64, b"\x00")
        + struct.pack("<HBB", len(coded) + 2, kind, 1)
        + b"\xff" * 12
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def word(version: int = 0x00C1, flags: int = 0) -> bytes:
    return compound({"WordDocument": struct.pack("<HH6xH", 0xA5EC, version, flags).ljust(64, b"\x00")})


def written(times: int = 1) -> bytes:
    file = io.BytesIO()
    document = docx.Document()
    for text in BODY * times:
        document.add_paragraph(text)
    table = document.add_table(1, 2, style="Table Grid")
    table.cell(0, 0).text, table.cell(0, 1).text = "问题", "措施"
    document.add_paragraph("附件：整改清单")
    document.save(file)
    return file.getvalue()


def fault(data: bytes, key: str = "doc", limits: Limits | None = None) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        READERS[key].read(Source(f"方案.{key}", data), limits or Limits())
    return caught.value


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """`programs("soffice", code)` puts a program of that name, written in Python, where alone programs are looked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def put(name: str, code: str) -> Path:
        path = folder / name
        path.write_text(f"#!{sys.executable} -S\n{code}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return put


class TestCompoundFiles:
    def test_streams_are_found_and_read(self) -> None:
        data = compound({"WordDocument": b"head", "1Table": b"x" * 5000})
        assert stream_names(data) == {"WordDocument", "1Table"}
        assert (CompoundFile(data).read("1Table") or b"")[:5001] == b"x" * 5000
        assert CompoundFile(data).read("Data") is None

    def test_a_chain_that_bites_its_tail_ends(self) -> None:
        data = bytearray(word())
        struct.pack_into("<I", data, 512 + 4 * 2, 2)
        with pytest.raises(DocumentError):
            CompoundFile(bytes(data)).read("WordDocument")

    @pytest.mark.parametrize(
        "data",
        [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600],
        ids=["empty", "head", "noise"],
    )
    def test_what_is_none_has_no_streams(self, data: bytes) -> None:
        assert stream_names(data) == frozenset()

    @given(st.lists(st.tuples(st.integers(0, 2047), st.integers(0, 255)), max_size=12), st.integers(0, 8000))
    def test_no_damage_does_more_than_a_document_error(self, changes: list[tuple[int, int]], cut: int) -> None:
        data = bytearray(word())
        for place, value in changes:
            data[place] = value
        for damaged in (bytes(data), bytes(data[:cut])):
            with contextlib.suppress(DocumentError):
                CompoundFile(damaged).read("WordDocument")


class TestRecognition:
    @pytest.mark.parametrize(
        ("data", "key"),
        [
            (word(), "doc"),
            (compound({"Workbook": b""}), "xls"),
            (compound({"EncryptedPackage": b"", "EncryptionInfo": b""}), "doc"),
            (b"{\\rtf1\\ansi text}", "rtf"),
            (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text", "odt"),
        ],
        ids=["doc", "xls", "locked", "rtf", "odt"],
    )
    def test_content_decides(self, data: bytes, key: str) -> None:
        own = {"doc", "xls", "rtf", "odt", "ods", "pdf", "ofd", "xlsx"}
        assert [k for k, reader in READERS.items() if k in own and reader.recognises(Source("a.bin", data))] == [key]


class TestFaults:
    def test_passwords_are_told(self) -> None:
        assert fault(word(flags=0x0100)).code == "encrypted"
        error = fault(compound({"EncryptedPackage": b"", "EncryptionInfo": b""}))
        assert error.code == "encrypted"
        assert "密码" in str(error)

    def test_a_locked_docx_is_told_by_its_content(self) -> None:
        with pytest.raises(DocumentError, match="密码"):
            read_bytes(compound({"EncryptedPackage": b"", "EncryptionInfo": b""}), "方案.docx")

    @pytest.mark.parametrize(
        ("key", "data", "package"),
        [("doc", word(), "antiword"), ("rtf", b"{\\rtf1}", "catdoc"), ("odt", b"PK", "libreoffice-writer")],
        ids=["doc", "rtf", "odt"],
    )
    @pytest.mark.usefixtures("programs")
    def test_without_a_converter_it_says_what_to_install(self, key: str, data: bytes, package: str) -> None:
        error = fault(data, key)
        assert error.code == "no_converter"
        assert package in str(error)
        assert "libreoffice-writer" in str(error)

    def test_a_converter_that_gives_nothing_is_a_broken_file(self, programs: Callable[[str, str], Path]) -> None:
        programs("soffice", "")
        assert fault(word()).code == "broken"

    def test_a_converter_that_gives_nonsense_is_a_broken_file(self, programs: Callable[[str, str], Path]) -> None:
        programs("soffice", "import sys; open(sys.argv[-1].replace('.doc', '.docx'), 'w').write('nonsense')")
        assert fault(word()).code == "broken"

    @pytest.mark.parametrize(
        "end",
        [
            "sys.exit(139)",
            "os.kill(os.getpid(), signal.SIGSEGV)",
            "os.kill(os.getpid(), signal.SIGKILL)",
            "sys.exit(1)",
        ],
        ids=["status-139", "segmentation-fault", "killed", "status-1"],
    )
    @pytest.mark.parametrize("leaves", [False, True], ids=["nothing", "a-whole-file"])
    def test_a_converter_that_crashes_is_told_as_such(
        self, programs: Callable[[str, str], Path], tmp_path: Path, end: str, leaves: bool
    ) -> None:
        made = tmp_path / "made.docx"
        made.write_bytes(written())
        copy = f"shutil.copy({str(made)!r}, sys.argv[-1].replace('.doc', '.docx'))" if leaves else "pass"
        programs("soffice", f"import os, shutil, signal, sys\n{copy}\n{end}")
        error = fault(word())
        assert error.code == "converter_failed"
        assert "意外退出" in str(error)

    def test_the_same_file_from_a_converter_that_ends_well_is_read(
        self, programs: Callable[[str, str], Path], tmp_path: Path
    ) -> None:
        made = tmp_path / "made.docx"
        made.write_bytes(written())
        programs("soffice", f"import shutil, sys; shutil.copy({str(made)!r}, sys.argv[-1].replace('.doc', '.docx'))")
        reading = READERS["doc"].read(Source("方案.doc", word()), Limits())
        assert reading.blocks[0].text == BODY[0]

    @pytest.mark.parametrize("name", ["soffice", "antiword"])
    def test_a_program_that_cannot_be_started(self, programs: Callable[[str, str], Path], name: str) -> None:
        programs(name, "").write_bytes(b"\x00neither a program nor a script")
        assert fault(word()).code == "converter_failed"

    def test_a_lighter_converter_that_crashes_gives_way_to_the_next(self, programs: Callable[[str, str], Path]) -> None:
        half = "import os, signal, sys\nsys.stdout.buffer.write('一、总'.encode())\nsys.stdout.flush()\n"
        programs("antiword", half + "os.kill(os.getpid(), signal.SIGSEGV)")
        assert fault(word()).code == "broken"
        programs("catdoc", "import sys; sys.stdout.buffer.write('一、总体要求\\n'.encode())")
        reading = READERS["doc"].read(Source("方案.doc", word()), Limits())
        assert [block.text for block in reading.blocks if block.text] == ["一、总体要求"]

    def test_a_converter_that_hangs_is_ended_with_its_children(
        self, programs: Callable[[str, str], Path], tmp_path: Path
    ) -> None:
        note = tmp_path / "child"
        code = (
            f"import os, time\nchild = os.fork()\nif child: open({str(note)!r}, 'w').write(str(child))\ntime.sleep(600)"
        )
        programs("soffice", code)
        error = fault(word(), limits=replace(Limits(), converter_seconds=1.5))
        assert error.code == "timeout"
        assert _ends(int(note.read_text(encoding="utf-8")))

    def test_an_output_too_large_is_refused(self, programs: Callable[[str, str], Path]) -> None:
        programs("soffice", "import sys; open(sys.argv[-1].replace('.doc', '.docx'), 'wb').write(bytes(5000))")
        assert fault(word(), limits=replace(Limits(), file_size=4000)).code == "too_large"


def _ends(process: int) -> bool:
    """Say whether a process that was told to end does: it is gone, or waits only for its parent to notice."""
    for _ in range(500):
        try:
            state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


class TestLead:
    def test_the_converter_gets_a_home_and_a_profile_of_its_own_and_no_secrets(
        self, programs: Callable[[str, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        note = tmp_path / "seen"
        monkeypatch.setenv("ZHENGGAI_SECRET", "1")
        programs("soffice", f"import os, sys; open({str(note)!r}, 'w').write(repr((sys.argv, dict(os.environ))))")
        fault(word())
        seen = note.read_text(encoding="utf-8")
        assert "-env:UserInstallation=file://" in seen
        assert "--infilter=MS Word 97" in seen
        assert "ZHENGGAI_SECRET" not in seen
        assert f"'HOME': '{os.environ['HOME']}'" not in seen

    @pytest.mark.parametrize(("version", "name"), [(0x00C1, "MS Word 97"), (104, "MS Word 95"), (101, "MS WinWord 6")])
    def test_the_version_in_the_file_chooses_the_filter(
        self, programs: Callable[[str, str], Path], tmp_path: Path, version: int, name: str
    ) -> None:
        note = tmp_path / "seen"
        programs("soffice", f"import sys; open({str(note)!r}, 'w').write(repr(sys.argv))")
        fault(word(version))
        assert f"'--infilter={name}'" in note.read_text(encoding="utf-8")

    def test_a_lighter_converter_stands_in(self, programs: Callable[[str, str], Path]) -> None:
        programs("antiword", "import sys; sys.stdout.buffer.write('一、总体要求\\n\\n压实责任。\\n'.encode())")
        reading = READERS["doc"].read(Source("方案.doc", word()), Limits())
        assert [block.text for block in reading.blocks if block.text] == ["一、总体要求", "压实责任。"]
        assert "antiword" in reading.notes[0]


@pytest.mark.tool("soffice")
@pytest.mark.slow
@pytest.mark.parametrize("form", ["doc", "rtf", "odt"])
class TestConverted:
    @pytest.fixture
    def converted(self, form: str, tmp_path: Path, convert: Callable[[Path, str], Path]) -> bytes:
        (tmp_path / "plan.docx").write_bytes(written())
        return convert(tmp_path / "plan.docx", form).read_bytes()

    def test_the_text_is_that_of_the_docx(self, form: str, converted: bytes) -> None:
        reading: Reading = READERS[form].read(Source(f"方案.{form}", converted), Limits())
        assert [block.text for block in reading.blocks] == [*BODY, "问题", "措施", "附件：整改清单"]
        assert "LibreOffice" in reading.notes[0]


@pytest.mark.tool("soffice")
@pytest.mark.slow
@pytest.mark.parametrize("name", ["antiword", "catdoc"])
def test_lighter_converters_give_the_paragraphs(
    name: str, tmp_path: Path, convert: Callable[[Path, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"未安装 {name}")
    (tmp_path / "plan.docx").write_bytes(written(40))
    data = convert(tmp_path / "plan.docx", "doc").read_bytes()
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / name).symlink_to(program)
    monkeypatch.setenv("PATH", str(folder))
    reading = READERS["doc"].read(Source("方案.doc", data), Limits())
    assert [block.text for block in reading.blocks if block.text][: len(BODY) * 40] == BODY * 40


@settings(max_examples=60)
@given(st.binary(max_size=64))
def test_recognition_takes_any_bytes(data: bytes) -> None:
    for head in (b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"{\\rtf", b"%PDF-"):
        for reader in READERS.values():
            assert reader.recognises(Source("a", head + data)) in {True, False}
