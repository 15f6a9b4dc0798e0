"""The parts of a docx and how they refer to each other (Open Packaging Conventions)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from zhenggai.document.archive import Archive, is_archive
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from zhenggai.document.reader import Source


class Package:
    """A docx: its main part and the parts that the main part names."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Find the main part.

        Raises:
            DocumentError: the container is broken, or it holds no main part.
        """
        self.archive = Archive(data, limits)
        self.main = self._main()
        self._related = list(self._relations(self.main))

    def _main(self) -> str:
        for kind, target in self._relations(""):
            if kind == "officeDocument":
                return target
        if "word/document.xml" in self.archive.names:
            return "word/document.xml"
        raise DocumentError("broken", "文件已损坏：里面没有正文。请用 Word 或 WPS 打开后另存一份再试。")

    def _relations(self, part: str) -> Iterator[tuple[str, str]]:
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path not in self.archive.names:
            return
        for relation in self.archive.xml(path).iter("{*}Relationship"):
            target = relation.get("Target") or ""
            if relation.get("TargetMode") == "External" or not target:
                continue
            resolved = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            )
            yield (relation.get("Type") or "").rpartition("/")[2], resolved

    def parts(self, kind: str) -> list[str]:
        """Return the parts that stand in the relation `kind` (styles, header, footnotes…) to the main part, in order."""
        found = [target for one, target in self._related if one == kind and target in self.archive.names]
        return list(dict.fromkeys(found))

    def root(self, kind: str) -> _Element | None:
        """Return the root of the first part of `kind`, or None."""
        parts = self.parts(kind)
        return self.archive.xml(parts[0]) if parts else None


def recognises(source: Source) -> bool:
    """Return whether the bytes are those of a Word document in a zip container."""
    if not is_archive(source.data):
        return False
    try:
        archive = Archive(source.data, Limits())
        if "[Content_Types].xml" in archive.names:
            return b"wordprocessingml" in archive.read("[Content_Types].xml")
    except DocumentError:
        return False
    return "word/document.xml" in archive.names
