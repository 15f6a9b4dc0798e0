"""doc, wps, rtf and odt: turned into docx by LibreOffice where it is installed, else into text by antiword or catdoc."""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from zhenggai import discover
from zhenggai.document import readers
from zhenggai.document.compound import CompoundFile, stream_names
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits, Reader, Reading, Source

_DOCX = ".docx"
_TEXT = ".txt"
_ENCRYPTED_PACKAGE = "EncryptedPackage"
"""The stream in which Office hides a docx, xlsx or pptx that has a password."""

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""LibreOffice settings for a stranger's file: no macros, no linked content, and a proxy that leads nowhere."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one sort of file is converted: the suffix and filter for LibreOffice, and the programs that may stand in."""

    suffix: str
    office_filter: str
    lighter: tuple[str, ...]


_LIGHTER = {
    "antiword": ("antiword", "-m", "UTF-8.txt", "-w", "0"),
    "catdoc": ("catdoc", "-d", "utf-8", "-w"),
}
"""Converters that know less: they lose automatic numbers and the shape of tables."""

_WORD = _Kind(".doc", "MS Word 97", ("antiword", "catdoc"))
_RTF = _Kind(".rtf", "Rich Text Format", ("catdoc",))
_ODT = _Kind(".odt", "writer8", ())


def _recognises_word(source: Source) -> bool:
    names = stream_names(source.data)
    return "WordDocument" in names or _ENCRYPTED_PACKAGE in names


def _read_word(source: Source, limits: Limits) -> Reading:
    return _convert(source, limits, _word_kind(source.data))


def _word_kind(data: bytes) -> _Kind:
    """Return how to convert a Word file by the version that its head states ([MS-DOC] FibBase).

    Raises:
        DocumentError: the file has a password, or its head is cut off.
    """
    container = CompoundFile(data)
    if _ENCRYPTED_PACKAGE in container.names:
        raise _locked()
    head = container.read("WordDocument") or b""
    if len(head) < 32:
        raise _broken()
    identity, version = struct.unpack_from("<HH", head, 0)
    (flags,) = struct.unpack_from("<H", head, 10)
    if flags & 0x0100:
        raise _locked()
    if identity != 0xA5DC and version > 104:
        return _WORD
    return replace(_WORD, office_filter="MS Word 95" if version > 101 else "MS WinWord 6")


def _recognises_rtf(source: Source) -> bool:
    return source.data.lstrip()[:5] == b"{\\rtf"


def _read_rtf(source: Source, limits: Limits) -> Reading:
    return _convert(source, limits, _RTF)


def _recognises_odt(source: Source) -> bool:
    return source.data[30:38] == b"mimetype" and source.data[38:77] == b"application/vnd.oasis.opendocument.text"


def _read_odt(source: Source, limits: Limits) -> Reading:
    return _convert(source, limits, _ODT)


def _convert(source: Source, limits: Limits, kind: _Kind) -> Reading:
    """Convert in a folder of its own, which is gone afterwards, and read what comes out.

    Raises:
        DocumentError: no converter is installed, it ran out of time, or it could not read the file.
    """
    office = shutil.which("soffice") or shutil.which("libreoffice")
    lighter = [name for name in kind.lighter if shutil.which(name)]
    if not office and not lighter:
        raise _no_converter(kind)
    with tempfile.TemporaryDirectory(prefix="zhenggai-") as name:
        path = Path(name) / f"document{kind.suffix}"
        path.write_bytes(source.data)
        if office:
            converted, suffix = _by_office(office, path, kind, limits), _DOCX
            note = "已用 LibreOffice 转换为 docx 后读取。"
        else:
            program, converted = _by_lighter(lighter, path, limits)
            suffix = _TEXT
            note = f"已用 {program} 转换为文字后读取：自动编号会丢失，表格可能变形；安装 LibreOffice 后读得更准。"
    reading = _hand_on(replace(source, name=source.name + suffix, data=converted), limits)
    return Reading(reading.blocks, (note, *reading.notes))


