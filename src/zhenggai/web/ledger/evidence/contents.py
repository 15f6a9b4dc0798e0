"""What a file is, by its content and never by its name; what is refused, and the name under which the rest is kept.

Accepted is what can be looked at as evidence by itself: pictures, PDF and OFD, the papers of Word, WPS, Excel and PowerPoint, plain
text. Refused is what can run (programs, scripts, pages, SVG, papers with macros), what cannot be read (passwords) and archives:
what lies in a zip is seen by nobody who checks the list, has no date and no page count of its own, and can be unpacked by who sends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

HEAD = 4096
"""How many of the first bytes decide what a file may be."""


class Refusal(Exception):  # noqa: N818 — what it is, not that something broke
    """A file that is not taken as evidence; `str(refusal)` is one Chinese sentence: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Content:
    """One kind of content. The first of `suffixes` is what a file with a wrong suffix is renamed to."""

    key: str
    title: str
    media_type: str
    suffixes: tuple[str, ...]
    previewed: bool = False

    @property
    def picture(self) -> bool:
        """Whether it is a picture."""
        return self.media_type.startswith("image/")


_OFFICE = "application/vnd.openxmlformats-officedocument."
CONTENTS = {
    content.key: content
    for content in (
        Content("jpeg", "图片", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"), previewed=True),
        Content("png", "图片", "image/png", (".png",), previewed=True),
        Content("webp", "图片", "image/webp", (".webp",), previewed=True),
        Content("gif", "图片", "image/gif", (".gif",), previewed=True),
        Content("bmp", "图片", "image/bmp", (".bmp", ".dib"), previewed=True),
        Content("tiff", "图片", "image/tiff", (".tif", ".tiff"), previewed=True),
        Content("heic", "手机照片", "image/heic", (".heic", ".heif")),
        Content("pdf", "PDF文件", "application/pdf", (".pdf",), previewed=True),
        Content("ofd", "OFD文件", "application/ofd", (".ofd",)),
        Content("docx", "Word文档", f"{_OFFICE}wordprocessingml.document", (".docx", ".wps")),
        Content("xlsx", "Excel表格", f"{_OFFICE}spreadsheetml.sheet", (".xlsx", ".et")),
        Content("pptx", "演示文稿", f"{_OFFICE}presentationml.presentation", (".pptx", ".dps")),
        Content("doc", "Word文档", "application/msword", (".doc", ".wps", ".dot")),
        Content("xls", "Excel表格", "application/vnd.ms-excel", (".xls", ".et")),
        Content("ppt", "演示文稿", "application/vnd.ms-powerpoint", (".ppt", ".dps")),
        Content("text", "文本", "text/plain", (".txt", ".csv", ".log", ".md")),
    )
}
BY_MEDIA_TYPE = {content.media_type: content for content in CONTENTS.values()}
ACCEPT = ",".join(dict.fromkeys(suffix for content in CONTENTS.values() for suffix in content.suffixes))
"""What a file field offers."""
WORDS = "图片（JPG、PNG等）、PDF、OFD、Word、WPS、Excel、PPT、文本"

_RUNNING = frozenset(
    [
        "exe",
        "com",
        "bat",
        "cmd",
        "ps1",
        "psm1",
        "vbs",
        "vbe",
        "js",
        "jse",
        "mjs",
        "wsf",
        "wsh",
        "hta",
        "msi",
        "msp",
        "scr",
        "pif",
        "cpl",
        "dll",
        "sys",
        "lnk",
        "reg",
        "jar",
        "class",
        "sh",
        "bash",
        "py",
        "pyw",
        "pl",
        "rb",
        "php",
        "php5",
        "phtml",
        "jsp",
        "asp",
        "aspx",
        "cgi",
        "htm",
        "html",
        "xhtml",
        "shtml",
        "mht",
        "mhtml",
        "svg",
        "svgz",
        "xml",
        "xsl",
        "xslt",
        "swf",
        "apk",
        "app",
        "deb",
        "rpm",
        "dmg",
        "iso",
        "url",
        "desktop",
        "docm",
        "dotm",
        "xlsm",
        "xltm",
        "xlam",
        "pptm",
        "ppam",
        "chm",
        "inf",
    ]
)
"""Suffixes of what can run or be shown as a page, wherever in a name they stand."""

_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|script|svg|iframe|\?php|%@|hta:|xsl:)", re.IGNORECASE)
_PROGRAMS = {
    b"MZ": "Windows程序",
    b"\x7fELF": "程序",
    b"\xca\xfe\xba\xbe": "程序",
    b"\xcf\xfa\xed\xfe": "程序",
    b"\xce\xfa\xed\xfe": "程序",
    b"\xfe\xed\xfa\xce": "程序",
    b"\xfe\xed\xfa\xcf": "程序",
    b"\x00asm": "程序",
    b"#!": "脚本",
    b"L\x00\x00\x00\x01\x14\x02\x00": "快捷方式",
    b"FWS": "Flash动画",
    b"CWS": "Flash动画",
    b"ZWS": "Flash动画",
    b"ITSF": "帮助文件",
}
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"\x28\xb5\x2f\xfd")
_SIGNATURES = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"%PDF-", "pdf"),
)
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
ZIP = "zip"
OLE = "ole"
"""What is several things and must be opened to be told apart; `facts.examine` does, in a process of its own."""


