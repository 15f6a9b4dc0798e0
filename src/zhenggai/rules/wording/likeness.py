"""How alike two short texts are: the share of character sequences that they have in common."""

from __future__ import annotations

from dataclasses import dataclass

from zhenggai.text import compact

WIDTH = 3
"""Characters of one sequence: Chinese words have two or three."""


@dataclass(frozen=True, slots=True)
class Shingled:
    """A text as its set of character sequences, without set phrases."""

    sequences: frozenset[str]
    length: int


def shingled(text: str, set_phrases: tuple[str, ...] = ()) -> Shingled:
    """Return a text as the set of its character sequences; `set_phrases` stand in any text and are taken out."""
    bare = compact(text)
    for phrase in sorted(set_phrases, key=len, reverse=True):
        bare = bare.replace(phrase, "")
    return Shingled(frozenset(bare[i : i + WIDTH] for i in range(max(1, len(bare) - WIDTH + 1))), len(bare))


def likeness(one: Shingled, other: Shingled, least: float = 0) -> float:
    """Return the Jaccard index of two texts: 1 where they are the same, 0 where it cannot come to `least`."""
    fewer, more = sorted((len(one.sequences), len(other.sequences)))
    if not fewer or fewer < least * more:
        return 0.0
    common = len(one.sequences & other.sequences)
    return common / (len(one.sequences) + len(other.sequences) - common)
