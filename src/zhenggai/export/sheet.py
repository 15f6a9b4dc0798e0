"""What a report makes and a format prints: sheets of cells that may span rows and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenggai.document.blocks import Document
    from zhenggai.plan.model import Plan

Kind = Literal["number", "short", "text"]
Tone = Literal["good", "fair", "open", "bad"]


@dataclass(frozen=True, slots=True)
class Filling:
    """What may be written into the cells of a column: one of `choices`, a whole number up to `most`, or any words."""

    choices: tuple[str, ...] = ()
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `kind` says how much room it wants: a figure, a few words, or running text.

    In a sheet where some columns are for `filling` in, the others are locked; a `hidden` one is there for who reads the file again.

    A format with little room prints a `heading` column as lines across the page above the rows that its cells span, and all
    columns of one `group` together in one column of that name; that may be the title of one of them.
    """

    title: str
    kind: Kind = "text"
    heading: bool = False
    group: str | None = None
    filling: Filling | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that stands at its upper left and spans `rows` × `columns`. `tone` is a state's colour, never without its word."""

    text: str = ""
    rows: int = 1
    columns: int = 1
    tone: Tone | None = None


Row = tuple[Cell | None, ...]
"""One entry per column; None where a cell above or to the left spans."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with what stands around it.

    `notes` are facts above it, `empty` stands in the place of rows where it has none. `form_head` and `form_foot` are lines to
    fill in by hand, above and below; they belong on paper, and a screen leaves them out.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    form_head: tuple[str, ...] = ()
    form_foot: tuple[str, ...] = ()
    empty: str = "（无）"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about: a plan and, where it is at hand, the document that its spans point into."""

    plan: Plan
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A paper: what is shown. `followed_by` names the reports that make its further sheets."""

    key: str
    title: str
    make: Callable[[Subject], Sheet]
    followed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """How to print: `width` in half-width characters and `colour`, for formats that are shown on a screen."""

    width: int | None = None
    colour: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """As what a paper is shown. `write` gives text for a screen or the bytes of a file."""

    key: str
    title: str
    suffix: str
    media_type: str
    write: Callable[[tuple[Sheet, ...], Options], bytes | str]


class ExportError(Exception):
    """A paper that cannot be made. `str(error)` is one clear Chinese sentence: what is wrong and what to do."""
