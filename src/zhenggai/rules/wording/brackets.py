"""Brackets that do not match, over the paragraphs of a document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhenggai.rules.facts import TextBlock

_PAIRS = {")": "(", "]": "[", "》": "《", "】": "【"}
_BRACKET = re.compile(r"[()\[\]《》【】]")
_LIST_MARK = re.compile(r"(?:^|(?<=[。;:,\n\s]))(?:\d{1,2}|[a-zA-Z]|[一二三四五六七八九十]{1,2})\)")
_FAR = 3
"""A bracket may be closed so many paragraphs further on."""


def unmatched(blocks: Iterable[TextBlock]) -> Iterator[tuple[TextBlock, int]]:
    """Yield the brackets that nothing opens or closes, with their places."""
    open_ones: list[tuple[int, TextBlock, int, str]] = []
    for order, block in enumerate(blocks):
        if block.row is not None:
            yield from _within(block)
            continue
        yield from ((b, p) for o, b, p, _ in open_ones if order - o > _FAR)
        open_ones = [one for one in open_ones if order - one[0] <= _FAR]
        yield from _take(order, block, open_ones)
    yield from ((block, position) for _, block, position, _ in open_ones)


def _within(block: TextBlock) -> Iterator[tuple[TextBlock, int]]:
    open_ones: list[tuple[int, TextBlock, int, str]] = []
    yield from _take(0, block, open_ones)
    yield from ((block, position) for _, _, position, _ in open_ones)


def _take(
    order: int, block: TextBlock, open_ones: list[tuple[int, TextBlock, int, str]]
) -> Iterator[tuple[TextBlock, int]]:
    marks = {found.end() - 1 for found in _LIST_MARK.finditer(block.text)}
    for found in _BRACKET.finditer(block.text):
        character = found[0]
        if character not in _PAIRS:
            open_ones.append((order, block, found.start(), character))
            continue
        place = next((i for i in range(len(open_ones) - 1, -1, -1) if open_ones[i][3] == _PAIRS[character]), None)
        if place is None:
            if found.start() not in marks:
                yield block, found.start()
            continue
        yield from ((b, p) for _, b, p, _ in open_ones[place + 1 :])
        del open_ones[place:]
