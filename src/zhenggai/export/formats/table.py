"""table: the ledger on a terminal, at the width that the terminal has."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from zhenggai.export import fitting
from zhenggai.export.sheet import Cell, Column, Format, Options, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console
    from rich.table import Table

_WIDTH = 100
_NARROWEST = 60
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")
"""What could steer a terminal or turn the order of its letters, and what takes no room."""
_STYLES = {"good": "green", "fair": "yellow", "open": "cyan", "bad": "bold red"}


def write(sheets: tuple[Sheet, ...], options: Options) -> str:
    """Return `sheets` as text of at most `options.width` columns (100 if not given, 60 at least)."""
    from rich.console import Console  # noqa: PLC0415 — loaded when a table is asked for

    width = max(options.width or _WIDTH, _NARROWEST)
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=options.colour,
        color_system="standard" if options.colour else None,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
    )
    for sheet in sheets:
        _print(console, sheet, width)
    return file.getvalue()


def _print(console: Console, sheet: Sheet, width: int) -> None:
    for line in fitting.wrap(_clean(sheet.title), width, ambiguous=1):
        console.print(line, style="bold")
    for note in sheet.notes:
        if "填报" not in note:
            for line in fitting.wrap(_clean(note), width, ambiguous=1):
                console.print(line, style="dim")
    if not sheet.rows:
        console.print(sheet.empty)
        return
    console.print(_table(sheet, width))


def _table(sheet: Sheet, width: int) -> Table:
    raise NotImplementedError
