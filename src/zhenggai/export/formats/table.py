"""table: the ledger on a terminal, at the width that the terminal has."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from zhenggai.export import fitting, grid
from zhenggai.export.sheet import Format, Options, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.export.grid import Line

_WIDTH = 100
_NARROWEST = 60
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
"""What could steer a terminal or turn the order of its letters, and what takes no room."""
_LOOKS = {
    "good": "green",
    "fair": "yellow",
    "open": "cyan",
    "bad": "bold red",
    "title": "bold",
    "head": "bold",
    "heading": "bold",
    "rule": "bright_black",
}


def write(sheets: tuple[Sheet, ...], options: Options) -> str:
    """Return `sheets` as text of at most `options.width` columns (100 if not given, 60 at least), one below the other."""
    from rich.console import Console  # noqa: PLC0415 — loaded when a table is asked for
    from rich.text import Text  # noqa: PLC0415

    width = max(options.width or _WIDTH, _NARROWEST)
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=options.colour,
        color_system="standard" if options.colour else None,
        legacy_windows=False,
    )
    for sheet in sheets:
        for line in _lines(_cleaned(sheet), width):
            words = Text.assemble(*((segment.text, _LOOKS.get(segment.look, "")) for segment in line))
            words.rstrip()
            console.print(words, soft_wrap=True)
    return file.getvalue()


def _lines(sheet: Sheet, width: int) -> Iterator[Line]:
    for words, look in ((sheet.title, "title"), *((note, "") for note in sheet.notes)):
        for line in fitting.wrap(words, width, ambiguous=1):
            yield (grid.Segment(line, look),)
    if sheet.rows:
        yield from grid.draw(sheet, width)
    else:
        yield (grid.Segment(sheet.empty),)
    yield (grid.Segment(""),)


def _cleaned(sheet: Sheet) -> Sheet:
    return replace(
        sheet,
        title=_clean(sheet.title),
        notes=tuple(_clean(note) for note in sheet.notes),
        rows=tuple(tuple(cell and replace(cell, text=_clean(cell.text)) for cell in row) for row in sheet.rows),
    )


def _clean(words: str) -> str:
    return _UNSEEN.sub("", words.replace("\t", " "))


TABLE = Format("table", "终端表格", ".txt", "text/plain; charset=utf-8", write)
