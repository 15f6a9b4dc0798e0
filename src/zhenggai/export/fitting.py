"""How much room text takes: wrapped lines, column widths and row heights. Widths count half-width characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zhenggai.export.sheet import Cell, Kind, Row, Sheet

_NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕”’…％,.;:?!)]}%")
_PIECE = re.compile(r"[!-~]{1,32}|.", re.DOTALL)


def width(text: str, *, ambiguous: int = 2) -> int:
    """Return the columns that `text` takes; `ambiguous` is the width of “ ” and ①: 2 in a Chinese font, 1 on a terminal."""
    return len(text) if text.isascii() else sum(_character_width(c, ambiguous) for c in text)


@lru_cache(maxsize=8192)
def _character_width(character: str, ambiguous: int) -> int:
    kind = unicodedata.east_asian_width(character)
    if kind in "WF":
        return 2
    if unicodedata.combining(character):
        return 0
    return ambiguous if kind == "A" else 1


def wrap(text: str, limit: int, *, ambiguous: int = 2) -> list[str]:
    """Return `text` in lines of at most `limit` columns (at least 2), as Chinese is set.

    A line ends anywhere between Chinese characters, not within a word or a figure that fits on a line, and none begins with
    a closing mark where the mark can follow one character taken from the line before.
    """
    limit = max(limit, 2)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if 2 * len(paragraph) <= limit:
            lines.append(paragraph)
        else:
            lines.extend(_wrap_paragraph(paragraph, limit, ambiguous))
    return lines


def _wrap_paragraph(text: str, limit: int, ambiguous: int) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for piece in _PIECE.findall(text):
        room = len(piece) if len(piece) > 1 else _character_width(piece, ambiguous)
        if line and used + room > limit:
            taken = line.pop() if len(line) > 1 and piece in _NOT_FIRST else ""
            lines.append("".join(line).rstrip())
            line = [taken] if taken else []
            used = width(taken, ambiguous=ambiguous)
            if piece == " ":
                continue
            if used + room > limit:
                lines.append("".join(line))
                line, used = [], 0
        if room > limit:
            *full, rest = _chop(piece, limit)
            lines.extend(full)
            line, used = [rest], len(rest)
        else:
            line.append(piece)
            used += room
    lines.append("".join(line))
    return lines


def _chop(word: str, limit: int) -> list[str]:
    return [word[at : at + limit] for at in range(0, len(word), limit)]


@dataclass(frozen=True, slots=True)
class Room:
    """How narrow and how wide a column of each kind may be, and what its words have around them."""

    narrowest: dict[Kind, int]
    widest: dict[Kind, int]
    around: int


PAPER = Room({"number": 5, "short": 7, "text": 10}, {"number": 7, "short": 12, "text": 60}, 2)
SCREEN = Room({"number": 4, "short": 8, "text": 8}, {"number": 6, "short": 15, "text": 60}, 0)


def column_widths(sheet: Sheet, total: int, room: Room) -> list[int]:
    """Return the widths of the columns of `sheet`, `total` together unless that is too narrow for words.

    Figures and short fields get what they need between the limits of `room`. Running text shares what is left, longer columns
    getting more, but less than in proportion: a column of long cells may be long, not as wide as the page.
    """
    loads = _loads(sheet)
    running = [n for n, column in enumerate(sheet.columns) if column.kind == "text"]
    widths = [0 if n in running else room.narrowest[column.kind] for n, column in enumerate(sheet.columns)]
    wanted = [
        0 if n in running else max(least, min(loads[n][0] + room.around, room.widest[sheet.columns[n].kind]))
        for n, least in enumerate(widths)
    ]
    if total - sum(wanted) >= room.narrowest["text"] * len(running):
        widths = wanted
    left = total - sum(widths)
    for n, share in zip(running, _shares([loads[n] for n in running], left, room), strict=True):
        widths[n] = share
    return widths


def _loads(sheet: Sheet) -> list[tuple[int, int]]:
    """Return for each column its longest line and the sum of its lines, in columns of print."""
    longest, total = [0] * len(sheet.columns), [0] * len(sheet.columns)
    for row in sheet.rows:
        for n, cell in enumerate(row):
            if cell is None or cell.columns > 1:
                continue
            for line in cell.text.split("\n"):
                size = width(line)
                longest[n] = max(longest[n], size)
                total[n] += size
    return list(zip(longest, total, strict=True))


def _shares(loads: Sequence[tuple[int, int]], left: int, room: Room) -> list[int]:
    """Share out what is left; a rest of a few columns goes to the first.

    A column of short lines gets room for the whole of them where that leaves enough to the others.
    """
    narrowest = room.narrowest["text"]
    whole_line = left * 5 // (8 * max(len(loads), 1)) + room.around
    least = [max(narrowest, min(longest + room.around, whole_line)) for longest, _ in loads]
    if sum(least) * 4 > left * 3:
        least = [narrowest] * len(loads)
    free = max(left - sum(least), 0)
    weights = [total**0.6 for _, total in loads]
    whole = sum(weights) or 1.0
    shares = [low + int(free * weight / whole) for low, weight in zip(least, weights, strict=True)]
    if shares and any(weights):
        shares[0] += free - sum(shares) + sum(least)
    return shares


def row_heights(rows: Sequence[Row], need: Callable[[Cell, int], float], least: float) -> list[float]:
    """Return heights in which no cell is cut: `need(cell, column)` says how high a cell must be.

    What a cell that spans rows needs beyond them is given to its rows evenly.
    """
    heights = [least] * len(rows)
    spanning: list[tuple[int, int, float]] = []
    for at, row in enumerate(rows):
        for n, cell in enumerate(row):
            if cell is None or not cell.text:
                continue
            if cell.rows == 1:
                heights[at] = max(heights[at], need(cell, n))
            else:
                spanning.append((cell.rows, at, need(cell, n)))
    for count, at, wanted in sorted(spanning):
        missing = wanted - sum(heights[at : at + count])
        if missing > 0:
            for n in range(at, at + count):
                heights[n] += missing / count
    return heights
