"""The problem part while it is being read: numbered problems in a tree, and drafts of the responses to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from zhenggai.plan.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhenggai.plan.labels import Role
    from zhenggai.plan.lines import Line
    from zhenggai.plan.marks import MarkKind


_make = tuple.__new__
"""Makes a tuple of names in half the time of its own constructor: a plan has a thousand places."""


@dataclass(slots=True, eq=False)
class Fragment:
    """Characters `start` to `end` of a line, taken as content."""

    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        """The folded text."""
        return self.line.text[self.start : self.end]

    @property
    def raw(self) -> str:
        """The text as it stands."""
        return self.line.raw[self.start : self.end]

    @property
    def span(self) -> Span:
        """The place in the document."""
        line = self.line
        return _make(Span, (line.block, line.start + self.start, line.start + self.end))


def raw_text(fragments: list[Fragment]) -> str:
    """Return the text of `fragments` as it stands, their lines divided by line breaks."""
    if len(fragments) == 1:
        return fragments[0].raw
    out = ""
    for index, fragment in enumerate(fragments):
        same_line = index > 0 and fragments[index - 1].line is fragment.line
        out += ("" if index == 0 or same_line else "\n") + fragment.raw
    return out


def spans_of(fragments: Iterable[Fragment]) -> tuple[Span, ...]:
    """Return the places of those `fragments` that hold anything."""
    return tuple([fragment.span for fragment in fragments if fragment.end > fragment.start])


@dataclass(slots=True, eq=False)
class Field:
    """A labelled value: 责任部门 = 教务处."""

    role: Role
    label: str
    value: Fragment
    trailing: bool = False
    """Whether it stands on a line of its own after the measures."""


@dataclass(slots=True, eq=False)
class Entry:
    """One measure or one entry of progress."""

    number: str | None
    fragments: list[Fragment]
    fields: list[Field] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The folded text."""
        return "".join(f.text for f in self.fragments)


@dataclass(slots=True, eq=False)
class Draft:
    """One block of measures, progress and fields, and the problems that it answers."""

    nodes: list[Node]
    measures: list[Entry] = field(default_factory=list)
    progress: list[Entry] = field(default_factory=list)
    objective: list[Fragment] = field(default_factory=list)
    next_steps: list[Fragment] = field(default_factory=list)
    leads: list[Fragment] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    unlabelled: bool = False

    @property
    def acts(self) -> bool:
        """Whether the draft holds measures or progress."""
        return bool(self.measures or self.progress)


class Level(StrEnum):
    """What a node is in the plan."""

    AREA = "area"
    ITEM = "item"
    FINDING = "finding"
    WHOLE_ITEM = "whole_item"
    """An item without sub-problems: it is one finding itself."""
    BETWEEN = "between"
    """A heading between area and item that the plan format has no place for."""


@dataclass(slots=True, eq=False)
class Node:
    """A heading or problem of the problem part; the root stands for the part itself."""

    kind: MarkKind | None = None
    number: int = 0
    mark: str | None = None
    fragments: list[Fragment] = field(default_factory=list)
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    cause: list[Fragment] = field(default_factory=list)
    draft: Draft | None = None
    scope_fields: list[Field] = field(default_factory=list)
    inline: bool = False
    described_from: int | None = None
    """The index of the first fragment that a label such as 问题表现： introduces."""
    stated: str = ""
    """The label in the same head as its number: 问题 of 4、问题：…."""
    level: Level | None = None

    @property
    def text(self) -> str:
        """The folded text."""
        return "".join(f.text for f in self.fragments)

    @property
    def depth(self) -> int:
        """0 for the root, 1 for its children."""
        return 0 if self.parent is None else self.parent.depth + 1

    def walk(self) -> Iterator[Node]:
        """Yield the nodes below this one in reading order."""
        for child in self.children:
            yield child
            yield from child.walk()

    def leaves(self) -> Iterator[Node]:
        """Yield the nodes below this one that have no children, in reading order."""
        return (node for node in self.walk() if not node.children)
