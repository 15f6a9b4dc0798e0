"""Sentences and clauses of a folded text, with their places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_SENTENCE = re.compile(r"[^。;!?\n]+[。;!?]?")
_CLAUSE = re.compile(r"[^,。;:!?\n]+")


class Stretch(NamedTuple):
    """A piece of a text: characters `start` to `end`."""

    text: str
    start: int
    end: int


def sentences(text: str) -> Iterator[Stretch]:
    """Yield the sentences of a folded text."""
    for found in _SENTENCE.finditer(text):
        yield Stretch(found[0], found.start(), found.end())


def clauses(text: str) -> Iterator[Stretch]:
    """Yield the clauses of a folded text: what stands between commas, semicolons and full stops."""
    for found in _CLAUSE.finditer(text):
        if found[0].strip():
            yield Stretch(found[0], found.start(), found.end())
