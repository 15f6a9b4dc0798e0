"""Finding the files that a command line means."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from zhenggai.cli.terminal.paths import is_folder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

STANDARD_INPUT = "-"


class Input(NamedTuple):
    """One thing to read: a file, standard input (no path), or a folder in which nothing readable was found."""

    name: str
    path: Path | None


class Inputs(NamedTuple):
    """What to read, in order and each once; `many` where the person named several files or a folder."""

    files: tuple[Input, ...]
    many: bool


def find(arguments: Sequence[str], suffixes: Collection[str]) -> Inputs:
    """Return the files that `arguments` name; a folder stands for the files with one of `suffixes` below it, sorted.

    Hidden files and folders and the lock files of office programs (~$…) are left out. `suffixes` are in small letters with
    their dot. A file that does not exist is kept: reading it says so.
    """
    found: dict[str, Input] = {}
    folders = False
    for argument in arguments:
        if argument == STANDARD_INPUT:
            found.setdefault(argument, Input("标准输入", None))
            continue
        path = Path(argument)
        folders = folders or is_folder(path)
        for file in _below(path, suffixes) if is_folder(path) else (path,):
            found.setdefault(os.path.realpath(file), Input(str(file), file))
    return Inputs(tuple(found.values()), folders or len(found) > 1)


def _below(folder: Path, suffixes: Collection[str]) -> Iterator[Path]:
    """Yield the readable files below `folder`, or `folder` itself where there is none."""
    empty = True
    for place, subfolders, names in os.walk(folder):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "~$")) and Path(name).suffix.lower() in suffixes:
                empty = False
                yield Path(place, name)
    if empty:
        yield folder
