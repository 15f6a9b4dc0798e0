"""Ruling lines → tables: which lines hang together, and which places of their grid no line divides (merged cells)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import NamedTuple

from zhenggai.document.layout.tables import Mesh, Rectangle

_SNAP = 3.0
"""Lines closer than this are one line, and a line that ends this close to another one meets it."""

_SHORTEST = 3.0
"""Shorter rules are dots and the corners of other drawings."""

_MOST_LINES = 2_000
_MOST_PLACES = 40_000
"""A drawing with more lines, or a table with more places on one page, is not a table that a person could read."""


class Rule(NamedTuple):
    """A line along an axis: its distance from the axis (y of a level line, x of an upright one), its start and its end."""

    at: float
    start: float
    end: float


def find_meshes(level: list[Rule], upright: list[Rule]) -> list[Mesh]:
    """Return the tables that ruling lines form, the smallest first. Sides left open are closed where the level lines end."""
    level, upright = _unite(level), _unite(upright)
    if not upright or len(level) < 2 or len(level) + len(upright) > _MOST_LINES:
        return []
    meshes = (_mesh(rows, columns) for rows, columns in _groups(level, upright))
    return sorted((mesh for mesh in meshes if mesh is not None and len(mesh) > 1), key=lambda mesh: mesh.area)


def _unite(rules: list[Rule]) -> list[Rule]:
    """Bring lines that are all but one onto the same place and join their pieces."""
    lanes: list[tuple[float, list[Rule]]] = []
    for rule in sorted(rules):
        if lanes and rule.at - lanes[-1][0] <= _SNAP:
            lanes[-1][1].append(rule)
        else:
            lanes.append((rule.at, [rule]))
    united: list[Rule] = []
    for _, lane in lanes:
        at = sum(rule.at for rule in lane) / len(lane)
        pieces: list[Rule] = []
        for rule in sorted(lane, key=lambda rule: rule.start):
            if pieces and rule.start - pieces[-1].end <= _SNAP:
                pieces[-1] = Rule(at, pieces[-1].start, max(pieces[-1].end, rule.end))
            else:
                pieces.append(Rule(at, rule.start, rule.end))
        united += [piece for piece in pieces if piece.end - piece.start >= _SHORTEST]
    return united


def _groups(level: list[Rule], upright: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Gather the lines that meet, directly or through others."""
    leader = list(range(len(level) + len(upright)))

    def lead(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    places = [rule.at for rule in upright]
    for row, rule in enumerate(level):
        for column in range(bisect_left(places, rule.start - _SNAP), bisect_right(places, rule.end + _SNAP)):
            if upright[column].start - _SNAP <= rule.at <= upright[column].end + _SNAP:
                leader[lead(row)] = lead(len(level) + column)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for row, rule in enumerate(level):
        groups[lead(row)][0].append(rule)
    for column, rule in enumerate(upright):
        groups[lead(len(level) + column)][1].append(rule)
    return list(groups.values())


def _mesh(level: list[Rule], upright: list[Rule]) -> Mesh | None:
    if len(level) < 2 or not upright:
        return None
    ends = [min(rule.start for rule in level), max(rule.end for rule in level)]
    x = _places([rule.at for rule in upright] + ends)
    y = _places([rule.at for rule in level])
    rows, columns = len(y) - 1, len(x) - 1
    if not 0 < rows * columns <= _MOST_PLACES:
        return None
    floors = _walls(level, y, x)
    sides = _walls(upright, x, y)
    return Mesh(_cells(x, y, floors, sides))


def _places(values: list[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _SNAP:
            places.append(value)
    return places


def _walls(rules: list[Rule], at: list[float], along: list[float]) -> set[tuple[int, int]]:
    """Return which pieces of the grid's lines are drawn: (number of the line, number of the piece along it)."""
    drawn: set[tuple[int, int]] = set()
    for rule in rules:
        line = bisect_right(at, rule.at + _SNAP) - 1
        first = bisect_left(along, rule.start - _SNAP)
        last = bisect_right(along, rule.end + _SNAP) - 1
        drawn.update((line, piece) for piece in range(first, last))
    return drawn


def _cells(
    x: list[float], y: list[float], floors: set[tuple[int, int]], sides: set[tuple[int, int]]
) -> list[Rectangle]:
    """Return the cells: from each place not yet taken, as far right and then as far down as no line divides."""
    rows, columns = len(y) - 1, len(x) - 1
    taken: set[tuple[int, int]] = set()
    cells: list[Rectangle] = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            right = column + 1
            while right < columns and (right, row) not in sides and (row, right) not in taken:
                right += 1
            below = row + 1
            while below < rows and not _divided(below, column, right, floors, sides):
                below += 1
            taken.update((r, c) for r in range(row, below) for c in range(column, right))
            cells.append((x[column], y[row], x[right], y[below]))
    return cells


def _divided(row: int, left: int, right: int, floors: set[tuple[int, int]], sides: set[tuple[int, int]]) -> bool:
    """Say whether a line parts the places from `left` to `right` of `row` from those above, or from each other."""
    return any((row, column) in floors for column in range(left, right)) or any(
        (column, row) in sides for column in range(left + 1, right)
    )
