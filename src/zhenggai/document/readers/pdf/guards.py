"""What in a pdf could take memory or time without end, found before pdfminer meets it."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from pdfminer.pdftypes import PDFStream, list_value, resolve1

from zhenggai.document.faults import DocumentError

if TYPE_CHECKING:
    from zhenggai.document.reader import Limits

_STREAM = re.compile(rb"stream\r?\n")
_DRAW = re.compile(rb"(?:/([^\s/<>\[\](){}%]{1,127})\s{0,8})?\bDo\b")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_MOST_DRAWINGS = 20_000
"""A page that draws forms within forms more often than this was made to take for ever."""


def refuse_bomb(data: bytes, limits: Limits) -> None:
    """Unpack every packed stream piece by piece, keeping nothing, and refuse a file whose streams swell beyond the limit.

    Raises:
        DocumentError: they do.
    """
    total = 0
    for found in _STREAM.finditer(data):
        if data[found.end() : found.end() + 1] not in (
            b"\x78",
            b"\x68",
            b"\x58",
            b"\x48",
            b"\x38",
            b"\x28",
            b"\x18",
            b"\x08",
        ):
            continue
        unpacker = zlib.decompressobj()
        piece = data[found.end() : found.end() + 65536]
        at = found.end() + len(piece)
        try:
            while piece:
                total += len(unpacker.decompress(piece, 2**20))
                if total > limits.unpacked_size:
                    raise DocumentError("too_large", "PDF 展开后过大，可能是恶意文件，已停止读取。")
                piece = unpacker.unconsumed_tail
                if not piece and not unpacker.eof:
                    piece = data[at : at + 65536]
                    at += len(piece)
        except zlib.error:
            continue


class Expansion:
    """Counts how often a page draws its forms, which may draw others, many times each, without end."""

    def __init__(self) -> None:
        self._weights: dict[int, int] = {}

    def check(self, page: Any) -> None:
        """Refuse a page that would take too long to draw.

        Raises:
            DocumentError: it draws more than 20 000 forms, or a form within itself.
        """
        forms = _forms(page.resources)
        if forms:
            self._weight([resolve1(content) for content in list_value(page.contents)], forms, frozenset())

    def _weight(self, streams: list[Any], forms: dict[bytes, PDFStream], above: frozenset[int]) -> int:
        counts: Counter[bytes] = Counter()
        for stream in streams:
            if isinstance(stream, PDFStream):
                counts.update(_plain(name) for name in _DRAW.findall(stream.get_data()))
        weights = {name: self._of_form(form, above) for name, form in forms.items()}
        heaviest = max(weights.values(), default=0)
        total = 1 + sum(count * (weights.get(name, 0) if name else heaviest) for name, count in counts.items())
        if total > _MOST_DRAWINGS:
            raise _endless()
        return total

    def _of_form(self, form: PDFStream, above: frozenset[int]) -> int:
        key = id(form)
        if key in above:
            raise _endless()
        if key not in self._weights:
            self._weights[key] = self._weight([form], _forms(resolve1(form.get("Resources"))), above | {key})
        return self._weights[key]


def _forms(resources: Any) -> dict[bytes, PDFStream]:
    objects = resolve1(resources.get("XObject")) if isinstance(resources, dict) else None
    if not isinstance(objects, dict):
        return {}
    found = {_plain(str(name).encode("latin-1", "replace")): resolve1(item) for name, item in objects.items()}
    return {
        name: item
        for name, item in found.items()
        if isinstance(item, PDFStream) and getattr(item.get("Subtype"), "name", None) == "Form"
    }


def _plain(name: bytes) -> bytes:
    """Return a name without the escapes that may stand in it: #41 is A."""
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name)


def _endless() -> DocumentError:
    return DocumentError("too_large", "PDF 的图形层层套用、无法画完，可能是恶意文件，已停止读取。")
