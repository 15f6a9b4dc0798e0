"""The process that opens one file: `worker examine KEY PATH` says what it is, `worker draw KEY PATH PAGE` draws a page of it.

A hostile picture or paper can take all memory or loop for hours; here it meets a bound that ends this process and nothing else.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import mmap
import re
import sys
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

_MEMORY = 3 << 29
_SECONDS = 50
_MOST_PIXELS = 120_000_000
_MOST_MEMBERS = 20_000
_PART = 4 << 20
"""Bytes of the small parts of a paper that say when and with what it was made."""
_OLE = 64 << 20
"""Bytes of the largest old Office file that is looked into."""
_WIDTH = 1000
"""Pixels across a drawn page."""
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_OLD_OFFICE = (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"), ("PowerPoint Document", "ppt"))
_OPEN = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|iframe|\?php)", re.IGNORECASE)
_EXIF_DATE = re.compile(r"(\d{4}):(\d\d):(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_PDF_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?)?")
_HERE = dt.timezone(dt.timedelta(hours=8))


class _RefusedError(Exception):
    pass


def main() -> None:
    """Do what the command line says; the answer goes to standard output."""
    _bind()
    warnings.simplefilter("ignore")
    what, key, path, *rest = sys.argv[1:]
    if what == "draw":
        sys.stdout.buffer.write(_draw(key, Path(path), int(rest[0])))
        return
    try:
        content, facts = _EXAMINE.get(key, _picture)(key, Path(path))
        answer: dict[str, Any] = {"content": content, "facts": {n: v for n, v in facts.items() if v not in (None, "")}}
    except _RefusedError as refusal:
        answer = {"refused": str(refusal)}
    sys.stdout.write(json.dumps(answer))


def _picture(key: str, path: Path) -> tuple[str, dict[str, Any]]:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 — each kind loads what it needs

    Image.MAX_IMAGE_PIXELS = None  # bounded here, with words of our own
    try:
        with Image.open(path, formats=[key.upper()]) as picture:
            width, height = picture.size
            if width * height > _MOST_PIXELS:
                raise _RefusedError("bomb")
            exif = picture.getexif()
            detail = exif.get_ifd(0x8769)
            facts = {
                "width": width,
                "height": height,
                "taken": _exif_date(detail.get(0x9003) or detail.get(0x9004)),
                "camera": _said(_joined(exif.get(0x010F), exif.get(0x0110))),
                "position": bool(exif.get_ifd(0x8825)) or None,
                "application": _said(exif.get(0x0131)),
                "pages": getattr(picture, "n_frames", 1) if key == "tiff" else None,
            }
            picture.draft("RGB", (width // 8 or 1, height // 8 or 1))
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError) as fault:
        raise _RefusedError("broken") from fault
    return key, facts


def _unread(key: str, path: Path) -> tuple[str, dict[str, Any]]:  # noqa: ARG001 — as the others
    return key, {}


def _pdf(key: str, path: Path) -> tuple[str, dict[str, Any]]:
    import pypdfium2  # noqa: PLC0415
    from pypdfium2 import PdfiumError  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(path)
        pages = len(document)
    except PdfiumError as fault:
        raise _RefusedError("locked" if "password" in str(fault).lower() else "broken") from fault
    if not pages:
        raise _RefusedError("broken")
    said = document.get_metadata_dict(skip_empty=True)
    return key, {
        "pages": pages,
        "created": _pdf_date(said.get("CreationDate", "")),
        "modified": _pdf_date(said.get("ModDate", "")),
        "application": _said(said.get("Producer") or said.get("Creator")),
    }


def _zip(key: str, path: Path) -> tuple[str, dict[str, Any]]:  # noqa: ARG001 — as the others
    try:
        with zipfile.ZipFile(path) as package:
            members = {member.filename.replace("\\", "/").lstrip("/"): member for member in package.infolist()}
            if len(members) > _MOST_MEMBERS:
                raise _RefusedError("bomb")
            if any(member.flag_bits & 1 for member in members.values()):
                raise _RefusedError("locked")
            content = next((kind for part, kind in _OFFICE.items() if part in members), None)
            if content and "[Content_Types].xml" in members:
                if any(name.lower().endswith("vbaproject.bin") for name in members):
                    raise _RefusedError("macros")
                return content, _office_facts(package, members)
            if "OFD.xml" in members:
                return "ofd", _ofd_facts(package, members)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise _RefusedError("broken") from fault
    raise _RefusedError("archive")


def _office_facts(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> dict[str, Any]:
    made = _part(package, members, "docProps/core.xml")
    program = _part(package, members, "docProps/app.xml")
    pages = program.get("Pages") or program.get("Slides") or ""
    return {
        "created": _iso_date(made.get("created", "")),
        "modified": _iso_date(made.get("modified", "")),
        "application": _said(program.get("Application")),
        "pages": int(pages) if pages.isascii() and pages.isdigit() and 0 < int(pages[:6]) < 100_000 else None,
    }


def _ofd_facts(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> dict[str, Any]:
    said = _part(package, members, "OFD.xml")
    pages = sum(1 for name in members if re.fullmatch(r"Doc_\d+/Pages/Page_\d+/Content\.xml", name))
    return {
        "created": _iso_date(said.get("CreationDate", "")),
        "modified": _iso_date(said.get("ModDate", "")),
        "application": _said(said.get("Creator")),
        "pages": pages or None,
    }


def _part(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str) -> dict[str, str]:
    """Return the text of the elements of a small XML part by their local names, the first of each."""
    from lxml import etree  # noqa: PLC0415

    if name not in members:
        return {}
    with package.open(members[name]) as stream:
        data = stream.read(_PART)
    if b"<!DOCTYPE" in data.replace(b"\x00", b""):
        raise _RefusedError("broken")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    found: dict[str, str] = {}
    for element in root.iter():
        if isinstance(element.tag, str):
            found.setdefault(etree.QName(element).localname, (element.text or "").strip())
    return found


def _ole(key: str, path: Path) -> tuple[str, dict[str, Any]]:  # noqa: ARG001 — as the others
    from zhenggai.document import DocumentError  # noqa: PLC0415
    from zhenggai.document.compound import CompoundFile  # noqa: PLC0415

    data = path.read_bytes() if path.stat().st_size <= _OLE else None
    if data is None:
        raise _RefusedError("bomb")
    try:
        compound = CompoundFile(data)
    except (DocumentError, ValueError, IndexError) as fault:
        raise _RefusedError("broken") from fault
    names = compound.names
    if {"EncryptedPackage", "EncryptionInfo"} & names:
        raise _RefusedError("locked")
    if {"_VBA_PROJECT", "PROJECTwm", "VBA"} & names:
        raise _RefusedError("macros")
    for stream, content in _OLD_OFFICE:
        if stream in names:
            if content == "doc" and _word_is_locked(compound.read("WordDocument") or b""):
                raise _RefusedError("locked")
            return content, _old_facts(compound.read("\x05SummaryInformation") or b"")
    raise _RefusedError("archive")


def _word_is_locked(stream: bytes) -> bool:
    """Say whether the flag fEncrypted of the file information block is set ([MS-DOC] 2.5.2)."""
    return len(stream) > 12 and bool(stream[11] & 0x01)


def _old_facts(stream: bytes) -> dict[str, Any]:
    """Return what a SummaryInformation stream says ([MS-OLEPS]); nothing where it is broken."""
    try:
        return _properties(stream)
    except (ValueError, IndexError, OverflowError):
        return {}


def _properties(stream: bytes) -> dict[str, Any]:
    def number(at: int, size: int = 4) -> int:
        if at + size > len(stream):
            raise ValueError(at)
        return int.from_bytes(stream[at : at + size], "little")

    start = number(44)
    places = {number(start + 8 + 8 * n): start + number(start + 12 + 8 * n) for n in range(min(number(start + 4), 60))}
    facts: dict[str, Any] = {}
    for name, code in (("created", 12), ("modified", 13)):
        if code in places and number(places[code]) == 64 and (ticks := number(places[code] + 4, 8)):
            moment = dt.datetime(1601, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=ticks // 10)
            facts[name] = _sane(moment)
    if 14 in places and number(places[14]) == 3 and 0 < (pages := number(places[14] + 4)) < 100_000:
        facts["pages"] = pages
    if 18 in places and number(places[18]) == 30:
        at = places[18] + 8
        facts["application"] = _said(stream[at : at + min(number(at - 4), 100)].decode("gb18030", "replace"))
    return facts


def _text(key: str, path: Path) -> tuple[str, dict[str, Any]]:
    """Let pass what is text to its end and nowhere a page."""
    if path.stat().st_size == 0:
        raise _RefusedError("broken")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        if not wide and data.find(b"\x00") >= 0:
            raise _RefusedError("broken")
        if _OPEN.search(data):
            raise _RefusedError("markup")
    return key, {}


def _draw(key: str, path: Path, page: int) -> bytes:
    from PIL import Image, ImageOps  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    if key == "pdf":
        import pypdfium2  # noqa: PLC0415

        found = pypdfium2.PdfDocument(path)[page - 1]
        width, height = found.get_size()
        scale = min(_WIDTH / max(width, 1), 4 * _WIDTH / max(height, 1))
        drawn: Image.Image = found.render(scale=scale, may_draw_forms=False).to_pil()
    else:
        opened = Image.open(path, formats=[key.upper()])
        opened.seek(page - 1)
        opened.draft("RGB", (_WIDTH, 4 * _WIDTH))
        drawn = ImageOps.exif_transpose(opened)
        drawn.thumbnail((_WIDTH, 4 * _WIDTH))
    out = io.BytesIO()
    _on_white(drawn).save(out, "JPEG", quality=82)
    return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    from PIL import Image  # noqa: PLC0415

    if picture.mode in ("RGB", "L"):
        return picture
    solid = picture.convert("RGBA")
    sheet = Image.new("RGB", solid.size, "white")
    sheet.paste(solid, mask=solid.getchannel("A"))
    return sheet


def _exif_date(value: object) -> str | None:
    found = _EXIF_DATE.match(str(value or ""))
    return _made(*map(int, found.groups())) if found else None


def _pdf_date(text: str) -> str | None:
    found = _PDF_DATE.match(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (
        int(part or default) for part, default in zip(found.groups()[:6], (0, 1, 1, 0, 0, 0), strict=True)
    )
    plain = _made(year, month, day, hour, minute, second)
    sign, hours, minutes = found.groups()[6:]
    if plain is None or (sign is None and not text.endswith("Z")):
        return plain
    shift = dt.timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    moment = dt.datetime.fromisoformat(plain).replace(tzinfo=dt.UTC)
    return _sane(moment - shift if sign == "+" else moment + shift)


def _iso_date(text: str) -> str | None:
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return _sane(moment) if moment.tzinfo else _made(*moment.timetuple()[:6])


def _made(*parts: int) -> str | None:
    """Return a date and time in ISO form, or None where it is none or cannot be right."""
    try:
        moment = dt.datetime(*parts)  # type: ignore[arg-type] # noqa: DTZ001 — the file's own time
    except ValueError:
        return None
    return moment.isoformat() if 1980 < moment.year < 2200 else None


def _sane(moment: dt.datetime) -> str | None:
    try:
        return _made(*moment.astimezone(_HERE).timetuple()[:6])
    except (ValueError, OverflowError):
        return None


def _joined(maker: object, model: object) -> str:
    first, second = str(maker or "").strip("\x00 "), str(model or "").strip("\x00 ")
    return second if first and second.startswith(first) else f"{first} {second}".strip()


def _said(value: object) -> str:
    """Return a text of a file as it can be shown: printable, on one line, short."""
    return "".join(c for c in str(value or "") if c.isprintable()).strip()[:80]


def _bind() -> None:
    """Set this process its bounds, where the system has such."""
    try:
        import resource  # noqa: PLC0415 — not on every system
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS)):
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or most <= hard:
            resource.setrlimit(kind, (most, hard))


_EXAMINE: dict[str, Callable[[str, Path], tuple[str, dict[str, Any]]]] = {
    "pdf": _pdf,
    "zip": _zip,
    "ole": _ole,
    "text": _text,
    "heic": _unread,
}

if __name__ == "__main__":
    main()
