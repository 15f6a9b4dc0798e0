"""Word's automatic numbering: definitions, instances, overrides and counters (ECMA-376 part 1, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zhenggai.document.readers.docx.counting import show_number
from zhenggai.document.readers.docx.names import (
    ALTERNATIVE,
    CHOICE,
    LEVEL,
    NUMBER_ID,
    W,
    is_on,
    number,
    to_number,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml.etree import _Element

    from zhenggai.document.readers.docx.styles import Styles

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_LONGEST = 255
"""Characters of a number's pattern; Word takes far fewer."""
_ABSTRACT_ID, _FORMAT = W + "abstractNumId", W + "numFmt"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: where it starts, how it is written, after which level it starts anew.

    `restart` is the number of the level (from 1) whose appearance, or that of a higher one, starts it anew; 0 never; None: any
    higher level.
    """

    start: int = 0
    number_format: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    style: str | None = None

    def restarts_after(self, used: int, own: int) -> bool:
        """Return whether this level, the `own`th from 0, starts anew when the `used`th has appeared."""
        return self.restart is None or used < self.restart <= own or self.restart > own


@dataclass(slots=True)
class _List:
    """A list definition. `link` names the numbering style whose list it stands for."""

    levels: dict[int, Level]
    link: str | None = None


@dataclass(frozen=True, slots=True)
class _Instance:
    """One instance (w:num) of a list with its own levels put in, and the starts that apply at its first use."""

    list_id: int
    levels: tuple[Level | None, ...]
    starts: frozenset[int]


@dataclass(slots=True)
class Count:
    """How far the lists have come in one story: text boxes, notes, headers count apart from the text."""

    counters: dict[int, list[int | None]] = field(default_factory=dict)
    """By list, for its levels; all instances of a list share them."""
    begun: set[tuple[int, int]] = field(default_factory=set)
    """Instances and levels whose own start has been applied."""


class Numbering:
    """The numbering of a document. Ask in reading order: each answer counts."""

    def __init__(self, root: Callable[[], _Element | None], styles: Styles) -> None:
        """Take what gives the root of numbering.xml, None where there is none: many documents hold lists and use none."""
        self._root = root
        self._read = False
        self._lists: dict[int, _List] = {}
        self._nums: dict[int, _Element] = {}
        self._instances: dict[int, _Instance | None] = {}
        self._styles = styles
        self._by_style: dict[str, int] = {}

    def _read_lists(self) -> None:
        self._read = True
        root = self._root()
        for element in root.iterchildren(W + "abstractNum") if root is not None else ():
            self._take_list(element)
        for element in root.iterchildren(W + "num") if root is not None else ():
            identifier = to_number(element.get(NUMBER_ID))
            if identifier is not None:
                self._nums[identifier] = element

    def _take_list(self, element: _Element) -> None:
        identifier = to_number(element.get(_ABSTRACT_ID))
        if identifier is None:
            return
        self._lists[identifier] = _List(
            dict(_levels(element.iterchildren(W + "lvl"))), value(element, W + "numStyleLink")
        )
        own_style = value(element, W + "styleLink")
        if own_style:
            self._by_style[own_style] = identifier

    def _instance(self, number_id: int) -> _Instance | None:
        if not self._read:
            self._read_lists()
        if number_id not in self._instances:
            element = self._nums.get(number_id)
            self._instances[number_id] = self._make_instance(element) if element is not None else None
        return self._instances[number_id]

    def _make_instance(self, element: _Element) -> _Instance | None:
        list_id = self._followed(number(element, _ABSTRACT_ID))
        if list_id is None:
            return None
        levels = dict(self._lists[list_id].levels)
        starts = set()
        for override in element.iterchildren(W + "lvlOverride"):
            index = to_number(override.get(LEVEL))
            if index is None or not 0 <= index < LEVELS:
                continue
            for _, level in _levels(override.iterchildren(W + "lvl"), index):
                levels[index] = level
            start = number(override, W + "startOverride")
            if start is not None:
                starts.add(index)
                levels[index] = replace(levels.get(index, Level()), start=start)
        return _Instance(list_id, tuple(levels.get(index) for index in range(LEVELS)), frozenset(starts))

    def _followed(self, list_id: int | None) -> int | None:
        """Return the list itself, or the one of the numbering style that it stands for."""
        seen = set()
        while list_id in self._lists and list_id not in seen:
            seen.add(list_id)
            link = self._lists[list_id].link
            if link is None:
                return list_id
            following = self._by_style.get(link)
            if following is None:
                number_id = self._styles.style(link).number_id
                element = self._nums.get(number_id) if number_id is not None else None
                following = number(element, _ABSTRACT_ID)
            if following is None:
                return list_id
            list_id = following
        return None

    def level_of(self, number_id: int, styles: Iterable[str]) -> int | None:
        """Return the level of the instance that is tied to the first of `styles` that any level is tied to, or None."""
        instance = self._instance(number_id)
        tied = {level.style: index for index, level in enumerate(instance.levels) if level} if instance else {}
        return next((tied[style] for style in styles if style in tied), None)

    def next_number(self, number_id: int, level: int, count: Count) -> str:
        """Count one paragraph of the instance `number_id` at `level` and return its number as written; "" without one."""
        instance = self._instance(number_id)
        if instance is None or not 0 <= level < LEVELS:
            return ""
        definition = instance.levels[level]
        if definition is None:
            return ""
        counters = count.counters.setdefault(instance.list_id, [None] * LEVELS)
        if level in instance.starts and (number_id, level) not in count.begun:
            count.begun.add((number_id, level))
            counters[level] = None
        _advance(counters, instance.levels, level, definition)
        return _write(counters, instance.levels, level, definition)


def _advance(counters: list[int | None], levels: tuple[Level | None, ...], level: int, definition: Level) -> None:
    """Count one. A higher level that has not appeared yet counts as having appeared once, as Word has it."""
    value = counters[level]
    counters[level] = definition.start if value is None else value + 1
    for index in range(level - 1, -1, -1):
        if counters[index] is not None:
            break
        above = levels[index]
        counters[index] = above.start if above is not None else 1
    for index in range(level + 1, LEVELS):
        below = levels[index]
        if below is None or below.restarts_after(level, index):
            counters[index] = None


def _write(counters: list[int | None], levels: tuple[Level | None, ...], level: int, definition: Level) -> str:
    if definition.number_format == "bullet":
        return ""

    def fill(place: re.Match[str]) -> str:
        index = int(place[1]) - 1
        part, value = levels[index], counters[index]
        if index > level or part is None or value is None or part.number_format in {"bullet", "none"}:
            return ""
        plain = definition.legal and not part.number_format.startswith(("0", "decimalZero"))
        return show_number(value, "decimal" if plain else part.number_format)

    return _PLACE.sub(fill, definition.text).strip()


def _levels(elements: Iterable[_Element], only: int | None = None) -> Iterable[tuple[int, Level]]:
    for element in elements:
        index = to_number(element.get(LEVEL)) if only is None else only
        if index is not None and 0 <= index < LEVELS:
            yield index, _level(element)


def _level(element: _Element) -> Level:
    legal = element.find(W + "isLgl")
    return Level(
        number(element, W + "start") or 0,
        _format(element),
        (value(element, W + "lvlText") or "")[:_LONGEST],
        number(element, W + "lvlRestart"),
        legal is not None and is_on(legal),
        value(element, W + "pStyle"),
    )


def _format(element: _Element) -> str:
    """Return the number format; Word 2010 and later put their own ones (`001, 002, …`) into an alternative."""
    found = element.find(_FORMAT)
    if found is None:
        found = element.find(f"{ALTERNATIVE}/{CHOICE}/{_FORMAT}")
    if found is None:
        return "decimal"
    if found.get(W + "val") == "custom":
        first = (found.get(W + "format") or "").partition(",")[0].strip()
        return (
            first[:_LONGEST]
            if first[:-1] == "0" * (len(first) - 1) and first.endswith("1") and len(first) > 1
            else "decimal"
        )
    return found.get(W + "val") or "decimal"
