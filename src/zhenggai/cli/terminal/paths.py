"""What stands at a path that a person typed: it may be too long or lie where one may not look."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def is_folder(path: Path) -> bool:
    """Tell whether `path` is a folder; a path that cannot be looked at is none, and using it says why."""
    try:
        return path.is_dir()
    except OSError:
        return False


def same_file(one: Path, other: Path) -> bool:
    """Tell whether both paths lead to one existing file, also through links."""
    try:
        return one.exists() and other.exists() and one.samefile(other)
    except OSError:
        return False
