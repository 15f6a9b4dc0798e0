"""`zhenggai backup`: everything of an office in one file, while people work."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from zhenggai.cli.terminal.faults import CommandError

if TYPE_CHECKING:
    import argparse

NAME = "backup"
HELP = "把全部数据备份成一个文件，备份时可以照常办公"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where from and where to."""
    parser.add_argument("file", metavar="文件", help="备份文件，如 整改备份.zip")
    parser.add_argument("--data", metavar="文件夹", help="数据文件夹（默认 ./data，或环境变量 ZHENGGAI_DATA）")
    parser.add_argument("--without-secret", action="store_true", help="不含密钥；恢复后动态口令须重新启用")
    parser.add_argument("--replace", action="store_true", help="覆盖同名的备份文件")


def run(args: argparse.Namespace) -> int:
    """Write the backup; 1 if a file that belongs in it is missing or not what was stored."""
    target = Path(args.file).absolute()
    if target.exists() and not (args.replace and target.is_file()):
        raise CommandError(f"“{target}”已经存在，请换一个文件名，或加 --replace。")
    if not target.parent.is_dir():
        raise CommandError(f"没有文件夹“{target.parent}”。")
    from zhenggai.web import serving, store  # noqa: PLC0415 — only this command needs the web framework

    try:
        serving.open_store(args.data)
        from django.utils import timezone  # noqa: PLC0415 — Django is loaded by now

        from zhenggai.web.backup.making import make_backup  # noqa: PLC0415

        made = make_backup(target, now=timezone.now(), with_secret=not args.without_secret)
    except store.StoreError as fault:
        raise CommandError(str(fault)) from None
    sys.stdout.write(f"已备份{made.rows}行数据、{made.files}份文件（{made.size / 2**20:.1f} MB）到“{target}”。\n")
    for name in made.missing:
        sys.stdout.write(f"{name}缺失或不能读取，备份中没有它，请运行 zhenggai verify。\n")
    for name in made.changed:
        sys.stdout.write(f"{name}与入库时不同，备份中是现有内容，请运行 zhenggai verify，并留好以前的备份。\n")
    return 1 if made.missing or made.changed else 0
