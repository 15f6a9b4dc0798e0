"""Which characters differ between two wordings, for showing them side by side."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Indel

_ALIKE = 0.45
_SHORT = 20
"""Up to so many characters, as dates and names have, are shown whole: single figures marked are hard to read."""
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that both wordings have, or that only this one has."""

    text: str
    changed: bool


def marked(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both wordings in pieces; wordings with little in common, or very long ones, are one piece each."""
    longest = max(len(before), len(after))
    if not before or not after or longest > _LONGEST or longest <= _SHORT:
        return _whole(before), _whole(after)
    if Indel.normalized_similarity(before, after) < _ALIKE:
        return _whole(before), _whole(after)
    old: list[Piece] = []
    new: list[Piece] = []
    for step in Indel.opcodes(before, after):
        same = step.tag == "equal"
        if step.src_end > step.src_start:
            old.append(Piece(before[step.src_start : step.src_end], not same))
        if step.dest_end > step.dest_start:
            new.append(Piece(after[step.dest_start : step.dest_end], not same))
    return tuple(old), tuple(new)


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, changed=True),) if text else ()
