"""The parts of a docx and how they refer to each other (Open Packaging Conventions)."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from zhenggai.document.archive import Archive, is_archive, parse_xml
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits
from zhenggai.document.readers.docx.names import STRICT, TRANSITIONAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from zhenggai.document.reader import Source

_MAIN = "word/document.xml"
_TYPE = re.compile(rb"wordprocessingml\.(?:document|template)\.main\+xml|ms-word\.(?:document|template)\.macro")
"""How [Content_Types].xml names the main part of a document, a template, and of both with macros."""

_STRICT, _TRANSITIONAL = STRICT.encode(), TRANSITIONAL.encode()
_LATENT, _LATENT_END = b"<w:latentStyles", b"</w:latentStyles>"


class Package:
    """A docx: its main part and the parts that the main part names."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Find the main part.

        Raises:
            DocumentError: the container is broken, or it holds no main part.
        """
        self._archive = Archive(data, limits)
        self.main = self._main()
        self._related = list(self._relations(self.main))

    def _main(self) -> str:
        for kind, target in self._relations(""):
            if kind == "officeDocument" and target in self._archive.names:
                return target
        if _MAIN in self._archive.names:
            return _MAIN
        raise DocumentError("broken", "文件已损坏：里面没有正文。请用 Word 或 WPS 打开后另存一份再试。")

    def _relations(self, part: str) -> Iterator[tuple[str, str]]:
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path not in self._archive.names:
            return
        for relation in self._archive.xml(path).iter("{*}Relationship"):
            target = relation.get("Target") or ""
            if relation.get("TargetMode") == "External" or not target:
                continue
            resolved = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield (relation.get("Type") or "").rpartition("/")[2], resolved

    def parts(self, kind: str) -> list[str]:
        """Return the parts that stand in the relation `kind` (styles, header, footnotes…) to the main part, in order."""
        found = [target for one, target in self._related if one == kind and target in self._archive.names]
        return list(dict.fromkeys(found))

    def xml(self, part: str) -> _Element:
        """Return the root of `part`, its names those of the transitional kind."""
        return parse_xml(_transitional(self._archive.read(part)))

    def root(self, kind: str) -> _Element | None:
        """Return the root of the first part of `kind`, or None."""
        parts = self.parts(kind)
        return self.xml(parts[0]) if parts else None

    def styles(self) -> _Element | None:
        """Return the root of the styles without those of tables, which say nothing of text and take most of the time."""
        for part in self.parts("styles"):
            data = _transitional(self._archive.read(part))
            try:
                return parse_xml(_without_table_styles(data))
            except DocumentError:
                return parse_xml(data)
        return None

    def pieces(self) -> Iterator[bytes]:
        """Yield the main part piece by piece, its names those of the transitional kind."""
        for piece in self._archive.pieces(self.main):
            yield _transitional(piece)


def recognises(source: Source) -> bool:
    """Return whether the bytes are those of a Word document in a zip container."""
    if not is_archive(source.data):
        return False
    try:
        archive = Archive(source.data, Limits())
        if "[Content_Types].xml" in archive.names and _TYPE.search(archive.read("[Content_Types].xml")):
            return True
    except DocumentError:
        return False
    return _MAIN in archive.names


def _transitional(data: bytes) -> bytes:
    """Return `data` with the namespace of strict documents, if it is declared at their beginning, replaced."""
    return data.replace(_STRICT, _TRANSITIONAL) if data.find(_STRICT, 0, 65536) >= 0 else data


def _without_table_styles(data: bytes) -> bytes:
    """Cut out, before parsing, every `<w:style w:type="table"` and the latent styles, which no paragraph has.

    Markup in comments may break it, which parsing then tells.
    """
    head, *styles = data.split(b"<w:style ")
    start, end = head.find(_LATENT), head.find(_LATENT_END)
    kept = [head if start < 0 or end < start else head[:start] + head[end + len(_LATENT_END) :]]
    kept += [
        style
        for style in styles
        if b'w:type="table"' not in style[: style.find(b">")] or not style.rstrip().endswith(b"</w:style>")
    ]
    return b"<w:style ".join(kept)
