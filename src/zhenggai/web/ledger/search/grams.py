"""TEXT → FOLDED TEXT → BIGRAMS, and where a query stands in a text. Pure functions.

Folding leaves letters, digits and characters only, full-width ones as half-width, small letters: `“三重一大” 决策` and
`三重一大决策` are the same. Every two neighbours are one bigram, so that a word of two characters is one look-up.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

MOST_TERMS = 8
_LONGEST = 110
_BEFORE = 30


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; `hit` says that it is what was looked for."""

    text: str
    hit: bool = False


def folded(text: str) -> str:
    """Return `text` folded."""
    return "".join(map(_fold, text))


def grams_of(text: str) -> list[str]:
    """Return the bigrams of a folded text, each once and in order; none goes over the end of a line."""
    return sorted({a + b for line in text.split("\n") for a, b in pairwise(line)})


def terms_of(query: str) -> tuple[str, ...]:
    """Return the folded words of a query, each once; words behind the first eight are left out."""
    words = dict.fromkeys(folded(word) for word in query.split())
    return tuple(word for word in words if word)[:MOST_TERMS]


def marked(text: str, terms: tuple[str, ...]) -> tuple[Part, ...]:
    """Return `text` in parts, those marked where one of `terms` stands. Without a hit it is one part."""
    parts: list[Part] = []
    end = 0
    for start, stop in _spans(text, terms):
        if start > end:
            parts.append(Part(text[end:start]))
        parts.append(Part(text[start:stop], hit=True))
        end = stop
    if end < len(text) or not parts:
        parts.append(Part(text[end:]))
    return tuple(parts)


def excerpt_of(text: str, terms: tuple[str, ...]) -> tuple[Part, ...]:
    """Return what stands around the first hit in `text`, in parts; () if there is none."""
    spans = _spans(text, terms)
    if not spans:
        return ()
    start = max(0, spans[0][0] - _BEFORE) if len(text) > _LONGEST else 0
    stop = max(start + _LONGEST, spans[0][1])
    head, tail = "…" * (start > 0), "…" * (stop < len(text))
    return marked(f"{head}{text[start:stop]}{tail}", terms)


def _spans(text: str, terms: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return where the terms stand in `text`, in order; those that touch are joined."""
    letters, places = [], []
    for place, character in enumerate(text):
        for letter in _fold(character):
            letters.append(letter)
            places.append(place)
    whole = "".join(letters)
    found = []
    for term in terms:
        start = whole.find(term)
        while start >= 0:
            found.append((places[start], places[start + len(term) - 1] + 1))
            start = whole.find(term, start + len(term))
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


@lru_cache(maxsize=16_384)
def _fold(character: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", character).casefold()))
