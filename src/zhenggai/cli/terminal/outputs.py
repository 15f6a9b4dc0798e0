"""Writing what a command made: whole or not at all, and never over what it was made from."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from zhenggai.cli.terminal.faults import CommandError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


_NUMBERED = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出了磁盘配额",
    errno.EROFS: "它所在的磁盘只能读",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "链接绕成了圈",
}
"""What the system says without a class of its own."""


def encode(content: str | bytes) -> bytes:
    """Return `content` as UTF-8; half a surrogate pair, which UTF-8 cannot carry, becomes an escape."""
    return content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content


def to_stdout(content: str | bytes) -> None:
    """Write text or bytes to standard output."""
    if isinstance(content, str):
        sys.stdout.write(content)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)


def to_file(target: Path, content: str | bytes) -> None:
    """Write `content` to `target` in one step: at every moment the old or the new file is there, never a half.

    Raises:
        CommandError: the file cannot be written.
    """
    target = Path(os.path.realpath(target))  # through a link, so that the link stays one
    try:
        if target.exists() and not target.is_file():  # /dev/null and its like cannot be replaced
            target.write_bytes(encode(content))
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, encode(content))
    except OSError as fault:
        raise CommandError(f"写不了“{target}”：{_reason(fault)}。") from fault


def _replace(target: Path, content: bytes) -> None:
    unfinished = target.with_name(f".{target.name[:100]}.{os.getpid()}.tmp")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _reason(fault: OSError) -> str:
    reasons: tuple[tuple[type[OSError], str], ...] = (
        (PermissionError, "没有权限"),
        (IsADirectoryError, "它是文件夹"),
        (NotADirectoryError, "路径中有一段不是文件夹"),
        (FileExistsError, "同名的文件挡在路上"),
        (FileNotFoundError, "没有这个位置，也不能新建"),
    )
    known = next((words for kind, words in reasons if isinstance(fault, kind)), None)
    return known or _NUMBERED.get(fault.errno or 0) or f"系统报告 {fault.strerror or fault}"


def name_in(folder: Path, source: str, suffix: str, taken: Collection[Path]) -> Path:
    """Return a path in `folder` named after the file `source` with `suffix` and not among `taken`: 方案.xlsx, 方案（2）.xlsx."""
    stem = Path(source).stem or "整改"
    return next(path for path in _names(folder, stem, suffix) if _key(path) not in map(_key, taken))


def _names(folder: Path, stem: str, suffix: str) -> Iterator[Path]:
    yield folder / f"{stem}{suffix}"
    count = 1
    while True:
        count += 1
        yield folder / f"{stem}（{count}）{suffix}"


def _key(path: Path) -> str:
    """Compare names as the strictest file system does, which does not know small letters from capital ones."""
    return os.path.realpath(path).casefold()
