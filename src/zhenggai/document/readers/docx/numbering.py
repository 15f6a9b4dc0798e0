"""Word's automatic numbering: definitions, instances, overrides and counters (ECMA-376 part 1, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zhenggai.document.readers.docx.counting import show_number
from zhenggai.document.readers.docx.names import attribute, child, is_on, local, number

if TYPE_CHECKING:
    from lxml.etree import _Element

    from zhenggai.document.readers.docx.styles import Styles

_PLACE = re.compile(r"%([1-9])")
LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: where it starts, how it is written, after which level it starts anew.

    `restart` is the number of the level (from 1) whose appearance starts it anew; 0 never; None: any higher level.
    """

    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass(slots=True)
class _List:
    """A list definition with its counters, which all its instances share."""

    levels: dict[int, Level]
    style_link: str | None = None
    counters: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Instance:
    """One instance (w:num) of a list: its own levels and the starts that apply at its first use."""

    list_id: int
    levels: dict[int, Level]
    starts: dict[int, int]
    used: set[int] = field(default_factory=set)


class Numbering:
    """The numbering of a document. Ask in reading order: each answer counts."""

    def __init__(self, root: _Element | None, styles: Styles) -> None:
        """Take the root of numbering.xml; None where the document has none."""
        self._lists: dict[int, _List] = {}
        self._instances: dict[int, _Instance] = {}
        self._styles = styles
        by_style: dict[str, int] = {}
        for element in root if root is not None else ():
            if local(element) == "abstractNum":
                self._take_list(element, by_style)
        for element in root if root is not None else ():
            if local(element) == "num":
                self._take_instance(element)
        for one in self._lists.values():
            if one.style_link and not one.levels:
                self._follow_link(one, by_style)

    def _take_list(self, element: _Element, by_style: dict[str, int]) -> None:
        identifier = number(element, "abstractNumId")
        if identifier is None:
            return
        levels = {}
        for one in element:
            index = number(one, "ilvl") if local(one) == "lvl" else None
            if index is not None and 0 <= index < LEVELS:
                levels[index] = _level(one)
        self._lists[identifier] = _List(levels, attribute(child(element, "numStyleLink"), "val"))
        own_style = attribute(child(element, "styleLink"), "val")
        if own_style:
            by_style[own_style] = identifier

    def _take_instance(self, element: _Element) -> None:
        identifier, list_id = number(element, "numId"), number(child(element, "abstractNumId"))
        if identifier is None or list_id is None:
            return
        instance = _Instance(list_id, {}, {})
        for one in element:
            index = number(one, "ilvl") if local(one) == "lvlOverride" else None
            if index is None or not 0 <= index < LEVELS:
                continue
            level, start = child(one, "lvl"), number(child(one, "startOverride"))
            if level is not None:
                instance.levels[index] = _level(level)
            if start is not None:
                instance.starts[index] = start
        self._instances[identifier] = instance

    def _follow_link(self, one: _List, by_style: dict[str, int]) -> None:
        """A list that names a numbering style has the levels of the list that is that style's."""
        linked = by_style.get(one.style_link or "")
        if linked is None:
            number_id = self._styles.style(one.style_link).number_id
            instance = self._instances.get(number_id) if number_id is not None else None
            linked = instance.list_id if instance is not None else None
        target = self._lists.get(linked) if linked is not None else None
        if target is not None and target is not one:
            one.levels = target.levels
            one.counters = target.counters

    def next_number(self, number_id: int, level: int) -> str:
        """Count one paragraph of the instance `number_id` at `level` and return its number as written; "" without one."""
        instance = self._instances.get(number_id)
        own = self._lists.get(instance.list_id) if instance is not None else None
        if instance is None or own is None or not 0 <= level < LEVELS:
            return ""
        definition = self._definition(instance, own, level)
        if definition is None:
            return ""
        self._count(instance, own, level, definition)
        return self._write(instance, own, level, definition)

    def _definition(self, instance: _Instance, own: _List, level: int) -> Level | None:
        found = instance.levels.get(level, own.levels.get(level))
        start = instance.starts.get(level)
        return replace(found, start=start) if found is not None and start is not None else found

    def _count(self, instance: _Instance, own: _List, level: int, definition: Level) -> None:
        counters = own.counters
        if level in instance.starts and level not in instance.used:
            counters.pop(level, None)
        instance.used.add(level)
        counters[level] = counters.get(level, definition.start - 1) + 1
        for higher in range(level):
            if higher not in counters:
                above = self._definition(instance, own, higher)
                counters[higher] = above.start if above is not None else 1
        for lower in range(level + 1, LEVELS):
            below = self._definition(instance, own, lower)
            restart = below.restart if below is not None else None
            if restart is None or level < restart <= lower:
                counters.pop(lower, None)

    def _write(self, instance: _Instance, own: _List, level: int, definition: Level) -> str:
        def place(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            other = definition if index == level else self._definition(instance, own, index)
            value = own.counters.get(index, other.start if other is not None else 1)
            if index > level or other is None:
                return ""
            form = (
                "decimal"
                if definition.legal and other.number_format not in {"decimalZero", "none"}
                else other.number_format
            )
            return show_number(value, form)

        if definition.number_format == "bullet":
            return ""
        return _PLACE.sub(place, definition.text).strip(" \t\u3000")

    def level_of_style(self, number_id: int, style: str | None) -> int | None:
        """Return the level of the instance that the paragraph style `style` is tied to, or None."""
        instance = self._instances.get(number_id)
        own = self._lists.get(instance.list_id) if instance is not None else None
        if own is None or style is None:
            return None
        return next((index for index, level in own.levels.items() if level.style == style), None)


def _level(element: _Element) -> Level:
    start = number(child(element, "start"))
    return Level(
        0 if start is None and child(element, "start") is None else (start or 0),
        _format(element),
        attribute(child(element, "lvlText"), "val") or "",
        number(child(element, "lvlRestart")),
        bool(is_on(child(element, "isLgl"))),
        attribute(child(element, "pStyle"), "val"),
    )


def _format(element: _Element) -> str:
    """Return the number format; Word 2010 and later put new ones behind an alternative."""
    found = child(element, "numFmt")
    if found is None:
        alternative = child(element, "AlternateContent")
        choice = child(alternative, "Choice")
        found = child(choice, "numFmt")
        if attribute(found, "val") == "custom":
            form = attribute(found, "format") or ""
            return "decimalZero" if form.startswith("0") or "001" in form else "decimal"
    return attribute(found, "val") or "decimal"
