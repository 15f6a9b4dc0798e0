"""Nothing is dropped: every character of the problem part is found, furniture or unassigned."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.plan.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.plan.lines import Line

_OPEN, _FURNITURE = b"\x01", b"\x03"
"""What a character of the problem part bears that nothing has claimed yet; 2 says found, 3 furniture, 0 outside the part."""
_FIND, _FURNISH = bytes.maketrans(b"\x01\x03", b"\x02\x02"), bytes.maketrans(b"\x01", b"\x03")
_OPEN_RUN = re.compile(rb"\x01+")
_PART_RUN = re.compile(rb"[\x01-\x03]+")


@dataclass(slots=True)
class Coverage:
    """Marks of the characters of the problem part, by block: first cover the part, then find and furnish.

    What is found outweighs what is called furniture.
    """

    _marks: dict[int, bytearray] = field(default_factory=dict)

    def cover(self, lines: Iterable[Line]) -> None:
        """Take the text of `lines` into the problem part."""
        for line in lines:
            marks = self._marks.setdefault(line.block, bytearray())
            if len(marks) < line.end:
                marks.extend(bytes(line.end - len(marks)))
            marks[line.start : line.end] = _OPEN * (line.end - line.start)

    def find(self, spans: Iterable[Span]) -> None:
        """Note that `spans` are content of a field."""
        for block, start, end in spans:
            marks = self._marks.get(block)
            if marks is not None:
                marks[start:end] = marks[start:end].translate(_FIND)

    def furnish(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Note `spans` as furniture; return the stretches of them that no field holds and that lie in the problem part."""
        out: list[Span] = []
        for span in spans:
            block, start, end = span
            marks = self._marks.get(block)
            if marks is None or start >= end:
                continue
            if marks.count(_OPEN, start, end) == end - start:
                out.append(span)
                marks[start:end] = _FURNITURE * (end - start)
            else:
                out += [Span(block, run.start(), run.end()) for run in _OPEN_RUN.finditer(marks, start, end)]
                marks[start:end] = marks[start:end].translate(_FURNISH)
        return tuple(out)

    def part(self) -> tuple[Span, ...]:
        """Return the problem part."""
        return self._runs(_PART_RUN)

    def rest(self) -> tuple[Span, ...]:
        """Return the stretches of the problem part that are neither found nor furniture."""
        return self._runs(_OPEN_RUN)

    def _runs(self, pattern: re.Pattern[bytes]) -> tuple[Span, ...]:
        places = ((block, run) for block, marks in sorted(self._marks.items()) for run in pattern.finditer(marks))
        return tuple([Span(block, *run.span()) for block, run in places])
