"""Names of people and departments: known, near to a known one, or new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONG = 4


def near_name(name: str, known: Iterable[str]) -> str:
    """Return the known name that `name` is probably meant to be, or "".

    A name of three characters may differ by one behind its first, a longer one by two; two characters are too few to tell.
    """
    best, least = "", _LONG
    for other in known:
        shorter = min(len(name), len(other))
        if shorter < 3 or other[0] != name[0] or other == name:
            continue
        distance = Levenshtein.distance(name, other)
        if distance <= (1 if shorter < _LONG else 2) and distance < least:
            best, least = other, distance
    return best
