"""Nothing is dropped: every character of the problem part is found, furniture or unassigned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.plan.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhenggai.plan.lines import Line

_EMPTY, _FOUND, _FURNITURE = 0, 1, 2


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
        out: list[Span] = []
        for span in spans:
            marks, within = self._marks.setdefault(span.block, bytearray()), self._within.get(span.block, bytearray())
            _grow(marks, span.end)
            free = [marks[i] == _EMPTY and i < len(within) and within[i] == 1 for i in range(span.start, span.end)]
            for start, end in _runs(free):
                out.append(Span(span.block, span.start + start, span.start + end))
                marks[span.start + start : span.start + end] = bytes([_FURNITURE]) * (end - start)
        return tuple(out)

    def part(self) -> tuple[Span, ...]:
        """Return the problem part."""
        return tuple(
            Span(block, start, end) for block in sorted(self._within) for start, end in _runs(self._within[block])
        )

    def rest(self) -> tuple[Span, ...]:
        """Return the stretches of the problem part that are neither found nor furniture."""
        out: list[Span] = []
        for block in sorted(self._within):
            marks, within = self._marks.get(block, bytearray()), self._within[block]
            _grow(marks, len(within))
            free = [inside == 1 and mark == _EMPTY for inside, mark in zip(within, marks, strict=False)]
            out += [Span(block, start, end) for start, end in _runs(free)]
        return tuple(out)


def _grow(array: bytearray, size: int) -> None:
    if len(array) < size:
        array.extend(bytes(size - len(array)))


def _runs(flags: Sequence[object]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for index, flag in enumerate(flags):
        if flag and start is None:
            start = index
        elif not flag and start is not None:
            runs.append((start, index))
            start = None
    if start is not None:
        runs.append((start, len(flags)))
    return runs
