"""Nothing is dropped: every character of the problem part is found, furniture or unassigned."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.plan.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.plan.lines import Line

_FOUND = 1
_EMPTINESS = bytes([1, *[0] * 255])
"""Turns marks into 1 where there is none and 0 where there is one."""
_RUN = re.compile(rb"\x01+")


@dataclass(slots=True)
class Coverage:
    """Marks of the characters of the problem part, by block. What is found outweighs what is called furniture."""

    _marks: dict[int, bytearray] = field(default_factory=dict)
    _within: dict[int, bytearray] = field(default_factory=dict)

    def cover(self, lines: Iterable[Line]) -> None:
        """Take the text of `lines` into the problem part."""
        for line in lines:
            within = self._within.setdefault(line.block, bytearray())
            _grow(within, line.end)
            within[line.start : line.end] = b"\x01" * (line.end - line.start)

    def find(self, spans: Iterable[Span]) -> None:
        """Note that `spans` are content of a field."""
        for span in spans:
            marks = self._marks.setdefault(span.block, bytearray())
            _grow(marks, span.end)
            marks[span.start : span.end] = bytes([_FOUND]) * (span.end - span.start)

    def furnish(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Note `spans` as furniture; return the stretches of them that no field holds and that lie in the problem part."""
        return self.furnish_places((s.block, s.start, s.end) for s in spans)

    def furnish_places(self, places: Iterable[tuple[int, int, int]]) -> tuple[Span, ...]:
        """As `furnish`, for places given as block, start and end."""
        out: list[Span] = []
        for block, first, last in places:
            marks, within = self._marks.get(block), self._within.get(block)
            if within is None or first >= last:
                continue
            if marks is None:
                marks = self._marks[block] = bytearray()
            if len(marks) < last:
                marks.extend(bytes(last - len(marks)))
            for start, end in _free(within, marks, first, last):
                out.append(Span(block, start, end))
                marks[start:end] = b"\x02" * (end - start)
        return tuple(out)

    def part(self) -> tuple[Span, ...]:
        """Return the problem part."""
        return tuple(
            Span(block, run.start(), run.end())
            for block in sorted(self._within)
            for run in _RUN.finditer(self._within[block])
        )

    def rest(self) -> tuple[Span, ...]:
        """Return the stretches of the problem part that are neither found nor furniture."""
        out: list[Span] = []
        for block in sorted(self._within):
            marks, within = self._marks.setdefault(block, bytearray()), self._within[block]
            _grow(marks, len(within))
            out += [Span(block, start, end) for start, end in _free(within, marks, 0, len(within))]
        return tuple(out)


def _free(within: bytearray, marks: bytearray, start: int, end: int) -> list[tuple[int, int]]:
    """Return the runs from `start` to `end` that lie in the problem part and bear no mark yet."""
    unmarked = marks.count(0, start, end)
    if unmarked == 0 or start >= end:
        return []
    if unmarked == end - start == within.count(1, start, end):
        return [(start, end)]
    inside = int.from_bytes(within[start:end].ljust(end - start, b"\x00"))
    empty = int.from_bytes(marks[start:end].translate(_EMPTINESS).ljust(end - start, b"\x01"))
    both = (inside & empty).to_bytes(end - start)
    return [(start + run.start(), start + run.end()) for run in _RUN.finditer(both)]


def _grow(array: bytearray, size: int) -> None:
    if len(array) < size:
        array.extend(bytes(size - len(array)))