def _by_office(office: str, path: Path, kind: _Kind, limits: Limits) -> bytes:
    profile = path.parent / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    options = ["--headless", "--norestore", "--nolockcheck", "--nologo", "--nofirststartwizard"]
    command = [office, f"-env:UserInstallation={profile.as_uri()}", *options, f"--infilter={kind.office_filter}"]
    command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(path.parent), str(path)]
    status, _ = _run(command, path.parent, limits.converter_seconds)
    if status:  # what a crashed converter has left behind may lack its end
        raise _failed("LibreOffice")
    out = path.with_suffix(_DOCX)
    if not out.is_file() or not out.stat().st_size:
        raise _broken()
    if out.stat().st_size > limits.file_size:
        raise DocumentError("too_large", "文件转换后过大，请拆成几个文件。")
    return out.read_bytes()


def _by_lighter(programs: list[str], path: Path, limits: Limits) -> tuple[str, bytes]:
    """Return the first program that makes text of the file, and the text. antiword refuses files of a few lines."""
    for program in programs:
        status, text = _run([*_LIGHTER[program], str(path)], path.parent, limits.converter_seconds)
        if status >= 0 and text.strip():
            return program, text
    raise _broken()


def _run(command: list[str], folder: Path, seconds: float) -> tuple[int, bytes]:
    """Run a converter in its own process group; at the time limit the whole group is ended.

    Return its exit status (below 0 where a signal ended it) and its output.

    Raises:
        DocumentError: it ran out of time, or could not be started.
    """
    environment = {
        key: value
        for key, value in os.environ.items()
        if key in {"PATH", "LANG", "LC_ALL", "ANTIWORDHOME", "FONTCONFIG_PATH"}
    }
    environment |= {"HOME": str(folder), "TMPDIR": str(folder)}
    try:
        process = subprocess.Popen(  # noqa: S603 the command is fixed; only the path of our own temporary file is added
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise _failed(Path(command[0]).name) from error
    with process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            _end_group(process)
            message = f"转换用时超过{seconds:.0f}秒，已停止：请用 Word 或 WPS 另存为 docx 再试。"
            raise DocumentError("timeout", message) from error
        except BaseException:
            _end_group(process)
            raise
    return process.returncode, output


def _end_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()


def _hand_on(source: Source, limits: Limits) -> Reading:
    """Read converted bytes with whichever reader claims their suffix and knows their content."""
    suffix = Path(source.name).suffix
    for reader in discover.collect(readers, Reader).values():
        if suffix in reader.suffixes and reader.recognises(source):
            return reader.read(source, limits)
    raise _broken()


def _no_converter(kind: _Kind) -> DocumentError:
    others = "".join(f"，或 {name}" for name in kind.lighter)
    message = f"读取{kind.suffix[1:]}文件需要转换程序，请安装软件包 libreoffice-writer{others}，或用 Word、WPS 另存为 docx 再试。"
    return DocumentError("no_converter", message)


def _failed(program: str) -> DocumentError:
    message = f"转换程序 {program} 意外退出，文件没有读成。请再试一次；仍不行的，请用 Word 或 WPS 另存为 docx 再试。"
    return DocumentError("converter_failed", message)


def _locked() -> DocumentError:
    return DocumentError("encrypted", "文件设有打开密码：请去掉密码后再试。")


def _broken() -> DocumentError:
    return DocumentError(
        "broken", "文件已损坏或不是它后缀所说的格式，转换不出内容：请用 Word 或 WPS 另存为 docx 再试。"
    )


READERS = (
    Reader(
        key="doc",
        title="旧版 Word 和 WPS 文字（doc、wps）",
        suffixes=(".doc", ".wps", ".dot", ".wpt"),
        media_type="application/msword",
        recognises=_recognises_word,
        read=_read_word,
    ),
    Reader(
        key="rtf",
        title="RTF 文字",
        suffixes=(".rtf",),
        media_type="application/rtf",
        recognises=_recognises_rtf,
        read=_read_rtf,
    ),
    Reader(
        key="odt",
        title="OpenDocument 文字（odt）",
        suffixes=(".odt", ".ott"),
        media_type="application/vnd.oasis.opendocument.text",
        recognises=_recognises_odt,
        read=_read_odt,
    ),
)
"""One reader for each sort of file; all convert."""
