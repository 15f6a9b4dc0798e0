"""Files of every kind, made by the tests themselves: what an office would upload, and what it must not."""

from __future__ import annotations

import io
import struct
import zipfile

from PIL import Image
from reportlab.pdfgen import canvas


def picture(
    kind: str = "JPEG", *, taken: str = "", camera: str = "", place: bool = False, colour: str = "navy"
) -> bytes:
    made = Image.new("RGB", (64, 48), colour)
    exif = Image.Exif()
    if camera:
        exif[0x0110] = camera
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    if place:
        exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    made.save(out, kind, **({"exif": exif} if kind in ("JPEG", "PNG", "WEBP") else {}))
    return out.getvalue()


def pdf(pages: int = 2, *, locked: bool = False, words: str = "Minutes") -> bytes:
    out = io.BytesIO()
    sheet = canvas.Canvas(out, encrypt="x-1" if locked else None, invariant=1)
    for n in range(pages):
        sheet.drawString(72, 700, f"{words} {n + 1}")
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def package(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:creator>某作者</dc:creator><dcterms:created>2025-03-04T01:00:00Z</dcterms:created>"
    "<dcterms:modified>2025-03-05T17:30:00Z</dcterms:modified></cp:coreProperties>"
)
_APP = "<Properties><Application>WPS Office</Application><Pages>3</Pages></Properties>"


def office(part: str = "word/document.xml", **more: str | bytes) -> bytes:
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        part: "<w/>",
        "docProps/core.xml": _CORE,
        "docProps/app.xml": _APP,
    }
    return package(parts | more)


def ofd() -> bytes:
    root = "<OFD><DocBody><DocInfo><CreationDate>2025-04-01</CreationDate></DocInfo></DocBody></OFD>"
    return package({"OFD.xml": root, "Doc_0/Pages/Page_0/Content.xml": "<Page/>"})


def compound(*streams: str) -> bytes:
    """Return an old Office file with empty streams of these names."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<I", header, 44, 1)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<IIIII", header, 56, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *([0xFFFFFFFF] * 108))
    entries = [_entry("Root Entry", 5), *(_entry(name, 2) for name in streams)]
    directory = b"".join(entries).ljust((len(entries) + 3) // 4 * 512, b"\0")
    sectors = len(directory) // 512
    table = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    return bytes(header) + struct.pack("<128I", *table) + directory


def _entry(name: str, kind: int) -> bytes:
    words = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBB12x16x4x16xIQ", words, len(words), kind, 1, 0xFFFFFFFE, 0)