def guess(head: bytes) -> str:
    """Return the key of the content that begins with `head`, or `ZIP` or `OLE`, which must be opened to be known.

    Raises:
        Refusal: it is empty, can run, is an archive, or is nothing that is known.
    """
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Refusal("文件是空的，请检查后重新上传。")
    for start, what in _PROGRAMS.items():
        if head.startswith(start):
            raise Refusal(f"这是{what}，不能作为佐证材料上传，请改为上传文件材料或截图。")
    for signature, key in _SIGNATURES:
        if head.startswith(signature):
            return key
    if head.startswith(b"PK\x03\x04"):
        return ZIP
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return OLE
    return _other(head)


def _other(head: bytes) -> str:
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "bmp"
    if head[4:8] == b"ftyp":
        if head[8:12] in _HEIC:
            return "heic"
        raise Refusal(f"录像、录音不能上传，请改为上传画面截图或文字整理稿。可以上传：{WORDS}。")
    if head.startswith(_ARCHIVES) or head.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        raise archive()
    if head.startswith(b"{\\rtf"):
        raise Refusal("RTF文件中可能嵌入其他程序，请另存为Word或PDF后再上传。")
    text = _as_text(head)
    if text is None:
        raise Refusal(f"文件的内容不属于可以上传的类型，请用原软件另存为PDF或图片后再上传。可以上传：{WORDS}。")
    if _MARKUP.search(text) or text.lstrip().startswith(b"<?"):
        raise Refusal("网页、SVG图形和脚本可能含有会运行的内容，请截图或另存为PDF后再上传。")
    return "text"


def _as_text(head: bytes) -> bytes | None:
    """Return the bytes as UTF-8 without their mark if they are text in UTF-8, GB 18030 or marked UTF-16, or None."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return head[: len(head) // 2 * 2].decode("utf-16").encode("utf-8", "replace")
        except UnicodeDecodeError:
            return None
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in plain):
        return None
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the last character may be cut through
            try:
                return plain[: len(plain) - cut].decode(encoding).encode()
            except UnicodeDecodeError:
                continue
    return None


def archive() -> Refusal:
    """Return the refusal of an archive."""
    return Refusal("压缩包里的材料无法逐件核对，请解压后逐个上传。")


def macros() -> Refusal:
    """Return the refusal of a paper that carries a program."""
    return Refusal("文件中带有宏，可能运行程序，请另存为不带宏的文件或PDF后再上传。")


def locked() -> Refusal:
    """Return the refusal of a file with a password."""
    return Refusal("文件设有打开密码，核查人员无法查看，请去掉密码后再上传。")


def file_name(name: str, content: Content) -> tuple[str, str]:
    """Return the name under which a file of this content is kept, and a note in Chinese where that is not the one it came with.

    Raises:
        Refusal: the name has a suffix of something that runs.
    """
    plain = _clean(name) or f"未命名{content.suffixes[0]}"
    parts = plain.lower().split(".")[1:]
    running = next((part.strip() for part in parts if part.strip() in _RUNNING), None)
    if running:
        raise Refusal(f"文件名中有“.{running}”，像是程序或网页。确认是{content.title}的，请改名后再上传。")
    suffix = PurePosixPath(plain).suffix.lower()
    if suffix in content.suffixes:
        return plain, ""
    known = any(suffix in other.suffixes for other in CONTENTS.values())
    stem = plain[: -len(suffix)] if known and suffix else plain
    renamed = f"{stem[: 200 - len(content.suffixes[0])]}{content.suffixes[0]}"
    was = f"后缀是“{suffix}”" if known else "没有相应的后缀"
    return renamed, f"内容是{content.title}而文件名{was}，已改名为“{renamed}”。"


def _clean(name: str) -> str:
    """Return a name without folders and without characters that show as something else than they are."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(" .")
    if len(seen) > 200:
        stem, dot, suffix = seen.rpartition(".")
        seen = f"{stem[: 199 - len(suffix)]}{dot}{suffix}" if dot and len(suffix) < 10 else seen[:200]
    return seen
