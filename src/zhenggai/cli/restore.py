"""`zhenggai restore`: a backup taken back on an empty machine, and checked."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from zhenggai.cli.terminal.faults import CommandError

if TYPE_CHECKING:
    import argparse

NAME = "restore"
HELP = "把备份恢复到空的数据文件夹，并核验"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where from and where to."""
    parser.add_argument("file", metavar="文件", help="zhenggai backup 做的备份文件")
    parser.add_argument("--data", metavar="文件夹", help="空的数据文件夹（默认 ./data，或环境变量 ZHENGGAI_DATA）")


def run(args: argparse.Namespace) -> int:
    """Restore and check; 1 if something in the backup does not fit."""
    from zhenggai.web import store  # noqa: PLC0415 — only this command needs the web framework
    from zhenggai.web.backup.restoring import restore  # noqa: PLC0415

    folder = Path(args.data or os.environ.get(store.ENVIRONMENT) or "data").expanduser().resolve()
    try:
        found = restore(Path(args.file), folder)
    except store.StoreError as fault:
        raise CommandError(str(fault)) from None
    for unit in found.units:
        for misfit in unit.misfits:
            sys.stdout.write(f"{unit.name}：{misfit}\n")
    for misfit in found.common:
        sys.stdout.write(f"{misfit}\n")
    events = sum(unit.events for unit in found.units)
    sys.stdout.write(f"已恢复到“{folder}”，核验{events}条操作记录、{found.files}份文件。\n")
    sys.stdout.write(
        "全部相符。\n" if found.holds else "有不符之处，备份时已经如此，请运行 zhenggai verify --all 查看。\n"
    )
    return 0 if found.holds else 1
