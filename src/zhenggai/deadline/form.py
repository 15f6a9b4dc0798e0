"""The contract of a wording: what it looks like, and what it means."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — the dataclasses carry dates at run time
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal

from zhenggai.deadline.kinds import Anchor, By, TimePart, Window, Within

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenggai.deadline.context import Context
    from zhenggai.deadline.script import Script

Mode = Literal["field", "prose", "duty"]
"""`field`: the whole text is a time limit. `prose`: a limit may stand inside a measure. `duty`: only recurrences."""

Parts = tuple[TimePart, ...]


@dataclass(slots=True)
class Scene:
    """Where the reading of one text stands: what a form may look at when it builds its parts."""

    context: Context
    script: Script
    mode: Mode
    last: dt.date | None = None
    """The last date read in this text: dates without a year are counted from it."""
    anchor: Anchor | None = None
    """What the period just before was counted from; it serves the next period too."""
    notes: list[str] = field(default_factory=list)

    @property
    def reference(self) -> dt.date | None:
        """The date that 今年 and 本月 are counted from."""
        return self.context.reference

    @property
    def base(self) -> dt.date | None:
        """The date that dates without a year are counted from."""
        return self.last or self.reference

    def advance(self, parts: Parts) -> None:
        """Take note of parts just read."""
        for part in parts:
            if isinstance(part, By):
                self.last = part.date
            elif isinstance(part, Window):
                self.last = part.end
            self.anchor = part.anchor if isinstance(part, Within) else None


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One wording.

    `build` returns the parts; None where the match is none of this form after all, so that another may read it; an
    empty tuple where the words are of this form but say nothing that can be: 2月30日前.
    `fallback` forms give way to any other form on the same span.
    """

    key: str
    title: str
    about: str
    pattern: str
    build: Callable[[re.Match[str], Scene], Parts | None]
    examples: tuple[str, ...]
    modes: tuple[Mode, ...] = ("field", "prose")
    fallback: bool = False
    signs: tuple[str, ...] = ()
    """Where none of these stands in the text the form is not tried (and its pattern not compiled)."""
    also: tuple[str, ...] = ()
    """Where none of these stands in the text besides, the form is not tried either."""

    @property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first wanted: most documents need few of the forms."""
        return _compile(self.pattern)


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
